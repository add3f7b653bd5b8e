//! Long polling: nothing is confirmed to Telegram before it is stored here.

use std::time::Duration;

use teloxide::prelude::Requester;
use teloxide::types::BotCommand;
use tokio::sync::watch;

use super::intake::Intake;
use super::wire::{self, CallError, GetUpdates};
use super::{Edge, EdgeError};
use crate::chat::command;

/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Polls between two prunings of the inbox: about a day of empty ones.
const PRUNE_EVERY: u32 = 1_000;

/// Says hello to the server, however long it takes to be reached: checks the token, removes a webhook that
/// would keep polling out, and registers the commands. `false` when it was asked to stop meanwhile.
pub(super) async fn introduce(edge: &Edge, shutdown: &mut watch::Receiver<bool>) -> Result<bool, EdgeError> {
    let mut pause = Duration::from_secs(1);
    loop {
        let error = match hello(edge).await {
            Ok(name) => {
                tracing::info!(bot = name, "ready");
                return Ok(true);
            }
            Err(CallError::Token) => return Err(EdgeError::Token),
            Err(error) => error,
        };
        tracing::warn!(%error, seconds = pause.as_secs(), "the Bot API is not ready; trying again");
        if !wait(pause, shutdown).await {
            return Ok(false);
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn hello(edge: &Edge) -> Result<String, CallError> {
    let me = edge.bot.get_me().await?;
    edge.bot.delete_webhook().await?;
    let commands: Vec<BotCommand> = command::COMMANDS[..command::LISTED]
        .iter()
        .map(|command| BotCommand::new(command.name, command.summary))
        .collect();
    edge.bot.set_my_commands(commands).await?;
    Ok(me.username().to_owned())
}

/// Waits; `false` when it was asked to stop meanwhile.
async fn wait(pause: Duration, shutdown: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(pause) => true,
        _ = shutdown.wait_for(|stop| *stop) => false,
    }
}

/// Polls until it is asked to stop.
pub(super) async fn poll(edge: &Edge, intake: &Intake, shutdown: &mut watch::Receiver<bool>) {
    let mut offset = None;
    let mut pause = Duration::from_secs(1);
    let mut polls: u32 = 0;
    while !*shutdown.borrow() {
        let request = GetUpdates {
            offset,
            limit: 100,
            timeout: wire::POLL_SECONDS,
            allowed_updates: ["message", "edited_message", "callback_query", "my_chat_member"],
        };
        let answer = tokio::select! {
            answer = wire::call(&edge.poller, request) => answer,
            _ = shutdown.wait_for(|stop| *stop) => return,
        };
        let kept = match answer {
            Ok(updates) => intake.keep(updates).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match kept {
            Ok((new, next)) => {
                pause = Duration::from_secs(1);
                offset = next.or(offset);
                intake.work_off(new, shutdown).await;
            }
            Err(error) => {
                tracing::warn!(%error, seconds = pause.as_secs(), "no updates; trying again");
                if !wait(pause, shutdown).await {
                    return;
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
        polls = polls.wrapping_add(1);
        if polls % PRUNE_EVERY == 1 {
            intake.prune().await;
        }
    }
}
