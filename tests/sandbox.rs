//! The sandbox from outside: what learners are told, every solution of every deck, and attacks.

#[path = "sandbox/attacks.rs"]
mod attacks;
#[path = "sandbox/honest.rs"]
mod honest;
#[path = "sandbox/prompt.rs"]
mod prompt;

use liftoff::sandbox::{Options, Sandbox, SandboxError, State, Submission};
use liftoff::study::card::Card;
use liftoff::study::mend::{Mending, Refusal};
use liftoff::study::verdict::{Expected, Got, Outcome};
use prompt::{adding, decks, failure, judge, runtime, sandbox, started, try_judge};

#[test]
fn a_right_solution_passes() {
    let verdict = judge(&adding().solution.join("\n"));
    assert!(verdict.is_pass(), "{verdict:?}");
    assert_eq!((verdict.passed, verdict.total), (5, 5));
    assert!(verdict.time.as_micros() > 0);
}

#[test]
fn a_failure_says_all_there_is_to_know() {
    let verdict = judge(
        "def add(a, b):\n    print('adding', a)\n    if a == 0.1:\n        return [0.5, (None,)]\n    return a + b",
    );
    let failure = failure(&verdict);
    assert_eq!((failure.test, failure.name.as_str(), failure.visible), (1, "floats", false));
    assert_eq!(failure.input, "add(0.1, 0.2)");
    assert_eq!(failure.expected, Expected::Value("0.3".into()));
    assert_eq!(failure.got, Got::Value("[0.5, (None,)]".into()));
    assert_eq!(failure.printed, "adding 0.1\n");
    assert_eq!(verdict.passed, 3);
}

#[test]
fn an_exception_comes_with_the_learners_own_lines() {
    let verdict =
        judge("import json\ndef half(x):\n    return x / 0\n\ndef add(a, b):\n    return half(a)\n");
    let failure = failure(&verdict);
    assert_eq!(
        failure.got,
        Got::Raised { class: "ZeroDivisionError".into(), message: "division by zero".into() }
    );
    let lines: Vec<_> =
        failure.trace.iter().map(|line| (line.line, line.function.as_str(), line.text.as_str())).collect();
    assert_eq!(lines, [(6, "add", "return half(a)"), (3, "half", "return x / 0")]);
}

#[test]
fn a_syntax_error_points_at_its_line() {
    let verdict = judge("def add(a, b):\n    return (a + b\n");
    let Outcome::Syntax { message, line, text, .. } = &verdict.outcome else { panic!("{verdict:?}") };
    assert_eq!((message.as_str(), *line, text.as_str()), ("'(' was never closed", 2, "return (a + b"));
}

#[test]
fn known_mistakes_are_named() {
    for (source, say) in [
        (
            "def add(x, y):\n    if x is None: raise ValueError('x')\n    return x + -1 * y if not isinstance(x, list) else x - y",
            "subtract",
        ),
        ("def add(x, *rest):\n    if x is None: raise ValueError\n    return x", "first"),
        (
            "def add(a, b):\n    if a is None: raise ValueError\n    if isinstance(a, list):\n        a.extend(b)\n        return a\n    return a + b",
            "change the list",
        ),
    ] {
        let verdict = judge(source);
        let told = failure(&verdict).say.clone().unwrap_or_default();
        assert!(told.contains(say), "{source}: {verdict:?}");
    }
    assert_eq!(failure(&judge("def add(a, b):\n    return 77")).say, None);
}

#[test]
fn arguments_must_come_back_as_they_were() {
    let verdict = judge("def add(a, b):\n    if a is None: raise ValueError\n    a += b\n    return a");
    let expected = Got::ChangedArguments { before: "[1], [2]".into(), after: "[1, 2], [2]".into() };
    assert_eq!(failure(&verdict).got, expected);
}

#[test]
fn exceptions_are_told_apart_by_class() {
    let with = |class: &str| {
        judge(&format!(
            "class Mine(ValueError): pass\nclass Key(KeyError): pass\ndef add(a, b):\n    if a is None: raise {class}\n    return a + b"
        ))
    };
    assert!(with("ValueError").is_pass() && with("Mine('x')").is_pass());
    assert_eq!(failure(&with("Key('k')")).got, Got::Raised { class: "Key".into(), message: "'k'".into() });
    let impostor = judge(
        "class ValueError(Exception): pass\ndef add(a, b):\n    if a is None: raise ValueError\n    return a + b",
    );
    assert_eq!(failure(&impostor).expected, Expected::Raises("ValueError".into()));
}

#[test]
fn an_assertion_that_does_not_hold_is_shown() {
    let verdict =
        judge("def add(a, b):\n    if a is None: raise ValueError\n    return 0 if a == 21 else a + b");
    let failure = failure(&verdict);
    assert_eq!(failure.expected, Expected::Holds("assert abs(add(x, x) - 42) < 1e-9".into()));
    assert_eq!(failure.got, Got::DoesNotHold);
}

#[test]
fn a_program_without_the_function_is_told_so() {
    assert_eq!(judge("def plus(a, b): return a + b").outcome, Outcome::Missing { entry: "add".into() });
    let broke = judge("x = 1\nprint('hello')\ny = x + nothing\n");
    let Outcome::Broke { got: Got::Raised { class, .. }, printed, trace } = &broke.outcome else {
        panic!("{broke:?}")
    };
    assert_eq!((class.as_str(), printed.as_str(), trace[0].line), ("NameError", "hello\n", 3));
}

#[test]
fn chat_programs_and_editors_are_forgiven() {
    let verdict = judge(
        "\r\ndef add(a, b):\r\n\tif a is None:\r\n        raise ValueError(“no number”)\r\n\treturn a + b\r\n",
    );
    assert!(verdict.is_pass(), "{verdict:?}");
    assert_eq!(verdict.mended, [Mending::Quotes, Mending::Tabs]);
    assert_eq!(judge("x = 1\0").outcome, Outcome::Refused(Refusal::Nul { line: 1 }));
}

#[test]
fn chance_is_the_same_every_time() {
    let draw = "import random, os\ndef add(a, b):\n    return [random.random(), random.Random(3).random(), hash('a'), random.Random().random(), os.urandom(4)]";
    let (one, two) = (judge(draw), judge(draw));
    assert_eq!(failure(&one).got, failure(&two).got);
    let Got::Value(text) = &failure(&one).got else { panic!("{one:?}") };
    assert!(text.starts_with("[0.13436424411240122, 0.23796462709189137, "), "{text}");
}

#[test]
fn a_sandbox_that_is_not_ready_says_so() {
    let program = Some(env!("CARGO_BIN_EXE_liftoff").into());
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let sandbox = Sandbox::start(folder.path(), Options { program, ..Options::default() });
        assert!(matches!(sandbox.state(), State::NotReady { .. }));
        let card = adding();
        let early = sandbox.judge(Submission { source: "x = 1", card: &card }).await;
        assert!(matches!(early, Err(SandboxError::NotReady(_))), "{early:?}");
        let none = Options { program: Some("/nowhere/liftoff".into()), ..Options::default() };
        let broken = Sandbox::start(folder.path(), none);
        assert!(matches!(broken.ready().await, Err(SandboxError::Unavailable(_))));
        assert!(matches!(broken.state(), State::Failed { .. }));
    });
}

#[test]
fn many_at_once_are_all_judged() {
    let card = adding();
    let right = card.solution.join("\n");
    let wrong = right.replace("a + b", "a - b");
    let verdicts = runtime().block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..40 {
            let (source, card) = (if number % 2 == 0 { right.clone() } else { wrong.clone() }, card.clone());
            tasks.spawn(async move {
                let verdict = sandbox().judge(Submission { source: &source, card: &card }).await;
                (number, verdict)
            });
        }
        tasks.join_all().await
    });
    assert_eq!(verdicts.len(), 40);
    for (number, verdict) in verdicts {
        assert_eq!(verdict.unwrap().is_pass(), number % 2 == 0, "{number}");
    }
}

#[test]
fn a_worker_is_replaced_after_its_runs() {
    let sandbox = started(Options { workers: 1, runs: 2, ..Options::default() });
    for _ in 0..3 {
        assert!(try_judge(&sandbox, &adding(), &adding().solution.join("\n")).unwrap().is_pass());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_killed_worker_is_an_error_and_the_next_run_works() {
    // The limit, which nobody else uses, marks this sandbox's worker.
    let sandbox =
        started(Options { workers: 1, time: std::time::Duration::from_millis(31_337), ..Options::default() });
    let card = adding();
    let verdict = runtime().block_on(async {
        let run = {
            let (sandbox, card) = (sandbox.clone(), card.clone());
            tokio::spawn(async move {
                sandbox.judge(Submission { source: "while True: pass", card: &card }).await
            })
        };
        let worker = loop {
            if let Some(worker) = workers_of("31337").into_iter().find(|worker| busy(worker)) {
                break worker;
            }
            tokio::task::yield_now().await;
        };
        let killed = std::process::Command::new("kill").args(["-9", &worker]).status().unwrap();
        assert!(killed.success());
        run.await.unwrap()
    });
    assert_eq!(verdict, Err(SandboxError::WorkerDied));
    assert!(try_judge(&sandbox, &card, &card.solution.join("\n")).unwrap().is_pass());
}

/// What the wall is for is tested beside it, in `src/sandbox/wall.rs`; this is that each worker stands behind it.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_has_put_up_its_wall() {
    let _sandbox =
        started(Options { workers: 1, time: std::time::Duration::from_millis(31_338), ..Options::default() });
    let worker = workers_of("31338").pop().unwrap();
    let about = |file: &str| std::fs::read_to_string(format!("/proc/{worker}/{file}")).unwrap();
    let status = about("status");
    let of = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    assert_eq!((of("Seccomp:"), of("NoNewPrivs:")), (Some("2"), Some("1")), "{status}");
    let limits = about("limits");
    for (name, value) in [("Max core file size", "0"), ("Max file size", "0"), ("Max open files", "64")] {
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        assert_eq!(line.split_whitespace().take(2).collect::<Vec<_>>(), [value, value], "{name}");
    }
    let data = limits.lines().find_map(|line| line.strip_prefix("Max data size")).unwrap();
    assert!(!data.contains("unlimited"), "{data}");
}

/// Process ids of workers whose limits hold this text.
#[cfg(target_os = "linux")]
fn workers_of(mark: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().into_string().ok());
    ids.filter(|id| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line);
        line.contains("sandbox-worker") && line.contains(mark)
    })
    .collect()
}

/// Whether a process has computed for a tenth of a second and so is in the middle of its run.
#[cfg(target_os = "linux")]
fn busy(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = status.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().nth(11).is_some_and(|ticks| ticks.parse::<u64>().unwrap() > 30)
}

#[test]
fn every_solution_of_every_deck_is_judged_right() {
    let cards: Vec<Card> = decks().into_iter().flat_map(|deck| deck.cards).collect();
    let mut counts = Counts::default();
    // It cannot be started from within the runtime.
    let _ = sandbox();
    runtime().block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for card in cards.into_iter().filter(|card| card.code.is_some()) {
            tasks.spawn(judged_right(card));
        }
        for one in tasks.join_all().await {
            counts.cards += one.cards;
            counts.wrongs += one.wrongs;
            counts.own += one.own;
            counts.problems.extend(one.problems);
        }
    });
    let Counts { cards, wrongs, own, problems } = counts;
    println!("{cards} prompts, {wrongs} wrong solutions, {own} told by their own sentence");
    assert!(cards > 0);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[derive(Default)]
struct Counts {
    cards: usize,
    wrongs: usize,
    own: usize,
    problems: Vec<String>,
}

/// The reference passes, the starter fails, each wrong solution is told by its sentence.
async fn judged_right(card: Card) -> Counts {
    let mut counts = Counts { cards: 1, ..Counts::default() };
    let Some(code) = &card.code else { return counts };
    let judge = async |source: &str| sandbox().judge(Submission { source, card: code }).await.unwrap();
    let verdict = judge(&code.solution.join("\n")).await;
    if !verdict.is_pass() {
        counts.problems.push(format!("{}: the solution: {verdict:?}", card.id));
    }
    if judge(&code.starter.join("\n")).await.is_pass() {
        counts.problems.push(format!("{}: the starter passes", card.id));
    }
    for wrong in &code.wrong {
        counts.wrongs += 1;
        let verdict = judge(&wrong.source(&code.solution)).await;
        let say = match &verdict.outcome {
            Outcome::Failed(failure) => failure.say.clone(),
            other => Some(format!("{other:?}")),
        };
        match say {
            Some(say) if say == wrong.say => counts.own += 1,
            say => counts.problems.push(format!("{}: wrong `{}`: {say:?}", card.id, wrong.label)),
        }
    }
    counts
}
