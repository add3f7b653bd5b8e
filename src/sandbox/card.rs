//! What is known about a prompt: how its typical mistakes come out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::SandboxError;
use super::observe::{Load, Observed, Seen, Test, observe};
use super::pool::Pool;
use crate::study::card::Code;

/// How close two results must be to come from the same mistake, where the card does not say.
pub(super) const TOLERANCE: f64 = 1e-9;

/// The mistakes of one prompt, once somebody has asked for them.
type Learned = Arc<OnceCell<Vec<Mistake>>>;

/// Known prompts, by what their payload says: an edited card is learned anew.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<[u8; 32], Learned>>);

/// A typical wrong solution and what it does.
#[derive(Clone, Debug)]
struct Mistake {
    say: String,
    observed: Observed,
}

impl Known {
    fn cell(&self, card: &Code) -> Learned {
        let text = serde_json::to_vec(card).unwrap_or_default();
        let key = Sha256::digest(text).into();
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default())
    }

    /// Learns how the card's wrong solutions come out. Only who does so holds a worker meanwhile, not who waits for it.
    pub async fn learn(&self, pool: &Arc<Pool>, card: &Code) -> Result<(), SandboxError> {
        self.cell(card).get_or_try_init(|| run_mistakes(pool, card)).await.map(|_| ())
    }

    /// The sentence of the known mistake that comes out just as this program did.
    pub async fn sentence(
        &self,
        pool: &Arc<Pool>,
        card: &Code,
        observed: &Observed,
    ) -> Result<Option<String>, SandboxError> {
        let cell = self.cell(card);
        let mistakes = cell.get_or_try_init(|| run_mistakes(pool, card)).await?;
        Ok(mistakes
            .iter()
            .find(|mistake| alike(&mistake.observed, observed, card))
            .map(|mistake| mistake.say.clone()))
    }
}

async fn run_mistakes(pool: &Arc<Pool>, card: &Code) -> Result<Vec<Mistake>, SandboxError> {
    let mut lease = pool.lease().await?;
    let mut mistakes = Vec::with_capacity(card.wrong.len());
    for wrong in &card.wrong {
        let observed = observe(&mut lease, card, &wrong.source(&card.solution)).await?;
        mistakes.push(Mistake { say: wrong.say.clone(), observed });
    }
    Ok(mistakes)
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
