//! The writer thread: the only place that commits.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, Savepoint, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::StoreError;

/// At most so many jobs share one commit.
pub const BATCH: usize = 64;

/// A job's value on its way through the commit, its type forgotten.
type Value = Box<dyn Any + Send>;
type Work = Box<dyn FnOnce(&Connection) -> Result<Value, StoreError> + Send>;

struct Job {
    work: Work,
    done: oneshot::Sender<Result<Value, StoreError>>,
}

/// A handle on the database; clones share the one writer thread. When the last handle is dropped, the
/// thread finishes what waits and closes the file.
#[derive(Clone)]
pub struct Store {
    jobs: Sender<Job>,
}

impl Store {
    /// Moves the connection into a writer thread of its own.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub fn start(connection: Connection) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (jobs, waiting) = channel();
        let thread = std::thread::Builder::new()
            .name("store".into())
            .spawn(move || write_all(connection, &waiting))?;
        Ok((Self { jobs }, thread))
    }

    /// Runs `work` in a savepoint of the next commit. The future resolves after that commit, so what it
    /// returns is durable. Jobs run in the order in which this function was called, also when the future is
    /// not awaited at once.
    ///
    /// # Errors
    /// What `work` returned, or the commit's failure; then nothing of `work` was kept.
    pub fn write<T, W>(&self, work: W) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, W>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (done, result) = oneshot::channel();
        let work: Work = Box::new(move |tx| work(tx).map(|value| Box::new(value) as Value));
        let sent = self.jobs.send(Job { work, done });
        async move {
            if sent.is_err() {
                return Err(StoreError::Closed);
            }
            let value = result.await.map_err(|_| StoreError::Closed)??;
            value.downcast().map(|value| *value).map_err(|_| StoreError::Unreadable { what: "result" })
        }
    }
}

fn write_all(mut connection: Connection, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let batch = std::iter::once(first).chain(waiting.try_iter().take(BATCH - 1));
        let mut finished = Vec::new();
        match commit(&mut connection, batch, &mut finished) {
            Ok(()) => {
                for (done, result) in finished {
                    // Nobody waits any more: the work is kept all the same.
                    drop(done.send(result));
                }
            }
            Err(error) => {
                tracing::error!(%error, "a commit failed; its work was undone");
                for (done, _) in finished {
                    drop(done.send(Err(StoreError::Sqlite(copy(&error)))));
                }
            }
        }
    }
}

type Finished = Vec<(oneshot::Sender<Result<Value, StoreError>>, Result<Value, StoreError>)>;

fn commit(
    connection: &mut Connection,
    batch: impl Iterator<Item = Job>,
    finished: &mut Finished,
) -> rusqlite::Result<()> {
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let mut transaction = match begun {
        Ok(transaction) => transaction,
        Err(error) => {
            finished.extend(batch.map(|job| (job.done, Err(StoreError::Sqlite(copy(&error))))));
            return Err(error);
        }
    };
    for job in batch {
        let result = run(&mut transaction, job.work);
        finished.push((job.done, result));
    }
    transaction.commit()
}

fn run(transaction: &mut Transaction<'_>, work: Work) -> Result<Value, StoreError> {
    let savepoint = transaction.savepoint()?;
    isolated(savepoint, |connection| work(connection))
}

/// Runs `work` inside `savepoint`: kept when it returns `Ok`, undone when it fails or panics.
fn isolated<T>(
    savepoint: Savepoint<'_>,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    // A panic leaves nothing half done here: the savepoint is rolled back as a whole.
    match catch_unwind(AssertUnwindSafe(|| work(&savepoint))) {
        Ok(Ok(value)) => savepoint.commit().map(|()| value).map_err(StoreError::from),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(StoreError::Panicked),
    }
}

/// Runs `work` so that its failure or panic undoes only itself, within a job that goes on.
///
/// # Errors
/// What `work` returned, or [`StoreError::Panicked`].
pub fn attempt<T, E: From<StoreError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    connection.execute_batch("savepoint attempt").map_err(StoreError::from)?;
    let result = catch_unwind(AssertUnwindSafe(|| work(connection)))
        .unwrap_or_else(|_| Err(StoreError::Panicked.into()));
    let end = if result.is_ok() { "release attempt" } else { "rollback to attempt; release attempt" };
    connection.execute_batch(end).map_err(StoreError::from)?;
    result
}

/// One commit's failure is every waiting job's failure; SQLite's error itself cannot be cloned.
fn copy(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => rusqlite::Error::SqliteFailure(*code, text.clone()),
        other => rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR),
            Some(other.to_string()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Store {
        let connection = super::super::open_in_memory().unwrap();
        connection.execute_batch("create table t (x integer) strict").unwrap();
        Store::start(connection).unwrap().0
    }

    fn add(store: &Store, x: i64) -> impl Future<Output = Result<(), StoreError>> + use<> {
        store.write(move |tx| {
            tx.execute("insert into t values (?1)", [x])?;
            if x < 0 {
                return Err(StoreError::Closed);
            }
            assert!(x != 13, "unlucky");
            Ok(())
        })
    }

    #[tokio::test]
    async fn a_failure_or_panic_undoes_only_itself() {
        let store = store();
        let (one, failed, panicked, two) =
            tokio::join!(add(&store, 1), add(&store, -1), add(&store, 13), add(&store, 2));
        one.unwrap();
        two.unwrap();
        assert!(failed.is_err());
        assert!(matches!(panicked, Err(StoreError::Panicked)));
        let kept: Vec<i64> = store
            .write(|tx| {
                let mut rows = tx.prepare("select x from t order by rowid")?;
                Ok(rows.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
            })
            .await
            .unwrap();
        assert_eq!(kept, [1, 2]);
    }

    #[tokio::test]
    async fn jobs_run_in_the_order_in_which_they_were_handed_in() {
        let store = store();
        let waiting: Vec<_> = (100..300).map(|x| add(&store, x)).collect();
        for job in waiting {
            job.await.unwrap();
        }
        let sorted: bool = store
            .write(|tx| {
                Ok(tx.query_row(
                    "select count(*) = 0 from t a join t b on b.rowid = a.rowid + 1 where b.x <> a.x + 1",
                    [],
                    |row| row.get(0),
                )?)
            })
            .await
            .unwrap();
        assert!(sorted);
    }
}
