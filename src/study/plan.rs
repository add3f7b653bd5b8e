//! The 12-week plan as values: what each of the 84 days is about. Pure; `crate::decks` reads and checks it.

use serde::{Deserialize, Serialize};

/// Weeks of the plan.
pub const WEEKS: u8 = 12;

/// Days of a week.
pub const DAYS_A_WEEK: u8 = 7;

/// The whole plan, as `decks/plan.json` holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The format's version: 1.
    pub format: u32,
    /// The plan's title, without its sign.
    pub title: String,
    /// One emoji that stands for the plan.
    pub emoji: String,
    /// How flexible the plan is meant to be.
    pub intro: String,
    /// What it covers and what it costs.
    pub overview: Overview,
    /// The twelve weeks in order.
    pub weeks: Vec<Week>,
    /// Books, courses, libraries and tools.
    pub resources: Vec<Resources>,
    /// The last line.
    pub closing: String,
}

/// What the plan covers and what it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overview {
    /// The line before the modules.
    pub lead: String,
    /// The modules in order.
    pub modules: Vec<Module>,
    /// Hours a week.
    pub effort: String,
    /// What is handed in each week.
    pub deliverables: String,
    /// Why so much of it is about space.
    pub theme: String,
}

/// One module of the overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// Its name.
    pub title: String,
    /// What it covers, where the name does not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<String>,
}

/// One week of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Week {
    /// 1-12.
    pub week: u8,
    /// One or two emoji that stand for the week.
    pub emoji: String,
    /// The week's title.
    pub title: String,
    /// The week's work in space, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    /// Topics and goals.
    pub goals: Vec<String>,
    /// The seven days in order.
    pub days: Vec<PlanDay>,
}

/// One of the 84 days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDay {
    /// Day of the week, 1-7.
    pub day: u8,
    /// The day's title.
    pub title: String,
    /// What to do.
    pub task: String,
}

/// One group of resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// What kind of resources they are.
    pub title: String,
    /// Their names.
    pub items: Vec<String>,
}

impl Plan {
    /// A week by its number, 1-12.
    #[must_use]
    pub fn week(&self, week: u8) -> Option<&Week> {
        self.weeks.iter().find(|candidate| candidate.week == week)
    }

    /// A day by week 1-12 and day 1-7.
    #[must_use]
    pub fn day(&self, week: u8, day: u8) -> Option<&PlanDay> {
        self.week(week)?.days.iter().find(|candidate| candidate.day == day)
    }
}
