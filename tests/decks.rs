//! The deck checker on deliberately broken decks, and the decks of the repository.

#[path = "decks/edits.rs"]
mod edits;

use std::collections::BTreeSet;
use std::path::Path;

use edits::{DECK_EDITS, Edit, FILE_EDITS, TEXT_EDITS};
use liftoff::decks::check::{self, Options, Report};
use liftoff::decks::{Decks, Files, Problem, Rule};
use liftoff::study::card::CardId;
use serde_json::Value;

/// Rules about how much there is; the small decks in `tests/data` are below them on purpose.
const AMOUNT: [Rule; 3] = [Rule::DayCards, Rule::DayKinds, Rule::WeekCode];

fn base() -> Files {
    Files::in_dir(Path::new("tests/data/decks"))
}

fn week_06() -> Value {
    serde_json::from_str(include_str!("data/decks/week-06.json")).expect("the base deck is JSON")
}

fn report(files: &Files) -> Report {
    check::files_report(files, &Options::default())
}

/// What was found apart from the amount of cards.
fn found(files: &Files) -> Vec<Problem> {
    report(files).problems.into_iter().filter(|problem| !AMOUNT.contains(&problem.rule)).collect()
}

fn expect(name: &str, files: &Files, expected: &[Rule], failures: &mut Vec<String>) {
    let problems = found(files);
    let rules: BTreeSet<Rule> = problems.iter().map(|problem| problem.rule).collect();
    if rules != expected.iter().copied().collect() {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        failures.push(format!("{name}: expected {expected:?}, found {rules:?}\n  {}", lines.join("\n  ")));
    }
}

#[test]
fn the_base_decks_are_clean_and_load() {
    assert_eq!(found(&base()), []);
    let decks = Decks::from_files(&base()).expect("the base decks load");
    assert_eq!(decks.weeks().len(), 12);
    assert_eq!(decks.len(), decks.cards().count());
}

#[test]
fn every_broken_deck_is_caught_by_its_rule() {
    let mut failures = Vec::new();
    for Edit { name, rules, edit } in DECK_EDITS {
        let mut deck = week_06();
        edit(&mut deck);
        assert_ne!(deck, week_06(), "{name} changes nothing");
        expect(name, &base().with("week-06.json", deck.to_string()), rules, &mut failures);
    }
    for (name, rules, edit) in TEXT_EDITS {
        let text = edit(include_str!("data/decks/week-06.json"));
        expect(name, &base().with("week-06.json", text), rules, &mut failures);
    }
    for (name, rules, edit) in FILE_EDITS {
        expect(name, &edit(base()), rules, &mut failures);
    }
    let cases = DECK_EDITS.len() + TEXT_EDITS.len() + FILE_EDITS.len();
    assert!(failures.is_empty(), "{} of {cases} cases:\n{}", failures.len(), failures.join("\n"));
    assert!(cases >= 100, "only {cases} cases");
}

#[test]
fn every_rule_without_python_is_broken_by_some_case() {
    let python = [
        Rule::VerifyFalse,
        Rule::VerifyWeak,
        Rule::Reference,
        Rule::Starter,
        Rule::WrongLoads,
        Rule::WrongSame,
        Rule::WrongPasses,
        Rule::CodeImport,
        Rule::CodeForbidden,
        Rule::Mutants,
        Rule::Python,
    ];
    let mut broken: BTreeSet<Rule> = DECK_EDITS.iter().flat_map(|edit| edit.rules).copied().collect();
    broken.extend(TEXT_EDITS.iter().flat_map(|(_, rules, _)| *rules));
    broken.extend(FILE_EDITS.iter().flat_map(|(_, rules, _)| *rules));
    broken.extend(AMOUNT);
    broken.extend(python);
    let missing: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !broken.contains(rule)).collect();
    assert!(missing.is_empty(), "no case breaks {missing:?}");
}

#[test]
fn rule_names_are_different_and_in_kebab_case() {
    let names: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    assert!(Rule::ALL.iter().all(|rule| rule.wants().ends_with('.')));
}

#[test]
fn the_bot_refuses_what_it_cannot_run_with() {
    let mut deck = week_06();
    edits::card(&mut deck, "relu-dead-unit")["choice"]["option"] = Value::Null;
    edits::card(&mut deck, "adam-bias-correction")["cloze"]["blank"] = Value::Null;
    let files = base().with("week-06.json", deck.to_string()).without("week-02.json");
    let problems = Decks::from_files(&files).expect_err("two cards and a file are broken");
    let rules: Vec<Rule> = problems.iter().map(|problem| problem.rule).collect();
    assert_eq!(rules, [Rule::File, Rule::Json, Rule::Json]);
}

#[test]
fn amounts_below_the_minimum_are_found_and_others_not() {
    let amounts = |deck: &Value| -> Vec<String> {
        let files = base().with("week-06.json", deck.to_string());
        let report = check::files_report(&files, &Options { week: Some(6), ..Options::default() });
        let amounts = report.problems.iter().filter(|problem| AMOUNT.contains(&problem.rule));
        amounts.map(|problem| format!("{}: {}", problem.rule, problem.message)).collect()
    };
    let mut full = week_06();
    let cards = full["cards"].as_array().expect("a list").clone();
    let copies = (1..=7).flat_map(|day| {
        let of_day = move |(index, mut card): (usize, Value)| {
            card["day"] = Value::from(day);
            card["id"] = Value::from(format!("{}-{day}{index}", card["id"].as_str().unwrap_or_default()));
            card
        };
        cards.clone().into_iter().take(7).enumerate().map(of_day)
    });
    full["cards"] = copies.collect();
    let code = cards.iter().find(|card| card["kind"] == "code").expect("a coding prompt").clone();
    for number in 0..7 {
        let mut copy = code.clone();
        copy["id"] = Value::from(format!("code-copy-{number}"));
        full["cards"].as_array_mut().expect("a list").push(copy);
    }
    assert_eq!(amounts(&full), Vec::<String>::new());

    let mut few = full.clone();
    few["cards"].as_array_mut().expect("a list").retain(|card| card["day"] != 3 || card["kind"] == "recall");
    assert_eq!(
        amounts(&few),
        [
            "day-cards: day 3 has 1 cards, must be 5 at least",
            "day-kinds: day 3 has 1 kinds of cards, must be 2 at least"
        ]
    );
    let mut codeless = full;
    codeless["cards"].as_array_mut().expect("a list").retain(|card| card["kind"] != "code");
    assert_eq!(amounts(&codeless), ["week-code: 0 coding prompts, must be 7 at least"]);
}

#[test]
fn a_single_week_is_judged_alone() {
    let dir = std::env::temp_dir().join(format!("liftoff-decks-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a folder");
    std::fs::write(dir.join("week-06.json"), include_str!("data/decks/week-06.json")).expect("a file");
    let options = Options { week: Some(6), ..Options::default() };
    let alone = check::run(&dir, &options);
    let whole = check::run(&dir, &Options::default());
    std::fs::remove_dir_all(&dir).expect("the folder goes");
    assert!(alone.problems.iter().all(|problem| AMOUNT.contains(&problem.rule)), "{:?}", alone.problems);
    assert_eq!(alone.summary.weeks.len(), 1);
    let missing = whole.problems.iter().filter(|problem| problem.rule == Rule::File).count();
    assert_eq!(missing, 13, "the plan, the tags and eleven weeks");
}

#[test]
fn problems_name_file_line_card_and_rule() {
    let text =
        include_str!("data/decks/week-06.json").replace("\"answer\": \"zero\"", "\"anwser\": \"zero\"");
    let report = report(&base().with("week-06.json", text.clone()));
    let problem =
        report.problems.iter().find(|problem| problem.rule == Rule::Json).expect("a misspelt field");
    let line = text.lines().position(|line| line.contains("anwser")).expect("the line") + 1;
    assert_eq!(problem.line, Some(line));
    assert!(problem.column.is_some());
    let shown = problem.to_string();
    let start = format!("week-06.json:{line}:");
    assert!(shown.starts_with(&start), "{shown}");
    assert!(shown.contains(": card adam-bias-correction: rule json: unknown field `anwser`"), "{shown}");
    let json = report.to_json();
    let listed = json["problems"].as_array().expect("a list");
    assert!(
        listed.iter().any(|problem| problem["rule"] == "json" && problem["card"] == "adam-bias-correction")
    );
    assert_eq!(json["summary"]["weeks"][0]["week"], 1);
}

#[test]
fn cards_are_found_by_id_week_and_day() {
    let decks = Decks::from_files(&base()).expect("the base decks load");
    let (card, place) = decks.card(&CardId::from("zero-init-symmetry")).expect("the card is there");
    assert_eq!((card.day, place.week, place.day), (4, 6, 4));
    assert!(decks.card(&CardId::from("nowhere")).is_none());
    assert!(decks.is_retired(&CardId::from("old-mse-card")));
    let days: Vec<u8> = decks.cards_of_week(6).map(|card| card.day).collect();
    assert!(days.is_sorted(), "{days:?}");
    assert_eq!(decks.cards_of_day(6, 4).count(), days.iter().filter(|day| **day == 4).count());
    assert_eq!(decks.cards_of_week(13).count(), 0);
    let positions: Vec<usize> =
        decks.cards().filter_map(|card| decks.card(&card.id)).map(|(_, place)| place.position).collect();
    assert!(positions.iter().copied().eq(0..decks.len()));
    assert_eq!(decks.tag_title("adam"), "Adam");
    assert_eq!(decks.plan().week(9).map(|week| week.emoji.as_str()), Some("🚁"));
}

#[test]
fn the_embedded_decks_are_those_of_the_repository_and_have_no_problem() {
    let here = report(&Files::in_dir(Path::new("decks")));
    let embedded = report(&Files::embedded());
    assert_eq!(
        embedded.problems.len(),
        here.problems.len(),
        "rebuild: the binary holds an older copy of decks/"
    );
    let real: Vec<String> = embedded.problems.iter().map(ToString::to_string).collect();
    assert!(real.is_empty(), "{}", real.join("\n"));
    assert_eq!(Decks::embedded().expect("the embedded decks load").weeks().len(), 12);
}

#[test]
fn the_plan_says_what_the_seed_says() {
    let seed = include_str!("data/plan.md");
    let decks = Decks::from_files(&base()).expect("the base decks load");
    let plan = decks.plan();
    let mut said =
        vec![format!("# {} {}", plan.title, plan.emoji), plan.intro.clone(), plan.overview.lead.clone()];
    let overview = &plan.overview;
    said.extend(overview.modules.iter().map(|module| match &module.covers {
        Some(covers) => format!("- **{}**: {covers}", module.title),
        None => format!("- **{}**", module.title),
    }));
    said.push(format!("{} {} {}", overview.effort, overview.deliverables, overview.theme));
    for week in &plan.weeks {
        said.push(format!("## Week {}: {} {}", week.week, week.title, week.emoji));
        said.extend(week.goals.iter().map(|goal| format!("- {goal}")));
        said.extend(week.days.iter().map(|day| format!("{}. **{}**: {}", day.day, day.title, day.task)));
    }
    said.extend(
        plan.resources.iter().map(|group| format!("- **{}**: {}", group.title, group.items.join(", "))),
    );
    said.push(format!("*{}*", plan.closing));

    let wanted: Vec<&str> = seed
        .lines()
        .filter(|line| !line.is_empty() && *line != "---" && !line.contains("](#"))
        .filter(|line| !["**Topics & Goals**:", "**Daily Breakdown**:"].contains(line))
        .filter(|line| !["## 📑 Table of Contents", "## Plan Overview", "## Resources"].contains(line))
        .collect();
    assert_eq!(said, wanted);
    assert_eq!(plan.weeks.iter().map(|week| week.days.len()).sum::<usize>(), 84);
}
