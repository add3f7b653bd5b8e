//! What a server finds by itself in plain text: commands and links.

use super::html::plain_entity;
use super::model::{Entity, utf16_len};

/// Whether a button or a link may lead there; a missing scheme means http.
pub(super) fn link(url: &str) -> Option<String> {
    let url = url.trim();
    let lower = url.to_lowercase();
    if url.is_empty() || url.contains(char::is_whitespace) {
        return None;
    }
    let rest = if let Some(rest) = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")) {
        rest.to_owned()
    } else if lower.starts_with("tg://") || lower.starts_with("mailto:") {
        return Some(url.to_owned());
    } else if lower.contains(':') && !lower.contains('/') || lower.contains("://") {
        return None;
    } else {
        return lower.contains('.').then(|| format!("http://{url}"));
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    (name.contains('.') || name == "localhost").then(|| url.to_owned())
}

/// Adds the commands and links that stand in the text outside of code and links.
pub(super) fn detect(text: &str, known: &[Entity]) -> Vec<Entity> {
    let mut found = known.to_vec();
    let closed = |offset: usize, length: usize| {
        known.iter().any(|entity| {
            matches!(entity.kind.as_str(), "code" | "pre" | "text_link")
                && entity.offset < offset + length
                && offset < entity.offset + entity.length
        })
    };
    let mut offset = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'']);
        let opening = bare.len() - bare.trim_start_matches(['(', '"', '\'', '“']).len();
        let (before, bare) = bare.split_at(opening);
        let start = offset + utf16_len(before);
        let kind = if is_command(bare) {
            Some("bot_command")
        } else if bare.starts_with("https://") || bare.starts_with("http://") {
            link(bare).map(|_| "url")
        } else {
            None
        };
        if let Some(kind) = kind.filter(|_| !closed(start, utf16_len(bare))) {
            found.push(plain_entity(kind, start, utf16_len(bare)));
        }
        offset += utf16_len(word);
    }
    found.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
    found
}

fn is_command(word: &str) -> bool {
    let Some(rest) = word.strip_prefix('/') else { return false };
    let (name, bot) = rest.split_once('@').unwrap_or((rest, "bot"));
    let fits = |part: &str, limit: usize| {
        (1..=limit).contains(&part.len())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    fits(name, 32) && fits(bot, 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_links_are_found_outside_code() {
        let known = [plain_entity("code", 0, 5)];
        let found = detect("/code 🚀 (/week 3), https://a.example/x.", &known);
        let found: Vec<_> = found.iter().skip(1).map(|e| (e.kind.as_str(), e.offset, e.length)).collect();
        assert_eq!(found, [("bot_command", 10, 5), ("url", 20, 19)]);
    }

    #[test]
    fn only_links_that_a_client_could_open_pass() {
        assert_eq!(link("example.org/x").as_deref(), Some("http://example.org/x"));
        assert_eq!(link("javascript:alert(1)"), None);
        assert_eq!(link("JAVASCRIPT://x.y/%0aalert(1)"), None);
        assert_eq!(link("http://nowhere"), None);
        assert!(link("tg://user?id=1").is_some());
    }
}
