//! Answers to numeric cards.

use unicode_normalization::UnicodeNormalization;

use super::spelling::with_plain_powers;
use crate::study::card::Numeric;

/// Longer answers are no numbers.
const LONGEST_ANSWER: usize = 100;

/// What an answer to a numeric card is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumericVerdict {
    /// Within the tolerance.
    Right,
    /// A number, but another one.
    Wrong {
        /// The number, in its likeliest reading.
        read_as: f64,
    },
    /// No number at all.
    NotANumber,
}

/// Grades the answer to a numeric card.
///
/// Read are: decimal points and commas, thousands separators, fractions ("1/4", "1 1/2", "½"), percentages,
/// "1e5", "2^10", "3 * 10^5", "175B", the card's unit or none. What can be read in several ways ("1,234") is
/// right if one of them is. The tolerance is absolute and includes its ends; without one the value must be
/// met but for the rounding of floats: a relative 1e-9, and for whole numbers less than a millionth.
#[must_use]
pub fn numeric(card: &Numeric, text: &str) -> NumericVerdict {
    let readings = readings(text, card.unit.as_deref());
    match readings.first() {
        None => NumericVerdict::NotANumber,
        Some(_) if readings.iter().any(|reading| fits(card, *reading)) => NumericVerdict::Right,
        Some(first) => NumericVerdict::Wrong { read_as: *first },
    }
}

fn fits(card: &Numeric, reading: f64) -> bool {
    const WHOLE_IN_FLOATS: f64 = 9_007_199_254_740_992.0;
    let distance = (reading - card.value).abs();
    let relative = 1e-9 * card.value.abs();
    match card.tol {
        Some(tolerance) => distance <= tolerance * (1.0 + 1e-9) + 4.0 * f64::EPSILON * card.value.abs(),
        None if card.value.fract() == 0.0 && card.value.abs() < WHOLE_IN_FLOATS => {
            distance <= relative.min(1e-6)
        }
        None => distance <= relative,
    }
}

/// All sensible readings, the likeliest first.
pub(super) fn readings(text: &str, unit: Option<&str>) -> Vec<f64> {
    if text.len() > LONGEST_ANSWER {
        return vec![];
    }
    let text = plain(text);
    let unit = unit.map(plain).filter(|unit| !unit.is_empty());
    let bare = unit.as_deref().and_then(|unit| without_unit(&text, unit));
    let mut found = bare.map(|bare| expression(&bare)).unwrap_or_default();
    if found.is_empty()
        && let Some(bare) = text.strip_suffix('%')
    {
        let percents = expression(bare.trim_end());
        found.extend(percents.iter().map(|percent| percent / 100.0));
        found.extend(percents);
    }
    if found.is_empty() {
        found = expression(&text);
    }
    if found.is_empty() {
        found = with_magnitude(&text);
    }
    if found.is_empty() {
        // "45°" and, where the card names no unit, "12 epochs".
        let bare = text.strip_suffix('°').or_else(|| {
            let (number, word) = text.rsplit_once(' ').filter(|_| unit.is_none())?;
            (word.len() > 2 && word.chars().all(char::is_alphabetic)).then_some(number)
        });
        found = bare.map(|bare| expression(bare.trim_end())).unwrap_or_default();
    }
    found.retain(|number| number.is_finite());
    found
}

/// One spelling for minus, times, fraction bars, powers and spaces; no LaTeX, no "=" or "≈" in front.
fn plain(text: &str) -> String {
    let text = with_plain_powers(text);
    let mut plain = String::new();
    for sign in text.chars() {
        // "1½" is one and a half, not eleven halves.
        if plain.ends_with(|before: char| before.is_ascii_digit()) && "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞".contains(sign)
        {
            plain.push(' ');
        }
        match sign {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
            '×' | '·' | '⋅' | '∙' => plain.push('*'),
            '÷' | '\u{2215}' => plain.push('/'),
            '\u{2019}' => plain.push('\''),
            '$' | '{' | '}' | '`' => {}
            _ => plain.push(sign),
        }
    }
    let plain = plain.replace("\\cdot", "*").replace("\\times", "*").replace("\\,", " ").replace("\\%", "%");
    let plain: String = plain.nfkc().collect::<String>().replace('\u{2044}', "/").replace("**", "^");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = plain.trim_start_matches(['=', '≈', '~', ' ']).trim_end_matches([' ', ';', '!']);
    plain.strip_suffix(['.', ',']).unwrap_or(plain).to_owned()
}

/// The text before the unit, singular or plural, in any case.
fn without_unit(text: &str, unit: &str) -> Option<String> {
    let lower = |text: &str| text.chars().map(|sign| sign.to_ascii_lowercase()).collect::<String>();
    let (text, unit) = (lower(text), lower(unit));
    let stem = unit.strip_suffix('s').filter(|stem| stem.len() >= 2).unwrap_or(&unit);
    let plural = format!("{stem}s");
    let bare = [unit.as_str(), stem, &plural].into_iter().find_map(|unit| text.strip_suffix(unit))?;
    Some(bare.trim_end().to_owned())
}

/// "1.5k", "7B", "2 million".
fn with_magnitude(text: &str) -> Vec<f64> {
    const MAGNITUDES: [(&str, f64); 12] = [
        ("thousand", 1e3),
        ("million", 1e6),
        ("billion", 1e9),
        ("trillion", 1e12),
        ("bn", 1e9),
        ("k", 1e3),
        ("K", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("B", 1e9),
        ("T", 1e12),
        ("m", 1e6),
    ];
    let magnitude = MAGNITUDES.iter().find_map(|(name, by)| Some((text.strip_suffix(name)?, by)));
    magnitude
        .map(|(number, by)| expression(number.trim_end()).into_iter().map(|one| one * by).collect())
        .unwrap_or_default()
}

/// A sum of at most a whole number and a fraction: "3", "3/4", "1 3/4".
fn expression(text: &str) -> Vec<f64> {
    let Some((over, under)) = text.split_once('/') else { return product(text.trim()) };
    let (over, under) = (over.trim(), under.trim());
    if let Some((whole, over)) = over.rsplit_once(' ')
        && let [whole] = literal(whole.trim()).as_slice()
        && let ([over], [under]) = (digits(over).as_slice(), digits(under).as_slice())
    {
        let fraction = over / under;
        return vec![if text.starts_with('-') { whole - fraction } else { whole + fraction }];
    }
    let under = product(under);
    product(over).iter().flat_map(|over| under.iter().map(move |under| over / under)).collect()
}

/// A number of digits only.
fn digits(text: &str) -> Vec<f64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().into_iter().collect() } else { vec![] }
}

/// "1.5 * 10^5", "1.5x10^5", "10^5", "1.5".
fn product(text: &str) -> Vec<f64> {
    let Some((factor, rest)) = text.split_once(['*', 'x', 'X']) else { return power(text) };
    let (factor, rest) = (factor.trim(), rest.trim());
    if factor == "0" {
        // "0x10" is hexadecimal, and nobody multiplies by nothing.
        return vec![];
    }
    // As one decimal number, because 0.3 * 10^-3 is not 0.0003 in floats.
    if let Some(exponent) = rest.strip_prefix("10^")
        && let [_, ..] = literal(factor).as_slice()
        && !factor.contains(['e', 'E'])
    {
        return literal(&format!("{factor}e{exponent}"));
    }
    let rest = power(rest);
    power(factor).iter().flat_map(|factor| rest.iter().map(move |rest| factor * rest)).collect()
}

fn power(text: &str) -> Vec<f64> {
    let Some((base, exponent)) = text.split_once('^') else { return literal(text) };
    let exponent = exponent.trim().trim_start_matches('(').trim_end_matches(')');
    let (negative, base) = split_sign(base.trim());
    if base == "10" && exponent.parse::<i32>().is_ok() {
        return literal(&format!("{}1e{exponent}", if negative { "-" } else { "" }));
    }
    let exponents = literal(exponent);
    let signed = |number: f64| if negative { -number } else { number };
    literal(base)
        .iter()
        .flat_map(|base| exponents.iter().map(move |exponent| signed(base.powf(*exponent))))
        .collect()
}

fn split_sign(text: &str) -> (bool, &str) {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    (text.starts_with('-'), unsigned.trim_start())
}

/// One number in digits, with whatever stands between them. Both readings of "1,234" and "1.234".
fn literal(text: &str) -> Vec<f64> {
    let (negative, unsigned) = split_sign(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let Ok(exponent) = exponent.parse::<i32>() else { return vec![] };
    let number = |digits: String| {
        let number = format!("{digits}e{exponent}").parse::<f64>().ok()?;
        Some(if negative { -number } else { number })
    };
    decimals(mantissa).into_iter().filter_map(number).collect()
}

/// The number's readings with a point and no other separator.
fn decimals(text: &str) -> Vec<String> {
    let signs: Vec<char> = text.chars().filter(|sign| !sign.is_ascii_digit()).collect();
    let last = text.rfind(['.', ',']).map(|at| (&text[..at], &text[at + 1..]));
    let decimal = |(whole, fraction): (&str, &str), whole_grouped: bool| {
        let whole = if whole_grouped { ungrouped(whole)? } else { whole.to_owned() };
        let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
        (digits && !(whole.is_empty() && fraction.is_empty())).then(|| format!("{whole}.{fraction}"))
    };
    let plain = |parts: (&str, &str)| parts.0.bytes().all(|byte| byte.is_ascii_digit());
    let readings = match (signs.as_slice(), last) {
        ([], _) => vec![(!text.is_empty()).then(|| text.to_owned())],
        (['.'], Some(parts)) => vec![decimal(parts, false), ungrouped(text)],
        ([','], Some(parts)) => vec![ungrouped(text), decimal(parts, false)],
        (_, Some(parts)) if !plain(parts) => vec![ungrouped(text), decimal(parts, true)],
        _ => vec![ungrouped(text)],
    };
    readings.into_iter().flatten().collect()
}

/// The digits of a number in groups, as in "1,234,567", "1 234 567" and the Indian "12,34,567".
fn ungrouped(text: &str) -> Option<String> {
    let separator = text.chars().find(|sign| !sign.is_ascii_digit())?;
    if !",. '_".contains(separator) {
        return None;
    }
    let groups: Vec<&str> = text.split(separator).collect();
    let (first, [middle @ .., last]) = groups.split_first()? else { return None };
    let long = |length: usize| middle.iter().all(|group| group.len() == length);
    let sizes = last.len() == 3
        && (long(3) && (1..=3).contains(&first.len()) || long(2) && (1..=2).contains(&first.len()));
    let joined = groups.concat();
    (sizes && !first.starts_with('0') && joined.bytes().all(|byte| byte.is_ascii_digit())).then_some(joined)
}

#[cfg(test)]
mod tests;
