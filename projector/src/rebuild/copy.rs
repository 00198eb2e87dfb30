//! Rows in the binary form of `COPY`, and who sends them.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use events::OfficeId;
use sqlx::{Connection, PgPool};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::RebuildError;
use super::ddl::IN_NEXT;

/// How much is put together before it is sent.
const CHUNK: usize = 256 << 10;
/// Chunks that may wait for the database.
const WAITING: usize = 8;
/// What a binary copy begins with: a signature, no flags, nothing more.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with.
const TAIL: &[u8] = &(-1_i16).to_be_bytes();
/// 1 January 2000, from which the database counts: in microseconds and in days.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const EPOCH_DAYS: i32 = 730_120;
/// The type of the elements of `text[]`.
const TEXT: i32 = 25;
/// The type of a uuid.
const UUID: i32 = 2950;

/// A value as a column.
pub(super) trait Column {
    /// Appends length and bytes.
    fn put(self, bytes: &mut Vec<u8>);
}

fn sized(bytes: &mut Vec<u8>, value: &[u8]) {
    let length = i32::try_from(value.len()).unwrap_or(i32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(value);
}

impl<T: Column> Column for Option<T> {
    fn put(self, bytes: &mut Vec<u8>) {
        match self {
            Some(value) => value.put(bytes),
            None => bytes.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
    }
}

impl Column for &[u8] {
    fn put(self, bytes: &mut Vec<u8>) {
        sized(bytes, self);
    }
}

impl Column for &str {
    fn put(self, bytes: &mut Vec<u8>) {
        sized(bytes, self.as_bytes());
    }
}

impl Column for String {
    fn put(self, bytes: &mut Vec<u8>) {
        sized(bytes, self.as_bytes());
    }
}

impl Column for Uuid {
    fn put(self, bytes: &mut Vec<u8>) {
        sized(bytes, self.as_bytes());
    }
}

impl Column for bool {
    fn put(self, bytes: &mut Vec<u8>) {
        sized(bytes, &[u8::from(self)]);
    }
}

impl Column for i16 {
    fn put(self, bytes: &mut Vec<u8>) {
        sized(bytes, &self.to_be_bytes());
    }
}

impl Column for i64 {
    fn put(self, bytes: &mut Vec<u8>) {
        sized(bytes, &self.to_be_bytes());
    }
}

impl Column for DateTime<Utc> {
    fn put(self, bytes: &mut Vec<u8>) {
        (self.timestamp_micros() - EPOCH_MICROS).put(bytes);
    }
}

impl Column for NaiveDate {
    fn put(self, bytes: &mut Vec<u8>) {
        sized(bytes, &(self.num_days_from_ce() - EPOCH_DAYS).to_be_bytes());
    }
}

impl Column for &BTreeSet<String> {
    fn put(self, bytes: &mut Vec<u8>) {
        array(bytes, TEXT, self.iter().map(String::as_bytes));
    }
}

impl Column for &BTreeSet<OfficeId> {
    fn put(self, bytes: &mut Vec<u8>) {
        let ids = self.iter().map(|office| office.0.as_bytes().as_slice());
        array(bytes, UUID, ids);
    }
}

/// An array of one dimension, of values of the type `of`.
fn array<'v>(bytes: &mut Vec<u8>, of: i32, values: impl ExactSizeIterator<Item = &'v [u8]>) {
    let mut array = Vec::new();
    let length = i32::try_from(values.len()).unwrap_or(i32::MAX);
    for word in [length.min(1), 0, of] {
        array.extend_from_slice(&word.to_be_bytes());
    }
    if length > 0 {
        for word in [length, 1] {
            array.extend_from_slice(&word.to_be_bytes());
        }
    }
    for value in values {
        sized(&mut array, value);
    }
    sized(bytes, &array);
}

/// Rows put together, of so many columns each.
#[derive(Debug)]
pub(super) struct Rows {
    bytes: Vec<u8>,
}

impl Rows {
    /// None yet.
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// Begins a row of so many columns.
    pub(super) fn row(&mut self, columns: i16) -> &mut Self {
        self.bytes.extend_from_slice(&columns.to_be_bytes());
        self
    }

    /// The next column of the row.
    pub(super) fn put(&mut self, value: impl Column) -> &mut Self {
        value.put(&mut self.bytes);
        self
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

/// The way into one table.
#[derive(Debug)]
pub(super) struct Way {
    /// What is put together.
    pub(super) rows: Rows,
    send: mpsc::Sender<Vec<u8>>,
}

impl Way {
    /// Sends what is put together, if it is much.
    pub(super) async fn send_if_much(&mut self) -> Result<(), RebuildError> {
        if self.rows.bytes.len() >= CHUNK {
            let bytes = self.rows.take();
            self.send_bytes(bytes).await?;
        }
        Ok(())
    }

    /// Sends the rest; nothing follows.
    pub(super) async fn end(mut self) -> Result<(), RebuildError> {
        let bytes = self.rows.take();
        self.send_bytes(bytes).await
    }

    async fn send_bytes(&mut self, bytes: Vec<u8>) -> Result<(), RebuildError> {
        // Whoever wrote has ended early, with an error that says why.
        self.send
            .send(bytes)
            .await
            .map_err(|_| RebuildError::CopyEnded)
    }
}

/// Begins to copy into a table with `statement`, in a transaction that emptied it, so that its rows
/// are frozen from the beginning; it is committed when everything was sent.
pub(super) fn begin(
    copying: &mut JoinSet<Result<(), RebuildError>>,
    pool: &PgPool,
    [empty, statement]: [&'static str; 2],
) -> Way {
    let (send, receive) = mpsc::channel(WAITING);
    copying.spawn(copy(pool.clone(), empty, statement, receive));
    Way {
        rows: Rows::new(),
        send,
    }
}

async fn copy(
    pool: PgPool,
    empty: &'static str,
    statement: &'static str,
    mut receive: mpsc::Receiver<Vec<u8>>,
) -> Result<(), RebuildError> {
    let mut connection = pool.acquire().await?.detach();
    let mut transaction = connection.begin().await?;
    sqlx::query(IN_NEXT).execute(&mut *transaction).await?;
    sqlx::query(empty).execute(&mut *transaction).await?;
    let mut into = transaction.copy_in_raw(statement).await?;
    into.send(HEAD).await?;
    while let Some(bytes) = receive.recv().await {
        into.send(bytes).await?;
    }
    into.send(TAIL).await?;
    into.finish().await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}
