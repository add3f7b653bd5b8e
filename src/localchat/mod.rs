//! The local chat: a small Telegram Bot API on the loopback interface, and a page like a phone chat.
//!
//! The bot talks to it through teloxide's own HTTP client, as it would to Telegram; people talk to it through
//! the page at `/`, tests through a [`Handle`]. It is honest: limits, errors and the shape of replies are
//! Telegram's, and what a real server would refuse is refused. It listens on 127.0.0.1 only and turns away
//! foreign `Host` and `Origin` headers.

mod api;
mod core;
mod detect;
mod faults;
mod handle;
mod html;
mod learner;
mod math;
mod model;
mod page;
mod picture;
mod render;
mod reply;
mod rich;
mod store;
mod upload;
mod view;
mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::core::Core;
pub use self::faults::{Fault, FaultKind, Violation};
pub use self::handle::{Handle, Learner, TimedOut};
pub use self::learner::Refusal;
use self::model::World;
pub use self::store::saved_shift;
use self::store::{Found, RESERVE, Store};
pub use self::view::{Seen, SeenButton, SeenFile, SeenPoll, SeenToast};
use crate::clock::Clock;

/// The bot's id where the token does not begin with one.
const DEFAULT_BOT_ID: i64 = 42;
/// How long a shutdown waits for requests under way before it cuts them.
const GRACE: Duration = Duration::from_secs(3);

/// How to start a local chat.
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any that is free.
    pub port: u16,
    /// The token that the bot must use; digits before a colon become its id.
    pub token: String,
    /// The bot's clock: it dates the messages, and the page moves it.
    pub clock: Clock,
    /// Where chats are kept across restarts; `None` keeps nothing.
    pub state: Option<PathBuf>,
    /// Knows where the page's time travel may go.
    pub travel: Arc<dyn TravelGuide>,
    /// Whether the server knows rich messages; an older one answers `sendRichMessage` with 404.
    pub rich_messages: bool,
}

/// Tells the time travel panel where it may go.
pub trait TravelGuide: Send + Sync {
    /// The instant of this learner's next reminder, if one is planned. Called often; it should be quick.
    fn next_reminder(&self, learner: i64) -> Option<DateTime<Utc>>;

    /// Tomorrow at 08:00 in the learner's zone.
    fn tomorrow_morning(&self, learner: i64) -> DateTime<Utc>;
}

/// Why a local chat cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port is taken, or may not be used.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Bind {
        /// The port asked for.
        port: u16,
        /// The system's reason.
        source: io::Error,
    },
    /// The state, or a file beside it, cannot be read or written.
    #[error("cannot read or write the local chat's state {}", path.display())]
    State {
        /// Where it lies.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is no state of a local chat.
    #[error("{} is not a local chat's state: {reason}", path.display())]
    CorruptState {
        /// Where it lies.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// A running local chat. Dropping it stops it at once; [`LocalChat::shutdown`] lets requests finish.
pub struct LocalChat {
    core: Arc<Core>,
    address: SocketAddr,
    set_aside: Option<(PathBuf, String)>,
    server: Option<JoinHandle<io::Result<()>>>,
    saver: JoinHandle<()>,
}

/// Starts a local chat. Must be called inside a tokio runtime.
///
/// A state file that cannot be read is renamed, never overwritten; see [`LocalChat::set_aside`].
///
/// # Errors
/// When the port cannot be used, or the state cannot be read or written.
pub async fn start(options: Options) -> Result<LocalChat, Error> {
    let port = options.port;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.map_err(|source| Error::Bind { port, source })?;
    let address = listener.local_addr().map_err(|source| Error::Bind { port, source })?;

    let store = Store::new(options.state.clone());
    let fresh = || fresh_world(options.state.is_some(), options.clock.now());
    let (world, set_aside) = match store.load()? {
        Found::Nothing => (fresh(), None),
        Found::Kept(world) => (*world, None),
        Found::SetAside(path, reason) => {
            tracing::warn!(
                path = %path.display(), reason,
                "the local chat's state could not be read; it was renamed, and a new one begins"
            );
            (fresh(), Some((path, reason)))
        }
    };
    store.save(&World { ids: world.ids.ahead(RESERVE), ..world.clone() })?;

    let id = options.token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or(DEFAULT_BOT_ID);
    let core = Core::new(options, address.port(), store, world, id);
    let router = page::router(Arc::clone(&core));
    let mut stop = core.stop.subscribe();
    let service = router.into_make_service_with_connect_info::<wire::Cut>();
    let server = axum::serve(wire::CuttableListener(listener), service).with_graceful_shutdown(async move {
        // A closed channel means that the chat is gone, which is a reason to stop as well.
        let _ = stop.wait_for(|stop| *stop).await;
    });
    let server = Some(tokio::spawn(async move { server.await }));
    let saver = tokio::spawn(Arc::clone(&core).keep_saving());
    Ok(LocalChat { core, address, set_aside, server, saver })
}

/// A world without chats. A bot may remember ids of a state that was lost, so a kept world begins beyond
/// whatever an earlier one is likely to have used: one id for each second since 2026.
fn fresh_world(kept: bool, now: DateTime<Utc>) -> World {
    const START_OF_2026: i64 = 1_767_225_600;
    let mut world = World::default();
    if kept {
        world.ids = world.ids.ahead((now.timestamp() - START_OF_2026).clamp(0, 1_000_000_000));
    }
    world
}

impl LocalChat {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The page's address, which is also the base address for the bot's HTTP client.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A way to act as learners without a browser.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.core))
    }

    /// The state that could not be read at the start: where it lies now, and why.
    #[must_use]
    pub fn set_aside(&self) -> Option<(&Path, &str)> {
        self.set_aside.as_ref().map(|(path, reason)| (path.as_path(), reason.as_str()))
    }

    /// Stops listening, ends long polls, lets other requests finish, and saves the state.
    pub async fn shutdown(mut self) {
        self.core.stop.send_replace(true);
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(GRACE, &mut server).await.is_err()
        {
            server.abort();
        }
        self.core.save(0);
    }
}

impl Drop for LocalChat {
    fn drop(&mut self) {
        self.core.stop.send_replace(true);
        self.saver.abort();
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}
