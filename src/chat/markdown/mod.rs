//! Card text: Markdown with `$…$` and `$$…$$` to the blocks of a screen.

mod builder;
mod problems;
#[cfg(test)]
mod tests;

use pulldown_cmark::{Event, Options, Parser, Tag};

pub use problems::problems;

use super::screen::{Block, Rich};

/// The text as blocks.
///
/// Tables become lines of cells with ` | ` between them, raw HTML stays visible as the author typed it,
/// pictures become links, a line feed in a paragraph is a space unless two spaces or a backslash precede
/// it. `$5` is money, and so is a closing dollar sign directly before a digit. Only links to the web, to
/// Telegram and to mail addresses stay links.
pub fn blocks(text: &str) -> Vec<Block> {
    let source = without_html_blocks(text);
    let mut builder = builder::Builder::new(&source);
    for (event, range) in Parser::new_ext(&source, options()).into_offset_iter() {
        builder.event(event, range);
    }
    builder.finish()
}

/// One line of text without blocks: `1. x` or `# x` at its start is text, line feeds become spaces.
pub fn inline(text: &str) -> Rich {
    // A word before the line keeps it a paragraph; it is taken off again.
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let source = format!("{GUARD} {line}");
    let mut builder = builder::Builder::new(&source);
    for (event, range) in Parser::new_ext(&source, options()).into_offset_iter() {
        builder.inline_event(event, range);
    }
    builder.line(GUARD)
}

/// The word before an inline text.
const GUARD: &str = "x";

fn options() -> Options {
    Options::ENABLE_MATH | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES
}

/// The text with the first `<` of each block of raw HTML escaped: Markdown inside such a block would not be
/// read, and its formulas would show as source. Inside a line, HTML does no such harm.
fn without_html_blocks(text: &str) -> String {
    let mut source = text.to_owned();
    loop {
        let mut starts: Vec<usize> = Vec::new();
        for (event, range) in Parser::new_ext(&source, options()).into_offset_iter() {
            if !matches!(event, Event::Start(Tag::HtmlBlock)) {
                continue;
            }
            let block = &source[range.clone()];
            // Later lines of the block would each begin a block of their own once the first is escaped.
            let lines = if block.contains("```") || block.contains("~~~") { 1 } else { usize::MAX };
            let mut at = range.start;
            for line in block.split_inclusive('\n').take(lines) {
                let indent = line.len() - line.trim_start().len();
                if line[indent..].starts_with('<') {
                    starts.push(at + indent);
                }
                at += line.len();
            }
        }
        if starts.is_empty() {
            return source;
        }
        for at in starts.into_iter().rev() {
            source.insert(at, '\\');
        }
    }
}
