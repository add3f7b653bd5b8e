//! The program from outside: what it prints, how it ends.

mod common;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use chrono::TimeDelta;
use common::edge::{SOON, TOKEN, local_chat, settle_in};
use liftoff::clock::Clock;

fn liftoff(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liftoff"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    for name in
        ["TELOXIDE_TOKEN", "TELOXIDE_API_URL", "LIFTOFF_DATA", "LIFTOFF_DECKS", "LIFTOFF_PORT", "LIFTOFF_LOG"]
    {
        command.env_remove(name);
    }
    command
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = liftoff(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Waits for a line of the child's output that contains `awaited`.
fn line_with(reader: &mut impl BufRead, awaited: &str) -> String {
    let mut seen = String::new();
    for line in reader.lines() {
        let line = line.unwrap();
        if line.contains(awaited) {
            return line;
        }
        seen += &line;
    }
    panic!("no line with {awaited:?} in {seen:?}");
}

#[test]
fn help_tells_all_and_a_wrong_flag_is_refused() {
    let (code, out, _) = run(&["--help"]);
    assert_eq!(code, 0);
    for word in ["TELOXIDE_TOKEN", "TELOXIDE_API_URL", "--data", "--decks", "--port", "check", "Exit codes"] {
        assert!(out.contains(word), "{word} is missing in\n{out}");
    }
    let (code, _, err) = run(&["--wings"]);
    assert_eq!(code, 2);
    assert!(err.contains("--wings"), "{err}");
}

#[test]
fn check_prints_every_problem_and_its_exit_code_tells() {
    let (code, out, _) = run(&["check", "decks"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("0 problems"));
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = run(&["check", folder.path().to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(out.contains("week-01.json") && out.contains("week-12.json"), "{out}");
    let (code, out, _) = run(&["check", "--rules"]);
    assert_eq!(code, 0);
    assert!(out.lines().count() > 40);
}

#[test]
fn decks_with_problems_do_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (code, _, err) = run(&["--decks", folder.path().to_str().unwrap(), "--data", data.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(err.contains("week-01.json") && err.contains("mend them"), "{err}");
    assert!(!data.exists(), "nothing is made before the decks are known to be good");
}

#[test]
fn a_simulation_prints_its_table_and_draws_its_picture() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lives.png");
    let picture = file.to_str().unwrap();
    let (code, out, _) = run(&["simulate", "--learners", "2", "--weeks", "1", "--picture", picture]);
    assert_eq!(code, 0, "{out}");
    for text in ["Lives: 2, weeks of the plan: 1, seed: 1", "Readiness today", "reminded once, never missed"]
    {
        assert!(out.contains(text), "{text} is missing in\n{out}");
    }
    assert_eq!(&std::fs::read(&file).unwrap()[1..4], b"PNG");
    // One life alone goes as it went among all.
    let (code, alone, _) = run(&["simulate", "--learners", "2", "--weeks", "1", "--only", "2"]);
    assert_eq!(code, 0, "{alone}");
    assert!(alone.starts_with("Lives: 1,"), "{alone}");
    let (code, _, err) = run(&["simulate", "--learners", "2", "--only", "3"]);
    assert_eq!(code, 1);
    assert!(err.contains("no learner 3"), "{err}");
}

#[test]
fn both_signals_end_it_cleanly() {
    for name in ["-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap().to_owned();
        let mut child = liftoff(&["--port", "0", "--data", &data])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let line = line_with(&mut BufReader::new(child.stdout.take().unwrap()), "http://127.0.0.1:");
        assert!(line.starts_with("Liftoff's local chat: http://127.0.0.1:"), "{line}");
        line_with(&mut log, "ready");
        signal(&child, name);
        let mut rest = String::new();
        log.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}: {rest}");
        assert!(rest.contains("ending"), "{rest}");
    }
}

#[tokio::test]
async fn a_refused_token_is_told_without_repeating_it() {
    let clock = Clock::system(TimeDelta::zero());
    let chat = local_chat(&clock, true, 0).await;
    let folder = tempfile::tempdir().unwrap();
    let mut command = liftoff(&["--data", folder.path().to_str().unwrap()]);
    command.env("TELOXIDE_TOKEN", "999:wrong-secret").env("TELOXIDE_API_URL", chat.url());
    command.env("LIFTOFF_LOG", "trace");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("refuses the token"), "{said}");
    assert!(!said.contains("wrong-secret"), "{said}");
}

#[tokio::test]
async fn neither_token_nor_text_is_logged() {
    let clock = Clock::system(TimeDelta::zero());
    let chat = local_chat(&clock, true, 0).await;
    let handle = chat.handle();
    let folder = tempfile::tempdir().unwrap();
    let mut child = liftoff(&["--decks", "tests/data/decks", "--data", folder.path().to_str().unwrap()])
        .env("TELOXIDE_TOKEN", TOKEN)
        .env("TELOXIDE_API_URL", chat.url())
        .env("LIFTOFF_LOG", "trace")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ann = handle.add_learner("Ann-Unlogged");
    settle_in(&ann, &handle).await;
    let since = handle.revision();
    ann.send_text("my secret thought").unwrap();
    ann.wait_for_bot(since, SOON, |seen| seen.text.contains("secret thought")).await.unwrap();
    handle.push_update(serde_json::json!({"message": {"broken": "secret in a broken update"}}));
    // The server goes away: errors of every kind are logged.
    chat.shutdown().await;
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let told = tokio::task::spawn_blocking(move || {
        let line = line_with(&mut log, "trying again");
        signal(&child, "-TERM");
        let mut rest = String::new();
        log.read_to_string(&mut rest).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
        line + &rest
    });
    let told = tokio::time::timeout(Duration::from_secs(60), told).await.unwrap().unwrap();
    for secret in ["test-secret", "secret thought", "Unlogged", "broken update"] {
        assert!(!told.contains(secret), "{secret} is in the log: {told}");
    }
}

#[tokio::test]
async fn a_second_process_on_one_database_waits_and_takes_over() {
    let clock = Clock::system(TimeDelta::zero());
    let chat = local_chat(&clock, true, 0).await;
    let handle = chat.handle();
    let folder = tempfile::tempdir().unwrap();
    let start = |data: &Path| {
        liftoff(&["--decks", "tests/data/decks", "--data", data.to_str().unwrap()])
            .env("TELOXIDE_TOKEN", TOKEN)
            .env("TELOXIDE_API_URL", chat.url())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let mut first = start(folder.path());
    let ann = handle.add_learner("Ann");
    settle_in(&ann, &handle).await;
    let mut second = start(folder.path());
    let mut log = BufReader::new(second.stderr.take().unwrap());
    let log = tokio::task::spawn_blocking(move || {
        line_with(&mut log, "this one waits");
        log
    });
    let mut log = log.await.unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    let log = tokio::task::spawn_blocking(move || {
        line_with(&mut log, "ready");
        log
    });
    let _log = log.await.unwrap();
    let since = handle.revision();
    ann.send_text("/help").unwrap();
    ann.wait_for_bot(since, SOON, |seen| seen.text.contains("What I can do")).await.unwrap();
    signal(&second, "-TERM");
    assert_eq!(second.wait().unwrap().code(), Some(0));
}
