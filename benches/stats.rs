//! How long `/stats` takes a learner with a long log: the turn (facts from the log, SVG, words), then each
//! picture's pixels and file. `cargo bench --bench stats [reviews]`

use chrono::{DateTime, TimeDelta, Utc};
use liftoff::chat::intent::{Intent, Op, Who};
use liftoff::decks::Decks;
use liftoff::service::Service;
use liftoff::store::{self, review};
use liftoff::study::card::Kind;
use liftoff::{picture, study::calendar::StudyDay};
use tokio::time::Instant;

const ROUNDS: u32 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let reviews = std::env::args().skip(1).find_map(|number| number.parse().ok()).unwrap_or(100_000_i64);
    let decks = Decks::embedded().map_err(|problems| format!("{} problems in the decks", problems.len()))?;
    let cards: Vec<String> =
        decks.cards().filter(|card| card.kind != Kind::Code).map(|card| card.id.0.clone()).collect();
    let service = Service::new(decks);
    let db = store::open_in_memory()?;
    let now: DateTime<Utc> = "2026-06-01T18:00:00Z".parse()?;
    let today = StudyDay::from(now.date_naive());
    let who = Who { learner: 7, chat: 7, name: "Ann".into(), language: None };
    let say = |text: &str, at| {
        let intent = Intent::Text { text: text.into(), message: 1 };
        service.respond(&db, &who, &intent, "7f3a", at)
    };
    for text in ["/start", "/cancel"] {
        say(text, now - TimeDelta::days(400))?;
    }
    db.execute_batch("begin")?;
    let mut insert = db.prepare(
        "insert into review (learner, card, rev, kind, first, quality, study_day, answered_at, took_ms)
         values (7, ?1, 1, 'review', ?2, ?3, ?4, 0, 9000)",
    )?;
    for number in 0..reviews {
        let place = usize::try_from(number)?;
        let quality = [4, 4, 5, 3, 4, 1, 4][place % 7];
        let day = i64::from(today.0) - 399 + number * 400 / reviews;
        insert.execute((&cards[place % cards.len()], place < cards.len(), quality, day))?;
    }
    drop(insert);
    db.execute_batch("commit")?;
    review::rebuild(&db, 7, None)?;

    let mut pictures = Vec::new();
    let since = Instant::now();
    for _ in 0..ROUNDS {
        let reply = say("/stats", now)?.reply;
        pictures = reply
            .into_iter()
            .filter_map(|op| if let Op::Picture { svg, .. } = op { Some(svg) } else { None })
            .collect();
    }
    println!("/stats over {reviews} reviews: {} ms", (since.elapsed() / ROUNDS).as_millis());
    for svg in pictures {
        let since = Instant::now();
        let mut bytes = 0;
        for _ in 0..ROUNDS {
            bytes = picture::raster(&svg)?.len();
        }
        let ms = (since.elapsed() / ROUNDS).as_millis();
        println!("picture of {} kB SVG to {} kB PNG: {ms} ms", svg.len() / 1000, bytes / 1000);
    }
    Ok(())
}
