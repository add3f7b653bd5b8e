//! Every text of a card under one name, so that a rule about texts is written once.

use crate::study::card::{Card, Code, Text};

/// How a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Markdown with formulas.
    Markdown,
    /// As it is, in one line.
    Plain,
    /// Python, or an address: read by a machine.
    Machine,
}

/// One text of a card.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its path in the file, such as `choice.options[2].why`.
    pub name: String,
    /// How it is shown.
    pub style: Style,
    /// The text.
    pub text: String,
    /// The schema's `minLength`, in UTF-16 units.
    pub min: usize,
    /// The schema's `maxLength`, in UTF-16 units; absent where a rule of its own measures the text.
    pub max: Option<usize>,
}

/// Length as Telegram and the rules count: in UTF-16 units.
#[must_use]
pub fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

fn field(
    name: impl Into<String>,
    style: Style,
    text: &str,
    min: usize,
    max: impl Into<Option<usize>>,
) -> Field {
    Field { name: name.into(), style, text: text.to_owned(), min, max: max.into() }
}

/// All texts of a card, in the order of the file.
#[must_use]
pub fn of_card(card: &Card) -> Vec<Field> {
    use Style::{Machine, Markdown, Plain};
    let mut fields = vec![
        field("front", Markdown, &card.front.joined(), 1, None),
        field("back", Markdown, &card.back.joined(), 1, None),
    ];
    for (index, source) in card.source.iter().enumerate() {
        fields.push(field(format!("source[{index}].title"), Plain, &source.title, 3, 120));
        if let Some(place) = &source.place {
            fields.push(field(format!("source[{index}].where"), Plain, place, 1, 80));
        }
    }
    for (index, verify) in card.verify.iter().enumerate() {
        fields.push(field(format!("verify[{index}]"), Machine, verify, 3, 300));
    }
    for (index, point) in card.recall.iter().flat_map(|recall| &recall.points).enumerate() {
        fields.push(field(format!("recall.points[{index}]"), Markdown, point, 2, 120));
    }
    if let Some(choice) = &card.choice {
        for (index, option) in choice.options.iter().enumerate() {
            fields.push(field(format!("choice.options[{index}].text"), Plain, &option.text, 1, None));
            fields.push(field(format!("choice.options[{index}].why"), Markdown, &option.why, 5, 300));
        }
        fields.push(field("choice.explain", Plain, &choice.explain, 1, None));
    }
    for (index, blank) in card.cloze.iter().flat_map(|cloze| &cloze.blanks).enumerate() {
        fields.push(field(format!("cloze.blanks[{index}].answer"), Plain, &blank.answer, 1, 60));
        for (other, accept) in blank.accept.iter().enumerate() {
            fields.push(field(format!("cloze.blanks[{index}].accept[{other}]"), Plain, accept, 1, 60));
        }
        if let Some(hint) = &blank.hint {
            fields.push(field(format!("cloze.blanks[{index}].hint"), Plain, hint, 1, 60));
        }
    }
    if let Some(unit) = card.numeric.as_ref().and_then(|numeric| numeric.unit.as_ref()) {
        fields.push(field("numeric.unit", Plain, unit, 1, 20));
    }
    if let Some(code) = &card.code {
        of_code(code, &mut fields);
    }
    fields
}

fn of_code(code: &Code, fields: &mut Vec<Field>) {
    use Style::{Machine, Markdown, Plain};
    fields.push(field("code.starter", Machine, &code.starter.join("\n"), 1, None));
    fields.push(field("code.solution", Machine, &code.solution.join("\n"), 1, None));
    for (index, test) in code.tests.iter().enumerate() {
        fields.push(field(format!("code.tests[{index}].name"), Plain, &test.name, 3, 80));
        fields.push(field(format!("code.tests[{index}].why"), Plain, &test.why, 5, 200));
        if let Some(lines) = &test.code {
            fields.push(field(format!("code.tests[{index}].code"), Machine, &lines.join("\n"), 1, None));
        }
    }
    for (index, wrong) in code.wrong.iter().enumerate() {
        fields.push(field(format!("code.wrong[{index}].label"), Plain, &wrong.label, 3, 80));
        fields.push(field(format!("code.wrong[{index}].say"), Markdown, &wrong.say, 5, 200));
        if let Some(replace) = &wrong.replace {
            fields.push(field(format!("code.wrong[{index}].replace"), Machine, replace, 1, None));
        }
        if let Some(lines) = &wrong.code {
            fields.push(field(format!("code.wrong[{index}].code"), Machine, &lines.join("\n"), 1, None));
        }
    }
    for (index, hint) in code.hints.iter().enumerate() {
        fields.push(field(format!("code.hints[{index}]"), Markdown, hint, 5, 300));
    }
}

/// Every list of lines of a card with its name: code, and texts that are written as lists.
#[must_use]
pub fn line_lists(card: &Card) -> Vec<(String, &[String])> {
    let mut lists: Vec<(String, &[String])> = Vec::new();
    for (name, text) in [("front", &card.front), ("back", &card.back)] {
        if let Text::Lines(lines) = text {
            lists.push((name.to_owned(), lines));
        }
    }
    if let Some(code) = &card.code {
        lists.push(("code.starter".to_owned(), &code.starter));
        lists.push(("code.solution".to_owned(), &code.solution));
        for (index, test) in code.tests.iter().enumerate() {
            lists.extend(
                test.code.as_ref().map(|lines| (format!("code.tests[{index}].code"), lines.as_slice())),
            );
        }
        for (index, wrong) in code.wrong.iter().enumerate() {
            lists.extend(
                wrong.code.as_ref().map(|lines| (format!("code.wrong[{index}].code"), lines.as_slice())),
            );
        }
    }
    lists
}
