//! From the tree to the line.

use super::bars::settle_bars;
use super::glyphs::{self, Place};
use super::pieces::{Kind, Piece, enclose, is_spaced, join, push, settle_signs};
use super::scripts::script;
use super::tree::{Class, Node, Rows};

/// The line for a whole formula.
pub(super) fn text(nodes: &[Node]) -> String {
    join(pieces(nodes, false), false)
}

/// Pieces of a list of nodes. `compact` leaves out the spaces, as in scripts.
fn pieces(nodes: &[Node], compact: bool) -> Vec<Piece> {
    let mut nodes = nodes.to_vec();
    settle_bars(&mut nodes);
    let mut out = Vec::new();
    let mut spaced = false;
    for node in &nodes {
        if *node == Node::Space {
            spaced = true;
            continue;
        }
        for (at, mut piece) in node_pieces(node, compact).into_iter().enumerate() {
            if at == 0 {
                piece.spaced |= std::mem::take(&mut spaced);
            }
            push(&mut out, piece);
        }
    }
    enclose(out, compact)
}

pub(super) fn node_pieces(node: &Node, compact: bool) -> Vec<Piece> {
    match node {
        Node::Space => Vec::new(),
        Node::Atom { text, class: Class::Number } => {
            vec![Piece::new(list_number(text, compact), Class::Number)]
        }
        // A bar that no list has settled stands alone.
        Node::Atom { text, class: Class::Bar } => vec![Piece::new(text.clone(), Class::Ord)],
        Node::Atom { text, class } => vec![Piece::new(text.clone(), *class)],
        Node::Group(body) => group(body, compact),
        Node::Fence { open, close, body } => fence(*open, *close, body, compact),
        Node::Script { base, sub, sup, stacked } => {
            script(base, sub.as_deref(), sup.as_deref(), *stacked, compact)
        }
        Node::Fraction { over, under, bar } => vec![fraction(over, under, *bar, compact)],
        Node::Root { radicand, index } => vec![root(radicand, index.as_deref(), compact)],
        Node::Not(inner) => negated(inner, compact),
        Node::Table { kind, rows } => vec![table(*kind, rows, compact, true)],
    }
}

/// `0,1` inside `f(0,1)` reads as one number to the parser; `1,000` is one.
fn list_number(text: &str, compact: bool) -> String {
    let thousands = text.split(',').skip(1).all(|part| part.len() == 3);
    if thousands || compact { text.to_owned() } else { text.replace(',', ", ") }
}

fn group(body: &[Node], compact: bool) -> Vec<Piece> {
    let mut inner = pieces(body, compact);
    // A lone operator in braces is a symbol, as in `1{,}5`.
    if let [only] = inner.as_mut_slice()
        && matches!(only.left, Class::Punct | Class::Colon | Class::Bin)
    {
        (only.left, only.right) = (Class::Ord, Class::Ord);
    }
    inner
}

fn fence(open: Option<char>, close: Option<char>, body: &[Node], compact: bool) -> Vec<Piece> {
    if let [Node::Table { kind: Rows::Matrix, rows }] = body {
        if open == Some('{') && close.is_none() {
            return vec![table(Rows::Cases, rows, compact, true)];
        }
        let inner = table(Rows::Matrix, rows, compact, false).text;
        return vec![Piece::enclosed(delimited(open, close, &inner))];
    }
    if let [Node::Fraction { over, under, bar: false }] = body {
        let choose = format!("{} choose {}", line(over, compact), line(under, compact));
        return vec![Piece::enclosed(delimited(open, close, &choose))];
    }
    let text = delimited(open, close, &join(pieces(body, compact), compact));
    let mut piece = Piece::enclosed(text);
    if open.is_none() {
        piece.left = Class::Ord;
    }
    if close.is_none() {
        piece.right = Class::Ord;
    }
    vec![piece]
}

fn delimited(open: Option<char>, close: Option<char>, inner: &str) -> String {
    let sign = |c: Option<char>| c.map(|c| if c == '∥' { '‖' } else { glyphs::plain(c) });
    sign(open).into_iter().chain(inner.trim().chars()).chain(sign(close)).collect()
}

/// A node alone, as a string.
pub(super) fn line(node: &Node, compact: bool) -> String {
    join(node_list(node, compact), compact)
}

pub(super) fn node_list(node: &Node, compact: bool) -> Vec<Piece> {
    pieces(std::slice::from_ref(node), compact)
}

fn fraction(over: &Node, under: &Node, bar: bool, compact: bool) -> Piece {
    let (over, under) = (node_list(over, compact), node_list(under, compact));
    if !bar {
        let text = format!("{} over {}", join(over, compact), join(under, compact));
        return Piece::of(Kind::Rows, text, Class::Ord);
    }
    let spaced = !is_sum(&over) && is_spaced(&over, compact);
    let slash = if spaced { " / " } else { "/" };
    let over = if is_sum(&over) { parenthesised(join(over, compact)) } else { join(over, compact) };
    let under = if is_factor(&under) { join(under, compact) } else { parenthesised(join(under, compact)) };
    Piece::of(Kind::Fraction, format!("{over}{slash}{under}"), Class::Ord)
}

/// Whether a numerator needs parentheses: it is more than a product.
fn is_sum(pieces: &[Piece]) -> bool {
    let mut settled = pieces.to_vec();
    settle_signs(&mut settled);
    settled.iter().enumerate().any(|(at, piece)| {
        let bare_word = piece.right == Class::Word
            && settled.len() > 1
            && settled.get(at + 1).is_none_or(|next| next.left != Class::Open);
        bare_word
            || matches!(piece.kind, Kind::Fraction | Kind::Rows)
            || matches!(
                piece.left,
                Class::Bin | Class::Rel | Class::Punct | Class::Colon | Class::Big | Class::Slash
            )
    })
}

/// Whether a denominator can do without parentheses: one thing, a call `f(x)`, or a differential `∂w`.
fn is_factor(pieces: &[Piece]) -> bool {
    match pieces {
        [] => true,
        [one] => {
            !matches!(one.kind, Kind::Fraction | Kind::Rows) && !matches!(one.left, Class::Big | Class::Bin)
        }
        [name, call] if call.kind == Kind::Enclosed => {
            matches!(name.left, Class::Ord | Class::Word) && !call.spaced && !is_delta(name)
        }
        [delta, variable] => is_delta(delta) && matches!(variable.left, Class::Ord),
        _ => false,
    }
}

fn is_delta(piece: &Piece) -> bool {
    matches!(piece.text.as_str(), "∂" | "d")
}

pub(super) fn parenthesised(text: String) -> String {
    format!("({text})")
}

fn root(radicand: &Node, index: Option<&Node>, compact: bool) -> Piece {
    let inner = node_list(radicand, compact);
    let simple = match inner.as_slice() {
        [] => true,
        [one] => {
            one.kind == Kind::Enclosed && one.text.starts_with('(')
                || one.kind == Kind::Plain
                    && matches!(one.left, Class::Ord | Class::Number)
                    && !one.loose
                    && !one.text.contains(['^', ' '])
                    && !one.text.chars().any(|c| {
                        glyphs::script(&c.to_string(), Place::Sub).is_none()
                            && glyphs::is_small(c)
                            && is_raised(c)
                    })
        }
        _ => false,
    };
    let inner = join(inner, compact);
    let inner = if simple { inner } else { parenthesised(inner) };
    let index = index.map(|node| line(node, true)).unwrap_or_default();
    let text = match index.as_str() {
        "" | "2" => format!("√{inner}"),
        "3" => format!("∛{inner}"),
        "4" => format!("∜{inner}"),
        other => match glyphs::script(other, Place::Sup) {
            Some(small) => format!("{small}√{inner}"),
            None => format!(
                "{inner}^(1/{})",
                if other.chars().count() > 1 { format!("({other})") } else { other.to_owned() }
            ),
        },
    };
    Piece { loose: true, ..Piece::of(Kind::Root, text, Class::Ord) }
}

/// Whether it is a superscript character: `√x²` would be read as `(√x)²`.
fn is_raised(c: char) -> bool {
    matches!(c, '⁰' | '¹' | '²' | '³' | '⁴'..='⁾' | 'ⁱ' | 'ⁿ' | 'ᵀ' | '\u{1D2C}'..='\u{1D61}' | '\u{1D9B}'..='\u{1DBF}' | 'ʰ'..='ˣ')
}

fn negated(inner: &Node, compact: bool) -> Vec<Piece> {
    let mut inner = node_list(inner, compact);
    if let Some(first) = inner.first_mut() {
        let at = first.text.chars().next().map_or(0, char::len_utf8);
        first.text.insert(at, '\u{338}');
    }
    inner
}

fn table(kind: Rows, rows: &[Vec<Vec<Node>>], compact: bool, brackets: bool) -> Piece {
    match kind {
        Rows::Matrix => {
            let cells: Vec<Vec<String>> = rows
                .iter()
                .map(|row| row.iter().map(|cell| join(pieces(cell, compact), compact)).collect())
                .collect();
            let wide = cells.iter().flatten().any(|cell| cell.contains(' '));
            let separator = if wide { ", " } else { " " };
            let text = cells.iter().map(|row| row.join(separator)).collect::<Vec<_>>().join("; ");
            Piece::enclosed(if brackets { format!("[{text}]") } else { text })
        }
        Rows::Cases => {
            let text = rows.iter().map(|row| case(row, compact)).collect::<Vec<_>>().join("; ");
            Piece::of(Kind::Rows, text, Class::Ord)
        }
        Rows::Stack => {
            let lines: Vec<String> =
                rows.iter().map(|row| join(pieces(&row.concat(), compact), compact)).collect();
            Piece::of(Kind::Rows, lines.join(", "), Class::Ord)
        }
        Rows::Lines => {
            let mut text = String::new();
            for row in rows {
                let row = pieces(&row.concat(), compact);
                if !text.is_empty() {
                    let goes_on = row.first().is_some_and(|first| first.left == Class::Rel);
                    text = text.trim_end_matches([',', ';']).to_owned();
                    text.push_str(if goes_on { " " } else { "; " });
                }
                text.push_str(&join(row, compact));
            }
            Piece::of(Kind::Rows, text, Class::Ord)
        }
    }
}

/// One case: `x if x > 0`, with the author's own words where there are some.
fn case(row: &[Vec<Node>], compact: bool) -> String {
    let cells: Vec<String> =
        row.iter().map(|cell| join(pieces(cell, compact), compact).trim().to_owned()).collect();
    let Some((value, conditions)) = cells.split_first() else { return String::new() };
    let condition = conditions.join(" ");
    let condition = condition.trim();
    if condition.is_empty() {
        return value.clone();
    }
    let words = row.get(1).and_then(|cell| cell.iter().find(|node| **node != Node::Space)).is_some_and(
        |first| matches!(first, Node::Atom { class: Class::Word, text } if text.trim().chars().count() > 1),
    );
    let value = value.trim_end_matches([',', ';']);
    let joint = if words { "" } else { "if " };
    format!("{value} {joint}{}", condition.trim_end_matches([',', ';', '.']))
}
