//! A session on the screen: one message from the first question to the summary.

use super::{button, card, count, primary, styled};
use crate::chat::markdown;
use crate::chat::screen::{Block, Button, Rich, Screen, Span, Style};
use crate::chat::token::{Act, Token};
use crate::study::calendar::interval_label;
use crate::study::card::{Card, Kind};
use crate::study::sm2::{Quality, Rating, State};

/// The buttons' session and step.
#[derive(Clone, Copy, Debug)]
pub struct At {
    /// The session.
    pub session: i64,
    /// Its step.
    pub step: u32,
}

impl At {
    pub(super) fn token(self, act: Act) -> Token {
        Token::Session { id: self.session, step: self.step, act }
    }

    pub(super) fn button(self, label: impl Into<String>, act: Act) -> Button {
        button(label, &self.token(act))
    }
}

/// What the line above a question tells.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// The question's number, from 1, and how many there are.
    pub progress: (usize, usize),
    /// The card's week and day.
    pub week: u8,
    /// Day of the week, 1-7.
    pub day: u8,
    /// Why it is asked.
    pub reason: Reason,
}

/// Why a card is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its day has come, or came so many days ago.
    Due {
        /// Days since.
        late: i64,
    },
    /// For the first time.
    New,
    /// A repeat of what was not firm today.
    Drill,
    /// Outside the schedule.
    Practice,
}

/// Days of delay that are worth telling.
const MUCH_LATE: i64 = 3;

/// "due", "new", as the line above a question says it.
pub(super) fn reason(reason: Reason) -> String {
    match reason {
        Reason::Due { late } if late >= MUCH_LATE => format!("due · {} late", count(late, "day")),
        Reason::Due { .. } => "due".to_owned(),
        Reason::New => "new".to_owned(),
        Reason::Drill => "drill".to_owned(),
        Reason::Practice => "practice".to_owned(),
    }
}

fn head(head: &Head) -> Block {
    let (number, of) = head.progress;
    let reason = reason(head.reason);
    Block::Paragraph(Rich(vec![
        Span::bold(format!("{number} / {of}")),
        Span::Text(format!(" · week {}, day {} · {reason}", head.week, head.day)),
    ]))
}

/// The question.
#[must_use]
pub fn front(at: At, line: &Head, card: &Card, order: &[usize]) -> Screen {
    let mut blocks = vec![head(line)];
    blocks.extend(card::front(card));
    blocks.extend(card::options(card, order));
    if let Some(hint) = typing_hint(card) {
        blocks.push(Block::footer(hint));
    }
    let screen = Screen { blocks, buttons: Vec::new() };
    match card.kind {
        Kind::Choice => screen
            .row(order.iter().enumerate().map(|(place, index)| {
                at.button(card::letter(place), Act::Pick(u8::try_from(*index).unwrap_or(u8::MAX)))
            }))
            .row([
                at.button("I don't know", Act::DontKnow),
                at.button("Skip", Act::Skip),
                at.button("⋯", Act::Menu),
            ]),
        Kind::Numeric => screen
            .row([at.button("I don't know", Act::DontKnow)])
            .row([at.button("Skip", Act::Skip), at.button("⋯", Act::Menu)]),
        Kind::Recall | Kind::Cloze | Kind::Code => screen
            .row([primary("Show answer", &at.token(Act::Show))])
            .row([at.button("Skip", Act::Skip), at.button("⋯", Act::Menu)]),
    }
}

fn typing_hint(card: &Card) -> Option<String> {
    match card.kind {
        Kind::Numeric => Some(match card.numeric.as_ref().and_then(|numeric| numeric.unit.as_deref()) {
            Some(unit) => format!("Send the number, in {unit}."),
            None => "Send the number.".to_owned(),
        }),
        Kind::Cloze => Some(match card.cloze.as_ref().map_or(0, |cloze| cloze.blanks.len()) {
            2 => "Send both words, with a comma between them, or look at the answer.".to_owned(),
            _ => "Send the missing word, or look at the answer.".to_owned(),
        }),
        _ => None,
    }
}

/// How an answer is graded by the learner.
#[derive(Clone, Copy, Debug)]
pub struct Grading {
    /// SM-2's state before this answer.
    pub state: State,
    /// All six qualities instead of four ratings.
    pub six: bool,
    /// The answer moves the schedule, so the buttons show where to.
    pub moves: bool,
    /// The most days until it comes again, before an interview.
    pub latest: Option<u32>,
}

/// When a card comes again.
#[derive(Clone, Copy, Debug)]
pub struct Next {
    /// Its interval.
    pub days: u32,
    /// The most days until it comes again, before an interview.
    pub latest: Option<u32>,
}

impl Next {
    /// "15 d"; "≤ 15 d" where the interview comes before the interval ends.
    fn label(self) -> String {
        match self.latest {
            Some(latest) if latest < self.days => format!("≤ {}", interval_label(latest)),
            _ => interval_label(self.days),
        }
    }

    fn sentence(self) -> String {
        match self.latest {
            Some(latest) if latest < self.days => {
                format!("Comes again in {} at the latest, before your interview.", interval_label(latest))
            }
            _ => format!("Comes again in {}.", interval_label(self.days)),
        }
    }
}

/// The answer, to be graded by the learner. `wrote` is what they typed before they looked.
#[must_use]
pub fn back(at: At, line: &Head, card: &Card, wrote: Option<&str>, grading: Grading) -> Screen {
    let mut blocks = vec![head(line)];
    blocks.extend(card::filled_front(card));
    if let Some(wrote) = wrote {
        blocks.push(Block::Paragraph(Rich(vec![Span::Text("You wrote: ".into()), Span::italic(wrote)])));
    }
    blocks.push(Block::Divider);
    blocks.extend(card::back(card));
    let screen = Screen { blocks, buttons: Vec::new() };
    let grade = |name: &str, quality: Quality, style| {
        let label = if grading.moves {
            let next = grading.state.review(quality);
            let next = Next { days: next.interval, latest: grading.latest };
            let interval = if quality.passes() { next.label() } else { "today".into() };
            format!("{name} · {interval}")
        } else {
            name.to_owned()
        };
        styled(label, style, &at.token(Act::Rate(quality.get())))
    };
    let screen =
        if grading.six {
            let [q0, q1, q2, q3, q4, q5] = Quality::ALL;
            screen.row([("0", q0), ("1", q1), ("2", q2)].map(|(name, q)| grade(name, q, Style::Danger))).row(
                [grade("3", q3, Style::Plain), grade("4", q4, Style::Success), grade("5", q5, Style::Plain)],
            )
        } else {
            screen
                .row([
                    grade("Again", Rating::Again.quality(), Style::Danger),
                    grade("Hard", Rating::Hard.quality(), Style::Plain),
                ])
                .row([
                    grade("Good", Rating::Good.quality(), Style::Success),
                    grade("Easy", Rating::Easy.quality(), Style::Plain),
                ])
        };
    screen.row([at.button("⋯", Act::Menu)])
}

/// How an answer that the bot graded came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right.
    Right,
    /// Wrong.
    Wrong,
    /// Wrong by a letter or two.
    Near,
    /// "I don't know".
    Unknown,
}

/// The answer, graded already. `given` is the learner's own, `picked` the option; `next` is when it comes
/// again, where the schedule moved.
#[must_use]
pub fn verdict(
    at: At,
    line: &Head,
    card: &Card,
    (order, picked, given): (&[usize], Option<usize>, Option<&str>),
    verdict: &Verdict,
    next: Option<Next>,
) -> Screen {
    let mut blocks = vec![head(line)];
    blocks.extend(card::filled_front(card));
    blocks.extend(card::marked_options(card, order, picked));
    blocks.push(Block::Divider);
    let said = match verdict {
        Verdict::Right => "✓ Right.",
        Verdict::Wrong => "✗ Not right.",
        Verdict::Near => "✗ Nearly: the spelling differs.",
        Verdict::Unknown => "Now you know.",
    };
    let mut result = vec![Span::bold(said)];
    if let Some(given) = given {
        result.push(Span::Text(format!(" You sent {}.", super::echo(given))));
    }
    if let Some(answer) = card::short_answer(card) {
        result.push(Span::Text(format!(" The answer is {answer}.")));
    }
    blocks.push(Block::Paragraph(Rich(result)));
    let option = picked.or_else(|| card.choice.as_ref()?.options.iter().position(|option| option.correct));
    if let Some(option) = option.and_then(|index| card.choice.as_ref()?.options.get(index)) {
        blocks.push(Block::Paragraph(markdown::inline(&option.why)));
    }
    if *verdict == Verdict::Right || card.kind == Kind::Choice {
        blocks.extend(card::folded_back(card));
    } else {
        blocks.extend(card::back(card));
    }
    if let Some(next) = next {
        let again = if *verdict == Verdict::Right {
            next.sentence()
        } else {
            "Comes again today, then tomorrow.".to_owned()
        };
        blocks.push(Block::footer(again));
    }
    let mut screen = Screen { blocks, buttons: Vec::new() }.row([primary("Next", &at.token(Act::Next))]);
    if matches!(verdict, Verdict::Wrong | Verdict::Near) && card.kind != Kind::Choice {
        let label = if *verdict == Verdict::Near { "A typo: count it" } else { "I was right" };
        screen = screen.row([at.button(label, Act::Overrule), at.button("⋯", Act::Menu)]);
    } else {
        screen = screen.row([at.button("⋯", Act::Menu)]);
    }
    screen
}

/// The menu over a card, and what it can still do there.
#[must_use]
pub fn menu(at: At, line: &Head, card: &Card, order: &[usize], answered: bool) -> Screen {
    let mut blocks = vec![head(line)];
    blocks.extend(card::front(card));
    blocks.extend(card::options(card, order));
    let screen = Screen { blocks, buttons: Vec::new() }
        .row([at.button("Undo last answer", Act::Undo), at.button("End session", Act::End)]);
    let screen = if answered {
        screen.row([at.button("Suspend", Act::Suspend), at.button("Note", Act::Note)])
    } else {
        screen.row([
            at.button("Bury to tomorrow", Act::Bury),
            at.button("Suspend", Act::Suspend),
            at.button("Note", Act::Note),
        ])
    };
    screen.row([primary("Back", &at.token(Act::Back))])
}

/// A card that keeps lapsing.
#[must_use]
pub fn leech(at: At, card: &Card, lapses: u32) -> Screen {
    let mut blocks = vec![
        Block::heading("A leech"),
        Block::paragraph(format!(
            "You have forgotten this card {lapses} times. Read it once more in peace, and write a note on it in your own words; if it does not stick, put it aside and come back to it."
        )),
        Block::Divider,
    ];
    blocks.extend(card::filled_front(card));
    blocks.push(Block::Divider);
    blocks.extend(card::back(card));
    Screen { blocks, buttons: Vec::new() }
        .row([primary("Keep it", &at.token(Act::Next)), at.button("Suspend", Act::Suspend)])
        .row([at.button("Note", Act::Note)])
}

/// An older session's message, once it is over: the way on, to more of its sort.
#[must_use]
pub fn over_buttons(coding: bool) -> Vec<Vec<Button>> {
    let more = if coding { primary("Code", &Token::Code(None)) } else { primary("Review", &Token::Review) };
    vec![vec![more, button("Today", &Token::Today)]]
}

/// Short answers to taps.
pub mod toast {
    /// The tap belongs to an earlier question.
    pub const ALREADY: &str = "That card was already answered. Nothing was counted twice.";
    /// The tap repeats one that only turned the screen.
    pub const DONE: &str = "Already done.";
    /// The session is over.
    pub const OVER: &str = "That session has ended.";
    /// The last answer was taken back.
    pub const UNDONE: &str = "Taken back.";
    /// There is nothing to take back in this session.
    pub const NOTHING_HERE: &str =
        "Nothing is answered in this session yet. /undo takes back the one before.";
    /// A wrong verdict was overruled.
    pub const OVERRULED: &str = "Counted as right.";
    /// The card is buried.
    pub const BURIED: &str = "Not before tomorrow.";
    /// The card is suspended.
    pub const SUSPENDED: &str = "Put aside. /settings brings it back.";
    /// The button is from an older version or from nowhere.
    pub const UNKNOWN: &str = "This button is of an older version. /today goes on.";
}

/// `/undo` took back an answer of a session that is no longer the newest.
#[must_use]
pub fn undone(card: Option<&Card>) -> Screen {
    let screen = Screen::line("Taken back. The schedule is as it was before this answer:");
    let screen = match card {
        Some(card) => screen.block(Block::Quote(card::front(card))),
        None => screen,
    };
    screen.row([primary("Review", &Token::Review), button("Today", &Token::Today)])
}

/// There is nothing to take back; `week` has the days that may have been meant.
#[must_use]
pub fn nothing_to_undo(week: u8) -> Screen {
    Screen::line(
        "There is no answer to take back. A plan day that is done is opened again under “Mark days”.",
    )
    .row([primary("Today", &Token::Today), button("Mark days", &Token::Days(week))])
}

/// A typed answer to a numeric card that is no number.
#[must_use]
pub fn not_a_number(given: &str) -> Screen {
    Screen::line(format!(
        "“{}” is not a number. Send one like 0.25, 1/4 or 1e-3, or tap “I don't know” above. Nothing was counted.",
        super::echo(given)
    ))
}

/// A typed answer with fewer words than the card has blanks.
#[must_use]
pub fn too_few_blanks(wanted: usize) -> Screen {
    Screen::line(format!(
        "This card has {wanted} blanks. Send all of them in one message, with commas between them. Nothing was counted."
    ))
}

/// Words that do not answer what is on the screen; `again` shows that session.
#[must_use]
pub fn tap_a_button(again: &Token) -> Screen {
    Screen::line("A session is open above: tap one of its buttons, or end it with /cancel.")
        .row([primary("Show it here", again)])
}
