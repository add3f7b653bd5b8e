//! How good the readiness forecast is, against learners whose memory is known.
//!
//! `cargo run --release --example readiness [seed] [learners]`

#[path = "../tests/forecast/mod.rs"]
mod forecast;

use forecast::{ASKED_ON, Error, FORECASTS, courses, if_kept_up, if_stopped};

fn line(name: &str, days: i64, error: &Error) {
    println!("| {name} | {days} | {:+.3} | {:.3} | {:.3} |", error.bias(), error.mean(), error.week_mean());
}

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|number| number.parse().ok());
    let (seed, learners) = (numbers.next().unwrap_or(2), numbers.next().unwrap_or(300));
    let courses = courses(seed, i64::try_from(learners).unwrap_or(300));
    println!(
        "Seed {seed}, {learners} learners, asked on the mornings of days {ASKED_ON:?}; met cards only.\n"
    );
    println!(
        "| forecast | days ahead | bias | mean error of learners | of their weeks |\n|---|---|---|---|---|"
    );
    for days in [0, 7, 14, 30, 60] {
        for ((name, _), error) in FORECASTS.iter().zip(if_stopped(&courses, days)) {
            line(name, days, &error);
        }
    }
    for days in [7, 14, 30, 60] {
        line("kept up", days, &if_kept_up(&courses, days, false));
        line("kept up, interview", days, &if_kept_up(&courses, days, true));
    }
    println!("\n| forecast, stopped 14 days before | cards | said | true |\n|---|---|---|---|");
    for (tenth, (cards, said, truth)) in if_stopped(&courses, 14)[0].bins.iter().enumerate() {
        if *cards > 0 {
            let of = f64::from(*cards);
            println!("| 0.{tenth} to | {cards} | {:.3} | {:.3} |", said / of, truth / of);
        }
    }
}
