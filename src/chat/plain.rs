//! Screens as plain text, for the terminal and for transcripts of conversations in tests.

use super::screen::{Block, Button, Screen, Style};
use super::walk::{Ink, Mark, walk};

/// The screen's words without its buttons: code in backticks or indented by four, quotations behind `│`,
/// folded text under `▸` and indented by two, a link's address in parentheses, one line feed between blocks.
pub fn text(screen: &Screen) -> String {
    let mut page = Page { out: String::new() };
    walk(&screen.blocks, &mut page);
    page.out
}

/// The buttons, a row a line: `[Again · today !]  [Good · 15 d +]`. The mark at the end stands for the
/// colour: `*` primary, `+` success, `!` danger, none for the client's own.
pub fn buttons(screen: &Screen) -> String {
    let row = |row: &Vec<Button>| row.iter().map(button).collect::<Vec<_>>().join("  ");
    screen.buttons.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn button(button: &Button) -> String {
    let mark = match button.style {
        Style::Plain => "",
        Style::Primary => " *",
        Style::Success => " +",
        Style::Danger => " !",
    };
    format!("[{}{mark}]", button.label)
}

struct Page {
    out: String,
}

impl Ink for Page {
    fn text(&mut self, text: &str) {
        // Empty lines carry no margin, so that transcripts have no spaces at the ends of lines.
        if text == "\n" {
            self.out.truncate(self.out.trim_end_matches(' ').len());
        }
        self.out.push_str(text);
    }

    fn open(&mut self, mark: Mark<'_>) {
        if mark == Mark::Code {
            self.out.push('`');
        }
    }

    fn close(&mut self, mark: Mark<'_>) {
        match mark {
            Mark::Code => self.out.push('`'),
            Mark::Link(url) if !self.out.ends_with(url) => {
                self.out.push_str(" (");
                self.out.push_str(url);
                self.out.push(')');
            }
            _ => {}
        }
    }

    fn margin(&self, mark: Mark<'_>) -> &'static str {
        match mark {
            Mark::Pre(_) => "    ",
            Mark::Quote => "│ ",
            Mark::Details => "  ",
            _ => "",
        }
    }

    fn line_feeds(&self, _: &Block) -> usize {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::markdown;

    #[test]
    fn a_screen_reads_like_this() {
        let source = "### Bayes\nWith $x^2$ and `code`, see [here](https://a.b):\n\n```python\nx = 1\n\ny = 2\n```\n- a\n  - b\n> q\n> > r";
        let screen = Screen { blocks: markdown::blocks(source), buttons: Vec::new() }
            .block(Block::Details {
                summary: "Why".into(),
                blocks: vec![Block::paragraph("so\nand so"), Block::paragraph("end")],
            })
            .block(Block::Divider);
        let expected = "Bayes\nWith x² and `code`, see here (https://a.b):\n    x = 1\n\n    y = 2\n• a\n  • b\n│ q\n│ │ r\n▸ Why\n  so\n  and so\n  end\n────────";
        assert_eq!(text(&screen), expected);
    }

    #[test]
    fn buttons_show_their_colour() {
        let button = |label: &str, style| Button { label: label.to_owned(), style, data: String::new() };
        let screen = Screen::line("x")
            .row([button("Again · today", Style::Danger), button("Hard · 6 d", Style::Plain)])
            .row([button("Good · 15 d", Style::Success), button("Next", Style::Primary)]);
        assert_eq!(buttons(&screen), "[Again · today !]  [Hard · 6 d]\n[Good · 15 d +]  [Next *]");
    }
}
