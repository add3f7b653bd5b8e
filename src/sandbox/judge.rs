//! Compares what a program did with what the prompt's tests want, and says what is wrong first.

use std::time::Duration;

use serde_json::Value as Json;

use super::card::{Known, TOLERANCE};
use super::observe::{Load, Observed, Seen, Stop, Test, observe};
use super::pool::Pool;
use super::protocol::Raised;
use super::{SandboxError, Submission};
use crate::study::card::{Code, CodeTest};
use crate::study::mend::{Mended, mend};
use crate::study::value::{self, Value};
use crate::study::verdict::{Expected, Failure, Got, Outcome, TraceLine, Verdict};

/// Judges one submission.
pub(super) async fn judge(
    pool: &std::sync::Arc<Pool>,
    known: &Known,
    submission: &Submission<'_>,
) -> Result<Verdict, SandboxError> {
    let card = submission.card;
    let mended = match mend(submission.source) {
        Ok(mended) => mended,
        Err(refusal) => {
            let mended = Mended { source: submission.source.to_owned(), what: Vec::new() };
            return Ok(verdict(card, mended, Outcome::Refused(refusal), 0, Duration::ZERO));
        }
    };
    let mut lease = pool.lease().await?;
    let observed = observe(&mut lease, card, &mended.source).await?;
    let time = observed.time;
    if let Some(outcome) = unloaded(&observed.load, &mended.source, card) {
        return Ok(verdict(card, mended, outcome, 0, time));
    }
    let faults: Vec<Option<Got>> =
        card.tests.iter().zip(&observed.tests).map(|(test, seen)| fault(card, test, seen)).collect();
    let passed = faults.iter().filter(|fault| fault.is_none()).count();
    let first = faults.into_iter().enumerate().find_map(|(index, fault)| Some((index, fault?)));
    drop(lease);
    let Some((index, got)) = first else {
        return Ok(verdict(card, mended, Outcome::Passed, passed, time));
    };
    let say = if cheats(&observed) { None } else { known.sentence(pool, card, &observed).await? };
    let failure = failure(card, index, &observed.tests, got, &mended.source, say);
    Ok(verdict(card, mended, failure, passed, time))
}

fn verdict(card: &Code, mended: Mended, outcome: Outcome, passed: usize, time: Duration) -> Verdict {
    let Mended { source, what } = mended;
    Verdict { outcome, passed, total: card.tests.len(), time, source, mended: what }
}

fn cheats(observed: &Observed) -> bool {
    observed.tests.iter().any(|test| matches!(test.seen, Seen::Stopped(Stop::Cheating)))
}

/// What came of a program that no test could be run on.
fn unloaded(load: &Load, source: &str, card: &Code) -> Option<Outcome> {
    Some(match load {
        Load::Good => return None,
        Load::Syntax { message, line, column } => Outcome::Syntax {
            message: message.clone(),
            line: *line,
            column: *column,
            text: line_of(source, *line),
        },
        Load::Missing => Outcome::Missing { entry: card.entry.clone() },
        Load::Broke { seen, printed } => {
            Outcome::Broke { got: got(seen), printed: printed.clone(), trace: trace(seen, source) }
        }
    })
}

/// What is wrong with a test's result, if anything is.
fn fault(card: &Code, test: &CodeTest, seen: &Test) -> Option<Got> {
    if test.code.is_some() {
        // An `assert` of the test's own, not one in the learner's program.
        let failed = |raised: &Raised| {
            class(raised) == "AssertionError" && raised.trace.last().is_some_and(|step| step.0 == "<test>")
        };
        return match &seen.seen {
            Seen::Held => None,
            Seen::Raised(raised) if failed(raised) => Some(Got::DoesNotHold),
            other => Some(got(other)),
        };
    }
    let right = match (&test.raises, &seen.seen) {
        (Some(wanted), Seen::Raised(raised)) => raised.classes.iter().flatten().any(|class| class == wanted),
        (None, Seen::Value(value)) => {
            let tol = test.tol.or(card.tol).unwrap_or(TOLERANCE);
            value.is(&Value::of_test(test.expect.as_ref().unwrap_or(&Json::Null)), tol)
        }
        _ => false,
    };
    if !right {
        return Some(got(&seen.seen));
    }
    let before = value::arguments(test);
    match &seen.after {
        Some(after) if *after == before => None,
        Some(after) => Some(Got::ChangedArguments {
            before: value::argument_text(&before),
            after: value::argument_text(after),
        }),
        None => Some(Got::ChangedArguments {
            before: value::argument_text(&before),
            after: "something that cannot be shown".to_owned(),
        }),
    }
}

fn got(seen: &Seen) -> Got {
    match seen {
        Seen::Value(value) => Got::Value(value.to_string()),
        Seen::Held => Got::Value("no exception".to_owned()),
        Seen::Raised(raised) => {
            let class = class(raised).trim_start_matches("solution.").to_owned();
            Got::Raised { class, message: raised.message.clone() }
        }
        // Nothing comes first and is not run; were it so, time would have run out before it.
        Seen::Stopped(Stop::Time) | Seen::NotRun => Got::TimeOut,
        Seen::Stopped(Stop::Total) => Got::TooSlow,
        Seen::Stopped(Stop::Output) => Got::TooMuchOutput,
        Seen::Stopped(Stop::Size) => Got::TooLarge,
        Seen::Stopped(Stop::Broken) => Got::Broken,
        Seen::Stopped(Stop::Cheating) => Got::Cheating,
    }
}

fn class(raised: &Raised) -> &str {
    raised.classes.iter().flatten().next().map_or("an exception", String::as_str)
}

fn failure(
    card: &Code,
    index: usize,
    tests: &[Test],
    got: Got,
    source: &str,
    say: Option<String>,
) -> Outcome {
    let seen = tests.get(index);
    let Some(test) = card.tests.get(index) else { return Outcome::Missing { entry: card.entry.clone() } };
    let expected = match (&test.code, &test.raises) {
        (Some(lines), _) => {
            Expected::Holds(seen.and_then(|seen| failing_line(seen, lines)).unwrap_or_else(|| {
                lines
                    .iter()
                    .rev()
                    .find(|line| line.contains("assert"))
                    .map_or_else(String::new, |line| line.trim().to_owned())
            }))
        }
        (None, Some(class)) => Expected::Raises(class.clone()),
        (None, None) => {
            let value = Value::of_test(test.expect.as_ref().unwrap_or(&Json::Null));
            let value = match seen.map(|seen| &seen.seen) {
                Some(Seen::Value(got)) => value.with_tuples_of(got),
                _ => value,
            };
            Expected::Value(value.to_string())
        }
    };
    let input = match &test.code {
        Some(lines) => lines.join("\n"),
        None => value::call(&card.entry, test),
    };
    Outcome::Failed(Box::new(Failure {
        test: index,
        name: test.name.clone(),
        why: test.why.clone(),
        visible: test.visible,
        input,
        expected,
        got,
        printed: seen.map(|seen| seen.printed.clone()).unwrap_or_default(),
        trace: seen.map(|seen| trace(&seen.seen, source)).unwrap_or_default(),
        say,
    }))
}

/// The line of an assert test at which it failed.
fn failing_line(seen: &Test, lines: &[String]) -> Option<String> {
    let Seen::Raised(raised) = &seen.seen else { return None };
    let step = raised.trace.iter().find(|step| step.0 == "<test>")?;
    Some(lines.get(step.1.checked_sub(1)?)?.trim().to_owned())
}

/// The learner's own lines of a traceback.
fn trace(seen: &Seen, source: &str) -> Vec<TraceLine> {
    let Seen::Raised(raised) = seen else { return Vec::new() };
    let own = raised.trace.iter().filter(|step| step.0 == "<solution>");
    own.map(|(_, line, function)| TraceLine {
        line: *line,
        function: function.clone(),
        text: line_of(source, *line),
    })
    .collect()
}

fn line_of(source: &str, line: usize) -> String {
    let line = line.checked_sub(1).and_then(|index| source.lines().nth(index));
    line.unwrap_or_default().trim().to_owned()
}
