//! A picture's page: its measures, its type, and what all panels have in common.

use super::Stats;
use super::figures;
use super::svg::{Anchor, Area, Face, Label, Paint, Svg};
use super::theme::Palette;

/// The picture's width.
pub(super) const WIDTH: f64 = 1080.0;

/// What stays free on the left and on the right.
pub(super) const MARGIN: f64 = 48.0;

/// The width of what is drawn: divisible by 12 weeks, and by 53 weeks after 30 pixels for the days' letters.
pub(super) const CONTENT: f64 = WIDTH - 2.0 * MARGIN;

/// From the last line of a panel to the next panel's rule, and from the rule to the next title's base line.
const ABOVE_RULE: f64 = 40.0;
const BELOW_RULE: f64 = 64.0;

/// The base line of the title of a panel that begins the page.
const FIRST_TITLE: f64 = 82.0;

const FIGURE: Face = Face { size: 68, weight: 600 };
const TITLE: Face = Face { size: 38, weight: 600 };
const BODY: Face = Face { size: 30, weight: 400 };
const SMALL: Face = Face { size: 28, weight: 400 };
const VALUE: Face = Face { size: 28, weight: 600 };

/// The roles that type has in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Figure,
    Title,
    /// A sentence.
    Body,
    /// An axis or a legend.
    Small,
    /// The figure of a bar.
    Value,
}

/// A page that grows downwards, panel by panel.
#[derive(Debug)]
pub(super) struct Page {
    svg: Svg,
    /// The colours.
    pub(super) palette: &'static Palette,
    /// The base line of the last line of text.
    pub(super) y: f64,
}

impl Page {
    pub(super) fn new(palette: &'static Palette) -> Self {
        Self { svg: Svg::default(), palette, y: 0.0 }
    }

    /// The large figures at the top.
    pub(super) fn headline(&mut self, stats: &Stats) {
        let all = figures::headline(stats);
        let mut x = MARGIN;
        for (place, headline) in all.iter().enumerate() {
            self.text(
                &format!("headline-{place}-label"),
                (x, 82.0),
                Anchor::Start,
                Role::Body,
                headline.label,
            );
            self.text(
                &format!("headline-{place}"),
                (x, 160.0),
                Anchor::Start,
                Role::Figure,
                &headline.figure,
            );
            self.text(
                &format!("headline-{place}-note"),
                (x, 208.0),
                Anchor::Start,
                Role::Small,
                &headline.note,
            );
            // Four or three columns.
            x += if all.len() > 3 { CONTENT / 4.0 } else { CONTENT / 3.0 };
        }
        self.y = 208.0;
    }

    /// Begins a panel: its title, and its main figures in a line below. A rule parts it from what is above.
    pub(super) fn panel(&mut self, id: &str, title: &str, line: &str) {
        if self.y > 0.0 {
            self.y += ABOVE_RULE;
            self.rule(MARGIN, WIDTH - MARGIN, self.y);
            self.y += BELOW_RULE;
        } else {
            self.y = FIRST_TITLE;
        }
        self.text(&format!("{id}-title"), (MARGIN, self.y), Anchor::Start, Role::Title, title);
        self.y += 48.0;
        self.text(&format!("{id}-line"), (MARGIN, self.y), Anchor::Start, Role::Body, line);
    }

    /// Text at a place on its base line.
    pub(super) fn text(&mut self, id: &str, (x, y): (f64, f64), anchor: Anchor, role: Role, text: &str) {
        let (face, colour) = match role {
            Role::Figure => (FIGURE, self.palette.ink),
            Role::Title => (TITLE, self.palette.ink),
            Role::Value => (VALUE, self.palette.ink),
            Role::Body => (BODY, self.palette.quiet),
            Role::Small => (SMALL, self.palette.quiet),
        };
        self.svg.text(id, Label { x, y, anchor, face, colour }, text);
    }

    /// A box of data with slightly rounded corners.
    pub(super) fn rect(&mut self, id: &str, area: Area, radius: f64, paint: Paint) {
        self.svg.rect(id, area, radius, paint);
    }

    /// A horizontal hairline.
    pub(super) fn rule(&mut self, from: f64, to: f64, y: f64) {
        self.svg.line((from, y), (to, y), 2.0, self.palette.rule);
    }

    /// A vertical hairline.
    pub(super) fn upright(&mut self, x: f64, from: f64, to: f64) {
        self.svg.line((x, from), (x, to), 2.0, self.palette.rule);
    }

    /// A slanted gap of the background's colour through a bar: it goes on beyond what is drawn.
    pub(super) fn gap(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.svg.line(from, to, 7.0, self.palette.paper);
    }

    /// A sample of a colour and what it means, at `x` on the line.
    pub(super) fn sample(&mut self, id: &str, x: f64, paint: Paint, text: &str) {
        let area = Area { x, y: self.y - 22.0, width: 24.0, height: 24.0 };
        self.rect(&format!("{id}-sample"), area, 5.0, paint);
        self.text(id, (x + 36.0, self.y), Anchor::Start, Role::Small, text);
    }

    /// The whole page as SVG.
    pub(super) fn finish(self) -> String {
        self.svg.finish(WIDTH, self.y + MARGIN, self.palette.paper)
    }
}
