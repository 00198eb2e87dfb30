//! Why the projector does not go on.

use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::Stream;
use async_nats::jetstream::{Context, ErrorCode};

use crate::checkpoint::Mismatch;
use crate::parked::MOST_PARKED;

/// Why the projector cannot begin, or stops. Asking again does not help; somebody has to act.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The namespace is none.
    #[error("the namespace cannot be used")]
    Namespace(#[from] events::subject::BadNamespace),
    /// NATS cannot be used.
    #[error("the event log cannot be used")]
    Nats(#[from] platform::nats::NatsError),
    /// The database cannot be used.
    #[error("the read models cannot be used")]
    Postgres(#[from] platform::postgres::PostgresError),
    /// The address of Redis is none.
    #[error("the hot views cannot be used")]
    Redis(#[from] platform::redis::RedisUrlError),
    /// The views and the log do not belong together.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// The tables are missing or older than this program.
    #[error("the database has no tables for this version of Mesa; run `mesa migrate`")]
    Unmigrated(#[source] sqlx::Error),
    /// Histories are parked one after the other.
    #[error(
        "more than {MOST_PARKED} histories could not be applied; this program and the log do not \
         fit each other: install the version that wrote the log, run `mesa parked retry --all`, and \
         start again; see `mesa parked`"
    )]
    TooManyParked,
}

/// The log, when there is one; `None` when the command side has not made it yet.
pub(crate) async fn find_log(
    jetstream: &Context,
    stream: &str,
) -> Result<Option<Stream>, async_nats::Error> {
    match jetstream.get_stream(stream).await {
        Ok(log) => Ok(Some(log)),
        Err(error) if is_missing(&error.kind()) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn is_missing(kind: &GetStreamErrorKind) -> bool {
    matches!(kind, GetStreamErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}
