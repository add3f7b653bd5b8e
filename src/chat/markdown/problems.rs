//! What is wrong with a card's text.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::options;
use crate::chat::formula;

/// What an author should mend: dollar signs, braces and code marks without a partner, Markdown marks and
/// LaTeX commands that would show, formulas that [`formula::check`] refuses. Empty when all is well.
pub fn problems(text: &str) -> Vec<String> {
    let mut found = Found { source: text, list: Vec::new(), braces: 0, in_code: false };
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        found.event(event, range);
    }
    if found.braces != 0 {
        found.list.push("braces do not balance in the text".to_owned());
    }
    found.list
}

struct Found<'s> {
    source: &'s str,
    list: Vec<String>,
    braces: i64,
    in_code: bool,
}

impl Found<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                self.in_code = true;
                if matches!(kind, CodeBlockKind::Fenced(_)) && !closes(&self.source[range]) {
                    self.list.push("a code fence is not closed".to_owned());
                }
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => self.in_code = false,
            Event::InlineMath(latex) | Event::DisplayMath(latex) => {
                if let Err(error) = formula::check(latex.trim()) {
                    self.list.push(format!("formula {}: {error}", latex.trim()));
                }
            }
            Event::Text(text) if !self.in_code => self.text(&text, range),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        let source = self.source;
        // Entities differ from their source; then no character can be told to be escaped.
        let verbatim = self.source.get(range.clone()) == Some(text);
        for (at, c) in text.char_indices() {
            let escaped = verbatim && self.source[..range.start + at].ends_with('\\');
            // Marks without a partner come one by one; what follows is seen in the source only.
            let rest = if verbatim { &source[range.start + at..] } else { &text[at..] };
            let first = !verbatim || !self.source[..range.start + at].ends_with(c);
            match c {
                '{' => self.braces += 1,
                '}' => self.braces -= 1,
                '$' if !escaped && !is_money(rest) => self.say("a dollar sign without a partner", rest),
                '`' if first && !escaped => self.say("a code mark without a partner", rest),
                '*' if first && !escaped && rest.starts_with("**") => {
                    self.say("bold marks without a partner", rest)
                }
                '~' if first && !escaped && rest.starts_with("~~") => {
                    self.say("strike marks without a partner", rest)
                }
                '\\' if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
                    self.say("a LaTeX command outside a formula", rest);
                }
                _ => {}
            }
        }
    }

    fn say(&mut self, what: &str, rest: &str) {
        let excerpt: String = rest.chars().take(16).collect();
        self.list.push(format!("{what}: {excerpt}"));
    }
}

/// An amount like `$5` or `$1,000`, and nothing that looks like the start of a formula.
fn is_money(rest: &str) -> bool {
    let amount = rest[1..].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    amount.len() < rest.len() - 1 && !amount.starts_with(['\\', '^', '_', '{'])
}

/// Whether a fenced block ends in a fence of its own.
fn closes(block: &str) -> bool {
    let mark = block.trim_start().chars().next().unwrap_or('`');
    let mut lines = block.trim_end().lines();
    let first = lines.next();
    let last = lines.last().map(|line| line.trim_start_matches([' ', '>']));
    first.is_some() && last.is_some_and(|line| line.len() >= 3 && line.trim_end().chars().all(|c| c == mark))
}
