//! Learners, their settings, and where their plan stands.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::StoreError;
use crate::chat::token::{Question, Topic};
use crate::study::calendar::{StudyDay, Weekdays, Zone};

/// One learner with all settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learner {
    /// Telegram's user id.
    pub id: i64,
    /// The private chat.
    pub chat: i64,
    /// First name, for greetings.
    pub name: String,
    /// Time zone.
    pub zone: Zone,
    /// Minutes after midnight at which a study day starts.
    pub day_start: u16,
    /// The study day that is day 1 of the plan.
    pub start_day: StudyDay,
    /// New cards a day.
    pub new_per_day: u32,
    /// Reviews a day, new cards included.
    pub reviews_per_day: u32,
    /// All six qualities instead of four ratings.
    pub six_qualities: bool,
    /// HTML with Unicode formulas instead of rich messages.
    pub plain_formulas: bool,
    /// The daily reminder, in minutes after midnight; `None` is off.
    pub remind_at: Option<u16>,
    /// When the reminder loop looks at this learner again.
    pub next_reminder_at: Option<DateTime<Utc>>,
    /// When a reminder that was put off comes again.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Days of the week on which the reminder comes.
    pub remind_days: Weekdays,
    /// The evening nudge, in minutes after midnight; `None` is off.
    pub nudge_at: Option<u16>,
    /// When the reminder loop decides about the nudge.
    pub next_nudge_at: Option<DateTime<Utc>>,
    /// The day of the interview.
    pub interview_on: Option<StudyDay>,
    /// Pictures on a dark ground.
    pub dark_pictures: bool,
    /// When they last wrote or tapped.
    pub active_at: Option<DateTime<Utc>>,
    /// When the pictures of progress were last sent.
    pub stats_at: Option<DateTime<Utc>>,
    /// The question that the next text answers.
    pub dialog: Option<Dialog>,
    /// Where to go after the first questions.
    pub deep_link: Option<String>,
    /// Sending to this learner was refused.
    pub blocked: bool,
    /// When they first wrote.
    pub joined_at: DateTime<Utc>,
}

/// A question to which the next text is the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// One of the first three.
    Setup(Question),
    /// A setting's new value.
    Ask(Topic),
    /// A note on the card on the screen.
    Note,
}

const DIALOGS: [(Dialog, &str); 16] = [
    (Dialog::Setup(Question::Zone), "setup zone"),
    (Dialog::Setup(Question::Reminder), "setup remind"),
    (Dialog::Setup(Question::Start), "setup start"),
    (Dialog::Ask(Topic::New), "ask new"),
    (Dialog::Ask(Topic::Reviews), "ask reviews"),
    (Dialog::Ask(Topic::DayStart), "ask day"),
    (Dialog::Ask(Topic::Ratings), "ask ratings"),
    (Dialog::Ask(Topic::Formulas), "ask formulas"),
    (Dialog::Ask(Topic::Zone), "ask zone"),
    (Dialog::Ask(Topic::Reminder), "ask remind"),
    (Dialog::Ask(Topic::Start), "ask start"),
    (Dialog::Ask(Topic::Interview), "ask interview"),
    (Dialog::Ask(Topic::Days), "ask days"),
    (Dialog::Ask(Topic::Nudge), "ask nudge"),
    (Dialog::Ask(Topic::Pictures), "ask pictures"),
    (Dialog::Note, "note"),
];

impl Dialog {
    fn name(self) -> &'static str {
        DIALOGS.iter().find(|(dialog, _)| *dialog == self).map_or("", |(_, name)| name)
    }

    fn named(name: &str) -> Option<Self> {
        DIALOGS.iter().find(|(_, known)| *known == name).map(|(dialog, _)| *dialog)
    }
}

/// Milliseconds since 1970, as every `_at` column holds them.
pub(super) fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

pub(super) fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Learner> {
    let zone: String = row.get("zone")?;
    let dialog: Option<String> = row.get("dialog")?;
    Ok(Learner {
        id: row.get("id")?,
        chat: row.get("chat")?,
        name: row.get("name")?,
        // A zone that this build's data no longer has: UTC still reminds, once a day.
        zone: Zone::named(&zone).unwrap_or(Zone::UTC),
        day_start: row.get("day_start")?,
        start_day: StudyDay(row.get("start_day")?),
        new_per_day: row.get("new_per_day")?,
        reviews_per_day: row.get("reviews_per_day")?,
        six_qualities: row.get("six_qualities")?,
        plain_formulas: row.get("plain_formulas")?,
        remind_at: row.get("remind_at")?,
        next_reminder_at: row.get::<_, Option<i64>>("next_reminder_at")?.map(instant),
        snoozed_until: row.get::<_, Option<i64>>("snoozed_until")?.map(instant),
        remind_days: Weekdays::from_bits(row.get("remind_days")?).unwrap_or(Weekdays::ALL),
        nudge_at: row.get("nudge_at")?,
        next_nudge_at: row.get::<_, Option<i64>>("next_nudge_at")?.map(instant),
        interview_on: row.get::<_, Option<_>>("interview_on")?.map(StudyDay),
        dark_pictures: row.get("dark_pictures")?,
        active_at: row.get::<_, Option<i64>>("active_at")?.map(instant),
        stats_at: row.get::<_, Option<i64>>("stats_at")?.map(instant),
        dialog: dialog.as_deref().and_then(Dialog::named),
        deep_link: row.get("deep_link")?,
        blocked: row.get("blocked")?,
        joined_at: instant(row.get("joined_at")?),
    })
}

/// The learner with this id, if they ever wrote.
///
/// # Errors
/// When SQLite refuses.
pub fn find(db: &Connection, id: i64) -> Result<Option<Learner>, StoreError> {
    Ok(db.prepare_cached("select * from learner where id = ?1")?.query_row([id], read).optional()?)
}

/// Writes all of a learner, new or known.
///
/// # Errors
/// When SQLite refuses.
pub fn save(db: &Connection, learner: &Learner) -> Result<(), StoreError> {
    db.prepare_cached(
        "insert into learner (id, chat, name, zone, day_start, start_day, new_per_day, reviews_per_day,
             six_qualities, plain_formulas, remind_at, next_reminder_at, snoozed_until, remind_days, nudge_at,
             next_nudge_at, interview_on, dark_pictures, active_at, stats_at, dialog, deep_link, blocked, joined_at)
         values (:id, :chat, :name, :zone, :day_start, :start_day, :new_per_day, :reviews_per_day,
             :six_qualities, :plain_formulas, :remind_at, :next_reminder_at, :snoozed_until, :remind_days, :nudge_at,
             :next_nudge_at, :interview_on, :dark_pictures, :active_at, :stats_at, :dialog, :deep_link, :blocked, :joined_at)
         on conflict (id) do update set chat = excluded.chat, name = excluded.name, zone = excluded.zone,
             day_start = excluded.day_start, start_day = excluded.start_day, new_per_day = excluded.new_per_day,
             reviews_per_day = excluded.reviews_per_day, six_qualities = excluded.six_qualities,
             plain_formulas = excluded.plain_formulas, remind_at = excluded.remind_at,
             next_reminder_at = excluded.next_reminder_at, snoozed_until = excluded.snoozed_until,
             remind_days = excluded.remind_days, nudge_at = excluded.nudge_at,
             next_nudge_at = excluded.next_nudge_at, interview_on = excluded.interview_on,
             dark_pictures = excluded.dark_pictures, active_at = excluded.active_at, stats_at = excluded.stats_at,
             dialog = excluded.dialog, deep_link = excluded.deep_link, blocked = excluded.blocked",
    )?
    .execute(named_params! {
        ":id": learner.id,
        ":chat": learner.chat,
        ":name": learner.name,
        ":zone": learner.zone.name(),
        ":day_start": learner.day_start,
        ":start_day": learner.start_day.0,
        ":new_per_day": learner.new_per_day,
        ":reviews_per_day": learner.reviews_per_day,
        ":six_qualities": learner.six_qualities,
        ":plain_formulas": learner.plain_formulas,
        ":remind_at": learner.remind_at,
        ":next_reminder_at": learner.next_reminder_at.map(millis),
        ":snoozed_until": learner.snoozed_until.map(millis),
        ":remind_days": learner.remind_days.bits(),
        ":nudge_at": learner.nudge_at,
        ":next_nudge_at": learner.next_nudge_at.map(millis),
        ":interview_on": learner.interview_on.map(|day| day.0),
        ":dark_pictures": learner.dark_pictures,
        ":active_at": learner.active_at.map(millis),
        ":stats_at": learner.stats_at.map(millis),
        ":dialog": learner.dialog.map(Dialog::name),
        ":deep_link": learner.deep_link,
        ":blocked": learner.blocked,
        ":joined_at": millis(learner.joined_at),
    })?;
    Ok(())
}

/// Notes that sending to a chat is refused, or no longer refused.
///
/// # Errors
/// When SQLite refuses.
pub fn set_blocked(db: &Connection, chat: i64, blocked: bool) -> Result<(), StoreError> {
    db.prepare_cached("update learner set blocked = :blocked where chat = :chat")?
        .execute(named_params! { ":blocked": blocked, ":chat": chat })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_old_rows() {
        let db = crate::store::open_in_memory().unwrap();
        let check = |stored: &str, read: &str| {
            db.execute("delete from learner", []).unwrap();
            db.execute(
                "insert into learner (id, chat, name, zone, day_start, start_day, new_per_day, reviews_per_day,
                     six_qualities, plain_formulas, joined_at)
                 values (7, 7, 'Ann', ?1, 240, 20780, 10, 100, 0, 0, 0)",
                [stored],
            )
            .unwrap();
            let learner = find(&db, 7).unwrap().unwrap();
            assert_eq!(learner.zone.name(), read, "{stored}");
            save(&db, &learner).unwrap();
            assert_eq!(find(&db, 7).unwrap(), Some(learner));
        };
        check("Europe/Berlin", "Europe/Berlin");
        check("Asia/Calcutta", "Asia/Calcutta");
        check("Europe/Kiev", "Europe/Kiev");
        check("Etc/GMT-5", "Etc/GMT-5");
        check("Atlantis/Poseidonis", "UTC");
    }
}
