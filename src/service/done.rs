//! `/done`: which day was meant, and the link to what was delivered.

use super::turn::Turn;
use crate::store::{StoreError, outbox, plan};
use crate::study::calendar::{PlanDay, PlanPosition, plan_day};
use crate::wording::day;

/// `/done [W.D] [link]`: today's plan day, or day D of week W.
pub(super) fn command(turn: &mut Turn<'_>, typed: &str) -> Result<(), StoreError> {
    let (number, typed) = numbered(typed);
    let link = match (!typed.is_empty()).then(|| link(typed)).transpose() {
        Ok(link) => link,
        Err(NoLink) => {
            turn.send(day::not_a_link(typed, LONGEST_LINK));
            return Ok(());
        }
    };
    let today = plan_day(turn.learner.start_day, turn.today());
    let marked = match (number, today) {
        (Some(number), _) => match of_number(number) {
            Some(day) => day,
            None => {
                turn.send(day::which_day(number));
                return Ok(());
            }
        },
        (None, PlanPosition::Day(day)) => day,
        (None, PlanPosition::Before { .. }) => {
            let date = turn.date(turn.learner.start_day);
            turn.send(day::no_plan_day(Some(&date)));
            return Ok(());
        }
        (None, PlanPosition::After { .. }) => {
            turn.send(day::no_plan_day(None));
            return Ok(());
        }
    };
    if today == PlanPosition::Day(marked) {
        outbox::withdraw_reminders(turn.db, turn.learner.chat)?;
    }
    let before = plan::done_days(turn.db, turn.learner.id)?.remove(&marked.number());
    let was_open = plan::mark_done(turn.db, turn.learner.id, marked.number(), turn.today(), link.as_deref())?;
    let title = turn.decks.plan().day(marked.week(), marked.day()).map_or("", |day| day.title.as_str());
    let replaced =
        before.and_then(|before| before.link).filter(|old| link.as_ref().is_some_and(|new| new != old));
    turn.send(day::marked(marked, title, link.as_deref(), replaced.as_deref(), was_open));
    Ok(())
}

/// A day's number such as "3.2", "3/2" or "3 2" before the rest, if it stands there. What consists of digits and
/// separators is meant as a number, also when there is no such day.
fn numbered(typed: &str) -> (Option<&str>, &str) {
    let like_a_number = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_digit())
            && part.chars().all(|one| one.is_ascii_digit() || SEPARATORS.contains(&one))
    };
    let mut end = 0;
    for part in typed.split_inclusive(char::is_whitespace) {
        if !part.trim().is_empty() && !like_a_number(part.trim_end()) {
            break;
        }
        end += part.len();
    }
    let (number, rest) = typed.split_at(end);
    let number = number.trim();
    ((!number.is_empty()).then_some(number), rest)
}

/// What may stand between week and day.
const SEPARATORS: [char; 5] = ['.', ',', '/', ':', '-'];

/// The plan day that "3.2" names.
fn of_number(number: &str) -> Option<PlanDay> {
    let (week, day) = number.split_once(|one: char| SEPARATORS.contains(&one) || one.is_whitespace())?;
    PlanDay::of_week(week.parse().ok()?, day.trim_start().parse().ok()?)
}

/// The longest link that is kept, in bytes.
const LONGEST_LINK: usize = 500;

/// What was typed is no link that the portfolio can show.
struct NoLink;

/// A public address that a browser would open, with its scheme. Without a scheme it must look like one:
/// "github.com/you" does, "notes.md" and "me@example.org" do not. A password in it would be shown, so there is none.
fn link(typed: &str) -> Result<String, NoLink> {
    let bare = typed.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(typed);
    let has_scheme = bare.contains("://");
    if bare.len() > LONGEST_LINK
        || bare.contains(char::is_whitespace)
        || !(has_scheme || bare.contains('/') || bare.starts_with("www."))
    {
        return Err(NoLink);
    }
    let full = if has_scheme { bare.to_owned() } else { format!("https://{bare}") };
    let url = url::Url::parse(&full).map_err(|_| NoLink)?;
    let Some(url::Host::Domain(host)) = url.host() else { return Err(NoLink) };
    let ends_well = host.rsplit_once('.').is_some_and(|(_, last)| {
        last.len() > 1 && (last.starts_with("xn--") || last.chars().all(char::is_alphabetic))
    });
    let plain = url.username().is_empty() && url.password().is_none();
    let is_link = matches!(url.scheme(), "http" | "https") && ends_well && plain;
    is_link.then(|| url.to_string()).ok_or(NoLink)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        for (typed, kept) in [
            ("https://github.com/ann/hello-ml", Some("https://github.com/ann/hello-ml")),
            ("github.com/ann", Some("https://github.com/ann")),
            ("www.example.org", Some("https://www.example.org/")),
            ("<https://example.org/a?b=c#d>", Some("https://example.org/a?b=c#d")),
            ("http://münchen.example/x", Some("http://xn--mnchen-3ya.example/x")),
            ("notes.md", None),
            ("finished.", None),
            ("me@x.org", None),
            ("mailto:me@x.org", None),
            ("https://user:secret@github.com/x", None),
            ("https://user@github.com/x", None),
            ("ftp://example.org/x", None),
            ("https://127.0.0.1/x", None),
            ("https://[::1]/x", None),
            ("https://example.org./x", None),
            ("https://localhost/x", None),
            ("https://a.b/x", None),
            ("javascript:alert(1)", None),
            ("https://example.org/a b", None),
        ] {
            assert_eq!(link(typed).ok().as_deref(), kept, "{typed}");
        }
        assert!(link(&format!("https://example.org/{}", "a".repeat(500))).is_err());
    }

    #[test]
    fn days_by_number() {
        let day = |week, day| PlanDay::of_week(week, day);
        for (typed, number, found, rest) in [
            ("3.2 github.com/a", Some("3.2"), day(3, 2), "github.com/a"),
            ("3,2", Some("3,2"), day(3, 2), ""),
            ("3/2 x", Some("3/2"), day(3, 2), "x"),
            ("3:2", Some("3:2"), day(3, 2), ""),
            ("3 2", Some("3 2"), day(3, 2), ""),
            ("3  2  x", Some("3  2"), day(3, 2), "x"),
            ("12-7", Some("12-7"), day(12, 7), ""),
            ("3", Some("3"), None, ""),
            ("3.2.", Some("3.2."), None, ""),
            ("3.2.1", Some("3.2.1"), None, ""),
            ("13.1", Some("13.1"), None, ""),
            ("3.8", Some("3.8"), None, ""),
            ("", None, None, ""),
            ("github.com/3", None, None, "github.com/3"),
        ] {
            assert_eq!(numbered(typed), (number, rest), "{typed}");
            assert_eq!(number.and_then(of_number), found, "{typed}");
        }
    }
}
