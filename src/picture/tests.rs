//! The picture as a whole: its figures, its limits, its places.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

use super::samples::{crammer, learner, new_learner, on, read, stats};
use super::*;

#[test]
fn headline_figures_are_the_given_ones() {
    let drawn = read(&learner(), Theme::Light);
    let texts = |suffix: &str| -> Vec<&str> {
        (0..4).map(|place| drawn.text(&format!("headline-{place}{suffix}"))).collect()
    };
    assert_eq!(texts("-label"), ["Day streak", "Last 7 days", "Readiness", "Interview"]);
    assert_eq!(texts(""), ["12", "21", "51%", "T-53"]);
    assert_eq!(texts("-note"), ["1 freeze", "reviews", "15 Jan 2027", "days to go"]);
}

#[test]
fn interview_is_counted_down() {
    let mut stats = learner();
    let cases = [(on(2027, 1, 15), "today", "Fri 15 Jan"), (on(2027, 1, 14), "T-1", "day to go")];
    for (today, figure, note) in cases {
        stats.today = today;
        let drawn = read(&stats, Theme::Light);
        assert_eq!((drawn.text("headline-3"), drawn.text("headline-3-note")), (figure, note));
    }
    stats.readiness.on = stats.today;
    assert_eq!(read(&stats, Theme::Light).text("headline-3-note"), "Fri 15 Jan");
    stats.today = on(2027, 1, 16);
    assert_eq!(read(&stats, Theme::Light).text("headline-3"), "(none)", "an interview that is over");
}

#[test]
fn weeks_show_their_shares() {
    let stats = learner();
    let drawn = read(&stats, Theme::Light);
    let row =
        |id: &str| -> Vec<&str> { (1..=WEEKS).map(|week| drawn.text(&format!("{id}-{week}"))).collect() };
    assert_eq!(row("retention"), ["93", "–", "–", "–", "99", "–", "79", "–", "–", "–", "–", "–"]);
    assert_eq!(row("progress"), ["100", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "10"]);
    assert_eq!(row("readiness"), ["97", "89", "80", "72", "64", "55", "47", "39", "30", "22", "14", "5"]);
    let near = |height: f32, share: f64| {
        assert!((f64::from(height) - 100.0 * share).abs() < 0.5, "{height} {share}")
    };
    near(drawn.hundredths("retention-1", "recalled"), 233.0 / 251.0);
    near(drawn.hundredths("retention-7", "recalled"), 11.0 / 14.0);
    near(drawn.hundredths("retention-2", "recalled"), 0.0);
    near(drawn.hundredths("progress-1", "met"), 1.0);
    near(drawn.hundredths("progress-1", "firm"), 0.5);
    near(drawn.hundredths("progress-12", "met"), 0.1);
    for (week, share) in (1..).zip(stats.readiness.weeks) {
        near(drawn.hundredths(&format!("readiness-{week}"), "share"), share);
    }
    let accent = Theme::Light.palette().accent();
    assert_eq!(drawn.boxes["retention-1-recalled"].1, accent);
    assert_eq!(drawn.boxes["retention-7-recalled"].1, format!("outline {accent}"), "few answers");
    assert_eq!(drawn.text("cards-firm"), "35 firm");
    assert_eq!(drawn.text("cards-met"), "77 met");
    assert_eq!(drawn.text("cards-all"), "840 cards in all");
    assert_eq!(drawn.text("retention-few"), "fewer than 20 answers, so take it lightly");
}

#[test]
fn parts_above_their_whole_count_as_the_whole() {
    let mut stats = learner();
    stats.retention[1] = Share { recalled: 900, asked: 30 };
    stats.progress[1] = Progress { met: 90, firm: 80, cards: 70 };
    stats.readiness.weeks[1] = 3.0;
    let drawn = read(&stats, Theme::Light);
    assert_eq!(drawn.text("retention-line"), "98% of 1,295 answers to due cards recalled");
    assert_eq!(["cards-firm", "cards-met"].map(|id| drawn.text(id)), ["105 firm", "147 met"]);
    assert_eq!(["retention-2", "progress-2", "readiness-2"].map(|id| drawn.text(id)), ["100"; 3]);
}

#[test]
fn squares_of_the_year_have_their_days_colour() {
    let stats = learner();
    let given: BTreeMap<NaiveDate, u32> = stats.reviews.iter().copied().collect();
    for theme in [Theme::Light, Theme::Dark] {
        let drawn = read(&stats, theme);
        let legend: Vec<u32> = (0..5)
            .map(|step| drawn.text(&format!("heat-{step}")).trim_end_matches('+').parse().unwrap())
            .collect();
        assert_eq!(legend, [0, 1, 25, 50, 75]);
        let days: Vec<NaiveDate> =
            drawn.boxes.keys().filter_map(|id| id.strip_prefix("day-")?.parse().ok()).collect();
        // From the Monday 52 weeks before this one, and today is a Monday.
        assert_eq!(
            (days.len(), days.first(), days.last()),
            (365, Some(&on(2025, 11, 24)), Some(&stats.today))
        );
        let mut sum = 0;
        for day in days {
            let (area, colour) = &drawn.boxes[&format!("day-{day}")];
            let step = legend.iter().rposition(|least| given[&day] >= *least).unwrap();
            assert_eq!(colour, theme.palette().steps[step], "{day}");
            let last = &drawn.boxes[&format!("day-{}", stats.today)].0;
            let row = (area.top() - last.top()) / 18.0;
            assert_eq!(row, day.weekday().num_days_from_monday() as f32, "{day}");
            sum += given[&day];
        }
        assert!(drawn.text("year-line").starts_with(&figures::plural(sum.into(), "review")));
    }
}

#[test]
fn forecast_bars_have_their_days_height() {
    let stats = learner();
    let drawn = read(&stats, Theme::Light);
    assert_eq!(
        ["axis-top", "axis-middle", "axis-bottom"].map(|id| drawn.text(id)),
        ["40", "20", "0"],
        "round numbers"
    );
    let height = |day: usize| drawn.boxes[&format!("forecast-{day}")].0.height();
    for (day, cards) in stats.forecast.iter().enumerate() {
        assert!((height(day) / height(0) - *cards as f32 / 40.0).abs() < 0.005, "{day}");
    }
    let palette = Theme::Light.palette();
    let colours = [0, 1].map(|day| drawn.boxes[&format!("forecast-{day}")].1.as_str());
    assert_eq!(colours, [palette.strong(), palette.accent()], "today stands out");
    assert_eq!(drawn.text("forecast-line"), "40 today · 765 in 30 days");
    assert_eq!(drawn.text("forecast-7-date"), "30 Nov");
}

#[test]
fn huge_days_are_cut_off_and_say_their_number() {
    let drawn = read(&crammer(), Theme::Dark);
    assert_eq!(drawn.text("axis-top"), "6");
    assert_eq!(drawn.text("forecast-0-cards"), "500");
    assert_eq!(drawn.text("forecast-29-cards"), "12.3k");
    let height = |day: usize| drawn.boxes[&format!("forecast-{day}")].0.height();
    assert!((height(1) / height(0) - 5.0 / 6.0).abs() < 0.005);
    assert_eq!(drawn.text("forecast-line"), "500 today · 12.9k in 30 days · most 12.3k on Fri 12 Feb");
}

#[test]
fn a_new_learner_sees_words_instead_of_empty_axes() {
    let drawn = read(&new_learner(), Theme::Light);
    for panel in ["year", "retention", "forecast", "progress", "readiness"] {
        assert!(drawn.text(&format!("{panel}-line")).starts_with("Nothing yet."), "{panel}");
    }
    assert!(drawn.boxes.is_empty());
    assert!(drawn.heights.iter().all(|height| *height < 600.0), "{:?}", drawn.heights);
}

#[test]
fn figures_are_short_and_honest() {
    let cases =
        [(0, "0"), (999, "999"), (1234, "1,234"), (9999, "9,999"), (10_000, "10k"), (12_345, "12.3k")];
    let large = [(999_999, "999.9k"), (1_000_000, "1M"), (u64::from(u32::MAX), "4.2G")];
    for (number, text) in cases.into_iter().chain(large) {
        assert_eq!(figures::count(number), text);
    }
    let shares = [(0.0, "0%"), (0.001, "1%"), (0.514, "51%"), (0.999, "99%"), (1.0, "100%"), (7.0, "100%")];
    for (share, text) in shares.into_iter().chain([(-1.0, "0%"), (f64::NAN, "–"), (f64::INFINITY, "–")]) {
        assert_eq!(figures::percent(Some(share)), text);
    }
}

#[test]
fn words_have_the_figures_of_the_pictures() {
    for stats in [new_learner(), learner(), crammer()] {
        let drawn = read(&stats, Theme::Light);
        let described = describe(&stats);
        let lines: BTreeMap<&str, String> = described.lines.into_iter().collect();
        for (panel, title) in [
            ("year", "Last 53 weeks"),
            ("retention", "Retention"),
            ("forecast", "Next 30 days"),
            ("readiness", "Readiness"),
        ] {
            assert!(lines[title].starts_with(drawn.text(&format!("{panel}-line"))), "{panel}: {lines:?}");
        }
        let said: String = lines.values().map(|line| format!("{line}\n")).collect();
        for place in 0..4 {
            let figure = drawn.text(&format!("headline-{place}"));
            let empty = ["(none)", "0%"].contains(&figure);
            assert!(empty || said.contains(figure), "{figure}\n{said}");
        }
        for week in 1..=WEEKS {
            let head = format!("Week {week}: ");
            let sentence = described.weeks.iter().find(|line| line.starts_with(&head));
            for (id, word) in [("retention", "retention "), ("progress", ""), ("readiness", "readiness ")] {
                let figure = drawn.text(&format!("{id}-{week}"));
                let told = sentence.is_some_and(|line| line.contains(&format!("{word}{figure}%")));
                assert!(told || ["–", "0", "(none)"].contains(&figure), "{id} {week} {figure}\n{sentence:?}");
            }
        }
        for name in ["firm", "met", "all"] {
            let text = drawn.text(&format!("cards-{name}"));
            let number = text.split(' ').next().unwrap();
            assert!(text == "(none)" || lines["Progress"].contains(number), "{text}\n{said}");
        }
        let [days, weeks] = draw(&stats, Theme::Light).map(|drawing| drawing.caption);
        assert!(days.contains(&figures::plural(stats.streak.into(), "day")), "{days}");
        assert!(weeks.contains(drawn.text("headline-2")), "{weeks}");
    }
}

#[test]
fn telegram_takes_the_pictures() {
    for stats in [new_learner(), learner(), crammer()] {
        for theme in [Theme::Light, Theme::Dark] {
            for drawing in draw(&stats, theme) {
                let png = raster(&drawing.svg).unwrap();
                assert!(png.starts_with(b"\x89PNG"));
                let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
                assert_eq!(side(16), 1080);
                assert!((400..=1280).contains(&side(20)), "{}", side(20));
                assert!(png.len() < 400_000, "{} bytes", png.len());
                assert!(drawing.svg.len() < 100_000, "{} bytes wait in the outbox", drawing.svg.len());
                assert!(drawing.caption.len() < 200, "{}", drawing.caption);
            }
        }
    }
}

#[test]
fn texts_keep_their_places() {
    let mut scarce = learner();
    scarce.forecast = [0; FORECAST_DAYS];
    scarce.forecast[29] = 1;
    for stats in [new_learner(), learner(), crammer(), scarce] {
        read(&stats, Theme::Light).check_places();
        read(&stats, Theme::Dark).check_places();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_keep_their_places_whatever_the_figures(stats in stats(300_000, 719_163..767_009)) {
        let drawn = read(&stats, Theme::Light);
        drawn.check_places();
        prop_assert!(drawn.heights.iter().all(|height| *height <= 1280.0), "{:?}", drawn.heights);
    }

    #[test]
    fn any_stats_are_readable_svg(stats in stats(u32::MAX, -95_745_000..95_745_000)) {
        read(&stats, Theme::Dark);
        let said = describe(&stats);
        prop_assert!(said.lines.iter().all(|(title, line)| !title.is_empty() && !line.is_empty()));
        prop_assert!(said.weeks.len() <= WEEKS);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_stats_can_be_drawn(stats in stats(u32::MAX, -95_745_000..95_745_000)) {
        for drawing in draw(&stats, Theme::Dark) {
            prop_assert!(raster(&drawing.svg).unwrap().len() < 400_000);
        }
    }
}

#[test]
fn the_calendars_ends_are_no_trouble() {
    for today in [NaiveDate::MIN, NaiveDate::MAX] {
        let stats = Stats { today, interview: Some(today), ..learner() };
        read(&stats, Theme::Light);
        read(&Stats { interview: Some(NaiveDate::MAX), reviews: vec![(today, 1)], ..stats }, Theme::Light);
    }
}
