//! What a button sends back: a closed set of meanings, each encoded in at most 64 bytes of callback data.
//!
//! A button of a session carries the session and the step it belongs to, so an old or doubled tap meets a
//! newer step and has no second effect.

use std::fmt;
use std::str::FromStr;

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
    /// Days of the week with a reminder: bit 0 is Monday.
    Days(u8),
    /// Minutes after midnight of the evening nudge, or off.
    Nudge(Option<u16>),
    /// Pictures on a dark ground.
    DarkPictures(bool),
}

/// Callback data that no button of ours sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a button of this bot")]
pub struct UnknownToken;

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Today => f.write_str("today"),
            Self::Plan => f.write_str("plan"),
            Self::Week(week) => write!(f, "week:{week}"),
            Self::Days(week) => write!(f, "days:{week}"),
            Self::Help => f.write_str("help"),
            Self::Review => f.write_str("review"),
            Self::Study(week) => write!(f, "study:{week}"),
            Self::Quiz(None) => f.write_str("quiz"),
            Self::Quiz(Some(week)) => write!(f, "quiz:{week}"),
            Self::Code(None) => f.write_str("code"),
            Self::Code(Some(week)) => write!(f, "code:{week}"),
            Self::Checkpoint(week) => write!(f, "checkpoint:{week}"),
            Self::Moves => f.write_str("moves"),
            Self::Move { from, days } => write!(f, "move:{from}:{days}"),
            Self::Portfolio(None) => f.write_str("portfolio"),
            Self::Portfolio(Some(week)) => write!(f, "portfolio:{week}"),
            Self::Done { day, done, listed } => {
                write!(f, "done:{day}:{}:{}", u8::from(*done), u8::from(*listed))
            }
            Self::Leaf { week, index, back } => write!(f, "leaf:{week}:{index}:{}", u8::from(*back)),
            Self::Session { id, step, act } => write!(f, "s:{id}:{step}:{act}"),
            Self::Setup(setting) => write!(f, "setup:{setting}"),
            Self::SkipSetup(question) => write!(
                f,
                "skip:{}",
                match question {
                    Question::Zone => "zone",
                    Question::Reminder => "remind",
                    Question::Start => "start",
                }
            ),
            Self::Settings => f.write_str("settings"),
            Self::Choose(topic) => write!(f, "choose:{}", topic.name()),
            Self::Set(setting) => write!(f, "set:{setting}"),
            Self::BringBack => f.write_str("bringback"),
            Self::Stats(None) => f.write_str("stats"),
            Self::Stats(Some(dark)) => write!(f, "stats:{}", u8::from(*dark)),
            Self::Snooze(hours) => write!(f, "snooze:{hours}"),
            Self::NotToday => f.write_str("nottoday"),
            Self::Pause(None) => f.write_str("pause"),
            Self::Pause(Some(days)) => write!(f, "pause:{days}"),
            Self::Resume => f.write_str("resume"),
        }
    }
}

impl FromStr for Token {
    type Err = UnknownToken;

    fn from_str(data: &str) -> Result<Self, UnknownToken> {
        let (head, rest) = data.split_once(':').unwrap_or((data, ""));
        Ok(match head {
            "today" => Self::Today,
            "plan" => Self::Plan,
            "week" => Self::Week(week(rest)?),
            "days" => Self::Days(week(rest)?),
            "help" => Self::Help,
            "review" => Self::Review,
            "study" => Self::Study(week(rest)?),
            "quiz" if rest.is_empty() => Self::Quiz(None),
            "quiz" => Self::Quiz(Some(week(rest)?)),
            "code" if rest.is_empty() => Self::Code(None),
            "code" => Self::Code(Some(week(rest)?)),
            "checkpoint" => Self::Checkpoint(week(rest)?),
            "moves" => Self::Moves,
            "move" => {
                let [from, days] = parts(rest)?;
                Self::Move { from: number(from)?, days: number(days)? }
            }
            "portfolio" if rest.is_empty() => Self::Portfolio(None),
            "portfolio" => Self::Portfolio(Some(week(rest)?)),
            "done" => {
                let [day, done, listed] = parts(rest)?;
                let day = number(day)?;
                if !(1..=84).contains(&day) {
                    return Err(UnknownToken);
                }
                Self::Done { day, done: flag(done)?, listed: flag(listed)? }
            }
            "leaf" => {
                let [of, index, back] = parts(rest)?;
                Self::Leaf { week: week(of)?, index: number(index)?, back: flag(back)? }
            }
            "s" => {
                let [id, step, act] = parts(rest)?;
                Self::Session { id: number(id)?, step: number(step)?, act: act.parse()? }
            }
            "setup" => Self::Setup(rest.parse()?),
            "skip" => Self::SkipSetup(match rest {
                "zone" => Question::Zone,
                "remind" => Question::Reminder,
                "start" => Question::Start,
                _ => return Err(UnknownToken),
            }),
            "settings" => Self::Settings,
            "choose" => Self::Choose(Topic::named(rest).ok_or(UnknownToken)?),
            "set" => Self::Set(rest.parse()?),
            "bringback" => Self::BringBack,
            "stats" if rest.is_empty() => Self::Stats(None),
            "stats" => Self::Stats(Some(flag(rest)?)),
            "snooze" => Self::Snooze(number(rest)?),
            "nottoday" => Self::NotToday,
            "pause" if rest.is_empty() => Self::Pause(None),
            "pause" => Self::Pause(Some(number(rest)?)),
            "resume" => Self::Resume,
            _ => return Err(UnknownToken),
        })
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Show => f.write_str("show"),
            Self::Rate(quality) => write!(f, "q{quality}"),
            Self::Pick(option) => write!(f, "o{option}"),
            Self::DontKnow => f.write_str("dk"),
            Self::Next => f.write_str("next"),
            Self::Overrule => f.write_str("ok"),
            Self::Skip => f.write_str("skip"),
            Self::Menu => f.write_str("menu"),
            Self::Back => f.write_str("back"),
            Self::Undo => f.write_str("undo"),
            Self::Bury => f.write_str("bury"),
            Self::Suspend => f.write_str("susp"),
            Self::End => f.write_str("end"),
            Self::Note => f.write_str("note"),
            Self::DropNote => f.write_str("unnote"),
            Self::Hint => f.write_str("hint"),
            Self::Starter => f.write_str("start"),
            Self::Solution => f.write_str("sol"),
            Self::Reveal => f.write_str("reveal"),
        }
    }
}

impl FromStr for Act {
    type Err = UnknownToken;

    fn from_str(text: &str) -> Result<Self, UnknownToken> {
        Ok(match text {
            "show" => Self::Show,
            "dk" => Self::DontKnow,
            "next" => Self::Next,
            "ok" => Self::Overrule,
            "skip" => Self::Skip,
            "menu" => Self::Menu,
            "back" => Self::Back,
            "undo" => Self::Undo,
            "bury" => Self::Bury,
            "susp" => Self::Suspend,
            "end" => Self::End,
            "note" => Self::Note,
            "unnote" => Self::DropNote,
            "hint" => Self::Hint,
            "start" => Self::Starter,
            "sol" => Self::Solution,
            "reveal" => Self::Reveal,
            _ => match text.split_at_checked(1) {
                Some(("q", quality)) => {
                    Self::Rate(number(quality).ok().filter(|q| *q <= 5).ok_or(UnknownToken)?)
                }
                Some(("o", option)) => Self::Pick(number(option)?),
                _ => return Err(UnknownToken),
            },
        })
    }
}

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
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New(count) => write!(f, "new:{count}"),
            Self::Reviews(count) => write!(f, "reviews:{count}"),
            Self::DayStart(minutes) => write!(f, "day:{minutes}"),
            Self::SixQualities(six) => write!(f, "ratings:{}", u8::from(*six)),
            Self::PlainFormulas(plain) => write!(f, "formulas:{}", u8::from(*plain)),
            Self::Zone(name) => write!(f, "zone:{name}"),
            Self::Reminder(None) => f.write_str("remind:off"),
            Self::Reminder(Some(minutes)) => write!(f, "remind:{minutes}"),
            Self::Start(date) => write!(f, "start:{date}"),
            Self::Interview(None) => f.write_str("interview:off"),
            Self::Interview(Some(date)) => write!(f, "interview:{date}"),
            Self::Days(days) => write!(f, "days:{days}"),
            Self::Nudge(None) => f.write_str("nudge:off"),
            Self::Nudge(Some(minutes)) => write!(f, "nudge:{minutes}"),
            Self::DarkPictures(dark) => write!(f, "pictures:{}", u8::from(*dark)),
        }
    }
}

impl FromStr for Setting {
    type Err = UnknownToken;

    fn from_str(text: &str) -> Result<Self, UnknownToken> {
        let (name, value) = text.split_once(':').ok_or(UnknownToken)?;
        let minutes = |value| number::<u16>(value).ok().filter(|m| *m < 24 * 60).ok_or(UnknownToken);
        Ok(match name {
            "new" => Self::New(number(value)?),
            "reviews" => Self::Reviews(number(value)?),
            "day" => Self::DayStart(minutes(value)?),
            "ratings" => Self::SixQualities(flag(value)?),
            "formulas" => Self::PlainFormulas(flag(value)?),
            "zone" => Self::Zone(value.to_owned()),
            "remind" if value == "off" => Self::Reminder(None),
            "remind" => Self::Reminder(Some(minutes(value)?)),
            "start" => Self::Start(value.parse().map_err(|_| UnknownToken)?),
            "interview" if value == "off" => Self::Interview(None),
            "interview" => Self::Interview(Some(value.parse().map_err(|_| UnknownToken)?)),
            "days" => Self::Days(number::<u8>(value).ok().filter(|days| *days < 128).ok_or(UnknownToken)?),
            "nudge" if value == "off" => Self::Nudge(None),
            "nudge" => Self::Nudge(Some(minutes(value)?)),
            "pictures" => Self::DarkPictures(flag(value)?),
            _ => return Err(UnknownToken),
        })
    }
}

fn number<T: FromStr>(text: &str) -> Result<T, UnknownToken> {
    text.parse().map_err(|_| UnknownToken)
}

fn week(text: &str) -> Result<u8, UnknownToken> {
    number(text).ok().filter(|week| (1..=12).contains(week)).ok_or(UnknownToken)
}

fn flag(text: &str) -> Result<bool, UnknownToken> {
    match text {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(UnknownToken),
    }
}

fn parts<const N: usize>(text: &str) -> Result<[&str; N], UnknownToken> {
    text.split(':').collect::<Vec<_>>().try_into().map_err(|_| UnknownToken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::study::calendar::Zone;

    fn settings() -> impl Strategy<Value = Setting> {
        prop_oneof![
            any::<u16>().prop_map(Setting::New),
            any::<u16>().prop_map(Setting::Reviews),
            (0u16..1440).prop_map(Setting::DayStart),
            any::<bool>().prop_map(Setting::SixQualities),
            any::<bool>().prop_map(Setting::PlainFormulas),
            proptest::sample::select(Zone::all().collect::<Vec<_>>())
                .prop_map(|zone| Setting::Zone(zone.name().to_owned())),
            proptest::option::of(0u16..1440).prop_map(Setting::Reminder),
            (0i32..40_000).prop_map(|days| Setting::Start(NaiveDate::from_epoch_days(days).unwrap())),
            proptest::option::of(0i32..40_000).prop_map(|days| {
                Setting::Interview(days.map(|days| NaiveDate::from_epoch_days(days).unwrap()))
            }),
            (0u8..128).prop_map(Setting::Days),
            proptest::option::of(0u16..1440).prop_map(Setting::Nudge),
            any::<bool>().prop_map(Setting::DarkPictures),
        ]
    }

    fn acts() -> impl Strategy<Value = Act> {
        prop_oneof![
            (0u8..=5).prop_map(Act::Rate),
            any::<u8>().prop_map(Act::Pick),
            proptest::sample::select(vec![
                Act::Show,
                Act::DontKnow,
                Act::Next,
                Act::Overrule,
                Act::Skip,
                Act::Menu,
                Act::Back,
                Act::Undo,
                Act::Bury,
                Act::Suspend,
                Act::End,
                Act::Note,
                Act::DropNote,
                Act::Hint,
                Act::Starter,
                Act::Solution,
                Act::Reveal,
            ]),
        ]
    }

    fn tokens() -> impl Strategy<Value = Token> {
        prop_oneof![
            proptest::sample::select(vec![
                Token::Today,
                Token::Plan,
                Token::Help,
                Token::Review,
                Token::Quiz(None),
                Token::Code(None),
                Token::Settings,
                Token::BringBack,
                Token::Stats(None),
                Token::Stats(Some(false)),
                Token::Stats(Some(true)),
                Token::Moves,
                Token::Portfolio(None),
                Token::NotToday,
                Token::Pause(None),
                Token::Resume,
                Token::SkipSetup(Question::Zone),
                Token::SkipSetup(Question::Reminder),
                Token::SkipSetup(Question::Start),
            ]),
            (1u8..=12).prop_flat_map(|week| proptest::sample::select(vec![
                Token::Week(week),
                Token::Days(week),
                Token::Study(week),
                Token::Quiz(Some(week)),
                Token::Code(Some(week)),
                Token::Checkpoint(week),
                Token::Portfolio(Some(week)),
            ])),
            (any::<i32>(), any::<i16>()).prop_map(|(from, days)| Token::Move { from, days }),
            (1u8..=84, any::<bool>(), any::<bool>()).prop_map(|(day, done, listed)| Token::Done {
                day,
                done,
                listed
            }),
            (1u8..=12, any::<u16>(), any::<bool>()).prop_map(|(week, index, back)| Token::Leaf {
                week,
                index,
                back
            }),
            (any::<i64>(), any::<u32>(), acts()).prop_map(|(id, step, act)| Token::Session { id, step, act }),
            settings().prop_map(Token::Setup),
            settings().prop_map(Token::Set),
            proptest::sample::select(Topic::ALL.to_vec()).prop_map(Token::Choose),
            any::<u8>().prop_map(Token::Snooze),
            any::<u16>().prop_map(|days| Token::Pause(Some(days))),
        ]
    }

    proptest! {
        #[test]
        fn every_token_fits_64_bytes_and_comes_back(token in tokens()) {
            let data = token.to_string();
            prop_assert!(data.len() <= 64, "{data}");
            prop_assert_eq!(data.parse::<Token>(), Ok(token));
        }

        #[test]
        fn foreign_data_is_refused_without_a_panic(data in ".{0,64}") {
            if let Ok(token) = data.parse::<Token>() {
                prop_assert_eq!(token.to_string().parse::<Token>(), Ok(token));
            }
        }
    }
}
