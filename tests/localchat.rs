//! The local chat as the bot sees it: over real sockets, through a plain HTTP client and through teloxide.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use liftoff::clock::Clock;
use liftoff::localchat::{
    Fault, FaultKind, Handle, Learner, LocalChat, Options, TravelGuide, saved_shift, start,
};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use teloxide::payloads::{
    AnswerCallbackQuerySetters, GetUpdatesSetters, SendDocumentSetters, SendMessageSetters, SendPollSetters,
};
use teloxide::prelude::{Bot, Requester};
use teloxide::types::{
    ChatId, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, MaybeInaccessibleMessage, ParseMode,
    PollType, UpdateKind,
};

const TOKEN: &str = "4242:test";
const SOON: Duration = Duration::from_secs(10);
/// 2026-11-23 12:00 UTC.
const NOON: i64 = 1_795_435_200;

struct Guide;

impl TravelGuide for Guide {
    fn next_reminder(&self, learner: i64) -> Option<DateTime<Utc>> {
        (learner % 2 == 1).then(|| noon() + TimeDelta::hours(5))
    }

    fn tomorrow_morning(&self, _learner: i64) -> DateTime<Utc> {
        noon() + TimeDelta::hours(20)
    }
}

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(NOON, 0).unwrap()
}

fn options() -> Options {
    Options {
        port: 0,
        token: TOKEN.to_owned(),
        clock: Clock::tokio(noon()),
        state: None,
        travel: Arc::new(Guide),
        rich_messages: true,
    }
}

struct Stage {
    chat: LocalChat,
    handle: Handle,
    ann: Learner,
    http: Client,
}

async fn stage() -> Stage {
    stage_with(options()).await
}

async fn stage_with(options: Options) -> Stage {
    let chat = start(options).await.unwrap();
    let handle = chat.handle();
    let ann = handle.add_learner("Ann");
    Stage { chat, handle, ann, http: Client::builder().no_proxy().build().unwrap() }
}

impl Stage {
    async fn call(&self, method: &str, body: Value) -> Value {
        let url = format!("{}/bot{TOKEN}/{method}", self.chat.url());
        self.http.post(url).json(&body).send().await.unwrap().json().await.unwrap()
    }

    async fn ok(&self, method: &str, body: Value) -> Value {
        let answer = self.call(method, body.clone()).await;
        assert_eq!(answer["ok"], true, "{method} {body}: {answer}");
        answer["result"].clone()
    }

    async fn refused(&self, method: &str, body: Value, code: u16, description: &str) {
        let answer = self.call(method, body.clone()).await;
        let wanted = json!({ "ok": false, "error_code": code, "description": description });
        assert_eq!(answer, wanted, "{method} {body}");
    }

    fn bot(&self) -> Bot {
        let client = teloxide::net::default_reqwest_settings().no_proxy().build().unwrap();
        Bot::with_client(TOKEN, client).set_api_url(self.chat.url().parse().unwrap())
    }

    async fn updates(&self, offset: i64) -> Vec<Value> {
        let updates = self.ok("getUpdates", json!({ "offset": offset })).await;
        updates.as_array().unwrap().clone()
    }
}

fn keyboard() -> Value {
    json!({ "inline_keyboard": [[
        { "text": "Again", "callback_data": "again", "style": "danger" },
        { "text": "Good", "callback_data": "good", "style": "success" },
    ], [{ "text": "Read on", "url": "https://example.org/" }]] })
}

#[tokio::test]
async fn a_wrong_token_and_an_unknown_method_are_told_as_telegram_does() {
    let stage = stage().await;
    let url = format!("{}/bot1:x/getMe", stage.chat.url());
    let response = stage.http.get(url).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer, json!({ "ok": false, "error_code": 401, "description": "Unauthorized" }));
    stage.refused("sendTelegram", json!({}), 404, "Not Found: method not found").await;
    assert_eq!(stage.handle.violations().len(), 1);
}

#[tokio::test]
async fn teloxide_reads_who_the_bot_is() {
    let stage = stage().await;
    let me = stage.bot().get_me().await.unwrap();
    assert_eq!(me.user.id.0, 4242);
    assert!(me.username().ends_with("bot"));
}

#[tokio::test]
async fn teloxide_reads_messages_of_every_kind() {
    let stage = stage().await;
    let bot = stage.bot();
    let ann = &stage.ann;
    let png = tiny_png();
    let text = ann.send_text("/start week_3").unwrap();
    ann.edit(text, "/start week_4").unwrap();
    ann.reply(text, "and this?").unwrap();
    ann.send_sticker("👍").unwrap();
    ann.send_location(38.7, -9.1).unwrap();
    let photo = ann.send_photo(&png, "look").unwrap();
    ann.send_document("deck.json", b"{}", "").unwrap();
    ann.forward(photo).unwrap();
    let updates = bot.get_updates().await.unwrap();
    let mut seen = Vec::new();
    for update in &updates {
        let message = match &update.kind {
            UpdateKind::Message(message) | UpdateKind::EditedMessage(message) => message,
            other => panic!("{other:?}"),
        };
        assert_eq!(message.chat.id, ChatId(ann.id()));
        assert_eq!(message.from.as_ref().unwrap().first_name, "Ann");
        assert_eq!(message.date, noon());
        seen.push(if let Some(text) = message.text() {
            format!("text {text}")
        } else if let Some(sticker) = message.sticker() {
            format!("sticker {}", sticker.emoji.as_deref().unwrap())
        } else if let Some(location) = message.location() {
            format!("location {}", location.latitude)
        } else if let Some(photo) = message.photo() {
            let forwarded = message.forward_origin().is_some();
            format!("photo {} {} {forwarded}", photo[0].width, message.caption().unwrap())
        } else if let Some(document) = message.document() {
            format!("document {}", document.file_name.as_deref().unwrap())
        } else {
            panic!("{message:?}")
        });
    }
    let wanted = [
        "text /start week_3",
        "text /start week_4",
        "text and this?",
        "sticker 👍",
        "location 38.7",
        "photo 2 look false",
        "document deck.json",
        "photo 2 look true",
    ];
    assert_eq!(seen, wanted);
    let UpdateKind::Message(first) = &updates[0].kind else { panic!() };
    assert_eq!(first.entities().unwrap().len(), 1, "the command is marked");
    let UpdateKind::Message(reply) = &updates[2].kind else { panic!() };
    assert_eq!(reply.reply_to_message().unwrap().text(), Some("/start week_4"));
}

#[tokio::test]
async fn teloxide_sends_taps_and_answers() {
    let stage = stage().await;
    let bot = stage.bot();
    let rows =
        [[InlineKeyboardButton::callback("Show", "show"), InlineKeyboardButton::callback("Skip", "skip")]];
    let sent = bot
        .send_message(ChatId(stage.ann.id()), "<b>Why</b> &lt;3?")
        .parse_mode(ParseMode::Html)
        .reply_markup(InlineKeyboardMarkup::new(rows))
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("Why <3?"));
    assert_eq!(sent.reply_markup().unwrap().inline_keyboard[0].len(), 2);
    let tap = stage.ann.tap(sent.id.0, "Skip").unwrap();
    let updates = bot.get_updates().timeout(5).await.unwrap();
    let UpdateKind::CallbackQuery(query) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!(query.data.as_deref(), Some("skip"));
    let Some(MaybeInaccessibleMessage::Regular(message)) = &query.message else { panic!("{query:?}") };
    assert_eq!(message.id, sent.id);
    assert_eq!(message.reply_markup().unwrap().inline_keyboard[0].len(), 2);
    let problems: Vec<String> = stage.handle.violations().iter().map(ToString::to_string).collect();
    assert!(problems[0].contains("never answered"), "{problems:?}");
    bot.answer_callback_query(query.id.clone()).text("Skipped").show_alert(true).await.unwrap();
    let toast = stage.ann.wait_for_answer(tap, SOON).await.unwrap();
    assert_eq!((toast.text.as_str(), toast.alert), ("Skipped", true));
    let edited = bot.edit_message_text(sent.chat.id, sent.id, "new").await.unwrap();
    assert_eq!((edited.text(), edited.reply_markup()), (Some("new"), None));
    assert!(edited.edit_date().is_some());
    bot.delete_message(sent.chat.id, sent.id).await.unwrap();
    assert_eq!(stage.ann.messages(), []);
    assert_eq!(stage.handle.violations(), []);
}

#[tokio::test]
async fn teloxide_sends_and_fetches_files() {
    let stage = stage().await;
    let bot = stage.bot();
    let ann = ChatId(stage.ann.id());
    let photo = bot.send_photo(ann, InputFile::memory(tiny_png()).file_name("a.png")).await.unwrap();
    assert_eq!(photo.photo().unwrap()[0].width, 2);
    let file = InputFile::memory("front,back\n").file_name("my cards.csv");
    let sent = bot.send_document(ann, file).caption("Yours").await.unwrap();
    assert_eq!(sent.document().unwrap().file_name.as_deref(), Some("my cards.csv"));
    let again = bot.send_document(ann, InputFile::file_id(sent.document().unwrap().file.id.clone())).await;
    assert_eq!(again.unwrap().document().unwrap().file_name.as_deref(), Some("my cards.csv"));
    let seen = stage.ann.messages();
    assert_eq!(seen[1].file.as_ref().unwrap().bytes, b"front,back\n");
    assert_eq!(seen[1].text, "Yours");

    stage.ann.send_document("deck.json", b"[1]", "").unwrap();
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::Message(message) = &updates[0].kind else { panic!("{updates:?}") };
    let file = bot.get_file(message.document().unwrap().file.id.clone()).await.unwrap();
    assert_eq!(file.meta.size, 3);
    let url = format!("{}/file/bot{TOKEN}/{}", stage.chat.url(), file.path);
    let body = stage.http.get(url).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(&body[..], b"[1]");
    assert_eq!(stage.handle.violations(), []);
}

#[tokio::test]
async fn teloxide_reads_polls_and_votes() {
    let stage = stage().await;
    let bot = stage.bot();
    let options = ["0", "1", "2"].map(teloxide::types::InputPollOption::new);
    let sent = bot
        .send_poll(ChatId(stage.ann.id()), "2 − 1?", options)
        .type_(PollType::Quiz)
        .correct_option_id(1)
        .is_anonymous(false)
        .explanation("Because.")
        .await
        .unwrap();
    let poll = sent.poll().unwrap();
    assert_eq!((poll.correct_option_id, poll.is_anonymous), (Some(1), false));
    stage.ann.vote(sent.id.0, &[2]).unwrap();
    assert!(stage.ann.vote(sent.id.0, &[1]).is_err(), "an answer to a quiz stands");
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::Poll(state) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!((state.total_voter_count, state.options[2].voter_count), (1, 1));
    let UpdateKind::PollAnswer(answer) = &updates[1].kind else { panic!("{updates:?}") };
    assert_eq!((&answer.poll_id, answer.option_ids.as_slice()), (&poll.id, &[2][..]));
    assert_eq!(answer.voter.user().unwrap().id.0, stage.ann.id().unsigned_abs());
    let closed = bot.stop_poll(sent.chat.id, sent.id).await.unwrap();
    assert!(closed.is_closed);
    assert_eq!(stage.handle.violations(), []);
}

#[tokio::test]
async fn a_regular_poll_lets_a_vote_be_taken_back() {
    let stage = stage().await;
    let body = json!({ "chat_id": stage.ann.id(), "question": "?", "options": [{ "text": "a" }, { "text": "b" }],
        "is_anonymous": false });
    let sent = stage.ok("sendPoll", body).await;
    let id = sent["message_id"].as_i64().unwrap() as i32;
    stage.ann.vote(id, &[0]).unwrap();
    stage.ann.vote(id, &[]).unwrap();
    let answers: Vec<Value> =
        stage.updates(0).await.iter().filter_map(|update| update.get("poll_answer").cloned()).collect();
    assert_eq!((&answers[0]["option_ids"], &answers[1]["option_ids"]), (&json!([0]), &json!([])));
}

#[tokio::test]
async fn blocking_the_bot_is_told_and_shuts_the_chat() {
    let stage = stage().await;
    let ann = stage.ann.id();
    stage.ann.set_blocked(true).unwrap();
    stage
        .refused(
            "sendMessage",
            json!({ "chat_id": ann, "text": "x" }),
            403,
            "Forbidden: bot was blocked by the user",
        )
        .await;
    assert!(stage.ann.send_text("x").is_err());
    stage.ann.set_blocked(false).unwrap();
    stage.ok("sendMessage", json!({ "chat_id": ann, "text": "x" })).await;
    let updates = stage.bot().get_updates().await.unwrap();
    let kicked: Vec<bool> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::MyChatMember(change) => change.new_chat_member.is_banned(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kicked, [true, false]);
    assert_eq!(stage.handle.violations(), [], "a blocked bot cannot know before it tries");
}

#[tokio::test]
async fn texts_are_refused_in_telegrams_words() {
    let stage = stage().await;
    let ann = stage.ann.id();
    let long = "𝕏".repeat(2049);
    for (body, description) in [
        (json!({ "text": "x" }), "Bad Request: chat_id is empty"),
        (json!({ "chat_id": 1, "text": "x" }), "Bad Request: chat not found"),
        (json!({ "chat_id": ann }), "Bad Request: message text is empty"),
        (json!({ "chat_id": ann, "text": " \n" }), "Bad Request: message text is empty"),
        (
            json!({ "chat_id": ann, "text": "<b></b>", "parse_mode": "HTML" }),
            "Bad Request: message text is empty",
        ),
        (json!({ "chat_id": ann, "text": long }), "Bad Request: message is too long"),
        (
            json!({ "chat_id": ann, "text": "a <b>c", "parse_mode": "HTML" }),
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            json!({ "chat_id": ann, "text": "<p>x</p>", "parse_mode": "HTML" }),
            "Bad Request: can't parse entities: Unsupported start tag \"p\" at byte offset 0",
        ),
        (
            json!({ "chat_id": ann, "text": "x", "reply_markup": { "inline_keyboard": [[
                { "text": "x", "callback_data": "x".repeat(65) }]] } }),
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            json!({ "chat_id": ann, "text": "x", "reply_parameters": { "message_id": 99 } }),
            "Bad Request: message to be replied not found",
        ),
    ] {
        stage.refused("sendMessage", body, 400, description).await;
    }
    assert_eq!(stage.ann.messages(), []);
    let just = format!("<b>{}</b>", "𝕏".repeat(2048));
    stage.ok("sendMessage", json!({ "chat_id": ann, "text": just, "parse_mode": "HTML" })).await;
}

#[tokio::test]
async fn edits_and_deletions_are_refused_in_telegrams_words() {
    let stage = stage().await;
    let ann = stage.ann.id();
    let own = stage.ann.send_text("mine").unwrap();
    let sent =
        stage.ok("sendMessage", json!({ "chat_id": ann, "text": "x", "reply_markup": keyboard() })).await;
    let id = &sent["message_id"];
    let same = json!({ "chat_id": ann, "message_id": id, "text": "x", "reply_markup": keyboard() });
    stage
        .refused(
            "editMessageText",
            same,
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly \
             the same as a current content and reply markup of the message",
        )
        .await;
    let mine = json!({ "chat_id": ann, "message_id": own, "text": "y" });
    stage.refused("editMessageText", mine, 400, "Bad Request: message can't be edited").await;
    let bare = json!({ "chat_id": ann, "message_id": id });
    stage.ok("editMessageReplyMarkup", bare.clone()).await;
    assert_eq!(stage.ann.messages()[1].buttons, Vec::<Vec<_>>::new());
    stage.ok("deleteMessage", bare.clone()).await;
    stage.refused("deleteMessage", bare, 400, "Bad Request: message to delete not found").await;
    let gone = json!({ "chat_id": ann, "message_id": id, "text": "y" });
    stage.refused("editMessageText", gone, 400, "Bad Request: message to edit not found").await;
}

#[tokio::test]
async fn rich_messages_are_kept_rendered_and_edited() {
    let stage = stage().await;
    let ann = stage.ann.id();
    let rich = json!({ "blocks": [
        { "type": "heading", "size": 3, "text": "Bayes" },
        { "type": "mathematical_expression", "expression": "\\frac{a}{b}" },
    ] });
    let sent = stage.ok("sendRichMessage", json!({ "chat_id": ann, "rich_message": rich })).await;
    assert_eq!(sent["rich_message"], rich);
    let seen = stage.ann.messages();
    assert_eq!(seen[0].text, "Bayes\n\\frac{a}{b}");
    assert!(seen[0].rich && seen[0].html.contains("<mfrac>"), "{}", seen[0].html);
    let edit = json!({ "chat_id": ann, "message_id": sent["message_id"], "rich_message": { "blocks": [
        { "type": "paragraph", "text": "done" }] } });
    stage.ok("editMessageText", edit).await;
    assert_eq!(stage.ann.messages()[0].text, "done");
    let bad = json!({ "chat_id": ann, "rich_message": { "blocks": [{ "type": "paragraf", "text": "x" }] } });
    stage
        .refused("sendRichMessage", bad, 400, "Bad Request: rich block type \"paragraf\" is not supported")
        .await;
    // teloxide does not know rich messages; one that is tapped must not break its update stream.
    let with_button = json!({ "chat_id": ann, "rich_message": rich, "reply_markup": keyboard() });
    let sent = stage.ok("sendRichMessage", with_button).await;
    stage.ann.tap(sent["message_id"].as_i64().unwrap() as i32, "Good").unwrap();
    let updates = stage.bot().get_updates().await.unwrap();
    assert!(
        matches!(&updates[0].kind, UpdateKind::CallbackQuery(query) if query.data.as_deref() == Some("good"))
    );
}

#[tokio::test]
async fn an_older_server_does_not_know_rich_messages() {
    let stage = stage_with(Options { rich_messages: false, ..options() }).await;
    let body = json!({ "chat_id": stage.ann.id(), "rich_message": { "blocks": [{ "type": "divider" }] } });
    stage.refused("sendRichMessage", body, 404, "Not Found: method not found").await;
    assert_eq!(stage.handle.violations(), [], "asking is how a bot finds out");
}

#[tokio::test]
async fn taps_are_answered_once_and_in_time() {
    let stage = stage().await;
    let too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    stage.refused("answerCallbackQuery", json!({ "callback_query_id": "999" }), 400, too_old).await;
    let sent = stage
        .ok("sendMessage", json!({ "chat_id": stage.ann.id(), "text": "x", "reply_markup": keyboard() }))
        .await;
    let id = sent["message_id"].as_i64().unwrap() as i32;
    let tap = stage.ann.tap_data(id, "again").unwrap();
    let long = json!({ "callback_query_id": tap.to_string(), "text": "x".repeat(201) });
    stage.refused("answerCallbackQuery", long, 400, "Bad Request: MESSAGE_TOO_LONG").await;
    stage.ok("answerCallbackQuery", json!({ "callback_query_id": tap.to_string(), "text": "one" })).await;
    stage.ok("answerCallbackQuery", json!({ "callback_query_id": tap.to_string(), "text": "two" })).await;
    let texts: Vec<String> = stage.ann.toasts().into_iter().map(|toast| toast.text).collect();
    assert_eq!(texts, ["one"]);
    assert!(stage.ann.tap(id, "Read on").is_err(), "a link sends nothing");
    assert!(stage.ann.tap(id, "Nowhere").is_err());
}

#[tokio::test]
async fn updates_wait_until_they_are_confirmed() {
    let stage = stage().await;
    for text in ["a", "b", "c"] {
        stage.ann.send_text(text).unwrap();
    }
    let all = stage.updates(0).await;
    assert_eq!(all.len(), 3);
    assert_eq!(stage.updates(0).await.len(), 3, "nothing was confirmed");
    let limited = stage.ok("getUpdates", json!({ "limit": 1 })).await;
    assert_eq!(limited[0]["message"]["text"], "a");
    let rest = stage.updates(all[0]["update_id"].as_i64().unwrap() + 1).await;
    assert_eq!(rest[0]["message"]["text"], "b");
    let last = stage.updates(-1).await;
    assert_eq!((last.len(), &last[0]["message"]["text"]), (1, &json!("c")));
    assert_eq!(stage.updates(0).await.len(), 1, "a negative offset forgets the others");
}

#[tokio::test]
async fn only_wanted_kinds_of_update_arrive() {
    let stage = stage().await;
    stage.ok("getUpdates", json!({ "allowed_updates": ["callback_query"] })).await;
    stage.ann.send_text("unheard").unwrap();
    assert_eq!(stage.updates(0).await.len(), 0);
    stage.ok("getUpdates", json!({ "allowed_updates": [] })).await;
    stage.ann.send_text("heard").unwrap();
    assert_eq!(stage.updates(0).await.len(), 1);
}

#[tokio::test]
async fn a_long_poll_ends_with_the_first_update_and_yields_to_a_second_poll() {
    let stage = stage().await;
    let first = stage.call("getUpdates", json!({ "timeout": 50 }));
    let second = async {
        stage.handle.wait("the first poll", SOON, |handle| handle.connected().then_some(())).await.unwrap();
        let second = stage.call("getUpdates", json!({ "timeout": 50 }));
        let talk = async {
            stage
                .handle
                .wait("both polls", SOON, |h| (h.calls("getUpdates") == 2).then_some(()))
                .await
                .unwrap();
            stage.ann.send_text("hello").unwrap();
        };
        tokio::join!(second, talk).0
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first["error_code"], 409);
    let text =
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    assert_eq!(first["description"], text);
    assert_eq!(second["result"][0]["message"]["text"], "hello");
}

#[tokio::test]
async fn pushed_updates_arrive_as_they_are() {
    let stage = stage().await;
    let message = json!({ "update_id": 900, "message": { "message_id": 1, "date": 0, "chat": { "id": 5, "type": "private" }, "text": "x" } });
    stage.handle.push_update(message.clone());
    stage.handle.push_update(message);
    stage.handle.push_update(json!({ "update_id": 7, "thing_nobody_knows": { "a": [1] } }));
    let updates = stage.bot().get_updates().offset(800).await.unwrap();
    let ids: Vec<u32> = updates.iter().map(|update| update.id.0).collect();
    assert_eq!(ids, [900, 900, 7]);
    assert!(matches!(updates[2].kind, UpdateKind::Error(_)));
    assert_eq!(stage.updates(901).await.len(), 0);
    stage.ann.send_text("later").unwrap();
    assert_eq!(stage.updates(901).await[0]["update_id"], 901);
}

#[tokio::test]
async fn injected_faults_strike_as_asked() {
    let stage = stage().await;
    let bob = stage.handle.add_learner("Bob");
    let to = |learner: &Learner| json!({ "chat_id": learner.id(), "text": "x" });
    stage.handle.inject(
        Fault::once("sendMessage", FaultKind::TooManyRequests { retry_after: 3 }).in_chat(stage.ann.id()),
    );
    stage.ok("sendMessage", to(&bob)).await;
    let answer = stage.call("sendMessage", to(&stage.ann)).await;
    assert_eq!(
        answer,
        json!({ "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 3",
            "parameters": { "retry_after": 3 } })
    );
    stage.handle.inject(Fault::once("sendMessage", FaultKind::ServerError));
    stage.refused("sendMessage", to(&bob), 500, "Internal Server Error").await;
    stage.handle.inject(Fault::once("*", FaultKind::Blocked));
    stage.refused("sendMessage", to(&bob), 403, "Forbidden: bot was blocked by the user").await;

    let url = format!("{}/bot{TOKEN}/sendMessage", stage.chat.url());
    stage.handle.inject(Fault::once("sendMessage", FaultKind::Dropped));
    assert!(stage.http.post(&url).json(&to(&stage.ann)).send().await.is_err());
    assert_eq!(stage.ann.messages().len(), 0);
    stage.handle.inject(Fault::once("sendMessage", FaultKind::DroppedAfter));
    assert!(stage.http.post(&url).json(&to(&stage.ann)).send().await.is_err());
    assert_eq!(stage.ann.messages().len(), 1);
    assert_eq!(stage.handle.faults_left(), 0);
    assert_eq!(stage.handle.violations(), []);
}

#[tokio::test]
async fn mistakes_that_telegram_forgives_are_noted() {
    let stage = stage().await;
    let body = json!({ "chat_id": stage.ann.id(), "text": "x", "parsemode": "HTML" });
    stage.ok("sendMessage", body).await;
    let problems: Vec<String> = stage.handle.violations().iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["sendMessage: unknown parameter \"parsemode\""]);
}

#[tokio::test]
async fn forms_and_queries_do_as_well_as_json() {
    let stage = stage().await;
    let url = format!("{}/bot{TOKEN}/sendmessage", stage.chat.url());
    let form =
        format!("chat_id={}&text=a+%26+b&reply_markup=%7B%22inline_keyboard%22%3A%5B%5D%7D", stage.ann.id());
    let kind = "application/x-www-form-urlencoded";
    let response = stage.http.post(&url).header("content-type", kind).body(form).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let query = format!("{url}?chat_id={}&text=by%20query", stage.ann.id());
    assert_eq!(stage.http.get(query).send().await.unwrap().status(), StatusCode::OK);
    let texts: Vec<String> = stage.ann.messages().into_iter().map(|message| message.text).collect();
    assert_eq!(texts, ["a & b", "by query"]);
}

#[tokio::test]
async fn the_menu_is_set_and_checked() {
    let stage = stage().await;
    let good = json!({ "commands": [{ "command": "today", "description": "The day" }] });
    stage.ok("setMyCommands", good).await;
    assert_eq!(stage.handle.commands(), [("today".to_owned(), "The day".to_owned())]);
    let bad = json!({ "commands": [{ "command": "To-day", "description": "x" }] });
    stage.refused("setMyCommands", bad, 400, "Bad Request: BOT_COMMAND_INVALID").await;
    assert_eq!(stage.ok("getMyCommands", json!({})).await[0]["command"], "today");
}

#[tokio::test]
async fn foreign_hosts_and_origins_are_turned_away() {
    let stage = stage().await;
    let page = format!("{}/", stage.chat.url());
    let get = |key: &'static str, value: String| stage.http.get(&page).header(key, value).send();
    assert_eq!(get("host", "evil.example".to_owned()).await.unwrap().status(), StatusCode::FORBIDDEN);
    let port = stage.chat.address().port();
    assert_eq!(get("host", format!("localhost:{port}")).await.unwrap().status(), StatusCode::OK);
    let own = get("origin", stage.chat.url()).await.unwrap();
    assert_eq!(own.status(), StatusCode::OK);
    let policy = own.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    let act = format!("{}/chat/act", stage.chat.url());
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let body = json!({ "learner": stage.ann.id(), "act": "say", "text": "x" });
        let response = stage.http.post(&act).header("origin", origin).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin}");
    }
    assert_eq!(stage.ann.messages(), []);
}

#[tokio::test]
async fn every_file_of_the_page_is_served() {
    let stage = stage().await;
    let get = |path: &str| {
        let request = stage.http.get(format!("{}{path}", stage.chat.url())).send();
        async { request.await.unwrap().error_for_status().unwrap().text().await.unwrap() }
    };
    let page = get("/").await;
    let files: Vec<&str> =
        page.split(['"']).filter(|part| part.starts_with('/') && part.contains('.')).collect();
    assert_eq!(files, ["/page.css", "/bubbles.js", "/composer.js", "/page.js"]);
    for file in files {
        assert!(!get(file).await.is_empty(), "{file}");
    }
    assert!(!page.contains(" style="), "the policy forbids inline styles of the page's own");
}

#[tokio::test]
async fn what_bots_send_is_shown_or_downloaded_never_run() {
    let stage = stage().await;
    for (name, bytes, kind, attached) in [
        ("page.html", b"<script>alert(1)</script>".to_vec(), "application/octet-stream", true),
        ("a.png", tiny_png(), "image/png", false),
    ] {
        stage.ann.send_document(name, &bytes, "").unwrap();
        let file = stage.ann.messages().pop().unwrap().file.unwrap();
        let url = format!("{}/chat/files/{}", stage.chat.url(), file.id);
        let response = stage.http.get(url).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], kind);
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.headers().contains_key("content-disposition"), attached);
    }
}

#[tokio::test]
async fn the_page_acts_and_learns_what_changed() {
    let stage = stage().await;
    let ann = stage.ann.id();
    let act = |body: Value| {
        let request = stage.http.post(format!("{}/chat/act", stage.chat.url())).json(&body).send();
        async { request.await.unwrap().status() }
    };
    let news = |since: u64, epoch: i64| {
        let url = format!("{}/chat/news?learner={ann}&since={since}&epoch={epoch}", stage.chat.url());
        let request = stage.http.get(url).send();
        async { request.await.unwrap().json::<Value>().await.unwrap() }
    };
    stage.ok("sendMessage", json!({ "chat_id": ann, "text": "<x>", "reply_markup": keyboard() })).await;
    let first = news(0, 0).await;
    let (since, epoch) = (first["revision"].as_u64().unwrap(), first["epoch"].as_i64().unwrap());
    assert_eq!(first["chat"]["messages"][0]["html"], "&lt;x&gt;");
    let message = first["chat"]["messages"][0]["id"].clone();
    let tap = json!({ "learner": ann, "act": "tap", "message": message, "row": 0, "column": 1 });
    assert_eq!(act(tap).await, StatusCode::OK);
    let second = news(since, epoch).await;
    assert_eq!(second["chat"]["messages"][0]["buttons"][0][1]["busy"], true);
    let id = stage.updates(0).await[0]["callback_query"]["id"].clone();
    stage.ok("answerCallbackQuery", json!({ "callback_query_id": id, "text": "Noted" })).await;
    let third = news(second["revision"].as_u64().unwrap(), epoch).await;
    assert_eq!(third["chat"]["messages"][0]["buttons"][0][1]["busy"], false);
    assert_eq!(third["chat"]["toasts"][0]["text"], "Noted");
    stage.ok("deleteMessage", json!({ "chat_id": ann, "message_id": message })).await;
    let fourth = news(third["revision"].as_u64().unwrap(), epoch).await;
    assert_eq!(fourth["chat"]["messages"][0], json!({ "id": message, "deleted": true }));
}

#[tokio::test]
async fn time_travel_follows_the_guide_and_only_forward() {
    let stage = stage().await;
    let (ann, bob) = (stage.ann.id(), stage.handle.add_learner("Bob").id());
    let clock = stage.handle.clock().clone();
    let travel = |learner: i64, to: Value| {
        let body = json!({ "learner": learner, "act": "travel", "to": to });
        let request = stage.http.post(format!("{}/chat/act", stage.chat.url())).json(&body).send();
        async { request.await.unwrap().status() }
    };
    let hours = || (clock.now() - noon()).num_hours();
    assert_eq!(travel(bob, json!("reminder")).await, StatusCode::CONFLICT, "none is planned");
    assert_eq!((travel(ann, json!("reminder")).await, hours()), (StatusCode::OK, 5));
    assert_eq!((travel(ann, json!("morning")).await, hours()), (StatusCode::OK, 20));
    assert_eq!((travel(ann, json!({ "days": 2 })).await, hours()), (StatusCode::OK, 68));
    assert_eq!((travel(ann, json!("reminder")).await, hours()), (StatusCode::OK, 68));
    let sent = stage.ok("sendMessage", json!({ "chat_id": ann, "text": "x" })).await;
    assert!(sent["date"].as_i64().unwrap() >= NOON + 68 * 3600);
}

#[tokio::test]
async fn chats_ids_and_the_clock_outlive_a_restart() {
    let folder = scratch("restart");
    let path = folder.join("chat.json");
    let kept = || Options { state: Some(path.clone()), ..options() };
    let stage = stage_with(kept()).await;
    let first = stage.ann.send_text("before").unwrap();
    stage.ann.send_document("a.txt", b"kept", "").unwrap();
    stage.handle.travel_to(noon() + TimeDelta::hours(73));
    let update = stage.updates(0).await[1]["update_id"].as_i64().unwrap();
    let ann = stage.ann.id();
    stage.chat.shutdown().await;
    assert_eq!(saved_shift(&path).unwrap().num_days(), 3);

    let chat = start(kept()).await.unwrap();
    let ann = chat.handle().learner(ann).unwrap();
    let messages = ann.messages();
    assert_eq!(messages[0].text, "before");
    assert_eq!(messages[1].file.as_ref().unwrap().bytes, b"kept");
    assert_eq!(chat.handle().pending_updates(), 2);
    assert_eq!(ann.send_text("after").unwrap(), first + 2);
    let pushed = chat.handle().push_update(json!({}));
    assert_eq!(pushed, update + 2);
    chat.shutdown().await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn ids_are_not_reused_when_the_process_is_killed() {
    let folder = scratch("killed");
    let path = folder.join("chat.json");
    let kept = || Options { state: Some(path.clone()), ..options() };
    let stage = stage_with(kept()).await;
    // What a kill leaves behind at worst is the state as of the start, from before everything below.
    let at_start = std::fs::read(&path).unwrap();
    let last = (0..900).fold(0, |_, _| stage.ann.send_text("x").unwrap());
    stage.chat.shutdown().await;
    std::fs::write(&path, at_start).unwrap();
    let stage = stage_with(kept()).await;
    assert!(stage.ann.send_text("y").unwrap() > last);

    // A burst beyond the reserve is saved before its ids leave.
    let last = (0..2500).fold(0, |_, _| stage.ann.send_text("x").unwrap());
    let in_between = std::fs::read(&path).unwrap();
    stage.chat.shutdown().await;
    std::fs::write(&path, in_between).unwrap();
    let stage = stage_with(kept()).await;
    assert!(stage.ann.send_text("z").unwrap() > last);
    stage.chat.shutdown().await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_corrupt_state_is_set_aside_and_told() {
    let folder = scratch("corrupt");
    let path = folder.join("chat.json");
    std::fs::write(&path, "{ half").unwrap();
    let problem = saved_shift(&path).unwrap_err().to_string();
    assert!(problem.contains("is not a local chat's state"), "{problem}");
    let chat = start(Options { state: Some(path.clone()), ..options() }).await.unwrap();
    let (aside, reason) = chat.set_aside().unwrap();
    assert_eq!(std::fs::read(aside).unwrap(), b"{ half");
    assert!(!reason.is_empty());
    assert!(path.exists(), "a new state begins");
    assert_eq!(saved_shift(&folder.join("none.json")).unwrap(), TimeDelta::zero());
    chat.shutdown().await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_told() {
    let stage = stage().await;
    let port = stage.chat.address().port();
    let problem = start(Options { port, ..options() }).await.err().unwrap().to_string();
    assert_eq!(problem, format!("cannot listen on 127.0.0.1:{port}"));
}

#[tokio::test]
async fn a_shutdown_ends_long_polls() {
    let stage = stage().await;
    let url = format!("{}/bot{TOKEN}/getUpdates?timeout=50", stage.chat.url());
    let poll = tokio::spawn(stage.http.get(url).send());
    stage.handle.wait("the poll", SOON, |handle| handle.connected().then_some(())).await.unwrap();
    stage.chat.shutdown().await;
    let answer: Value = poll.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(answer, json!({ "ok": true, "result": [] }));
}

fn scratch(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("liftoff-localchat-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A picture of two by one pixels.
fn tiny_png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([0, 0, 0, 2, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x7b, 0x40, 0xe8, 0xdd]);
    png.extend(
        b"\0\0\0\x0fIDAT\x78\x9c\x63\xf8\xcf\xc0\xf0\x1f\x00\x05\xfe\x02\xfe\0\0\0\0IEND\xaeB\x60\x82",
    );
    png
}
