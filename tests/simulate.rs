//! A small simulation: a dozen lives, each held against every rule.

use liftoff::decks::Decks;
use liftoff::service::Service;
use liftoff::simulate::{self, Options};

#[test]
fn a_dozen_lives_keep_every_promise() {
    let bot = Service::new(Decks::embedded().unwrap());
    let options = Options { learners: 12, weeks: 6, seed: 1, threads: 2, only: None };
    let report = simulate::run(&bot, &options, |_| {}).unwrap();
    assert!(report.is_clean(), "{}", report.table());
}
