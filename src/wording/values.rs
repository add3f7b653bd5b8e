//! Python values on a phone: floats with as many digits as the eye needs, lines as wide as the screen.
//!
//! What is left out is marked by “…”, and nothing is rounded: what stands there is the beginning of the value.

/// Characters of a line of code that fit a phone.
pub(super) const WIDTH: usize = 40;
/// Significant digits of a float, where no more are needed to tell two values apart.
const DIGITS: usize = 4;
/// More than any float has.
const ALL_DIGITS: usize = 17;
/// Longest value, in characters.
const LONGEST: usize = 240;
/// What stays before the first difference of two long values.
const BEFORE: usize = 40;

/// A value by itself.
pub(super) fn short(text: &str) -> String {
    cut(&with_digits(&one_line(text), DIGITS))
}

/// Two values that differ, so that their greatest difference can be seen.
pub(super) fn short_pair(one: &str, two: &str) -> (String, String) {
    let (one, two) = (one_line(one), one_line(two));
    let digits = digits_to_tell(&one, &two);
    let (one, two) = (with_digits(&one, digits), with_digits(&two, digits));
    // Where they differ only beyond what a screen bears, their beginnings are left out.
    let same = one.chars().zip(two.chars()).take_while(|(one, two)| one == two).count();
    if same + BEFORE < LONGEST {
        return (cut(&one), cut(&two));
    }
    let from = |text: &str| -> String {
        let start = same - BEFORE;
        let rest: String = text.chars().skip(start).collect();
        let at_item = rest.find(", ").filter(|at| *at < BEFORE).map_or(0, |at| at + 2);
        cut(&format!("… {}", &rest[at_item..]))
    };
    (from(&one), from(&two))
}

/// A label and its value in as many lines as a phone needs; the value is aligned. Python's values are broken after
/// commas, words between words.
pub(super) fn labelled(label: &str, value: &str, indent: usize, is_words: bool) -> String {
    let mut lines = vec![format!("{label:<indent$}")];
    let mut empty = true;
    for piece in pieces(value, is_words) {
        let last = lines.last_mut().expect("there is a line");
        if !empty && last.chars().count() + piece.trim_end().chars().count() > WIDTH {
            *last = last.trim_end().to_owned();
            lines.push(format!("{}{piece}", " ".repeat(indent)));
        } else {
            last.push_str(piece);
        }
        empty = false;
    }
    lines.join("\n").trim_end().to_owned()
}

/// The value's pieces, each with the blank behind it.
fn pieces(value: &str, is_words: bool) -> Vec<&str> {
    let (mut found, mut start, mut quote, mut escaped, mut before) = (Vec::new(), 0, None, false, ' ');
    for (at, character) in value.char_indices() {
        let ends = character == ' ' && (is_words || quote.is_none() && before == ',');
        if ends {
            found.push(&value[start..=at]);
            start = at + 1;
        }
        quote = next_quote(quote, character, &mut escaped);
        before = character;
    }
    found.push(&value[start..]);
    found
}

/// The quotation mark that is open after this character.
fn next_quote(quote: Option<char>, character: char, escaped: &mut bool) -> Option<char> {
    match quote {
        _ if *escaped => {
            *escaped = false;
            quote
        }
        Some(_) if character == '\\' => {
            *escaped = true;
            quote
        }
        Some(mark) if character == mark => None,
        None if matches!(character, '\'' | '"') => Some(character),
        _ => quote,
    }
}

pub(super) fn one_line(text: &str) -> String {
    text.replace('\n', "⏎")
}

pub(super) fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        text.to_owned()
    } else {
        text.chars().take(LONGEST).chain(['…']).collect()
    }
}

/// The fewest digits with which the greatest difference between the floats of two values shows.
fn digits_to_tell(one: &str, two: &str) -> usize {
    let (one, two) = (floats(one), floats(two));
    if one.len() != two.len() {
        return DIGITS;
    }
    let distance = |(one, two): &(&str, &str)| -> f64 {
        let (one, two): (f64, f64) = (one.parse().unwrap_or(f64::NAN), two.parse().unwrap_or(f64::NAN));
        (one - two).abs()
    };
    let Some(farthest) = one.into_iter().zip(two).max_by(|a, b| distance(a).total_cmp(&distance(b))) else {
        return DIGITS;
    };
    (DIGITS..ALL_DIGITS)
        .find(|digits| cut_float(farthest.0, *digits) != cut_float(farthest.1, *digits))
        .unwrap_or(ALL_DIGITS)
}

/// The numbers in a value as Python writes it, those within quotation marks left out.
fn floats(value: &str) -> Vec<&str> {
    parts(value).into_iter().filter(|(_, is_number)| *is_number).map(|(part, _)| part).collect()
}

fn with_digits(value: &str, digits: usize) -> String {
    let part = |(part, is_number): (&str, bool)| {
        if is_number { cut_float(part, digits) } else { part.to_owned() }
    };
    parts(value).into_iter().map(part).collect()
}

/// A value in numbers and what stands between them.
fn parts(value: &str) -> Vec<(&str, bool)> {
    let (mut found, mut start, mut quote, mut escaped, mut before) = (Vec::new(), 0, None, false, ' ');
    let mut number_from = None;
    for (at, character) in value.char_indices() {
        let goes_on = character.is_ascii_digit()
            || matches!(character, '.' | 'e')
            || matches!(character, '+' | '-') && before == 'e';
        match number_from {
            Some(from) if !goes_on => {
                found.push((&value[from..at], true));
                (start, number_from) = (at, None);
            }
            None if quote.is_none()
                && character.is_ascii_digit()
                && !(before.is_alphanumeric() || matches!(before, '_' | '.')) =>
            {
                found.push((&value[start..at], false));
                number_from = Some(at);
            }
            _ => {}
        }
        if number_from.is_none() {
            quote = next_quote(quote, character, &mut escaped);
        }
        before = character;
    }
    match number_from {
        Some(from) => found.push((&value[from..], true)),
        None => found.push((&value[start..], false)),
    }
    found
}

/// "0.09003…e-5": the first significant digits of a number that has a fraction; whole numbers stay.
fn cut_float(number: &str, digits: usize) -> String {
    let (mantissa, exponent) = number.split_at(number.find('e').unwrap_or(number.len()));
    let Some(point) = mantissa.find('.') else { return number.to_owned() };
    let (mut significant, mut end) = (0, mantissa.len());
    for (at, digit) in mantissa.char_indices().filter(|(_, character)| character.is_ascii_digit()) {
        if significant > 0 || digit != '0' {
            significant += 1;
        }
        // The part before the point stays whole, and one digit behind it.
        if significant >= digits && at > point {
            end = at + 1;
            break;
        }
    }
    // One digit more is no longer than the mark.
    if mantissa.len() <= end + 1 {
        return number.to_owned();
    }
    format!("{}…{exponent}", &mantissa[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_cut_and_nothing_else() {
        for (value, expected) in [
            ("[0.09003057317038046, 0.24472847105479767, 0.5]", "[0.09003…, 0.2447…, 0.5]"),
            ("{'0.123456789': 1.23456789, 'it\\'s 1.23456789': -12345.678901}", "{'0.123456789': 1.234…, 'it\\'s 1.23456789': -12345.6…}"),
            ("(1234567890123, 1e-05, 1.2345678e-17, nan, inf, True)", "(1234567890123, 1e-05, 1.234…e-17, nan, inf, True)"),
            ("0.3", "0.3"),
            ("0.33333", "0.33333"),
            ("0.0", "0.0"),
            ("x1.23456789", "x1.23456789"),
            ("'one\ntwo'", "'one⏎two'"),
            ("", ""),
        ] {
            assert_eq!(short(value), expected);
        }
    }

    #[test]
    fn the_greatest_difference_can_be_seen() {
        for (one, two, short_one, short_two) in [
            ("0.123456789", "0.523456789", "0.1234…", "0.5234…"),
            ("0.123456789012", "0.123456789512", "0.1234567890…", "0.1234567895…"),
            // That 1 and 1.0 are written differently is not what fails here.
            ("[1, 0.12345678901]", "[1.0, 0.12345679901]", "[1, 0.12345678…]", "[1.0, 0.12345679…]"),
            ("0.30000000000000004", "0.3", "0.3000…", "0.3"),
            ("[0.123456789]", "None", "[0.1234…]", "None"),
            ("[0.123456789]", "[0.123456789, 0.987654321]", "[0.1234…]", "[0.1234…, 0.9876…]"),
        ] {
            let (one, two) = short_pair(one, two);
            assert_ne!(one, two);
            assert_eq!((one.as_str(), two.as_str()), (short_one, short_two));
        }
        let long = |last: &str| format!("[{}{last}]", "10, ".repeat(200));
        let (one, two) = short_pair(&long("1"), &long("2"));
        assert_eq!(one, "… 10, 10, 10, 10, 10, 10, 10, 10, 10, 1]");
        assert_eq!(two, "… 10, 10, 10, 10, 10, 10, 10, 10, 10, 2]");
    }

    #[test]
    fn long_values_go_on_below() {
        assert_eq!(labelled("got", "[1, 2]", 9, false), "got      [1, 2]");
        assert_eq!(
            labelled("expected", "[0.09003…, 0.2447…, 0.6652…, 'a, b', 0.2447…]", 9, false),
            "expected [0.09003…, 0.2447…, 0.6652…,\n         'a, b', 0.2447…]"
        );
        assert_eq!(
            labelled("got", "ZeroDivisionError: division by something like zero", 9, true),
            "got      ZeroDivisionError: division by\n         something like zero"
        );
        let word = "x".repeat(60);
        assert_eq!(labelled("got", &word, 9, true), format!("got      {word}"));
    }
}
