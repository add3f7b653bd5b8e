//! From the parser's flat events to a tree.

use pulldown_latex::Event;
use pulldown_latex::event::{
    Content, DelimiterType, EnvironmentFlow, Font, Grouping, ScriptPosition, ScriptType, StateChange, Visual,
};

use super::glyphs;
use super::{FormulaError, MAX_DEPTH, line};

/// What a character or word does in a formula; decides the spaces around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter, symbol or anything else that stands close.
    Ord,
    /// A number.
    Number,
    /// A function name or running text.
    Word,
    /// A sum, product or integral sign.
    Big,
    /// A binary operator.
    Bin,
    /// A sign before its operand.
    Unary,
    /// A slash: binary, but without spaces.
    Slash,
    /// A relation or arrow.
    Rel,
    /// An opening delimiter.
    Open,
    /// A closing delimiter.
    Close,
    /// A comma or semicolon.
    Punct,
    /// A colon.
    Colon,
    /// A vertical bar that may open, close or divide.
    Bar,
}

/// How rows of an environment are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// Value and condition.
    Cases,
    /// A matrix or array.
    Matrix,
    /// Lines of a derivation.
    Lines,
    /// Lines below a sum sign.
    Stack,
}

/// A part of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Atom { text: String, class: Class },
    Space,
    Group(Vec<Node>),
    Fence { open: Option<char>, close: Option<char>, body: Vec<Node> },
    Script { base: Box<Node>, sub: Option<Box<Node>>, sup: Option<Box<Node>>, stacked: bool },
    Fraction { over: Box<Node>, under: Box<Node>, bar: bool },
    Root { radicand: Box<Node>, index: Option<Box<Node>> },
    Not(Box<Node>),
    Table { kind: Rows, rows: Vec<Vec<Vec<Node>>> },
}

/// Builds the tree. `depth` counts the formula's own place in an outer one (a `$…$` inside `\text`).
pub(super) fn build(events: &[Event<'_>], depth: usize) -> Result<Vec<Node>, FormulaError> {
    let mut builder = Builder { events, at: 0, font: None, depth };
    let nodes = builder.list()?;
    if builder.at < events.len() {
        return Err(FormulaError::Syntax("unbalanced group".to_owned()));
    }
    Ok(nodes)
}

struct Builder<'e, 'a> {
    events: &'e [Event<'a>],
    at: usize,
    font: Option<Font>,
    depth: usize,
}

impl Builder<'_, '_> {
    /// Elements up to the end of the group (which is left to the caller) or of the formula.
    fn list(&mut self) -> Result<Vec<Node>, FormulaError> {
        let mut nodes = Vec::new();
        while let Some(event) = self.events.get(self.at) {
            match event {
                Event::End | Event::EnvironmentFlow(_) => break,
                Event::StateChange(change) => {
                    if let StateChange::Font(font) = change {
                        self.font = *font;
                    }
                    self.at += 1;
                }
                _ => nodes.push(self.element()?),
            }
        }
        Ok(nodes)
    }

    fn element(&mut self) -> Result<Node, FormulaError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(FormulaError::TooDeep);
        }
        let node = self.element_inner();
        self.depth -= 1;
        node
    }

    fn element_inner(&mut self) -> Result<Node, FormulaError> {
        let Some(event) = self.events.get(self.at) else {
            return Err(FormulaError::Syntax("an argument is missing".to_owned()));
        };
        self.at += 1;
        Ok(match event {
            Event::Content(content) => self.content(*content)?,
            Event::Begin(grouping) => self.group(grouping)?,
            Event::Visual(Visual::SquareRoot) => Node::Root { radicand: self.boxed()?, index: None },
            Event::Visual(Visual::Root) => {
                let radicand = self.boxed()?;
                Node::Root { radicand, index: Some(self.boxed()?) }
            }
            Event::Visual(Visual::Fraction(size)) => {
                let over = self.boxed()?;
                let bar = size.is_none_or(|size| size.value != 0.0);
                Node::Fraction { over, under: self.boxed()?, bar }
            }
            Event::Visual(Visual::Negation) => Node::Not(self.boxed()?),
            Event::Script { ty, position } => self.script(*ty, *position)?,
            Event::Space { width, .. } => match width {
                Some(width) if width.value > 0.0 => Node::Space,
                _ => Node::Group(Vec::new()),
            },
            Event::StateChange(_) => Node::Group(Vec::new()),
            Event::End | Event::EnvironmentFlow(_) => {
                return Err(FormulaError::Syntax("an argument is missing".to_owned()));
            }
        })
    }

    fn boxed(&mut self) -> Result<Box<Node>, FormulaError> {
        self.element().map(Box::new)
    }

    fn script(&mut self, ty: ScriptType, position: ScriptPosition) -> Result<Node, FormulaError> {
        let base = self.boxed()?;
        let (mut sub, mut sup) = (None, None);
        if ty != ScriptType::Superscript {
            sub = Some(self.boxed()?);
        }
        if ty != ScriptType::Subscript {
            sup = Some(self.boxed()?);
        }
        Ok(Node::Script { base, sub, sup, stacked: position == ScriptPosition::AboveBelow })
    }

    fn group(&mut self, grouping: &Grouping) -> Result<Node, FormulaError> {
        let outer = self.font;
        let node = match grouping {
            Grouping::Normal => {
                let body = self.list()?;
                word(self.font.filter(|font| Some(*font) != outer), &body).unwrap_or(Node::Group(body))
            }
            Grouping::LeftRight(open, close) => {
                Node::Fence { open: *open, close: *close, body: self.list()? }
            }
            Grouping::Cases { .. } => Node::Table { kind: Rows::Cases, rows: self.rows()? },
            Grouping::Array(_) | Grouping::Matrix { .. } => {
                Node::Table { kind: Rows::Matrix, rows: self.rows()? }
            }
            Grouping::SubArray { .. } => Node::Table { kind: Rows::Stack, rows: self.rows()? },
            _ => Node::Table { kind: Rows::Lines, rows: self.rows()? },
        };
        self.font = outer;
        match self.events.get(self.at) {
            Some(Event::End) => self.at += 1,
            _ => return Err(FormulaError::Syntax("unbalanced group".to_owned())),
        }
        Ok(node)
    }

    /// Rows of cells; a last row without anything in it is a trailing `\\` and is dropped.
    fn rows(&mut self) -> Result<Vec<Vec<Vec<Node>>>, FormulaError> {
        let mut rows = vec![vec![]];
        loop {
            let cell = self.list()?;
            if let Some(row) = rows.last_mut() {
                row.push(cell);
            }
            match self.events.get(self.at) {
                Some(Event::EnvironmentFlow(EnvironmentFlow::NewLine { .. })) => rows.push(vec![]),
                Some(Event::EnvironmentFlow(EnvironmentFlow::StartLines { .. })) => rows = vec![vec![]],
                Some(Event::EnvironmentFlow(EnvironmentFlow::Alignment)) => {}
                _ => break,
            }
            self.at += 1;
        }
        if rows.last().is_some_and(|row| row.iter().all(Vec::is_empty)) {
            rows.pop();
        }
        Ok(rows)
    }

    fn content(&self, content: Content<'_>) -> Result<Node, FormulaError> {
        let atom = |text: String, class| Ok(Node::Atom { text, class });
        match content {
            Content::Text("&nbsp;") => Ok(Node::Space),
            Content::Text(text) => atom(self.running_text(text)?, Class::Word),
            Content::Function(name) if name.contains(['\\', '{', '$', '~']) => {
                atom(line(name, self.depth)?, Class::Word)
            }
            Content::Function(name) => atom(name.to_owned(), Class::Word),
            Content::Number(number) => {
                atom(number.chars().map(|c| glyphs::styled(c, self.font)).collect(), Class::Number)
            }
            Content::LargeOp { content, .. } => atom(glyphs::plain(content).to_string(), Class::Big),
            Content::BinaryOp { content: '/', .. } => atom("/".to_owned(), Class::Slash),
            Content::BinaryOp { content, .. } => atom(glyphs::plain(content).to_string(), Class::Bin),
            Content::Relation { content, .. } => {
                let mut buffer = [0; 8];
                let text = String::from_utf8_lossy(content.encode_utf8_to_buf(&mut buffer)).into_owned();
                let class = if text == ":" { Class::Colon } else { Class::Rel };
                atom(text.chars().map(glyphs::plain).collect(), class)
            }
            Content::Punctuation('.') => atom(".".to_owned(), Class::Ord),
            Content::Punctuation(c) => atom(glyphs::plain(c).to_string(), Class::Punct),
            Content::Ordinary { content: ':', .. } => atom(":".to_owned(), Class::Colon),
            Content::Ordinary { content: '|', .. } => atom("|".to_owned(), Class::Bar),
            Content::Ordinary { content: '∥' | '‖', .. } => atom("‖".to_owned(), Class::Bar),
            Content::Ordinary { content, .. } => {
                atom(glyphs::styled(glyphs::plain(content), self.font).to_string(), Class::Ord)
            }
            Content::Delimiter { content, ty, .. } => {
                let class = match ty {
                    DelimiterType::Open => Class::Open,
                    DelimiterType::Close => Class::Close,
                    DelimiterType::Fence => Class::Bar,
                };
                atom(glyphs::plain(content).to_string(), class)
            }
        }
    }

    /// `\text{…}` as it is read: formulas inside are written too, escapes and braces go.
    fn running_text(&self, raw: &str) -> Result<String, FormulaError> {
        let mut out = String::new();
        for (index, part) in raw.split('$').enumerate() {
            if index % 2 == 1 {
                out.push_str(&line(part, self.depth + 1)?);
                continue;
            }
            let mut chars = part.chars().peekable();
            while let Some(c) = chars.next() {
                match c {
                    '{' | '}' => {}
                    '~' => out.push(' '),
                    '\\' => {
                        // A command word goes; an escaped character or a space command stays as such.
                        while chars.next_if(char::is_ascii_alphabetic).is_some() {}
                        if chars.next_if(|c| matches!(c, ',' | ';' | ':')).is_some() {
                            out.push(' ');
                        }
                    }
                    c => out.push(glyphs::plain(c)),
                }
            }
        }
        Ok(out)
    }
}

/// Letters of an upright font are one word: `\mathrm{softmax}`.
fn word(font: Option<Font>, body: &[Node]) -> Option<Node> {
    if !matches!(font, Some(Font::UpRight | Font::SansSerif | Font::Monospace | Font::Italic)) {
        return None;
    }
    let mut text = String::new();
    for node in body {
        match node {
            Node::Atom { text: letter, class: Class::Ord | Class::Number } => text.push_str(letter),
            _ => return None,
        }
    }
    (text.chars().count() > 1).then_some(Node::Atom { text, class: Class::Word })
}
