//! Settings, the reminder and the time zone.

mod changed;
mod dates;
mod refused;

use super::pause::Until;
use super::{button, clock_time, count, primary, setup};
use crate::chat::screen::{Block, Button, Item, Rich, Screen, Span, Style};
use crate::chat::token::{Setting, Token, Topic};
use crate::study::calendar::Weekdays;

pub use changed::{After, before_day_start, changed, confirmed};
pub use dates::WrongDate;
pub use refused::{Problem, card_next, which_setting, which_zone, wrong};

/// A learner's settings as they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// New cards a day.
    pub new: u32,
    /// Reviews a day.
    pub reviews: u32,
    /// Minutes after midnight at which a study day starts.
    pub day_start: u16,
    /// Six qualities instead of four ratings.
    pub six: bool,
    /// Unicode formulas instead of native ones.
    pub plain_formulas: bool,
    /// IANA name of the zone.
    pub zone: String,
    /// The reminder, in minutes after midnight.
    pub reminder: Option<u16>,
    /// The plan's first day, in words.
    pub start: String,
    /// The day of the interview, in words.
    pub interview: Option<String>,
    /// That day is past.
    pub interview_past: bool,
    /// Days of the week with a reminder.
    pub days: Weekdays,
    /// The evening nudge, in minutes after midnight.
    pub nudge: Option<u16>,
    /// Pictures on a dark ground.
    pub dark_pictures: bool,
    /// Cards that are suspended.
    pub suspended: u32,
    /// The pause that is on.
    pub paused: Option<Until>,
}

/// The overview.
#[must_use]
pub fn overview(shown: &Shown) -> Screen {
    let line = |name: &str, value: String| Item {
        blocks: vec![Block::Paragraph(Rich(vec![Span::Text(format!("{name}: ")), Span::bold(value)]))],
        checked: None,
    };
    let mut items = vec![
        line("New cards a day", shown.new.to_string()),
        line("Reviews a day", format!("{}, new ones included", shown.reviews)),
        line("A study day starts", clock_time(shown.day_start)),
        line("Rating", ratings(shown.six).to_owned()),
        line("Formulas", formulas(shown.plain_formulas).to_owned()),
        line("Time zone", shown.zone.clone()),
        line("Reminder", reminder(shown)),
        line("Evening nudge", shown.nudge.map_or("off".to_owned(), clock_time)),
        line("The plan begins", shown.start.clone()),
        line("Interview", interview(shown)),
        line("Pictures", pictures(shown.dark_pictures).to_owned()),
    ];
    if shown.suspended > 0 {
        items.push(line("Suspended", count(shown.suspended, "card")));
    }
    let choose = |label: &str, topic| button(label, &Token::Choose(topic));
    let screen = Screen {
        blocks: vec![Block::heading("Settings"), Block::List { ordered: false, items }],
        buttons: Vec::new(),
    }
    .row([
        choose("New cards", Topic::New),
        choose("Reviews", Topic::Reviews),
        choose("Day start", Topic::DayStart),
    ])
    .row([
        choose("Rating", Topic::Ratings),
        choose("Formulas", Topic::Formulas),
        choose("Plan start", Topic::Start),
    ])
    .row([choose("Reminder", Topic::Reminder), choose("Days", Topic::Days), choose("Nudge", Topic::Nudge)])
    .row([
        choose("Time zone", Topic::Zone),
        choose("Interview", Topic::Interview),
        choose("Pictures", Topic::Pictures),
    ]);
    let bring_back = (shown.suspended > 0).then(|| button("Bring suspended back", &Token::BringBack));
    screen.row([primary("Today", &Token::Today)].into_iter().chain(bring_back))
}

fn ratings(six: bool) -> &'static str {
    if six { "all six qualities, 0 to 5" } else { "Again, Hard, Good, Easy" }
}

fn reminder(shown: &Shown) -> String {
    match shown.reminder {
        None => "off".to_owned(),
        Some(time) => format!("{}, {}", clock_time(time), shown.days.name()),
    }
}

fn interview(shown: &Shown) -> String {
    match &shown.interview {
        None => "no date yet".to_owned(),
        Some(date) if shown.interview_past => format!("was {date}"),
        Some(date) => date.clone(),
    }
}

fn pictures(dark: bool) -> &'static str {
    if dark { "dark" } else { "light" }
}

fn formulas(plain: bool) -> &'static str {
    if plain { "as plain text" } else { "drawn" }
}

/// The choices of one setting; the present one is marked.
#[must_use]
pub fn choose(topic: Topic, shown: &Shown, dates: Vec<(chrono::NaiveDate, String)>) -> Screen {
    let (question, choices): (&str, Vec<(String, Setting, bool)>) = match topic {
        Topic::New => (
            "How many new cards a day? Tap, or send a number from 0 to 200.",
            [0, 5, 10, 15, 20, 30]
                .map(|n| (n.to_string(), Setting::New(n), shown.new == u32::from(n)))
                .to_vec(),
        ),
        Topic::Reviews => (
            "How many reviews a day at the most, new cards included? Tap, or send a number from 1 to 1000.",
            [20, 50, 100, 150, 200, 300]
                .map(|n| (n.to_string(), Setting::Reviews(n), shown.reviews == u32::from(n)))
                .to_vec(),
        ),
        Topic::DayStart => (
            "When does your study day start? A review before that hour belongs to the evening before. Tap, or send a time like 03:30.",
            [0, 3, 4, 5, 6, 8]
                .map(|h| (clock_time(h * 60), Setting::DayStart(h * 60), shown.day_start == h * 60))
                .to_vec(),
        ),
        Topic::Ratings => (
            "How do you want to grade yourself?",
            vec![
                ("Four ratings".to_owned(), Setting::SixQualities(false), !shown.six),
                ("Six qualities".to_owned(), Setting::SixQualities(true), shown.six),
            ],
        ),
        Topic::Formulas => (
            "How shall formulas be shown? Choose plain text if your app does not draw them.",
            vec![
                ("Drawn".to_owned(), Setting::PlainFormulas(false), !shown.plain_formulas),
                ("Plain text".to_owned(), Setting::PlainFormulas(true), shown.plain_formulas),
            ],
        ),
        Topic::Zone => (
            "Where are you? Tap a place, send your city, for example Lisbon, or share your location.",
            setup::ZONES
                .iter()
                .map(|(label, zone)| {
                    ((*label).to_owned(), Setting::Zone((*zone).to_owned()), shown.zone == *zone)
                })
                .collect(),
        ),
        Topic::Reminder => (
            "When shall I remind you? Tap a time, or send one like 06:45, also with days: 06:45 weekdays.",
            setup::TIMES
                .iter()
                .map(|time| {
                    (clock_time(*time), Setting::Reminder(Some(*time)), shown.reminder == Some(*time))
                })
                .chain([("Off".to_owned(), Setting::Reminder(None), shown.reminder.is_none())])
                .collect(),
        ),
        Topic::Interview => (
            "When is your interview? Tap a day, or send a date like 2027-01-15. Cards you have met then come once more in the week before it.",
            dates
                .into_iter()
                .map(|(date, label)| {
                    let here = shown.interview.as_ref() == Some(&label);
                    (label, Setting::Interview(Some(date)), here)
                })
                // A date that is past is cleared by a button of its own.
                .chain(
                    (!shown.interview_past)
                        .then(|| ("No date".to_owned(), Setting::Interview(None), shown.interview.is_none())),
                )
                .collect(),
        ),
        Topic::Days => (
            "On which days shall I remind you? Tap to change, or send days like Mon Wed Fri.",
            ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
                .iter()
                .zip(0u8..)
                .map(|(name, day)| {
                    let on = shown.days.has(day);
                    let to = Setting::Weekday { day, on: !on };
                    (format!("{}{name}", if on { "✓ " } else { "" }), to, on)
                })
                .chain([("Every day".to_owned(), Setting::Days(Weekdays::ALL.bits()), false)])
                .collect(),
        ),
        Topic::Nudge => (
            "When nothing is done late in the evening and the streak would break, shall I knock once more? Tap a time, or send one like 21:30.",
            [20, 21, 22]
                .map(|h| (clock_time(h * 60), Setting::Nudge(Some(h * 60)), shown.nudge == Some(h * 60)))
                .into_iter()
                .chain([("Off".to_owned(), Setting::Nudge(None), shown.nudge.is_none())])
                .collect(),
        ),
        Topic::Pictures => (
            "Shall pictures be light or dark?",
            vec![
                ("Light".to_owned(), Setting::DarkPictures(false), !shown.dark_pictures),
                ("Dark".to_owned(), Setting::DarkPictures(true), shown.dark_pictures),
            ],
        ),
        Topic::Start => (
            "When does week 1 begin? Tap a day, or send a date like 2027-01-04. What you have done stays done.",
            dates
                .into_iter()
                .map(|(date, label)| {
                    let here = label == shown.start;
                    (label, Setting::Start(date), here)
                })
                .collect(),
        ),
    };
    let buttons: Vec<Button> = choices
        .into_iter()
        .map(|(label, setting, here)| Button {
            style: if here { Style::Success } else { Style::Plain },
            ..button(label, &Token::Set(setting))
        })
        .collect();
    let mut screen = Screen::line(question);
    for row in buttons.chunks(3) {
        screen = screen.row(row.iter().cloned());
    }
    screen.row([button("Back", &Token::Settings)])
}

/// Short answers to taps.
pub mod toast {
    /// It has this value already.
    pub const ALREADY: &str = "It is so already.";
    /// There is nothing to put off.
    pub const OFF: &str = "Reminders are off. /remind 07:30 switches them on.";
    /// The only day cannot be taken off.
    pub const LAST_DAY: &str = "One day has to stay. /remind off ends the reminders.";

    /// Suspended cards are back.
    #[must_use]
    pub fn brought_back(number: usize) -> String {
        super::count(i64::try_from(number).unwrap_or(i64::MAX), "card") + " brought back."
    }
}
