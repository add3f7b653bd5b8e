//! Programs that are right, or honestly wrong: none of them is told that it cheats, and the same holds on every machine.

use std::time::Duration;

use liftoff::sandbox::Options;
use liftoff::study::card::{CardId, Code};
use liftoff::study::verdict::{Got, Verdict};
use serde_json::json;

use crate::prompt::{adding, asserting, decks, failure, judge, sandbox, started, try_judge};

fn prompt(id: &str) -> Code {
    let cards = decks().into_iter().flat_map(|deck| deck.cards);
    cards.into_iter().find(|card| card.id == CardId(id.to_owned())).unwrap().code.unwrap()
}

fn judge_on(card: &Code, source: &str) -> Verdict {
    try_judge(sandbox(), card, source).unwrap()
}

#[track_caller]
fn passes_with(id: &str, was: &str, now: &str) {
    let card = prompt(id);
    let source = card.solution.join("\n");
    assert!(source.contains(was), "{source}");
    let verdict = judge_on(&card, &source.replace(was, now));
    assert!(verdict.is_pass(), "{now}: {verdict:?}");
}

#[test]
fn a_bucket_that_minds_a_clock_gone_backwards() {
    passes_with(
        "code-token-bucket",
        "gained = (now - self.last) * self.rate",
        "gained = max(0, now - self.last) * self.rate",
    );
}

#[test]
fn a_cache_that_is_a_dict() {
    let source = "from collections import OrderedDict\nclass LRUCache(OrderedDict):\n    def __init__(self, n):\n        if n < 1: raise ValueError\n        super().__init__()\n        self.n = n\n    def get(self, k):\n        if k not in self: return None\n        self.move_to_end(k)\n        return self[k]\n    def put(self, k, v):\n        self[k] = v\n        self.move_to_end(k)\n        if len(self) > self.n: self.popitem(last=False)";
    let verdict = judge_on(&prompt("code-lru-cache"), source);
    assert!(verdict.is_pass(), "{verdict:?}");
}

#[test]
fn a_generator_of_folds() {
    let card = prompt("code-k-fold");
    let source = card.solution.join("\n");
    let lazy = format!(
        "{source}\neager = kfold\ndef kfold(*args):\n    return tuple((iter(a), dict.fromkeys(b).keys()) for a, b in eager(*args))"
    );
    let mut card = card;
    card.tests.retain(|test| test.name == "every index tested once");
    let verdict = judge_on(&card, &lazy);
    assert!(verdict.is_pass(), "{verdict:?}");
}

#[test]
fn other_ways_to_draw_a_sample() {
    let draw = "resample = rng.choices(xs, k=n)";
    for now in [
        "resample = [rng.choice(xs) for _ in range(n)]",
        "resample = [xs[rng.randrange(n)] for _ in range(n)]",
        "resample = [xs[int(rng.random() * n)] for _ in range(n)]",
    ] {
        passes_with("code-bootstrap-ci", draw, now);
    }
}

#[test]
fn what_a_program_changes_is_changed_in_the_test() {
    // Shared rows, a changed argument, a result that is the program's own state.
    for (id, source) in [
        (
            "code-matmul",
            "def matmul(a, b):\n    row = [0] * len(b[0])\n    out = []\n    for r in a:\n        for j in range(len(b[0])):\n            row[j] = sum(x * b[k][j] for k, x in enumerate(r))\n        out.append(row)\n    return out",
        ),
        ("code-describe", "def describe(xs):\n    xs.sort()\n    return xs"),
    ] {
        assert!(!judge_on(&prompt(id), source).is_pass(), "{id}");
    }
    let mut card = asserting();
    card.tests = serde_json::from_value(json!([{"name": "own", "why": "its own", "code": [
        "kept = add([1], [2])", "again = add([1], [2])", "kept.append(3)", "assert again == [1, 2, 3]", "assert again is kept",
        "table = {'a': [1]}", "add(table, 0)", "assert table == {'a': [1, 1], 'b': {2}}",
        "seen = []", "add(seen.append, 7)", "assert seen == [7]",
        "more = add(None, 5)", "assert more(6) == 11 and more(more(1)) == 11",
    ]}])).unwrap();
    let source = "kept = [1, 2]\ndef add(a, b):\n    if isinstance(a, list): return kept\n    if isinstance(a, dict):\n        a['a'].append(1)\n        a['b'] = {2}\n    elif a is None: return lambda x: x + b\n    else: a(b)";
    let verdict = judge_on(&card, source);
    assert!(verdict.is_pass(), "{verdict:?}");
}

#[test]
fn unusual_results_are_plain_values_for_a_test() {
    let mut card = asserting();
    card.tests = serde_json::from_value(json!([{"name": "all", "why": "all", "code": [
        "made = add(1, 2)",
        "assert made == ['ab', 7, 0.5, (1, 2), {'k': 3}, {1, 2}, 3, b'x', 2 ** 20000, float('inf')], made",
        "assert [type(one) for one in made[:2]] == [str, int]",
    ]}]))
    .unwrap();
    let source = "import enum, collections, fractions\nclass S(enum.StrEnum):\n    A = 'ab'\nclass N(enum.IntEnum):\n    B = 7\nP = collections.namedtuple('P', 'x y')\nD = collections.OrderedDict\ndef add(a, b):\n    return [S.A, N.B, fractions.Fraction(1, 2), P(1, 2), D(k=3), {1, 2}, fractions.Fraction(3), b'x', 2 ** 20000, float('inf')]";
    let verdict = judge_on(&card, source);
    assert!(verdict.is_pass(), "{verdict:?}");
    let enumerated = judge(
        "import enum\nclass S(enum.StrEnum):\n    A = 'ab'\ndef add(a, b):\n    return S.A if a == 1 else a + b",
    );
    assert_eq!(failure(&enumerated).got, Got::Value("'ab'".into()));
}

#[test]
fn what_an_object_has_is_read() {
    let mut card = asserting();
    card.entry = "Best".to_owned();
    card.solution = "class Best:\n    def __init__(self, start):\n        self.value, self.seen = start, [start]\n    def step(self, value):\n        self.value = min(self.value, value)\n        self.seen.append(value)"
        .lines()
        .map(str::to_owned)
        .collect();
    card.tests = serde_json::from_value(json!([{"name": "best", "why": "attributes", "code": [
        "best = Best(3)",
        "best.step(2)", "best.step(5)",
        "assert best.value == 2",
        "assert best.seen == [3, 2, 5] and not hasattr(best, 'worst')",
    ]}]))
    .unwrap();
    let plain = card.solution.join("\n");
    let computed = "class Best:\n    def __init__(self, start):\n        self.seen = [start]\n        self.step = self.seen.append\n    @property\n    def value(self):\n        return min(self.seen)";
    for right in [plain.as_str(), computed] {
        let verdict = judge_on(&card, right);
        assert!(verdict.is_pass(), "{verdict:?}");
    }
    for (lacking, name) in
        [(plain.replace("def step", "def update"), "step"), (plain.replace("value", "low"), "value")]
    {
        let verdict = judge_on(&card, &lacking);
        let Got::Raised { class, message } = &failure(&verdict).got else { panic!("{verdict:?}") };
        assert_eq!(
            (class.as_str(), message.as_str()),
            ("AttributeError", format!("'Best' object has no attribute '{name}'").as_str())
        );
    }
}

#[test]
fn a_result_too_large_to_show_is_no_cheating() {
    let nested =
        "def add(a, b):\n    made = {}\n    for _ in range(DEEP): made = {'k': made}\n    return made";
    assert!(matches!(failure(&judge(&nested.replace("DEEP", "30"))).got, Got::Value(_)));
    for deep in ["45", "200", "5000"] {
        assert_eq!(failure(&judge(&nested.replace("DEEP", deep))).got, Got::TooLarge, "{deep}");
    }
    let long = "def add(a, b):\n    return list(range(300_000))";
    assert_eq!(failure(&judge(long)).got, Got::TooLarge);
    let huge = "def add(a, b):\n    return ['x' * 1000] * 30_000";
    assert_eq!(failure(&judge_on(&asserting(), huge)).got, Got::TooLarge);
}

#[test]
fn many_large_results_are_no_flood() {
    let mut card = adding();
    let test = card.tests[0].clone();
    card.tests = vec![test; 30];
    let got = &failure(&judge_on(&card, "def add(a, b):\n    return list(range(13_000))")).got.clone();
    assert!(matches!(got, Got::Value(_)), "{got:?}");
}

#[test]
fn texts_hash_the_same_on_every_machine() {
    let verdict = judge("def add(a, b):\n    return [hash('a'), list({'red', 'green', 'blue'})]");
    assert_eq!(failure(&verdict).got, Got::Value(HASHED.into()));
}

/// What every machine gives.
const HASHED: &str = "[-468864544, ['blue', 'red', 'green']]";

#[test]
fn all_runs_of_a_submission_have_a_time_together() {
    // 0.7 s a run, where one second is allowed for one and ten by the clock for all.
    let sandbox = started(Options { time: Duration::from_secs(1), workers: 1, ..Options::default() });
    let mut card = asserting();
    let test = card.tests[1].clone();
    card.tests = vec![test; 20];
    let source = "import time\ndef add(a, b):\n    time.sleep(0.7)\n    return 0";
    let verdict = try_judge(&sandbox, &card, source).unwrap();
    assert_eq!(failure(&verdict).got, Got::TooSlow, "{verdict:?}");
    assert!((3..=14).contains(&verdict.passed), "{verdict:?}");
}

#[test]
fn computing_counts_for_all_runs_together() {
    // Some 0.4 s of the processor a run: all of them are more than 5 s, and on an idle machine less than 10 s.
    let sandbox = started(Options { time: Duration::from_secs(1), workers: 1, ..Options::default() });
    let mut card = asserting();
    card.tests = vec![card.tests[1].clone(); 22];
    let source = "def add(a, b):\n    x = 0\n    for i in range(5_000_000): x += i\n    return 0";
    let verdict = try_judge(&sandbox, &card, source).unwrap();
    assert_eq!(failure(&verdict).got, Got::TooSlow, "{verdict:?}");
}
