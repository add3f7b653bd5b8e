//! Screens as Telegram's rich messages (Bot API 10.2): blocks with native formulas, no escaping.

use serde_json::{Value, json};

use super::command;
use super::formula;
use super::screen::{Block, Button, Item, Rich, Screen, Span, Style};
use super::split;

/// Most characters of one message, formula sources included. We count UTF-16 units, which are never fewer.
pub const MAX_CHARS: usize = 32_768;
/// Most blocks of one message, nested ones and list items included.
pub const MAX_BLOCKS: usize = 500;
/// Most levels of blocks and formatting inside each other.
pub const MAX_LEVELS: usize = 16;
/// Containers inside each other before they are written flat; a list counts for two levels. With
/// [`MAX_SPANS`] and the leaf this stays below [`MAX_LEVELS`].
pub(super) const MAX_CONTAINERS: usize = 5;
/// Formatting inside formatting before it is dropped.
pub(super) const MAX_SPANS: usize = 4;
/// Headings on a phone: larger than the text, smaller than a title.
const HEADING_SIZE: u8 = 3;

/// The `rich_message` object of one screen. It may be over Telegram's limits: see [`messages`].
///
/// Telegram may look for entities only where our words name a command, which is then a tap away; in the text
/// of cards it would take `$x` and `/proc` for links.
pub fn message(screen: &Screen) -> Value {
    let mut value = json!({ "blocks": blocks(&screen.blocks, 0) });
    if !names_a_command(&screen.blocks) {
        value["skip_entity_detection"] = json!(true);
    }
    value
}

fn names_a_command(blocks: &[Block]) -> bool {
    let in_text = |rich: &Rich| {
        rich.0.iter().any(|span| matches!(span, Span::Text(text) if command::is_named_in(text)))
    };
    blocks.iter().any(|block| match block {
        Block::Paragraph(rich) => in_text(rich),
        Block::List { items, .. } => items.iter().any(|item| names_a_command(&item.blocks)),
        _ => false,
    })
}

/// The screen as `rich_message` objects within Telegram's limits, in order. Nothing is dropped: a screen is
/// split between blocks, a block that is too long by itself between lines, words or characters. A screen
/// without blocks has no messages.
pub fn messages(screen: &Screen) -> Vec<Value> {
    split::parts(&screen.blocks, &fits)
        .into_iter()
        .map(|blocks| message(&Screen { blocks, buttons: Vec::new() }))
        .filter(|message| message["blocks"].as_array().is_some_and(|blocks| !blocks.is_empty()))
        .collect()
}

/// The `reply_markup` object of a screen's buttons, for rich and HTML messages alike.
pub fn keyboard(rows: &[Vec<Button>]) -> Value {
    let button = |button: &Button| {
        let mut value = json!({ "text": button.label, "callback_data": button.data });
        let style = match button.style {
            Style::Plain => None,
            Style::Primary => Some("primary"),
            Style::Success => Some("success"),
            Style::Danger => Some("danger"),
        };
        if let Some(style) = style {
            value["style"] = json!(style);
        }
        value
    };
    let rows: Vec<Vec<Value>> = rows.iter().map(|row| row.iter().map(button).collect()).collect();
    json!({ "inline_keyboard": rows })
}

fn blocks(blocks: &[Block], level: usize) -> Vec<Value> {
    blocks.iter().flat_map(|one| block(one, level)).collect()
}

/// The block; none for one without content, which Telegram refuses; several for one that is nested too
/// deep and is written flat.
fn block(block: &Block, level: usize) -> Vec<Value> {
    let text = |kind: &str, rich: &Rich| {
        if rich.0.is_empty() { Vec::new() } else { vec![json!({ "type": kind, "text": rich_text(rich, 0) })] }
    };
    match block {
        Block::Heading(rich) if rich.0.is_empty() => Vec::new(),
        Block::Heading(rich) => {
            vec![json!({ "type": "heading", "size": HEADING_SIZE, "text": rich_text(rich, 0) })]
        }
        Block::Paragraph(rich) => text("paragraph", rich),
        Block::Footer(rich) => text("footer", rich),
        Block::Formula(latex) if formula::unicode(latex).is_ok() => {
            vec![json!({ "type": "mathematical_expression", "expression": latex })]
        }
        Block::Formula(latex) => vec![json!({ "type": "paragraph", "text": formula::readable(latex) })],
        Block::Code { language, text } => {
            let mut value = json!({ "type": "pre" });
            if let Some(language) = language {
                value["language"] = json!(language);
            }
            value["text"] = json!(text);
            vec![value]
        }
        Block::Divider => vec![json!({ "type": "divider" })],
        Block::List { items, .. } if items.is_empty() => Vec::new(),
        Block::List { ordered, items } if level < MAX_CONTAINERS => {
            let items: Vec<Value> = items
                .iter()
                .enumerate()
                .map(|(at, one)| item(one, ordered.then_some(at + 1), level + 1))
                .collect();
            vec![json!({ "type": "list", "items": items })]
        }
        Block::List { ordered, items } => items
            .iter()
            .enumerate()
            .flat_map(|(at, one)| {
                let marker = if *ordered { format!("{}.", at + 1) } else { "•".to_owned() };
                blocks(&one.clone().marked(&marker), level)
            })
            .collect(),
        Block::Details { summary, blocks: inner } if level < MAX_CONTAINERS => {
            let inner = blocks(inner, level + 1);
            vec![json!({ "type": "details", "summary": rich_text(summary, 0), "blocks": inner })]
        }
        Block::Details { summary, blocks: inner } => {
            let mut flat = text("paragraph", summary);
            flat.extend(blocks(inner, level));
            flat
        }
        Block::Quote(inner) if level < MAX_CONTAINERS => {
            let inner = blocks(inner, level + 1);
            if inner.is_empty() { Vec::new() } else { vec![json!({ "type": "blockquote", "blocks": inner })] }
        }
        Block::Quote(inner) => blocks(inner, level),
    }
}

fn item(item: &Item, number: Option<usize>, level: usize) -> Value {
    let mut value = json!({ "blocks": blocks(&item.blocks, level) });
    if let Some(number) = number {
        value["value"] = json!(number);
        value["type"] = json!("1");
    }
    if let Some(checked) = item.checked {
        value["has_checkbox"] = json!(true);
        if checked {
            value["is_checked"] = json!(true);
        }
    }
    value
}

/// A plain string where there is one text, else an array.
fn rich_text(rich: &Rich, level: usize) -> Value {
    match rich.0.as_slice() {
        [] => json!(""),
        [one] => span(one, level),
        several => several.iter().map(|one| span(one, level)).collect(),
    }
}

fn span(span: &Span, level: usize) -> Value {
    let wrapped = |kind: &str, inner: &Rich| {
        if level >= MAX_SPANS {
            return rich_text_flat(inner);
        }
        json!({ "type": kind, "text": rich_text(inner, level + 1) })
    };
    match span {
        Span::Text(text) => json!(text),
        Span::Bold(inner) => wrapped("bold", inner),
        Span::Italic(inner) => wrapped("italic", inner),
        Span::Strike(inner) => wrapped("strikethrough", inner),
        Span::Code(code) => json!({ "type": "code", "text": code }),
        Span::Math(latex) if formula::unicode(latex).is_ok() => {
            json!({ "type": "mathematical_expression", "expression": latex })
        }
        Span::Math(latex) => json!(formula::readable(latex)),
        Span::Link { text, .. } if level >= MAX_SPANS => rich_text_flat(text),
        Span::Link { text, url } => json!({ "type": "url", "text": rich_text(text, level + 1), "url": url }),
    }
}

/// The words alone, for what is nested too deep.
fn rich_text_flat(rich: &Rich) -> Value {
    let paragraph = Block::Paragraph(rich.clone());
    json!(super::plain::text(&Screen { blocks: vec![paragraph], buttons: Vec::new() }))
}

fn fits(blocks: &[Block]) -> bool {
    let mut size = Size::default();
    size.blocks(blocks);
    size.chars <= MAX_CHARS && size.blocks <= MAX_BLOCKS
}

/// What Telegram counts.
#[derive(Default)]
struct Size {
    chars: usize,
    blocks: usize,
}

impl Size {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.blocks += 1;
            match block {
                Block::Heading(rich) | Block::Paragraph(rich) | Block::Footer(rich) => self.rich(rich),
                Block::Formula(text) | Block::Code { text, .. } => self.text(text),
                Block::List { items, .. } => {
                    for item in items {
                        // A list that is written flat has its markers as text and paragraphs of their own.
                        self.blocks += 1;
                        self.chars += 12;
                        self.blocks(&item.blocks);
                    }
                }
                Block::Details { summary, blocks } => {
                    self.rich(summary);
                    self.blocks(blocks);
                }
                Block::Quote(blocks) => self.blocks(blocks),
                Block::Divider => {}
            }
        }
    }

    fn rich(&mut self, rich: &Rich) {
        for span in &rich.0 {
            match span {
                Span::Text(text) | Span::Code(text) | Span::Math(text) => self.text(text),
                Span::Bold(inner) | Span::Italic(inner) | Span::Strike(inner) => self.rich(inner),
                Span::Link { text, url } => {
                    self.rich(text);
                    self.text(url);
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.chars += text.encode_utf16().count();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chat::markdown;
    use crate::chat::samples::{self, difference, read};

    #[test]
    fn a_screen_becomes_blocks() {
        let text = "### Bayes\nWith $P(B) > 0$:\n\n$$\\frac{1}{2}$$\n\n```python\nx = 1\n```\n\n- [x] prior\n- [ ] b\n\n1. one\n2. **two**\n\n---\n> q";
        let screen = Screen { blocks: markdown::blocks(text), buttons: vec![] }
            .block(Block::Details { summary: "Why".into(), blocks: vec![Block::paragraph("so")] })
            .block(Block::footer("Week 2"));
        let expected = json!({"blocks": [
            {"type": "heading", "size": 3, "text": "Bayes"},
            {"type": "paragraph", "text": ["With ", {"type": "mathematical_expression", "expression": "P(B) > 0"}, ":"]},
            {"type": "mathematical_expression", "expression": "\\frac{1}{2}"},
            {"type": "pre", "language": "python", "text": "x = 1"},
            {"type": "list", "items": [
                {"blocks": [{"type": "paragraph", "text": "prior"}], "has_checkbox": true, "is_checked": true},
                {"blocks": [{"type": "paragraph", "text": "b"}], "has_checkbox": true}]},
            {"type": "list", "items": [
                {"blocks": [{"type": "paragraph", "text": "one"}], "value": 1, "type": "1"},
                {"blocks": [{"type": "paragraph", "text": {"type": "bold", "text": "two"}}], "value": 2, "type": "1"}]},
            {"type": "divider"},
            {"type": "blockquote", "blocks": [{"type": "paragraph", "text": "q"}]},
            {"type": "details", "summary": "Why", "blocks": [{"type": "paragraph", "text": "so"}]},
            {"type": "footer", "text": "Week 2"}
        ], "skip_entity_detection": true});
        assert_eq!(message(&screen), expected);
    }

    #[test]
    fn a_formula_that_does_not_parse_is_text() {
        let screen = Screen::line(vec![Span::Math(r"\frac{a".to_owned())]);
        assert_eq!(message(&screen)["blocks"][0]["text"], json!("frac a"));
    }

    #[test]
    fn buttons_have_a_style_only_when_they_have_one() {
        let button = |label: &str, style| Button { label: label.to_owned(), style, data: "t".to_owned() };
        let rows = [vec![button("Again", Style::Danger), button("Skip", Style::Plain)]];
        let expected = json!({"inline_keyboard": [[
            {"text": "Again", "callback_data": "t", "style": "danger"},
            {"text": "Skip", "callback_data": "t"}
        ]]});
        assert_eq!(keyboard(&rows), expected);
    }

    #[test]
    fn too_many_blocks_are_split() {
        let blocks = (0..1200).map(|n| Block::paragraph(n.to_string())).collect();
        let parts = messages(&Screen { blocks, buttons: Vec::new() });
        assert_eq!(parts.len(), 3);
    }

    /// What Telegram counts, and the text in reading order.
    fn inspect(value: &Value, depth: usize, count: &mut (usize, usize, String)) {
        match value {
            Value::String(text) => {
                count.1 = count.1.max(depth);
                count.2.push_str(text);
            }
            Value::Array(values) => values.iter().for_each(|value| inspect(value, depth, count)),
            Value::Object(map) => {
                count.0 += usize::from(map.contains_key("blocks") || map.get("type").is_some_and(is_block));
                if map.get("type") == Some(&json!("mathematical_expression")) {
                    count.2.push_str(&formula::readable(map["expression"].as_str().unwrap_or_default()));
                    return;
                }
                for key in ["summary", "text", "blocks", "items"] {
                    if let Some(inner) = map.get(key) {
                        inspect(inner, depth + 1, count);
                    }
                }
            }
            _ => {}
        }
    }

    fn is_block(kind: &Value) -> bool {
        matches!(kind.as_str(), Some("paragraph" | "heading" | "pre" | "footer" | "divider" | "list"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn messages_are_within_limits_and_complete(screen in samples::screen()) {
            let mut all = String::new();
            for part in messages(&screen) {
                let mut count = (0, 0, String::new());
                inspect(&part["blocks"], 0, &mut count);
                prop_assert!(count.0 <= MAX_BLOCKS);
                prop_assert!(count.1 <= MAX_LEVELS, "{} levels", count.1);
                prop_assert!(count.2.chars().count() <= MAX_CHARS);
                all.push_str(&count.2);
            }
            let mut whole = (0, 0, String::new());
            inspect(&message(&screen)["blocks"], 0, &mut whole);
            prop_assert_eq!(difference(&read(&all), &read(&whole.2)), None);
        }

        #[test]
        fn nested_markdown_stays_within_the_levels(text in "([>*+ -]{1,3}|1\\. |\\*\\*|_|a|\n){0,120}") {
            let blocks = markdown::blocks(&text);
            let mut count = (0, 0, String::new());
            inspect(&message(&Screen { blocks, buttons: Vec::new() })["blocks"], 0, &mut count);
            prop_assert!(count.1 <= MAX_LEVELS, "{} levels", count.1);
        }
    }
}
