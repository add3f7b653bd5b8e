//! Runs what needs Python: numbers that must be true, solutions that must pass, mutants that must fail. A tool
//! for a deck's author; the bot never calls it. Each card gets a process of its own, so that nothing leaks from
//! one to the next, and the process is killed when it does not answer in time.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::problem::Rule;
use crate::study::card::{Card, Numeric};

const SCRIPT: &str = include_str!("proof.py");
/// Time of one test in seconds.
const TEST_SECONDS: f64 = 2.0;
/// Time of a whole card, without and with mutants.
const CARD: Duration = Duration::from_secs(120);
const CARD_WITH_MUTANTS: Duration = Duration::from_secs(600);
/// Longest answer of a card in bytes.
const ANSWER: u64 = 1 << 20;

/// How many mutants there were and how many failed a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutants {
    /// Mutants that fail a test.
    pub killed: usize,
    /// All mutants.
    pub total: usize,
}

/// What Python said about one card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Broken rules with a message.
    pub findings: Vec<(Rule, String)>,
    /// Mutants, if they were asked for.
    pub mutants: Mutants,
    /// Mutants that pass every test, as `line 5: was → now`.
    pub survivors: Vec<String>,
}

/// Whether a card has anything to prove.
#[must_use]
pub fn has_work(card: &Card) -> bool {
    card.code.is_some() || !card.verify.is_empty()
}

/// Proves cards with a Python interpreter, two at a time on two cores; the proofs come in the order of the cards.
#[must_use]
pub fn prove(python: &str, cards: &[&Card], mutants: bool) -> Vec<Proof> {
    let next = Mutex::new(cards.iter().enumerate());
    let proofs = Mutex::new(vec![Proof::default(); cards.len()]);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(cards.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((index, card)) = next.lock().ok().and_then(|mut next| next.next()) {
                    let proof = prove_card(python, card, mutants);
                    if let Ok(mut proofs) = proofs.lock()
                        && let Some(place) = proofs.get_mut(index)
                    {
                        *place = proof;
                    }
                }
            });
        }
    });
    proofs.into_inner().unwrap_or_default()
}

fn prove_card(python: &str, card: &Card, mutants: bool) -> Proof {
    let limit = if mutants { CARD_WITH_MUTANTS } else { CARD };
    match ask(python, &job(card, mutants), limit) {
        Ok(answer) => Proof::read(&answer),
        Err(reason) => Proof { findings: vec![(Rule::Python, reason)], ..Proof::default() },
    }
}

/// The question as one line of JSON.
fn job(card: &Card, mutants: bool) -> String {
    let code = card.code.as_ref().map(|code| {
        let wrong: Vec<Value> = code
            .wrong
            .iter()
            .map(|wrong| json!({ "label": wrong.label, "source": wrong.source(&code.solution) }))
            .collect();
        json!({
            "entry": code.entry, "imports": code.imports, "tol": code.tol, "starter": code.starter,
            "solution": code.solution, "tests": code.tests, "wrong": wrong,
        })
    });
    let numeric = card.numeric.as_ref();
    let job = json!({
        "verify": card.verify,
        "value": numeric.map(number),
        "shifted": numeric.map(shifted).unwrap_or_default(),
        "code": code,
        "mutants": mutants,
        "seconds": TEST_SECONDS,
    });
    format!("{job}\n")
}

/// The value as Python should see it: `3`, not `3.0`, where the deck says so.
fn number(numeric: &Numeric) -> Value {
    whole(numeric.value)
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the guard leaves whole numbers that an i64 holds exactly"
)]
fn whole(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

/// Wrong values next to the right one: off by one unit of its last decimal, or by twice the tolerance if that
/// is more. A learner who gives one of them is wrong, so a proof must tell them apart.
fn shifted(numeric: &Numeric) -> Vec<Value> {
    let text = numeric.value.to_string();
    let places = text.split_once('.').map_or(0, |(_, places)| places.len());
    let unit = 10_f64.powi(-i32::try_from(places).unwrap_or_default());
    let step = unit.max(2.0 * numeric.tol.unwrap_or_default());
    vec![whole(numeric.value + step), whole(numeric.value - step)]
}

fn ask(python: &str, job: &str, limit: Duration) -> Result<String, String> {
    let mut child = Command::new(python)
        .args(["-I", "-S", "-c", SCRIPT])
        .env_clear()
        .env("PYTHONHASHSEED", "0")
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{python} does not start: {error}"))?;
    let answer = converse(&mut child, job, limit);
    // The child may have ended by itself; then there is nothing to kill.
    drop(child.kill());
    let status = child.wait().map_err(|error| error.to_string())?;
    let answer = answer?;
    if answer.trim().is_empty() {
        let mut complaint = String::new();
        if let Some(stderr) = child.stderr.take() {
            drop(stderr.take(4096).read_to_string(&mut complaint));
        }
        let last = complaint.lines().last().unwrap_or("no reason given").to_owned();
        return Err(format!("{python} ended without an answer ({status}): {last}"));
    }
    Ok(answer)
}

/// Sends the job and reads all answers, in at most the time given.
fn converse(child: &mut Child, job: &str, limit: Duration) -> Result<String, String> {
    let stdout = child.stdout.take().ok_or("Python has no output")?;
    let mut stdin = child.stdin.take().ok_or("Python has no input")?;
    let (send, receive) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut answer = String::new();
        let read = stdout.take(ANSWER).read_to_string(&mut answer);
        // Nobody waits any more if the time is up.
        drop(send.send(read.map(|_| answer)));
    });
    // A child that ended early closes its input; its missing answer is reported by the caller.
    drop(stdin.write_all(job.as_bytes()));
    drop(stdin);
    let answer = match receive.recv_timeout(limit) {
        Ok(read) => read.map_err(|error| format!("Python's answer cannot be read: {error}")),
        Err(RecvTimeoutError::Timeout) => Err(format!("Python gave no answer in {} s", limit.as_secs())),
        Err(RecvTimeoutError::Disconnected) => Err("Python's answer was lost".to_owned()),
    };
    drop(reader);
    answer
}

/// One line of an answer.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Finding { rule: String, message: String },
    Survivor { survivor: String },
    Done { done: Mutants },
}

impl Proof {
    /// Reads the lines of an answer. A line that is none of ours and a missing end are findings themselves.
    #[must_use]
    fn read(answer: &str) -> Self {
        let mut proof = Self::default();
        let mut done = false;
        for line in answer.lines().filter(|line| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(Line::Finding { rule, message }) => {
                    match Rule::ALL.iter().find(|candidate| candidate.name() == rule) {
                        Some(rule) => proof.findings.push((*rule, message)),
                        None => {
                            proof.findings.push((Rule::Python, format!("unknown rule {rule}: {message}")))
                        }
                    }
                }
                Ok(Line::Survivor { survivor }) => proof.survivors.push(survivor),
                Ok(Line::Done { done: mutants }) => {
                    proof.mutants = mutants;
                    done = true;
                }
                Err(_) => {
                    let start: String = line.chars().take(80).collect();
                    proof.findings.push((Rule::Python, format!("an answer is not understood: {start}")));
                }
            }
        }
        if !done {
            proof.findings.push((Rule::Python, "the interpreter ended before the last answer".to_owned()));
        }
        proof
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_findings_survivors_and_counts() {
        let proof = Proof::read(
            "{\"rule\": \"starter\", \"message\": \"passes every test\"}\n\
             {\"survivor\": \"line 2: `a < b` → `a <= b`\"}\n\
             {\"done\": {\"killed\": 9, \"total\": 10}}\n",
        );
        assert_eq!(proof.findings, [(Rule::Starter, "passes every test".to_owned())]);
        assert_eq!(proof.survivors, ["line 2: `a < b` → `a <= b`"]);
        assert_eq!(proof.mutants, Mutants { killed: 9, total: 10 });
    }

    #[test]
    fn a_broken_answer_is_a_finding() {
        for (answer, expected) in [
            ("", 1),
            ("{\"done\": {\"killed\": 0, \"total\": 0}}", 0),
            ("{\"rule\": \"starter\", \"message\": \"m\"}", 2),
            ("hello\n{\"done\": {\"killed\": 0, \"total\": 0}}", 1),
            (
                "{\"rule\": \"no-such-rule\", \"message\": \"m\"}\n{\"done\": {\"killed\": 0, \"total\": 0}}",
                1,
            ),
        ] {
            assert_eq!(Proof::read(answer).findings.len(), expected, "{answer}");
        }
    }

    #[test]
    fn shifted_values_are_a_last_place_or_two_tolerances_away() {
        let numeric = |value, tol| Numeric { value, tol, unit: None };
        for (given, expected) in [
            (numeric(101_770.0, None), vec![json!(101_771), json!(101_769)]),
            (numeric(0.25, None), vec![json!(0.26), json!(0.24)]),
            (numeric(2.5, Some(0.25)), vec![json!(3), json!(2)]),
            (numeric(-2.0, Some(0.1)), vec![json!(-1), json!(-3)]),
        ] {
            assert_eq!(shifted(&given), expected, "{given:?}");
        }
    }

    #[test]
    fn an_interpreter_that_is_not_there_is_said_so() {
        let error =
            ask("/no/such/python", "{}\n", Duration::from_secs(1)).expect_err("there is no such file");
        assert!(error.contains("/no/such/python does not start"), "{error}");
    }
}
