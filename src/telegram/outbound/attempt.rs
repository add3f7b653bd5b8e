//! One try to send one message.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use teloxide::Bot;
use teloxide::payloads::{AnswerCallbackQuerySetters, SendPhotoSetters};
use teloxide::prelude::Requester;
use teloxide::requests::Request;
use teloxide::types::{CallbackQueryId, ChatAction, ChatId, InputFile, MessageId};

use super::lanes::Parcel;
use super::{PICTURE_TRIES, TOAST_TRIES};
use crate::chat::intent::Op;
use crate::chat::screen::Screen;
use crate::chat::{html, rich};
use crate::clock::Clock;
use crate::picture;
use crate::store::outbox::{self, Class};
use crate::store::{Store, StoreError, learner, session};
use crate::telegram::wire::{
    self, CallError, EditButtons, EditHtml, EditRichMessage, SendHtml, SendRichMessage,
};

/// What became of a try.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It has left.
    Sent,
    /// It never will, and nothing is lost by that.
    Dropped,
    /// The chat refuses the bot.
    Blocked,
    /// Again after this.
    Held(Duration),
    /// Again after a growing pause.
    Failed,
}

/// What a try needs.
pub(super) struct Attempt {
    bot: Bot,
    store: Store,
    clock: Clock,
    /// The server knows rich messages, as far as it was seen.
    rich: AtomicBool,
}

/// A screen in the form that the server takes.
enum Parts {
    Rich(Vec<Value>),
    Html(Vec<String>),
}

impl Attempt {
    pub fn new(bot: Bot, store: Store, clock: Clock) -> Self {
        Self { bot, store, clock, rich: AtomicBool::new(true) }
    }

    /// Tries once, and notes in the outbox what came of it.
    pub async fn make(&self, mut parcel: Parcel) -> (Parcel, Outcome) {
        let outcome = match self.try_it(&mut parcel).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::error!(%error, "the outbox could not be updated");
                Outcome::Failed
            }
        };
        (parcel, outcome)
    }

    async fn try_it(&self, parcel: &mut Parcel) -> Result<Outcome, StoreError> {
        let (id, chat) = (parcel.outgoing.id, parcel.outgoing.chat);
        let now = self.clock.now();
        if parcel.outgoing.expires_at.is_some_and(|at| at < now) {
            tracing::warn!("a reminder could not leave in time and is dropped");
            self.store.write(move |db| outbox::remove(db, id)).await?;
            return Ok(Outcome::Dropped);
        }
        let reminder = parcel.outgoing.class == Class::Reminder;
        if reminder && !self.store.write(move |db| outbox::claim(db, id, now)).await? {
            return Ok(Outcome::Dropped);
        }
        let op = parcel.outgoing.op.clone();
        let result = self.perform(parcel, &op).await;
        let most_tries = match op {
            Op::Toast { .. } | Op::Typing => TOAST_TRIES,
            Op::Picture { .. } => PICTURE_TRIES,
            _ => u32::MAX,
        };
        let retried = match &result {
            Err(CallError::RetryAfter(seconds)) => {
                Some(Outcome::Held(Duration::from_secs((*seconds).into())))
            }
            Err(CallError::Passing(_) | CallError::Conflict | CallError::Token) => Some(Outcome::Failed),
            _ => None,
        };
        if let Some(outcome) = retried.filter(|_| parcel.tries < most_tries) {
            if reminder {
                // Telegram did not take it, so it may be claimed again.
                self.store.write(move |db| outbox::unclaim(db, id)).await?;
            }
            if let Err(error) = result {
                tracing::warn!(%error, tries = parcel.tries, "a message waits");
            }
            return Ok(outcome);
        }
        let blocked = matches!(result, Err(CallError::Blocked));
        let shown = result.as_ref().ok().copied().flatten();
        let session = match op {
            Op::Send { session, .. } | Op::Edit { session, .. } => session,
            _ => None,
        };
        if let Err(error) = result
            && !blocked
        {
            tracing::warn!(%error, "a message was refused and is dropped");
        }
        self.store
            .write(move |db| {
                outbox::remove(db, id)?;
                if blocked {
                    learner::set_blocked(db, chat, true)?;
                    outbox::remove_chat(db, chat)?;
                }
                match (session, shown) {
                    (Some(session), Some(message)) => session::set_message(db, session, message),
                    _ => Ok(()),
                }
            })
            .await?;
        Ok(if blocked { Outcome::Blocked } else { Outcome::Sent })
    }

    /// Makes the calls of an operation. Returns the new message, where one was sent.
    async fn perform(&self, parcel: &mut Parcel, op: &Op) -> Result<Option<i32>, CallError> {
        let chat = ChatId(parcel.outgoing.chat);
        match op {
            Op::Send { screen, .. } => self.show(parcel, None, screen).await,
            Op::Edit { message, screen, .. } => self.show(parcel, Some(*message), screen).await,
            Op::Buttons { message, buttons } => {
                let reply_markup = rich::keyboard(buttons);
                let edit = EditButtons { chat_id: chat, message_id: *message, reply_markup };
                match wire::call(&self.bot, edit).await {
                    Ok(_) | Err(CallError::NotModified | CallError::MessageGone) => Ok(None),
                    Err(error) => Err(error),
                }
            }
            Op::Delete { message } => match self.bot.delete_message(chat, MessageId(*message)).await {
                Ok(_) => Ok(None),
                Err(error) => match CallError::from(error) {
                    // Not to be had on this server, or gone already: the chat is only less tidy.
                    CallError::MessageGone | CallError::UnknownMethod | CallError::Refused(_) => Ok(None),
                    error => Err(error),
                },
            },
            Op::Document { name, content } => {
                let file = InputFile::memory(content.clone()).file_name(name.clone());
                let sent = self.bot.send_document(chat, file).await.map_err(CallError::from);
                sent.map(|_| None)
            }
            Op::Picture { svg, caption } => self.send_picture(chat, svg, caption).await,
            Op::Typing => match self.bot.send_chat_action(chat, ChatAction::Typing).await {
                Ok(_) => Ok(None),
                Err(error) => match CallError::from(error) {
                    CallError::UnknownMethod | CallError::Refused(_) => Ok(None),
                    error => Err(error),
                },
            },
            Op::Toast { callback, text } => {
                let mut answer = self.bot.answer_callback_query(CallbackQueryId(callback.clone()));
                if let Some(text) = text {
                    answer = answer.text(text.clone());
                }
                match answer.send().await.map_err(CallError::from) {
                    // Too old: Telegram has stopped waiting.
                    Ok(_) | Err(CallError::Refused(_)) => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// Makes a picture and sends it. One that can't be made is left out: its figures follow in words.
    async fn send_picture(&self, chat: ChatId, svg: &str, caption: &str) -> Result<Option<i32>, CallError> {
        let svg = svg.to_owned();
        let png = match tokio::task::spawn_blocking(move || picture::raster(&svg)).await {
            Ok(Ok(png)) => png,
            Ok(Err(error)) => {
                tracing::error!(%error, "a picture could not be made");
                return Ok(None);
            }
            Err(error) => {
                tracing::error!(panic = error.is_panic(), "making a picture met a fault");
                return Ok(None);
            }
        };
        let photo = InputFile::memory(png).file_name("progress.png");
        match self.bot.send_photo(chat, photo).caption(caption).await {
            // Whose message it is does not matter: no later one refers to it.
            Ok(_) => Ok(None),
            Err(error) => Err(CallError::from(error)),
        }
    }

    /// Shows a screen, in a message or anew; falls back to HTML where rich messages are not known.
    async fn show(
        &self,
        parcel: &mut Parcel,
        message: Option<i32>,
        screen: &Screen,
    ) -> Result<Option<i32>, CallError> {
        if self.rich.load(Ordering::Relaxed) && !parcel.outgoing.plain_formulas {
            match self.send_parts(parcel, message, &Parts::Rich(rich::messages(screen)), screen).await {
                // Some servers say a bare "Not Found", as to a wrong token; that one fails below again.
                Err(CallError::UnknownMethod | CallError::Token) => {
                    tracing::info!("this server knows no rich messages; formulas go out as text");
                    self.rich.store(false, Ordering::Relaxed);
                }
                Err(CallError::Refused(reason)) => {
                    tracing::warn!(%reason, "a rich message was refused; it goes out as text");
                }
                result => return result,
            }
        }
        self.send_parts(parcel, message, &Parts::Html(html::messages(screen)), screen).await
    }

    /// Sends the parts of a screen that have not left yet: the first in place of `message`, the rest below,
    /// the buttons under the last.
    async fn send_parts(
        &self,
        parcel: &mut Parcel,
        message: Option<i32>,
        parts: &Parts,
        screen: &Screen,
    ) -> Result<Option<i32>, CallError> {
        let count = match parts {
            Parts::Rich(parts) => parts.len(),
            Parts::Html(parts) => parts.len(),
        };
        let mut sent = None;
        while parcel.parts_sent < count {
            let part = parcel.parts_sent;
            let buttons =
                (part + 1 == count && !screen.buttons.is_empty()).then(|| rich::keyboard(&screen.buttons));
            let edited = message.filter(|_| part == 0);
            sent = self.send_part(ChatId(parcel.outgoing.chat), edited, parts, part, buttons).await?;
            parcel.parts_sent += 1;
        }
        Ok(sent)
    }

    async fn send_part(
        &self,
        chat_id: ChatId,
        edited: Option<i32>,
        parts: &Parts,
        part: usize,
        reply_markup: Option<Value>,
    ) -> Result<Option<i32>, CallError> {
        if let Some(message_id) = edited {
            let markup = reply_markup.clone();
            let result = match parts {
                Parts::Rich(parts) => {
                    let rich_message = parts[part].clone();
                    let edit = EditRichMessage { chat_id, message_id, rich_message, reply_markup: markup };
                    wire::call(&self.bot, edit).await
                }
                Parts::Html(parts) => {
                    let content = SendHtml::new(chat_id, parts[part].clone(), markup);
                    wire::call(&self.bot, EditHtml { message_id, content }).await
                }
            };
            match result {
                Ok(_) | Err(CallError::NotModified) => return Ok(Some(message_id)),
                // Deleted, or too old to change: it is shown anew.
                Err(CallError::MessageGone) => {}
                Err(error) => return Err(error),
            }
        }
        let sent = match parts {
            Parts::Rich(parts) => {
                let rich_message = parts[part].clone();
                wire::call(&self.bot, SendRichMessage { chat_id, rich_message, reply_markup }).await?
            }
            Parts::Html(parts) => {
                wire::call(&self.bot, SendHtml::new(chat_id, parts[part].clone(), reply_markup)).await?
            }
        };
        Ok(Some(sent.message_id))
    }
}
