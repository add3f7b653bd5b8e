//! What is known about a prompt: how its typical mistakes come out, and twisted forms of its assert tests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::SandboxError;
use super::observe::{Load, Observed, Seen, Test, observe};
use super::pool::Lease;
use super::protocol::{Event, Job};
use crate::study::card::Code;

/// How close two results must be to come from the same mistake, where the card does not say.
pub(super) const TOLERANCE: f64 = 1e-9;

/// Known prompts, by what their payload says: an edited card is learned anew.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<[u8; 32], Arc<Facts>>>);

#[derive(Debug, Default)]
struct Facts {
    mistakes: OnceCell<Vec<Mistake>>,
    twists: OnceCell<Vec<Option<String>>>,
}

/// A typical wrong solution and what it does.
#[derive(Clone, Debug)]
struct Mistake {
    say: String,
    observed: Observed,
}

impl Known {
    fn facts(&self, card: &Code) -> Arc<Facts> {
        let text = serde_json::to_vec(card).unwrap_or_default();
        let key = Sha256::digest(text).into();
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default())
    }

    /// Learns how the card's wrong solutions come out.
    pub async fn mistakes(&self, lease: &mut Lease<'_>, card: &Code) -> Result<(), SandboxError> {
        self.facts(card).mistakes.get_or_try_init(|| run_mistakes(lease, card)).await.map(|_| ())
    }

    /// The sentence of the known mistake that comes out just as this program did.
    pub async fn sentence(
        &self,
        lease: &mut Lease<'_>,
        card: &Code,
        observed: &Observed,
    ) -> Result<Option<String>, SandboxError> {
        let facts = self.facts(card);
        let mistakes = facts.mistakes.get_or_try_init(|| run_mistakes(lease, card)).await?;
        Ok(mistakes
            .iter()
            .find(|mistake| alike(&mistake.observed, observed, card))
            .map(|mistake| mistake.say.clone()))
    }

    /// For each assert test a form that asks for something else, where there is one. The right solution fails it;
    /// a program that passes both forms does not compute, it bends the comparison.
    pub async fn twists(
        &self,
        lease: &mut Lease<'_>,
        card: &Code,
    ) -> Result<Vec<Option<String>>, SandboxError> {
        let facts = self.facts(card);
        facts.twists.get_or_try_init(|| find_twists(lease, card)).await.cloned()
    }
}

async fn run_mistakes(lease: &mut Lease<'_>, card: &Code) -> Result<Vec<Mistake>, SandboxError> {
    let mut mistakes = Vec::with_capacity(card.wrong.len());
    for wrong in &card.wrong {
        let observed = observe(lease, card, &wrong.source(&card.solution)).await?;
        mistakes.push(Mistake { say: wrong.say.clone(), observed });
    }
    Ok(mistakes)
}

async fn find_twists(lease: &mut Lease<'_>, card: &Code) -> Result<Vec<Option<String>>, SandboxError> {
    let mut twists = Vec::with_capacity(card.tests.len());
    for test in &card.tests {
        let Some(lines) = &test.code else {
            twists.push(None);
            continue;
        };
        let job = Job {
            source: card.solution.join("\n"),
            entry: card.entry.clone(),
            calls: Vec::new(),
            assert: None,
            twist: Some(lines.join("\n")),
        };
        let ran = lease.run(&job).await?;
        let found = ran.events.iter().find_map(|event| serde_json::from_str::<Event>(event).ok()?.twisted);
        if found.is_none() {
            tracing::warn!(entry = card.entry, test = test.name, "no twisted form of a test was found");
        }
        twists.push(found);
    }
    Ok(twists)
}

/// Whether two programs came out the same in every test.
fn alike(one: &Observed, two: &Observed, card: &Code) -> bool {
    matches!((&one.load, &two.load), (Load::Good, Load::Good))
        && one.tests.len() == two.tests.len()
        && one.tests.iter().zip(&two.tests).zip(&card.tests).all(|((one, two), test)| {
            let tol = test.tol.or(card.tol).unwrap_or(TOLERANCE);
            same(one, two, tol)
        })
}

fn same(one: &Test, two: &Test, tol: f64) -> bool {
    let arguments = match (&one.after, &two.after) {
        (Some(one), Some(two)) => one.like(two, tol),
        (one, two) => one.is_none() == two.is_none(),
    };
    arguments
        && match (&one.seen, &two.seen) {
            (Seen::Value(one), Seen::Value(two)) => one.like(two, tol),
            (Seen::Held, Seen::Held) | (Seen::NotRun, Seen::NotRun) => true,
            (Seen::Stopped(one), Seen::Stopped(two)) => one == two,
            (Seen::Raised(one), Seen::Raised(two)) => {
                let class =
                    |raised: &super::protocol::Raised| raised.classes.iter().flatten().next().cloned();
                let line = |raised: &super::protocol::Raised| {
                    raised.trace.iter().rev().find(|step| step.0 == "<test>").map(|step| step.1)
                };
                class(one) == class(two) && line(one) == line(two)
            }
            _ => false,
        }
}
