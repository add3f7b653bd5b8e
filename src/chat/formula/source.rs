//! What is done to a formula's source before it is parsed, and which commands a card may use.

use std::borrow::Cow;

use super::FormulaError;

/// Control words that a card may use: what KaTeX's list of supported functions has, pulldown-latex parses
/// and [`super::unicode`] can write. Sorted, so that it can be searched.
#[rustfmt::skip]
pub(super) const COMMANDS: &[&str] = &[
    "Big", "Bigg", "Biggl", "Biggr", "Bigl", "Bigr", "Delta", "Gamma", "Im", "Lambda", "Leftarrow",
    "Leftrightarrow", "Longleftrightarrow", "Longrightarrow", "Omega", "Phi", "Pi", "Pr", "Psi", "Re",
    "Rightarrow", "Sigma", "Theta", "Upsilon", "Vert", "Xi", "aleph", "alpha", "approx", "arccos", "arcsin",
    "arctan", "arg", "ast", "backslash", "bar", "begin", "beta", "big", "bigcap", "bigcup", "bigg", "biggl",
    "biggr", "bigl", "bigoplus", "bigotimes", "bigr", "bigvee", "bigwedge", "binom", "bmod", "boldsymbol",
    "bot", "bullet", "cap", "cdot", "cdots", "check", "chi", "circ", "colon", "cong", "coprod", "cos",
    "cosh", "cot", "cup", "dagger", "dbinom", "ddot", "ddots", "deg", "delta", "det", "dfrac", "dim",
    "displaystyle", "div", "dot", "dots", "downarrow", "ell", "emptyset", "end", "epsilon", "equiv", "eta",
    "exists", "exp", "forall", "frac", "gamma", "gcd", "ge", "geq", "gets", "gg", "gt", "hat", "hbar",
    "iff", "iint", "implies", "in", "inf", "infty", "int", "iota", "kappa", "ker", "lVert", "lambda",
    "land", "langle", "lceil", "ldots", "le", "left", "leftarrow", "leftrightarrow", "leq", "lfloor", "lg",
    "lim", "liminf", "limits", "limsup", "ln", "lnot", "log", "longrightarrow", "lor", "lt", "lvert",
    "mapsto", "mathbb", "mathbf", "mathcal", "mathfrak", "mathit", "mathrm", "mathsf", "mathtt", "max",
    "mid", "middle", "min", "mp", "mu", "nabla", "ne", "neg", "neq", "nexists", "nolimits", "not", "notin",
    "nu", "odot", "oint", "omega", "ominus", "operatorname", "oplus", "oslash", "otimes", "overbrace",
    "overline", "overset", "parallel", "partial", "perp", "phi", "pi", "pm", "pmod", "prec", "prime",
    "prod", "propto", "psi", "qquad", "quad", "rVert", "rangle", "rceil", "rfloor", "rho", "right",
    "rightarrow", "rvert", "setminus", "sigma", "sim", "simeq", "sin", "sinh", "sqrt", "stackrel", "star",
    "subset", "subseteq", "substack", "succ", "sum", "sup", "supset", "supseteq", "tan", "tanh", "tau",
    "tbinom", "text", "textbf", "textit", "textrm", "textstyle", "texttt", "tfrac", "theta", "tilde",
    "times", "to", "top", "triangleq", "underbrace", "underline", "underset", "uparrow", "upsilon",
    "varepsilon", "varnothing", "varphi", "varrho", "vartheta", "vdots", "vec", "vee", "vert", "wedge",
    "widehat", "widetilde", "xi", "xrightarrow", "zeta",
];

/// Environments that a card may use.
const ENVIRONMENTS: &[&str] = &[
    "Bmatrix", "Vmatrix", "aligned", "array", "bmatrix", "cases", "gathered", "matrix", "pmatrix", "vmatrix",
];

/// Commands that define commands. They could make the parser loop, and no renderer agrees on them.
const DEFINITIONS: &[&str] =
    &["def", "edef", "futurelet", "gdef", "let", "newcommand", "providecommand", "renewcommand", "xdef"];

/// Commands whose argument is taken as raw text; without braces the parser takes the whole rest for it.
const TEXTUAL: &[&str] =
    &["operatorname", "text", "textbf", "textit", "textrm", "textsf", "texttt", "mathop", "colorbox"];

/// Arrows whose names begin like `\left` and `\right`: the parser takes them for those when it looks for
/// the end of a `\left … \right` pair, so they are written as characters.
const ARROWS: &[(&str, &str)] = &[
    ("leftarrow", "←"),
    ("leftharpoonup", "↼"),
    ("leftrightarrow", "↔"),
    ("rightarrow", "→"),
    ("rightharpoonup", "⇀"),
    ("rightleftharpoons", "⇌"),
    ("rightsquigarrow", "⇝"),
];

/// A part of the source.
enum Token<'s> {
    /// A control word without its backslash.
    Word(&'s str),
    /// A backslash and one other character.
    Symbol(&'s str),
    /// Anything else, one character.
    Char(char),
}

/// Cuts the source into control words, control symbols and characters.
struct Tokens<'s> {
    rest: &'s str,
}

impl<'s> Iterator for Tokens<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Token<'s>> {
        let first = self.rest.chars().next()?;
        if first != '\\' {
            self.rest = &self.rest[first.len_utf8()..];
            return Some(Token::Char(first));
        }
        let after = &self.rest[1..];
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        if letters > 0 {
            self.rest = &after[letters..];
            return Some(Token::Word(&after[..letters]));
        }
        let length = after.chars().next().map_or(0, char::len_utf8);
        self.rest = &after[length..];
        Some(Token::Symbol(&after[..length]))
    }
}

/// Evens out what the parser stumbles over, and refuses what must not reach it.
///
/// - `\operatorname*` loses its star: limits stand on one line anyway;
/// - the index of `\sqrt[n+1]{x}` gets braces: the parser sends it as loose elements;
/// - arrows named like `\right` become characters;
/// - definitions, comments, a bare `\text x` and a trailing backslash are errors.
pub(super) fn prepare(latex: &str) -> Result<Cow<'_, str>, FormulaError> {
    let mut tokens = Tokens { rest: latex };
    let mut out = String::with_capacity(latex.len());
    while let Some(token) = tokens.next() {
        match token {
            Token::Char('%') => return Err(FormulaError::Comment),
            Token::Char(c) => out.push(c),
            Token::Symbol("") => return Err(FormulaError::Syntax("it ends in a backslash".to_owned())),
            Token::Symbol(symbol) => {
                out.push('\\');
                out.push_str(symbol);
            }
            Token::Word(word) => word_into(word, &mut tokens, &mut out)?,
        }
    }
    Ok(if out == latex { Cow::Borrowed(latex) } else { Cow::Owned(out) })
}

fn word_into<'s>(word: &'s str, tokens: &mut Tokens<'s>, out: &mut String) -> Result<(), FormulaError> {
    if DEFINITIONS.contains(&word) {
        return Err(FormulaError::Definition(word.to_owned()));
    }
    if let Some((_, arrow)) = ARROWS.iter().find(|(name, _)| *name == word) {
        out.push_str(arrow);
        return Ok(());
    }
    out.push('\\');
    out.push_str(word);
    if word == "operatorname" {
        tokens.rest = tokens.rest.strip_prefix('*').unwrap_or(tokens.rest);
    }
    if TEXTUAL.contains(&word) && !tokens.rest.trim_start().starts_with('{') {
        return Err(FormulaError::Braces(word.to_owned()));
    }
    if word == "sqrt"
        && let Some(index) = tokens.rest.trim_start().strip_prefix('[')
        && let Some(end) = closing_bracket(index)
    {
        let index_source = prepare(&index[..end])?;
        out.push_str("[{");
        out.push_str(&index_source);
        out.push_str("}]");
        tokens.rest = &index[end + 1..];
    }
    Ok(())
}

/// Where the bracket that ends an optional argument stands, braces skipped.
fn closing_bracket(source: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in source.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.checked_sub(1)?,
            ']' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Whether every command and environment is on the lists.
pub(super) fn check_commands(latex: &str) -> Result<(), FormulaError> {
    let mut tokens = Tokens { rest: latex };
    while let Some(token) = tokens.next() {
        match token {
            Token::Word(word) if DEFINITIONS.contains(&word) => {
                return Err(FormulaError::Definition(word.to_owned()));
            }
            Token::Word(word) if COMMANDS.binary_search(&word).is_err() => {
                return Err(FormulaError::Unknown(format!("\\{word}")));
            }
            Token::Word("begin" | "end") => {
                let name = tokens.rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
                if let Some((name, _)) = name
                    && !ENVIRONMENTS.contains(&name)
                {
                    return Err(FormulaError::Unknown(format!("the environment {name}")));
                }
            }
            Token::Symbol(symbol)
                if !matches!(
                    symbol,
                    "" | "," | ":" | ";" | "!" | " " | "%" | "_" | "{" | "}" | "|" | "&" | "#" | "$" | "\\"
                ) =>
            {
                return Err(FormulaError::Unknown(format!("\\{symbol}")));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_can_be_searched() {
        assert!(COMMANDS.is_sorted());
    }

    #[test]
    fn arrows_do_not_end_a_left_right_pair() {
        assert_eq!(prepare(r"\left(a \rightarrow b\right)").unwrap(), r"\left(a → b\right)");
    }

    #[test]
    fn every_listed_command_parses_in_a_fitting_place() {
        for word in COMMANDS {
            let source = match *word {
                "begin" | "end" => r"\begin{cases} a & b \end{cases}".to_owned(),
                "left" | "right" | "middle" => r"\left( a \middle| b \right)".to_owned(),
                "limits" | "nolimits" => format!(r"\sum\{word}_i x"),
                "frac" | "dfrac" | "tfrac" | "binom" | "dbinom" | "tbinom" | "overset" | "underset"
                | "stackrel" => format!(r"\{word}{{a}}{{b}}"),
                name if name.to_lowercase().starts_with("big") && !BIG_OPERATORS.contains(&name) => {
                    format!(r"\{word}( a")
                }
                _ => format!(r"\{word}{{a}}"),
            };
            assert!(super::super::check(&source).is_ok(), "{source}: {:?}", super::super::check(&source));
        }
    }

    const BIG_OPERATORS: &[&str] = &["bigcap", "bigcup", "bigoplus", "bigotimes", "bigvee", "bigwedge"];
}
