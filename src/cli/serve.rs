//! Puts the parts together and runs them until a signal.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use tokio::sync::watch;

use super::ServeArguments;
use crate::clock::Clock;
use crate::decks::Decks;
use crate::localchat::{self, LocalChat, TravelGuide};
use crate::sandbox::{self, Sandbox};
use crate::service::{Service, tomorrow_morning};
use crate::store::{self, Store, learner};
use crate::telegram::{self, Edge, Pace};

/// Where the local chat listens unless told otherwise.
const DEFAULT_PORT: u16 = 8420;
/// What Telegram lets a bot send in a second.
const TELEGRAM_RATE: u32 = 30;
/// The local chat's token: it guards nothing, as only this machine can reach it.
const LOCAL_TOKEN: &str = "42:local";

/// Serves Telegram, or the local chat, until a signal.
pub(super) async fn serve(arguments: &ServeArguments, telegram: bool) -> Result<(), String> {
    let shutdown = on_signal()?;
    let decks = decks(arguments.decks.as_deref())?;
    let service = Arc::new(Service::new(decks));
    let token = std::env::var("TELOXIDE_TOKEN").ok().filter(|token| telegram && !token.trim().is_empty());
    match token {
        Some(token) => serve_telegram(arguments, token.trim(), service, shutdown).await,
        None => serve_local(arguments, service, shutdown).await,
    }
}

/// Turns true at SIGINT or SIGTERM.
fn on_signal() -> Result<watch::Receiver<bool>, String> {
    let (stop, shutdown) = watch::channel(false);
    let failed = |error: std::io::Error| format!("cannot listen for signals: {error}");
    #[cfg(unix)]
    let mut terminate =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(failed)?;
    tokio::spawn(async move {
        #[cfg(unix)]
        let ended = tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        };
        #[cfg(not(unix))]
        let ended = tokio::signal::ctrl_c().await;
        if let Err(error) = ended {
            tracing::error!(%error, "signals are no longer heard");
            std::future::pending::<()>().await;
        }
        tracing::info!("ending: what is under way is finished first");
        stop.send_replace(true);
    });
    Ok(shutdown)
}

fn decks(folder: Option<&Path>) -> Result<Decks, String> {
    folder.map_or_else(Decks::embedded, Decks::load).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
        format!("the decks have problems; mend them and start again:{}", lines.concat())
    })
}

async fn serve_telegram(
    arguments: &ServeArguments,
    token: &str,
    service: Arc<Service>,
    shutdown: watch::Receiver<bool>,
) -> Result<(), String> {
    let address =
        std::env::var("TELOXIDE_API_URL").unwrap_or_else(|_| teloxide::net::TELEGRAM_API_URL.to_owned());
    let address = url::Url::parse(&address)
        .map_err(|_| "TELOXIDE_API_URL is not an address like https://api.telegram.org")?;
    let database = arguments.data.join("liftoff.db");
    let Some(_lock) = only_one(&database, shutdown.clone()).await? else { return Ok(()) };
    let clock = Clock::system(TimeDelta::zero());
    let rate = arguments.rate.unwrap_or(TELEGRAM_RATE);
    let served = Served { token, address: &address, database: &database, clock, rate };
    run_edge(arguments, served, service, shutdown).await
}

async fn serve_local(
    arguments: &ServeArguments,
    service: Arc<Service>,
    shutdown: watch::Receiver<bool>,
) -> Result<(), String> {
    // Beside a real bot's database, never in it: the local chat's learners and clock are its own.
    let folder = arguments.data.join("local");
    let database = folder.join("liftoff.db");
    let Some(_lock) = only_one(&database, shutdown.clone()).await? else { return Ok(()) };
    let state = folder.join("chat.json");
    let shift = localchat::saved_shift(&state).unwrap_or_default();
    let clock = Clock::system(shift);
    let guide = Guide {
        database: Mutex::new(store::open(&database).map_err(|error| error.to_string())?),
        clock: clock.clone(),
    };
    let travel: Arc<dyn TravelGuide> = Arc::new(guide);
    let chat = start_chat(arguments, &clock, &travel, &state).await?;
    if let Some((aside, reason)) = chat.set_aside() {
        println!(
            "The local chat's earlier state was unreadable ({reason}); it is kept as {}.",
            aside.display()
        );
    }
    println!("Liftoff's local chat: {}\nOpen it in a browser. Ctrl-C ends it.", chat.url());
    let address = url::Url::parse(&chat.url()).map_err(|error| error.to_string())?;
    let rate = arguments.rate.unwrap_or(0);
    let served = Served { token: LOCAL_TOKEN, address: &address, database: &database, clock, rate };
    let result = run_edge(arguments, served, service, shutdown).await;
    chat.shutdown().await;
    result
}

async fn start_chat(
    arguments: &ServeArguments,
    clock: &Clock,
    travel: &Arc<dyn TravelGuide>,
    state: &Path,
) -> Result<LocalChat, String> {
    let options = |port| localchat::Options {
        port,
        token: LOCAL_TOKEN.to_owned(),
        clock: clock.clone(),
        state: Some(state.to_owned()),
        travel: Arc::clone(travel),
        rich_messages: !arguments.no_rich_messages,
    };
    let started =
        match (arguments.port, localchat::start(options(arguments.port.unwrap_or(DEFAULT_PORT))).await) {
            (None, Err(localchat::Error::Bind { .. })) => localchat::start(options(0)).await,
            (_, started) => started,
        };
    started.map_err(|error| match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    })
}

/// Which Bot API is served, with which database.
struct Served<'a> {
    token: &'a str,
    address: &'a url::Url,
    database: &'a Path,
    clock: Clock,
    rate: u32,
}

async fn run_edge(
    arguments: &ServeArguments,
    served: Served<'_>,
    service: Arc<Service>,
    shutdown: watch::Receiver<bool>,
) -> Result<(), String> {
    let Served { token, address, database, clock, rate } = served;
    let connection = store::open(database).map_err(|error| error.to_string())?;
    let (store, writer) =
        Store::start(connection).map_err(|error| format!("cannot start the writer: {error}"))?;
    // Beside the databases, not in one's folder: the prepared interpreter is the same for all.
    let sandbox =
        (!arguments.no_python).then(|| Sandbox::start(&arguments.data, sandbox::Options::default()));
    let edge = Edge {
        poller: telegram::bot(token, address, telegram::poll_patience())?,
        bot: telegram::bot(token, address, Duration::from_secs(17))?,
        store,
        service,
        clock,
        pace: Pace { per_second: (rate > 0).then_some(rate) },
        sandbox,
    };
    let result = telegram::run(edge, shutdown).await.map_err(|error| error.to_string());
    // All handles are gone by now, so the writer finishes what waits and closes the file.
    if tokio::task::spawn_blocking(move || writer.join().is_err()).await.unwrap_or(true) {
        return Err("the writer ended with a fault; the log has its place".to_owned());
    }
    result
}

/// Takes the lock beside the database: one process serves it at a time. A second one waits until the first
/// has ended, so that a restart never overlaps and a stand-by takes over by itself. `None` when it was asked
/// to stop meanwhile.
async fn only_one(database: &Path, mut shutdown: watch::Receiver<bool>) -> Result<Option<File>, String> {
    let path = database.with_extension("lock");
    let failed = |error: std::io::Error| format!("cannot use {}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let lock = File::create(&path).map_err(failed)?;
    let mut told = false;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(Some(lock)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        if !told {
            told = true;
            eprintln!("Another Liftoff serves {}; this one waits until it ends.", database.display());
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(300)) => {}
            _ = shutdown.wait_for(|stop| *stop) => return Ok(None),
        }
    }
}

/// Tells the local chat's time travel where it may go.
struct Guide {
    database: Mutex<Connection>,
    clock: Clock,
}

impl TravelGuide for Guide {
    fn next_reminder(&self, id: i64) -> Option<DateTime<Utc>> {
        let database = self.database.lock().ok()?;
        let learner = learner::find(&database, id).ok()??;
        [learner.next_reminder_at, learner.snoozed_until, learner.next_nudge_at].into_iter().flatten().min()
    }

    fn tomorrow_morning(&self, id: i64) -> DateTime<Utc> {
        let now = self.clock.now();
        let known = self.database.lock().ok().and_then(|database| tomorrow_morning(&database, id, now).ok());
        known.unwrap_or(now + TimeDelta::days(1))
    }
}
