//! Colours.
//!
//! One hue in five steps of lightness carries all data, so that nothing depends on telling hues apart.

/// The surroundings the picture is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark type on white.
    Light,
    /// Light type on near black.
    Dark,
}

/// The colours of a theme, as `#rrggbb`.
#[derive(Debug)]
pub(super) struct Palette {
    /// The background.
    pub(super) paper: &'static str,
    /// Titles and values.
    pub(super) ink: &'static str,
    /// Explanations and axes.
    pub(super) quiet: &'static str,
    /// Hairlines.
    pub(super) rule: &'static str,
    /// Data, from nothing to most: each stands out more from the background than the one before.
    pub(super) steps: [&'static str; 5],
}

impl Palette {
    /// What could be filled but isn't.
    pub(super) const fn empty(&self) -> &'static str {
        self.steps[0]
    }

    /// The lesser of two kinds of data.
    pub(super) const fn soft(&self) -> &'static str {
        self.steps[2]
    }

    /// Data.
    pub(super) const fn accent(&self) -> &'static str {
        self.steps[3]
    }

    /// The greater of two kinds of data.
    pub(super) const fn strong(&self) -> &'static str {
        self.steps[4]
    }
}

impl Theme {
    pub(super) const fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }
}

static LIGHT: Palette = Palette {
    paper: "#ffffff",
    ink: "#1b2028",
    quiet: "#5a6472",
    rule: "#dfe4ea",
    steps: ["#e9edf2", "#b3d4f5", "#69aeea", "#2779cf", "#0b4285"],
};

static DARK: Palette = Palette {
    paper: "#11161d",
    ink: "#eef2f6",
    quiet: "#9aa6b4",
    rule: "#2a323d",
    steps: ["#222a35", "#1f5187", "#2e73bd", "#4f9fe8", "#b4daff"],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The relative luminance of a colour, as WCAG 2 defines it.
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn colours_are_legible_and_differ_in_lightness() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        for theme in [Theme::Light, Theme::Dark] {
            let palette = theme.palette();
            for text in [palette.ink, palette.quiet] {
                assert!(contrast(text, palette.paper) >= 4.5, "{theme:?} {text}");
            }
            for data in [palette.accent(), palette.strong()] {
                assert!(contrast(data, palette.paper) >= 3.0, "{theme:?} {data}");
                assert!(contrast(data, palette.empty()) >= 3.0, "{theme:?} {data} in an empty bar");
            }
            assert!(contrast(palette.soft(), palette.strong()) >= 3.0, "{theme:?}: met and firm");
            let from_paper: Vec<f64> =
                palette.steps.iter().map(|step| contrast(step, palette.paper)).collect();
            assert!(from_paper.windows(2).all(|pair| pair[1] > pair[0] * 1.3), "{theme:?} {from_paper:?}");
        }
    }
}
