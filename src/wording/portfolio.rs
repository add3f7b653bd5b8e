//! What was delivered, by week.

use super::{button, count, primary};
use crate::chat::screen::{Block, Item, Rich, Screen, Span};
use crate::chat::token::Token;

/// Links that one message shows; more are shown week by week.
const MOST: usize = 20;

/// The most characters of an address that are read; the link leads to all of it.
const ADDRESS: usize = 48;

/// How a link is added.
const HOW: &str = "/done https://github.com/you/project keeps a link with today's plan day; /done 3.2 and the link is week 3, day 2.";

/// A week's links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week<'a> {
    /// 1-12.
    pub number: u8,
    /// The week's title.
    pub title: &'a str,
    /// Day of the week, its title and its link.
    pub links: Vec<(u8, &'a str, String)>,
}

fn address(url: &str) -> String {
    let text = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    if text.chars().count() <= ADDRESS {
        return text.to_owned();
    }
    text.chars().take(ADDRESS - 1).chain(['…']).collect()
}

fn list(week: &Week<'_>) -> Block {
    let item = |(day, title, url): &(u8, &str, String)| Item {
        blocks: vec![Block::Paragraph(Rich(vec![
            Span::Text(format!("Day {day} · {title}\n")),
            Span::Link { text: address(url).into(), url: url.clone() },
        ]))],
        checked: None,
    };
    Block::List { ordered: false, items: week.links.iter().map(item).collect() }
}

fn links(number: usize) -> String {
    count(i64::try_from(number).unwrap_or(i64::MAX), "link")
}

/// All of it; of a long one each week's number of links, with a button to them.
#[must_use]
pub fn all(weeks: &[Week<'_>]) -> Screen {
    let number: usize = weeks.iter().map(|week| week.links.len()).sum();
    if number == 0 {
        return Screen::line("Your portfolio is empty.")
            .block(Block::paragraph(format!(
                "The plan asks for something each week: notebooks, write-ups, demos, pushed to GitHub. {HOW}"
            )))
            .row([primary("Today", &Token::Today), button("Plan", &Token::Plan)]);
    }
    let mut screen =
        Screen { blocks: vec![Block::heading(format!("Portfolio: {}", links(number)))], buttons: Vec::new() };
    let title = |week: &Week<'_>| Span::bold(format!("Week {} · {}", week.number, week.title));
    if number <= MOST {
        for week in weeks {
            screen = screen.block(Block::Paragraph(Rich(vec![title(week)]))).block(list(week));
        }
    } else {
        let item = |week: &Week<'_>| Item {
            blocks: vec![Block::Paragraph(Rich(vec![
                title(week),
                Span::Text(format!("\n{}", links(week.links.len()))),
            ]))],
            checked: None,
        };
        screen = screen.block(Block::List { ordered: false, items: weeks.iter().map(item).collect() });
        for row in weeks.chunks(4) {
            screen =
                screen.row(row.iter().map(|week| {
                    button(format!("Week {}", week.number), &Token::Portfolio(Some(week.number)))
                }));
        }
    }
    screen.block(Block::footer(HOW)).row([primary("Today", &Token::Today), button("Plan", &Token::Plan)])
}

/// One week's links.
#[must_use]
pub fn week(week: &Week<'_>) -> Screen {
    let mut screen = Screen {
        blocks: vec![Block::heading(format!("Portfolio · week {} · {}", week.number, week.title))],
        buttons: Vec::new(),
    };
    screen = if week.links.is_empty() {
        screen.block(Block::paragraph(format!("No link in this week yet. {HOW}")))
    } else {
        screen.block(list(week))
    };
    screen.row([
        primary("Portfolio", &Token::Portfolio(None)),
        button(format!("Week {}", week.number), &Token::Week(week.number)),
    ])
}
