//! Files that learners send, and the judge's way to Telegram.

use teloxide::Bot;
use teloxide::net::Download;
use teloxide::prelude::Requester;
use teloxide::types::FileId;

use super::outbound::Sender;
use super::wire::CallError;
use crate::judging::{LARGEST_FILE, Messenger, NoFile};
use crate::store::outbox::Outgoing;

/// Fetches files, and hands what the judge says to the send queue.
pub(super) struct Post {
    pub bot: Bot,
    pub sender: Sender,
}

impl Messenger for Post {
    async fn fetch(&self, file: &str) -> Result<Vec<u8>, NoFile> {
        let found = self.bot.get_file(FileId(file.to_owned())).await.map_err(|error| {
            let error = CallError::from(error);
            tracing::warn!(%error, "a learner's file was not found");
            match error {
                CallError::Passing(_) | CallError::RetryAfter(_) => NoFile::Passing,
                _ => NoFile::Gone,
            }
        })?;
        if found.size > LARGEST_FILE {
            return Err(NoFile::Gone);
        }
        let mut bytes = Vec::new();
        match self.bot.download_file(&found.path, &mut bytes).await {
            Ok(()) => Ok(bytes),
            Err(_) => {
                // Its own words would carry the address with the token.
                tracing::warn!("a learner's file could not be fetched");
                Err(NoFile::Passing)
            }
        }
    }

    fn hand(&self, outgoing: Outgoing) {
        self.sender.push(outgoing);
    }
}
