//! Screens as messages in Telegram's HTML mode, for servers and clients without rich messages. Formulas are
//! one line of Unicode.

use super::screen::{Block, Screen};
use super::split;
use super::walk::{Ink, Mark, walk};

/// Longest message in UTF-16 units, tags not counted, an entity counted as its character.
pub const MAX_UNITS: usize = 4096;

/// The screen as messages of at most [`MAX_UNITS`], split between blocks, else lines, else words, else
/// characters. A screen without a visible character has no messages: Telegram refuses empty ones.
pub fn messages(screen: &Screen) -> Vec<String> {
    split::parts(&screen.blocks, &|blocks| render(blocks).units <= MAX_UNITS)
        .iter()
        .map(|blocks| render(blocks))
        .filter(|page| page.visible)
        .map(|page| page.html)
        .collect()
}

/// Escapes text for element content and attribute values.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

fn render(blocks: &[Block]) -> Page {
    let mut page = Page::default();
    walk(blocks, &mut page);
    page
}

/// A message as it is written.
#[derive(Default)]
struct Page {
    html: String,
    /// Length of the visible text in UTF-16 units.
    units: usize,
    visible: bool,
    /// Telegram knows no quotation inside a quotation: only the outer one is marked.
    quotes: usize,
}

impl Page {
    fn quote(&mut self, tag: &str, opens: bool) {
        if !opens {
            self.quotes -= 1;
        }
        if self.quotes == 0 {
            self.html.push_str(tag);
        }
        if opens {
            self.quotes += 1;
        }
    }
}

impl Ink for Page {
    fn text(&mut self, text: &str) {
        self.units += text.encode_utf16().count();
        self.visible |= !text.trim().is_empty();
        self.html.push_str(&escape(text));
    }

    fn open(&mut self, mark: Mark<'_>) {
        match mark {
            Mark::Bold => self.html.push_str("<b>"),
            Mark::Italic => self.html.push_str("<i>"),
            Mark::Strike => self.html.push_str("<s>"),
            Mark::Code => self.html.push_str("<code>"),
            Mark::Pre(Some(language)) => {
                self.html.push_str(&format!("<pre><code class=\"language-{}\">", escape(language)));
            }
            Mark::Pre(None) => self.html.push_str("<pre>"),
            Mark::Link(url) => self.html.push_str(&format!("<a href=\"{}\">", escape(url))),
            Mark::Quote => self.quote("<blockquote>", true),
            Mark::Details => self.quote("<blockquote expandable>", true),
        }
    }

    fn close(&mut self, mark: Mark<'_>) {
        match mark {
            Mark::Bold => self.html.push_str("</b>"),
            Mark::Italic => self.html.push_str("</i>"),
            Mark::Strike => self.html.push_str("</s>"),
            Mark::Code => self.html.push_str("</code>"),
            Mark::Pre(Some(_)) => self.html.push_str("</code></pre>"),
            Mark::Pre(None) => self.html.push_str("</pre>"),
            Mark::Link(_) => self.html.push_str("</a>"),
            Mark::Quote | Mark::Details => self.quote("</blockquote>", false),
        }
    }

    fn margin(&self, _: Mark<'_>) -> &'static str {
        ""
    }

    fn line_feeds(&self, before: &Block) -> usize {
        if matches!(before, Block::Heading(_)) { 1 } else { 2 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chat::markdown;
    use crate::chat::samples::{self, difference, read};
    use crate::chat::screen::{Item, Rich, Span};

    fn html(blocks: Vec<Block>) -> String {
        let pages = messages(&Screen { blocks, buttons: Vec::new() });
        assert_eq!(pages.len(), 1, "{pages:?}");
        pages.into_iter().next().unwrap_or_default()
    }

    /// Reads a message as Telegram does: its text, or what is wrong with its tags.
    fn parse(html: &str) -> Result<String, String> {
        const TAGS: &[&str] = &["b", "i", "s", "code", "pre", "a", "blockquote"];
        let (mut text, mut open, mut rest) = (String::new(), Vec::new(), html);
        while let Some(at) = rest.find(['<', '&', '>', '"']) {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            let entities = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')];
            if let Some((entity, c)) = entities.iter().find(|(entity, _)| rest.starts_with(entity)) {
                text.push(*c);
                rest = &rest[entity.len()..];
                continue;
            }
            let (tag, after) = rest
                .strip_prefix('<')
                .and_then(|rest| rest.split_once('>'))
                .ok_or(format!("bare sign: {rest}"))?;
            if let Some(name) = tag.strip_prefix('/') {
                if open.pop() != Some(name) {
                    return Err(format!("closes {name}"));
                }
            } else {
                let name = tag.split(' ').next().unwrap_or_default();
                if !TAGS.contains(&name) || name == "blockquote" && open.contains(&name) {
                    return Err(format!("unknown or nested {name}"));
                }
                open.push(name);
            }
            rest = after;
        }
        text.push_str(rest);
        if open.is_empty() { Ok(text) } else { Err(format!("open: {open:?}")) }
    }

    #[test]
    fn blocks_look_like_this() {
        let cases: Vec<(&str, Block, &str)> = vec![
            ("heading", Block::heading("A < B"), "<b>A &lt; B</b>"),
            ("formula", Block::Formula(r"\frac{a}{b}".to_owned()), "a/b"),
            (
                "code",
                Block::Code { language: Some("python".to_owned()), text: "a < b".to_owned() },
                "<pre><code class=\"language-python\">a &lt; b</code></pre>",
            ),
            ("code without language", Block::Code { language: None, text: "x".to_owned() }, "<pre>x</pre>"),
            (
                "tasks",
                Block::List {
                    ordered: false,
                    items: vec![
                        Item { blocks: vec![Block::paragraph("a")], checked: Some(true) },
                        Item { blocks: vec![Block::paragraph("b")], checked: Some(false) },
                        Item { blocks: vec![Block::paragraph("c")], checked: None },
                    ],
                },
                "☑ a\n☐ b\n• c",
            ),
            (
                "numbers",
                Block::List {
                    ordered: true,
                    items: vec![Item {
                        blocks: vec![Block::paragraph("a"), Block::paragraph("b")],
                        checked: None,
                    }],
                },
                "1. a\n   b",
            ),
            (
                "details",
                Block::Details { summary: Rich::from("Why"), blocks: vec![Block::paragraph("x")] },
                "<blockquote expandable>▸ <b>Why</b>\nx</blockquote>",
            ),
            ("footer", Block::footer("w"), "<i>w</i>"),
            ("divider", Block::Divider, "────────"),
            (
                "link",
                Block::paragraph(vec![Span::Link {
                    text: "t".into(),
                    url: "https://a.b/?x=1&y=\"".to_owned(),
                }]),
                "<a href=\"https://a.b/?x=1&amp;y=&quot;\">t</a>",
            ),
        ];
        for (name, block, expected) in cases {
            assert_eq!(html(vec![block]), expected, "{name}");
        }
    }

    #[test]
    fn an_author_s_tag_stands_as_typed() {
        assert_eq!(html(markdown::blocks("The <b> tag & co")), "The &lt;b&gt; tag &amp; co");
    }

    #[test]
    fn long_text_is_cut_between_words() {
        let text = "word ".repeat(2000);
        let pages = messages(&Screen::line(text.trim_end()));
        assert_eq!(pages.len(), 3);
        assert!(pages.iter().all(|page| page.starts_with("word") && page.trim_end().ends_with("word")));
    }

    #[test]
    fn code_is_cut_between_lines() {
        let text = (0..900).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n");
        let pages = messages(&Screen::default().block(Block::Code { language: None, text: text.clone() }));
        assert!(pages.len() > 1);
        let joined: Vec<&str> = pages
            .iter()
            .filter_map(|page| page.strip_prefix("<pre>").and_then(|page| page.strip_suffix("</pre>")))
            .collect();
        assert_eq!(joined.join("\n"), text);
    }

    #[test]
    fn numbers_go_on_after_a_cut() {
        let items = (0..40)
            .map(|_| Item { blocks: vec![Block::paragraph("x".repeat(200))], checked: None })
            .collect::<Vec<_>>();
        let pages = messages(&Screen::default().block(Block::List { ordered: true, items }));
        let all = pages.join("\n");
        assert!(pages.len() > 1);
        for number in 1..=40 {
            assert!(all.contains(&format!("{number}. x")), "{number}");
        }
    }

    #[test]
    fn a_heading_goes_with_its_text() {
        let screen = Screen::line("a".repeat(4000))
            .block(Block::heading("H"))
            .block(Block::paragraph("b".repeat(200)));
        let pages = messages(&screen);
        assert_eq!(pages.len(), 2);
        assert!(pages[1].starts_with("<b>H</b>"));
    }

    #[test]
    fn an_empty_screen_has_no_message() {
        assert_eq!(messages(&Screen::default()), Vec::<String>::new());
        assert_eq!(messages(&Screen::line(" \n")), Vec::<String>::new());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn messages_are_well_formed_short_and_complete(screen in samples::screen()) {
            let mut all = String::new();
            for page in messages(&screen) {
                let text = parse(&page).map_err(|error| TestCaseError::fail(format!("{error}: {page}")))?;
                prop_assert!(text.encode_utf16().count() <= MAX_UNITS);
                prop_assert!(!text.trim().is_empty());
                prop_assert!(!text.starts_with(['\u{301}', '\u{200D}']), "cut inside a character: {text}");
                all.push_str(&text);
            }
            let whole = parse(&render(&screen.blocks).html).map_err(TestCaseError::fail)?;
            prop_assert_eq!(difference(&read(&all), &read(&whole)), None);
        }
    }
}
