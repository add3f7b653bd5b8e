//! A screen: what the learner sees, as a value. It is rendered three ways by pure functions: as rich blocks
//! ([`super::rich`]), as HTML with Unicode formulas ([`super::html`]) and as plain text ([`super::plain`]).

use serde::{Deserialize, Serialize};

/// One message: blocks of rich text and rows of buttons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// What is read, top to bottom.
    pub blocks: Vec<Block>,
    /// Rows of buttons below the text.
    pub buttons: Vec<Vec<Button>>,
}

/// A paragraph-sized piece of a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading.
    Heading(Rich),
    /// A paragraph.
    Paragraph(Rich),
    /// A display formula: raw LaTeX without dollar signs.
    Formula(String),
    /// Code, shown as it is.
    Code {
        /// Language for highlighting, as in `python`.
        language: Option<String>,
        /// The code, lines separated by line feeds, none at the end.
        text: String,
    },
    /// A list.
    List {
        /// Numbered instead of bulleted.
        ordered: bool,
        /// The items.
        items: Vec<Item>,
    },
    /// Text that is folded until tapped.
    Details {
        /// What is seen while it is folded.
        summary: Rich,
        /// What it hides.
        blocks: Vec<Block>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A thin line across.
    Divider,
    /// A small line at the end.
    Footer(Rich),
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The item's text.
    pub blocks: Vec<Block>,
    /// A checkbox, and whether it is checked.
    pub checked: Option<bool>,
}

/// A run of formatted text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rich(pub Vec<Span>);

/// A piece of formatted text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Plain characters; a line feed breaks the line.
    Text(String),
    /// Bold.
    Bold(Rich),
    /// Italic.
    Italic(Rich),
    /// Struck through.
    Strike(Rich),
    /// Monospaced.
    Code(String),
    /// An inline formula: raw LaTeX without dollar signs.
    Math(String),
    /// A link.
    Link {
        /// What is seen.
        text: Rich,
        /// Where it leads.
        url: String,
    },
}

/// A button below a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// At most 20 characters where we write it, so that it fits a thumb on 390 px.
    pub label: String,
    /// Its colour.
    pub style: Style,
    /// What comes back when it is tapped: at most 64 bytes (an encoded [`super::token::Token`]).
    pub data: String,
}

/// A button's colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// The client's own.
    #[default]
    Plain,
    /// Blue: the next thing to do.
    Primary,
    /// Green: a good end.
    Success,
    /// Red: a failure, or something that deletes.
    Danger,
}

impl From<&str> for Rich {
    fn from(text: &str) -> Self {
        Self(vec![Span::Text(text.to_owned())])
    }
}

impl From<String> for Rich {
    fn from(text: String) -> Self {
        Self(vec![Span::Text(text)])
    }
}

impl From<Vec<Span>> for Rich {
    fn from(spans: Vec<Span>) -> Self {
        Self(spans)
    }
}

impl From<&str> for Span {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Span {
    /// Bold text.
    pub fn bold(text: impl Into<Rich>) -> Self {
        Self::Bold(text.into())
    }

    /// Italic text.
    pub fn italic(text: impl Into<Rich>) -> Self {
        Self::Italic(text.into())
    }
}

impl Block {
    /// A heading.
    pub fn heading(text: impl Into<Rich>) -> Self {
        Self::Heading(text.into())
    }

    /// A paragraph.
    pub fn paragraph(text: impl Into<Rich>) -> Self {
        Self::Paragraph(text.into())
    }

    /// A small line at the end.
    pub fn footer(text: impl Into<Rich>) -> Self {
        Self::Footer(text.into())
    }
}

impl Item {
    /// The item outside its list, its marker (`3.`, `•`) written before its text.
    #[must_use]
    pub fn marked(self, marker: &str) -> Vec<Block> {
        let mut blocks = self.blocks;
        let marker = Span::Text(format!("{marker} "));
        match blocks.first_mut() {
            Some(Block::Paragraph(text)) => text.0.insert(0, marker),
            _ => blocks.insert(0, Block::Paragraph(Rich(vec![marker]))),
        }
        blocks
    }
}

impl Screen {
    /// A screen of one paragraph without buttons.
    pub fn line(text: impl Into<Rich>) -> Self {
        Self { blocks: vec![Block::paragraph(text)], buttons: Vec::new() }
    }

    /// The same screen with one more row of buttons; an empty row is left out.
    #[must_use]
    pub fn row(mut self, row: impl IntoIterator<Item = Button>) -> Self {
        let row: Vec<Button> = row.into_iter().collect();
        if !row.is_empty() {
            self.buttons.push(row);
        }
        self
    }

    /// The same screen with one more block.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }
}
