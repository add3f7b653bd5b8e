//! Coding prompts: the question, its help, and what the judge says.

use std::time::Duration;

use super::session::{At, Reason, reason};
use super::values::{WIDTH, cut as shortened_line, labelled, one_line, short, short_pair, unexpected};
use super::{button, card, count, primary, styled};
use crate::chat::intent::Attachment;
use crate::chat::markdown;
use crate::chat::screen::{Block, Rich, Screen, Span, Style};
use crate::chat::token::{Act, Token};
use crate::study::calendar::interval_label;
use crate::study::card::{Card, Code, CodeTest};
use crate::study::mend::Mending;
use crate::study::value;
use crate::study::verdict::{Expected, Failure, Got, Outcome, TraceLine, Verdict};

/// The last column that a mark below a line points at.
const MARKED: usize = 240;
/// Where the values below a call begin.
const INDENT: usize = 9;
/// Lines of a traceback that a screen shows: the outermost and the innermost ones.
const STEPS: usize = 4;
/// Characters of one of them.
const STEP: usize = 120;
/// Lines and characters of printed text that a verdict shows: the whole verdict is one message, also as HTML.
const PRINTED: (usize, usize) = (30, 800);
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

/// What a passed prompt means for the schedule, and how it went.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    /// Programs that were run in this session, the one that passed included.
    pub attempts: u32,
    /// The shortest run time of all programs that ever passed.
    pub best: Option<Duration>,
    /// Days until it comes again, where the schedule moved.
    pub next: Option<u32>,
}

/// The judge's answer to a submission.
#[must_use]
pub fn verdict(head: &Head<'_>, verdict: &Verdict, passed: Option<&Passed>) -> Screen {
    let mut blocks = judged(verdict);
    if let Some(passed) = passed {
        blocks.push(Block::paragraph(how_it_went(head, passed)));
        if let Some(days) = passed.next {
            blocks.push(Block::footer(format!("Comes again in {}.", interval_label(days))));
        }
        return head.onward(Screen { blocks, buttons: Vec::new() });
    }
    blocks.extend(head.hints());
    let again = match (verdict.was_run(), head.settled) {
        (true, true) => None,
        (true, false) => Some("Send the whole program again when it is mended."),
        (false, true) => Some("No attempt was counted."),
        (false, false) => Some("No attempt was counted. Send the whole program again."),
    };
    blocks.extend(again.map(Block::footer));
    head.help(Screen { blocks, buttons: Vec::new() }, false)
}

fn how_it_went(head: &Head<'_>, passed: &Passed) -> String {
    let mut text = match passed.attempts {
        0 | 1 => "Passed at the first submission".to_owned(),
        attempts => format!("Passed at submission {attempts}"),
    };
    if head.hints > 0 {
        text += &format!(", with {}", count(i64::try_from(head.hints).unwrap_or(i64::MAX), "hint"));
    }
    if let Some(best) = passed.best {
        text += &format!(". Your best time: {}", milliseconds(best));
    }
    text + "."
}

/// A verdict on a prompt that the learner has left meanwhile.
#[must_use]
pub fn left(verdict: &Verdict) -> Screen {
    let blocks = judged(verdict);
    Screen { blocks, buttons: Vec::new() }
        .block(Block::footer("You had left this prompt, so nothing was counted."))
        .row([primary("Code", &Token::Code(None)), button("Today", &Token::Today)])
}

fn judged(verdict: &Verdict) -> Vec<Block> {
    let heading = |text: String| Block::Paragraph(Rich(vec![Span::bold(text)]));
    let tests = format!("{} of {} tests · {}", verdict.passed, verdict.total, milliseconds(verdict.time));
    let mut blocks = match &verdict.outcome {
        Outcome::Passed => vec![heading(format!("✓ {tests}"))],
        Outcome::Failed(failure) => {
            let mut blocks = vec![heading(format!("✗ {tests}"))];
            blocks.extend(failed(failure));
            blocks
        }
        Outcome::Syntax { message, line, column, text } => {
            let place = if *line == 0 { String::new() } else { format!(", line {line}") };
            let mut blocks = vec![heading(format!("✗ Not Python yet{place}"))];
            if !text.is_empty() {
                blocks.push(python(pointed_at(text, &verdict.source, *line, *column)));
            }
            blocks.push(Block::paragraph(format!("Python says: {}.", shortened(message))));
            blocks
        }
        Outcome::Broke { got, printed, trace } => {
            let mut blocks = vec![heading("✗ It stopped before any test".to_owned())];
            blocks.push(python([got_lines("", 0, got), trace_lines(trace)].concat().join("\n")));
            blocks.extend(print(printed));
            blocks
        }
        Outcome::Missing { entry } => vec![
            heading(format!("✗ There is no {entry} in it")),
            Block::Paragraph(Rich(vec![
                Span::Text("Define ".into()),
                Span::Code(entry.clone()),
                Span::Text(" with exactly this name; helper functions beside it are fine.".into()),
            ])),
        ],
        Outcome::Refused(refusal) => {
            vec![heading("✗ Not run".to_owned()), Block::paragraph(refusal.to_string())]
        }
    };
    if !verdict.mended.is_empty() {
        let what: Vec<&str> = verdict.mended.iter().map(|mending| mended(*mending)).collect();
        blocks.push(Block::footer(format!("I {}.", what.join(" and "))));
    }
    blocks
}

fn mended(mending: Mending) -> &'static str {
    match mending {
        Mending::Fence => "took the code between the fences",
        Mending::Quotes => "made typographic quotes plain",
        Mending::Signs => "made typographic signs plain",
        Mending::Tabs => "turned tabs into four spaces",
        Mending::Margin => "moved all lines to the margin",
    }
}

/// The line with a mark below the place that Python names. `text` comes without its indentation.
fn pointed_at(text: &str, source: &str, line: usize, column: usize) -> String {
    let whole = line.checked_sub(1).and_then(|index| source.lines().nth(index)).unwrap_or(text);
    let indent = whole.chars().take_while(|character| character.is_whitespace()).count();
    let Some(at) = column.checked_sub(1 + indent).filter(|at| *at < MARKED) else {
        return shortened(text);
    };
    format!("{}\n{}^", shortened(text), " ".repeat(at))
}

fn failed(failure: &Failure) -> Vec<Block> {
    let mut blocks = vec![Block::Paragraph(markdown::inline(&format!("First to fail: {}", failure.name)))];
    let (expected, got) = match (&failure.expected, &failure.got) {
        (Expected::Value(expected), Got::Value(got)) => short_pair(expected, got),
        (Expected::Value(expected), _) => (short(expected), String::new()),
        (_, Got::Value(got)) => (String::new(), short(got)),
        _ => Default::default(),
    };
    let mut lines = match &failure.expected {
        Expected::Holds(line) => with_failing_line(&failure.input, line),
        Expected::Value(_) => vec![call(&failure.input), labelled("expected", &expected, INDENT, false)],
        Expected::Raises(class) => {
            vec![call(&failure.input), labelled("expected", &format!("{class} to be raised"), INDENT, true)]
        }
    };
    match (&failure.got, &failure.expected) {
        (Got::DoesNotHold, Expected::Holds(_)) => {}
        (Got::Value(_), _) => lines.push(unexpected("got", &got, &expected, INDENT)),
        (got, _) => lines.extend(got_lines("got", INDENT, got)),
    }
    lines.extend(trace_lines(&failure.trace));
    blocks.push(python(lines.join("\n")));
    blocks.push(match &failure.say {
        // What the learner came for.
        Some(say) => Block::Paragraph(Rich(vec![Span::Bold(markdown::inline(say))])),
        None => {
            let about = format!("This test is about: {}.", failure.why.trim_end_matches('.'));
            Block::Paragraph(markdown::inline(&about))
        }
    });
    blocks.extend(print(&failure.printed));
    blocks
}

/// A test's lines with a mark below the one that fails, which is named where it cannot be told by its text.
fn with_failing_line(input: &str, line: &str) -> Vec<String> {
    let is_it = |one: &&str| one.trim() == line;
    let place = input.lines().position(|one| is_it(&one));
    let Some(place) =
        place.filter(|_| input.lines().filter(is_it).count() == 1 && cut(input) == input.trim_end())
    else {
        return vec![cut(input), String::new(), labelled("fails at", &shortened(line), INDENT, false)];
    };
    let mut lines: Vec<String> = input.lines().map(str::to_owned).collect();
    let indent: String =
        input.lines().nth(place).into_iter().flat_map(str::chars).take_while(|one| *one == ' ').collect();
    lines.insert(place + 1, format!("{indent}# ^ fails here"));
    lines
}

/// A test's call, its arguments as they are.
fn call(input: &str) -> String {
    labelled("", &shortened(input), 4, false).trim_start().to_owned()
}

fn got_lines(label: &str, indent: usize, got: &Got) -> Vec<String> {
    let words = |text: &str| labelled(label, text, indent, true);
    let value = |label: &str, value: &str| labelled(label, value, indent, false);
    let text = match got {
        Got::Value(text) => return vec![value(label, &short(text))],
        Got::Raised { class, message } if message.is_empty() => class.clone(),
        Got::Raised { class, message } => format!("{class}: {}", shortened(message)),
        Got::DoesNotHold => "something else".to_owned(),
        Got::ChangedArguments { before, after } => {
            let (before, after) = short_pair(before, after);
            let result = words("the right result, but the arguments were changed");
            return vec![result, value("before", &before), unexpected("after", &after, &before, indent)];
        }
        Got::TimeOut => "no result within 2 seconds".to_owned(),
        Got::TooMuchOutput => "more than 64 KiB of printed text".to_owned(),
        Got::Broken => "a breakdown of Python: out of memory, or nested too deeply".to_owned(),
        Got::Cheating => "a result that fits whatever is asked".to_owned(),
    };
    vec![words(&text)]
}

/// The learner's own lines that led to it, each below its number where it is long.
fn trace_lines(trace: &[TraceLine]) -> Vec<String> {
    let line = |step: &TraceLine| {
        let label = format!("line {}", step.line);
        let text = beginning(&one_line(&step.text));
        let beside = format!("{label:<INDENT$}{text}");
        if beside.chars().count() <= WIDTH { beside } else { format!("{label}\n  {text}") }
    };
    if trace.len() <= STEPS {
        return trace.iter().map(line).collect();
    }
    let (outer, inner) = (&trace[..1], &trace[trace.len() - (STEPS - 1)..]);
    outer.iter().map(line).chain(["…".to_owned()]).chain(inner.iter().map(line)).collect()
}

/// The beginning of a line of the learner's own, which they can look up.
fn beginning(line: &str) -> String {
    if line.chars().count() <= STEP {
        line.to_owned()
    } else {
        line.chars().take(STEP).chain(['…']).collect()
    }
}

fn print(printed: &str) -> Option<Block> {
    let text = cut_to(printed.trim_end(), PRINTED);
    (!text.trim().is_empty()).then(|| Block::Details {
        summary: "What it printed".into(),
        blocks: vec![Block::Code { language: None, text }],
    })
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

/// There is no further prompt.
#[must_use]
pub fn no_more(week: Option<u8>) -> Screen {
    let text = match week {
        Some(week) => format!("Week {week} has no further coding prompt for now."),
        None => "The weeks you have reached have no further coding prompt for now. Any other week is open to you: /code 5.".to_owned(),
    };
    Screen::line(text).row([primary("Today", &Token::Today), button("Plan", &Token::Plan)])
}

/// The judge is not ready yet; the program is kept.
#[must_use]
pub fn preparing(percent: u8) -> Screen {
    Screen::line(format!(
        "Python is being prepared on this machine, which happens once: {percent} % so far. Your program is kept and judged as soon as it is ready."
    ))
}

/// The judge cannot work.
#[must_use]
pub fn no_judge() -> Screen {
    Screen::line(
        "I cannot run Python at the moment: the reason is in the log of whoever runs this bot. Nothing was counted; send the program again later.",
    )
    .row([primary("Today", &Token::Today)])
}

/// A file that Telegram does not hand out.
#[must_use]
pub fn lost_file() -> Screen {
    Screen::line(
        "I could not get that file from Telegram. Send it again, or paste the program as a message. No attempt was counted.",
    )
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

fn milliseconds(time: Duration) -> String {
    match time.as_millis() {
        0 => "under 1 ms".to_owned(),
        ms @ 1..1_000 => format!("{ms} ms"),
        ms => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
    }
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
