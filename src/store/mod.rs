//! SQLite: one file, one writer thread, append-only migrations.
//!
//! The writer takes whatever waits (up to [`BATCH`] jobs), gives each a savepoint, commits once, and only then
//! lets the results go: an answer is durable before it is shown, one job's failure undoes only itself, and the
//! commit's fsync is shared under load.

pub mod inbox;
pub mod learner;
mod named;
pub mod note;
pub mod outbox;
pub mod pause;
pub mod plan;
pub mod reminder;
pub mod report;
pub mod review;
pub mod session;
pub mod stats;
pub mod submission;
mod writer;

use std::path::Path;
use std::time::Duration;

use include_dir::{Dir, include_dir};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

pub use writer::{BATCH, Store, attempt};

static MIGRATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused; its own words follow.
    #[error("the database refused: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file was written by a newer Liftoff.
    #[error(
        "the database is of version {found}, this program knows {known}: update Liftoff, or use the backup made before the update"
    )]
    TooNew {
        /// The file's version.
        found: usize,
        /// The newest that this program has.
        known: usize,
    },
    /// The folder or file cannot be made or used.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no database, or a damaged one.
    #[error(
        "cannot use {path}: {source}; the file was left as it is. Bring back a backup, or name another data directory"
    )]
    Damaged {
        /// Which file.
        path: String,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A stored value has a form that this program does not know.
    #[error("the database holds an unreadable {what}")]
    Unreadable {
        /// Which value.
        what: &'static str,
    },
    /// The job's own code panicked; its work was undone.
    #[error("a fault in the program stopped this step")]
    Panicked,
    /// The writer has ended.
    #[error("the database is closed")]
    Closed,
}

/// Opens the database file, creating it with mode 0600, and brings its schema up to date.
///
/// # Errors
/// When the file cannot be opened, is damaged, or was written by a newer program.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    let file_error = |source| StoreError::File { path: path.display().to_string(), source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(file_error)?;
    }
    create_private(path).map_err(file_error)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    prepare(Connection::open_with_flags(path, flags)?).map_err(|error| match error {
        StoreError::Sqlite(source) if is_damage(&source) => {
            StoreError::Damaged { path: path.display().to_string(), source }
        }
        error => error,
    })
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}

/// A database in memory, for tests.
///
/// # Errors
/// When SQLite cannot allocate it.
pub fn open_in_memory() -> Result<Connection, StoreError> {
    prepare(Connection::open_in_memory()?)
}

/// Learners' answers are nobody else's business: only the owner may read the file.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// How long a locked database is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pause between two tries where SQLite does not wait by itself.
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// Turns the write-ahead log on. SQLite does not wait for its lock here when several open a new file at the
/// same time, whatever the busy timeout, so this does.
fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    let busy = |error: &rusqlite::Error| {
        matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    };
    for _ in 0..PATIENCE.as_millis() / TRY_AGAIN.as_millis() {
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error) if busy(&error) => std::thread::sleep(TRY_AGAIN),
            result => return result,
        }
    }
    connection.pragma_update(None, "journal_mode", "wal")
}

fn prepare(mut connection: Connection) -> Result<Connection, StoreError> {
    connection.busy_timeout(PATIENCE)?;
    use_wal(&connection)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.set_prepared_statement_cache_capacity(128);
    // Plans that do not depend on the values bound: otherwise SQLite plans a cached statement anew for each learner.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // A migration may make a table anew that others refer to.
    connection.pragma_update(None, "foreign_keys", false)?;
    migrate(&mut connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Applies the migrations that the file does not have yet, each in its own transaction.
fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let mut files: Vec<_> = MIGRATIONS.files().collect();
    files.sort_by_key(|file| file.path());
    let found = usize::try_from(version(connection)?).unwrap_or(usize::MAX);
    if found > files.len() {
        return Err(StoreError::TooNew { found, known: files.len() });
    }
    for (index, file) in files.iter().enumerate() {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read again under the lock: another process may have migrated meanwhile.
        let applied = usize::try_from(version(&transaction)?).unwrap_or(usize::MAX);
        if index >= applied {
            let sql = file.contents_utf8().ok_or(StoreError::Unreadable { what: "migration" })?;
            transaction.execute_batch(sql)?;
            if transaction.prepare("pragma foreign_key_check")?.exists([])? {
                return Err(StoreError::Unreadable { what: "reference between its tables" });
            }
            transaction.pragma_update(None, "user_version", index as i64 + 1)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_private_migrated_once_and_opens_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inner/liftoff.db");
        drop(open(&path).unwrap());
        let again = open(&path).unwrap();
        assert_eq!(version(&again).unwrap(), MIGRATIONS.files().count() as i64);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_newer_file_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("liftoff.db");
        open(&path).unwrap().pragma_update(None, "user_version", 9_999).unwrap();
        let error = open(&path).unwrap_err().to_string();
        assert!(error.contains("version 9999"), "{error}");
    }

    #[test]
    fn every_table_is_strict() {
        let connection = open_in_memory().unwrap();
        let loose: i64 = connection
            .query_row(
                "select count(*) from pragma_table_list where schema = 'main' and type = 'table' and strict = 0 and name not like 'sqlite_%'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(loose, 0);
    }
}
