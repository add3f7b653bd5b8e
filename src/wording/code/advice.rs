//! What leads on from a verdict: names that stand in the wrong place, and what cannot work here.

use super::shortened;
use crate::chat::screen::{Block, Rich, Span};
use crate::study::verdict::Got;

/// What is missing, and where it stands if only its place is wrong.
pub(super) fn missing(entry: &str, source: &str) -> Block {
    let code = |text: &str| Span::Code(text.to_owned());
    let text = |text: &str| Span::Text(text.to_owned());
    Block::Paragraph(Rich(match within(entry, source) {
        Some((kind, name)) => {
            let mut words = vec![
                code(entry),
                text(&format!(" stands inside the {kind} ")),
                code(name),
                text(&format!(". Move it to the margin, outside of the {kind}")),
            ];
            if kind == "class" {
                words.extend([text(", and take "), code("self"), text(" away")]);
            }
            words.push(text(": the judge calls the function itself."));
            words
        }
        None => vec![
            text("Define "),
            code(entry),
            text(" with exactly this name; helper functions beside it are fine."),
        ],
    }))
}

/// The class or function around the definition of `entry`.
fn within<'s>(entry: &str, source: &'s str) -> Option<(&'static str, &'s str)> {
    let lines: Vec<&str> = source.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let defines = |line: &str| ["def ", "class "].iter().any(|word| defined(line, word) == Some(entry));
    let at = lines.iter().position(|line| indent(line) > 0 && defines(line))?;
    let outer = |line: &&&str| !line.trim().is_empty() && indent(line) < indent(lines[at]);
    let around = lines[..at].iter().rev().find(outer)?;
    let class = defined(around, "class ").map(|name| ("class", name));
    class.or_else(|| defined(around, "def ").map(|name| ("function", name)))
}

/// The name that a line defines as a class or function.
fn defined<'s>(line: &'s str, word: &str) -> Option<&'s str> {
    let line = line.trim_start();
    let rest = line.strip_prefix("async ").unwrap_or(line).strip_prefix(word)?;
    rest.split(|one: char| !one.is_alphanumeric() && one != '_').next()
}

/// What a program cannot do here, in words that lead on.
pub(super) fn explained(got: &Got) -> Option<Block> {
    let text = match got {
        Got::Raised { class, message } if class == "ModuleNotFoundError" => {
            let module = message.split('\'').nth(1)?.split('.').next().unwrap_or_default();
            let module = Span::Code(shortened(module));
            let rest = " is not here: the judge has only Python's standard library, and the prompt needs no more.";
            vec![module, Span::Text(rest.into())]
        }
        Got::Raised { class, message } if class == "RuntimeError" && message.contains("lost sys.stdin") => {
            let rest = " has no answer here: the judge calls your function, nobody types.";
            vec![Span::Code("input()".into()), Span::Text(rest.into())]
        }
        Got::Value(value) if value.starts_with("<coroutine object") => vec![
            Span::Text("Calling an ".into()),
            Span::Code("async def".into()),
            Span::Text(" only makes a coroutine, which nobody awaits. Write a plain ".into()),
            Span::Code("def".into()),
            Span::Text(".".into()),
        ],
        Got::Value(value) if value.starts_with("<generator object") => vec![
            Span::Text("That is a generator, which has not computed anything yet. Return the values themselves, for example in a list.".into()),
        ],
        _ => return None,
    };
    Some(Block::Paragraph(Rich(text)))
}

/// A value as words where Python's own say nothing but a place in memory.
pub(super) fn placeless(value: &str) -> &str {
    match value {
        value if value.starts_with("<coroutine object") => "a coroutine",
        value if value.starts_with("<generator object") => "a generator",
        value => value,
    }
}
