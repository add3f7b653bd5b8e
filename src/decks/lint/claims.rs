//! Numbers that an explanation computes must stand in a `verify`.
//!
//! A claim is a number after `=`, `≈` or `\approx` in the back, the poll explanation or an option's "why", where
//! something before the sign in the same chain is a computation: it holds a digit and an operator (`+ - * / · × ^`
//! with a number as its base, `\cdot`, `\times`, `\frac`, `\sqrt`, `\log`, …) or calls a function on a number
//! (`f(2)`). So `784 \cdot 128 + 128 = 100480` is a claim, and `k = 3`, `\beta_1 = 0.9`, `R^2 = 0.8` and
//! `a^2 + b^2 = c^2` are none. Code is not read. A claim is proved when a `verify` names its number, rounded as
//! in the text; a percentage may be named as a share; for a fraction any `verify` does.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::Findings;
use crate::decks::problem::Rule;
use crate::study::card::Card;

/// What a text claims.
#[derive(Clone, Debug, PartialEq)]
struct Claim {
    /// As in the text.
    shown: String,
    /// Its value, unless it is a fraction, and half a unit of its last place.
    number: Option<(f64, f64)>,
    percent: bool,
}

pub(super) fn card(card: &Card, found: &mut Findings<'_>) {
    let mut texts = vec![card.back.joined()];
    if let Some(choice) = &card.choice {
        texts.push(choice.explain.clone());
        texts.extend(choice.options.iter().map(|option| option.why.clone()));
    }
    let mut proved: Vec<f64> = card.verify.iter().flat_map(|verify| literals(verify)).collect();
    proved.extend(card.numeric.as_ref().map(|numeric| numeric.value));
    for claim in texts.iter().flat_map(|text| claims(text)) {
        let proven = match claim.number {
            None => !card.verify.is_empty(),
            Some((value, half)) => proved.iter().any(|literal| {
                let near = |literal: f64| (literal.abs() - value.abs()).abs() <= half * 1.000_001;
                near(*literal) || (claim.percent && near(literal * 100.0))
            }),
        };
        if !proven {
            let message = format!("the text computes `= {}`, but no verify names that number", claim.shown);
            found.add(Rule::ClaimUnproved, message);
        }
    }
}

fn claims(markdown: &str) -> Vec<Claim> {
    let mut out = Vec::new();
    let mut prose = String::new();
    let mut in_block = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_MATH) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) if !in_block => prose.push_str(&text),
            Event::Code(_) => prose.push_str(" code "),
            Event::InlineMath(math) | Event::DisplayMath(math) => {
                in_formula(&math, &mut out);
                prose.push_str(" formula ");
            }
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                prose.push('\n')
            }
            _ => {}
        }
    }
    in_prose(&prose, &mut out);
    out
}

/// Chains `a = b ≈ c` of a formula: cut at commas, line breaks and `\quad` outside brackets, then at the signs.
fn in_formula(formula: &str, out: &mut Vec<Claim>) {
    let formula = formula
        .replace("\\approx", "≈")
        .replace("{,}", "")
        .replace("\\\\", "\n")
        .replace("\\qquad", "\n")
        .replace("\\quad", "\n")
        .replace('&', "");
    for chain in cut(&formula, &[',', ';', '\n']) {
        in_chain(&cut(chain, &['=', '≈']), out);
    }
}

fn in_chain(parts: &[&str], out: &mut Vec<Claim>) {
    let mut computed = false;
    for (index, part) in parts.iter().enumerate() {
        if index > 0
            && computed
            && let Some(claim) = number(part)
        {
            out.push(claim);
        }
        computed = computed || computes(part);
    }
}

/// Claims outside formulas: `3 + 4 = 7`. The words before the sign count from its side as long as they look like
/// parts of a computation.
fn in_prose(prose: &str, out: &mut Vec<Claim>) {
    for line in prose.lines() {
        let parts: Vec<&str> = line.split(['=', '≈']).collect();
        let mut computed = false;
        for pair in parts.windows(2) {
            let [before, after] = pair else { continue };
            let tail: Vec<&str> =
                before.split_whitespace().rev().take_while(|word| of_computation(word)).collect();
            // A chain goes on only if nothing but the computation stands between two signs.
            let whole = tail.len() == before.split_whitespace().count();
            let expression = tail.into_iter().rev().collect::<Vec<_>>().join(" ");
            computed = (computed && whole) || computes(&expression);
            let first = after.split_whitespace().next().unwrap_or_default();
            let only_number = first.trim_end_matches(['.', ',', ';', ':', ')', '?', '!']);
            if computed && let Some(claim) = number(only_number) {
                out.push(claim);
            }
        }
    }
}

fn of_computation(word: &str) -> bool {
    let ends_clause = word.ends_with([',', ';', ':']);
    let operator = matches!(word, "+" | "-" | "−" | "*" | "/" | "·" | "×" | "÷" | "^" | "(" | ")");
    let digits = word.contains(|c: char| c.is_ascii_digit()) && !word.contains('_');
    !ends_clause && (operator || digits)
}

/// Splits at the characters that stand outside brackets of any kind.
fn cut<'a>(text: &'a str, at: &[char]) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        match c {
            // `\,` and `\;` are spaces; `\{` is a bracket like any other.
            _ if escaped && !matches!(c, '{' | '}') => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ if depth <= 0 && at.contains(&c) => {
                parts.extend(text.get(start..index));
                start = index + c.len_utf8();
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    parts.extend(text.get(start..));
    parts
}

/// Whether an expression computes with numbers.
fn computes(part: &str) -> bool {
    let bare = without_names(part);
    if !bare.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let commands = [
        "\\cdot", "\\times", "\\frac", "\\tfrac", "\\dfrac", "\\sqrt", "\\log", "\\ln", "\\exp", "\\sin",
        "\\cos", "\\tan", "\\binom", "\\max", "\\min", "\\lfloor", "\\lceil", "\\div",
    ];
    if commands.iter().any(|command| bare.contains(command)) {
        return true;
    }
    let chars: Vec<char> = bare.chars().filter(|c| !c.is_whitespace()).collect();
    chars.iter().enumerate().any(|(at, c)| {
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let after = chars.get(at + 1).copied();
        let operand = |c: Option<char>| {
            c.is_some_and(|c| {
                c.is_alphanumeric() || matches!(c, ')' | '(' | '}' | '{' | ']' | '[' | '\\' | '.' | '|')
            })
        };
        match c {
            '+' | '-' | '−' | '*' | '/' | '·' | '×' | '÷' => operand(before) && operand(after),
            '^' | '!' => before
                .is_some_and(|before| before.is_ascii_digit() || matches!(before, ')' | ']' | '}' | 'e')),
            // A call on a number: a letter, a bracket, a digit.
            '(' => {
                before.is_some_and(|before| before.is_alphabetic() || before == '\'')
                    && after.is_some_and(|after| after.is_ascii_digit() || matches!(after, '-' | '−' | '.'))
            }
            _ => false,
        }
    })
}

/// An expression without texts, indices and powers of a name: `\sigma^2` and `x_1` are names, `2^{10}` is none.
fn without_names(part: &str) -> String {
    let mut out = String::new();
    let mut rest = part
        .replace("\\left", "")
        .replace("\\right", "")
        .replace("\\,", "")
        .replace("\\;", "")
        .replace("\\!", "");
    for command in ["\\text", "\\mathrm", "\\operatorname", "\\mbox"] {
        while let Some(at) = rest.find(command) {
            let after = rest.get(at + command.len()..).unwrap_or_default().to_owned();
            let argument = group(&after).len();
            rest = format!(
                "{} {}",
                rest.get(..at).unwrap_or_default(),
                after.get(argument..).unwrap_or_default()
            );
        }
    }
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        let base = out.trim_end().chars().last();
        let of_name =
            base.is_some_and(|base| (base.is_alphabetic() && base != 'e') || base == '\'' || base == '∎');
        if c == '_' || (c == '^' && of_name) {
            let skip = group(rest.get(at + 1..).unwrap_or_default()).chars().count();
            for _ in 0..skip {
                chars.next();
            }
            // Marks that a name was here, so that its power is dropped as well.
            if c == '_' {
                out.push('∎');
            }
        } else {
            out.push(c);
        }
    }
    out.replace('∎', "")
}

/// The argument at the start of a text: a group in braces, a command, or one character, with blanks before it.
fn group(text: &str) -> &str {
    let blanks = text.len() - text.trim_start().len();
    let inner = text.get(blanks..).unwrap_or_default();
    let length = if inner.starts_with('{') {
        let mut depth = 0_i32;
        inner
            .char_indices()
            .find_map(|(at, c)| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                (depth == 0).then_some(at + 1)
            })
            .unwrap_or(inner.len())
    } else if let Some(command) = inner.strip_prefix('\\') {
        1 + command.chars().take_while(char::is_ascii_alphabetic).count()
    } else {
        inner.chars().next().map_or(0, char::len_utf8)
    };
    text.get(..blanks + length).unwrap_or_default()
}

/// A part that is nothing but a number, a percentage or a fraction, perhaps with a unit.
fn number(part: &str) -> Option<Claim> {
    let mut bare = without_units(part);
    let percent = bare.ends_with('%');
    bare = bare.trim_end_matches('%').trim_end_matches(['.', ',', ';']).to_owned();
    let plain = bare.replace('−', "-");
    let digits = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    if let Some((value, half)) = decimal(&plain) {
        return Some(Claim { shown: part.trim().to_owned(), number: Some((value, half)), percent });
    }
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let slashed = digits.split_once('/').is_some_and(|(top, bottom)| whole(top) && whole(bottom));
    let stacked = ["\\frac", "\\tfrac", "\\dfrac"].iter().any(|command| {
        digits.strip_prefix(command).is_some_and(|rest| {
            let rest: String = rest.chars().filter(|c| !matches!(c, '{' | '}')).collect();
            whole(&rest)
        })
    });
    (slashed || stacked).then(|| Claim { shown: part.trim().to_owned(), number: None, percent })
}

fn without_units(part: &str) -> String {
    let mut text = part.to_owned();
    for command in ["\\text", "\\mathrm", "\\operatorname"] {
        if let Some(at) = text.find(command) {
            text.truncate(at);
        }
    }
    for (mark, plain) in [
        ("\\,", ""),
        ("\\;", ""),
        ("\\!", ""),
        ("\\ ", ""),
        ("~", ""),
        ("\\%", "%"),
        ("\\times", "×"),
        ("\\cdot", "·"),
    ] {
        text = text.replace(mark, plain);
    }
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A decimal number, also `1.5×10^{-3}`, with half a unit of its last place.
fn decimal(text: &str) -> Option<(f64, f64)> {
    let (mantissa, power) = match text.split_once(['×', '·']) {
        Some((mantissa, power)) => {
            let power: String =
                power.strip_prefix("10^")?.chars().filter(|c| !matches!(c, '{' | '}')).collect();
            (mantissa, power.parse::<i32>().ok()?)
        }
        None => (text, 0),
    };
    let digits = mantissa.trim_start_matches(['-', '+']);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let value: f64 = mantissa.parse().ok()?;
    let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
    let scale = 10_f64.powi(power);
    Some((value * scale, 0.5 * 10_f64.powi(-i32::try_from(places).ok()?) * scale))
}

/// Number literals of a Python expression.
fn literals(expression: &str) -> Vec<f64> {
    let mut out = Vec::new();
    let mut rest = expression;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let before = rest.get(..start).and_then(|head| head.chars().last());
        let start = if before == Some('.') { start - 1 } else { start };
        let tail = rest.get(start..).unwrap_or_default();
        let mut end = 0;
        let bytes = tail.as_bytes();
        while let Some(byte) = bytes.get(end) {
            let exponent = matches!(byte, b'e' | b'E')
                && bytes
                    .get(end + 1)
                    .is_some_and(|next| next.is_ascii_digit() || matches!(next, b'-' | b'+'));
            let sign =
                matches!(byte, b'-' | b'+') && end > 0 && matches!(bytes.get(end - 1), Some(b'e' | b'E'));
            if byte.is_ascii_digit() || matches!(byte, b'.' | b'_') || exponent || sign {
                end += 1;
            } else {
                break;
            }
        }
        let name = before.is_some_and(|c| c.is_alphabetic() || c == '_');
        let literal = tail.get(..end).unwrap_or_default().replace('_', "");
        if !name {
            out.extend(literal.parse::<f64>().ok());
        }
        rest = tail.get(end.max(1)..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        claims(text).into_iter().map(|claim| claim.shown).collect()
    }

    #[test]
    fn computed_numbers_are_claims() {
        for (text, expected) in [
            ("First $784 \\cdot 128 + 128 = 100480$ weights", vec!["100480"]),
            ("$-\\ln(1/10) = \\ln 10 \\approx 2.303$.", vec!["2.303"]),
            ("$R^2 = 1 - 2/10 = 0.8$", vec!["0.8"]),
            ("$\\sigma(0) = 0.5$", vec!["0.5"]),
            ("$f'(2) = 12$", vec!["12"]),
            ("so 3 + 4 = 7, and 2*5 = 10.", vec!["7", "10"]),
            ("$\\frac{1}{2} + \\frac{1}{4} = \\frac{3}{4}$", vec!["\\frac{3}{4}"]),
            ("$2^{10} = 1024$ and $e^{-1} \\approx 0.368$", vec!["1024", "0.368"]),
            ("$1 - 0.95^{20} \\approx 64\\,\\%$", vec!["64\\,\\%"]),
            ("$(0.5)(2) + 1 = 2$, $x = 3 \\cdot 2 = 6 \\text{ units}$", vec!["2", "6 \\text{ units}"]),
            ("$60000/64 = 937.5$", vec!["937.5"]),
            ("$20 \\cdot 0.25 = 5$ requests", vec!["5"]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn definitions_and_identities_are_no_claims() {
        for text in [
            "With $k = 3$ and $\\beta_1 = 0.9$, $\\alpha = 0.05$.",
            "Then $R^2 = 0.8$ and $\\sigma^2 = 4$.",
            "$a^2 + b^2 = c^2$ and $\\frac{d}{dx} x^2 = 2x$",
            "use k = 3 or axis=0, `2 + 2 = 4` in code",
            "$x_1 = 2, x_2 = 3$",
            "$\\sum_{i=1}^{n} x_i = 1$",
            "$p = 0.5$; the threshold 0.5 = default",
            "```\n1 + 1 = 2\n```",
        ] {
            assert_eq!(shown(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn literals_of_an_expression() {
        assert_eq!(literals("abs(0.1*x1 - 2_000) < 1e-9 and .5 == y"), [0.1, 2000.0, 1e-9, 0.5]);
    }
}
