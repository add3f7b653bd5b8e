//! A token as callback data, and back.

use std::fmt;
use std::str::FromStr;

use super::{Act, Question, Setting, Token, Topic, UnknownToken};

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
            Self::Weekday { day, on } => write!(f, "weekday:{day}:{}", u8::from(*on)),
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
            "weekday" => {
                let [day, on] = parts(value)?;
                let day = number::<u8>(day).ok().filter(|day| *day < 7).ok_or(UnknownToken)?;
                Self::Weekday { day, on: flag(on)? }
            }
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
