//! Formulas: LaTeX as one readable line of Unicode, for messages without native formulas.
//!
//! Three steps: `source` evens out what the parser stumbles over, pulldown-latex parses, `tree` builds
//! a tree from its events, `write` writes the tree the way a person would type it: `(x − μ)²/(2σ²)`.

mod bars;
mod glyphs;
mod pieces;
mod scripts;
mod source;
#[cfg(test)]
mod tests;
mod tree;
mod write;

use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_latex::{Event, Parser, ParserError, Storage};
use unicode_normalization::UnicodeNormalization;

/// Longest formula that is read, in bytes. The parser recurses once per `\relax`-like token, so its stack
/// must be bounded from outside; no card comes near it.
pub const MAX_SOURCE: usize = 4_000;
/// Deepest nesting of groups, fractions, roots and scripts.
const MAX_DEPTH: usize = 24;

/// Why a formula cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// Nothing to show.
    #[error("the formula is empty")]
    Empty,
    /// Longer than [`MAX_SOURCE`].
    #[error("the formula has {0} bytes, at most {MAX_SOURCE} are read")]
    TooLong(usize),
    /// Braces, fractions or scripts inside each other beyond any use.
    #[error("the formula is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// An unescaped percent sign starts a comment in LaTeX and would hide the rest.
    #[error("a bare % hides the rest of the formula; write \\%")]
    Comment,
    /// A command that defines or renames commands.
    #[error("\\{0} is not allowed in a formula: definitions are not supported")]
    Definition(String),
    /// A command whose argument must stand in braces.
    #[error("\\{0} needs its argument in braces")]
    Braces(String),
    /// A command or environment outside the list that every renderer knows.
    #[error("{0} is not on the list of commands that every renderer knows")]
    Unknown(String),
    /// The parser refused it.
    #[error("the formula does not parse: {0}")]
    Syntax(String),
}

/// One readable line of Unicode for a formula without its dollar signs.
///
/// Scripts become Unicode (`x²`, `wᵢ`, `e⁻ˣ`) where all their characters have such a form, else `^(…)`,
/// `_(…)`, or `_j`-like for one character or word. Fractions become `a/b` with the parentheses they need,
/// matrices `[a b; c d]`, cases `x if x > 0; 0 otherwise`, `\binom` `(n choose k)`. The result holds no
/// backslash, no dollar sign (`\$` is shown as `＄`) and no braces except those of sets.
///
/// # Errors
/// See [`FormulaError`]; renderers then use [`readable`].
pub fn unicode(latex: &str) -> Result<String, FormulaError> {
    let line = line(latex, 0)?;
    if line.is_empty() {
        return Err(FormulaError::Empty);
    }
    Ok(line)
}

/// The formula for a renderer that must show something: [`unicode`], or the source without backslashes,
/// braces and dollar signs when it does not parse.
pub fn readable(latex: &str) -> String {
    unicode(latex).unwrap_or_else(|_| {
        let bare: String =
            latex.chars().map(|c| if matches!(c, '\\' | '{' | '}' | '$') { ' ' } else { c }).collect();
        bare.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

/// Checks a formula of a card: it parses, it has a Unicode form, and it uses only commands and environments
/// of a conservative list (`source::COMMANDS`) that KaTeX documents and so Telegram's clients, browsers'
/// MathML and TeX itself can be expected to know. No macros, colours, boxes, sizes or package-only symbols.
///
/// # Errors
/// The first reason found, as a sentence for the card's author.
pub fn check(latex: &str) -> Result<(), FormulaError> {
    source::check_commands(latex)?;
    unicode(latex).map(|_| ())
}

/// The Unicode line of a part of a formula; may be empty.
fn line(latex: &str, depth: usize) -> Result<String, FormulaError> {
    let nodes = nodes(latex, depth)?;
    let text = write::text(&nodes);
    // Real braces right after a real caret or underscore would read as LaTeX.
    Ok(text.nfc().collect::<String>().replace("^{", "^ {").replace("_{", "_ {").trim().to_owned())
}

/// Parses a formula, or the content of a `\text` or `\operatorname` inside one.
fn nodes(latex: &str, depth: usize) -> Result<Vec<tree::Node>, FormulaError> {
    if latex.len() > MAX_SOURCE {
        return Err(FormulaError::TooLong(latex.len()));
    }
    if depth > MAX_DEPTH {
        return Err(FormulaError::TooDeep);
    }
    let source = source::prepare(latex)?;
    let storage = Storage::new();
    // pulldown-latex 0.8 slices and multiplies without checks on some odd input (`\kern1em` before a
    // no-break space, `\char` with twenty digits), found by fuzzing. Nothing outlives the call but the
    // storage, which is dropped, so unwinding is safe to stop here.
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        Parser::new(&source, &storage).collect::<Result<Vec<Event<'_>>, ParserError>>()
    }));
    let events = match parsed {
        Ok(Ok(events)) => events,
        Ok(Err(error)) => return Err(FormulaError::Syntax(reason(&error))),
        Err(_) => return Err(FormulaError::Syntax("the parser gave up on it".to_owned())),
    };
    tree::build(&events, depth)
}

/// The parser's one-line reason; its own display adds a drawing of the place over several lines.
fn reason(error: &ParserError) -> String {
    error.source().map_or_else(|| "unknown reason".to_owned(), |cause| cause.to_string())
}
