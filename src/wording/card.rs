//! A card's two sides.

use crate::chat::markdown;
use crate::chat::screen::{Block, Item, Rich, Span};
use crate::study::card::{Blank, Card, Cloze, Source};

/// The question, with blanks shown as brackets.
#[must_use]
pub fn front(card: &Card) -> Vec<Block> {
    let text = card.front.joined();
    match &card.cloze {
        Some(cloze) => markdown::blocks(&fill(&text, cloze, |index, blank| {
            let number = if cloze.blanks.len() > 1 { format!("{}: ", index + 1) } else { String::new() };
            format!("[{number}{}]", blank.hint.as_deref().unwrap_or("…"))
        })),
        None => markdown::blocks(&text),
    }
}

/// The question of a cloze card with its blanks filled; any other question as it is.
#[must_use]
pub fn filled_front(card: &Card) -> Vec<Block> {
    let text = card.front.joined();
    match &card.cloze {
        Some(cloze) => markdown::blocks(&fill(&text, cloze, |_, blank| blank.answer.clone())),
        None => markdown::blocks(&text),
    }
}

/// Puts something into each blank, bold where that is possible: code has no bold.
fn fill(text: &str, cloze: &Cloze, show: impl Fn(usize, &Blank) -> String) -> String {
    cloze.blanks.iter().enumerate().fold(text.to_owned(), |text, (index, blank)| {
        let Some((before, after)) = text.split_once(&format!("{{{{{}}}}}", index + 1)) else { return text };
        let shown = show(index, blank);
        let in_code = before.matches('`').count() % 2 == 1;
        let marks = if in_code { "" } else { "**" };
        format!("{before}{marks}{shown}{marks}{after}")
    })
}

/// The options of a choice card in the order shown, each with its letter.
#[must_use]
pub fn options(card: &Card, order: &[usize]) -> Vec<Block> {
    let Some(choice) = &card.choice else { return Vec::new() };
    order
        .iter()
        .enumerate()
        .filter_map(|(place, index)| choice.options.get(*index).map(|option| (place, option)))
        .map(|(place, option)| {
            Block::Paragraph(Rich(vec![Span::bold(letter(place)), Span::Text(format!("  {}", option.text))]))
        })
        .collect()
}

/// The options after an answer: a tick on the right one, a cross on a wrong one that was picked.
#[must_use]
pub fn marked_options(card: &Card, order: &[usize], picked: Option<usize>) -> Vec<Block> {
    let Some(choice) = &card.choice else { return Vec::new() };
    order
        .iter()
        .enumerate()
        .filter_map(|(place, index)| choice.options.get(*index).map(|option| (place, *index, option)))
        .map(|(place, index, option)| {
            let sign = if option.correct {
                "✓ "
            } else if picked == Some(index) {
                "✗ "
            } else {
                ""
            };
            let label = Span::bold(format!("{sign}{}", letter(place)));
            let text = format!("  {}", option.text);
            let text = if option.correct { Span::bold(text) } else { Span::Text(text) };
            Block::Paragraph(Rich(vec![label, text]))
        })
        .collect()
}

/// "A" for the first place.
#[must_use]
pub fn letter(place: usize) -> String {
    u8::try_from(place)
        .ok()
        .filter(|place| *place < 26)
        .map_or_else(|| (place + 1).to_string(), |place| char::from(b'A' + place).to_string())
}

/// The short answer of a card whose answer is not its back: the number, or nothing.
#[must_use]
pub fn short_answer(card: &Card) -> Option<String> {
    let numeric = card.numeric.as_ref()?;
    let unit = numeric.unit.as_deref().map_or(String::new(), |unit| format!(" {unit}"));
    Some(format!("{}{unit}", numeric.value))
}

/// Everything behind the question: answer or explanation, rubric and sources.
#[must_use]
pub fn back(card: &Card) -> Vec<Block> {
    let mut blocks = markdown::blocks(&card.back.joined());
    if let Some(recall) = &card.recall {
        blocks.push(details("A full answer names", recall.points.iter().map(|p| markdown::inline(p))));
    }
    blocks.push(sources(card));
    blocks
}

/// The explanation, folded: for cards whose answer is already on the screen.
#[must_use]
pub fn folded_back(card: &Card) -> Vec<Block> {
    vec![
        Block::Details { summary: "Why".into(), blocks: markdown::blocks(&card.back.joined()) },
        sources(card),
    ]
}

fn sources(card: &Card) -> Block {
    details("Source", card.source.iter().map(source))
}

fn source(source: &Source) -> Rich {
    let place = source.place.as_deref().map_or(String::new(), |place| format!(", {place}"));
    let text = format!("{}{place}", source.title);
    match &source.url {
        Some(url) => Rich(vec![Span::Link { text: text.into(), url: url.clone() }]),
        None => text.into(),
    }
}

fn details(summary: &str, items: impl Iterator<Item = Rich>) -> Block {
    let items = items.map(|text| Item { blocks: vec![Block::Paragraph(text)], checked: None }).collect();
    Block::Details { summary: summary.into(), blocks: vec![Block::List { ordered: false, items }] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_is_bold_but_not_in_code() {
        let cloze = Cloze {
            blanks: ["zero", "one"]
                .map(|answer| Blank { answer: answer.into(), accept: vec![], hint: None })
                .into(),
        };
        let filled = fill("starts at {{1}}, not `x = {{2}}` here", &cloze, |_, blank| blank.answer.clone());
        assert_eq!(filled, "starts at **zero**, not `x = one` here");
    }
}
