//! The one walk over a screen that HTML, plain text and the search for leaks share. It writes every visible
//! word; an [`Ink`] says what marks and characters look like.

use super::formula;
use super::screen::{Block, Item, Rich, Span};

/// What a divider looks like.
const DIVIDER: &str = "────────";

/// Formatting around text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark<'a> {
    Bold,
    Italic,
    Strike,
    /// Code in a line.
    Code,
    /// Lines of code, with their language.
    Pre(Option<&'a str>),
    Link(&'a str),
    Quote,
    Details,
}

/// How a rendering writes.
pub(super) trait Ink {
    /// Visible characters.
    fn text(&mut self, text: &str);
    /// Formatting begins.
    fn open(&mut self, mark: Mark<'_>);
    /// Formatting ends.
    fn close(&mut self, mark: Mark<'_>);
    /// What stands before each line inside the mark: spaces or a bar. Empty where the client indents.
    fn margin(&self, mark: Mark<'_>) -> &'static str;
    /// Line feeds between two blocks outside of lists.
    fn line_feeds(&self, before: &Block) -> usize;
}

/// Writes the blocks.
pub(super) fn walk(blocks: &[Block], ink: &mut impl Ink) {
    Walk { ink, margin: String::new() }.blocks(blocks, false);
}

struct Walk<'i, I> {
    ink: &'i mut I,
    /// What stands before each further line.
    margin: String,
}

impl<I: Ink> Walk<'_, I> {
    fn blocks(&mut self, blocks: &[Block], tight: bool) {
        for (at, block) in blocks.iter().enumerate() {
            if at > 0 {
                let feeds = if tight { 1 } else { self.ink.line_feeds(&blocks[at - 1]) };
                (0..feeds).for_each(|_| self.line_feed());
            }
            self.block(block, tight);
        }
    }

    fn block(&mut self, block: &Block, tight: bool) {
        match block {
            Block::Heading(text) => self.marked(Mark::Bold, |walk| walk.rich(text)),
            Block::Paragraph(text) => self.rich(text),
            Block::Formula(latex) => self.text(&formula::readable(latex)),
            Block::Code { language, text } => {
                self.marked(Mark::Pre(language.as_deref()), |walk| walk.code(text, language.as_deref()));
            }
            Block::List { ordered, items } => self.list(*ordered, items),
            Block::Details { summary, blocks } => self.marked(Mark::Details, |walk| {
                walk.text("▸ ");
                walk.marked(Mark::Bold, |walk| walk.rich(summary));
                walk.indented(walk.ink.margin(Mark::Details), |walk| {
                    if !blocks.is_empty() {
                        walk.line_feed();
                        walk.blocks(blocks, tight);
                    }
                });
            }),
            Block::Quote(blocks) => self.marked(Mark::Quote, |walk| {
                let margin = walk.ink.margin(Mark::Quote);
                walk.ink.text(margin);
                walk.indented(margin, |walk| walk.blocks(blocks, tight));
            }),
            Block::Divider => self.text(DIVIDER),
            Block::Footer(text) => self.marked(Mark::Italic, |walk| walk.rich(text)),
        }
    }

    fn list(&mut self, ordered: bool, items: &[Item]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.line_feed();
            }
            let mut marker = if ordered { format!("{}. ", at + 1) } else { "• ".to_owned() };
            if let Some(checked) = item.checked {
                // A checkbox replaces the bullet, but not the number.
                if !ordered {
                    marker.clear();
                }
                marker.push_str(if checked { "☑ " } else { "☐ " });
            }
            self.text(&marker);
            let margin = " ".repeat(marker.chars().count());
            self.indented(&margin, |walk| walk.blocks(&item.blocks, true));
        }
    }

    fn code(&mut self, text: &str, language: Option<&str>) {
        let margin = self.ink.margin(Mark::Pre(language));
        if margin.is_empty() {
            // The client draws the block; a margin would become part of the code.
            self.ink.text(text);
        } else {
            self.ink.text(margin);
            self.indented(margin, |walk| walk.text(text));
        }
    }

    fn rich(&mut self, text: &Rich) {
        for span in &text.0 {
            match span {
                Span::Text(text) => self.text(text),
                Span::Bold(inner) => self.marked(Mark::Bold, |walk| walk.rich(inner)),
                Span::Italic(inner) => self.marked(Mark::Italic, |walk| walk.rich(inner)),
                Span::Strike(inner) => self.marked(Mark::Strike, |walk| walk.rich(inner)),
                Span::Code(code) => self.marked(Mark::Code, |walk| walk.text(code)),
                Span::Math(latex) => self.text(&formula::readable(latex)),
                Span::Link { text, url } => self.marked(Mark::Link(url), |walk| walk.rich(text)),
            }
        }
    }

    fn marked(&mut self, mark: Mark<'_>, inner: impl FnOnce(&mut Self)) {
        self.ink.open(mark);
        inner(self);
        self.ink.close(mark);
    }

    fn indented(&mut self, margin: &str, inner: impl FnOnce(&mut Self)) {
        let outer = self.margin.len();
        self.margin.push_str(margin);
        inner(self);
        self.margin.truncate(outer);
    }

    fn text(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.line_feed();
            }
            self.ink.text(line);
        }
    }

    fn line_feed(&mut self) {
        self.ink.text("\n");
        let margin = std::mem::take(&mut self.margin);
        self.ink.text(&margin);
        self.margin = margin;
    }
}
