//! Signs that an app has turned into formatting, put back: what is pasted as `__init__` arrives as `init` in italics,
//! and what stood between fences arrives without them.

use std::cmp::Reverse;

use teloxide::types::{MessageEntity, MessageEntityKind as Kind};

/// What the text was before the app made formatting of its signs, should it be a program; `None` where it is the same.
pub(super) fn as_code(text: &str, entities: &[MessageEntity]) -> Option<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut pieces = Vec::new();
    for (index, (kind, from, to)) in runs(entities).into_iter().enumerate() {
        let inside = String::from_utf16_lossy(units.get(from..to)?);
        let (open, close) = match kind {
            Kind::Bold => ("**".to_owned(), "**".to_owned()),
            Kind::Italic | Kind::Underline => ("__".to_owned(), "__".to_owned()),
            Kind::Strikethrough => ("~~".to_owned(), "~~".to_owned()),
            Kind::Spoiler => ("||".to_owned(), "||".to_owned()),
            Kind::Pre { .. } => fences(&units, from, to, &inside),
            Kind::Code if inside.contains('\n') || inside.trim() == text.trim() => {
                fences(&units, from, to, &inside)
            }
            _ => continue,
        };
        // At one place what ends comes before what begins; the outermost begins first and ends last.
        pieces.push((from, true, Reverse(to), index, open));
        pieces.push((to, false, Reverse(from), usize::MAX - index, close));
    }
    if pieces.is_empty() {
        return None;
    }
    pieces.sort();
    let mut code = String::with_capacity(text.len() + 16);
    let mut at = 0;
    for (place, .., sign) in pieces {
        code += &String::from_utf16_lossy(&units[at..place]);
        code += &sign;
        at = place;
    }
    code += &String::from_utf16_lossy(&units[at..]);
    Some(code)
}

/// Formatting as it was made: Telegram cuts one that another begins or ends within.
fn runs(entities: &[MessageEntity]) -> Vec<(&Kind, usize, usize)> {
    let mut runs: Vec<(&Kind, usize, usize)> = Vec::new();
    for MessageEntity { kind, offset, length } in entities {
        let end = offset.saturating_add(*length);
        let before = runs.iter_mut().find(|(same, _, to)| *same == kind && to == offset);
        match before {
            Some((
                Kind::Bold | Kind::Italic | Kind::Underline | Kind::Strikethrough | Kind::Spoiler,
                _,
                to,
            )) => {
                *to = end;
            }
            _ => runs.push((kind, *offset, end)),
        }
    }
    runs
}

/// Lines of backticks around code, more of them than stand inside.
fn fences(units: &[u16], from: usize, to: usize, inside: &str) -> (String, String) {
    let longest = inside.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    let ends_line = |at: Option<&u16>| at.is_none_or(|unit| *unit == u16::from(b'\n'));
    let line_end = |at: Option<&u16>| if ends_line(at) { "" } else { "\n" };
    let before = line_end(from.checked_sub(1).and_then(|at| units.get(at)));
    let open = format!("{before}{fence}\n");
    let inner = if inside.ends_with('\n') { "" } else { "\n" };
    let close = format!("{inner}{fence}{}", line_end(units.get(to)));
    (open, close)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::mend::unfenced;

    /// A text with marks as a learner wrote them, `⟨kind:…⟩`, as Telegram delivers it.
    fn delivered(marked: &str) -> (String, Vec<MessageEntity>) {
        let (mut text, mut open, mut entities) = (String::new(), Vec::new(), Vec::new());
        let mut rest = marked;
        while let Some(at) = rest.find(['⟨', '⟩']) {
            text += &rest[..at];
            let here = text.encode_utf16().count();
            if rest[at..].starts_with('⟨') {
                let (kind, after) = rest[at + '⟨'.len_utf8()..].split_once(':').unwrap();
                let kind = match kind {
                    "b" => Kind::Bold,
                    "i" => Kind::Italic,
                    "u" => Kind::Underline,
                    "s" => Kind::Strikethrough,
                    "spoiler" => Kind::Spoiler,
                    "code" => Kind::Code,
                    "pre" => Kind::Pre { language: Some("python".into()) },
                    _ => Kind::Url,
                };
                open.push((entities.len(), here));
                entities.push(MessageEntity::new(kind, here, 0));
                rest = after;
            } else {
                let (index, from) = open.pop().unwrap();
                entities[index].length = here - from;
                rest = &rest[at + '⟩'.len_utf8()..];
            }
        }
        (text + rest, entities)
    }

    #[track_caller]
    fn check(marked: &str, code: &str) {
        let (text, entities) = delivered(marked);
        assert_eq!(as_code(&text, &entities).as_deref(), Some(code), "{text} {entities:?}");
    }

    #[test]
    fn signs_that_became_formatting_are_put_back() {
        check("class A:\n    def ⟨i:init⟩(self): pass", "class A:\n    def __init__(self): pass");
        check("if ⟨u:name⟩ == '⟨i:main⟩':", "if __name__ == '__main__':");
        check("return x⟨b:2 + y⟩2  # 🚀 ⟨s:no⟩", "return x**2 + y**2  # 🚀 ~~no~~");
        check("# 🚀🚀\na = b ⟨spoiler: c ⟩ d", "# 🚀🚀\na = b || c || d");
        check("⟨b:⟨i:x⟩ y⟩", "**__x__ y**");
        check("⟨b:⟨i:x⟩⟩⟨s:y⟩", "**__x__**~~y~~");
    }

    #[test]
    fn formatting_that_was_cut_is_one() {
        let entities = [MessageEntity::bold(0, 2), MessageEntity::italic(1, 1), MessageEntity::bold(2, 2)];
        assert_eq!(as_code("abcd", &entities).as_deref(), Some("**a__b__cd**"));
    }

    #[test]
    fn blocks_of_code_get_their_fences_back() {
        let program = "def f():\n    '''\n    ```\n    f()\n    ```\n    '''";
        let cases = [
            ("Here 🚀 it is:\n⟨pre:x = 1\ny = 2⟩\nIs it right?", "x = 1\ny = 2\n"),
            ("So: ⟨pre:x = 1⟩ yes", "x = 1\n"),
            ("⟨pre:x = 1⟩\nand\n⟨pre:y = 2⟩", "x = 1\ny = 2\n"),
            ("⟨code:x = 1⟩", "x = 1\n"),
            ("I have: ⟨code:x = 1\ny = 2⟩", "x = 1\ny = 2\n"),
            (&format!("⟨pre:{program}⟩"), &format!("{program}\n")),
        ];
        for (marked, code) in cases {
            let (text, entities) = delivered(marked);
            let fenced = as_code(&text, &entities).unwrap();
            assert_eq!(unfenced(&fenced).as_deref(), Some(code), "{fenced}");
        }
    }

    #[test]
    fn other_formatting_and_offsets_that_are_wrong_change_nothing() {
        for marked in ["plain", "see ⟨url:example.com⟩", "is it ⟨code:exp⟩ or ⟨code:log⟩?"] {
            let (text, entities) = delivered(marked);
            assert_eq!(as_code(&text, &entities), None, "{marked}");
        }
        assert_eq!(as_code("abc", &[MessageEntity::bold(2, 9)]), None);
        assert!(as_code("🚀", &[MessageEntity::bold(1, 1)]).is_some(), "within a pair: no panic");
    }
}
