//! One history, read straight from the log: for those who need the state of few documents at a
//! place where the rows are not.

use async_nats::jetstream::stream::{DirectGetErrorKind, Stream};
use chrono::DateTime;
use events::Namespace;

use crate::incoming::Incoming;

/// Every record on `subject` up to the sequence `until`, through today's upcasters.
///
/// # Errors
///
/// NATS does not answer.
pub async fn read(
    log: &Stream,
    names: &Namespace,
    subject: &str,
    until: u64,
) -> Result<Vec<Incoming>, async_nats::Error> {
    let mut records: Vec<Incoming> = Vec::new();
    loop {
        let after = records.last().map_or(0, |last| last.sequence);
        let found = log
            .direct_get_next_for_subject(subject, Some(after + 1))
            .await;
        let message = match found {
            Ok(message) if message.sequence <= until => message,
            Ok(_) => return Ok(records),
            Err(error) if error.kind() == DirectGetErrorKind::NotFound => return Ok(records),
            Err(error) => return Err(error.into()),
        };
        let nanos = i64::try_from(message.time.unix_timestamp_nanos()).unwrap_or_default();
        records.push(Incoming::read(
            names,
            message.sequence,
            subject,
            message.payload,
            DateTime::from_timestamp_nanos(nanos),
        ));
    }
}
