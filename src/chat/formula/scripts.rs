//! Scripts and accents.

use unicode_normalization::char::is_combining_mark;

use super::glyphs::{self, Accent, Place};
use super::pieces::{Kind, Piece, join};
use super::tree::{Class, Node};
use super::write::{line, node_list, node_pieces, parenthesised};

/// A base with its scripts, as one piece; a brace with a label, as two.
pub(super) fn script(
    base: &Node,
    sub: Option<&Node>,
    sup: Option<&Node>,
    stacked: bool,
    compact: bool,
) -> Vec<Piece> {
    if stacked {
        if let Some(accented) = accented(base, sub, sup, compact) {
            return accented;
        }
        if is_brace(base) {
            let label = [sub, sup].into_iter().flatten().map(|node| line(node, compact)).collect::<Vec<_>>();
            let mut out = node_pieces(base, compact);
            out.push(Piece { spaced: true, ..Piece::enclosed(format!("[{}]", label.join(", "))) });
            return out;
        }
    }
    let mut piece = script_base(base, sup.is_some(), compact);
    let sub = sub.map(|node| small(node, Place::Sub)).unwrap_or_default();
    let sup = sup.map(|node| small(node, Place::Sup)).unwrap_or_default();
    let bare = |text: &str| text.starts_with(['_', '^']) && !text.ends_with(')');
    piece.loose |= bare(&sub) || bare(&sup);
    // `x²_b`, not `x_b²`: a small character after a spelt-out script would belong to that.
    if sub.starts_with('_') && !sup.starts_with('^') {
        piece.text.push_str(&sup);
        piece.text.push_str(&sub);
    } else {
        piece.text.push_str(&sub);
        piece.text.push_str(&sup);
    }
    vec![piece]
}

/// What carries the scripts, as one piece.
fn script_base(base: &Node, raised: bool, compact: bool) -> Piece {
    let mut inner = match base {
        Node::Atom { .. } => node_pieces(base, compact),
        _ => node_list(base, compact),
    };
    let carries_power = raised && contains_power(base);
    if inner.len() == 1 && !carries_power {
        let mut piece = inner.remove(0);
        if matches!(piece.kind, Kind::Fraction | Kind::Rows | Kind::Root) {
            piece = Piece::enclosed(parenthesised(piece.text));
        }
        return piece;
    }
    if inner.is_empty() {
        return Piece::new("", Class::Ord);
    }
    Piece::enclosed(parenthesised(join(inner, compact)))
}

/// Whether a second superscript would run into a first one.
fn contains_power(node: &Node) -> bool {
    match node {
        Node::Script { sup, stacked: false, .. } => sup.is_some(),
        Node::Group(body) => matches!(body.as_slice(), [only] if contains_power(only)),
        _ => false,
    }
}

/// A script in small characters, or behind `_` or `^`.
fn small(node: &Node, place: Place) -> String {
    let text = line(node, true);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    if !is_word(node)
        && let Some(small) = glyphs::script(text, place)
    {
        return small;
    }
    let plain = |c: char| (c.is_alphanumeric() || is_combining_mark(c)) && !glyphs::is_small(c);
    let lone = text.chars().count() == 1 && !text.contains(['(', ')', '[', ']', '{', '}', '^', '_']);
    let sign = place.sign();
    if lone || text.chars().all(plain) || is_enclosed(text) {
        format!("{sign}{text}")
    } else {
        format!("{sign}({text})")
    }
}

/// Whether the parenthesis at the start closes at the end.
fn is_enclosed(text: &str) -> bool {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth == 0 {
            return text.starts_with('(') && at + 1 == text.len();
        }
    }
    false
}

/// A word keeps its letters: `x_max` reads better than `xₘₐₓ`.
fn is_word(node: &Node) -> bool {
    match node {
        Node::Atom { text, class: Class::Word } => text.chars().count() > 1,
        Node::Group(body) => matches!(body.as_slice(), [only] if is_word(only)),
        _ => false,
    }
}

fn accent_of(sub: Option<&Node>, sup: Option<&Node>) -> Option<Accent> {
    let (node, place) = match (sub, sup) {
        (Some(node), None) => (node, Place::Sub),
        (None, Some(node)) => (node, Place::Sup),
        _ => return None,
    };
    match node {
        Node::Atom { text, class: Class::Ord } => glyphs::accent(text.chars().next()?, place),
        _ => None,
    }
}

fn is_brace(node: &Node) -> bool {
    match node {
        Node::Script { sub, sup, stacked: true, .. } => {
            accent_of(sub.as_deref(), sup.as_deref()) == Some(Accent::Brace)
        }
        _ => false,
    }
}

fn accented(base: &Node, sub: Option<&Node>, sup: Option<&Node>, compact: bool) -> Option<Vec<Piece>> {
    let accent = accent_of(sub, sup)?;
    let text = line(base, compact);
    let letters = text.chars().filter(|c| !glyphs::is_small(*c)).count();
    let text = match accent {
        Accent::Brace => return Some(node_list(base, compact)),
        Accent::Line('\u{305}') if letters == 1 => marked(&text, '\u{304}'),
        Accent::Line(mark) => {
            text.chars().flat_map(|c| [Some(c), (c != ' ').then_some(mark)]).flatten().collect()
        }
        Accent::Mark { mark, .. } if letters == 1 => marked(&text, mark),
        Accent::Mark { name, .. } if !text.is_empty() => {
            return Some(vec![Piece { left: Class::Word, ..Piece::enclosed(format!("{name}({text})")) }]);
        }
        Accent::Mark { .. } => text,
    };
    Some(vec![Piece::new(text, Class::Ord)])
}

/// The mark belongs to the letter, before its scripts.
fn marked(text: &str, mark: char) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().chain([mark]).chain(chars).collect()
}
