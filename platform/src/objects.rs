//! The object store: bytes under their SHA-256, in a folder or a bucket.
//!
//! ```text
//! uploads/<id>             what is on its way in; nobody reads it
//! sha256/<2 digits>/<64>   what is kept, once, whoever brought it
//! ```
//!
//! Bytes come in as a stream and are hashed on their way; a few chunks are in memory, whatever the
//! size. They are on the disk when [`Objects::keep`] returns. What was broken off stays under
//! `uploads/`, where nothing looks for it, until [`Objects::sweep`] takes it away.

use std::path::{Path as File, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// The size in which bytes are handed on; S3 takes no smaller parts.
const CHUNK: usize = 5 * 1024 * 1024;
/// How many chunks may be on their way at a time.
const AT_ONCE: usize = 2;
/// How long who sends may send nothing.
const SILENCE: Duration = Duration::from_secs(30);
/// How many may send at a time; each may have a chunk or two in memory.
const SENDERS: usize = 32;
/// How many of the first bytes are given back, for who wants to know what they are.
const HEAD: usize = 8 * 1024;

/// Where bytes are kept. Clones share it.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    root: Path,
    folder: Option<PathBuf>,
    senders: Arc<Semaphore>,
}

/// Why bytes are not taken, kept or given.
#[derive(Debug, Error)]
pub enum ObjectsError {
    /// The place is neither a folder nor a bucket; asking again does not help.
    #[error("the object store {place} cannot be used: give a folder or s3://bucket/prefix")]
    Place {
        /// The place.
        place: String,
        /// What is wrong with it.
        #[source]
        cause: object_store::Error,
    },
    /// There are more bytes than allowed; asking again does not help.
    #[error("there are more than {limit} bytes")]
    TooLarge {
        /// How many are allowed.
        limit: u64,
    },
    /// Who sends the bytes broke off.
    #[error("the bytes broke off")]
    BrokenOff(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// As many send as may at a time; asking again may help.
    #[error("too many files are being sent at the same time")]
    Crowded,
    /// Nothing is kept under that hash.
    #[error("nothing is kept under that hash")]
    Missing,
    /// The store does not do what it should; asking again may help.
    #[error("the object store does not answer")]
    Store(#[source] object_store::Error),
}

/// Bytes that came in and are not kept yet.
#[derive(Debug)]
pub struct Received {
    upload: Path,
    /// How many.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: [u8; 32],
    /// The first of them, 8 KiB at most.
    pub head: Vec<u8>,
}

impl Objects {
    /// The store at `place`: a folder, made when missing, or `s3://bucket/prefix` with the usual
    /// `AWS_…` variables for region, address and credentials.
    ///
    /// # Errors
    ///
    /// [`ObjectsError::Place`].
    pub fn open(place: &str) -> Result<Self, ObjectsError> {
        let wrong = |cause| ObjectsError::Place {
            place: place.to_owned(),
            cause,
        };
        if let Some(rest) = place.strip_prefix("s3://") {
            super::tls::provide();
            let prefix = rest.split_once('/').map_or("", |(_, prefix)| prefix);
            let bucket = AmazonS3Builder::from_env().with_url(place).build();
            return Ok(Self {
                store: Arc::new(bucket.map_err(wrong)?),
                root: Path::from(prefix),
                folder: None,
                senders: Arc::new(Semaphore::new(SENDERS)),
            });
        }
        let folder = PathBuf::from(place.strip_prefix("file://").unwrap_or(place));
        let made = std::fs::create_dir_all(folder.join("uploads"));
        made.map_err(|error| wrong(generic(error)))?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(wrong)?;
        Ok(Self {
            store: Arc::new(store.with_fsync(true)),
            root: Path::default(),
            folder: Some(folder),
            senders: Arc::new(Semaphore::new(SENDERS)),
        })
    }

    /// Takes in `bytes`, at most `limit` of them, as the upload `id`. Nothing of them can be read
    /// until they are kept.
    ///
    /// # Errors
    ///
    /// [`ObjectsError`]; nothing stays but what [`Objects::sweep`] takes away.
    pub async fn receive<E>(
        &self,
        id: Uuid,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
        limit: u64,
    ) -> Result<Received, ObjectsError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let _place = self
            .senders
            .try_acquire()
            .map_err(|_| ObjectsError::Crowded)?;
        let upload = self.at(&["uploads", &id.to_string()]);
        let opened = self.store.put_multipart(&upload).await;
        let opened = opened.map_err(ObjectsError::Store)?;
        let mut writing = WriteMultipart::new_with_chunk_size(opened, CHUNK);
        let read = hand_on(&mut writing, bytes, limit).await;
        let (size, sha256, head) = match read {
            Ok(read) => read,
            Err(error) => {
                if let Err(error) = writing.abort().await {
                    tracing::debug!(%error, "an upload that broke off stays until it is swept");
                }
                return Err(error);
            }
        };
        writing.finish().await.map_err(ObjectsError::Store)?;
        Ok(Received {
            upload,
            size,
            sha256,
            head,
        })
    }

    /// Keeps what came in under its hash, on the disk when this returns. The same bytes are kept
    /// once.
    ///
    /// # Errors
    ///
    /// [`ObjectsError::Store`].
    pub async fn keep(&self, received: Received) -> Result<(), ObjectsError> {
        let place = self.of(&received.sha256);
        match self.store.head(&place).await {
            Ok(there) if there.size == received.size => {
                self.forget(received).await;
                Ok(())
            }
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {
                let moved = self.store.rename(&received.upload, &place).await;
                moved.map_err(ObjectsError::Store)
            }
            Err(error) => Err(ObjectsError::Store(error)),
        }
    }

    /// Throws away what came in and is not wanted.
    pub async fn forget(&self, received: Received) {
        if let Err(error) = self.store.delete(&received.upload).await {
            tracing::debug!(%error, "an unwanted upload stays until it is swept");
        }
    }

    /// The bytes kept under `sha256`, from `from` on and up to but without `to`, as a stream.
    ///
    /// # Errors
    ///
    /// [`ObjectsError::Missing`] and [`ObjectsError::Store`].
    pub async fn read(
        &self,
        sha256: &[u8; 32],
        from: u64,
        to: u64,
    ) -> Result<impl Stream<Item = Result<Bytes, ObjectsError>> + Send + use<>, ObjectsError> {
        let options = GetOptions::new().with_range(Some(GetRange::Bounded(from..to)));
        let got = self.store.get_opts(&self.of(sha256), options).await;
        let got = got.map_err(|error| match error {
            object_store::Error::NotFound { .. } => ObjectsError::Missing,
            other => ObjectsError::Store(other),
        })?;
        Ok(got.into_stream().map_err(ObjectsError::Store))
    }

    /// Takes away uploads that were broken off and are untouched since `before`; says how many.
    /// (Parts of broken uploads that a bucket holds back are taken away by its own life-cycle rule.)
    ///
    /// # Errors
    ///
    /// [`ObjectsError::Store`].
    pub async fn sweep(&self, before: DateTime<Utc>) -> Result<u64, ObjectsError> {
        if let Some(folder) = &self.folder {
            let swept = sweep_folder(&folder.join("uploads"), before).await;
            return swept.map_err(|error| ObjectsError::Store(generic(error)));
        }
        let uploads = self.at(&["uploads"]);
        let mut listed = self.store.list(Some(&uploads));
        let mut swept = 0;
        while let Some(upload) = listed.try_next().await.map_err(ObjectsError::Store)? {
            if upload.last_modified < before {
                let gone = self.store.delete(&upload.location).await;
                gone.map_err(ObjectsError::Store)?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    fn of(&self, sha256: &[u8; 32]) -> Path {
        let name = hex::encode(sha256);
        self.at(&["sha256", &name[..2], &name])
    }

    fn at(&self, parts: &[&str]) -> Path {
        let parts = parts.iter().map(|part| (*part).into());
        self.root.parts().chain(parts).collect()
    }
}

/// Reads `bytes` to their end; gives their number, their hash and the first of them.
async fn hand_on<E>(
    writing: &mut WriteMultipart,
    bytes: impl Stream<Item = Result<Bytes, E>> + Send,
    limit: u64,
) -> Result<(u64, [u8; 32], Vec<u8>), ObjectsError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut bytes = std::pin::pin!(bytes);
    let (mut size, mut digest, mut head) = (0, Sha256::new(), Vec::new());
    loop {
        let silent = |_| ObjectsError::BrokenOff("nothing came for thirty seconds".into());
        let next = tokio::time::timeout(SILENCE, bytes.next()).await;
        let Some(chunk) = next.map_err(silent)? else {
            break;
        };
        let chunk = chunk.map_err(|error| ObjectsError::BrokenOff(error.into()))?;
        size += chunk.len() as u64;
        if size > limit {
            return Err(ObjectsError::TooLarge { limit });
        }
        digest.update(&chunk);
        head.extend(chunk.iter().take(HEAD - head.len()));
        let room = writing.wait_for_capacity(AT_ONCE).await;
        room.map_err(ObjectsError::Store)?;
        writing.write(&chunk);
    }
    Ok((size, digest.finalize().into(), head))
}

/// Files of broken uploads have names that the store itself never lists.
async fn sweep_folder(folder: &File, before: DateTime<Utc>) -> std::io::Result<u64> {
    let (mut files, mut swept) = (tokio::fs::read_dir(folder).await?, 0);
    while let Some(file) = files.next_entry().await? {
        let changed: DateTime<Utc> = file.metadata().await?.modified()?.into();
        if changed < before {
            tokio::fs::remove_file(file.path()).await?;
            swept += 1;
        }
    }
    Ok(swept)
}

fn generic(error: std::io::Error) -> object_store::Error {
    object_store::Error::Generic {
        store: "folder",
        source: Box::new(error),
    }
}

#[cfg(test)]
mod tests;
