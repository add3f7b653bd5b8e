//! Rich messages as blocks: checked strictly, since a real server refuses what it does not know, and
//! turned into plain text for tests and notices.

use serde_json::{Map, Value};

use super::model::utf16_len;

const CHARACTERS: usize = 32_768;
const BLOCKS: usize = 500;
const LEVELS: usize = 16;
const COLUMNS: usize = 20;

/// Checks a `rich_message`.
///
/// # Errors
/// What is wrong, as it stands in the answer after "Bad Request: ".
pub(super) fn check(rich: &Value) -> Result<(), String> {
    let fields = rich.as_object().ok_or("object expected as rich message")?;
    let given = ["blocks", "html", "markdown"].iter().filter(|key| fields.contains_key(**key)).count();
    if given != 1 {
        return Err("exactly one of blocks, html and markdown must be specified in the rich message".into());
    }
    let Some(blocks) = fields.get("blocks") else {
        return Err("the local chat takes rich messages as blocks only".into());
    };
    let mut check = Check { characters: 0, blocks: 0 };
    known(fields, "rich message", &["blocks", "is_rtl", "skip_entity_detection"])?;
    flags(fields, &["is_rtl", "skip_entity_detection"])?;
    check.blocks(blocks, 1)?;
    if check.characters > CHARACTERS {
        return Err("rich message is too long".into());
    }
    if check.blocks > BLOCKS {
        return Err("rich message has too many blocks".into());
    }
    if check.blocks == 0 {
        return Err("rich message must be non-empty".into());
    }
    Ok(())
}

struct Check {
    characters: usize,
    blocks: usize,
}

type Fields = Map<String, Value>;

impl Check {
    fn blocks(&mut self, value: &Value, level: usize) -> Result<(), String> {
        let blocks = value.as_array().ok_or("array of blocks expected")?;
        if level > LEVELS {
            return Err("rich message is nested too deep".into());
        }
        for block in blocks {
            self.blocks += 1;
            self.block(block, level)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Value, level: usize) -> Result<(), String> {
        let fields = block.as_object().ok_or("object expected as rich block")?;
        let kind = word(fields, "type").ok_or("rich block has no type")?;
        let allowed: &[&str] = match kind {
            "heading" => {
                let size = fields.get("size").and_then(Value::as_i64);
                if !size.is_some_and(|size| (1..=6).contains(&size)) {
                    return Err("heading size must be from 1 to 6".into());
                }
                self.rich_field(fields, "text")?;
                &["type", "text", "size"]
            }
            "paragraph" | "footer" => {
                self.rich_field(fields, "text")?;
                &["type", "text"]
            }
            "pre" => {
                self.rich_field(fields, "text")?;
                optional_word(fields, "language")?;
                &["type", "text", "language"]
            }
            "mathematical_expression" => {
                self.expression(fields)?;
                &["type", "expression"]
            }
            "divider" => &["type"],
            "list" => {
                self.items(fields, level)?;
                &["type", "items"]
            }
            "details" => {
                self.rich_field(fields, "summary")?;
                self.blocks_field(fields, level)?;
                flags(fields, &["is_open"])?;
                &["type", "summary", "blocks", "is_open"]
            }
            "blockquote" => {
                self.blocks_field(fields, level)?;
                self.optional_rich(fields, "credit")?;
                &["type", "blocks", "credit"]
            }
            "expandable_blockquote" | "pullquote" => {
                self.rich_field(fields, "text")?;
                self.optional_rich(fields, "credit")?;
                &["type", "text", "credit"]
            }
            "table" => {
                self.table(fields)?;
                &["type", "cells", "is_bordered", "is_striped", "is_compact", "caption"]
            }
            other => return Err(format!("rich block type \"{other}\" is not supported")),
        };
        known(fields, kind, allowed)
    }

    fn blocks_field(&mut self, fields: &Fields, level: usize) -> Result<(), String> {
        self.blocks(fields.get("blocks").ok_or("rich block has no blocks")?, level + 1)
    }

    fn items(&mut self, fields: &Fields, level: usize) -> Result<(), String> {
        let items = fields.get("items").and_then(Value::as_array).ok_or("list has no items")?;
        for item in items {
            let item = item.as_object().ok_or("object expected as list item")?;
            known(item, "list item", &["blocks", "has_checkbox", "is_checked", "value", "type"])?;
            flags(item, &["has_checkbox", "is_checked"])?;
            if item.get("value").is_some_and(|value| !value.is_i64()) {
                return Err("value of a list item must be an integer".into());
            }
            if let Some(kind) = item.get("type")
                && !matches!(kind.as_str(), Some("a" | "A" | "i" | "I" | "1"))
            {
                return Err("type of a list item must be one of a, A, i, I and 1".into());
            }
            self.blocks_field(item, level)?;
        }
        Ok(())
    }

    fn table(&mut self, fields: &Fields) -> Result<(), String> {
        flags(fields, &["is_bordered", "is_striped", "is_compact"])?;
        self.optional_rich(fields, "caption")?;
        let rows = fields.get("cells").and_then(Value::as_array).ok_or("table has no cells")?;
        for row in rows {
            let row = row.as_array().ok_or("array expected as table row")?;
            if row.len() > COLUMNS {
                return Err("table has too many columns".into());
            }
            for cell in row {
                let cell = cell.as_object().ok_or("object expected as table cell")?;
                known(cell, "table cell", &["text", "is_header", "colspan", "rowspan", "align", "valign"])?;
                flags(cell, &["is_header"])?;
                self.optional_rich(cell, "text")?;
                one_of(cell, "align", &["left", "center", "right"])?;
                one_of(cell, "valign", &["top", "middle", "bottom"])?;
                for span in ["colspan", "rowspan"] {
                    if cell.get(span).is_some_and(|span| span.as_u64().is_none_or(|span| span == 0)) {
                        return Err(format!("{span} of a table cell must be a positive integer"));
                    }
                }
            }
        }
        Ok(())
    }

    fn expression(&mut self, fields: &Fields) -> Result<(), String> {
        let source = word(fields, "expression").ok_or("mathematical expression has no expression")?;
        self.characters += utf16_len(source);
        Ok(())
    }

    fn rich_field(&mut self, fields: &Fields, key: &str) -> Result<(), String> {
        let text = fields.get(key).ok_or_else(|| format!("field {key} of a rich block is missing"))?;
        self.rich(text, 1)
    }

    fn optional_rich(&mut self, fields: &Fields, key: &str) -> Result<(), String> {
        fields.get(key).map_or(Ok(()), |text| self.rich(text, 1))
    }

    fn rich(&mut self, text: &Value, level: usize) -> Result<(), String> {
        if level > LEVELS {
            return Err("rich text is nested too deep".into());
        }
        match text {
            Value::String(text) => self.characters += utf16_len(text),
            Value::Array(parts) => {
                for part in parts {
                    self.rich(part, level + 1)?;
                }
            }
            Value::Object(fields) => return self.span(fields, level),
            _ => return Err("rich text must be a string, an array or an object".into()),
        }
        Ok(())
    }

    fn span(&mut self, fields: &Fields, level: usize) -> Result<(), String> {
        let kind = word(fields, "type").ok_or("rich text has no type")?;
        let allowed: &[&str] = match kind {
            "bold" | "italic" | "underline" | "strikethrough" | "spoiler" | "code" | "marked"
            | "subscript" | "superscript" => &["type", "text"],
            "mathematical_expression" => {
                known(fields, kind, &["type", "expression"])?;
                return self.expression(fields);
            }
            "url" => {
                let url = word(fields, "url").ok_or("rich text url has no url")?;
                super::detect::link(url).ok_or_else(|| format!("rich text url '{url}' is invalid"))?;
                &["type", "text", "url"]
            }
            "date_time" => {
                if !fields.get("unix_time").is_some_and(Value::is_i64) {
                    return Err("unix_time of a date_time must be an integer".into());
                }
                word(fields, "date_time_format").ok_or("date_time has no date_time_format")?;
                &["type", "text", "unix_time", "date_time_format"]
            }
            "mention" => {
                word(fields, "username").ok_or("mention has no username")?;
                &["type", "text", "username"]
            }
            "bot_command" | "hashtag" | "cashtag" | "email_address" | "phone_number" | "bank_card_number" => {
                word(fields, kind).ok_or_else(|| format!("{kind} has no {kind}"))?;
                &["type", "text", kind]
            }
            other => return Err(format!("rich text type \"{other}\" is not supported")),
        };
        known(fields, kind, allowed)?;
        let text = fields.get("text").ok_or_else(|| format!("field text of {kind} is missing"))?;
        self.rich(text, level + 1)
    }
}

fn word<'a>(fields: &'a Fields, key: &str) -> Option<&'a str> {
    fields.get(key).and_then(Value::as_str)
}

fn optional_word(fields: &Fields, key: &str) -> Result<(), String> {
    match fields.get(key) {
        None | Some(Value::String(_)) => Ok(()),
        Some(_) => Err(format!("field {key} must be a string")),
    }
}

fn known(fields: &Fields, what: &str, allowed: &[&str]) -> Result<(), String> {
    match fields.keys().find(|key| !allowed.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(format!("unknown field {key} in {what}")),
    }
}

fn flags(fields: &Fields, keys: &[&str]) -> Result<(), String> {
    match keys.iter().find(|key| fields.get(**key).is_some_and(|flag| !flag.is_boolean())) {
        None => Ok(()),
        Some(key) => Err(format!("field {key} must be a Boolean")),
    }
}

fn one_of(fields: &Fields, key: &str, allowed: &[&str]) -> Result<(), String> {
    match fields.get(key) {
        Some(Value::String(value)) if allowed.contains(&value.as_str()) => Ok(()),
        _ => Err(format!("{key} must be one of {}", allowed.join(", "))),
    }
}

/// The text of a checked rich message, a line a block; formulas as their source.
pub(super) fn plain(rich: &Value) -> String {
    let mut lines = Vec::new();
    plain_blocks(rich.get("blocks"), &mut lines);
    lines.join("\n")
}

fn plain_blocks(blocks: Option<&Value>, lines: &mut Vec<String>) {
    for block in blocks.and_then(Value::as_array).into_iter().flatten() {
        if let Some(source) = block.get("expression").and_then(Value::as_str) {
            lines.push(source.to_owned());
        }
        for key in ["summary", "text"] {
            if let Some(text) = block.get(key) {
                lines.push(plain_rich(text));
            }
        }
        plain_blocks(block.get("blocks"), lines);
        for item in block.get("items").and_then(Value::as_array).into_iter().flatten() {
            let mut inner = Vec::new();
            plain_blocks(item.get("blocks"), &mut inner);
            let on = |key| item.get(key).and_then(Value::as_bool) == Some(true);
            let mark = match (on("has_checkbox"), on("is_checked")) {
                (true, true) => "☑",
                (true, false) => "☐",
                _ => "•",
            };
            lines.push(format!("{mark} {}", inner.join("\n")));
        }
        for row in block.get("cells").and_then(Value::as_array).into_iter().flatten() {
            let cells = row.as_array().into_iter().flatten();
            let cells: Vec<String> =
                cells.map(|cell| cell.get("text").map(plain_rich).unwrap_or_default()).collect();
            lines.push(cells.join(" | "));
        }
        if block.get("type").and_then(Value::as_str) == Some("divider") {
            lines.push("────".to_owned());
        }
    }
}

fn plain_rich(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(plain_rich).collect(),
        Value::Object(fields) => word(fields, "expression")
            .map_or_else(|| fields.get("text").map(plain_rich).unwrap_or_default(), str::to_owned),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn known_blocks_pass_and_read_as_lines() {
        let rich = json!({ "blocks": [
            { "type": "heading", "size": 3, "text": "Bayes" },
            { "type": "paragraph", "text": ["With ", { "type": "mathematical_expression", "expression": "x" }] },
            { "type": "list", "items": [{ "blocks": [{ "type": "paragraph", "text": "prior" }], "has_checkbox": true }] },
            { "type": "details", "summary": "Why", "blocks": [{ "type": "divider" }] },
            { "type": "table", "cells": [[{ "text": "a", "align": "left", "valign": "top" }]] },
        ], "skip_entity_detection": true });
        assert_eq!(check(&rich), Ok(()));
        assert_eq!(plain(&rich), "Bayes\nWith x\n☐ prior\nWhy\n────\na");
    }

    #[test]
    fn what_a_server_would_refuse_is_refused() {
        let deep = (0..17).fold(
            json!([{ "type": "divider" }]),
            |inner, _| json!([{ "type": "blockquote", "blocks": inner }]),
        );
        let many: Vec<Value> = (0..501).map(|_| json!({ "type": "divider" })).collect();
        for (blocks, problem) in [
            (json!([]), "rich message must be non-empty"),
            (json!([{ "type": "paragraph" }]), "field text of a rich block is missing"),
            (
                json!([{ "type": "paragraph", "text": 7 }]),
                "rich text must be a string, an array or an object",
            ),
            (json!([{ "type": "paragraph", "text": "x", "size": 1 }]), "unknown field size in paragraph"),
            (json!([{ "type": "heading", "text": "x", "size": 7 }]), "heading size must be from 1 to 6"),
            (json!([{ "type": "marquee" }]), "rich block type \"marquee\" is not supported"),
            (json!([{ "type": "paragraph", "text": "x".repeat(32_769) }]), "rich message is too long"),
            (deep, "rich message is nested too deep"),
            (json!(many), "rich message has too many blocks"),
        ] {
            assert_eq!(check(&json!({ "blocks": blocks })), Err(problem.to_owned()));
        }
        assert!(check(&json!({ "blocks": [], "html": "x" })).is_err());
    }
}
