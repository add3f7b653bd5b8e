//! The texts of the deck files, wherever they come from.

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::study::plan::WEEKS;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/decks");

/// Name of the plan's file.
pub(super) const PLAN: &str = "plan.json";

/// Name of the tag list's file.
pub(super) const TAGS: &str = "tags.json";

/// Name of a week's file: `week-03.json` for week 3.
#[must_use]
pub fn week_file(week: u8) -> String {
    format!("week-{week:02}.json")
}

/// File names with their text, or with the reason why there is none.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<String, Result<String, String>>);

impl Files {
    /// The files that were in `decks/` when the binary was built.
    #[must_use]
    pub fn embedded() -> Self {
        let text = |name: &str| {
            let file = EMBEDDED.get_file(name).ok_or("the binary was built without it")?;
            file.contents_utf8().map(str::to_owned).ok_or_else(|| "it is not UTF-8 text".to_owned())
        };
        Self(names().map(|name| (name.clone(), text(&name))).collect())
    }

    /// The files of a folder; one that cannot be read is kept with the reason.
    #[must_use]
    pub fn in_dir(dir: &Path) -> Self {
        let text = |name: &str| std::fs::read_to_string(dir.join(name)).map_err(|error| reason(&error));
        Self(names().map(|name| (name.clone(), text(&name))).collect())
    }

    /// The same files with one more text, or with this text in place of the old one.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.0.insert(name.into(), Ok(text.into()));
        self
    }

    /// The same files without one.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// The same files, where the plan and the tags are the embedded ones if they are not there.
    #[must_use]
    pub(super) fn or_embedded_plan(mut self) -> Self {
        let mut embedded = Self::embedded();
        for name in [PLAN, TAGS] {
            if !matches!(self.0.get(name), Some(Ok(_)))
                && let Some(text) = embedded.0.remove(name)
            {
                self.0.insert(name.to_owned(), text);
            }
        }
        self
    }

    /// A file's text, or why there is none.
    pub(super) fn text(&self, name: &str) -> Result<&str, &str> {
        match self.0.get(name) {
            Some(Ok(text)) => Ok(text),
            Some(Err(reason)) => Err(reason),
            None => Err("it is not there"),
        }
    }
}

fn names() -> impl Iterator<Item = String> {
    [PLAN.to_owned(), TAGS.to_owned()].into_iter().chain((1..=WEEKS).map(week_file))
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it is not there".to_owned(),
        std::io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}
