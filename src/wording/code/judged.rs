//! What the judge says of a program: its verdict, what failed first and where; and why there is no verdict yet.

use std::time::Duration;

use super::advice::{explained, missing, placeless};
use super::{Head, call, cut, cut_to, python, shortened};
use crate::chat::markdown;
use crate::chat::screen::{Block, Rich, Screen, Span};
use crate::chat::token::Token;
use crate::study::calendar::interval_label;
use crate::study::mend::Mending;
use crate::study::verdict::{Expected, Failure, Got, Outcome, TraceLine, Verdict};
use crate::wording::values::{WIDTH, labelled, one_line, short, short_pair, unexpected};
use crate::wording::{button, count, primary};

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

/// What a passed prompt means for the schedule, and how it went.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    /// One passed before in this sitting.
    pub again: bool,
    /// Programs that were run until this one passed, itself included.
    pub attempts: u32,
    /// Hints that the learner had seen when it came.
    pub hints: usize,
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
        blocks.push(Block::paragraph(how_it_went(passed)));
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

fn how_it_went(passed: &Passed) -> String {
    let mut text = match (passed.again, passed.attempts) {
        (true, _) => "Passed again".to_owned(),
        (false, 0 | 1) => "Passed at the first submission".to_owned(),
        (false, attempts) => format!("Passed at submission {attempts}"),
    };
    if passed.hints > 0 && !passed.again {
        text += &format!(", with {}", count(i64::try_from(passed.hints).unwrap_or(i64::MAX), "hint"));
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
            blocks.push(Block::paragraph(format!("Python says: {}", sentence(&shortened(message)))));
            blocks
        }
        Outcome::Broke { got, printed, trace } => {
            let mut blocks = vec![heading("✗ It stopped before any test".to_owned())];
            blocks.push(python([got_lines("", 0, got), trace_lines(trace)].concat().join("\n")));
            blocks.extend(explained(got));
            blocks.extend(print(printed));
            blocks
        }
        Outcome::Missing { entry } => {
            vec![heading(format!("✗ There is no {entry} in it")), missing(entry, &verdict.source)]
        }
        Outcome::Refused(refusal) => {
            vec![heading("✗ Not run".to_owned()), Block::paragraph(refusal.to_string())]
        }
    };
    if !verdict.mended.is_empty() {
        let mut text = Rich(vec![Span::Text("I ".into())]);
        for (index, mending) in verdict.mended.iter().enumerate() {
            if index > 0 {
                text.0.push(Span::Text(" and ".into()));
            }
            mended(mending, &mut text);
        }
        text.0.push(Span::Text(".".into()));
        blocks.push(Block::footer(text));
    }
    blocks
}

fn mended(mending: &Mending, text: &mut Rich) {
    let words = match mending {
        Mending::Fence => "took the code between the fences",
        Mending::Quotes => "made typographic quotes plain",
        Mending::Signs => "made typographic signs plain",
        Mending::Tabs => "turned tabs into four spaces",
        Mending::Margin => "moved all lines to the margin",
        Mending::Imports(lines) => {
            text.0.push(Span::Text("added ".into()));
            for (index, line) in lines.lines().enumerate() {
                if index > 0 {
                    text.0.push(Span::Text(", ".into()));
                }
                text.0.push(Span::Code(line.to_owned()));
            }
            " from the starter"
        }
    };
    text.0.push(Span::Text(words.into()));
}

/// The text with a full stop, unless it ends already.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '?', '!', '…']) { text.to_owned() } else { format!("{text}.") }
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
        (Expected::Value(expected), Got::Value(got)) => short_pair(expected, placeless(got)),
        (Expected::Value(expected), _) => (short(expected), String::new()),
        (_, Got::Value(got)) => (String::new(), short(placeless(got))),
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
    if failure.got == Got::TimeOut && failure.test > 0 && !matches!(failure.expected, Expected::Holds(_)) {
        let shared =
            "The calls of all tests share these seconds; this one was under way when they were over.";
        blocks.push(Block::paragraph(shared));
    }
    let explained = explained(&failure.got);
    let known = explained.is_some();
    blocks.extend(explained);
    blocks.extend(match &failure.say {
        // What the learner came for.
        Some(say) => Some(Block::Paragraph(Rich(vec![Span::Bold(markdown::inline(say))]))),
        // It failed for another reason.
        None if known => None,
        None => {
            let about = format!("This test is about: {}", sentence(&failure.why));
            Some(Block::Paragraph(markdown::inline(&about)))
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
        Got::TimeOut => "no result: 2 seconds were over".to_owned(),
        Got::TooSlow => "no end within 10 seconds for all tests together".to_owned(),
        Got::TooLarge => "a result that is too large to show".to_owned(),
        Got::TooMuchOutput => "more than 64 KiB of printed text".to_owned(),
        Got::Broken => {
            "the end of Python itself: out of memory, nested too deeply, or told to exit".to_owned()
        }
        Got::Cheating => "a report that is not the judge's own".to_owned(),
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

fn milliseconds(time: Duration) -> String {
    match time.as_millis() {
        0 => "under 1 ms".to_owned(),
        ms @ 1..1_000 => format!("{ms} ms"),
        ms => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
    }
}
