//! Characters: super- and subscripts, fonts, accents.

use pulldown_latex::event::Font;

const SUPERSCRIPTS: &[(char, char)] = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('+', '⁺'),
    ('−', '⁻'),
    ('-', '⁻'),
    ('=', '⁼'),
    ('(', '⁽'),
    (')', '⁾'),
    ('a', 'ᵃ'),
    ('b', 'ᵇ'),
    ('c', 'ᶜ'),
    ('d', 'ᵈ'),
    ('e', 'ᵉ'),
    ('f', 'ᶠ'),
    ('g', 'ᵍ'),
    ('h', 'ʰ'),
    ('i', 'ⁱ'),
    ('j', 'ʲ'),
    ('k', 'ᵏ'),
    ('l', 'ˡ'),
    ('m', 'ᵐ'),
    ('n', 'ⁿ'),
    ('o', 'ᵒ'),
    ('p', 'ᵖ'),
    ('r', 'ʳ'),
    ('s', 'ˢ'),
    ('t', 'ᵗ'),
    ('u', 'ᵘ'),
    ('v', 'ᵛ'),
    ('w', 'ʷ'),
    ('x', 'ˣ'),
    ('y', 'ʸ'),
    ('z', 'ᶻ'),
    ('A', 'ᴬ'),
    ('B', 'ᴮ'),
    ('D', 'ᴰ'),
    ('E', 'ᴱ'),
    ('G', 'ᴳ'),
    ('H', 'ᴴ'),
    ('I', 'ᴵ'),
    ('J', 'ᴶ'),
    ('K', 'ᴷ'),
    ('L', 'ᴸ'),
    ('M', 'ᴹ'),
    ('N', 'ᴺ'),
    ('O', 'ᴼ'),
    ('P', 'ᴾ'),
    ('R', 'ᴿ'),
    ('T', 'ᵀ'),
    ('U', 'ᵁ'),
    ('V', 'ⱽ'),
    ('W', 'ᵂ'),
    ('⊤', 'ᵀ'),
    ('⊺', 'ᵀ'),
    ('β', 'ᵝ'),
    ('γ', 'ᵞ'),
    ('δ', 'ᵟ'),
    ('θ', 'ᶿ'),
    ('φ', 'ᵠ'),
    ('χ', 'ᵡ'),
    ('*', '*'),
    ('∘', '°'),
    ('′', '′'),
    ('″', '″'),
    ('†', '†'),
];

const SUBSCRIPTS: &[(char, char)] = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('+', '₊'),
    ('−', '₋'),
    ('-', '₋'),
    ('=', '₌'),
    ('(', '₍'),
    (')', '₎'),
    ('a', 'ₐ'),
    ('e', 'ₑ'),
    ('h', 'ₕ'),
    ('i', 'ᵢ'),
    ('j', 'ⱼ'),
    ('k', 'ₖ'),
    ('l', 'ₗ'),
    ('m', 'ₘ'),
    ('n', 'ₙ'),
    ('o', 'ₒ'),
    ('p', 'ₚ'),
    ('r', 'ᵣ'),
    ('s', 'ₛ'),
    ('t', 'ₜ'),
    ('u', 'ᵤ'),
    ('v', 'ᵥ'),
    ('x', 'ₓ'),
    ('β', 'ᵦ'),
    ('γ', 'ᵧ'),
    ('ρ', 'ᵨ'),
    ('φ', 'ᵩ'),
    ('χ', 'ᵪ'),
];

/// A script's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Sub,
    Sup,
}

impl Place {
    fn table(self) -> &'static [(char, char)] {
        match self {
            Self::Sub => SUBSCRIPTS,
            Self::Sup => SUPERSCRIPTS,
        }
    }

    /// What introduces a script without Unicode form.
    pub(super) fn sign(self) -> char {
        match self {
            Self::Sub => '_',
            Self::Sup => '^',
        }
    }
}

/// The text in small characters, if all of it has them. In subscripts a comma between two characters and
/// primes after one stay as they are: `xᵢ,ⱼ`, `maxₐ′`; a whole tuple is not legible that small.
pub(super) fn script(text: &str, place: Place) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let small = |c: &char| place.table().iter().find(|(plain, _)| plain == c).map(|(_, small)| *small);
    if text.contains('(') && text.contains(',') {
        return None;
    }
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        let inside = at > 0 && at + 1 < chars.len();
        match small(c) {
            Some(found) => out.push(found),
            None if place == Place::Sub && (*c == ',' && inside || *c == '′' && at > 0) => out.push(*c),
            None => return None,
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Whether it is a small character already: then a script of it would be read wrongly without parentheses.
pub(super) fn is_small(c: char) -> bool {
    SUPERSCRIPTS.iter().chain(SUBSCRIPTS).any(|(plain, small)| *small == c && small != plain)
}

/// The everyday character for the parser's mathematical one: those that phones' fonts have.
pub(super) fn plain(c: char) -> char {
    match c {
        'µ' => 'μ',
        'ϵ' => 'ε',
        'ϕ' => 'φ',
        '∑' => 'Σ',
        '∏' => 'Π',
        '∣' => '|',
        '∼' => '~',
        '∗' => '*',
        '⋅' => '·',
        '∙' => '•',
        '⋯' => '…',
        '\\' => '∖',
        '⟶' | '⟼' => {
            if c == '⟶' {
                '→'
            } else {
                '↦'
            }
        }
        '⟹' => '⇒',
        '⟸' => '⇐',
        '⟺' => '⇔',
        '⟂' => '⊥',
        '$' => '＄',
        other => other,
    }
}

/// A letter or digit in bold, double-struck, script or Fraktur; other fonts make no difference in meaning
/// and stay plain.
pub(super) fn styled(c: char, font: Option<Font>) -> char {
    let shifted = |from: char, to: u32| char::from_u32(to + (c as u32 - from as u32)).unwrap_or(c);
    match (font, c) {
        (Some(Font::Bold | Font::BoldSymbol | Font::BoldItalic), _) => match c {
            'A'..='Z' => shifted('A', 0x1D400),
            'a'..='z' => shifted('a', 0x1D41A),
            '0'..='9' => shifted('0', 0x1D7CE),
            'Α'..='Ω' => shifted('Α', 0x1D6A8),
            'α'..='ω' => shifted('α', 0x1D6C2),
            _ => c,
        },
        (Some(Font::DoubleStruck), _) => match c {
            'C' => 'ℂ',
            'H' => 'ℍ',
            'N' => 'ℕ',
            'P' => 'ℙ',
            'Q' => 'ℚ',
            'R' => 'ℝ',
            'Z' => 'ℤ',
            'A'..='Z' => shifted('A', 0x1D538),
            'a'..='z' => shifted('a', 0x1D552),
            '0'..='9' => shifted('0', 0x1D7D8),
            _ => c,
        },
        (Some(Font::Script | Font::BoldScript), _) => match c {
            'B' => 'ℬ',
            'E' => 'ℰ',
            'F' => 'ℱ',
            'H' => 'ℋ',
            'I' => 'ℐ',
            'L' => 'ℒ',
            'M' => 'ℳ',
            'R' => 'ℛ',
            'A'..='Z' => shifted('A', 0x1D49C),
            _ => c,
        },
        (Some(Font::Fraktur | Font::BoldFraktur), _) => match c {
            'C' => 'ℭ',
            'H' => 'ℌ',
            'I' => 'ℑ',
            'R' => 'ℜ',
            'Z' => 'ℨ',
            'A'..='Z' => shifted('A', 0x1D504),
            'a'..='z' => shifted('a', 0x1D51E),
            _ => c,
        },
        _ => c,
    }
}

/// What an accent does to its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accent {
    /// A mark over one character; over more, a function of that name.
    Mark { mark: char, name: &'static str },
    /// A line that can run over or under several characters.
    Line(char),
    /// A brace, which only holds a label.
    Brace,
}

/// The accent that the parser sends as a script above or below its base.
pub(super) fn accent(c: char, place: Place) -> Option<Accent> {
    let mark = |mark, name| Some(Accent::Mark { mark, name });
    match (c, place) {
        ('^', Place::Sup) => mark('\u{302}', "hat"),
        ('~', Place::Sup) => mark('\u{303}', "tilde"),
        ('→' | '⇀' | '⇒', Place::Sup) => mark('\u{20D7}', "vec"),
        ('←' | '↼', Place::Sup) => mark('\u{20D6}', "vec"),
        ('↔', Place::Sup) => mark('\u{20E1}', "vec"),
        ('˙', Place::Sup) => mark('\u{307}', "dot"),
        ('¨', Place::Sup) => mark('\u{308}', "ddot"),
        ('˘', Place::Sup) => mark('\u{306}', "breve"),
        ('ˇ', Place::Sup) => mark('\u{30C}', "check"),
        ('´', Place::Sup) => mark('\u{301}', "acute"),
        ('`', Place::Sup) => mark('\u{300}', "grave"),
        ('˚', Place::Sup) => mark('\u{30A}', "ring"),
        ('‾', Place::Sup) => Some(Accent::Line('\u{305}')),
        ('_', Place::Sub) => Some(Accent::Line('\u{332}')),
        ('⏞' | '⎴' | '⏠' | '⏜', Place::Sup) | ('⏟' | '⎵' | '⏡' | '⏝', Place::Sub) => {
            Some(Accent::Brace)
        }
        _ => None,
    }
}
