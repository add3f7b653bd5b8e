//! For the tests: learners, random stats, and what usvg reads in a picture.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use resvg::usvg::{self, Rect};

use super::page::{MARGIN, WIDTH};
use super::raster::tree;
use super::{FORECAST_DAYS, Progress, Readiness, Share, Stats, Theme, WEEKS, draw};

/// What stands in the pictures, by its id, as usvg reads it.
#[derive(Default)]
pub(super) struct Drawn {
    pub(super) heights: Vec<f32>,
    /// The picture that an id stands in.
    places: BTreeMap<String, usize>,
    texts: BTreeMap<String, (String, Rect)>,
    pub(super) boxes: BTreeMap<String, (Rect, String)>,
}

pub(super) fn read(stats: &Stats, theme: Theme) -> Drawn {
    let mut drawn = Drawn::default();
    for drawing in draw(stats, theme) {
        drawn.read(&tree(&drawing.svg).unwrap());
    }
    drawn
}

impl Drawn {
    fn read(&mut self, tree: &usvg::Tree) {
        self.heights.push(tree.size().height());
        assert_eq!(f64::from(tree.size().width()), WIDTH);
        for node in tree.root().children() {
            match node {
                usvg::Node::Text(text) => {
                    let words = text.chunks().iter().map(|chunk| chunk.text()).collect::<String>();
                    for span in text.chunks().iter().flat_map(|chunk| chunk.spans()) {
                        assert!(span.font_size().get() >= 28.0, "too small to read on a phone: {words}");
                    }
                    let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                    assert!(glyphs.clone().count() > 0, "not drawn: {words}");
                    assert!(glyphs.clone().all(|glyph| glyph.id.0 != 0), "a sign the font lacks: {words}");
                    let outline = text.flattened().abs_bounding_box();
                    self.places.insert(text.id().to_owned(), self.heights.len() - 1);
                    let before = self.texts.insert(text.id().to_owned(), (words, outline));
                    assert!(before.is_none(), "{} twice", text.id());
                }
                usvg::Node::Path(path) if !path.id().is_empty() => {
                    let (kind, paint) = match (path.fill(), path.stroke()) {
                        (Some(fill), _) => ("", fill.paint()),
                        (None, Some(stroke)) => ("outline ", stroke.paint()),
                        (None, None) => panic!("{} isn't painted", path.id()),
                    };
                    let usvg::Paint::Color(colour) = paint else { panic!("{paint:?}") };
                    let colour = format!("{kind}#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
                    self.places.insert(path.id().to_owned(), self.heights.len() - 1);
                    let before =
                        self.boxes.insert(path.id().to_owned(), (path.abs_stroke_bounding_box(), colour));
                    assert!(before.is_none(), "{} twice", path.id());
                }
                usvg::Node::Path(_) => {}
                other => panic!("not a text or a path: {other:?}"),
            }
        }
    }

    pub(super) fn text(&self, id: &str) -> &str {
        self.texts.get(id).map_or("(none)", |(text, _)| text)
    }

    /// The height of a part of a week's bar, in hundredths of the whole bar.
    pub(super) fn hundredths(&self, id: &str, part: &str) -> f32 {
        let height =
            |part: &str| self.boxes.get(&format!("{id}-{part}")).map_or(0.0, |(area, _)| area.height());
        100.0 * height(part) / height("whole")
    }

    /// Every text inside its picture, and none over another or over a bar, a square or a sample.
    pub(super) fn check_places(&self) {
        let texts: Vec<_> = self.texts.iter().map(|(id, (_, area))| (id, area)).collect();
        let boxes: Vec<_> = self.boxes.iter().map(|(id, (area, _))| (id, area)).collect();
        for (place, (id, area)) in texts.iter().enumerate() {
            let inside = f64::from(area.left()) >= MARGIN - 2.0
                && f64::from(area.right()) <= WIDTH - MARGIN / 2.0
                && area.top() >= 0.0
                && area.bottom() <= self.heights[self.places[*id]];
            assert!(inside, "{id} leaves the picture: {area:?}");
            let beside = texts[..place].iter().chain(&boxes);
            for (other, there) in beside.filter(|(other, _)| self.places[*other] == self.places[*id]) {
                let apart = area.left() >= there.right() + 4.0
                    || there.left() >= area.right() + 4.0
                    || area.top() >= there.bottom() + 4.0
                    || there.top() >= area.bottom() + 4.0;
                assert!(apart, "{id} and {other} touch: {area:?} {there:?}");
            }
        }
        for (id, (area, _)) in &self.boxes {
            let inside = f64::from(area.left()) >= MARGIN && f64::from(area.right()) <= WIDTH - MARGIN;
            assert!(
                inside && area.bottom() <= self.heights[self.places[id]],
                "{id} leaves the picture: {area:?}"
            );
        }
    }
}

pub(super) fn on(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub(super) fn new_learner() -> Stats {
    let today = on(2026, 11, 23);
    Stats {
        today,
        streak: 0,
        longest: 0,
        freezes: 0,
        reviews: vec![],
        retention: [Share::default(); WEEKS],
        forecast: [0; FORECAST_DAYS],
        progress: [Progress { met: 0, firm: 0, cards: 70 }; WEEKS],
        readiness: Readiness { overall: 0.0, stopped: 0.0, weeks: [0.0; WEEKS], on: today },
        interview: None,
    }
}

pub(super) fn learner() -> Stats {
    let mut stats = new_learner();
    let interview = on(2027, 1, 15);
    stats.streak = 12;
    stats.longest = 1031;
    stats.freezes = 1;
    stats.reviews = (0..400).map(|back| (stats.today - Days::new(back), back as u32 % 97)).rev().collect();
    stats.retention[0] = Share { recalled: 233, asked: 251 };
    stats.retention[4] = Share { recalled: 999, asked: 1000 };
    stats.retention[6] = Share { recalled: 11, asked: 14 };
    stats.forecast = std::array::from_fn(|day| 40 - day as u32);
    stats.progress[0] = Progress { met: 70, firm: 35, cards: 70 };
    stats.progress[11] = Progress { met: 7, firm: 0, cards: 70 };
    stats.readiness.weeks = std::array::from_fn(|week| 0.97 - week as f64 / 12.0);
    stats.readiness.overall = 0.512;
    stats.readiness.stopped = 0.386;
    stats.readiness.on = interview;
    stats.interview = Some(interview);
    stats
}

/// Another learner: three weeks ago the year turned, one day is huge, the interview is tomorrow.
pub(super) fn crammer() -> Stats {
    let mut stats = learner();
    stats.today = on(2027, 1, 14);
    stats.reviews = (0..371).map(|back| (stats.today - Days::new(back), 300)).collect();
    stats.forecast = [5; FORECAST_DAYS];
    stats.forecast[0] = 500;
    stats.forecast[29] = 12_345;
    stats.progress = [Progress { met: 70, firm: 70, cards: 70 }; WEEKS];
    stats.readiness.weeks[3] = f64::NAN;
    stats
}

/// Numbers of every size, the small ones most often.
fn number(most: u32) -> BoxedStrategy<u32> {
    prop_oneof![3 => 0..=most.min(5), 3 => 0..=most.min(500), 1 => 0..=most].boxed()
}

fn share() -> BoxedStrategy<f64> {
    prop_oneof![4 => 0.0..=1.0, 1 => Just(0.0), 1 => Just(1.0), 1 => any::<f64>()].boxed()
}

/// On the heap: an array of strategies overflows a test's stack when it isn't optimised.
fn twelve<T: Clone + std::fmt::Debug + 'static>(one: BoxedStrategy<T>) -> BoxedStrategy<[T; WEEKS]> {
    prop::collection::vec(one, WEEKS).prop_map(|all| all.try_into().unwrap()).boxed()
}

prop_compose! {
    /// Stats whose figures go up to `most` and whose dates lie within `days` of the common era.
    pub(super) fn stats(most: u32, days: std::ops::Range<i32>)(
        today in days.clone().prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap()),
        figures in [number(most), number(most), number(most)],
        reviews in prop::collection::vec((-10..420_i64, number(most)), 0..200),
        retention in twelve((number(most), number(most)).boxed()),
        forecast in prop::collection::vec(number(most), FORECAST_DAYS),
        progress in twelve([number(most), number(most), number(most)].boxed()),
        (overall, stopped, shares) in (share(), share(), twelve(share())),
        interview in prop::option::of(-5..400_i64),
        some in any::<[bool; 4]>(),
    ) -> Stats {
        let day = |ahead: i64| today.checked_add_signed(chrono::TimeDelta::days(ahead)).unwrap_or(today);
        let [streak, longest, freezes] = figures;
        let interview = interview.map(day);
        let none = new_learner();
        Stats {
            today,
            streak,
            longest,
            freezes,
            reviews: if some[0] { reviews.into_iter().map(|(back, count)| (day(-back), count)).collect() } else { vec![] },
            retention: if some[1] { retention.map(|(recalled, asked)| Share { recalled, asked }) } else { none.retention },
            forecast: if some[2] { forecast.try_into().unwrap() } else { none.forecast },
            progress: if some[3] { progress.map(|[firm, met, cards]| Progress { met, firm, cards }) } else { none.progress },
            readiness: Readiness { overall, stopped, weeks: shares, on: interview.unwrap_or(today) },
            interview,
        }
    }
}
