//! From pulldown-cmark's events to blocks.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use crate::chat::rich::{MAX_CONTAINERS, MAX_SPANS};
use crate::chat::screen::{Block, Item, Rich, Span};

/// What holds blocks.
enum Container {
    Root,
    Quote,
    List { start: Option<u64>, items: Vec<Item> },
    Item { checked: Option<bool> },
    Table { rows: Vec<Rich> },
}

/// What holds spans.
enum Inline {
    Paragraph,
    Heading,
    Bold,
    Italic,
    Strike,
    /// A link; none when it may not be one.
    Link(Option<String>),
    Cell {
        head: bool,
    },
}

pub(super) struct Builder<'s> {
    source: &'s str,
    containers: Vec<(Container, Vec<Block>)>,
    inlines: Vec<(Inline, Vec<Span>)>,
    code: Option<(Option<String>, String)>,
    head: bool,
}

impl<'s> Builder<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self {
            source,
            containers: vec![(Container::Root, Vec::new())],
            inlines: Vec::new(),
            code: None,
            head: false,
        }
    }

    pub(super) fn finish(mut self) -> Vec<Block> {
        self.end_paragraph();
        self.containers.pop().map(|(_, blocks)| blocks).unwrap_or_default()
    }

    /// All spans of a text of one line, the guarding word at its start taken off.
    pub(super) fn line(mut self, guard: &str) -> Rich {
        let mut spans = self.inlines.pop().map(|(_, spans)| spans).unwrap_or_default();
        if let Some(Span::Text(first)) = spans.first_mut() {
            let rest = first.strip_prefix(guard).unwrap_or(first).trim_start().to_owned();
            *first = rest;
        }
        Rich(spans.into_iter().filter(|span| *span != Span::Text(String::new())).collect())
    }

    /// An event of a text of one line: paragraphs are no blocks, display formulas stand in the line.
    pub(super) fn inline_event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
            Event::DisplayMath(latex) => self.push(Span::Math(latex.trim().to_owned())),
            other => self.event(other, range),
        }
    }

    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(code) => self.push(Span::Code(code.into_string())),
            Event::InlineMath(latex) => {
                let money = self.source[range.end..].starts_with(|c: char| c.is_ascii_digit());
                if money {
                    self.text(&format!("${latex}$"));
                } else {
                    self.push(Span::Math(latex.trim().to_owned()));
                }
            }
            Event::DisplayMath(latex) => self.display(latex.trim().to_owned()),
            Event::Html(html) | Event::InlineHtml(html) => self.text(&html),
            Event::FootnoteReference(name) => self.text(&format!("[^{name}]")),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.text("\n"),
            Event::Rule => self.block(Block::Divider),
            Event::TaskListMarker(done) => {
                if let Some((Container::Item { checked }, _)) = self.containers.last_mut() {
                    *checked = Some(done);
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let inline = match tag {
            Tag::Heading { .. } => {
                self.end_paragraph();
                Inline::Heading
            }
            Tag::Emphasis => Inline::Italic,
            Tag::Strong => Inline::Bold,
            Tag::Strikethrough => Inline::Strike,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => Inline::Link(allowed(&dest_url)),
            Tag::TableCell => Inline::Cell { head: self.head },
            Tag::BlockQuote(_) => return self.open(Container::Quote),
            Tag::List(start) => return self.open(Container::List { start, items: Vec::new() }),
            Tag::Item => return self.open(Container::Item { checked: None }),
            Tag::Table(_) => return self.open(Container::Table { rows: Vec::new() }),
            Tag::TableHead => {
                self.head = true;
                return self.open_row();
            }
            Tag::TableRow => return self.open_row(),
            Tag::CodeBlock(kind) => {
                self.end_paragraph();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().map(str::to_owned),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language, String::new()));
                return;
            }
            // A paragraph begins with its first span; the other kinds are not enabled.
            _ => return self.end_paragraph(),
        };
        if !matches!(inline, Inline::Heading | Inline::Cell { .. }) {
            self.need_paragraph();
        }
        self.inlines.push((inline, Vec::new()));
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_)
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::TableCell => self.end_inline(),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::Table => self.close(),
            TagEnd::TableHead => {
                self.head = false;
            }
            TagEnd::TableRow => {}
            TagEnd::CodeBlock => {
                if let Some((language, mut text)) = self.code.take() {
                    if text.ends_with('\n') {
                        text.pop();
                    }
                    self.block(Block::Code { language, text });
                }
            }
            _ => self.end_paragraph(),
        }
    }

    fn text(&mut self, text: &str) {
        let text = &with_glued_percent(text);
        self.need_paragraph();
        match self.inlines.last_mut() {
            Some((_, spans)) => match spans.last_mut() {
                Some(Span::Text(last)) => last.push_str(text),
                _ => spans.push(Span::Text(text.to_owned())),
            },
            None => self.inlines.push((Inline::Paragraph, vec![Span::Text(text.to_owned())])),
        }
    }

    fn push(&mut self, span: Span) {
        self.need_paragraph();
        if let Some((_, spans)) = self.inlines.last_mut() {
            spans.push(span);
        }
    }

    /// Text of a tight list item comes without a paragraph around it.
    fn need_paragraph(&mut self) {
        if self.inlines.is_empty() {
            self.inlines.push((Inline::Paragraph, Vec::new()));
        }
    }

    /// A display formula is a block of its own, unless something other than a paragraph holds it.
    fn display(&mut self, latex: String) {
        let in_line = self.inlines.len() > 1
            || self.inlines.last().is_some_and(|(inline, _)| !matches!(inline, Inline::Paragraph));
        if in_line {
            return self.push(Span::Math(latex));
        }
        self.end_paragraph();
        self.block(Block::Formula(latex));
    }

    fn end_paragraph(&mut self) {
        while !self.inlines.is_empty() {
            self.end_inline();
        }
    }

    fn end_inline(&mut self) {
        let Some((inline, spans)) = self.inlines.pop() else { return };
        let deep = self.inlines.len() > MAX_SPANS;
        let span = match inline {
            Inline::Paragraph | Inline::Heading => {
                let spans = trimmed(spans);
                if spans.is_empty() {
                    return;
                }
                let heading = matches!(inline, Inline::Heading);
                return self.block(if heading {
                    Block::Heading(Rich(spans))
                } else {
                    Block::Paragraph(Rich(spans))
                });
            }
            Inline::Cell { head } => return self.cell(head, spans),
            Inline::Link(Some(url)) if !deep => {
                let text = if spans.is_empty() { Rich::from(url.clone()) } else { Rich(spans) };
                Span::Link { text, url }
            }
            Inline::Bold if !deep => Span::Bold(Rich(spans)),
            Inline::Italic if !deep => Span::Italic(Rich(spans)),
            Inline::Strike if !deep => Span::Strike(Rich(spans)),
            _ => {
                for span in spans {
                    match span {
                        Span::Text(text) => self.text(&text),
                        other => self.push(other),
                    }
                }
                return;
            }
        };
        self.push(span);
    }

    fn block(&mut self, block: Block) {
        if !matches!(block, Block::Paragraph(_) | Block::Heading(_)) {
            self.end_paragraph();
        }
        if let Some((_, blocks)) = self.containers.last_mut() {
            blocks.push(block);
        }
    }

    fn open(&mut self, container: Container) {
        self.end_paragraph();
        self.containers.push((container, Vec::new()));
    }

    fn close(&mut self) {
        self.end_paragraph();
        let Some((container, blocks)) = self.containers.pop() else { return };
        let outer = self.containers.iter();
        let depth = outer.filter(|(one, _)| matches!(one, Container::Quote | Container::List { .. })).count();
        let flat = depth >= MAX_CONTAINERS;
        match container {
            Container::Item { checked } => {
                if let Some((Container::List { items, .. }, _)) = self.containers.last_mut() {
                    items.push(Item { blocks, checked });
                }
            }
            Container::List { start: start @ (None | Some(1)), items } if !flat => {
                self.block(Block::List { ordered: start.is_some(), items });
            }
            Container::List { start, items } => self.write_out(start, items),
            Container::Quote if !flat => self.block(Block::Quote(blocks)),
            Container::Table { rows } => {
                let lines = rows.into_iter().enumerate().flat_map(|(at, row)| {
                    (at > 0).then(|| Span::Text("\n".to_owned())).into_iter().chain(row.0)
                });
                self.block(Block::Paragraph(Rich(lines.collect())));
            }
            Container::Quote | Container::Root => blocks.into_iter().for_each(|block| self.block(block)),
        }
    }

    /// A list that is nested too deep, or counts from another number than one: its markers as text.
    fn write_out(&mut self, start: Option<u64>, items: Vec<Item>) {
        for (at, item) in (0_u64..).zip(items) {
            let marker = match (start, item.checked) {
                (Some(start), _) => format!("{}.", start.saturating_add(at)),
                (None, Some(true)) => "☑".to_owned(),
                (None, Some(false)) => "☐".to_owned(),
                (None, None) => "•".to_owned(),
            };
            item.marked(&marker).into_iter().for_each(|block| self.block(block));
        }
    }

    fn open_row(&mut self) {
        if let Some((Container::Table { rows }, _)) = self.containers.last_mut() {
            rows.push(Rich::default());
        }
    }

    fn cell(&mut self, head: bool, spans: Vec<Span>) {
        let Some((Container::Table { rows }, _)) = self.containers.last_mut() else { return };
        let Some(row) = rows.last_mut() else { return };
        if !row.0.is_empty() {
            row.0.push(Span::Text(" | ".to_owned()));
        }
        if head && !spans.is_empty() {
            row.0.push(Span::Bold(Rich(spans)));
        } else {
            row.0.extend(spans);
        }
    }
}

/// Spans without white space at either end.
fn trimmed(mut spans: Vec<Span>) -> Vec<Span> {
    if let Some(Span::Text(first)) = spans.first_mut() {
        *first = first.trim_start().to_owned();
    }
    if let Some(Span::Text(last)) = spans.last_mut() {
        *last = last.trim_end().to_owned();
    }
    spans.retain(|span| *span != Span::Text(String::new()));
    spans
}

/// The address, if a message may carry it.
fn allowed(url: &str) -> Option<String> {
    let lower = url.to_ascii_lowercase();
    ["https://", "http://", "tg://", "mailto:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
        .then(|| url.to_owned())
}

/// "95 %" stays on one line: its blank does not break.
fn with_glued_percent(text: &str) -> String {
    let mut glued = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    let mut before = ' ';
    while let Some(sign) = signs.next() {
        let joins = sign == ' ' && before.is_ascii_digit() && signs.peek() == Some(&'%');
        glued.push(if joins { '\u{a0}' } else { sign });
        before = sign;
    }
    glued
}
