//! Methods about the bot itself: who it is, its menu, its description.

use serde_json::{Value, json};

use super::params::Params;
use super::{Answer, ApiError};
use crate::localchat::core::Core;
use crate::localchat::model::{Command, utf16_len};

pub(super) fn me(core: &Core) -> Value {
    let mut me = core.look(|inner| inner.bot_user());
    for (key, value) in [
        ("can_join_groups", true),
        ("can_read_all_group_messages", false),
        ("supports_inline_queries", false),
        ("can_connect_to_business", false),
        ("has_main_web_app", false),
    ] {
        me[key] = value.into();
    }
    me
}

/// There is one menu here: scopes and languages are accepted and make no difference.
pub(super) fn set_commands(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&["scope", "language_code"]);
    let commands = params.json("commands")?;
    let commands: Vec<Command> = commands
        .and_then(|commands| serde_json::from_value(commands).ok())
        .ok_or_else(|| ApiError::bad("can't parse commands JSON object").faulty())?;
    if commands.len() > 100 {
        return Err(ApiError::bad("BOT_COMMANDS_TOO_MUCH").faulty());
    }
    for command in &commands {
        let name = &command.command;
        let fits = (1..=32).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !fits {
            return Err(ApiError::bad("BOT_COMMAND_INVALID").faulty());
        }
        if !(1..=256).contains(&utf16_len(&command.description)) {
            return Err(ApiError::bad("BOT_COMMAND_DESCRIPTION_INVALID").faulty());
        }
    }
    core.act(|inner, _| {
        inner.world.commands = commands;
        inner.touch();
    });
    Ok(true.into())
}

pub(super) fn commands(core: &Core, params: &mut Params) -> Value {
    params.ignore(&["scope", "language_code"]);
    core.look(|inner| json!(inner.world.commands))
}

pub(super) fn delete_commands(core: &Core, params: &mut Params) -> Value {
    params.ignore(&["scope", "language_code"]);
    core.act(|inner, _| {
        inner.world.commands.clear();
        inner.touch();
    });
    true.into()
}

pub(super) fn set_description(core: &Core, params: &mut Params) -> Answer {
    let text = description(params, "description", 512)?;
    core.act(|inner, _| {
        inner.world.description = text;
        inner.touch();
    });
    Ok(true.into())
}

pub(super) fn set_short_description(core: &Core, params: &mut Params) -> Answer {
    let text = description(params, "short_description", 120)?;
    core.act(|inner, _| {
        inner.world.short_description = text;
        inner.touch();
    });
    Ok(true.into())
}

fn description(params: &mut Params, key: &str, limit: usize) -> Result<String, ApiError> {
    params.ignore(&["language_code"]);
    let text = params.text(key)?.unwrap_or_default();
    if utf16_len(&text) > limit {
        return Err(ApiError::bad(format!("{key} is too long")).faulty());
    }
    Ok(text)
}
