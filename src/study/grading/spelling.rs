//! One spelling for what counts as the same answer.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Superscript digits written as powers: "10⁵" is "10^5". Compatibility normalisation would make it 105.
pub(super) fn with_plain_powers(text: &str) -> String {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
    const PLAIN: [char; 12] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '-'];
    let mut plain = String::with_capacity(text.len());
    let mut raised = false;
    for sign in text.chars() {
        let digit = RAISED.chars().zip(PLAIN).find(|(other, _)| *other == sign).map(|(_, digit)| digit);
        if digit.is_some() && !raised {
            plain.push('^');
        }
        raised = digit.is_some();
        plain.push(digit.unwrap_or(sign));
    }
    plain
}

/// Symbols and their names; LaTeX's commands are the same names after a backslash.
const SYMBOLS: [(char, &str); 45] = [
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('ϵ', "epsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('ϑ', "theta"),
    ('ι', "iota"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('τ', "tau"),
    ('υ', "upsilon"),
    ('φ', "phi"),
    ('ϕ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
    ('∞', "infinity"),
    ('√', "sqrt"),
    ('∑', "sum"),
    ('∏', "prod"),
    ('∇', "nabla"),
    ('∂', "partial"),
    ('∈', "in"),
    ('≤', "<="),
    ('≥', ">="),
    ('≠', "!="),
    ('≈', "~"),
    ('×', "*"),
    ('·', "*"),
    ('⋅', "*"),
    ('−', "-"),
    ('→', "->"),
    ('±', "+-"),
    ('ℓ', "l"),
    ('′', "'"),
];

/// LaTeX commands whose name is not what the symbol is called here. Nothing for mere dress.
const COMMANDS: [(&str, &str); 28] = [
    ("varepsilon", "epsilon"),
    ("vartheta", "theta"),
    ("varphi", "phi"),
    ("infty", "infinity"),
    ("leq", "<="),
    ("le", "<="),
    ("geq", ">="),
    ("ge", ">="),
    ("neq", "!="),
    ("ne", "!="),
    ("approx", "~"),
    ("times", "*"),
    ("cdot", "*"),
    ("to", "->"),
    ("rightarrow", "->"),
    ("pm", "+-"),
    ("ell", "l"),
    ("left", ""),
    ("right", ""),
    ("text", ""),
    ("textbf", ""),
    ("mathrm", ""),
    ("mathbf", ""),
    ("mathcal", ""),
    ("mathbb", ""),
    ("operatorname", ""),
    ("quad", " "),
    ("top", "t"),
];

/// Accents that mean something on a symbol, as LaTeX and as people call them.
const ACCENTS: [(char, &str); 5] =
    [('\u{302}', "hat"), ('\u{304}', "bar"), ('\u{305}', "bar"), ('\u{303}', "tilde"), ('\u{20d7}', "vec")];

/// Letters from which a text is a word, whose accents are spelling ("naïve"), and not a symbol ("ŷ").
const WORD: usize = 4;

/// The form in which answers are compared: letters in one case, symbols by name, no dress, no spaces.
pub(super) fn canonical(text: &str) -> String {
    let text: String = without_latex(&with_plain_powers(text)).nfkc().collect();
    let named = named_symbols(&text);
    let trimmed = trimmed(&named);
    let bare = ["the ", "an ", "a "].iter().find_map(|article| trimmed.strip_prefix(article));
    let bare = bare.filter(|rest| rest.chars().filter(|one| one.is_alphabetic()).count() >= WORD);
    joined(bare.unwrap_or(trimmed))
}

/// LaTeX commands by their names, accents behind what they stand on.
fn without_latex(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let length = after.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(after.len());
        let (name, behind) = after.split_at(length);
        rest = behind;
        let accent = if name == "bar" || name == "overline" { Some("bar") } else { None }
            .or_else(|| ["hat", "tilde", "vec"].into_iter().find(|accent| *accent == name));
        if let Some(accent) = accent {
            let (under, behind) = argument(behind);
            plain.push_str(under);
            plain.push_str(accent);
            rest = behind;
        } else if name == "frac" {
            let (over, behind) = argument(behind);
            let (under, behind) = argument(behind);
            plain.extend([&without_latex(over), "/", &without_latex(under)]);
            rest = behind;
        } else if name.is_empty() {
            // "\%" is "%", and "\," is a space.
            let escaped = behind.chars().next().filter(|sign| "%_&#".contains(*sign));
            plain.push(escaped.unwrap_or(' '));
            rest = behind.char_indices().nth(1).map_or("", |(next, _)| &behind[next..]);
        } else {
            let known = COMMANDS.iter().find(|(command, _)| *command == name).map(|(_, plain)| *plain);
            plain.push_str(known.unwrap_or(name));
        }
    }
    plain.push_str(rest);
    plain
}

/// What stands in the braces at the start, or else the first letter; and what comes after.
fn argument(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    if let Some(inner) = text.strip_prefix('{') {
        return inner.split_once('}').unwrap_or((inner, ""));
    }
    let end = text.char_indices().nth(1).map_or(text.len(), |(next, _)| next);
    text.split_at(end)
}

/// Lower case, symbols by their names, accents gone from words and named on symbols.
fn named_symbols(text: &str) -> String {
    let is_word = text.chars().filter(|sign| sign.is_alphabetic()).count() >= WORD;
    let mut named = String::with_capacity(text.len());
    for sign in text.nfd() {
        if is_combining_mark(sign) {
            let accent = ACCENTS.iter().find(|(mark, _)| *mark == sign).map(|(_, name)| *name);
            named.push_str(accent.filter(|_| !is_word).unwrap_or_default());
            continue;
        }
        // Upper case first: it folds "ß" and "ς", too.
        for folded in sign.to_uppercase().flat_map(char::to_lowercase) {
            match SYMBOLS.iter().find(|(symbol, _)| *symbol == folded) {
                Some((_, name)) => named.push_str(name),
                None => named.push(folded),
            }
        }
    }
    // British and American: "normalise", "analyze".
    if is_word { named.replace("iz", "is").replace("yz", "ys") } else { named }
}

/// Without quotes, backticks, dollar signs and full stops around it.
fn trimmed(text: &str) -> &str {
    let dress = |sign: char| sign.is_whitespace() || "\"`$“”‘’„«»*".contains(sign);
    let inner = text.trim_matches(dress).trim_end_matches([',', ';', ':', '?', '.']).trim_matches(dress);
    // A single quote is dress in pairs only: "g'" is a derivative.
    let inner = inner.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(inner);
    let words = inner.chars().filter(|sign| sign.is_alphabetic()).count() >= WORD;
    // "n!" is a factorial.
    if words { inner.trim_end_matches('!') } else { inner }
}

/// Without spaces, hyphens, underscores, braces and the signs of powers. A minus in front of something stays.
fn joined(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let is_minus = |at: usize| {
        let before = signs.iter().take(at).rev().find(|sign| !sign.is_whitespace());
        // "- sin θ" begins with a minus too.
        let after = signs.iter().skip(at + 1).find(|sign| before.is_some() || !sign.is_whitespace());
        !before.is_some_and(|sign| sign.is_alphanumeric() || ")]}".contains(*sign))
            && after.is_some_and(|sign| sign.is_alphanumeric() || *sign == '>')
    };
    let kept = signs.iter().enumerate().filter(|(at, sign)| match **sign {
        '-' | '\u{2010}'..='\u{2015}' => is_minus(*at) || signs.get(at + 1) == Some(&'>'),
        '^' | '_' | '{' | '}' | '$' | '`' => false,
        sign => !sign.is_whitespace(),
    });
    kept.map(|(_, sign)| if matches!(sign, '\u{2010}'..='\u{2015}') { '-' } else { *sign }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_answer() {
        let check =
            |one: &str, other: &str| assert_eq!(canonical(one), canonical(other), "{one} and {other}");
        check("Zero.", "zero");
        check("- sin θ", "-sin(θ)".replace(['(', ')'], "").as_str());
        check("'zero'", "zero");
        check("g′", "g'");
        assert_ne!(canonical("g'"), canonical("g"));
        assert_ne!(canonical("- x"), canonical("x"));
        check("“zero”", "`zero`");
        check("over-fitting", "Over fitting");
        check("overfitting", "over\u{2011}fitting");
        check("batch_norm", "batch norm");
        check("the mean", "mean");
        check("naïve Bayes", "naive bayes");
        check("Straße", "STRASSE");
        check("regularisation", "Regularization");
        check("$\\beta_1$", "β₁");
        check("\\beta_1", "beta1");
        check("β", "Beta");
        check("\\varepsilon", "ε");
        check("R²", "R^2");
        check("$R^{2}$", "r2");
        check("ŷ", "\\hat{y}");
        check("ŷ", "y-hat");
        check("\\bar x", "x̄");
        check("\\frac{1}{n}", "1/n");
        check("\\mathbf{w}", "w");
        check("x \\le 1", "x ≤ 1");
        check("\u{2212}1", "-1");
        check("n - 1", "n-1");
        check("ﬁne tuning", "fine-tuning");
        check("μ", "µ");
    }

    #[test]
    fn not_the_same_answer() {
        let check =
            |one: &str, other: &str| assert_ne!(canonical(one), canonical(other), "{one} and {other}");
        check("-1", "1");
        check("y", "ŷ");
        check("n!", "n");
        check("n+1", "n-1");
        check(".5", "5");
        check("x < 1", "x > 1");
        check("10", "1");
        check("a", "");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_has_a_form(text in "\\PC{0,24}", latex in "[a-z\\\\{}_^$ βé²]{0,24}") {
            let _ = canonical(&text);
            let _ = canonical(&latex);
        }
    }
}
