//! Coding prompts: the question, its help, its solution, and what is no program.

mod advice;
mod judged;

use super::session::{At, Reason, reason};
use super::values::{cut as shortened_line, labelled, one_line, short};
use super::{button, card, count, primary, styled};
use crate::chat::intent::Attachment;
use crate::chat::markdown;
use crate::chat::screen::{Block, Rich, Screen, Span, Style};
use crate::chat::token::{Act, Token};
use crate::study::calendar::interval_label;
use crate::study::card::{Card, Code, CodeTest};
use crate::study::value;

pub use judged::{Passed, left, lost_file, no_judge, preparing, verdict};

/// Lines of a program that a screen shows.
const LINES: usize = 60;
/// And characters of it.
const CHARACTERS: usize = 2_400;

/// What a prompt's screens tell besides the card.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Its buttons' session and step.
    pub at: At,
    /// The prompt.
    pub card: &'a Card,
    /// Its payload.
    pub code: &'a Code,
    /// The week.
    pub week: u8,
    /// Why it is asked.
    pub reason: Reason,
    /// Hints shown so far.
    pub hints: usize,
    /// It was passed or given up, so that whatever comes now is practice.
    pub settled: bool,
}

impl Head<'_> {
    fn line(&self) -> Block {
        Block::Paragraph(Rich(vec![
            Span::bold("Code"),
            Span::Text(format!(
                " · week {}, day {} · about {} min · {}",
                self.week,
                self.card.day,
                self.code.minutes,
                reason(self.reason)
            )),
        ]))
    }

    fn hints(&self) -> Vec<Block> {
        let shown = self.code.hints.iter().take(self.hints).enumerate();
        shown
            .flat_map(|(index, hint)| {
                let mut blocks = markdown::blocks(hint);
                let label = Span::bold(format!("Hint {}: ", index + 1));
                match blocks.first_mut() {
                    Some(Block::Paragraph(text)) => text.0.insert(0, label),
                    _ => blocks.insert(0, Block::Paragraph(Rich(vec![label]))),
                }
                blocks
            })
            .collect()
    }

    /// The way on from a prompt that is settled.
    fn onward(&self, screen: Screen) -> Screen {
        screen
            .row([
                primary("Next prompt", &self.at.token(Act::Next)),
                self.at.button("Compare", Act::Solution),
            ])
            .row([button("Today", &Token::Today)])
    }

    /// Hints, starter, solution and skip, as far as they are left.
    fn help(&self, screen: Screen, starter: bool) -> Screen {
        if self.settled {
            return self.onward(screen);
        }
        let next = self.hints + 1;
        let of = self.code.hints.len();
        let hint = (next <= of).then(|| self.at.button(format!("Hint {next} of {of}"), Act::Hint));
        let starter = starter.then(|| self.at.button("Starter file", Act::Starter));
        screen
            .row(hint.into_iter().chain(starter))
            .row([self.at.button("Show solution", Act::Solution), self.at.button("Skip", Act::Skip)])
    }
}

/// The prompt: statement, examples, and the hints that were asked for.
#[must_use]
pub fn prompt(head: &Head<'_>) -> Screen {
    let mut blocks = vec![head.line()];
    blocks.extend(card::front(head.card));
    let examples: Vec<String> = head
        .code
        .tests
        .iter()
        .filter(|test| test.visible)
        .map(|test| example(&head.code.entry, test))
        .collect();
    if !examples.is_empty() {
        blocks.push(python(examples.join("\n\n")));
    }
    blocks.extend(head.hints());
    blocks.push(Block::footer(format!(
        "Send {} as a message or as a .py file.",
        if defines_class(head.code) { "your class" } else { "your function" }
    )));
    head.help(Screen { blocks, buttons: Vec::new() }, true)
}

fn defines_class(code: &Code) -> bool {
    code.starter.iter().any(|line| line.starts_with(&format!("class {}", code.entry)))
}

/// A visible test as one would write it down.
fn example(entry: &str, test: &CodeTest) -> String {
    if let Some(lines) = &test.code {
        return lines.join("\n");
    }
    let call = call(&value::call(entry, test));
    match (&test.raises, &test.expect) {
        (Some(class), _) => format!("{call}\n# raises {class}"),
        (None, Some(expected)) => {
            format!(
                "{call}\n{}",
                labelled("#", &short(&value::Value::of_test(expected).to_string()), 2, false)
            )
        }
        (None, None) => format!("{call}\n# None"),
    }
}

fn python(text: impl Into<String>) -> Block {
    Block::Code { language: Some("python".into()), text: text.into() }
}

/// A test's call, its arguments as they are.
fn call(input: &str) -> String {
    labelled("", &shortened(input), 4, false).trim_start().to_owned()
}

/// Asks before the solution is shown.
#[must_use]
pub fn sure(head: &Head<'_>) -> Screen {
    Screen { blocks: vec![head.line()], buttons: Vec::new() }
        .block(Block::paragraph(format!("Show the solution of {}?", head.code.entry)))
        .block(Block::paragraph("The prompt then counts as forgotten and comes again tomorrow."))
        .row([
            primary("Back", &head.at.token(Act::Back)),
            styled("Show it", Style::Danger, &head.at.token(Act::Reveal)),
        ])
}

/// The solution with its explanation, beside the learner's own program if there is one.
#[must_use]
pub fn solution(head: &Head<'_>, own: Option<&str>, next: Option<u32>) -> Screen {
    let mut blocks = vec![head.line()];
    if let Some(own) = own {
        blocks.push(Block::Paragraph(Rich(vec![Span::bold("Your program")])));
        blocks.push(python(cut(own.trim_end())));
    }
    blocks.push(Block::Paragraph(Rich(vec![Span::bold("Reference solution")])));
    blocks.push(python(head.code.solution.join("\n")));
    blocks.extend(card::back(head.card));
    if let Some(days) = next {
        blocks.push(Block::footer(format!("Comes again in {}.", interval_label(days))));
    }
    Screen { blocks, buttons: Vec::new() }
        .row([primary("Next prompt", &head.at.token(Act::Next)), button("Today", &Token::Today)])
}

/// A session with coding prompts that was ended.
#[must_use]
pub fn ended() -> Screen {
    Screen::line("The coding prompt is put away. What is due stays due.")
        .row([primary("Code", &Token::Code(None)), button("Today", &Token::Today)])
}

/// There is no further prompt. `begins` is when the plan does, if it has not.
#[must_use]
pub fn no_more(week: Option<u8>, begins: Option<&str>) -> Screen {
    let text = match (week, begins) {
        (Some(week), _) => format!("Week {week} has no further coding prompt for now."),
        (None, Some(date)) => format!(
            "No coding prompt is waiting: your plan begins {date}. Any week is open to you before, for example /code 5."
        ),
        (None, None) => "The weeks you have reached have no further coding prompt for now. Any other week is open to you: /code 5.".to_owned(),
    };
    Screen::line(text).row([primary("Today", &Token::Today), button("Plan", &Token::Plan)])
}

/// A file that holds no program.
#[must_use]
pub fn not_a_program(name: Option<&str>) -> Screen {
    let name = name.map_or_else(|| "That file".to_owned(), |name| format!("“{}”", super::echo(name)));
    Screen::line(format!(
        "{name} is no .py file. Send your program as a .py file or as a message. Nothing was counted."
    ))
}

/// A file that is too large.
#[must_use]
pub fn large_file(bytes: u64) -> Screen {
    Screen::line(format!(
        "That file has {} KiB, the limit is 64 KiB. Send only the program. Nothing was counted.",
        bytes.div_ceil(1024)
    ))
}

/// Words, or something else than a text, while a coding prompt is open.
#[must_use]
pub fn send_code(entry: &str, instead: Option<Attachment>) -> Screen {
    let begin = match instead {
        Some(Attachment::Picture) => "I can't read a program from a picture. ",
        Some(Attachment::Recording) => "I can't listen or watch. ",
        _ => "",
    };
    Screen {
        blocks: vec![Block::Paragraph(Rich(vec![
            Span::Text(format!("{begin}A coding prompt is open: send a program that defines ")),
            Span::Code(entry.to_owned()),
            Span::Text(", as text or as a .py file. /cancel puts it away.".into()),
        ]))],
        buttons: Vec::new(),
    }
    .row([primary("Show it here", &Token::Code(None)), button("Today", &Token::Today)])
}

/// Short answers to taps.
pub mod toast {
    /// The prompt was answered or left already.
    pub const ALREADY: &str = "Already done.";
}

/// One line, as long as a screen bears.
fn shortened(text: &str) -> String {
    shortened_line(&one_line(text))
}

/// A program or printed text, as long as a screen bears.
fn cut(text: &str) -> String {
    cut_to(text, (LINES, CHARACTERS))
}

fn cut_to(text: &str, (lines, characters): (usize, usize)) -> String {
    let mut kept: String = text.lines().take(lines).collect::<Vec<_>>().join("\n");
    if let Some((at, _)) = kept.char_indices().nth(characters) {
        kept.truncate(at);
    }
    if kept.len() < text.trim_end().len() {
        let all = text.lines().count();
        kept += &format!("\n… ({} in all)", count(i64::try_from(all).unwrap_or(i64::MAX), "line"));
    }
    kept
}
