//! A message as HTML for the page. Whatever a learner or the bot wrote is escaped here, and only here.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::detect::link;
use super::math;
use super::model::{Entity, Text};

/// Escapes text for HTML, in text and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// A text with entities.
pub(super) fn text(text: &Text) -> String {
    let units: Vec<u16> = text.text.encode_utf16().collect();
    let mut entities: Vec<&Entity> = text.entities.iter().collect();
    entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
    span(&units, 0, units.len(), &entities)
}

/// Entities nest: each takes those inside it along; one that crosses its outer one's end is cut there.
fn span(units: &[u16], start: usize, end: usize, entities: &[&Entity]) -> String {
    let slice =
        |from: usize, to: usize| escape(&String::from_utf16_lossy(units.get(from..to).unwrap_or_default()));
    let mut html = String::new();
    let mut at = start;
    let mut index = 0;
    while let Some(entity) = entities.get(index) {
        index += 1;
        let (from, to) = (entity.offset.max(at), (entity.offset + entity.length).min(end));
        if from >= to {
            continue;
        }
        let inside = entities.get(index..).unwrap_or_default();
        let inside = &inside[..inside.iter().take_while(|inner| inner.offset < to).count()];
        index += inside.len();
        html += &slice(at, from);
        let body = span(units, from, to, inside);
        wrap(&mut html, entity, &body, &String::from_utf16_lossy(units.get(from..to).unwrap_or_default()));
        at = to;
        // A block ends its line by itself; the line feed after it would show as an empty line.
        let block = matches!(entity.kind.as_str(), "pre" | "blockquote" | "expandable_blockquote");
        if block && at < end && units.get(at) == Some(&u16::from(b'\n')) {
            at += 1;
        }
    }
    html + &slice(at, end)
}

fn wrap(html: &mut String, entity: &Entity, body: &str, raw: &str) {
    let (open, close) = match entity.kind.as_str() {
        "bold" => ("<b>", "</b>"),
        "italic" => ("<i>", "</i>"),
        "underline" => ("<u>", "</u>"),
        "strikethrough" => ("<s>", "</s>"),
        "code" => ("<code>", "</code>"),
        "spoiler" => SPOILER,
        "blockquote" => ("<blockquote>", "</blockquote>"),
        "expandable_blockquote" => ("<blockquote class=\"expandable\">", "</blockquote>"),
        "pre" => {
            pre(html, entity.language.as_deref(), body);
            return;
        }
        "text_link" | "url" => {
            anchor(html, entity.url.as_deref().unwrap_or(raw), body);
            return;
        }
        "bot_command" => {
            command(html, raw, body);
            return;
        }
        _ => ("", ""),
    };
    html.push_str(open);
    html.push_str(body);
    html.push_str(close);
}

const SPOILER: (&str, &str) = (
    "<span class=\"spoiler\" role=\"button\" tabindex=\"0\" aria-label=\"Hidden text, press to show\">",
    "</span>",
);

fn pre(html: &mut String, language: Option<&str>, body: &str) {
    html.push_str("<div class=\"pre\">");
    if let Some(language) = language.filter(|language| !language.is_empty()) {
        let _ = write!(html, "<span class=\"language\">{}</span>", escape(language));
    }
    let _ = write!(html, "<pre tabindex=\"0\">{body}</pre></div>");
}

fn anchor(html: &mut String, url: &str, body: &str) {
    match link(url) {
        Some(url) => {
            let url = escape(&url);
            let _ =
                write!(html, "<a href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer\">{body}</a>");
        }
        None => html.push_str(body),
    }
}

fn command(html: &mut String, command: &str, body: &str) {
    let command = escape(command);
    let _ =
        write!(html, "<button type=\"button\" class=\"command\" data-command=\"{command}\">{body}</button>");
}

/// A checked rich message.
pub(super) fn rich(message: &Value) -> String {
    let mut html = String::new();
    blocks(&mut html, message.get("blocks"));
    html
}

fn blocks(html: &mut String, value: Option<&Value>) {
    for one in value.and_then(Value::as_array).into_iter().flatten() {
        block(html, one);
    }
}

fn block(html: &mut String, block: &Value) {
    let inline = |key: &str| block.get(key).map(spans).unwrap_or_default();
    let credit = || match block.get("credit") {
        Some(credit) => format!("<cite>{}</cite>", spans(credit)),
        None => String::new(),
    };
    match block.get("type").and_then(Value::as_str).unwrap_or_default() {
        "heading" => {
            // The page has its own h1 and h2; a bubble's headings start below them.
            let size = block.get("size").and_then(Value::as_u64).unwrap_or(3).clamp(1, 6);
            let level = (size + 2).min(6);
            let _ = write!(html, "<h{level} class=\"size-{size}\">{}</h{level}>", inline("text"));
        }
        "paragraph" => {
            let _ = write!(html, "<p>{}</p>", inline("text"));
        }
        "footer" => {
            let _ = write!(html, "<footer>{}</footer>", inline("text"));
        }
        "divider" => html.push_str("<hr>"),
        "pre" => pre(html, block.get("language").and_then(Value::as_str), &inline("text")),
        "mathematical_expression" => {
            let source = block.get("expression").and_then(Value::as_str).unwrap_or_default();
            let _ = write!(html, "<div class=\"formula\" tabindex=\"0\">{}</div>", math::display(source));
        }
        "list" => list(html, block.get("items")),
        "details" => {
            let open = if on(block, "is_open") { " open" } else { "" };
            let _ = write!(html, "<details{open}><summary>{}</summary>", inline("summary"));
            blocks(html, block.get("blocks"));
            html.push_str("</details>");
        }
        "blockquote" => {
            html.push_str("<blockquote>");
            blocks(html, block.get("blocks"));
            let _ = write!(html, "{}</blockquote>", credit());
        }
        "expandable_blockquote" => {
            let _ =
                write!(html, "<blockquote class=\"expandable\">{}{}</blockquote>", inline("text"), credit());
        }
        "pullquote" => {
            let _ = write!(html, "<blockquote class=\"pull\">{}{}</blockquote>", inline("text"), credit());
        }
        "table" => table(html, block),
        _ => {}
    }
}

fn on(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool) == Some(true)
}

fn list(html: &mut String, items: Option<&Value>) {
    let items: Vec<&Value> = items.and_then(Value::as_array).into_iter().flatten().collect();
    let ordered = items.iter().any(|item| item.get("value").is_some() || item.get("type").is_some());
    let tag = if ordered { "ol" } else { "ul" };
    let _ = write!(html, "<{tag}>");
    for item in items {
        let mut attributes = String::new();
        if let Some(value) = item.get("value").and_then(Value::as_i64) {
            let _ = write!(attributes, " value=\"{value}\"");
        }
        if let Some(kind) = item.get("type").and_then(Value::as_str) {
            let _ = write!(attributes, " type=\"{}\"", escape(kind));
        }
        if on(item, "has_checkbox") {
            let (state, label) = if on(item, "is_checked") { ("checked", "done") } else { ("", "not done") };
            let _ = write!(
                html,
                "<li class=\"check {state}\"><span class=\"box\" role=\"img\" aria-label=\"{label}\"></span><div>"
            );
            blocks(html, item.get("blocks"));
            html.push_str("</div></li>");
        } else {
            let _ = write!(html, "<li{attributes}>");
            blocks(html, item.get("blocks"));
            html.push_str("</li>");
        }
    }
    let _ = write!(html, "</{tag}>");
}

fn table(html: &mut String, block: &Value) {
    let mut class = String::new();
    for flag in ["is_bordered", "is_striped", "is_compact"] {
        if on(block, flag) {
            class.push_str(flag.trim_start_matches("is_"));
            class.push(' ');
        }
    }
    let _ = write!(html, "<div class=\"table\" tabindex=\"0\"><table class=\"{}\">", class.trim());
    if let Some(caption) = block.get("caption") {
        let _ = write!(html, "<caption>{}</caption>", spans(caption));
    }
    for row in block.get("cells").and_then(Value::as_array).into_iter().flatten() {
        html.push_str("<tr>");
        for cell in row.as_array().into_iter().flatten() {
            let tag = if on(cell, "is_header") { "th" } else { "td" };
            let of = |key: &str| cell.get(key).and_then(Value::as_str).unwrap_or_default();
            let _ = write!(html, "<{tag} class=\"{} {}\"", escape(of("align")), escape(of("valign")));
            for key in ["colspan", "rowspan"] {
                if let Some(count) = cell.get(key).and_then(Value::as_u64) {
                    let _ = write!(html, " {key}=\"{count}\"");
                }
            }
            let _ = write!(html, ">{}</{tag}>", cell.get("text").map(spans).unwrap_or_default());
        }
        html.push_str("</tr>");
    }
    html.push_str("</table></div>");
}

/// Rich text.
fn spans(value: &Value) -> String {
    match value {
        Value::String(text) => escape(text),
        Value::Array(parts) => parts.iter().map(spans).collect(),
        Value::Object(_) => one_span(value),
        _ => String::new(),
    }
}

fn one_span(value: &Value) -> String {
    let of = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let body = value.get("text").map(spans).unwrap_or_default();
    let (open, close) = match of("type") {
        "bold" => ("<b>", "</b>"),
        "italic" => ("<i>", "</i>"),
        "underline" => ("<u>", "</u>"),
        "strikethrough" => ("<s>", "</s>"),
        "code" => ("<code>", "</code>"),
        "marked" => ("<mark>", "</mark>"),
        "subscript" => ("<sub>", "</sub>"),
        "superscript" => ("<sup>", "</sup>"),
        "spoiler" => SPOILER,
        "mathematical_expression" => return math::inline(of("expression")),
        "url" => {
            let mut html = String::new();
            anchor(&mut html, of("url"), &body);
            return html;
        }
        "bot_command" => {
            let mut html = String::new();
            command(&mut html, of("bot_command"), &body);
            return html;
        }
        "date_time" => {
            let at = value.get("unix_time").and_then(Value::as_i64);
            let at: Option<DateTime<Utc>> = at.and_then(|at| DateTime::from_timestamp(at, 0));
            return match at {
                Some(at) => format!(
                    "<time datetime=\"{}\" data-format=\"{}\">{body}</time>",
                    at.format("%Y-%m-%dT%H:%M:%SZ"),
                    escape(of("date_time_format"))
                ),
                None => body,
            };
        }
        _ => ("", ""),
    };
    format!("{open}{body}{close}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::localchat::html;
    use serde_json::json;

    #[test]
    fn entities_nest_and_text_is_escaped() {
        let parsed =
            html::parse("🚀 <b>a <i>&lt;b&gt;</i></b> <a href=\"https://a.example/?x=1&amp;y='\">l</a>")
                .unwrap();
        assert_eq!(
            text(&parsed),
            "🚀 <b>a <i>&lt;b&gt;</i></b> <a href=\"https://a.example/?x=1&amp;y=&#39;\" target=\"_blank\" \
             rel=\"noopener noreferrer\">l</a>"
        );
    }

    #[test]
    fn a_block_takes_the_line_feed_after_it() {
        let parsed = html::parse("a\n<blockquote>b</blockquote>\n\nc").unwrap();
        assert_eq!(text(&parsed), "a\n<blockquote>b</blockquote>\nc");
    }

    #[test]
    fn nothing_a_bot_says_becomes_markup() {
        let evil = "<script>alert(1)</script>\" onload='x'";
        let rich_text = json!({ "blocks": [
            { "type": "heading", "size": 1, "text": evil },
            { "type": "pre", "language": evil, "text": evil },
            { "type": "mathematical_expression", "expression": format!("\\text{{{evil}}} {evil}") },
            { "type": "paragraph", "text": [{ "type": "mathematical_expression", "expression": evil }] },
            { "type": "paragraph", "text": { "type": "url", "url": "javascript:alert(1)", "text": evil } },
            { "type": "paragraph", "text": { "type": "bot_command", "bot_command": evil, "text": evil } },
            { "type": "list", "items": [{ "type": evil, "blocks": [{ "type": "paragraph", "text": evil }] }] },
            { "type": "table", "cells": [[{ "text": evil, "align": evil, "valign": evil }]] },
        ] });
        let html = rich(&rich_text);
        assert!(!html.contains("<script"), "{html}");
        // Within a tag every quote of the bot's is escaped, so no attribute can be added.
        let tags = html.split('<').filter_map(|part| part.split_once('>')).map(|(tag, _)| tag);
        let adding =
            tags.filter(|tag| tag.contains(" onload=")).filter(|tag| !tag.contains("&quot; onload=&#39;"));
        assert_eq!(adding.collect::<Vec<_>>(), Vec::<&str>::new(), "{html}");
        assert!(!html.contains("javascript:"), "{html}");
    }
}
