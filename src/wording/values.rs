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
/// Of so many items the one that differs is marked.
const MANY: usize = 4;
/// Differences below this share of the greatest are noise.
const NOISE: f64 = 1e-6;
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
    in_lines(label, &pieces(value, is_words), indent, &[])
}

/// A value that is not what was expected; where the eye would have to search, what differs is marked.
pub(super) fn unexpected(label: &str, value: &str, expected: &str, indent: usize) -> String {
    let (own, others) = (pieces(value, false), pieces(expected, false));
    let marked = if own.len() < MANY { Vec::new() } else { differences(&own, &others) };
    in_lines(label, &own, indent, &marked)
}

fn in_lines(label: &str, pieces: &[&str], indent: usize, marked: &[usize]) -> String {
    let mut lines = vec![format!("{label:<indent$}")];
    let mut marks = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        let width = piece.trim_end().chars().count();
        let mut column = lines.last().map_or(0, |line| line.chars().count());
        if index > 0 && column + width > WIDTH {
            lines.extend((!marks.is_empty()).then(|| std::mem::take(&mut marks)));
            lines.push(" ".repeat(indent));
            column = indent;
        }
        if marked.contains(&index) {
            marks += &" ".repeat(column.saturating_sub(marks.chars().count()));
            marks += &"^".repeat(piece.trim_end_matches([' ', ',']).chars().count());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(piece);
        }
    }
    lines.push(marks);
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// The pieces that differ, but for noise beside greater differences; none where the values are built differently.
fn differences(own: &[&str], others: &[&str]) -> Vec<usize> {
    if own.len() != others.len() {
        return Vec::new();
    }
    let distance = |own: &str, other: &str| -> f64 {
        let (own_floats, other_floats) = (floats(own), floats(other));
        let without = |text: &str| -> String {
            parts(text).into_iter().filter(|(_, is_number)| !is_number).map(|(part, _)| part).collect()
        };
        if own_floats.len() != other_floats.len() || without(own) != without(other) {
            return f64::MAX;
        }
        own_floats.into_iter().zip(other_floats).map(|pair| apart(&pair)).fold(0.0, f64::max)
    };
    let distances: Vec<f64> = own.iter().zip(others).map(|(own, other)| distance(own, other)).collect();
    let numbers = distances.iter().copied().filter(|one| *one < f64::MAX);
    let noise = numbers.fold(0.0, f64::max) * NOISE;
    let differs = |(index, one): (usize, f64)| (one > noise).then_some(index);
    distances.into_iter().enumerate().filter_map(differs).collect()
}

/// How far two numbers are apart; what was cut off does not count.
fn apart((one, two): &(&str, &str)) -> f64 {
    let number = |text: &str| text.replace('…', "").parse().unwrap_or(f64::NAN);
    let distance: f64 = number(one) - number(two);
    distance.abs()
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
    let pairs = one.into_iter().zip(two);
    let Some(farthest) = pairs.max_by(|one, two| apart(one).total_cmp(&apart(two))) else {
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
            || matches!(character, '.' | 'e' | '…')
            || matches!(character, '+' | '-') && before == 'e';
        match number_from {
            Some(from) if !goes_on => {
                found.push((&value[from..at], true));
                (start, number_from) = (at, None);
            }
            None if quote.is_none()
                && value[at..].trim_start_matches('-').starts_with(|next: char| next.is_ascii_digit())
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
            (
                "{'0.123456789': 1.23456789, 'it\\'s 1.23456789': -12345.678901}",
                "{'0.123456789': 1.234…, 'it\\'s 1.23456789': -12345.6…}",
            ),
            (
                "(1234567890123, 1e-05, 1.2345678e-17, nan, inf, True)",
                "(1234567890123, 1e-05, 1.234…e-17, nan, inf, True)",
            ),
            ("0.3", "0.3"),
            ("[-0.123456789, 3-1.123456789]", "[-0.1234…, 3-1.123…]"),
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
    fn of_many_items_the_one_that_differs_is_marked() {
        let expected = "{'count': 20, 'mean': 34.5, 'p50': 10, 'p95': 10, 'p99': 500}";
        let got = "{'count': 20, 'mean': 34.51, 'p50': 10, 'p95': 500, 'p99': 500}";
        assert_eq!(
            unexpected("got", got, expected, 9),
            "got      {'count': 20, 'mean': 34.51,\n                       ^^^^^^^^^^^^^\n         'p50': 10, 'p95': 500,\n                    ^^^^^^^^^^\n         'p99': 500}"
        );
        assert_eq!(
            unexpected("got", "['a', 'b', None, 'd']", "['a', 'b', 'c', 'd']", 9),
            "got      ['a', 'b', None, 'd']\n                    ^^^^"
        );
        assert_eq!(
            unexpected("got", "[2, 1.00000001, 3, 3]", "[2, 1, 4, 4]", 9),
            "got      [2, 1.00000001, 3, 3]\n                         ^  ^^"
        );
        assert_eq!(unexpected("got", "[1, 3]", "[1, 2]", 9), "got      [1, 3]");
        assert_eq!(unexpected("got", "[1, 2, 3, 4, 5]", "[1, 2, 3, 4]", 9), "got      [1, 2, 3, 4, 5]");
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
