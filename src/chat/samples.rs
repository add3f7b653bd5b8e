//! Screens for property tests.

use proptest::prelude::*;

use super::screen::{Block, Item, Rich, Screen, Span};

/// Text with everything that escaping and splitting must get right.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,9}( [a-z]{1,9}){0,12}",
        1 => "[a-zA-Z0-9<>&\"'$*_`\\\\ \n]{1,40}",
        1 => "(👩‍👩‍👧|🇩🇪|é|e\u{301}|漢|😀){1,8}",
        1 => "[a-z]{200,2500}",
    ]
}

fn rich() -> impl Strategy<Value = Rich> {
    let leaf = prop_oneof![
        4 => words().prop_map(Span::Text),
        1 => words().prop_map(Span::Code),
        1 => prop::sample::select(vec![r"\frac{a}{b}", "x^2", r"\nosuch{", r"\sum_{i=1}^n x_i"])
            .prop_map(|latex| Span::Math(latex.to_owned())),
    ];
    let span = leaf.prop_recursive(6, 12, 3, |inner| {
        let many = prop::collection::vec(inner, 1..3).prop_map(Rich);
        prop_oneof![
            many.clone().prop_map(Span::Bold),
            many.clone().prop_map(Span::Italic),
            many.clone().prop_map(Span::Strike),
            many.prop_map(|text| Span::Link { text, url: "https://example.org/?a=1&b=\"2\"".to_owned() }),
        ]
    });
    prop::collection::vec(span, 1..5).prop_map(Rich)
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        1 => rich().prop_map(Block::Heading),
        5 => rich().prop_map(Block::Paragraph),
        1 => Just(Block::Formula(r"P(A \mid B) = \frac{1}{2}".to_owned())),
        2 => (prop::option::of("[a-z]{1,6}"), prop::collection::vec(words(), 1..30))
            .prop_map(|(language, lines)| Block::Code { language, text: lines.join("\n") }),
        1 => Just(Block::Divider),
        1 => rich().prop_map(Block::Footer),
    ];
    leaf.prop_recursive(8, 24, 4, |inner| {
        let many = prop::collection::vec(inner, 0..4);
        let item = (many.clone(), prop::option::of(any::<bool>()))
            .prop_map(|(blocks, checked)| Item { blocks, checked });
        prop_oneof![
            (any::<bool>(), prop::collection::vec(item, 0..6))
                .prop_map(|(ordered, items)| Block::List { ordered, items }),
            (rich(), many.clone()).prop_map(|(summary, blocks)| Block::Details { summary, blocks }),
            many.prop_map(Block::Quote),
        ]
    })
}

/// Any screen, of a size that often needs several messages.
pub(super) fn screen() -> impl Strategy<Value = Screen> {
    prop::collection::vec(block(), 0..8).prop_map(|blocks| Screen { blocks, buttons: Vec::new() })
}

/// The characters that a reader reads: no white space, no markers of lists and folds. A list that is cut
/// has its later numbers as text, so digits and dots are left out.
pub(super) fn read(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_digit() && !"•▸…☑☐─│.".contains(*c)).collect()
}

/// Where two texts part, short enough to print.
pub(super) fn difference(left: &str, right: &str) -> Option<String> {
    let same = left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count();
    let rest = |text: &str| text.chars().skip(same.saturating_sub(9)).take(40).collect::<String>();
    (left != right).then(|| format!("{:?} or {:?}", rest(left), rest(right)))
}
