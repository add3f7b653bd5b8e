//! The streak in words: what was earned, spent and lost, told plainly and without reproach.

use super::count;

/// What happened to a learner's streak since their last active day before today. Dates read "Mon 12 Jan".
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct News {
    /// Missed days that a freeze was spent on.
    pub spent: Vec<String>,
    /// Freezes left.
    pub left: i64,
    /// The streak that ended: its days, and the missed day that ended it.
    pub ended: Option<(i64, String)>,
    /// Today is that day of the streak, and earned a freeze.
    pub earned: Option<i64>,
}

impl News {
    /// The freezes that were spent, for the reminder; nothing once the streak is over.
    #[must_use]
    pub fn of_freezes(&self) -> Option<String> {
        if self.ended.is_some() {
            return None;
        }
        let left = match self.left {
            0 => "none",
            1 => "one",
            _ => "two",
        };
        Some(format!("{}; {left} left.", self.spent()?))
    }

    /// All of it, for the overview of the day.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let over = self.ended.as_ref().map(|(days, date)| {
            let over = format!("streak of {} ended on {date}.", count(*days, "day"));
            match self.spent() {
                Some(spent) => format!("{spent}, then the {over}"),
                None => format!("The {over}"),
            }
        });
        let earned = self.earned.map(|days| {
            let days = if days == 7 { "Seven".to_owned() } else { days.to_string() };
            format!("{days} days: a freeze is yours. It keeps the streak over a day that you miss.")
        });
        over.or_else(|| self.of_freezes()).into_iter().chain(earned).collect()
    }

    fn spent(&self) -> Option<String> {
        match self.spent.as_slice() {
            [] => None,
            [day] => Some(format!("A freeze was spent for {day}")),
            [days @ .., last] => Some(format!("Freezes were spent for {} and {last}", days.join(", "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news() {
        let news = |spent: &[&str], left, ended: Option<(i64, &str)>, earned| News {
            spent: spent.iter().map(|day| (*day).to_owned()).collect(),
            left,
            ended: ended.map(|(days, date)| (days, date.to_owned())),
            earned,
        };
        let check = |news: News, lines: &[&str], reminder: Option<&str>| {
            assert_eq!(news.lines(), lines);
            assert_eq!(news.of_freezes().as_deref(), reminder);
        };
        check(News::default(), &[], None);
        let one = "A freeze was spent for Mon 12 Jan; one left.";
        check(news(&["Mon 12 Jan"], 1, None, None), &[one], Some(one));
        let two = "Freezes were spent for Mon 12 Jan and Tue 13 Jan; none left.";
        check(news(&["Mon 12 Jan", "Tue 13 Jan"], 0, None, None), &[two], Some(two));
        check(
            news(&["Mon 12 Jan"], 0, Some((7, "Tue 13 Jan")), None),
            &["A freeze was spent for Mon 12 Jan, then the streak of 7 days ended on Tue 13 Jan."],
            None,
        );
        let earned = "14 days: a freeze is yours. It keeps the streak over a day that you miss.";
        let spent = "A freeze was spent for Mon 12 Jan; one left.";
        check(news(&["Mon 12 Jan"], 1, None, Some(14)), &[spent, earned], Some(spent));
    }
}
