//! Length, normal form, invisible characters, marks and formulas of every text.

use unicode_normalization::is_nfc;

use super::{Findings, markup};
use crate::decks::fields::{self, Field, Style, utf16};
use crate::decks::problem::{Problem, Rule};
use crate::study::card::{Card, Deck, Kind};

const FRONT: usize = 300;
const FRONT_OF_CODE: usize = 1500;
const BACK: usize = 900;
const TOGETHER: usize = 3500;
const OPTION: usize = 100;
const EXPLAIN: usize = 200;
const LINE: usize = 200;

pub(super) fn card(card: &Card, found: &mut Findings<'_>) {
    let fields = fields::of_card(card);
    for field in &fields {
        characters(&field.name, &field.text, found);
        match field.style {
            Style::Markdown => marks(field, found),
            Style::Plain => plain(field, found),
            Style::Machine => {}
        }
        limit(Rule::FieldLength, &field.name, &field.text, field.max.unwrap_or(usize::MAX), found);
    }
    lengths(card, &fields, found);
    for (name, lines) in fields::line_lists(card) {
        for (index, line) in lines.iter().enumerate() {
            limit(Rule::FieldLength, &format!("{name}, line {}", index + 1), line, LINE, found);
        }
    }
}

/// Titles and goals of a deck.
pub(super) fn deck(file: &str, deck: &Deck, out: &mut Vec<Problem>) {
    let days = deck.days.iter().flat_map(|day| {
        [("title of a day", Some(&day.title), 80), ("task of a day", day.task.as_ref(), 300)]
    });
    let goals = deck.goals.iter().map(|goal| ("goal", Some(goal), 200));
    for (name, text, most) in days.chain(goals).chain([("title", Some(&deck.title), 80)]) {
        let Some(text) = text else { continue };
        if text.trim().len() < 3 {
            out.push(Problem::in_file(file, Rule::Empty, format!("{name} is shorter than 3 characters")));
        }
        if utf16(text) > most {
            let message = format!("{name}: {} of at most {most} UTF-16 units", utf16(text));
            out.push(Problem::in_file(file, Rule::FieldLength, message));
        }
        if !is_nfc(text) || text.chars().any(is_invisible) {
            let message = format!("{name} is not NFC or holds an invisible character");
            out.push(Problem::in_file(file, Rule::Invisible, message));
        }
    }
}

fn limit(rule: Rule, name: &str, text: &str, most: usize, found: &mut Findings<'_>) {
    let length = utf16(text);
    if length > most {
        found.add(rule, format!("{name}: {length} of at most {most} UTF-16 units"));
    }
}

fn lengths(card: &Card, fields: &[Field], found: &mut Findings<'_>) {
    let front = if card.kind == Kind::Code { FRONT_OF_CODE } else { FRONT };
    limit(Rule::FrontLength, "front", &card.front.joined(), front, found);
    limit(Rule::BackLength, "back", &card.back.joined(), BACK, found);
    if let Some(choice) = &card.choice {
        for (index, option) in choice.options.iter().enumerate() {
            limit(Rule::OptionLength, &format!("choice.options[{index}].text"), &option.text, OPTION, found);
        }
        limit(Rule::ExplainLength, "choice.explain", &choice.explain, EXPLAIN, found);
    }
    // What stands on the screen of one card; tests and solutions of a coding prompt have screens of their own.
    let shown = |field: &&Field| field.style != Style::Machine && !field.name.starts_with("code.");
    let together: usize = fields.iter().filter(shown).map(|field| utf16(&field.text)).sum();
    if together > TOGETHER {
        found.add(
            Rule::TotalLength,
            format!("all texts together: {together} of at most {TOGETHER} UTF-16 units"),
        );
    }
}

fn characters(name: &str, text: &str, found: &mut Findings<'_>) {
    if !is_nfc(text) {
        found.add(Rule::Nfc, format!("{name} is not in Unicode normal form C"));
    }
    if let Some(bad) = text.chars().find(|c| is_invisible(*c)) {
        found.add(Rule::Invisible, format!("{name} holds the character U+{:04X}", u32::from(bad)));
    }
}

/// Characters that a reader cannot see or tell from a blank: they hide in searches and break typed answers.
fn is_invisible(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(
            c,
            '\u{00A0}'
                | '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
        )
        || matches!(c, '\u{180B}'..='\u{180E}' | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{206F}')
        || matches!(c, '\u{3000}' | '\u{3164}' | '\u{FE00}'..='\u{FE0E}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFD}')
        || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
}

fn marks(field: &Field, found: &mut Findings<'_>) {
    // A blank is put in place of its mark before the text is shown.
    let text = field.text.replace("{{1}}", "blank").replace("{{2}}", "blank");
    for problem in markup::problems(&text) {
        found.add(Rule::Markdown, format!("{}: {problem}", field.name));
    }
    for formula in markup::formulas(&text) {
        for problem in markup::formula_problems(&formula) {
            found.add(Rule::Formula, format!("{}: formula `{formula}`: {problem}", field.name));
        }
    }
    if markup::formulas(&field.text)
        .iter()
        .any(|formula| formula.contains("{{1}}") || formula.contains("{{2}}"))
    {
        found.add(Rule::Blanks, "a blank stands inside a formula; end the formula before it");
    }
}

fn plain(field: &Field, found: &mut Findings<'_>) {
    let mut bad = Vec::new();
    for (mark, what) in [('\n', "a line feed"), ('\r', "a line feed"), ('$', "`$`"), ('`', "a backtick")] {
        if field.text.contains(mark) {
            bad.push(what);
        }
    }
    // `x**2` is a power; two stars before a word are bold.
    if field.text.split_whitespace().any(|word| word.strip_prefix("**").is_some_and(|rest| !rest.is_empty()))
    {
        bad.push("`**`");
    }
    for what in bad {
        found.add(Rule::Plain, format!("{} is plain text but holds {what}", field.name));
    }
}
