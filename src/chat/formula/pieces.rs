//! Pieces of a line and the spaces between them.

use super::tree::Class;

/// A written part of a formula that is not broken up any more.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    /// How it behaves towards what stands before it.
    pub(super) left: Class,
    /// How it behaves towards what stands after it.
    pub(super) right: Class,
    pub(super) kind: Kind,
    /// The end could be read together with a following letter: `x_b y`, `√2 σ`.
    pub(super) loose: bool,
    /// The author asked for a space before it.
    pub(super) spaced: bool,
}

/// What a piece is, where its class is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    /// In parentheses from end to end.
    Enclosed,
    /// `a/b`, needs parentheses beside a factor.
    Fraction,
    /// Needs parentheses unless it ends the line.
    Rows,
    /// `√x`, needs parentheses under a script.
    Root,
}

impl Piece {
    pub(super) fn new(text: impl Into<String>, class: Class) -> Self {
        let text = text.into();
        Self { text, left: class, right: class, kind: Kind::Plain, loose: false, spaced: false }
    }

    pub(super) fn of(kind: Kind, text: impl Into<String>, class: Class) -> Self {
        Self { kind, ..Self::new(text, class) }
    }

    pub(super) fn enclosed(text: String) -> Self {
        Self { left: Class::Open, right: Class::Close, ..Self::of(Kind::Enclosed, text, Class::Ord) }
    }
}

/// Adds a piece; a colon or relation directly before a relation is one sign with it (`:=`).
pub(super) fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    if piece.left == Class::Rel
        && !piece.spaced
        && let Some(last) = pieces.last_mut()
        && matches!(last.right, Class::Rel | Class::Colon)
        && last.text.chars().all(|c| matches!(c, ':' | '<' | '>' | '='))
    {
        last.text.push_str(&piece.text);
        (last.left, last.right) = (Class::Rel, Class::Rel);
        return;
    }
    pieces.push(piece);
}

/// Turns each matched pair of delimiters and what is between them into one piece.
pub(super) fn enclose(pieces: Vec<Piece>, compact: bool) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut open = Vec::new();
    for piece in pieces {
        let closes = piece.left == Class::Close && piece.kind == Kind::Plain;
        if piece.left == Class::Open && piece.kind == Kind::Plain {
            open.push(out.len());
        }
        out.push(piece);
        if closes && let Some(start) = open.pop() {
            let inner = out.split_off(start);
            let (spaced, loose) = (inner[0].spaced, inner.last().is_some_and(|last| last.loose));
            out.push(Piece { spaced, loose, ..Piece::enclosed(join(inner, compact)) });
        }
    }
    out
}

/// Writes the pieces in one line, with the spaces and parentheses that they need beside each other.
pub(super) fn join(mut pieces: Vec<Piece>, compact: bool) -> String {
    settle_signs(&mut pieces);
    wrap(&mut pieces);
    let mut line = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0
            && gap(&pieces[at - 1], piece, compact)
            && !line.ends_with(' ')
            && !piece.text.starts_with(' ')
        {
            line.push(' ');
        }
        line.push_str(&piece.text);
    }
    line
}

/// Whether the line has a space outside parentheses.
pub(super) fn is_spaced(pieces: &[Piece], compact: bool) -> bool {
    let mut pieces = pieces.to_vec();
    settle_signs(&mut pieces);
    wrap(&mut pieces);
    pieces.windows(2).any(|pair| gap(&pair[0], &pair[1], compact))
}

/// An operator without a left operand is a sign, one without a right operand a mere symbol.
pub(super) fn settle_signs(pieces: &mut [Piece]) {
    for at in 0..pieces.len() {
        if pieces[at].left != Class::Bin {
            continue;
        }
        let operand = at > 0
            && !matches!(
                pieces[at - 1].right,
                Class::Bin
                    | Class::Unary
                    | Class::Rel
                    | Class::Open
                    | Class::Punct
                    | Class::Colon
                    | Class::Big
                    | Class::Slash
            );
        let ends = at + 1 == pieces.len() || matches!(pieces[at + 1].left, Class::Close | Class::Punct);
        let class = match (operand, ends) {
            (_, true) => Class::Ord,
            (false, false) => Class::Unary,
            (true, false) => continue,
        };
        (pieces[at].left, pieces[at].right) = (class, class);
    }
}

/// Parentheses around fractions beside a factor and around rows that do not end the line.
fn wrap(pieces: &mut [Piece]) {
    for at in 0..pieces.len() {
        let before = if at > 0 { Some(pieces[at - 1].right) } else { None };
        let after = pieces.get(at + 1).map(|next| next.left);
        let factor_before = matches!(
            before,
            Some(Class::Ord | Class::Number | Class::Close | Class::Word | Class::Big | Class::Slash)
        );
        let needed = match pieces[at].kind {
            Kind::Fraction => {
                factor_before
                    || matches!(
                        after,
                        Some(
                            Class::Ord
                                | Class::Number
                                | Class::Open
                                | Class::Word
                                | Class::Big
                                | Class::Slash
                        )
                    ) && !pieces
                        .get(at + 1)
                        .is_some_and(|next| matches!(next.text.as_str(), "." | "!" | "…"))
            }
            Kind::Rows => {
                !matches!(before, None | Some(Class::Rel | Class::Open | Class::Punct | Class::Colon))
                    || !matches!(after, None | Some(Class::Punct | Class::Close))
            }
            _ => false,
        };
        if needed {
            let piece = &mut pieces[at];
            piece.text = format!("({})", piece.text);
            piece.kind = Kind::Enclosed;
            piece.left = if before == Some(Class::Word) { Class::Open } else { Class::Word };
            piece.right = Class::Close;
        }
    }
}

/// Whether a space belongs between two neighbours.
fn gap(before: &Piece, after: &Piece, compact: bool) -> bool {
    use Class::{Bar, Big, Bin, Close, Colon, Number, Open, Ord, Punct, Rel, Slash, Unary, Word};
    match (before.right, after.left) {
        (Open | Unary, _) | (_, Close | Punct | Colon) => false,
        (Slash, _) | (_, Slash) => false,
        (Rel, Rel) => true,
        (Rel | Bin, _) | (_, Rel | Bin) => !compact,
        (Punct, _) => !compact,
        (Colon, Number) => after.spaced,
        (Colon, _) => !compact,
        _ if after.spaced && !compact => true,
        // A script in parentheses is no call: `lim_(x→0) (…)`.
        (Word, Open) => before.text.ends_with(')') && before.kind == Kind::Plain,
        (Bar, _) | (_, Bar) => false,
        (Close, Open) => after.text.starts_with(['[', '{', '|', '‖']),
        (_, Word) if after.text.starts_with(['-', ',', '.', ';', ':', '\'']) => false,
        (Word, Unary) => !compact,
        (Word, Ord) if is_sticky(&after.text) => false,
        (Word, _) | (_, Word) => {
            before.text.ends_with(char::is_alphanumeric)
                || !compact && !before.text.ends_with(['-', ' ']) && after.left == Word && after.right != Word
                || after.left == Word && before.right == Close
                || before.right == Word && !before.text.ends_with(['-', ' '])
        }
        (Big, _) => true,
        (_, Big) => true,
        (Close, Ord) => !is_sticky(&after.text),
        (Close, Number) | (Number, Number) => true,
        (Ord | Number, Ord | Number) => before.loose && !is_sticky(&after.text),
        _ => false,
    }
}

/// Marks that belong to what stands before them.
fn is_sticky(text: &str) -> bool {
    matches!(text.chars().next(), None | Some('′' | '″' | '!' | '.' | '%' | '…' | '°'))
        || text.chars().next().is_some_and(super::glyphs::is_small)
}
