//! Numbers as people type them, and what is none.

use super::*;
use NumericVerdict::{NotANumber, Right, Wrong};
use proptest::prelude::*;

fn card(value: f64, tol: Option<f64>, unit: Option<&str>) -> Numeric {
    Numeric { value, tol, unit: unit.map(str::to_owned) }
}

#[test]
fn spellings_of_a_number() {
    let check = |value: f64, texts: &[&str]| {
        for text in texts {
            assert_eq!(numeric(&card(value, None, None), text), Right, "{text} is {value}");
        }
    };
    check(101_770.0, &["101770", "101,770", "101.770", "101 770", "101'770", "101\u{202f}770", "101_770"]);
    check(
        101_770.0,
        &["1.0177e5", "1,0177E+5", "101770.0", "101,770.00", "101.770,00", "=101770", "101770."],
    );
    check(
        101_770.0,
        &["101.77k", "101.77 thousand", "0.10177M", "1.0177 \u{d7} 10^5", "1.0177·10⁵", "１０１７７０"],
    );
    check(1_234_567.0, &["1,234,567", "1.234.567", "1 234 567", "12,34,567", "1,234,567.0", "1.234.567,0"]);
    check(
        100_000.0,
        &["1e5", "10^5", "10**5", "10⁵", "1E5", "$10^{5}$", "10^{5}", "1*10^5", "1x10^5", "1\\cdot10^5"],
    );
    check(
        0.25,
        &["0.25", "0,25", ".25", ",25", "1/4", "1 / 4", "25%", "25 %", "\u{bc}", "2.5e-1", "2^-2", "+0.25"],
    );
    check(0.25, &["25\\%", "≈ 0.25", "~0.25", "10/40", "0.250", "0,250", "2.5 * 10^-1", "`0.25`", " 0.25\n"]);
    check(-3.5, &["-3.5", "\u{2212}3,5", "- 3.5", "-7/2", "\u{2013}3.5", "-3 1/2"]);
    check(1.5, &["1 1/2", "1\u{bd}", "3/2", "150%"]);
    check(1.234, &["1.234", "1,234"]);
    check(1234.0, &["1.234", "1,234", "1 234"]);
    check(25.0, &["25", "25%"]);
    check(1024.0, &["2^10", "2¹⁰", "1,024"]);
    check(-100.0, &["-10^2"]);
    check(1.75e11, &["175B", "175 billion", "175bn", "1.75e11", "175,000,000,000"]);
    check(1e20, &["10^20", "1e20", "100000000000000000000"]);
    check(0.0, &["0", "-0", "0.0", "0%"]);
}

#[test]
fn other_numbers_and_no_numbers() {
    let check = |value: f64, text: &str, expected| {
        assert_eq!(numeric(&card(value, None, None), text), expected, "{text} for {value}");
    };
    check(0.25, "25", Wrong { read_as: 25.0 });
    check(0.26, "25%", Wrong { read_as: 0.25 });
    check(7.0, "1,234", Wrong { read_as: 1234.0 });
    check(7.0, "1.234", Wrong { read_as: 1.234 });
    check(7.0, "0,234", Wrong { read_as: 0.234 });
    check(1_234_567_890.0, "1234567891", Wrong { read_as: 1_234_567_891.0 });
    check(3.0, "-3", Wrong { read_as: -3.0 });
    for text in [
        "",
        " ",
        "-",
        "nan",
        "NaN",
        "inf",
        "infinity",
        "1e999",
        "1/0",
        "0/0",
        "seven",
        "1.2.3",
        "1,23,4",
        "1, 2",
        "3-4",
        "12 34",
        "1 000 00",
        "e5",
        "1e",
        "^",
        "10^",
        "/",
        "1/2/3",
        "0x10",
        "--3",
        "5 ms",
        ".",
        ",",
        "%",
        "1..2",
        "01,234,567",
    ] {
        check(7.0, text, NotANumber);
    }
    check(7.0, &"7".repeat(101), NotANumber);
}

#[test]
fn a_word_behind_the_number() {
    let check = |value: f64, text: &str, expected| {
        assert_eq!(numeric(&card(value, None, None), text), expected, "{text}");
    };
    check(45.0, "45°", NumericVerdict::Right);
    check(12.0, "12 epochs", NumericVerdict::Right);
    check(12.0, "twelve epochs", NumericVerdict::NotANumber);
}

#[test]
fn units() {
    let check = |value: f64, unit: &str, text: &str, expected| {
        assert_eq!(numeric(&card(value, None, Some(unit)), text), expected, "{text} in {unit}");
    };
    check(5.0, "ms", "5 ms", Right);
    check(5.0, "ms", "5ms", Right);
    check(5.0, "ms", "5", Right);
    check(5.0, "ms", "5 MS", Right);
    check(5.0, "ms", "5 s", NotANumber);
    check(1.0, "days", "1 day", Right);
    check(2.0, "day", "2 days", Right);
    check(25.0, "%", "25%", Right);
    check(25.0, "%", "25", Right);
    check(25.0, "%", "26%", Wrong { read_as: 26.0 });
    check(0.25, "%", "25%", Wrong { read_as: 25.0 });
    check(16.0, "MB", "16 MB", Right);
    check(16.0, "GB", "16 G", Wrong { read_as: 16e9 });
    check(101_770.0, "parameters", "101,770 parameters", Right);
}

#[test]
fn tolerance_includes_its_ends() {
    let check = |value: f64, tol: f64, text: &str, right: bool| {
        let verdict = numeric(&card(value, Some(tol), None), text);
        assert_eq!(verdict == Right, right, "{text} for {value} ± {tol}");
    };
    check(2.303, 0.01, "2.313", true);
    check(2.303, 0.01, "2.293", true);
    check(2.303, 0.01, "2,3", true);
    check(2.303, 0.01, "2.3131", false);
    check(0.1, 0.0, "0.1", true);
    check(1e9, 0.001, "1000000000.001", true);
    check(1e9, 0.001, "1000000000.002", false);
    check(100.0, 5.0, "105", true);
    check(100.0, 5.0, "94.9", false);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_graded_without_a_panic(text in "[0-9.,'_ /^*xeE%+\\-−½²⁵kM€é]{0,24}") {
        let _ = numeric(&card(1.0, Some(0.1), Some("€")), &text);
    }

    #[test]
    fn a_number_is_read_as_it_is_written(value in -1e12_f64..1e12) {
        prop_assert_eq!(numeric(&card(value, None, None), &value.to_string()), Right);
        prop_assert_eq!(numeric(&card(value, None, None), &format!("{value:e}")), Right);
    }
}
