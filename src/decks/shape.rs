//! What the bot relies on at the start and what the types cannot say. Fast, no formula, no Python; the rules
//! for a deck's author are in `lint`.

use std::collections::{HashMap, HashSet};

use super::fields;
use super::problem::{Findings, Problem, Rule};
use super::read::{Everything, Tags, WeekFile};
use crate::study::card::{Card, CardId, Code, CodeTest, Deck, Kind, Wrong};
use crate::study::plan::{DAYS_A_WEEK, Plan, WEEKS};

const ID_BYTES: usize = 40;
const MODULES: [&str; 3] = ["math", "random", "collections"];

/// All that is wrong in the shape of what could be read.
pub(super) fn everything(all: &Everything) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(read) = &all.plan.value {
        plan(read, &mut problems);
    }
    if let Some(tags) = &all.tags.value {
        tag_list(tags, &mut problems);
    }
    for (week, read) in all.decks() {
        deck(week, read, &mut problems);
    }
    ids(all, &mut problems);
    for problem in &mut problems {
        locate(problem, &all.weeks);
    }
    problems
}

/// Adds the line at which a finding's card starts.
pub(super) fn locate(problem: &mut Problem, weeks: &[WeekFile]) {
    if problem.line.is_none()
        && let Some(card) = &problem.card
        && let Some(week) = weeks.iter().find(|week| week.file == problem.file)
    {
        problem.line = week.lines.get(card).copied();
    }
}

fn plan(plan: &Plan, out: &mut Vec<Problem>) {
    let mut add = |message: String| out.push(Problem::in_file("plan.json", Rule::PlanShape, message));
    if plan.format != 1 {
        add(format!("format {} is not known, only 1", plan.format));
    }
    if !plan.weeks.iter().map(|week| week.week).eq(1..=WEEKS) {
        add(format!("the weeks must be 1 to {WEEKS} in order"));
    }
    for week in &plan.weeks {
        if !week.days.iter().map(|day| day.day).eq(1..=DAYS_A_WEEK) {
            add(format!("week {}: the days must be 1 to {DAYS_A_WEEK} in order", week.week));
        }
        if week.goals.is_empty() || blank(&week.title) || blank(&week.emoji) {
            add(format!("week {}: title, emoji and goals must be there", week.week));
        }
        for day in week.days.iter().filter(|day| blank(&day.title) || blank(&day.task)) {
            add(format!("week {}, day {}: title and task must be there", week.week, day.day));
        }
    }
    if plan.overview.modules.is_empty() || plan.resources.is_empty() {
        add("modules and resources must be there".to_owned());
    }
}

fn tag_list(tags: &Tags, out: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    for tag in &tags.tags {
        if !is_tag(&tag.tag) || blank(&tag.title) {
            out.push(Problem::in_file(
                "tags.json",
                Rule::Tags,
                format!("{} is no tag with a title", tag.tag),
            ));
        }
        if !seen.insert(&tag.tag) {
            out.push(Problem::in_file("tags.json", Rule::Tags, format!("{} is listed twice", tag.tag)));
        }
    }
}

fn deck(week: &WeekFile, deck: &Deck, out: &mut Vec<Problem>) {
    let mut add = |rule, message: String| out.push(Problem::in_file(&week.file, rule, message));
    if deck.format != 1 {
        add(Rule::Format, format!("format {} is not known, only 1", deck.format));
    }
    if deck.week != week.week {
        add(Rule::Week, format!("week is {}, the file name says {}", deck.week, week.week));
    }
    if !deck.days.iter().map(|day| day.day).eq(1..=DAYS_A_WEEK) {
        add(Rule::Days, format!("the days must be 1 to {DAYS_A_WEEK} in order"));
    }
    if deck.cards.is_empty() && week.parsed.problems.is_empty() {
        add(Rule::Range, "there is no card".to_owned());
    }
    for card in &deck.cards {
        self::card(card, &mut Findings { file: &week.file, card: &card.id, out });
    }
}

/// Ids over all decks that were read.
fn ids(all: &Everything, out: &mut Vec<Problem>) {
    let mut retired: HashMap<&CardId, &str> = HashMap::new();
    for (week, deck) in all.decks() {
        for id in &deck.retired {
            if let Some(file) = retired.insert(id, &week.file) {
                let message = format!("retired id {id} is already listed in {file}");
                out.push(Problem::in_file(&week.file, Rule::IdRetired, message));
            }
            if !is_id(&id.0) {
                out.push(Problem::in_file(&week.file, Rule::Id, format!("retired id {id} is not an id")));
            }
        }
    }
    let mut used: HashMap<&CardId, &str> = HashMap::new();
    for (week, deck) in all.decks() {
        for card in &deck.cards {
            let mut found = Findings { file: &week.file, card: &card.id, out };
            if let Some(file) = used.insert(&card.id, &week.file) {
                found.add(Rule::IdUnique, format!("the id is already used in {file}"));
            }
            if let Some(file) = retired.get(&card.id) {
                found.add(Rule::IdRetired, format!("the id was retired in {file}"));
            }
        }
    }
}

fn card(card: &Card, found: &mut Findings<'_>) {
    if !is_id(&card.id.0) {
        found.add(
            Rule::Id,
            format!("an id is a-z, 0-9 and single `-`, a letter first, at most {ID_BYTES} bytes"),
        );
    }
    if (card.kind == Kind::Code) != card.id.0.starts_with("code-") {
        found.add(Rule::Id, "ids of code cards start with `code-`, others do not");
    }
    for (what, value, most) in [("day", card.day, DAYS_A_WEEK), ("difficulty", card.difficulty, 3)] {
        found.count(Rule::Range, what, value.into(), 1, most.into());
    }
    if card.rev == 0 {
        found.add(Rule::Range, "rev counts from 1");
    }
    tags(card, found);
    sources(card, found);
    texts(card, found);
    payload(card, found);
    blanks(card, found);
    if let Some(recall) = &card.recall {
        found.count(Rule::Range, "points", recall.points.len(), 1, 3);
    }
    if let Some(choice) = &card.choice {
        found.count(Rule::OptionCount, "options", choice.options.len(), 3, 5);
        let correct = choice.options.iter().filter(|option| option.correct).count();
        if correct != 1 {
            found.add(Rule::OneCorrect, format!("{correct} options are correct, must be one"));
        }
    }
    if let Some(numeric) = &card.numeric {
        tolerance("numeric.tol", numeric.tol, found);
        if card.verify.is_empty() {
            found.add(Rule::VerifyMissing, "a numeric card needs a verify over `value`");
        }
    }
    if let Some(code) = &card.code {
        self::code(code, found);
    }
}

fn tags(card: &Card, found: &mut Findings<'_>) {
    found.count(Rule::Tags, "tags", card.tags.len(), 1, 5);
    for (index, tag) in card.tags.iter().enumerate() {
        if !is_tag(tag) {
            found.add(Rule::Tags, format!("{tag} is not in kebab case of at most 30 characters"));
        }
        if card.tags.iter().take(index).any(|other| other == tag) {
            found.add(Rule::Tags, format!("{tag} stands there twice"));
        }
    }
}

fn sources(card: &Card, found: &mut Findings<'_>) {
    found.count(Rule::Source, "sources", card.source.len(), 1, 3);
    for url in card.source.iter().filter_map(|source| source.url.as_ref()) {
        let host = url.strip_prefix("https://").unwrap_or_default();
        if host.is_empty() || host.starts_with('/') || url.contains(char::is_whitespace) {
            found.add(Rule::Source, format!("{url} is no https:// address"));
        }
    }
}

fn texts(card: &Card, found: &mut Findings<'_>) {
    for field in fields::of_card(card) {
        if blank(&field.text) || fields::utf16(&field.text) < field.min {
            let name = &field.name;
            found.add(Rule::Empty, format!("{name} is empty or shorter than {} characters", field.min));
        }
    }
    for (name, lines) in fields::line_lists(card) {
        if lines.iter().any(|line| line.contains(['\n', '\r'])) {
            found.add(Rule::LineFeed, format!("{name}: an item of the list holds a line feed"));
        }
    }
}

fn payload(card: &Card, found: &mut Findings<'_>) {
    let payloads = [
        (Kind::Recall, "recall", card.recall.is_some()),
        (Kind::Choice, "choice", card.choice.is_some()),
        (Kind::Cloze, "cloze", card.cloze.is_some()),
        (Kind::Numeric, "numeric", card.numeric.is_some()),
        (Kind::Code, "code", card.code.is_some()),
    ];
    for (kind, name, there) in payloads {
        if there && kind != card.kind {
            found.add(Rule::Payload, format!("has a payload `{name}` of another kind"));
        }
        if !there && kind == card.kind && kind != Kind::Recall {
            found.add(Rule::Payload, format!("lacks its payload `{name}`"));
        }
    }
}

fn blanks(card: &Card, found: &mut Findings<'_>) {
    let front = card.front.joined();
    let blanks = card.cloze.as_ref().map_or(0, |cloze| cloze.blanks.len());
    if card.cloze.is_some() {
        found.count(Rule::Blanks, "blanks", blanks, 1, 2);
    }
    let marks: Vec<&str> = front
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(mark, _)| mark)
        .filter(|mark| card.cloze.is_some() || mark.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let mut expected: Vec<String> = (1..=blanks).map(|number| number.to_string()).collect();
    let mut there: Vec<String> = marks.into_iter().map(str::to_owned).collect();
    there.sort();
    expected.sort();
    if there != expected {
        let shown = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
        found.add(Rule::Blanks, format!("marks {{{{n}}}} in the front: {shown}; blanks: {blanks}"));
    }
}

fn tolerance(name: &str, tol: Option<f64>, found: &mut Findings<'_>) {
    if tol.is_some_and(|tol| !tol.is_finite() || tol <= 0.0) {
        found.add(Rule::Range, format!("{name} must be above 0"));
    }
}

fn code(code: &Code, found: &mut Findings<'_>) {
    let word = code.entry.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !word || code.entry.is_empty() || code.entry.starts_with(|first: char| first.is_ascii_digit()) {
        found.add(Rule::Range, format!("entry `{}` is no Python name", code.entry));
    }
    found.count(Rule::Range, "minutes", code.minutes.into(), 3, 60);
    found.count(Rule::Range, "hints", code.hints.len(), 1, 3);
    tolerance("code.tol", code.tol, found);
    for module in code.imports.iter().filter(|module| !MODULES.contains(&module.as_str())) {
        found.add(Rule::Imports, format!("{module} may not be imported"));
    }
    let visible = code.tests.iter().filter(|test| test.visible).count();
    found.count(Rule::TestCount, "tests", code.tests.len(), 4, 20);
    if visible == 0 || code.tests.len() < visible + 3 {
        let hidden = code.tests.len() - visible;
        found.add(
            Rule::TestCount,
            format!("{visible} visible and {hidden} hidden tests, must be 1 and 3 at least"),
        );
    }
    for (index, test) in code.tests.iter().enumerate() {
        if code.tests.iter().take(index).any(|other| other.name == test.name) {
            found.add(Rule::TestCount, format!("two tests are named `{}`", test.name));
        }
        self::test(test, found);
    }
    if code.wrong.len() < 3 {
        found.add(Rule::WrongShape, format!("wrong solutions: {}, must be 3 at least", code.wrong.len()));
    }
    let solution = code.solution.join("\n");
    for wrong in &code.wrong {
        self::wrong(wrong, &solution, found);
    }
}

fn test(test: &CodeTest, found: &mut Findings<'_>) {
    let data = test.args.is_some() || test.kwargs.is_some();
    let fault = match (data, &test.code) {
        (true, Some(_)) => Some("has both args and code"),
        (false, None) => Some("has neither args nor code"),
        (false, Some(_)) if test.expect.is_some() || test.raises.is_some() => {
            Some("has code with expect or raises")
        }
        (true, None) if test.args.is_none() => Some("has kwargs without args"),
        (true, None) if test.expect.is_some() && test.raises.is_some() => Some("has both expect and raises"),
        _ => None,
    };
    if let Some(fault) = fault {
        found.add(Rule::TestShape, format!("test `{}` {fault}", test.name));
    }
    if let Some(class) = &test.raises {
        let letters = class.len() > 1 && class.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !letters || !class.starts_with(|first: char| first.is_ascii_uppercase()) {
            found.add(Rule::TestShape, format!("test `{}`: `{class}` is no exception class", test.name));
        }
    }
    tolerance("tol of a test", test.tol, found);
}

fn wrong(wrong: &Wrong, solution: &str, found: &mut Findings<'_>) {
    let label = &wrong.label;
    match (&wrong.replace, &wrong.with, &wrong.code) {
        (Some(replace), Some(_), None) => {
            let times = if replace.is_empty() { 0 } else { solution.matches(replace.as_str()).count() };
            if times != 1 {
                let message =
                    format!("wrong `{label}`: `replace` occurs {times} times in the solution, must be once");
                found.add(Rule::WrongShape, message);
            }
        }
        (None, None, Some(_)) => {}
        _ => found.add(Rule::WrongShape, format!("wrong `{label}` needs `replace` and `with`, or `code`")),
    }
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_tag(tag: &str) -> bool {
    tag.len() <= 30 && words_of_kebab(tag)
}

fn is_id(id: &str) -> bool {
    id.len() <= ID_BYTES
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && words_of_kebab(id)
        && !names_a_day(id)
}

/// Whether an id says in which week or day its card stands: `week-3`, `day2`, `w3d2`. A card may move.
fn names_a_day(id: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = id.split('-').collect();
    let joined = |word: &str| {
        ["week", "day"].iter().any(|unit| word.strip_prefix(unit).is_some_and(digits))
            || word
                .strip_prefix('w')
                .and_then(|rest| rest.split_once('d'))
                .is_some_and(|(week, day)| digits(week) && digits(day))
    };
    let apart = |pair: &[&str]| matches!(pair, ["week" | "day", number] if digits(number));
    words.iter().any(|word| joined(word)) || words.windows(2).any(apart)
}

fn words_of_kebab(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}
