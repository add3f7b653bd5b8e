use proptest::prelude::*;

use super::*;
use crate::chat::screen::{Item, Screen, Span};
use crate::chat::{html, leaks, plain, rich};

fn text(source: &str) -> String {
    plain::text(&Screen { blocks: blocks(source), buttons: Vec::new() })
}

fn math(latex: &str) -> Span {
    Span::Math(latex.to_owned())
}

#[test]
fn inline_marks_become_spans() {
    let cases: Vec<(&str, Vec<Span>)> = vec![
        ("a **b** c", vec!["a ".into(), Span::bold("b"), " c".into()]),
        ("*a*", vec![Span::italic("a")]),
        ("~~a~~", vec![Span::Strike("a".into())]),
        ("`a*b*`", vec![Span::Code("a*b*".to_owned())]),
        ("$x_1$ and $y_2$", vec![math("x_1"), " and ".into(), math("y_2")]),
        ("a\nb", vec!["a b".into()]),
        ("a  \nb", vec!["a\nb".into()]),
        ("a\\\nb", vec!["a\nb".into()]),
        ("costs $5 or $10", vec!["costs $5 or $10".into()]),
        ("from $5/$10", vec!["from $5/$10".into()]),
        (r"\$x\$", vec!["$x$".into()]),
        ("the <b>tag</b>", vec!["the <b>tag</b>".into()]),
        ("a < b > c", vec!["a < b > c".into()]),
        ("snake_case_name", vec!["snake_case_name".into()]),
        ("**a $x$**", vec![Span::Bold(Rich(vec!["a ".into(), math("x")]))]),
        ("[t](https://a.b)", vec![Span::Link { text: "t".into(), url: "https://a.b".to_owned() }]),
        ("[t](javascript:x)", vec!["t".into()]),
        (
            "![alt](https://a.b/c.png)",
            vec![Span::Link { text: "alt".into(), url: "https://a.b/c.png".to_owned() }],
        ),
        ("<https://a.b>", vec![Span::Link { text: "https://a.b".into(), url: "https://a.b".to_owned() }]),
        ("**a $$x$$**", vec![Span::Bold(Rich(vec!["a ".into(), math("x")]))]),
        ("fish &amp; chips", vec!["fish & chips".into()]),
    ];
    for (source, expected) in cases {
        assert_eq!(blocks(source), vec![Block::Paragraph(Rich(expected))], "{source}");
    }
}

#[test]
fn block_marks_become_blocks() {
    let item = |text: &str, checked| Item { blocks: vec![Block::paragraph(text)], checked };
    let cases: Vec<(&str, Vec<Block>)> = vec![
        ("", vec![]),
        ("a\n\nb", vec![Block::paragraph("a"), Block::paragraph("b")]),
        ("## a", vec![Block::heading("a")]),
        ("$$x$$", vec![Block::Formula("x".to_owned())]),
        (
            "a\n$$\nx\n$$\nb",
            vec![Block::paragraph("a"), Block::Formula("x".to_owned()), Block::paragraph("b")],
        ),
        (
            "```python x\na\n\nb\n```",
            vec![Block::Code { language: Some("python".to_owned()), text: "a\n\nb".to_owned() }],
        ),
        ("```\n$x$ <b>\n```", vec![Block::Code { language: None, text: "$x$ <b>".to_owned() }]),
        ("- a\n- b", vec![Block::List { ordered: false, items: vec![item("a", None), item("b", None)] }]),
        ("1. a\n2. b", vec![Block::List { ordered: true, items: vec![item("a", None), item("b", None)] }]),
        (
            "- [ ] a\n- [x] b",
            vec![Block::List { ordered: false, items: vec![item("a", Some(false)), item("b", Some(true))] }],
        ),
        ("> a", vec![Block::Quote(vec![Block::paragraph("a")])]),
        ("a\n\n---\n\nb", vec![Block::paragraph("a"), Block::Divider, Block::paragraph("b")]),
        (
            "- a\n\n  ```\n  x\n  ```",
            vec![Block::List {
                ordered: false,
                items: vec![Item {
                    blocks: vec![Block::paragraph("a"), Block::Code { language: None, text: "x".to_owned() }],
                    checked: None,
                }],
            }],
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(blocks(source), expected, "{source}");
    }
}

#[test]
fn what_has_no_block_stays_readable() {
    let cases = [
        ("table", "| a | $x_1$ |\n|---|---|\n| 1 | **2** |", "a | x₁\n1 | 2"),
        ("html block", "<div>\n$x^2$ **b**\n</div>", "<div> x² b </div>"),
        ("html block of several lines", "<p>\n<p>\n<p>$x_i$", "<p> <p> <p>xᵢ"),
        ("comment", "<!-- $x$ -->\n\n$y^2$", "<!-- x -->\ny²"),
        ("year", "2026. A year", "2026. A year"),
        ("list from three", "3. a\n4. b", "3. a\n4. b"),
        ("nested lists", "- a\n  1. b\n  2. c", "• a\n  1. b\n  2. c"),
    ];
    for (name, source, expected) in cases {
        assert_eq!(text(source), expected, "{name}");
    }
}

#[test]
fn inline_keeps_to_one_line() {
    let cases: Vec<(&str, Vec<Span>)> = vec![
        ("", vec![]),
        ("1. a", vec!["1. a".into()]),
        ("# a", vec!["# a".into()]),
        ("- 0.5", vec!["- 0.5".into()]),
        ("    a\n\nb", vec!["a b".into()]),
        ("**a** $x$", vec![Span::bold("a"), " ".into(), math("x")]),
        ("$$x$$", vec![math("x")]),
        ("`x`", vec![Span::Code("x".to_owned())]),
        ("x", vec!["x".into()]),
        ("<b>", vec!["<b>".into()]),
    ];
    for (source, expected) in cases {
        assert_eq!(inline(source), Rich(expected), "{source}");
    }
}

#[test]
fn problems_are_named_and_sound_text_has_none() {
    let bad = [
        ("a $x b", "dollar"),
        ("a $5x^2 b", ""),
        ("$5\\alpha", "dollar"),
        ("`x", "code mark"),
        ("```\nx", "fence"),
        ("a **b", "bold"),
        ("a {b", "braces"),
        (r"so \frac{a}{b}", "LaTeX"),
        (r"$\frac{a}$", "formula"),
        (r"$\bm{x}$", "\\bm"),
    ];
    for (source, reason) in bad.iter().filter(|(_, reason)| !reason.is_empty()) {
        let found = problems(source).join("; ");
        assert!(found.contains(reason), "{source}: {found}");
    }
    for source in [
        "costs $5",
        "from $1,000.50.",
        "`a` and ``b ` c``",
        "```python\n{ ** $\n```",
        "{{1}} and $\\{a\\}$",
        r"\$x and \`y",
        "> ```\n> x\n> ```",
        "a $x_1$ b **c** $$\\frac{a}{b}$$",
        "2 * 3 and a_b",
    ] {
        assert_eq!(problems(source), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn the_example_texts_have_no_leaks() {
    for source in [
        r"Adam divides its first moment by $1-\beta_1^t$ because the average starts at {{1}}.",
        r"Write `softmax(z)`: return the list of $e^{z_i/T} / \sum_j e^{z_j/T}$.",
        "First $784 \\cdot 128$\n\n$$\\hat\\beta = (X^\\top X)^{-1} X^\\top y$$\n\n```python\na ** b\n```",
    ] {
        assert_eq!(problems(source), Vec::<String>::new());
        let screen = Screen { blocks: blocks(source), buttons: Vec::new() };
        assert_eq!(leaks::of_screen(&screen), Vec::<String>::new());
        for page in html::messages(&screen) {
            assert_eq!(leaks::of_html(&page), Vec::<String>::new());
        }
    }
}

/// Pieces whose marks never hide a letter.
const HARMLESS: &[&str] = &[
    "a",
    "b c",
    " ",
    "\n",
    "\n\n",
    "**",
    "*",
    "_",
    "\\",
    "<b>",
    "</b>",
    "<div>",
    "<!--",
    "-->",
    "> ",
    "- ",
    "&amp;",
    "    ",
    "{",
    "}",
    "é",
    "👩‍👧",
    "`",
    "7. ",
    "3.",
    ")",
    "x y",
];

/// Pieces that make links, formulas, tables and fences.
const POWERFUL: &[&str] = &[
    "~~",
    "```",
    "$",
    "$$",
    "x^2",
    "\\frac{a}{b}",
    "1. ",
    "# ",
    "| a | b |",
    "|---|---|",
    "[t](",
    "https://a.b",
    "---",
    "- [x] ",
];

/// Pieces of Markdown in any order: deeper than random characters get.
fn source(pieces: Vec<&'static str>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics_anywhere(source in prop_oneof![source([HARMLESS, POWERFUL].concat()), "\\PC{0,200}", "(.|\n){0,200}"]) {
        let screen = Screen { blocks: blocks(&source), buttons: Vec::new() };
        let _ = (problems(&source), plain::text(&screen), rich::messages(&screen), html::messages(&screen));
        let line = plain::text(&Screen::line(inline(&source)));
        prop_assert!(!line.contains('\n'), "{line}");
    }

    #[test]
    fn letters_survive(source in source(HARMLESS.to_vec())) {
        let letters = |text: &str| text.replace("amp;", "").chars().filter(|c| c.is_alphabetic()).collect::<String>();
        prop_assert_eq!(letters(&text(&source)), letters(&source));
    }
}
