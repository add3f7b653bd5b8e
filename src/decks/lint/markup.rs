//! Marks that would be left on the learner's screen, and formulas that do not parse.

use crate::chat::formula;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The formulas of a Markdown text, in order.
pub(super) fn formulas(markdown: &str) -> Vec<String> {
    Parser::new_ext(markdown, Options::ENABLE_MATH)
        .filter_map(|event| match event {
            Event::InlineMath(math) | Event::DisplayMath(math) => Some(math.into_string()),
            _ => None,
        })
        .collect()
}

/// What is wrong with one formula: it must parse, have a readable Unicode form, and use only commands that
/// every renderer knows.
pub(super) fn formula_problems(formula: &str) -> Vec<String> {
    if formula.trim().is_empty() {
        return vec!["it is empty".to_owned()];
    }
    formula::check(formula).err().map(|error| error.to_string()).into_iter().collect()
}

/// What is wrong with the marks of a Markdown text.
pub(super) fn problems(markdown: &str) -> Vec<String> {
    let mut out = Vec::new();
    if markdown.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1 {
        out.push("a code fence is not closed".to_owned());
    }
    let mut text = String::new();
    let mut in_block = false;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_MATH).into_offset_iter() {
        let source = markdown.get(range.clone()).unwrap_or_default();
        match event {
            Event::Start(Tag::Strong) if source.starts_with("__") => {
                out.push(format!("`{source}` is read as bold; write `**` for bold, backticks for code"));
            }
            Event::Text(part)
                if !in_block && markdown.get(..range.start).is_some_and(|head| head.ends_with('\\')) =>
            {
                // The first character was escaped, so it is meant to be seen.
                text.push('∎');
                text.extend(part.chars().skip(1));
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                in_block = true;
                if matches!(kind, CodeBlockKind::Indented) {
                    out.push("an indented line becomes a code block; use a fence".to_owned());
                }
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(part) if !in_block => text.push_str(&part),
            // Marks that touch code or a formula must still be seen as touching something.
            Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_) => text.push('∎'),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => leftovers(&std::mem::take(&mut text), &mut out),
            Event::Html(html) | Event::InlineHtml(html) => {
                out.push(format!("`{}` is read as HTML and vanishes; put it in backticks", html.trim()));
            }
            Event::Start(tag) => out.extend(unsupported(&tag).map(|what| format!("{what} cannot be shown"))),
            Event::Rule => out.push("a horizontal rule cannot be shown".to_owned()),
            _ => {}
        }
    }
    leftovers(&text, &mut out);
    out
}

fn unsupported(tag: &Tag<'_>) -> Option<&'static str> {
    match tag {
        Tag::Heading { .. } => Some("a heading"),
        Tag::BlockQuote(_) => Some("a block quote"),
        Tag::Link { .. } => Some("a link (use `source`)"),
        Tag::Image { .. } => Some("an image"),
        _ => None,
    }
}

/// Marks in what should be bare text.
fn leftovers(text: &str, out: &mut Vec<String>) {
    for (mark, what) in [("$", "a `$`"), ("`", "a backtick"), ("**", "`**`"), ("~~", "`~~`"), ("__", "`__`")]
    {
        if text.contains(mark) {
            out.push(format!("{what} is left over in `{}`", excerpt(text, mark)));
        }
    }
    if !text.contains("**") && lone(text, '*', char::is_whitespace) {
        out.push(format!("a `*` is left over in `{}`", excerpt(text, "*")));
    }
    if !text.contains("__") && lone(text, '_', |c| !c.is_alphanumeric() && c != '_') {
        out.push(format!("a `_` is left over in `{}`", excerpt(text, "_")));
    }
    for (open, close) in [('{', '}'), ('[', ']')] {
        if text.matches(open).count() != text.matches(close).count() {
            out.push(format!("`{open}` and `{close}` are not balanced"));
        }
    }
    if let Some(command) = latex_command(text) {
        out.push(format!("`{command}` stands outside a formula"));
    }
}

/// A mark that was forgotten: a star that touches a word (`2 * 3` is a product), an underscore before
/// one (`snake_case` and `coef_` are names). What counts as the outside of a word is given.
fn lone(text: &str, mark: char, outside: impl Fn(char) -> bool) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let free = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_none_or(|c| outside(*c));
    chars.iter().enumerate().filter(|(_, c)| **c == mark).any(|(at, _)| {
        let (before, after) = (free(at.checked_sub(1)), free(Some(at + 1)));
        if mark == '_' { before && !after } else { !(before && after) }
    })
}

fn latex_command(text: &str) -> Option<String> {
    let rest = text.get(text.find('\\')?..)?;
    let name: String = rest.chars().skip(1).take_while(char::is_ascii_alphabetic).collect();
    let known =
        ["frac", "sum", "sqrt", "cdot", "times", "approx", "alpha", "beta", "sigma", "theta", "log", "left"];
    (known.contains(&name.as_str())).then(|| format!("\\{name}"))
}

fn excerpt(text: &str, mark: &str) -> String {
    let at = text.find(mark).unwrap_or_default();
    let before = text.get(..at).unwrap_or_default().chars().rev().take(20).collect::<Vec<_>>();
    let after = text.get(at..).unwrap_or_default().chars().take(25);
    before.into_iter().rev().chain(after).collect::<String>().replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_stay_on_the_screen_are_found() {
        for (text, expected) in [
            ("plain **bold** *it* `x*y` $a_1 * b$ and 2 * 3", 0),
            ("- one\n- two `a`\n\n```python\nx = {**a}\n```", 0),
            ("$f(x) = \\{1, 2\\}$ costs 3 dollars", 0),
            ("a $x + 1 formula", 1),
            ("a **bold word", 1),
            ("some `code", 1),
            ("a *star", 1),
            ("a _word", 1),
            ("snake_case, coef_ and a _ b", 0),
            ("it costs \\$5 and 3\\*4", 0),
            ("call __init__ first", 1),
            ("a List<int> type", 1),
            ("```\nnot closed", 1),
            ("# Title", 1),
            ("set {a, b", 1),
            ("see \\frac{1}{2} here", 1),
            ("[link](https://example.org)", 1),
        ] {
            assert_eq!(problems(text).len(), expected, "{text}: {:?}", problems(text));
        }
    }

    #[test]
    fn formulas_that_do_not_parse_are_found() {
        for (formula, good) in [
            ("\\frac{1}{2} \\approx 0.5", true),
            ("\\hat{y} = X(X^T X)^{-1} X^T y", true),
            ("\\frac{1}{2", false),
            ("\\notacommand x", false),
            ("x^", false),
            ("\\left( x", false),
            (" ", false),
        ] {
            assert_eq!(
                formula_problems(formula).is_empty(),
                good,
                "{formula}: {:?}",
                formula_problems(formula)
            );
        }
    }
}
