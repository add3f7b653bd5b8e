//! Sixty days of a learner through the whole service: what each day asks, and what it says of the next one.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use common::student::Student;
use common::{Conversation, test_decks};
use liftoff::chat::plain;
use liftoff::chat::token::Act;
use liftoff::decks::{Decks, Files};
use liftoff::store::review::{self, Scheduled};
use liftoff::store::session::{self, Mode};
use liftoff::study::calendar::{StudyDay, plan_day};
use liftoff::study::card::{CardId, Kind};

/// The program's own decks; a week that is not written yet is taken from the small ones.
fn real_decks() -> Decks {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = (1..=12).map(|week| format!("week-{week:02}.json"));
    let files = names.filter(|name| !root.join("decks").join(name).exists()).fold(
        Files::embedded(),
        |files, name| {
            let text = std::fs::read_to_string(root.join("tests/data/decks").join(&name)).unwrap();
            files.with(name, text)
        },
    );
    Decks::from_files(&files).unwrap_or_else(|problems| panic!("decks: {problems:?}"))
}

fn start() -> DateTime<Utc> {
    "2026-01-05T17:00:00Z".parse().unwrap()
}

/// A learner whose plan begins today.
fn learner(decks: Decks, knows: u64, seed: u64) -> Student {
    let chat = Conversation::with(decks, liftoff::store::open_in_memory().unwrap(), start());
    let mut student = Student::new(chat, knows, seed);
    student.chat.settle_in();
    student.chat.say("/remind off");
    student
}

const FIRST_DAY: i64 = 20_458;

fn today(student: &Student) -> StudyDay {
    StudyDay(i32::try_from(student.chat.now.timestamp() / 86_400).unwrap())
}

/// The numbers of a line such as "12 due · 10 new · 3 to drill · about 9 min", by their names; of "1 of 3 due" the
/// first.
fn number(text: &str, name: &str) -> Option<usize> {
    let parts = text.lines().flat_map(|line| line.split(" · "));
    parts
        .filter_map(|part| part.strip_suffix(name))
        .find_map(|number| number.trim().split(" of ").next()?.parse().ok())
}

/// What the overview says is due, and new.
fn overview(student: &mut Student) -> (usize, usize) {
    student.chat.say("/today");
    let text = plain::text(student.chat.last());
    if text.contains("Nothing is due.") || text.contains("Today's limit is reached.") {
        return (0, 0);
    }
    (number(&text, "due").unwrap(), number(&text, "new").unwrap())
}

/// What the message at a session's end says of tomorrow.
fn told_of_tomorrow(student: &Student) -> usize {
    let text = plain::text(student.chat.last());
    let line = text.lines().find_map(|line| line.strip_prefix("Tomorrow: "));
    line.and_then(|line| number(line, "due")).unwrap_or_else(|| panic!("nothing of tomorrow: {text}"))
}

struct Limits {
    new: usize,
    reviews: usize,
}

/// What the day must ask, from the rules: due cards, the most overdue first; then the plan's next cards.
fn expected(student: &Student, limits: &Limits) -> (Vec<StudyDay>, BTreeSet<CardId>) {
    let day = today(student);
    let schedule = review::schedule(student.db(), 7).unwrap();
    let aside = review::put_aside(student.db(), 7, day).unwrap();
    let count = review::day_count(student.db(), 7, day, |_| true).unwrap();
    let left = limits.reviews.saturating_sub(count.reviews as usize);
    let waiting = schedule.values().filter(|place| place.due <= day && !aside.contains(&place.card));
    let mut due: Vec<StudyDay> = waiting.map(|place| place.due).collect();
    due.sort();
    due.truncate(left);
    let reached = plan_day(StudyDay(FIRST_DAY as i32), day).weeks_reached();
    let decks = student.chat.service.decks();
    let new_left = limits.new.saturating_sub(count.new as usize).min(left - due.len());
    let new = (1..=reached)
        .flat_map(|week| decks.cards_of_week(week))
        .filter(|card| card.kind != Kind::Code)
        .map(|card| card.id.clone())
        .filter(|id| !schedule.contains_key(id) && !aside.contains(id))
        .take(new_left);
    (due, new.collect())
}

/// Begins the day's session and holds it against the rules. `false` when the day has nothing.
fn begin(student: &mut Student, limits: &Limits) -> bool {
    let (due, new) = expected(student, limits);
    assert_eq!(overview(student), (due.len(), new.len()), "the overview says what comes");
    let schedule = review::schedule(student.db(), 7).unwrap();
    student.chat.say("/review");
    let Some(session) = student.session() else {
        assert!(due.is_empty() && new.is_empty());
        return false;
    };
    let items = session::items(student.db(), session.id).unwrap();
    let of = |mode| items.iter().filter(move |item| item.mode == mode).map(|item| &item.card);
    let mut asked: Vec<StudyDay> = of(Mode::Due).map(|card| schedule[card].due).collect();
    asked.sort();
    assert_eq!(asked, due, "the most overdue cards");
    assert_eq!(of(Mode::New).cloned().collect::<BTreeSet<_>>(), new, "the plan's next cards");
    true
}

/// Nothing was asked beyond the limits, and nothing is left below 4.
fn check_day(student: &Student, limits: &Limits, ended: bool) {
    let count = review::day_count(student.db(), 7, today(student), |_| true).unwrap();
    assert!(count.new as usize <= limits.new && count.reviews as usize <= limits.reviews, "{count:?}");
    let aside = review::put_aside(student.db(), 7, today(student)).unwrap();
    let open: Vec<_> = count.drill.iter().filter(|card| !aside.contains(card)).collect();
    assert!(!ended || open.is_empty(), "the drill ended below 4: {open:?}");
}

/// Studies a day by chance: sometimes a card is buried, sometimes the session is left. Returns what was said of
/// tomorrow.
fn study(student: &mut Student, limits: &Limits, faithful: bool) -> Option<usize> {
    if !begin(student, limits) {
        return None;
    }
    let leave_after = if faithful || student.below(6) > 0 { usize::MAX } else { 5 };
    let mut steps = 0;
    while student.session().is_some() {
        if steps >= leave_after && student.at_front() {
            student.chat.say("/cancel");
            check_day(student, limits, false);
            return Some(told_of_tomorrow(student));
        }
        if !faithful && student.at_front() && student.below(25) == 0 {
            student.tap(Act::Menu);
            let bury = student.acts().contains(&Act::Bury);
            student.tap(if bury { Act::Bury } else { Act::Back });
        } else {
            student.step();
        }
        steps += 1;
        assert!(steps < 3_000, "a session comes to its end");
    }
    check_day(student, limits, true);
    let told = told_of_tomorrow(student);
    if begin(student, limits) {
        // Cards that were buried made room for others.
        student.finish();
        check_day(student, limits, true);
        return Some(told_of_tomorrow(student));
    }
    assert_eq!(told_of_tomorrow(student), told, "the end and the empty day say the same");
    Some(told)
}

fn many_days(student: &mut Student, days: i64, limits: &Limits, faithful: bool) {
    let mut told = None;
    for day in 0..days {
        student.chat.now = start() + TimeDelta::days(day);
        assert_eq!(i64::from(today(student).0), FIRST_DAY + day);
        if let Some(told) = told.take() {
            let now = overview(student).0;
            assert_eq!(now, told, "day {day}: yesterday's “Tomorrow” against today's overview");
        }
        // A day off now and then.
        if faithful || student.below(8) > 0 {
            told = study(student, limits, faithful);
        }
    }
}

/// Every card that was ever asked stands in a week that had been reached by then.
fn check_weeks(student: &Student) {
    let mut rows = student.db().prepare("select card, study_day from review").unwrap();
    let asked = rows.query_map([], |row| Ok((CardId(row.get(0)?), StudyDay(row.get(1)?)))).unwrap();
    for (card, day) in asked.map(Result::unwrap) {
        let week = student.chat.service.decks().card(&card).unwrap().1.week;
        assert!(week <= plan_day(StudyDay(FIRST_DAY as i32), day).weeks_reached(), "{card} of week {week}");
    }
}

#[test]
fn sixty_days_with_the_usual_limits() {
    let mut student = learner(real_decks(), 85, 1);
    many_days(&mut student, 60, &Limits { new: 10, reviews: 100 }, true);
    check_weeks(&student);
    assert!(student.count("select count(*) from schedule") > 200);
    assert!(student.count("select count(*) from review where kind = 'drill'") > 100);
}

#[test]
fn sixty_days_of_somebody_who_forgets_skips_days_and_has_little_time() {
    let limits = Limits { new: 12, reviews: 25 };
    let mut student = learner(real_decks(), 65, 2);
    student.chat.say("/settings new 12");
    student.chat.say("/settings reviews 25");
    many_days(&mut student, 60, &limits, false);
    check_weeks(&student);
    let most = "select max(n) from (select count(*) n from review where kind = 'review' group by study_day)";
    assert_eq!(student.count(most), 25, "the limit was reached");
}

#[test]
fn no_new_cards_when_the_learner_wants_none() {
    let mut student = learner(test_decks(), 80, 4);
    student.chat.say("/settings new 0");
    assert!(!begin(&mut student, &Limits { new: 0, reviews: 100 }));
    student.chat.say("/settings new 2");
    study(&mut student, &Limits { new: 2, reviews: 100 }, true);
    student.chat.say("/settings new 0");
    for day in 1..20 {
        student.chat.now = start() + TimeDelta::days(day);
        study(&mut student, &Limits { new: 0, reviews: 100 }, true);
    }
    assert_eq!(student.count("select count(*) from schedule"), 2);
}

#[test]
fn after_ten_days_away_the_day_is_as_small_as_ever() {
    let limits = Limits { new: 10, reviews: 30 };
    let mut student = learner(real_decks(), 75, 5);
    student.chat.say("/settings reviews 30");
    many_days(&mut student, 30, &limits, true);
    let before = schedule(&student);
    let mut days_of_backlog = Vec::new();
    for day in 40..60 {
        student.chat.now = start() + TimeDelta::days(day);
        if day == 40 {
            assert_eq!(schedule(&student), before, "nothing was moved while the learner was away");
            assert_eq!(overview(&mut student), (30, 0), "a full day and no new cards");
        }
        overview(&mut student);
        let text = plain::text(student.chat.last());
        let told = text.lines().find(|line| line.starts_with("More is waiting"));
        days_of_backlog.push(told.map_or(0, |line| {
            line.split(' ').find_map(|word| word.parse::<u32>().ok()).expect("a number of days")
        }));
        study(&mut student, &limits, true);
    }
    assert!(days_of_backlog[0] > 1, "it says how long the backlog takes: {days_of_backlog:?}");
    check_weeks(&student);
}

fn schedule(student: &Student) -> Vec<Scheduled> {
    let mut schedule: Vec<_> = review::schedule(student.db(), 7).unwrap().into_values().collect();
    schedule.sort_by(|one, other| one.card.cmp(&other.card));
    schedule
}
