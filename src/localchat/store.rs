//! The kept state: one JSON file, replaced by an atomic rename, and a folder of uploaded files beside it.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;

use super::Error;
use super::model::World;

/// How many ids a saved state keeps in reserve. A killed process loses at most this many numbers, and a
/// burst that uses more of them is saved before it goes on.
pub(super) const RESERVE: i64 = 1000;

/// Where the world and the uploaded files are kept.
#[derive(Debug)]
pub(super) struct Store {
    state: Option<PathBuf>,
    memory: Mutex<HashMap<String, Arc<[u8]>>>,
}

/// What was found where the state should be.
#[derive(Debug)]
pub(super) enum Found {
    Nothing,
    Kept(Box<World>),
    /// It could not be read and now lies under this name, for this reason.
    SetAside(PathBuf, String),
}

impl Store {
    pub(super) fn new(state: Option<PathBuf>) -> Self {
        Self { state, memory: Mutex::default() }
    }

    /// Whether anything outlives the process.
    pub(super) fn keeps(&self) -> bool {
        self.state.is_some()
    }

    /// Reads the kept world. A file that is no state is renamed, never overwritten.
    pub(super) fn load(&self) -> Result<Found, Error> {
        let Some(path) = &self.state else { return Ok(Found::Nothing) };
        match read(path) {
            Ok(None) => Ok(Found::Nothing),
            Ok(Some(world)) => Ok(Found::Kept(Box::new(world))),
            Err(Error::CorruptState { reason, .. }) => {
                let aside = free_name(path);
                fs::rename(path, &aside).map_err(|source| Error::State { path: path.clone(), source })?;
                Ok(Found::SetAside(aside, reason))
            }
            Err(error) => Err(error),
        }
    }

    /// Writes the world beside its place and renames it into place: a reader and a crash see the old state
    /// or the new one, nothing between.
    pub(super) fn save(&self, world: &World) -> Result<(), Error> {
        let Some(path) = &self.state else { return Ok(()) };
        let text = serde_json::to_vec(world)
            .map_err(|error| Error::State { path: path.clone(), source: error.into() })?;
        replace(path, &text).map_err(|source| Error::State { path: path.clone(), source })
    }

    /// Keeps an uploaded file's bytes under its id.
    pub(super) fn put(&self, id: &str, bytes: Vec<u8>) -> Result<(), Error> {
        if let Some(path) = self.file(id) {
            replace(&path, &bytes).map_err(|source| Error::State { path, source })
        } else {
            let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            memory.insert(id.to_owned(), bytes.into());
            Ok(())
        }
    }

    /// An uploaded file's bytes.
    pub(super) fn get(&self, id: &str) -> Option<Vec<u8>> {
        if let Some(path) = self.file(id) {
            fs::read(path).ok()
        } else {
            let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            memory.get(id).map(|bytes| bytes.to_vec())
        }
    }

    /// Ids are ours (letters, digits, `_`), so they are safe as file names.
    fn file(&self, id: &str) -> Option<PathBuf> {
        let state = self.state.as_ref()?;
        let mut folder = state.clone().into_os_string();
        folder.push(".files");
        Some(PathBuf::from(folder).join(id))
    }
}

/// Reads how far the clock of the chat kept at `path` was moved ahead; zero when nothing is kept there.
///
/// # Errors
/// When the file cannot be read or is no state of a local chat.
pub fn saved_shift(path: &Path) -> Result<TimeDelta, Error> {
    Ok(read(path)?.map_or(TimeDelta::zero(), |world| TimeDelta::milliseconds(world.shift_ms)))
}

fn read(path: &Path) -> Result<Option<World>, Error> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::State { path: path.to_owned(), source }),
    };
    let world: World = serde_json::from_slice(&text)
        .map_err(|error| Error::CorruptState { path: path.to_owned(), reason: error.to_string() })?;
    Ok(Some(world))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut new = path.to_owned().into_os_string();
    new.push(".new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    fs::rename(&new, path)
}

fn free_name(path: &Path) -> PathBuf {
    let name = |n: u32| {
        let mut name = path.to_owned().into_os_string();
        name.push(format!(".corrupt-{n}"));
        PathBuf::from(name)
    };
    (1..).map(name).find(|name| !name.exists()).unwrap_or_else(|| name(0))
}
