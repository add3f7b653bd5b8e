//! What a button sends back: a closed set of meanings, each encoded in at most 64 bytes of callback data.
//!
//! A button of a session carries the session and the step it belongs to, so an old or doubled tap meets a
//! newer step and has no second effect.

mod data;

use chrono::NaiveDate;

/// The meaning of a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// The day's overview.
    Today,
    /// The twelve weeks.
    Plan,
    /// One week.
    Week(u8),
    /// The week's seven days, to mark them.
    Days(u8),
    /// Help by task.
    Help,
    /// The session of the day.
    Review,
    /// A session of one week, which opens that week for new cards.
    Study(u8),
    /// A quiz over a week, or over everything reached.
    Quiz(Option<u8>),
    /// A coding prompt of a week, or of everything reached.
    Code(Option<u8>),
    /// The questions at the end of a week.
    Checkpoint(u8),
    /// The choices of moving the plan.
    Moves,
    /// Moves the plan; it names where the plan begins before, so a second tap changes nothing.
    Move {
        /// The study day that is day 1 before.
        from: i32,
        /// Days later; below 0 earlier.
        days: i16,
    },
    /// The delivered links, of a week or of all.
    Portfolio(Option<u8>),
    /// Marks a plan day (1-84) done or not done; it names the wanted state, so a second tap changes nothing.
    Done {
        /// Plan day, 1-84.
        day: u8,
        /// The wanted state.
        done: bool,
        /// True on the week's list of days, which is then shown again.
        listed: bool,
    },
    /// One card of a week, to leaf through.
    Leaf {
        /// The week.
        week: u8,
        /// Place in the week's cards, from 0.
        index: u16,
        /// The answer is open.
        back: bool,
    },
    /// Something done in a session.
    Session {
        /// The session.
        id: i64,
        /// The step that the button belongs to.
        step: u32,
        /// What is done.
        act: Act,
    },
    /// An answer to one of the first questions.
    Setup(Setting),
    /// Leaves one of the first questions at its default.
    SkipSetup(Question),
    /// The overview of settings.
    Settings,
    /// The choices of one setting.
    Choose(Topic),
    /// A setting's new value.
    Set(Setting),
    /// Brings all suspended cards back.
    BringBack,
    /// Progress in pictures and figures; first makes pictures dark or light, where it says so.
    Stats(Option<bool>),
    /// The reminder again in so many hours.
    Snooze(u8),
    /// No more reminders today.
    NotToday,
    /// A pause of so many study days from today on; none is a pause without an end.
    Pause(Option<u16>),
    /// The pause is over.
    Resume,
}

/// What is done in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Shows the answer.
    Show,
    /// Grades the recall with a quality, 0-5.
    Rate(u8),
    /// Picks an option, by its place on the card.
    Pick(u8),
    /// "I don't know".
    DontKnow,
    /// Goes on to the next card.
    Next,
    /// "I was right": overrules a wrong verdict.
    Overrule,
    /// Not now: the card stays due.
    Skip,
    /// Opens the menu.
    Menu,
    /// Closes the menu.
    Back,
    /// Takes back the last answer.
    Undo,
    /// Not before tomorrow.
    Bury,
    /// Not until it is brought back.
    Suspend,
    /// Ends the session.
    End,
    /// Takes the next text as a note on the card.
    Note,
    /// Deletes the note on the card.
    DropNote,
    /// Shows one more hint of a coding prompt.
    Hint,
    /// Sends a coding prompt's starter as a file.
    Starter,
    /// Shows the solution of a coding prompt; asks first, as long as it is not solved.
    Solution,
    /// Shows it, being sure.
    Reveal,
}

/// One of the first three questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Where the learner lives.
    Zone,
    /// When to remind.
    Reminder,
    /// When the plan starts.
    Start,
}

/// What a learner can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// New cards a day.
    New,
    /// Reviews a day.
    Reviews,
    /// When a study day starts.
    DayStart,
    /// Four rating buttons or six qualities.
    Ratings,
    /// How formulas are shown.
    Formulas,
    /// The time zone.
    Zone,
    /// The reminder.
    Reminder,
    /// The plan's first day.
    Start,
    /// The day of the interview.
    Interview,
    /// Days of the week with a reminder.
    Days,
    /// The evening nudge.
    Nudge,
    /// Light or dark pictures.
    Pictures,
}

/// A setting with its new value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// New cards a day.
    New(u16),
    /// Reviews a day.
    Reviews(u16),
    /// Minutes after midnight at which a study day starts.
    DayStart(u16),
    /// All six qualities instead of four ratings.
    SixQualities(bool),
    /// HTML with Unicode formulas instead of rich messages.
    PlainFormulas(bool),
    /// IANA name of the time zone.
    Zone(String),
    /// Minutes after midnight, or off.
    Reminder(Option<u16>),
    /// The plan's first day.
    Start(NaiveDate),
    /// The day of the interview, or none.
    Interview(Option<NaiveDate>),
    /// Days of the week with a reminder, all of them: bit 0 is Monday.
    Days(u8),
    /// One day of the week (0 is Monday) with a reminder or without; it names the wanted state of that day alone, so
    /// two quick taps on one keyboard are two changes.
    Weekday {
        /// 0 is Monday.
        day: u8,
        /// The wanted state.
        on: bool,
    },
    /// Minutes after midnight of the evening nudge, or off.
    Nudge(Option<u16>),
    /// Pictures on a dark ground.
    DarkPictures(bool),
}

/// Callback data that no button of ours sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a button of this bot")]
pub struct UnknownToken;

impl Topic {
    const ALL: [Self; 12] = [
        Self::New,
        Self::Reviews,
        Self::DayStart,
        Self::Ratings,
        Self::Formulas,
        Self::Zone,
        Self::Reminder,
        Self::Start,
        Self::Interview,
        Self::Days,
        Self::Nudge,
        Self::Pictures,
    ];

    /// The word that names it in `/settings` and in callback data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reviews => "reviews",
            Self::DayStart => "day",
            Self::Ratings => "ratings",
            Self::Formulas => "formulas",
            Self::Zone => "zone",
            Self::Reminder => "remind",
            Self::Start => "start",
            Self::Interview => "interview",
            Self::Days => "days",
            Self::Nudge => "nudge",
            Self::Pictures => "pictures",
        }
    }

    /// The topic of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// The topic that typed words begin with, under any of its names, and the rest: "plan start 1 Dec" is the plan's
    /// start and "1 Dec".
    #[must_use]
    pub fn typed(text: &str) -> Option<(Self, &str)> {
        // The longest name counts: "day start 05:00" has no value "start 05:00".
        (1..=MOST_WORDS).rev().find_map(|words| {
            let (name, rest) = split_words(text, words)?;
            let alias = |known: &&(&str, Self)| known.0 == name;
            let topic = Self::named(&name).or_else(|| ALIASES.iter().find(alias).map(|(_, topic)| *topic))?;
            Some((topic, rest))
        })
    }
}

/// What else people call a setting: the labels of the overview and of its buttons, and near words.
const ALIASES: [(&str, Topic); 29] = [
    ("new cards", Topic::New),
    ("new cards a day", Topic::New),
    ("cards", Topic::New),
    ("review", Topic::Reviews),
    ("reviews a day", Topic::Reviews),
    ("day start", Topic::DayStart),
    ("study day", Topic::DayStart),
    ("study day starts", Topic::DayStart),
    ("a study day starts", Topic::DayStart),
    ("rating", Topic::Ratings),
    ("rating scale", Topic::Ratings),
    ("formula", Topic::Formulas),
    ("timezone", Topic::Zone),
    ("time zone", Topic::Zone),
    ("city", Topic::Zone),
    ("place", Topic::Zone),
    ("reminder", Topic::Reminder),
    ("reminders", Topic::Reminder),
    ("daily reminder", Topic::Reminder),
    ("plan", Topic::Start),
    ("plan start", Topic::Start),
    ("plan begins", Topic::Start),
    ("the plan begins", Topic::Start),
    ("first day", Topic::Start),
    ("interview date", Topic::Interview),
    ("reminder days", Topic::Days),
    ("evening nudge", Topic::Nudge),
    ("nudges", Topic::Nudge),
    ("picture", Topic::Pictures),
];

/// Words of the longest alias.
const MOST_WORDS: usize = 4;

/// The first so many words of a text, in lower case, and the rest; `None` when it has fewer.
fn split_words(text: &str, number: usize) -> Option<(String, &str)> {
    let mut rest = text.trim_start();
    let mut words = Vec::new();
    for _ in 0..number {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        // "New cards a day: 5", as the overview writes it.
        words.push(word.trim_end_matches(':').to_lowercase());
        rest = after.trim_start();
    }
    words.iter().all(|word| !word.is_empty()).then(|| (words.join(" "), rest))
}

#[cfg(test)]
mod tests;
