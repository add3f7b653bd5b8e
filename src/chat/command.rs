//! Commands as they are typed: their names, what they do in a line, and the nearest one to a typo.

/// A command's name and its line in Telegram's menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// The name without the slash.
    pub name: &'static str,
    /// What it does, for the menu and the help.
    pub summary: &'static str,
}

/// Every command, in the order of the menu.
pub const COMMANDS: [Command; 22] = [
    Command { name: "today", summary: "Today's task and what is due" },
    Command { name: "review", summary: "Go through the cards of the day" },
    Command { name: "quiz", summary: "Ten questions: /quiz or /quiz 3" },
    Command { name: "code", summary: "A coding prompt: /code or /code 3" },
    Command { name: "plan", summary: "The 12 weeks at a glance" },
    Command { name: "week", summary: "One week: /week 3" },
    Command { name: "cards", summary: "Leaf through cards: /cards 3" },
    Command { name: "done", summary: "Today's plan day is done" },
    Command { name: "stats", summary: "Your progress, in pictures and figures" },
    Command { name: "portfolio", summary: "What you delivered, by week" },
    Command { name: "undo", summary: "Take back the last answer" },
    Command { name: "remind", summary: "Daily reminder: /remind 07:30" },
    Command { name: "timezone", summary: "Where you are: /timezone Lisbon" },
    Command { name: "pause", summary: "No reminders for a while: /pause 3" },
    Command { name: "resume", summary: "End a pause" },
    Command { name: "interview", summary: "The day of your interview: /interview 2027-01-15" },
    Command { name: "settings", summary: "Cards a day, day start, rating scale" },
    Command { name: "help", summary: "What I can do, by task" },
    Command { name: "cancel", summary: "Leave what is open" },
    Command { name: "start", summary: "Begin, or come back" },
    // Telegram's own habit: people type these.
    Command { name: "stop", summary: "No more reminders" },
    Command { name: "menu", summary: "The same as /today" },
];

/// How many of [`COMMANDS`] stand in Telegram's menu; the rest are understood without being listed.
pub const LISTED: usize = 20;

/// A typed line that starts with a slash: the command's name in lower case and the rest.
///
/// `/week@liftoff_bot 3` is `("week", "3")`. `None` when the text is no command.
#[must_use]
pub fn split(text: &str) -> Option<(String, &str)> {
    let text = text.trim();
    let body = text.strip_prefix('/')?;
    let end = body.find(char::is_whitespace).unwrap_or(body.len());
    let (head, rest) = body.split_at(end);
    let name = head.split('@').next().unwrap_or(head);
    Some((name.to_lowercase(), rest.trim()))
}

/// Whether a text names one of the commands, as "/help tells more" does.
#[must_use]
pub fn is_named_in(text: &str) -> bool {
    text.split_whitespace().filter_map(|word| word.strip_prefix('/')).any(|word| {
        let name = word.trim_end_matches(|end: char| !end.is_alphanumeric());
        COMMANDS.iter().any(|command| command.name == name)
    })
}

/// The listed command that a mistyped word most likely means.
#[must_use]
pub fn nearest(word: &str) -> Option<&'static str> {
    let word = word.trim_start_matches('/').to_lowercase();
    if word.chars().count() > 20 {
        return None;
    }
    COMMANDS[..LISTED]
        .iter()
        .map(|command| (strsim::damerau_levenshtein(&word, command.name), command.name))
        .filter(|(distance, name)| *distance * 2 <= name.len().min(word.chars().count() + 1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_as_telegram_writes_them() {
        let cases = [
            ("/week 3", Some(("week", "3"))),
            ("/WEEK@liftoff_bot   3 ", Some(("week", "3"))),
            ("/done\nhttps://example.org", Some(("done", "https://example.org"))),
            ("  /today", Some(("today", ""))),
            ("/", Some(("", ""))),
            ("week 3", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(name, rest)| (name.to_owned(), rest));
            assert_eq!(split(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_typo_finds_its_command() {
        let cases = [
            ("/wek", Some("week")),
            ("revew", Some("review")),
            ("/quizz", Some("quiz")),
            ("timezon", Some("timezone")),
            ("/xyzzy", None),
            ("a", None),
            ("🚀", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word), expected, "{word}");
        }
    }

    #[test]
    fn a_text_names_a_command_or_not() {
        for text in ["/help tells more", "send /remind, or", "/week 3: topics", "/today."] {
            assert!(is_named_in(text), "{text}");
        }
        for text in ["read /proc/self", "and/or", "/", "a / b", "/weekly", "today"] {
            assert!(!is_named_in(text), "{text}");
        }
    }

    #[test]
    fn names_and_summaries_are_within_telegrams_limits() {
        for command in COMMANDS {
            assert!(command.name.len() <= 32 && command.name.bytes().all(|b| b.is_ascii_lowercase()));
            assert!((1..=256).contains(&command.summary.len()));
        }
    }
}
