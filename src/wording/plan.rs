//! The twelve weeks, one week, and its cards.

use super::{button, card, count, primary};
use crate::chat::screen::{Block, Button, Item, Rich, Screen, Span, Style};
use crate::chat::token::Token;
use crate::study::card::Card;
use crate::study::plan::{Plan, Week};

/// How far a learner is in one week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Days done, of seven.
    pub days: usize,
    /// Cards met.
    pub met: usize,
    /// Cards there are.
    pub cards: usize,
}

/// The plan at a glance.
#[must_use]
pub fn plan(plan: &Plan, current: Option<u8>, progress: &[Progress]) -> Screen {
    let items = plan
        .weeks
        .iter()
        .zip(progress)
        .map(|(week, progress)| {
            let title = format!("Week {} · {} {}", week.week, week.title, week.emoji);
            let here = if current == Some(week.week) { "You are here. " } else { "" };
            let line = format!(
                "\n{here}{} of 7 days · {} of {}",
                progress.days,
                progress.met,
                count(progress.cards as i64, "card")
            );
            Item {
                blocks: vec![Block::Paragraph(Rich(vec![Span::bold(title), Span::Text(line)]))],
                checked: Some(progress.days == 7),
            }
        })
        .collect();
    let mut screen = Screen {
        blocks: vec![
            Block::heading(format!("{} {}", plan.title, plan.emoji)),
            Block::Details { summary: "About the plan".into(), blocks: about(plan) },
            Block::List { ordered: false, items },
        ],
        buttons: Vec::new(),
    };
    for row in (1..=12u8).collect::<Vec<_>>().chunks(4) {
        screen = screen.row(row.iter().map(|week| Button {
            style: if current == Some(*week) { Style::Primary } else { Style::Plain },
            ..button(format!("Week {week}"), &Token::Week(*week))
        }));
    }
    screen.row([button("Move the plan", &Token::Moves)])
}

fn about(plan: &Plan) -> Vec<Block> {
    let modules = plan
        .overview
        .modules
        .iter()
        .map(|module| {
            let covers = module.covers.as_deref().map_or(String::new(), |covers| format!(": {covers}"));
            text_item(Rich(vec![Span::bold(module.title.as_str()), Span::Text(covers)]))
        })
        .collect();
    vec![
        Block::paragraph(plan.intro.as_str()),
        Block::paragraph(plan.overview.lead.as_str()),
        Block::List { ordered: false, items: modules },
        Block::paragraph(format!(
            "{} {} {}",
            plan.overview.effort, plan.overview.deliverables, plan.overview.theme
        )),
        resources(plan),
        Block::paragraph(plan.closing.as_str()),
    ]
}

fn text_item(text: impl Into<Rich>) -> Item {
    Item { blocks: vec![Block::Paragraph(text.into())], checked: None }
}

fn resources(plan: &Plan) -> Block {
    let items = plan
        .resources
        .iter()
        .map(|group| {
            text_item(Rich(vec![
                Span::bold(format!("{}: ", group.title)),
                Span::Text(group.items.join(", ")),
            ]))
        })
        .collect();
    Block::List { ordered: false, items }
}

/// One week: topics, days, cards and resources.
#[must_use]
pub fn week(
    plan: &Plan,
    week: &Week,
    done: &[bool; 7],
    kinds: &[(&str, usize)],
    (met, due): (usize, usize),
    (passed, prompts): (usize, usize),
) -> Screen {
    let goals = week.goals.iter().map(|goal| text_item(goal.as_str())).collect();
    let days = week
        .days
        .iter()
        .zip(done)
        .map(|(day, done)| Item {
            blocks: vec![Block::Paragraph(Rich(vec![
                Span::bold(format!("{}. {}", day.day, day.title)),
                Span::Text(format!("\n{}", day.task)),
            ]))],
            checked: Some(*done),
        })
        .collect();
    let cards: usize = kinds.iter().map(|(_, number)| number).sum();
    let kinds: Vec<String> = kinds.iter().map(|(kind, number)| format!("{number} {kind}")).collect();
    let number = week.week;
    let mut turn = Vec::new();
    if number > 1 {
        turn.push(button(format!("◀ Week {}", number - 1), &Token::Week(number - 1)));
    }
    turn.push(button("Plan", &Token::Plan));
    if number < 12 {
        turn.push(button(format!("Week {} ▶", number + 1), &Token::Week(number + 1)));
    }
    Screen {
        blocks: vec![
            Block::heading(format!("Week {number} · {} {}", week.title, week.emoji)),
            Block::paragraph(Rich(vec![Span::bold("Topics & goals")])),
            Block::List { ordered: false, items: goals },
            Block::paragraph(Rich(vec![Span::bold("Days")])),
            Block::List { ordered: false, items: days },
            Block::paragraph(format!("{cards} cards ({}) · {met} met · {due} due", kinds.join(", "))),
            Block::paragraph(format!(
                "{} · {passed} passed",
                super::count(i64::try_from(prompts).unwrap_or(i64::MAX), "coding prompt")
            )),
            Block::Details { summary: "Resources".into(), blocks: vec![resources(plan)] },
        ],
        buttons: Vec::new(),
    }
    .row([
        primary("Study", &Token::Study(number)),
        button("Quiz", &Token::Quiz(Some(number))),
        button("Code", &Token::Code(Some(number))),
    ])
    .row([
        button("Cards", &Token::Leaf { week: number, index: 0, back: false }),
        button("Mark days", &Token::Days(number)),
        button("Checkpoint", &Token::Checkpoint(number)),
    ])
    .row(turn)
}

/// The seven days of a week, to mark them.
#[must_use]
pub fn days(week: &Week, done: &[bool; 7]) -> Screen {
    let items = week
        .days
        .iter()
        .zip(done)
        .map(|(day, done)| Item {
            blocks: vec![Block::paragraph(format!("Day {} · {}", day.day, day.title))],
            checked: Some(*done),
        })
        .collect();
    let mut screen = Screen {
        blocks: vec![
            Block::heading(format!("Week {} · days done", week.week)),
            Block::List { ordered: false, items },
            Block::footer("Tap a day to mark it done, or to open it again."),
        ],
        buttons: Vec::new(),
    };
    let buttons: Vec<Button> = (1..=7u8)
        .zip(done)
        .map(|(day, done)| {
            let plan_day = (week.week - 1) * 7 + day;
            let label = if *done { format!("✓ {day}") } else { day.to_string() };
            button(label, &Token::Done { day: plan_day, done: !done, listed: true })
        })
        .collect();
    for row in buttons.chunks(4) {
        screen = screen.row(row.iter().cloned());
    }
    screen.row([primary("Back to the week", &Token::Week(week.week))])
}

/// One card of a week, to leaf through.
#[must_use]
pub fn leaf(week: u8, index: usize, of: usize, card: &Card, open: bool) -> Screen {
    let turn = |index: usize, back| Token::Leaf { week, index: u16::try_from(index).unwrap_or(0), back };
    let mut blocks = vec![Block::Paragraph(Rich(vec![
        Span::bold(format!("{} / {of}", index + 1)),
        Span::Text(format!(" · week {week}, day {} · {}", card.day, kind_name(card))),
    ]))];
    let order: Vec<usize> = (0..card.choice.as_ref().map_or(0, |choice| choice.options.len())).collect();
    if open {
        blocks.extend(card::filled_front(card));
        blocks.extend(card::marked_options(card, &order, None));
        blocks.push(Block::Divider);
        if let Some(answer) = card::short_answer(card) {
            blocks.push(Block::Paragraph(Rich(vec![Span::bold(answer)])));
        }
        blocks.extend(card::back(card));
    } else {
        blocks.extend(card::front(card));
        blocks.extend(card::options(card, &order));
    }
    let last = of.saturating_sub(1);
    let before = if index == 0 { last } else { index - 1 };
    let after = if index >= last { 0 } else { index + 1 };
    let flip = if open {
        button("Hide answer", &turn(index, false))
    } else {
        primary("Show answer", &turn(index, true))
    };
    Screen { blocks, buttons: Vec::new() }
        .row([flip])
        .row([button("◀", &turn(before, false)), button("▶", &turn(after, false))])
        .row([button(format!("Week {week}"), &Token::Week(week)), button("Study", &Token::Study(week))])
}

/// What a kind of card is called.
#[must_use]
pub fn kind_name(card: &Card) -> &'static str {
    use crate::study::card::Kind;
    match card.kind {
        Kind::Recall => "recall",
        Kind::Choice => "choice",
        Kind::Cloze => "cloze",
        Kind::Numeric => "numeric",
        Kind::Code => "code",
    }
}

/// What stands for a week's number is none.
#[must_use]
pub fn which_week(command: &str, given: &str) -> Screen {
    Screen::line(format!(
        "“{}” is not a week of the plan. Send a number from 1 to 12, for example /{command} 3.",
        super::echo(given)
    ))
    .row([primary("Plan", &Token::Plan), button("Today", &Token::Today)])
}

/// A week whose deck has no cards to leaf through.
#[must_use]
pub fn no_cards(week: u8) -> Screen {
    Screen::line(format!("Week {week} has no cards yet.")).row([primary("Plan", &Token::Plan)])
}
