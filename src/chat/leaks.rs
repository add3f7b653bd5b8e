//! Source that shows: dollar signs, LaTeX commands, Markdown marks or HTML tags that a reader would see.
//! A test over every card and every screen asks for an empty list.

use super::screen::{Block, Screen};
use super::walk::{Ink, Mark, walk};

/// What shows in a text that holds no code, each with a little of what follows it. A dollar sign before a
/// digit is money, `a < b` is no tag.
pub fn visible_leaks(text: &str) -> Vec<String> {
    text.char_indices()
        .filter(|(at, _)| is_leak(&text[*at..]))
        .map(|(at, _)| text[at..].chars().take(16).collect())
        .collect()
}

fn is_leak(rest: &str) -> bool {
    let mut chars = rest.chars();
    let first = chars.next();
    let second = chars.next();
    match (first, second) {
        (Some('$'), next) => !next.is_some_and(|c| c.is_ascii_digit()),
        (Some('\\'), Some(next)) => {
            next.is_ascii_alphabetic() || matches!(next, '(' | ')' | '[' | ']' | '{' | '}')
        }
        (Some('*'), Some('*')) | (Some('~'), Some('~')) | (Some('^' | '_'), Some('{')) => true,
        (Some('`'), _) => true,
        (Some('<'), Some(next)) => {
            (next.is_ascii_alphabetic() || matches!(next, '/' | '!'))
                && rest[1..].split('<').next().is_some_and(|tag| tag.contains('>'))
        }
        _ => false,
    }
}

/// What shows of a screen outside code, in any rendering: all share one walk over the same words.
pub fn of_screen(screen: &Screen) -> Vec<String> {
    let mut prose = Prose { text: String::new(), code: 0 };
    walk(&screen.blocks, &mut prose);
    visible_leaks(&prose.text)
}

/// What shows of a message in Telegram's HTML, outside `<code>` and `<pre>`.
pub fn of_html(html: &str) -> Vec<String> {
    let mut text = String::new();
    let mut code = 0_usize;
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        if code == 0 {
            text.push_str(before);
        }
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        if tag == "pre" || tag == "code" || tag.starts_with("code ") {
            code += 1;
            text.push('\u{FFFC}');
        } else if tag == "/pre" || tag == "/code" {
            code = code.saturating_sub(1);
        }
        rest = after;
    }
    if code == 0 {
        text.push_str(rest);
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    visible_leaks(&text)
}

/// Collects the words outside code.
struct Prose {
    text: String,
    code: usize,
}

impl Ink for Prose {
    fn text(&mut self, text: &str) {
        if self.code == 0 {
            self.text.push_str(text);
        }
    }

    fn open(&mut self, mark: Mark<'_>) {
        if matches!(mark, Mark::Code | Mark::Pre(_)) {
            // Something must stand there, or the characters around the code would meet.
            self.text.push('\u{FFFC}');
            self.code += 1;
        }
    }

    fn close(&mut self, mark: Mark<'_>) {
        if matches!(mark, Mark::Code | Mark::Pre(_)) {
            self.code -= 1;
        }
    }

    fn margin(&self, _: Mark<'_>) -> &'static str {
        ""
    }

    fn line_feeds(&self, _: &Block) -> usize {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_shows_and_prose_does_not() {
        for text in
            ["$x$", r"a \frac b", "**bold**", "~~x~~", "<b>x", "</i>", "`x`", "x_{i}", r"\(x\)", "<!-- x -->"]
        {
            assert!(!visible_leaks(text).is_empty(), "{text}");
        }
        for text in
            ["costs $5", "a < b and c > d", "2 * 3", "C:\\ ", "snake_case", "~3", "x < y", "{x | x > 0}"]
        {
            assert_eq!(visible_leaks(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn code_may_hold_anything() {
        assert!(
            of_html("<code>$x$</code> and <pre><code class=\"language-python\">a**b</code></pre>").is_empty()
        );
        assert!(!of_html("&lt;b&gt; <code>x</code>").is_empty());
    }
}
