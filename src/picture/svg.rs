//! The little of SVG that the picture needs, written as text.

use std::fmt::Write as _;

/// How large and how heavy a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Face {
    /// In pixels.
    pub(super) size: u16,
    /// 400 or 600: these fonts we have.
    pub(super) weight: u16,
}

/// The part of a text that stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Where and how a text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub(super) x: f64,
    /// The base line.
    pub(super) y: f64,
    pub(super) anchor: Anchor,
    pub(super) face: Face,
    pub(super) colour: &'static str,
}

/// A rectangle, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    /// The lowest `share` of it, 0.0 to 1.0, and at least `least` pixels high.
    pub(super) fn lower(self, share: f64, least: f64) -> Self {
        let height = (self.height * share).max(least).min(self.height);
        Self { y: self.y + self.height - height, height, ..self }
    }

    /// What is left when `by` pixels go on each side.
    pub(super) fn inset(self, by: f64) -> Self {
        Self {
            x: self.x + by,
            y: self.y + by,
            width: (self.width - 2.0 * by).max(0.0),
            height: (self.height - 2.0 * by).max(0.0),
        }
    }
}

/// How a rectangle is painted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Paint {
    Fill(&'static str),
    /// An outline of three pixels, inside the rectangle.
    Outline(&'static str),
}

/// A drawing that grows.
#[derive(Debug, Default)]
pub(super) struct Svg {
    body: String,
}

impl Svg {
    /// A rectangle whose corners have this radius.
    pub(super) fn rect(&mut self, id: &str, area: Area, radius: f64, paint: Paint) {
        let (area, paint) = match paint {
            Paint::Fill(colour) => (area, format!(r#"fill="{}""#, escape(colour))),
            Paint::Outline(colour) => {
                (area.inset(1.5), format!(r#"fill="none" stroke="{}" stroke-width="3""#, escape(colour)))
            }
        };
        let _ = writeln!(
            self.body,
            r#"<rect id="{}" x="{}" y="{}" width="{}" height="{}" rx="{}" {paint}/>"#,
            escape(id),
            number(area.x),
            number(area.y),
            number(area.width),
            number(area.height),
            number(radius.min(area.height / 2.0)),
        );
    }

    /// A straight line of the given width.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, colour: &str) {
        let _ = writeln!(
            self.body,
            r#"<path d="M{} {}L{} {}" stroke="{}" stroke-width="{}"/>"#,
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1),
            escape(colour),
            number(width),
        );
    }

    /// One line of text.
    pub(super) fn text(&mut self, id: &str, label: Label, text: &str) {
        let anchor = match label.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = writeln!(
            self.body,
            r#"<text id="{}" x="{}" y="{}" text-anchor="{anchor}" font-size="{}" font-weight="{}" fill="{}">{}</text>"#,
            escape(id),
            number(label.x),
            number(label.y),
            label.face.size,
            label.face.weight,
            escape(label.colour),
            escape(text),
        );
    }

    /// The whole document, of this size in pixels and with this background.
    pub(super) fn finish(self, width: f64, height: f64, paper: &str) -> String {
        let (width, height) = (number(width), number(height));
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" font-family="Inter">"#,
                "\n",
                r#"<path d="M0 0H{}V{}H0Z" fill="{}"/>"#,
                "\n{}</svg>\n"
            ),
            width,
            height,
            width,
            height,
            escape(paper),
            self.body
        )
    }
}

/// A coordinate, to a hundredth of a pixel. What isn't finite becomes 0, since SVG knows no other.
fn number(value: f64) -> String {
    let value = if value.is_finite() { (value * 100.0).round() / 100.0 } else { 0.0 };
    value.to_string()
}

/// The text with the signs escaped that mean something in XML. Control characters, which XML can't hold,
/// become spaces.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            sign if sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_xml_reads() {
        assert_eq!(escape(r#"a<b & "c">'d'"#), "a&lt;b &amp; &quot;c&quot;&gt;&apos;d&apos;");
        assert_eq!(escape("a\u{0}b\nc\u{ffff}"), "a b c ");
    }

    #[test]
    fn numbers_are_short_and_finite() {
        for (value, text) in
            [(1.0, "1"), (0.125, "0.13"), (-2.5, "-2.5"), (f64::NAN, "0"), (f64::INFINITY, "0")]
        {
            assert_eq!(number(value), text);
        }
    }
}
