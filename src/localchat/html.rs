//! Telegram's HTML: parsed into text and entities, with the server's own words for what is wrong.

use super::detect::link;
use super::model::{Entity, Text, utf16_len};

const TAGS: [&str; 17] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
    "tg-time",
];

/// Parses a text in parse mode HTML.
///
/// # Errors
/// The part of Telegram's answer that follows "can't parse entities: ".
pub(super) fn parse(html: &str) -> Result<Text, String> {
    let mut parser =
        Parser { html, at: 0, text: String::new(), units: 0, entities: Vec::new(), open: Vec::new() };
    while let Some(letter) = parser.peek() {
        match letter {
            '<' => parser.tag()?,
            '&' => {
                let (decoded, length) = entity(&html[parser.at..]).unwrap_or(('&', 1));
                parser.push(decoded);
                parser.at += length;
            }
            _ => {
                parser.push(letter);
                parser.at += letter.len_utf8();
            }
        }
    }
    if let Some(open) = parser.open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.name));
    }
    Ok(trim(Text { text: parser.text, entities: parser.entities }))
}

struct Parser<'a> {
    html: &'a str,
    at: usize,
    text: String,
    /// Length of `text` in UTF-16 units.
    units: usize,
    entities: Vec<Entity>,
    open: Vec<Open>,
}

struct Open {
    name: String,
    argument: Option<String>,
    offset: usize,
    /// Entities that were closed before this tag was opened; later ones lie inside it.
    before: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.html[self.at..].chars().next()
    }

    fn push(&mut self, letter: char) {
        self.text.push(letter);
        self.units += letter.len_utf16();
    }

    /// Moves on while `keep` holds and returns what was passed.
    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &str {
        let rest = &self.html[self.at..];
        let length = rest.find(|letter| !keep(letter)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.at += 1;
        if self.peek() == Some('/') {
            self.at += 1;
            return self.end_tag(begin);
        }
        let name = self.take_while(|letter| !letter.is_whitespace() && letter != '>').to_lowercase();
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if !TAGS.contains(&name.as_str()) {
            return Err(format!("Unsupported start tag \"{name}\" at byte offset {begin}"));
        }
        let argument = self.attributes(&name, begin)?;
        if name == "span" && argument.as_deref() != Some("spoiler") {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.open.push(Open { name, argument, offset: self.units, before: self.entities.len() });
        Ok(())
    }

    /// Reads up to and over the `>`; returns the one attribute that means something for this tag.
    fn attributes(&mut self, tag: &str, begin: usize) -> Result<Option<String>, String> {
        let mut argument = None;
        loop {
            self.take_while(char::is_whitespace);
            match self.peek() {
                None => return Err(format!("Unclosed start tag at byte offset {begin}")),
                Some('>') => {
                    self.at += 1;
                    return Ok(argument);
                }
                Some(_) => {}
            }
            let name = self
                .take_while(|letter| !letter.is_whitespace() && !matches!(letter, '=' | '>'))
                .to_lowercase();
            if name.is_empty() {
                return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
            }
            self.take_while(char::is_whitespace);
            if self.peek() != Some('=') {
                if tag == "blockquote" && name == "expandable" {
                    argument = Some("1".to_owned());
                    continue;
                }
                return Err(format!(
                    "Expected equal sign in declaration of an attribute of the tag \"{tag}\" at byte offset {begin}"
                ));
            }
            self.at += 1;
            self.take_while(char::is_whitespace);
            let value = self.value(begin)?;
            let meant = match (tag, name.as_str()) {
                ("a", "href") | ("tg-emoji", "emoji-id") => Some(value),
                ("code", "class") => value.strip_prefix("language-").map(str::to_owned),
                ("span", "class") => value.strip_prefix("tg-").map(str::to_owned),
                ("blockquote", "expandable") => Some("1".to_owned()),
                _ => None,
            };
            argument = meant.or(argument);
        }
    }

    fn value(&mut self, begin: usize) -> Result<String, String> {
        let start = self.at;
        let Some(quote @ ('"' | '\'')) = self.peek() else {
            let value = self
                .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-'))
                .to_lowercase();
            return match self.peek() {
                None => Err(format!("Unclosed start tag at byte offset {begin}")),
                Some(letter) if letter == '>' || letter.is_whitespace() => Ok(value),
                Some(_) => Err(format!("Unexpected end of name token at byte offset {start}")),
            };
        };
        self.at += 1;
        let raw = self.take_while(|letter| letter != quote).to_owned();
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        self.at += 1;
        Ok(unescape(&raw))
    }

    fn end_tag(&mut self, begin: usize) -> Result<(), String> {
        let name = self.take_while(|letter| !letter.is_whitespace() && letter != '>').to_lowercase();
        self.take_while(char::is_whitespace);
        let closed = self.peek() == Some('>');
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        if !closed {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        if !name.is_empty() && name != open.name {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                open.name
            ));
        }
        self.close(open);
        Ok(())
    }

    fn close(&mut self, open: Open) {
        let length = self.units - open.offset;
        if length == 0 {
            return;
        }
        let mut entity = plain_entity("", open.offset, length);
        entity.kind = match open.name.as_str() {
            "b" | "strong" => "bold",
            "i" | "em" => "italic",
            "u" | "ins" => "underline",
            "s" | "strike" | "del" => "strikethrough",
            "span" | "tg-spoiler" => "spoiler",
            "code" => "code",
            "pre" => "pre",
            "tg-emoji" => "custom_emoji",
            "blockquote" if open.argument.is_some() => "expandable_blockquote",
            "blockquote" => "blockquote",
            "a" => "text_link",
            _ => return,
        }
        .to_owned();
        match open.name.as_str() {
            "a" => {
                let shown = self.slice(open.offset);
                let url = open.argument.filter(|url| !url.is_empty()).unwrap_or(shown);
                // A link that no client could open is shown as plain text, as the server does it.
                let Some(url) = link(&url) else { return };
                entity.url = Some(url);
            }
            "tg-emoji" => entity.custom_emoji_id = open.argument,
            "code" => entity.language = open.argument,
            // <pre><code class="language-x"> is one entity.
            "pre" => {
                let inside = self.entities.get(open.before..).unwrap_or_default();
                let whole = inside.iter().position(|inner| {
                    inner.kind == "code" && inner.offset == entity.offset && inner.length == entity.length
                });
                if let Some(at) = whole {
                    entity.language = self.entities.remove(open.before + at).language;
                }
            }
            _ => {}
        }
        // Outer entities stand before inner ones.
        self.entities.insert(open.before, entity);
    }

    fn slice(&self, from: usize) -> String {
        let units: Vec<u16> = self.text.encode_utf16().skip(from).collect();
        String::from_utf16_lossy(&units)
    }
}

/// One of the named or numbered character references that Telegram knows, and its length in bytes.
fn entity(text: &str) -> Option<(char, usize)> {
    for (name, letter) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')] {
        if text.starts_with(name) {
            return Some((letter, name.len()));
        }
    }
    let number = text.strip_prefix("&#")?;
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let length = digits.find(|letter: char| !letter.is_digit(radix)).unwrap_or(digits.len());
    let code = u32::from_str_radix(digits.get(..length)?, radix).ok()?;
    let letter = char::from_u32(code).filter(|letter| *letter != '\0')?;
    let used = text.len() - digits.len() + length;
    Some((letter, used + usize::from(digits[length..].starts_with(';'))))
}

fn unescape(raw: &str) -> String {
    let mut text = String::new();
    let mut rest = raw;
    while let Some(letter) = rest.chars().next() {
        let (decoded, length) = entity(rest).unwrap_or((letter, letter.len_utf8()));
        text.push(decoded);
        rest = &rest[length..];
    }
    text
}

/// Takes white space off both ends, as the server does, and moves the entities along.
pub(super) fn trim(text: Text) -> Text {
    let without_start = text.text.trim_start();
    let cut = utf16_len(&text.text) - utf16_len(without_start);
    let trimmed = without_start.trim_end();
    let end = utf16_len(trimmed);
    let entities = text.entities.into_iter().filter_map(|mut entity| {
        let stop = (entity.offset + entity.length).saturating_sub(cut).min(end);
        entity.offset = entity.offset.saturating_sub(cut);
        entity.length = stop.checked_sub(entity.offset).filter(|length| *length > 0)?;
        Some(entity)
    });
    let entities = entities.collect();
    Text { text: trimmed.to_owned(), entities }
}

/// An entity without any of the fields that only some kinds have.
pub(super) fn plain_entity(kind: &str, offset: usize, length: usize) -> Entity {
    Entity { kind: kind.to_owned(), offset, length, url: None, language: None, custom_emoji_id: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &Text) -> Vec<(String, usize, usize)> {
        text.entities.iter().map(|entity| (entity.kind.clone(), entity.offset, entity.length)).collect()
    }

    #[test]
    fn tags_become_entities_in_utf16_units() {
        let text = parse("🚀 <b>bold <i>both</i></b> &lt;&amp;&#960;").unwrap();
        assert_eq!(text.text, "🚀 bold both <&π");
        assert_eq!(shape(&text), [("bold".to_owned(), 3, 9), ("italic".to_owned(), 8, 4)]);
    }

    #[test]
    fn code_with_a_language_inside_pre_is_one_entity() {
        let text = parse("<pre><code class=\"language-python\">x = 1\n</code></pre>").unwrap();
        assert_eq!(text.text, "x = 1");
        assert_eq!(shape(&text), [("pre".to_owned(), 0, 5)]);
        assert_eq!(text.entities[0].language.as_deref(), Some("python"));
    }

    #[test]
    fn faults_are_told_in_telegrams_words() {
        for (html, problem) in [
            ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("a < b", "Unsupported start tag \"\" at byte offset 2"),
            ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
            ("<h1>x</h1>", "Unsupported start tag \"h1\" at byte offset 0"),
            ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
            (
                "<a href>x</a>",
                "Expected equal sign in declaration of an attribute of the tag \"a\" at byte offset 0",
            ),
            ("<b", "Unclosed start tag at byte offset 0"),
        ] {
            assert_eq!(parse(html).unwrap_err(), problem, "{html}");
        }
    }

    #[test]
    fn white_space_at_the_ends_goes_and_entities_follow() {
        let text = parse("\n  <b>x</b> y <i> </i>\n").unwrap();
        assert_eq!(text.text, "x y");
        assert_eq!(shape(&text), [("bold".to_owned(), 0, 1)]);
    }
}
