//! Runs a program against a prompt's tests and writes down what happened, without judging it.

use std::time::Duration;

use serde_json::Value as Json;

use super::SandboxError;
use super::pool::{Lease, Ran};
use super::protocol::{Allowance, End, Event, Job, Raised};
use crate::study::card::Code;
use crate::study::value::Value;

/// What a program did.
#[derive(Clone, Debug)]
pub(super) struct Observed {
    pub load: Load,
    /// One for each test of the card, in its order; empty if the program does not load.
    pub tests: Vec<Test>,
    /// Wall time in the sandbox.
    pub time: Duration,
}

/// How loading the program went.
#[derive(Clone, Debug)]
pub(super) enum Load {
    Good,
    Syntax { message: String, line: usize, column: usize },
    Missing,
    Broke { seen: Seen, printed: String },
}

/// What one test saw.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub seen: Seen,
    /// The arguments after the call; `None` for assert tests.
    pub after: Option<Value>,
    pub printed: String,
}

/// What came of a call.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    Value(Value),
    /// Assert lines ran to their end.
    Held,
    Raised(Raised),
    Stopped(Stop),
    /// A test before it took all the time.
    NotRun,
}

/// Why a run stopped in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Time,
    /// All runs together took too long.
    Total,
    Output,
    /// The result cannot be told, it is too large.
    Size,
    Broken,
    Cheating,
}

impl Test {
    fn stopped(stop: Stop) -> Self {
        Self { seen: Seen::Stopped(stop), after: None, printed: String::new() }
    }

    fn not_run() -> Self {
        Self { seen: Seen::NotRun, after: None, printed: String::new() }
    }
}

/// Runs all tests: the calls in one run, one after the other; assert lines in a run of their own each, so that
/// nothing which the program has patched in one reaches another.
pub(super) async fn observe(
    lease: &mut Lease<'_>,
    code: &Code,
    source: &str,
) -> Result<Observed, SandboxError> {
    let calls: Vec<_> = code
        .tests
        .iter()
        .filter(|test| test.code.is_none())
        .map(|test| (test.args.clone().unwrap_or_default(), test.kwargs.clone().unwrap_or_default()))
        .collect();
    let wanted = calls.len();
    lease.begin();
    let ran = lease.run(&mut job(code, source, calls, None)).await?;
    let mut time = ran.time;
    let (load, called) = read(&ran, wanted);
    if !matches!(load, Load::Good) {
        return Ok(Observed { load, tests: Vec::new(), time });
    }
    let mut called = called.into_iter();
    let mut tests = Vec::with_capacity(code.tests.len());
    let mut late = false;
    for test in &code.tests {
        let seen = match &test.code {
            None => called.next().unwrap_or_else(Test::not_run),
            Some(_) if late => Test::not_run(),
            Some(lines) => {
                let (seen, took) = assert_lines(lease, code, source, &lines.join("\n")).await?;
                time += took;
                seen
            }
        };
        late |= matches!(seen.seen, Seen::Stopped(Stop::Time | Stop::Total));
        tests.push(seen);
    }
    Ok(Observed { load, tests, time })
}

/// Runs one assert test: the program in one interpreter, the lines in another.
async fn assert_lines(
    lease: &mut Lease<'_>,
    code: &Code,
    source: &str,
    lines: &str,
) -> Result<(Test, Duration), SandboxError> {
    let ran = lease.run(&mut job(code, source, Vec::new(), Some(lines.to_owned()))).await?;
    Ok((tested(&ran), ran.time))
}

/// Reads what an assert test came to. The interpreter of the assert lines is believed; the other one has nothing to
/// say but that the program is loaded, what it printed, and that it is done.
fn tested(ran: &Ran) -> Test {
    let mut events = ran.events.iter().map(|text| serde_json::from_str::<Event>(text).ok());
    match events.next() {
        None => return Test::stopped(stop(ran.how)),
        Some(Some(event)) if event.loaded => {}
        Some(Some(event)) => {
            return match not_loaded(event) {
                Load::Broke { seen, printed } => Test { seen, after: None, printed },
                // It loaded a moment ago.
                _ => Test::stopped(Stop::Cheating),
            };
        }
        Some(None) => return Test::stopped(Stop::Cheating),
    }
    let rest: Vec<_> = events.collect();
    let printed = match rest.as_slice() {
        [] => String::new(),
        [Some(event)] if event.is_print() => event.printed.clone(),
        [Some(event), Some(last)] if event.is_print() && last.done => event.printed.clone(),
        _ => return Test::stopped(Stop::Cheating),
    };
    let Some(event) = ran.tested.iter().find_map(|text| serde_json::from_str::<Event>(text).ok()) else {
        return Test::stopped(stop(ran.how));
    };
    let seen = match (event, ran.how) {
        (Event { forged: true, .. }, _) => Seen::Stopped(Stop::Cheating),
        (Event { stopped: Some(reason), .. }, _) => {
            Seen::Stopped(if reason == "size" { Stop::Size } else { Stop::Output })
        }
        (Event { gone: true, .. }, how) => Seen::Stopped(stop(how)),
        (event, _) if event.raised.classes.is_some() => Seen::Raised(event.raised),
        (Event { held: true, .. }, End::Done) if rest.len() == 2 => Seen::Held,
        (_, how) => Seen::Stopped(stop(how)),
    };
    Test { seen, after: None, printed }
}

/// What it means that a run ended too early.
fn stop(how: End) -> Stop {
    match how {
        End::Time => Stop::Time,
        End::Total => Stop::Total,
        End::Flood => Stop::Cheating,
        End::Done | End::Broken => Stop::Broken,
    }
}

fn job(
    code: &Code,
    source: &str,
    calls: Vec<(Vec<Json>, serde_json::Map<String, Json>)>,
    assert: Option<String>,
) -> Job {
    Job {
        source: source.to_owned(),
        entry: code.entry.clone(),
        of_class: code.solution.iter().any(|line| is_class(line, &code.entry)),
        calls,
        assert,
        allowance: Allowance::default(),
    }
}

/// Whether a line of the reference begins a class of this name.
fn is_class(line: &str, name: &str) -> bool {
    let rest = line.strip_prefix("class ").and_then(|rest| rest.trim_start().strip_prefix(name));
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
}

/// Reads the events of a run of calls, which the program may have forged: anything out of turn is cheating, and so
/// is a run that ends otherwise than by saying so. Forged results are no danger: whoever knows the right ones can as
/// well return them.
fn read(ran: &Ran, wanted: usize) -> (Load, Vec<Test>) {
    let stop = stop(ran.how);
    let broke = |seen| Load::Broke { seen, printed: String::new() };
    let mut events = ran.events.iter().map(|text| serde_json::from_str::<Event>(text));
    match events.next() {
        None => return (broke(Seen::Stopped(stop)), Vec::new()),
        Some(Ok(event)) if event.loaded => {}
        Some(Ok(event)) => return (not_loaded(event), Vec::new()),
        Some(Err(_)) => return (broke(Seen::Stopped(Stop::Cheating)), Vec::new()),
    }
    let mut tests = Vec::with_capacity(wanted);
    let mut running = false;
    let mut done = false;
    for event in events {
        let next = Some(tests.len());
        match event {
            Ok(event) if !done && !running && event.start == next && tests.len() < wanted => running = true,
            Ok(event) if running && event.end == next => match test(event) {
                Some(test) => {
                    tests.push(test);
                    running = false;
                }
                None => return (Load::Good, cheated(tests, wanted)),
            },
            Ok(event) if event.done && !done && !running && tests.len() == wanted => done = true,
            _ => return (Load::Good, cheated(tests, wanted)),
        }
    }
    // All results are there, yet the run did not end as runs do.
    if tests.len() == wanted && (!done || ran.how != End::Done) {
        tests.pop();
    }
    if tests.len() < wanted {
        tests.push(Test::stopped(stop));
    }
    tests.resize_with(wanted, Test::not_run);
    (Load::Good, tests)
}

fn cheated(mut tests: Vec<Test>, wanted: usize) -> Vec<Test> {
    tests.truncate(wanted.saturating_sub(1));
    tests.push(Test::stopped(Stop::Cheating));
    tests.resize_with(wanted, Test::not_run);
    tests
}

fn not_loaded(event: Event) -> Load {
    let cheating = Load::Broke { seen: Seen::Stopped(Stop::Cheating), printed: String::new() };
    match event {
        Event { syntax: Some(message), line, column, .. } => Load::Syntax { message, line, column },
        Event { missing: true, .. } => Load::Missing,
        Event { load: Some(raised), printed, .. } => Load::Broke { seen: exception(raised), printed },
        _ => cheating,
    }
}

fn exception(raised: Raised) -> Seen {
    if raised.output { Seen::Stopped(Stop::Output) } else { Seen::Raised(raised) }
}

fn test(event: Event) -> Option<Test> {
    let seen = match &event.value {
        Some(value) => Seen::Value(Value::of_guest(value)?),
        None if event.stopped.is_some() => Seen::Stopped(Stop::Size),
        None if event.raised.output || event.raised.classes.is_some() => exception(event.raised),
        None => return None,
    };
    // The arguments: a list of the positional ones and a dictionary.
    let after = event.after.as_ref().and_then(|after| {
        let pair = [Value::of_guest(after.get(0)?)?, Value::of_guest(after.get(1)?)?];
        Some(Value::List(pair.into()))
    });
    Some(Test { seen, after, printed: event.printed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(how: End, events: &[&str]) -> Ran {
        let events = events.iter().map(|event| (*event).to_owned()).collect();
        Ran { events, tested: Vec::new(), how, time: Duration::ZERO }
    }

    const LOADED: &str = r#"{"loaded":true,"printed":""}"#;
    const START: &str = r#"{"start":0}"#;
    const END: &str = r#"{"end":0,"value":{"i":"3"},"after":[{"l":[]},{"d":[]}],"printed":"x"}"#;
    const DONE: &str = r#"{"done":true}"#;

    fn stops(how: End, events: &[&str], wanted: usize) -> Vec<Option<Stop>> {
        let (load, tests) = read(&ran(how, events), wanted);
        assert!(matches!(load, Load::Good));
        let stop = |test: &Test| if let Seen::Stopped(stop) = test.seen { Some(stop) } else { None };
        tests.iter().map(stop).collect()
    }

    #[test]
    fn a_run_is_read_in_order() {
        assert_eq!(stops(End::Done, &[LOADED, START, END, DONE], 1), [None]);
        assert_eq!(stops(End::Time, &[LOADED, START], 2), [Some(Stop::Time), None]);
        assert_eq!(stops(End::Broken, &[LOADED, START, END], 2), [None, Some(Stop::Broken)]);
        assert_eq!(stops(End::Total, &[LOADED, START], 1), [Some(Stop::Total)]);
    }

    #[test]
    fn a_run_must_end_as_runs_do() {
        assert_eq!(stops(End::Broken, &[LOADED, START, END, DONE], 1), [Some(Stop::Broken)]);
        assert_eq!(stops(End::Time, &[LOADED, START, END, DONE], 1), [Some(Stop::Time)]);
        assert_eq!(stops(End::Flood, &[LOADED, START, END, DONE], 1), [Some(Stop::Cheating)]);
        assert_eq!(stops(End::Done, &[LOADED, START, END], 1), [Some(Stop::Broken)]);
    }

    #[test]
    fn only_the_tests_own_interpreter_says_that_a_test_held() {
        const HELD: &str = r#"{"end":0,"held":true}"#;
        const PRINTED: &str = r#"{"printed":"x"}"#;
        let seen = |how, events: &[&str], told: &[&str]| {
            let told = told.iter().map(|event| (*event).to_owned()).collect();
            tested(&Ran { tested: told, ..ran(how, events) }).seen
        };
        let stopped = |how, events: &[&str], told: &[&str]| match seen(how, events, told) {
            Seen::Stopped(stop) => Some(stop),
            _ => None,
        };
        assert!(matches!(seen(End::Done, &[LOADED, PRINTED, DONE], &[HELD]), Seen::Held));
        assert_eq!(stopped(End::Broken, &[LOADED, PRINTED, DONE], &[HELD]), Some(Stop::Broken));
        assert_eq!(stopped(End::Broken, &[LOADED, PRINTED], &[HELD]), Some(Stop::Broken));
        assert_eq!(stopped(End::Done, &[LOADED, START, HELD, DONE], &[]), Some(Stop::Cheating));
        assert_eq!(stopped(End::Done, &[LOADED, HELD, PRINTED, DONE], &[HELD]), Some(Stop::Cheating));
        assert_eq!(stopped(End::Broken, &[LOADED], &[r#"{"end":0,"gone":true}"#]), Some(Stop::Broken));
        assert_eq!(stopped(End::Done, &[LOADED], &[r#"{"end":0,"forged":true}"#]), Some(Stop::Cheating));
        assert_eq!(stopped(End::Time, &[LOADED], &[]), Some(Stop::Time));
    }

    #[test]
    fn the_reference_says_whether_a_class_is_asked_for() {
        for (line, is) in [
            ("class Cache:", true),
            ("class Cache(dict):", true),
            ("class CacheLine:", false),
            ("    class Cache:", false),
            ("def Cache():", false),
        ] {
            assert_eq!(is_class(line, "Cache"), is, "{line}");
        }
    }

    #[test]
    fn events_out_of_turn_are_cheating() {
        let cheating = [Some(Stop::Cheating)];
        for events in [
            &[LOADED, END, DONE][..],
            &[LOADED, START, END, END, DONE],
            &[LOADED, START, START, END, DONE],
            &[LOADED, START, END, DONE, DONE],
            &[LOADED, START, DONE],
            &[LOADED, LOADED, START, END, DONE],
            &[LOADED, START, "nonsense", END, DONE],
            &[LOADED, START, r#"{"end":0}"#, DONE],
            &[LOADED, START, r#"{"end":0,"value":7}"#, DONE],
            &[LOADED, START, END, r#"{"start":1}"#, DONE],
        ] {
            assert_eq!(stops(End::Done, events, 1), cheating, "{events:?}");
        }
    }

    #[test]
    fn none_is_a_value() {
        let event = r#"{"end":0,"value":null,"after":null,"printed":""}"#;
        let (_, tests) = read(&ran(End::Done, &[LOADED, START, event, DONE]), 1);
        assert!(matches!(tests[0].seen, Seen::Value(Value::None)));
        assert_eq!(tests[0].after, None);
    }
}
