//! The day: overview, marking it done, the daily reminder.

use super::pause::Until;
use super::streak::News;
use super::{button, count, primary};
use crate::chat::screen::{Block, Button, Rich, Screen, Span, Style};
use crate::chat::token::Token;
use crate::study::calendar::PlanDay;
use crate::study::interview::SWEEP_DAYS;

/// What a learner's day holds, as the overview and the reminder tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Where the plan stands.
    pub plan: PlanLine,
    /// Cards due today, within the limit.
    pub due: usize,
    /// All cards that are due, over the limit too.
    pub due_in_all: usize,
    /// New cards today.
    pub new: usize,
    /// Cards that wait for today's drill.
    pub drill: usize,
    /// Minutes that they take, about.
    pub minutes: i64,
    /// Days that a backlog takes at this pace, when there is one.
    pub backlog_days: Option<i64>,
    /// The week that ends today and whose checkpoint was not taken today.
    pub checkpoint: Option<u8>,
    /// Days until the interview; 0 is today.
    pub interview: Option<i64>,
    /// The limit that the days before the interview raise.
    pub raised: Option<Raised>,
    /// Length of the streak in days.
    pub streak: i64,
    /// Freezes in hand.
    pub freezes: i64,
    /// What happened to the streak.
    pub news: News,
    /// The pause that holds the day.
    pub paused: Option<Until>,
}

/// A day's limit of reviews that was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised {
    /// What it is today.
    pub to: u32,
    /// What the learner has set.
    pub from: u32,
}

/// Where the plan stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanLine {
    /// It begins on this date.
    Before {
        /// "Mon 4 Jan".
        date: String,
    },
    /// A day of the plan.
    Day {
        /// Plan day, 1-84.
        day: u8,
        /// The week's title.
        week_title: String,
        /// The day's title.
        title: String,
        /// The day's task.
        task: String,
        /// It is marked done.
        done: bool,
    },
    /// The 84 days are over.
    After,
}

impl Day {
    fn waiting(&self) -> usize {
        self.due + self.new + self.drill
    }

    /// Why nothing is asked, without its full stop.
    fn rest(&self) -> &'static str {
        if self.backlog_days.is_some() { "Today's limit is reached" } else { "Nothing is due" }
    }

    /// What is asked today, without a full stop.
    fn load(&self) -> String {
        if self.waiting() == 0 {
            return self.rest().to_owned();
        }
        let held_back = self.due < self.due_in_all;
        let of = if held_back { format!(" of {}", self.due_in_all) } else { String::new() };
        let mut parts = vec![format!("{}{of} due", self.due), format!("{} new", self.new)];
        if self.drill > 0 {
            parts.push(format!("{} to drill", self.drill));
        }
        format!("{} · about {} min", parts.join(" · "), self.minutes.max(1))
    }

    /// " · T-23 days", behind a line that says where the day stands.
    fn countdown(&self) -> String {
        match self.interview {
            None => String::new(),
            Some(0) => " · Interview today".to_owned(),
            Some(days) => format!(" · T-{}", count(days, "day")),
        }
    }

    /// What the last days before the interview ask.
    fn sweep(&self) -> Option<String> {
        let days = self.interview.filter(|days| (1..=SWEEP_DAYS).contains(days) && self.due > 0)?;
        let days = if days == 1 { "tomorrow".to_owned() } else { format!("in {days} days") };
        Some(match self.raised {
            Some(Raised { to, from }) => format!(
                "Interview {days}: {} today instead of {from}, so that each you have met comes once more.",
                count(to, "card")
            ),
            None => format!("Interview {days}: each card you have met comes once more by then."),
        })
    }

    fn streak_line(&self) -> String {
        let freezes = match self.freezes {
            0 => String::new(),
            freezes => format!(" · {}", count(freezes, "freeze")),
        };
        format!("Streak {}{freezes}", count(self.streak, "day"))
    }
}

/// The overview of the day.
#[must_use]
pub fn today(day: &Day) -> Screen {
    let mut blocks = Vec::new();
    let mut plan_row = Vec::new();
    match &day.plan {
        PlanLine::Before { date } => {
            blocks.push(Block::heading(format!("Your plan begins {date}{}", day.countdown())));
            blocks.push(Block::paragraph("You may look ahead: every week can be opened today."));
            plan_row.push(button("Week 1", &Token::Week(1)));
        }
        PlanLine::Day { day: plan_day, week_title, title, task, done } => {
            let (week, day_of_week) = ((plan_day - 1) / 7 + 1, (plan_day - 1) % 7 + 1);
            blocks.push(Block::paragraph(Rich(vec![Span::bold(format!(
                "Week {week} · {week_title} · day {day_of_week} of 7{}",
                day.countdown()
            ))])));
            let sign = if *done { "✓ " } else { "" };
            blocks.push(Block::heading(format!("{sign}{title}")));
            blocks.push(Block::paragraph(task.as_str()));
            let (label, style) =
                if *done { ("Not done", Style::Plain) } else { ("Day done", Style::Success) };
            plan_row.push(Button {
                style,
                ..button(label, &Token::Done { day: *plan_day, done: !done, listed: false })
            });
            plan_row.push(button(format!("Week {week}"), &Token::Week(week)));
        }
        PlanLine::After => {
            blocks.push(Block::heading(format!("The 12 weeks are behind you{}", day.countdown())));
            blocks.push(Block::paragraph("Reviews go on, so that what you know stays known."));
        }
    }
    blocks.push(Block::Divider);
    let end = if day.waiting() == 0 { "." } else { "" };
    blocks.push(Block::paragraph(format!("{}{end}", day.load())));
    blocks.extend(day.sweep().map(Block::paragraph));
    if let Some(days) = day.backlog_days.filter(|_| day.raised.is_none()) {
        blocks.push(Block::paragraph(format!(
            "More is waiting than fits into a day: at this pace it takes {}.",
            count(days, "day")
        )));
    }
    blocks.push(Block::paragraph(day.streak_line()));
    blocks.extend(day.news.lines().into_iter().map(Block::paragraph));
    plan_row.push(button("Plan", &Token::Plan));
    let mut first = study_row(day);
    if let Some(row) = [&mut first, &mut plan_row].into_iter().find(|row| row.len() < 3) {
        row.push(button("Stats", &Token::Stats(None)));
    }
    let screen = Screen { blocks, buttons: Vec::new() }.row(first).row(plan_row);
    match &day.paused {
        Some(until) => screen
            .block(Block::paragraph(format!("{}: no reminders, and the streak is kept.", until.words())))
            .row([button("Resume", &Token::Resume)]),
        None => screen,
    }
}

/// What can be studied today, the next thing first.
fn study_row(day: &Day) -> Vec<Button> {
    let (label, questions) = match day.checkpoint {
        Some(week) => ("Checkpoint", Token::Checkpoint(week)),
        None => ("Quiz", Token::Quiz(None)),
    };
    let code = button("Code", &Token::Code(None));
    if day.waiting() > 0 {
        let review = primary(format!("Review {}", day.waiting()), &Token::Review);
        vec![review, button(label, &questions), code]
    } else {
        vec![primary(label, &questions), code]
    }
}

/// The day was marked done, or opened again.
#[must_use]
pub fn marked(
    day: PlanDay,
    title: &str,
    link: Option<&str>,
    replaced: Option<&str>,
    was_open: bool,
) -> Screen {
    let (week, name) = (day.week(), name(day));
    let text = match (was_open, link) {
        (true, None) => format!("{name} is done: {title}."),
        (true, Some(_)) => format!("{name} is done: {title}. The link is kept."),
        (false, Some(_)) => format!("{name} was done already. The link is kept."),
        (false, None) => format!(
            "{name} was done already. With a link it remembers what you delivered: /done https://github.com/you/project"
        ),
    };
    let mut screen = Screen::line(text);
    let shown = |link: &str| Span::Link { text: link.into(), url: link.to_owned() };
    if let Some(link) = link {
        screen = screen.block(Block::Paragraph(Rich(vec![shown(link)])));
    }
    if let Some(old) = replaced {
        let text = vec![Span::Text("It takes the place of ".to_owned()), shown(old)];
        screen = screen.block(Block::Paragraph(Rich(text)));
    }
    let open = Token::Done { day: day.number(), done: false, listed: false };
    screen.row([
        primary("Today", &Token::Today),
        button(format!("Week {week}"), &Token::Week(week)),
        button("Not done", &open),
    ])
}

/// "Week 3, day 2".
fn name(day: PlanDay) -> String {
    format!("Week {}, day {}", day.week(), day.day())
}

/// `/done` with something that is no link, or one of more than `longest` characters.
#[must_use]
pub fn not_a_link(given: &str, longest: usize) -> Screen {
    let text = if given.len() > longest {
        format!("This link is longer than {longest} characters. Nothing was changed.")
    } else {
        format!(
            "“{}” is not a public link. Send /done alone, or with an address: /done https://github.com/you/project. Nothing was changed.",
            super::echo(given)
        )
    };
    Screen::line(text).row([primary("Today", &Token::Today), button("Plan", &Token::Plan)])
}

/// `/done` with the number of a day that does not exist.
#[must_use]
pub fn which_day(given: &str) -> Screen {
    Screen::line(format!(
        "{} is not a day of the plan: it has weeks 1 to 12 of days 1 to 7, so /done 3.2 is week 3, day 2. Nothing was changed.",
        super::echo(given)
    ))
    .row([primary("Plan", &Token::Plan), button("Today", &Token::Today)])
}

/// `/done` on a day that is no plan day.
#[must_use]
pub fn no_plan_day(before: Option<&str>) -> Screen {
    let text = match before {
        Some(date) => format!(
            "Your plan begins {date}, so there is no day to mark yet. Any day can be marked in its week, or by its number: /done 1.2 is week 1, day 2. Nothing was changed."
        ),
        None => "The 84 days are over. Any day can still be marked in its week, or by its number: /done 12.7 is week 12, day 7. Nothing was changed.".to_owned(),
    };
    Screen::line(text).row([primary("Plan", &Token::Plan), button("Today", &Token::Today)])
}

/// Short answers to taps.
pub mod toast {
    use crate::study::calendar::PlanDay;

    /// A day is done now, or open again; its link is kept for when it is done.
    #[must_use]
    pub fn marked(day: u8, done: bool, linked: bool) -> String {
        match (done, linked) {
            (true, _) => format!("{} is done.", name(day)),
            (false, false) => format!("{} is open again.", name(day)),
            (false, true) => format!("{} is open again. Its link is kept for when it is done.", name(day)),
        }
    }

    /// It was so already.
    #[must_use]
    pub fn already(day: u8, done: bool) -> String {
        format!("{} is {} already.", name(day), if done { "done" } else { "open" })
    }

    fn name(day: u8) -> String {
        PlanDay::new(day).map_or_else(String::new, super::name)
    }

    /// No more reminders today.
    pub const NOT_TODAY: &str = "Nothing more today.";

    /// A reminder was put off.
    #[must_use]
    pub fn snoozed(time: &str) -> String {
        format!("I'll come back at {time}.")
    }
}

/// The daily reminder. `hour` is the learner's own; `again` marks one that was put off.
#[must_use]
pub fn reminder(name: &str, hour: u32, day: &Day, again: bool) -> Screen {
    let greeting = if again { "Here again" } else { greeting(hour) };
    let place = match &day.plan {
        PlanLine::Before { date } => format!("Your plan begins {date}."),
        PlanLine::Day { day, title, done, .. } => {
            let done = if *done { " is done" } else { "" };
            format!("Week {}, day {}{done}: {title}", (day - 1) / 7 + 1, (day - 1) % 7 + 1)
        }
        PlanLine::After => "The plan is over, the reviews go on.".to_owned(),
    };
    let mut blocks = vec![Block::Paragraph(Rich(vec![
        Span::bold(format!("{greeting}, {name}.")),
        Span::Text(format!(" {place}")),
    ]))];
    if let PlanLine::Day { task, done: false, .. } = &day.plan {
        blocks.push(Block::paragraph(task.as_str()));
    }
    let streak = match day.streak {
        0 => String::new(),
        streak => format!(" · streak {streak}"),
    };
    let behind = format!("{}{streak}", day.countdown());
    let end = if day.waiting() == 0 && behind.is_empty() { "." } else { "" };
    blocks.push(Block::paragraph(format!("{}{behind}{end}", day.load())));
    blocks.extend(day.news.of_freezes().map(Block::paragraph));
    let start = if day.waiting() > 0 { Token::Review } else { Token::Today };
    Screen { blocks, buttons: Vec::new() }
        .row([
            primary("Start", &start),
            button("Later: 1 h", &Token::Snooze(1)),
            button("Later: 3 h", &Token::Snooze(3)),
        ])
        .row([button("Not today", &Token::NotToday), button("Today", &Token::Today)])
}

fn greeting(hour: u32) -> &'static str {
    match hour {
        4..=11 => "Good morning",
        12..=17 => "Good afternoon",
        _ => "Good evening",
    }
}

/// The week's report on a day that needs no reminder.
#[must_use]
pub fn report_alone(name: &str, hour: u32, report: Vec<Block>) -> Screen {
    let first = Block::Paragraph(Rich(vec![
        Span::bold(format!("{}, {name}.", greeting(hour))),
        Span::Text(" Here is your week.".to_owned()),
    ]));
    let blocks = std::iter::once(first).chain(report).collect();
    Screen { blocks, buttons: Vec::new() }
        .row([primary("Stats", &Token::Stats(None)), button("Today", &Token::Today)])
}

/// Below a reminder that was put off, or that is not for today: the day is a tap away all the same.
#[must_use]
pub fn settled_buttons() -> Vec<Vec<Button>> {
    vec![vec![button("Today", &Token::Today)]]
}

/// The evening's nudge: nothing was done yet, and the streak ends at `until`.
#[must_use]
pub fn nudge(name: &str, day: &Day, until: &str) -> Screen {
    let waiting = day.waiting() > 0;
    let enough = if waiting {
        "One review is enough to keep it, or the plan day.".to_owned()
    } else {
        format!("{}; a plan day marked done keeps it.", day.rest())
    };
    let first = Block::Paragraph(Rich(vec![
        Span::bold(format!("Nothing done yet today, {name}.")),
        Span::Text(format!(" Your streak of {} ends at {until}. {enough}", count(day.streak, "day"))),
    ]));
    let load = waiting.then(|| Block::paragraph(day.load()));
    let blocks = std::iter::once(first).chain(load).collect();
    let start = if waiting { Token::Review } else { Token::Today };
    Screen { blocks, buttons: Vec::new() }
        .row([primary("Start", &start), button("Not today", &Token::NotToday)])
}
