//! LaTeX to MathML, which every current browser lays out by itself.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::event::Content;
use pulldown_latex::{Event, Parser, ParserError, Storage, push_mathml};

use super::render::escape;

/// A formula on a line of its own.
pub(super) fn display(source: &str) -> String {
    render(source, DisplayMode::Block)
}

/// A formula within a line.
pub(super) fn inline(source: &str) -> String {
    render(source, DisplayMode::Inline)
}

/// What cannot be rendered is shown as its source, marked as such: the writer of a card should see it.
fn render(source: &str, display_mode: DisplayMode) -> String {
    // The crate can panic on odd spacing commands; one formula must not take the chat down.
    let drawn = std::panic::catch_unwind(|| draw(source, display_mode)).ok().flatten();
    drawn.unwrap_or_else(|| broken(source))
}

fn draw(source: &str, display_mode: DisplayMode) -> Option<String> {
    let storage = Storage::new();
    let events: Result<Vec<Event<'_>>, ParserError> = Parser::new(source, &storage).collect();
    let events = events.ok()?;
    let mut html = String::new();
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let events = events.into_iter().map(|event| Ok::<_, ParserError>(harmless(event)));
    push_mathml(&mut html, events, config).ok()?;
    // A lone `<` is a relation sign; the renderer writes it as it is.
    let html = html.replace("><</", ">&lt;</");
    // A label for readers of the screen that do not know MathML, and for tests.
    Some(mended(&html).replacen("<math", &format!("<math data-source=\"{}\"", escape(source)), 1))
}

/// What the renderer writes that browsers draw badly.
fn mended(html: &str) -> String {
    // The micro sign is upright; the Greek letter is italic as the others are.
    let mut html = html.replace('\u{b5}', "\u{3bc}");
    // "\ " comes as an entity, which may have been escaped once more.
    html = html.replace("&amp;nbsp;", "\u{a0}").replace("&nbsp;", "\u{a0}");
    // A root over a low letter: the bar would touch it.
    let strut = "<mspace width=\"0\" height=\"0.7em\" depth=\"0\"></mspace>";
    html = html.replace("<msqrt><mrow>", &format!("<msqrt><mrow>{strut}"));
    // A space inside a script element makes it invalid: it belongs in front.
    let space = "<mspace width=\"0.1667em\" />";
    for script in ["msub", "msup", "msubsup", "munder", "mover", "munderover"] {
        html = html.replace(&format!("<{script}>{space}"), &format!("{space}<{script}>"));
    }
    html
}

/// The renderer escapes text but not the names of operators, so a name with markup in it is made a text.
fn harmless(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Content(Content::Function(name)) if name.contains(['<', '>', '&']) => {
            Event::Content(Content::Text(name))
        }
        other => other,
    }
}

fn broken(source: &str) -> String {
    format!(
        "<code class=\"broken-formula\" title=\"This formula cannot be rendered\">{}</code>",
        escape(source)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_mathml() {
        let html = display(r"P(A\mid B) = \frac{P(B\mid A)\,P(A)}{P(B)}");
        assert!(html.contains("<mfrac>"), "{html}");
        assert!(html.contains("display=\"block\""), "{html}");
        assert!(!inline("x^2").contains("display=\"block\""));
    }

    #[test]
    fn what_browsers_draw_badly_is_mended() {
        assert!(!inline(r"a,\ b").contains("nbsp"), "{}", inline(r"a,\ b"));
        assert!(inline(r"\mu").contains('\u{3bc}'));
        assert!(
            inline(r"\sqrt{n}").contains("<msqrt><mrow><mspace width=\"0\" height"),
            "{}",
            inline(r"\sqrt{n}")
        );
        for source in [r"2 \log_2 x", r"\gamma \max_{a'} Q", r"3 \sin^2 x"] {
            let html = inline(source);
            for script in ["msub", "msup", "munder", "mover"] {
                assert!(!html.contains(&format!("<{script}><mspace")), "{html}");
            }
        }
    }

    #[test]
    fn a_panic_of_the_renderer_shows_the_source() {
        assert!(inline("\\kern1em\u{a0}x").contains("kern1em"));
    }

    #[test]
    fn markup_in_a_formula_stays_text() {
        let html = display(r"\operatorname{<img src=x onerror=alert(1)>} a < b \& c");
        assert!(html.contains("&lt;img"), "{html}");
        assert!(!html.contains("<img") && !html.contains("><<"), "{html}");
    }

    #[test]
    fn a_broken_formula_shows_its_source() {
        assert!(display(r"\frac{1}{<b>").contains("\\frac{1}{&lt;b&gt;"));
    }
}
