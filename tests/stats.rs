//! `/stats` from the log to the screen: its figures are what SQL, written here anew, finds in the rows; they
//! stand in the pictures and in the words alike; and the pictures arrive.

#[path = "stats/arrival.rs"]
mod arrival;
mod common;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use common::student::Student;
use common::{Conversation, Event};
use liftoff::chat::plain;
use liftoff::chat::token::Token;
use liftoff::decks::Decks;
use liftoff::store::review::{self, Answer, ReviewKind};
use liftoff::study::calendar::StudyDay;
use liftoff::study::card::{CardId, Kind};
use liftoff::study::sm2::{Quality, State};
use rusqlite::Connection;

/// What `/stats` shows.
struct Shown {
    svg: String,
    captions: Vec<String>,
    text: String,
}

impl Shown {
    /// A text of the pictures.
    fn drawn(&self, id: &str) -> &str {
        let Some((_, rest)) = self.svg.split_once(&format!("<text id=\"{id}\" ")) else { return "(none)" };
        rest.split_once('>').unwrap().1.split_once("</text>").unwrap().0
    }

    /// An attribute of a box of the pictures.
    fn attribute(&self, id: &str, name: &str) -> Option<&str> {
        let (_, rest) = self.svg.split_once(&format!("<rect id=\"{id}\" "))?;
        let tag = rest.split_once("/>")?.0;
        tag.split_once(&format!("{name}=\""))?.1.split_once('"').map(|(value, _)| value)
    }

    /// What the words say under a title.
    fn said(&self, title: &str) -> &str {
        let head = format!("{title}: ");
        self.text
            .lines()
            .find_map(|line| line.trim_start_matches([' ', '•']).strip_prefix(&head))
            .unwrap_or("(none)")
    }
}

fn stats(chat: &mut Conversation) -> Shown {
    let mut shown = Shown { svg: String::new(), captions: Vec::new(), text: String::new() };
    for event in chat.say("/stats") {
        match event {
            Event::Picture(picture) => {
                shown.svg.push_str(&picture.svg);
                shown.captions.push(picture.caption);
            }
            Event::Sent(id) => shown.text = plain::text(&chat.messages[&id].screen),
            _ => panic!("pictures and words, nothing else"),
        }
    }
    assert_eq!(shown.captions.len(), 2);
    shown
}

fn start() -> DateTime<Utc> {
    "2026-01-05T17:00:00Z".parse().unwrap()
}

fn learner() -> Student {
    let decks = Decks::embedded().unwrap_or_else(|problems| panic!("decks: {problems:?}"));
    let chat = Conversation::with(decks, liftoff::store::open_in_memory().unwrap(), start());
    let mut student = Student::new(chat, 80, 5);
    student.chat.settle_in();
    student.chat.say("/remind off");
    student
}

fn day(student: &Student) -> i64 {
    student.chat.now.timestamp() / 86_400
}

/// Five weeks: reviews each day but one, a quiz now and then, and rows that must not count.
fn study(student: &mut Student) {
    for number in 0..35 {
        student.chat.travel(start() + TimeDelta::days(number));
        if number == 10 {
            continue;
        }
        student.chat.say("/review");
        student.finish();
        if number % 6 == 0 {
            student.chat.say("/quiz");
            student.finish();
            student.chat.say("/undo");
            student.chat.say("/cancel");
        }
    }
    let decks = student.chat.service.decks();
    let prompt = decks.cards().find(|card| card.kind == Kind::Code).unwrap().id.clone();
    let (study_day, at) = (StudyDay(day(student) as i32), student.chat.now);
    for _ in 0..2 {
        let answer = Answer {
            learner: 7,
            card: &prompt,
            rev: 1,
            session: None,
            kind: ReviewKind::Review,
            quality: Quality::new(5).unwrap(),
            study_day,
            at,
            took_ms: 1,
        };
        review::log(student.db(), &answer).unwrap();
    }
    student.db().execute_batch("create temp table asked (card text primary key, week integer)").unwrap();
    let mut weeks = student.db().prepare("insert into temp.asked values (?1, ?2)").unwrap();
    for card in student.chat.service.decks().cards().filter(|card| card.kind != Kind::Code) {
        let (_, place) = student.chat.service.decks().card(&card.id).unwrap();
        weeks.execute((&card.id.0, place.week)).unwrap();
    }
}

/// Pairs of numbers by a number, from SQL with the study day of today as `?1`.
fn pairs(db: &Connection, sql: &str, today: i64) -> HashMap<i64, (i64, i64)> {
    let mut rows = db.prepare(sql).unwrap();
    let rows = rows.query_map([today], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn hundredths(share: f64) -> String {
    let rounded = (share * 100.0).round();
    format!("{:.0}", if share > 0.0 && share < 1.0 { rounded.clamp(1.0, 99.0) } else { rounded })
}

/// "1,234".
fn thousands(number: i64) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

#[test]
fn figures_are_those_of_the_log() {
    let mut student = learner();
    study(&mut student);
    let shown = stats(&mut student.chat);
    let (db, today) = (student.db(), day(&student));
    assert!(student.count("select count(*) from review where kind <> 'review'") > 20, "noise to leave out");
    assert!(student.count("select count(*) from review where undone_at is not null") > 3);

    let by_day = pairs(
        db,
        "select study_day, count(*), 0 from review where kind = 'review' and undone_at is null and ?1 > 0
         group by study_day",
        today,
    );
    check_year(&shown, &by_day, today);
    let retention = pairs(
        db,
        "select week, sum(quality >= 3), count(*) from review join temp.asked using (card)
         where kind = 'review' and first = 0 and undone_at is null and ?1 > 0 group by week",
        today,
    );
    check_retention(&shown, &retention);
    let due = pairs(
        db,
        "select max(due - ?1, 0), count(*), 0 from schedule join temp.asked using (card) group by 1",
        today,
    );
    check_forecast(&shown, &due);
    let met = pairs(
        db,
        "select week, count(distinct r.card), count(distinct case when interval >= 21 then r.card end)
         from review r join temp.asked using (card) join schedule s on s.card = r.card
         where kind = 'review' and undone_at is null and ?1 > 0 group by week",
        today,
    );
    let all = pairs(db, "select week, count(*), ?1 from temp.asked group by week", today);
    check_progress(&shown, &met, &all);
    let expected = expected(db, today, today);
    check_readiness(&shown, &expected, &all);

    let interview = today + 20;
    let date = NaiveDate::from_epoch_days(interview as i32).unwrap();
    student.chat.say(&format!("/interview {date}"));
    let shown = stats(&mut student.chat);
    let stopped: f64 = self::expected(student.db(), today, interview).values().sum();
    let stopped = format!("{}% if you stop now", hundredths(stopped / all_cards(&all)));
    assert!(shown.drawn("readiness-line").ends_with(&stopped), "{} {stopped}", shown.drawn("readiness-line"));
    assert!(shown.said("Readiness").contains(&stopped), "{}", shown.said("Readiness"));
    assert_eq!(shown.drawn("headline-3"), "T-20");
}

fn all_cards(all: &HashMap<i64, (i64, i64)>) -> f64 {
    all.values().map(|(cards, _)| *cards).sum::<i64>() as f64
}

fn check_year(shown: &Shown, by_day: &HashMap<i64, (i64, i64)>, today: i64) {
    let (days, reviews) = (by_day.len(), by_day.values().map(|(count, _)| count).sum());
    // Day 11 was missed, and the first week's freeze was spent on it.
    assert_eq!(days, 34);
    let line = format!("{} reviews on 34 days · longest streak 34 days", thousands(reviews));
    assert_eq!((shown.drawn("year-line"), shown.said("Last 53 weeks")), (line.as_str(), line.as_str()));
    assert_eq!(shown.drawn("headline-0"), "34");
    assert_eq!(shown.said("Streak"), "34 days · 2 freezes");
    let week: i64 = (0..7).filter_map(|back| by_day.get(&(today - back))).map(|(count, _)| count).sum();
    assert_eq!(shown.drawn("headline-1"), thousands(week));
    assert_eq!(shown.said("Last 7 days"), format!("{} reviews", thousands(week)));
    assert!(shown.captions[0].contains(&format!("{} reviews", thousands(reviews))));
    // Each day has the colour of the highest step of the legend that it reaches.
    let steps: Vec<(i64, &str)> = (0..5)
        .map(|step| {
            let least = shown.drawn(&format!("heat-{step}")).trim_end_matches('+').parse().unwrap();
            (least, shown.attribute(&format!("heat-{step}-sample"), "fill").unwrap())
        })
        .collect();
    for back in 0..7 * 52 {
        let date = NaiveDate::from_epoch_days((today - back) as i32).unwrap();
        let count = by_day.get(&(today - back)).map_or(0, |(count, _)| *count);
        let step = steps.iter().rfind(|(least, _)| count >= *least).unwrap();
        assert_eq!(shown.attribute(&format!("day-{date}"), "fill"), Some(step.1), "{date} {count}");
    }
}

fn check_retention(shown: &Shown, retention: &HashMap<i64, (i64, i64)>) {
    let (mut recalled, mut asked) = (0, 0);
    for week in 1..=12 {
        let drawn = shown.drawn(&format!("retention-{week}"));
        let Some((right, all)) = retention.get(&week) else {
            assert_eq!(drawn, "–");
            continue;
        };
        (recalled, asked) = (recalled + right, asked + all);
        let share = hundredths(*right as f64 / *all as f64);
        assert_eq!(drawn, share, "week {week}");
        let said = shown.said(&format!("Week {week}"));
        assert!(said.contains(&format!("retention {share}% of {} answer", thousands(*all))), "{said}");
    }
    assert!(asked > 200, "{asked}");
    let line = format!(
        "{}% of {} answers to due cards recalled",
        hundredths(f64::from(recalled as u32) / f64::from(asked as u32)),
        thousands(asked)
    );
    assert_eq!((shown.drawn("retention-line"), shown.said("Retention")), (line.as_str(), line.as_str()));
}

fn check_forecast(shown: &Shown, due: &HashMap<i64, (i64, i64)>) {
    let cards = |ahead: i64| due.get(&ahead).map_or(0, |(count, _)| *count);
    let all: i64 = (0..30).map(cards).sum();
    assert!(all > 100, "{all}");
    let line = format!("{} today · {} in 30 days", cards(0), thousands(all));
    for told in [shown.drawn("forecast-line"), shown.said("Next 30 days")] {
        assert!(told.starts_with(&line), "{told}: {line}");
    }
    let days: Vec<String> = (0..7).map(|ahead| cards(ahead).to_string()).collect();
    assert_eq!(shown.said("Due in the next 7 days, from today on"), days.join(", "));
    let top: f64 = shown.drawn("axis-top").parse().unwrap();
    for ahead in (0..30).filter(|ahead| shown.drawn(&format!("forecast-{ahead}-cards")) == "(none)") {
        let height = shown.attribute(&format!("forecast-{ahead}"), "height");
        let height = height.map_or(0.0, |height| height.parse().unwrap());
        let share = cards(ahead) as f64 / top;
        let least = if cards(ahead) > 0 { 5.0 } else { 0.0 };
        assert!((height - (160.0 * share).max(least)).abs() < 0.01, "{ahead}: {height} {share}");
    }
}

fn check_progress(shown: &Shown, met: &HashMap<i64, (i64, i64)>, all: &HashMap<i64, (i64, i64)>) {
    let (mut all_met, mut all_firm) = (0, 0);
    for week in 1..=12 {
        let (met, firm) = met.get(&week).copied().unwrap_or_default();
        (all_met, all_firm) = (all_met + met, all_firm + firm);
        let cards = all[&week].0;
        let [met, firm] = [met, firm].map(|part| hundredths(part as f64 / cards as f64));
        assert_eq!(shown.drawn(&format!("progress-{week}")), met, "week {week}");
        if met != "0" {
            let line = format!("{met}% met, {firm}% firm of {cards} cards");
            assert!(shown.said(&format!("Week {week}")).starts_with(&line), "week {week}: {line}");
        }
    }
    assert!(all_firm > 0 && all_met > 200, "{all_firm} {all_met}");
    let [met, cards] = [all_met, all_cards(all) as i64].map(thousands);
    let line = format!("{met} of {cards} cards met · {all_firm} firm (an interval of 21 days or more)");
    assert_eq!(shown.said("Progress"), line);
    assert_eq!(shown.drawn("cards-met"), format!("{met} met"));
    assert_eq!(shown.drawn("cards-firm"), format!("{all_firm} firm"));
    assert!(shown.captions[1].contains(&format!("{met} of {cards} cards met")));
}

/// Cards that would be recalled on a day without more reviews, by week. The model again, in other words:
/// intervals from the log played anew, the curve by bisection.
fn expected(db: &Connection, today: i64, on: i64) -> HashMap<i64, f64> {
    let mut rows = db
        .prepare(
            "select card, week, quality, study_day,
                 study_day - lag(study_day) over (partition by card order by id)
             from review join temp.asked using (card)
             where kind = 'review' and undone_at is null and study_day <= ?1 order by card, id",
        )
        .unwrap();
    let mut rows = rows.query([today]).unwrap();
    let mut cards: HashMap<String, (i64, State, i64)> = HashMap::new();
    let mut past = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let (card, week, quality, study_day): (String, i64, u8, i64) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap(), row.get(3).unwrap());
        let state = cards.get(&card).map_or(State::default(), |(_, state, _)| *state);
        if let Some(elapsed) = row.get::<_, Option<i64>>(4).unwrap() {
            past.push((f64::from(state.interval), elapsed as f64, quality >= 3));
        }
        cards.insert(card, (week, state.review(Quality::new(quality).unwrap()), study_day));
    }
    let recall =
        |at_due: f64, intervals: f64| (1.0 + (at_due.powf(-10.0 / 3.0) - 1.0) * intervals).powf(-0.3);
    let recalled = 18.0 + past.iter().filter(|(_, _, recalled)| *recalled).count() as f64;
    let (mut low, mut high) = (0.5, 0.99);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        let sum = 20.0 * middle + past.iter().map(|one| recall(middle, one.1 / one.0)).sum::<f64>();
        if sum < recalled { low = middle } else { high = middle }
    }
    let mut weeks = HashMap::new();
    for (week, state, last) in cards.values() {
        *weeks.entry(*week).or_default() += recall(low, (on - last) as f64 / f64::from(state.interval));
    }
    weeks
}

fn check_readiness(shown: &Shown, expected: &HashMap<i64, f64>, all: &HashMap<i64, (i64, i64)>) {
    for week in 1..=12 {
        let share = expected.get(&week).map_or(0.0, |cards| cards / all[&week].0 as f64);
        assert_eq!(shown.drawn(&format!("readiness-{week}")), hundredths(share), "week {week}");
        if share > 0.0 {
            let said = shown.said(&format!("Week {week}"));
            assert!(said.ends_with(&format!("readiness {}%", hundredths(share))), "{said}");
        }
    }
    let overall = hundredths(expected.values().sum::<f64>() / all_cards(all));
    assert_eq!(shown.drawn("headline-2"), format!("{overall}%"));
    let line = format!("You would recall {overall}% of all cards today");
    assert_eq!(shown.drawn("readiness-line"), line);
    assert!(shown.said("Readiness").starts_with(&line), "{}", shown.said("Readiness"));
    assert!(shown.captions[1].ends_with(&format!("readiness {overall}% today")));
    assert!(shown.text.contains(liftoff::study::readiness::ASSUMES));
    assert!(shown.text.contains(liftoff::study::readiness::MODEL));
}

/// One day of reviews, then so many days later.
fn after(days: i64, before: impl Fn(&mut Student)) -> Shown {
    let mut student = learner();
    student.chat.say("/review");
    student.finish();
    before(&mut student);
    student.chat.travel(start() + TimeDelta::days(days));
    stats(&mut student.chat)
}

#[test]
fn an_interview_tomorrow_and_one_that_is_over() {
    let set = |student: &mut Student| drop(student.chat.say("/interview 2026-01-07"));
    let eve = after(1, set);
    assert_eq!((eve.drawn("headline-3"), eve.drawn("headline-3-note")), ("T-1", "day to go"));
    assert_eq!(eve.said("Interview"), "Wed 7 Jan · T-1");
    let line = eve.drawn("readiness-line");
    assert!(line.contains("on Wed 7 Jan if you keep up reviews · "), "{line}");
    assert!(line.split('%').next().unwrap() == eve.drawn("headline-2").trim_end_matches('%'), "{line}");
    assert!(eve.captions[1].ends_with("on Wed 7 Jan if you keep up reviews"), "{}", eve.captions[1]);
    let that_day = after(2, set);
    assert_eq!((that_day.drawn("headline-3"), that_day.said("Interview")), ("today", "today"));
    let past = after(3, set);
    assert_eq!((past.drawn("headline-3"), past.said("Interview")), ("(none)", "(none)"));
    assert!(past.drawn("readiness-line").ends_with("today"), "{}", past.drawn("readiness-line"));
}

#[test]
fn a_double_tap_shows_the_progress_once() {
    let mut student = learner();
    let begun = student.chat.now;
    let mut pictures = |after: i64| {
        student.chat.now = begun + TimeDelta::seconds(after);
        let did = student.chat.tap_data(1, Token::Stats(None).to_string());
        did.iter().filter(|event| matches!(event, Event::Picture(_))).count()
    };
    assert_eq!([pictures(0), pictures(1), pictures(60)], [2, 0, 2]);
}

#[test]
fn a_pause_keeps_the_streak_here_and_in_the_overview() {
    let pause = |student: &mut Student| {
        student.db().execute("insert into pause values (7, 20459, null)", []).unwrap();
    };
    assert_eq!(after(9, |_| {}).said("Streak"), "0 days · no freeze");
    assert_eq!(after(9, pause).said("Streak"), "1 day · no freeze");
    let today = after(9, |student| {
        pause(student);
        student.chat.travel(start() + TimeDelta::days(9));
        student.chat.say("/today");
        assert!(plain::text(student.chat.last()).contains("Streak 1 day"));
    });
    assert_eq!(today.drawn("headline-0"), "1");
}

#[test]
fn what_is_put_aside_is_not_forecast_before_it_comes_back() {
    let card = |student: &Student, at: i64| {
        let sql = "select card from schedule order by card limit 1 offset ?1";
        CardId(student.db().query_row(sql, [at], |row| row.get(0)).unwrap())
    };
    let due = |shown: &Shown| shown.said("Due in the next 7 days, from today on").to_owned();
    assert_eq!(due(&after(0, |_| {})), "0, 10, 0, 0, 0, 0, 0");
    let suspended = |student: &mut Student| review::suspend(student.db(), 7, &card(student, 3)).unwrap();
    let shown = after(0, suspended);
    assert_eq!(due(&shown), "0, 9, 0, 0, 0, 0, 0");
    assert!(shown.said("Progress").starts_with("10 of "), "it was met all the same");
    let buried = |student: &mut Student| {
        review::bury(student.db(), 7, &card(student, 3), StudyDay(20_461)).unwrap();
    };
    assert_eq!(due(&after(0, buried)), "0, 9, 0, 1, 0, 0, 0");
    assert_eq!(due(&after(3, buried)), "10, 0, 0, 0, 0, 0, 0");
}
