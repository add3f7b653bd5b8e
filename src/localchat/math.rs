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
    let storage = Storage::new();
    let events: Result<Vec<Event<'_>>, ParserError> = Parser::new(source, &storage).collect();
    let Ok(events) = events else { return broken(source) };
    let mut html = String::new();
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let events = events.into_iter().map(|event| Ok::<_, ParserError>(harmless(event)));
    if push_mathml(&mut html, events, config).is_err() {
        return broken(source);
    }
    // A lone `<` is a relation sign; the renderer writes it as it is.
    let html = html.replace("><</", ">&lt;</");
    // A label for readers of the screen that do not know MathML, and for tests.
    html.replacen("<math", &format!("<math data-source=\"{}\"", escape(source)), 1)
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
