//! Every screen of every card, in all three renderings: nothing raw is visible, everything fits.

use std::time::Duration;

use liftoff::chat::screen::Screen;
use liftoff::chat::token::Token;
use liftoff::chat::{html, leaks, plain, rich};
use liftoff::decks::Decks;
use liftoff::study::calendar::Weekdays;
use liftoff::study::card::{Card, Kind};
use liftoff::study::mend::Mending;
use liftoff::study::sm2::State;
use liftoff::study::value;
use liftoff::study::verdict::{Expected, Failure, Got, Outcome, TraceLine, Verdict as Judged};
use liftoff::wording::pause::Until;
use liftoff::wording::session::{self, At, Grading, Head, Next, Reason, Verdict};
use liftoff::wording::streak::News;
use liftoff::wording::{
    checkpoint, code, day, help, moving, note, pause, place, plan, portfolio, settings, setup, stats, trouble,
};

/// What a learner can see of one card.
fn screens(card: &Card, week: u8) -> Vec<(String, Screen)> {
    let at = At { session: i64::MAX, step: u32::MAX };
    let head = Head { progress: (123, 456), week, day: card.day, reason: Reason::Due { late: 99 } };
    let order: Vec<usize> = (0..card.choice.as_ref().map_or(0, |choice| choice.options.len())).collect();
    let grading = |six, moves| Grading {
        state: State { repetition: 9, interval: 400, ease: 250 },
        six,
        moves,
        latest: Some(364),
    };
    let next = Next { days: 36_500, latest: Some(700) };
    let words = "word ".repeat(note::LONGEST / 5);
    let mut screens = vec![
        ("front", session::front(at, &head, card, &order)),
        ("back", session::back(at, &head, card, Some("what I wrote"), grading(false, true))),
        ("back with six", session::back(at, &head, card, None, grading(true, true))),
        ("drill", session::back(at, &head, card, None, grading(false, false))),
        ("menu", session::menu(at, &head, card, &order, false)),
        ("leech", note::below(session::leech(at, card, 12), Some(&words))),
        ("note", note::ask(at, card, Some(&words), false)),
        (
            "noted back",
            note::below(
                session::back(at, &head, card, Some("what I wrote"), grading(false, true)),
                Some(&words),
            ),
        ),
        ("noted leaf", note::below(plan::leaf(week, 3, 70, card, true), Some(&words))),
        ("leaf", plan::leaf(week, 3, 70, card, false)),
        ("open leaf", plan::leaf(week, 3, 70, card, true)),
    ];
    for verdict in [Verdict::Right, Verdict::Wrong, Verdict::Near, Verdict::Unknown] {
        for picked in order.iter().map(|index| Some(*index)).chain([None]) {
            let shown = (order.as_slice(), picked, (card.kind != Kind::Choice).then_some("0.25"));
            screens.push(("verdict", session::verdict(at, &head, card, shown, &verdict, Some(next))));
        }
    }
    screens.into_iter().map(|(name, screen)| (format!("{} {name}", card.id), screen)).collect()
}

/// What a learner can see of one coding prompt: its help, and a verdict on each test.
fn code_screens(card: &Card, week: u8) -> Vec<(String, Screen)> {
    let at = At { session: i64::MAX, step: u32::MAX };
    let code = card.code.as_ref().unwrap();
    let reason = Reason::Due { late: 99 };
    let head = |hints, settled| code::Head { at, card, code, week, reason, hints, settled };
    let verdict = |outcome, passed| Judged {
        outcome,
        passed,
        total: code.tests.len(),
        time: Duration::from_millis(1_999),
        source: code.solution.join("\n"),
        mended: vec![
            Mending::Fence,
            Mending::Quotes,
            Mending::Tabs,
            Mending::Margin,
            Mending::Signs,
            Mending::Imports("import math\nfrom collections import Counter".into()),
        ],
    };
    let long = "x = 'a value that is far too long for a phone'\n".repeat(300);
    let passed = code::Passed {
        again: false,
        attempts: 12,
        hints: 3,
        best: Some(Duration::from_millis(9)),
        next: Some(36_500),
    };
    let all = code.hints.len();
    let mut screens = vec![
        ("prompt".to_owned(), code::prompt(&head(0, false))),
        ("prompt with hints".to_owned(), code::prompt(&head(all, false))),
        ("sure".to_owned(), code::sure(&head(all, false))),
        ("solution".to_owned(), code::solution(&head(all, true), Some(&long), Some(36_500))),
        ("pass".to_owned(), code::verdict(&head(all, true), &verdict(Outcome::Passed, all), Some(&passed))),
        ("left".to_owned(), code::left(&verdict(Outcome::Passed, all))),
    ];
    let says = code.wrong.iter().map(|wrong| Some(wrong.say.clone())).chain([None]).cycle();
    for ((index, test), say) in code.tests.iter().enumerate().zip(says) {
        let failure = Failure {
            test: index,
            name: test.name.clone(),
            why: test.why.clone(),
            visible: test.visible,
            input: test
                .code
                .as_ref()
                .map_or_else(|| value::call(&code.entry, test), |lines| lines.join("\n")),
            expected: Expected::Value(long.clone()),
            got: Got::Raised { class: "OverflowError".into(), message: long.clone() },
            printed: long.clone(),
            trace: vec![TraceLine { line: 1_234, function: "f".into(), text: long.clone() }; 12],
            say,
        };
        let failed = verdict(Outcome::Failed(Box::new(failure)), 3);
        screens.push((format!("verdict {index}"), code::verdict(&head(all, false), &failed, None)));
    }
    screens.into_iter().map(|(name, screen)| (format!("{} {name}", card.id), screen)).collect()
}

fn problems(name: &str, screen: &Screen) -> Vec<String> {
    let mut found: Vec<String> =
        leaks::of_screen(screen).into_iter().map(|leak| format!("raw {leak:?}")).collect();
    let messages = html::messages(screen);
    found.extend(
        messages.iter().flat_map(|html| leaks::of_html(html)).map(|leak| format!("raw in HTML {leak:?}")),
    );
    if messages.len() != 1 || rich::messages(screen).len() != 1 {
        found.push("does not fit one message".to_owned());
    }
    if plain::text(screen).trim().is_empty() {
        found.push("says nothing".to_owned());
    }
    if screen.buttons.len() > 5 {
        found.push(format!("{} rows of buttons", screen.buttons.len()));
    }
    for button in screen.buttons.iter().flatten() {
        if button.data.len() > 64 || button.data.parse::<Token>().is_err() {
            found.push(format!("button {:?} sends {:?}", button.label, button.data));
        }
        if button.label.chars().count() > 20 || button.label.is_empty() {
            found.push(format!("label {:?}", button.label));
        }
    }
    found.into_iter().map(|problem| format!("{name}: {problem}")).collect()
}

#[test]
fn every_screen_of_every_card_is_clean_and_fits() {
    let decks =
        Decks::embedded().unwrap_or_else(|problems| panic!("{} problems in the decks", problems.len()));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for deck in decks.weeks() {
        for card in deck.cards.iter().filter(|card| card.kind != Kind::Code) {
            for (name, screen) in screens(card, deck.week) {
                seen += 1;
                wrong.extend(problems(&name, &screen));
            }
        }
    }
    let prompts = decks.weeks().iter().flat_map(|deck| deck.cards.iter().map(move |card| (card, deck.week)));
    for (card, week) in prompts.filter(|(card, _)| card.kind == Kind::Code) {
        for (name, screen) in code_screens(card, week) {
            seen += 1;
            wrong.extend(problems(&name, &screen));
        }
    }
    assert!(seen > 6_000, "only {seen} screens");
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The figures of a learner who has done all there is, for years.
fn most_stats() -> Screen {
    use liftoff::picture::{Progress, Readiness, Share, Stats, WEEKS, describe};
    use liftoff::study::readiness::{ASSUMES, MODEL};
    let today = chrono::NaiveDate::from_ymd_opt(2026, 9, 30).unwrap();
    let on = today + chrono::Days::new(555);
    let said = describe(&Stats {
        today,
        streak: 9_999,
        longest: 9_999,
        freezes: 2,
        reviews: vec![(today, 999_999)],
        retention: [Share { recalled: 99_999, asked: 123_456 }; WEEKS],
        forecast: std::array::from_fn(|day| 999 + day as u32),
        progress: [Progress { met: 999, firm: 999, cards: 1_000 }; WEEKS],
        readiness: Readiness { overall: 0.99, stopped: 0.98, weeks: [0.99; WEEKS], on },
        interview: Some(on),
    });
    let (lines, days, weeks) = (&*said.lines, &*said.days, &*said.weeks);
    stats::stats(&stats::Shown {
        lines,
        days,
        weeks,
        model: MODEL,
        assumes: ASSUMES,
        waiting: 1_000,
        dark: false,
    })
}

/// A portfolio of long links, one on each of the 84 days: all of it, and each week.
fn long_portfolio(decks: &Decks) -> Vec<(String, Screen)> {
    let link = format!("https://github.com/{}", "somebody/a-project/".repeat(25));
    let weeks: Vec<portfolio::Week<'_>> = decks
        .plan()
        .weeks
        .iter()
        .map(|week| portfolio::Week {
            number: week.week,
            title: &week.title,
            links: week.days.iter().map(|day| (day.day, day.title.as_str(), link.clone())).collect(),
        })
        .collect();
    let some: Vec<portfolio::Week<'_>> = weeks[..2].to_vec();
    let each = weeks.iter().map(|week| (format!("portfolio {}", week.number), portfolio::week(week)));
    each.chain([
        ("portfolio".to_owned(), portfolio::all(&weeks)),
        ("short portfolio".to_owned(), portfolio::all(&some)),
    ])
    .collect()
}

#[test]
fn every_week_and_every_fixed_screen_is_clean_and_fits() {
    let decks =
        Decks::embedded().unwrap_or_else(|problems| panic!("{} problems in the decks", problems.len()));
    let shown = settings::Shown {
        new: 200,
        reviews: 1000,
        day_start: 1439,
        six: true,
        plain_formulas: true,
        zone: "America/Argentina/ComodRivadavia".into(),
        reminder: Some(1439),
        start: "Wed 30 Sep 2026".into(),
        interview: Some("Wed 30 Sep 2026".into()),
        interview_past: true,
        days: Weekdays::from_bits(0b101_0101).unwrap(),
        nudge: Some(1439),
        dark_pictures: true,
        suspended: 999,
        paused: Some(Until::Resumed),
    };
    let progress = [plan::Progress { days: 7, met: 100, cards: 100 }; 12];
    let mut screens = vec![
        ("plan".to_owned(), plan::plan(decks.plan(), Some(12), &progress)),
        ("help".to_owned(), help::help()),
        ("unknown".to_owned(), help::unknown(&"x".repeat(900), Some("timezone"))),
        ("welcome".to_owned(), setup::zone("Ann", "America/Argentina/ComodRivadavia")),
        ("settings".to_owned(), settings::overview(&shown)),
        ("fault".to_owned(), trouble::fault("7f3a")),
        ("stats".to_owned(), most_stats()),
        ("pause".to_owned(), pause::choose()),
        ("pause longer".to_owned(), pause::choose_longer(&Until::Resumed)),
        ("paused".to_owned(), pause::begun(&Until::Resumed, None)),
        ("no pause".to_owned(), pause::none(Some("Wed 30 Sep 2027 23:59"))),
        ("wrong pause".to_owned(), pause::wrong(&"x".repeat(900), Some(&Until::Resumed))),
        ("no place".to_owned(), place::unknown("America/Argentina/ComodRivadavia", false)),
    ];
    screens.extend(long_portfolio(&decks));
    let place = moving::Today::Day { week: 12, day: 7, title: "x".repeat(60) };
    let place = moving::Where { today: place, start: i32::MIN, end: "Wed 30 Sep 2026".into(), over: false };
    screens.push(("moves".to_owned(), moving::choices(&place)));
    screens.push(("moved".to_owned(), moving::moved(-1_000, &place)));
    for week in &decks.plan().weeks {
        let concept = "a concept with a name of many words";
        let why = checkpoint::Why::Forgotten(99);
        let weak = checkpoint::Weak { concept, kind: "numeric", day: 7, index: u16::MAX, why };
        let result = checkpoint::Result {
            week: week.week,
            right: 10,
            asked: 20,
            left: 20,
            before: Some(("Wed 30 Sep 2026".into(), 10, 20)),
            weakest: vec![weak; 5],
            days: (1..=7).collect(),
            unmet: 99,
            unpassed: 9,
        };
        screens.push((format!("checkpoint {}", week.week), checkpoint::result(&result)));
        let kinds = [("recall", 30), ("choice", 30), ("cloze", 9), ("numeric", 19)];
        screens.push((
            format!("week {}", week.week),
            plan::week(decks.plan(), week, &[true; 7], &kinds, (99, 99), (9, 9)),
        ));
        screens.push((format!("days of week {}", week.week), plan::days(week, &[true; 7])));
        for planned in &week.days {
            let day = day::Day {
                plan: day::PlanLine::Day {
                    day: (week.week - 1) * 7 + planned.day,
                    week_title: week.title.clone(),
                    title: planned.title.clone(),
                    task: planned.task.clone(),
                    done: false,
                },
                due: 100,
                due_in_all: 5000,
                new: 200,
                drill: 100,
                minutes: 999,
                backlog_days: Some(99),
                checkpoint: Some(12),
                interview: Some(7),
                raised: Some(day::Raised { to: 1000, from: 100 }),
                streak: 999,
                freezes: 2,
                news: News {
                    spent: vec!["Wed 30 Sep 2026".to_owned(); 2],
                    left: 0,
                    ended: None,
                    earned: Some(999),
                },
                paused: Some(Until::Date("Wed 30 Sep 2027".to_owned())),
            };
            screens.push((format!("week {} day {}", week.week, planned.day), day::today(&day)));
            screens.push(("reminder".to_owned(), day::reminder("Ann", 8, &day, false)));
            screens.push(("nudge".to_owned(), day::nudge("Ann", &day, "04:00")));
        }
    }
    let wrong: Vec<String> = screens.iter().flat_map(|(name, screen)| problems(name, screen)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
