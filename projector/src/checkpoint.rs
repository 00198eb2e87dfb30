//! Up to where the views are, and whether the log is still the one they were made from.
//!
//! A restored or shortened log gives the same sequences to other records. The checkpoint therefore
//! holds the hash (and the event id) of the record it stands at, and a start compares them.

use async_nats::jetstream::stream::Stream;
use chrono::{DateTime, Utc};
use events::Hash;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::columns::{big, number};
use crate::incoming::Incoming;

/// The name of the one row: all views move together.
pub const NAME: &str = "views";

/// Reads the checkpoint.
pub const READ: &str = "/* q:projector.checkpoint.read */
    select stream, sequence, event_id, hash, generation, fence
    from projection_checkpoint
    where name = $1";

/// Makes the row before the first batch.
pub const BEGIN: &str = "/* q:projector.checkpoint.begin */
    insert into projection_checkpoint (name, stream, sequence, event_id, hash, updated_at)
    values ($1, $2, 0, null, $3, $4)
    on conflict (name) do nothing";

/// Locks the checkpoint until the end of the transaction: the fence against a second projector.
pub const LOCK: &str = "/* q:projector.checkpoint.lock */
    select stream, sequence, event_id, hash, generation, fence
    from projection_checkpoint
    where name = $1
    for update";

/// Moves the checkpoint.
pub const MOVE: &str = "/* q:projector.checkpoint.move */
    update projection_checkpoint
    set sequence = $2, event_id = $3, hash = $4, updated_at = $5
    where name = $1";

/// Makes the projector at work begin anew: the views were changed beside it.
pub const FENCE: &str = "/* q:projector.checkpoint.fence */
    update projection_checkpoint
    set fence = fence + 1, updated_at = $2
    where name = $1";

/// Tells listeners of this database that the views have moved; the payload is the position.
pub const NOTIFY: &str = "/* q:projector.checkpoint.notify */
    select pg_notify('mesa_views', $1)";

/// Where the views are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The stream they are made from.
    pub stream: String,
    /// The sequence of the last record applied; 0 before the first.
    pub sequence: u64,
    /// The id of its first event, where it could be read.
    pub event_id: Option<Uuid>,
    /// The hash of its bytes; zero before the first.
    pub hash: Hash,
    /// Which tables are read: one more after each switch.
    pub generation: u64,
    /// How often the views were changed beside the projector.
    pub fence: u64,
}

/// Why the views cannot go on from this log. Asking again does not help.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
    /// The views were made from another stream.
    #[error(
        "the views were made from the stream {found}, but this projector reads {wanted}; \
         use the right namespace, or another database"
    )]
    Stream {
        /// What the checkpoint says.
        found: String,
        /// What is read.
        wanted: String,
    },
    /// The log is shorter than the views.
    #[error(
        "the views are at {stream}:{sequence}, but the log ends at {last}: it was restored from an \
         older copy; bring back the newer log, or make the views \
         anew from this one with `mesa rebuild --all --accept-differences`"
    )]
    Shorter {
        /// The stream.
        stream: String,
        /// Where the views are.
        sequence: u64,
        /// Where the log ends.
        last: u64,
    },
    /// Another record stands where the views are.
    #[error(
        "the views are at {stream}:{sequence} with the event {event}, but the log holds another \
         record there: it is not the log they were made from; bring back the right log, or make \
         the views anew from this one with `mesa rebuild --all --accept-differences`"
    )]
    Record {
        /// The stream.
        stream: String,
        /// Where the views are.
        sequence: u64,
        /// The event the views know, or a word that there is none.
        event: String,
    },
    /// Records between the views and the beginning of the log are gone.
    #[error(
        "the views are at {stream}:{sequence}, but the log begins at {first}: records between are \
         gone; bring back the whole log"
    )]
    Gap {
        /// The stream.
        stream: String,
        /// Where the views are.
        sequence: u64,
        /// Where the log begins.
        first: u64,
    },
    /// Records in the middle of the log are gone.
    #[error(
        "the log {stream} has no record between {after} and {next}: records are gone; bring back \
         the whole log"
    )]
    Hole {
        /// The stream.
        stream: String,
        /// The last record before.
        after: u64,
        /// The next record that is there.
        next: u64,
    },
}

impl Checkpoint {
    /// Right after `record`.
    #[must_use]
    pub fn after(&self, record: &Incoming) -> Self {
        Self {
            sequence: record.sequence,
            event_id: record.event_id().map(|id| id.0),
            hash: record.hash,
            ..self.clone()
        }
    }

    /// Reads the checkpoint, made at the beginning of `stream` when there is none yet.
    ///
    /// # Errors
    ///
    /// The database does not answer, or has no tables yet.
    pub async fn load(
        connection: &mut PgConnection,
        stream: &str,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Self> {
        sqlx::query(BEGIN)
            .bind(NAME)
            .bind(stream)
            .bind(Hash::default().0)
            .bind(now)
            .execute(&mut *connection)
            .await?;
        Self::fetch(connection, READ).await
    }

    /// Reads the checkpoint, if there is one.
    ///
    /// # Errors
    ///
    /// The database does not answer, or has no tables yet.
    pub async fn read(connection: &mut PgConnection) -> sqlx::Result<Option<Self>> {
        match Self::fetch(connection, READ).await {
            Ok(checkpoint) => Ok(Some(checkpoint)),
            Err(sqlx::Error::RowNotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads the checkpoint and locks it until the end of the transaction.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn lock(connection: &mut PgConnection) -> sqlx::Result<Self> {
        Self::fetch(connection, LOCK).await
    }

    async fn fetch(connection: &mut PgConnection, query: &'static str) -> sqlx::Result<Self> {
        let row = sqlx::query(query).bind(NAME).fetch_one(connection).await?;
        Ok(Self {
            stream: row.try_get("stream")?,
            sequence: number(&row, "sequence")?,
            event_id: row.try_get("event_id")?,
            hash: Hash(row.try_get("hash")?),
            generation: number(&row, "generation")?,
            fence: number(&row, "fence")?,
        })
    }

    /// Makes the projector at work begin anew once the transaction is committed.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn fence_off(connection: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<()> {
        sqlx::query(FENCE)
            .bind(NAME)
            .bind(now)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Moves the stored checkpoint here and tells listeners.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn store(
        &self,
        connection: &mut PgConnection,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        sqlx::query(MOVE)
            .bind(NAME)
            .bind(big(self.sequence))
            .bind(self.event_id)
            .bind(self.hash.0)
            .bind(now)
            .execute(&mut *connection)
            .await?;
        sqlx::query(NOTIFY)
            .bind(format!("{}:{}", self.stream, self.sequence))
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Compares the checkpoint with the log: `Ok(Err(_))` when they do not belong together.
    ///
    /// # Errors
    ///
    /// NATS does not answer.
    pub async fn compare(
        &self,
        log: &mut Stream,
    ) -> Result<Result<(), Mismatch>, async_nats::Error> {
        let info = log.info().await?;
        let (name, state) = (info.config.name.clone(), info.state.clone());
        let (stream, sequence) = (self.stream.clone(), self.sequence);
        if stream != name {
            return Ok(Err(Mismatch::Stream {
                found: stream,
                wanted: name,
            }));
        }
        if sequence > state.last_sequence {
            return Ok(Err(Mismatch::Shorter {
                stream,
                sequence,
                last: state.last_sequence,
            }));
        }
        if state.messages > 0 && state.first_sequence > sequence + 1 {
            return Ok(Err(Mismatch::Gap {
                stream,
                sequence,
                first: state.first_sequence,
            }));
        }
        if sequence == 0 {
            return Ok(Ok(()));
        }
        let message = log.get_raw_message(sequence).await?;
        if Hash::of(&message.payload) == self.hash {
            return Ok(Ok(()));
        }
        let event = self
            .event_id
            .map_or_else(|| "unknown".to_owned(), |id| id.to_string());
        Ok(Err(Mismatch::Record {
            stream,
            sequence,
            event,
        }))
    }
}
