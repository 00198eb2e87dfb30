//! Who asks, and what they may see: the directory and the digests of API keys, both followed in
//! memory, so that a key revoked anywhere opens nothing here a moment later.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::Context;
use directory::{Directory, User};
use events::{AnyRecord, ApiKeyId, Namespace, UserId};
use platform::backoff::{Backoff, jitter};
use platform::clock::Clock;
use platform::http::{Keyring, Presented, Recognised};
use platform::ids::{Ids, SystemIds};
use platform::nats::follow::{FollowError, Followed, Follower, follow};
use platform::tasks::Tasks;
use tokio::sync::watch;

/// How long a role waits at its start for the streams to be there, and to have read them whole.
const START: Duration = Duration::from_secs(30);

/// Between attempts to find the streams.
const AGAIN: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

/// What is known at this moment.
#[derive(Debug)]
struct Known {
    directory: RwLock<Directory>,
    keyring: RwLock<Keyring>,
    moved: watch::Sender<u64>,
}

/// The organisation in memory. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Members {
    known: Arc<Known>,
    clock: Arc<dyn Clock>,
    directory: Follower,
    jetstream: Context,
}

impl Members {
    /// Follows the directory and the key bucket of `names`, and returns when both are read whole.
    ///
    /// # Errors
    ///
    /// NATS does not have the streams, or does not give them in time.
    pub(crate) async fn follow(
        jetstream: &Context,
        names: &Namespace,
        keyring: Keyring,
        clock: Arc<dyn Clock>,
        tasks: &Tasks,
    ) -> Result<Self, FollowError> {
        let known = Arc::new(Known {
            directory: RwLock::default(),
            keyring: RwLock::new(keyring),
            moved: watch::Sender::default(),
        });
        let (records, own) = (Arc::clone(&known), names.clone());
        let directory = begin(jetstream, &names.directory_stream(), tasks, move || {
            let (known, names) = (Arc::clone(&records), own.clone());
            move |message| known.take_record(&names, &message)
        })
        .await?;
        let digests = Arc::clone(&known);
        let bucket = format!("KV_{}", names.key_bucket());
        let keys = begin(jetstream, &bucket, tasks, move || {
            let known = Arc::clone(&digests);
            move |message| known.take_digest(&message)
        })
        .await?;
        directory.catch_up(START).await?;
        keys.catch_up(START).await?;
        Ok(Self {
            known,
            clock,
            directory,
            jetstream: jetstream.clone(),
        })
    }

    /// What keeps changes of the directory, `stream`, from being heard of now, if anything does.
    pub(crate) async fn trouble(&self, stream: &str) -> Option<&'static str> {
        platform::nats::trouble(&self.jetstream, stream).await
    }

    /// Whether changes can be heard of: not while there is no connection.
    pub(crate) fn is_connected(&self) -> bool {
        self.jetstream.client().connection_state() == State::Connected
    }

    /// Whose credential this is, if it is right and still good, and its owner still acts.
    pub(crate) fn owner(&self, presented: &Presented) -> Option<User> {
        let now = self.clock.now();
        let recognised = {
            let keyring = self.known.keyring.read();
            let keyring = keyring.unwrap_or_else(PoisonError::into_inner);
            keyring.recognise(presented, now)?
        };
        let directory = self.read();
        match recognised {
            Recognised::Key(id) => directory.key_holder(ApiKeyId(id), now),
            Recognised::User(id) => directory.logged_in(UserId(id), now),
            Recognised::Named(login) => directory.logged_in(UserId::of_login(&login), now),
        }
    }

    /// The directory as it is now; not to be held across an await.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Directory> {
        let directory = self.known.directory.read();
        directory.unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves whenever the directory or a key has changed.
    pub(crate) fn moved(&self) -> watch::Receiver<u64> {
        self.known.moved.subscribe()
    }

    /// The sequence up to which the directory is known.
    pub(crate) fn reached(&self) -> u64 {
        self.directory.reached()
    }

    /// Waits until the directory is known up to `sequence`; says whether it is.
    pub(crate) async fn wait_for(&self, sequence: u64, limit: Duration) -> bool {
        self.directory.wait_for(sequence, limit).await.is_ok()
    }
}

impl Known {
    fn take_record(&self, names: &Namespace, message: &Followed) {
        match AnyRecord::decode(names, &message.subject, &message.payload) {
            Ok(record) => {
                let mut directory = self
                    .directory
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                directory.apply(&record);
                drop(directory);
                self.move_on();
            }
            Err(error) => tracing::error!(
                %error,
                nats.sequence = message.sequence,
                "a record of the directory cannot be read; going on without it"
            ),
        }
    }

    fn take_digest(&self, message: &Followed) {
        let mut keyring = self.keyring.write().unwrap_or_else(PoisonError::into_inner);
        keyring.take(&message.subject, &message.payload);
        drop(keyring);
        self.move_on();
    }

    fn move_on(&self) {
        self.moved.send_modify(|moved| *moved += 1);
    }
}

/// Begins to follow a stream, waiting for it to be made when another role is a moment late.
async fn begin<A: FnMut(Followed) + Send + 'static>(
    jetstream: &Context,
    stream: &str,
    tasks: &Tasks,
    apply: impl Fn() -> A,
) -> Result<Follower, FollowError> {
    let deadline = tokio::time::Instant::now() + START;
    let mut attempt = 0;
    loop {
        match follow(jetstream, stream, tasks, apply()).await {
            Ok(follower) => return Ok(follower),
            Err(error) if tokio::time::Instant::now() >= deadline => return Err(error),
            Err(error) => {
                if attempt == 0 {
                    tracing::info!(%error, nats.stream = stream, "waiting for the stream");
                }
                tokio::time::sleep(AGAIN.delay(attempt, jitter(SystemIds.next()))).await;
                attempt += 1;
            }
        }
    }
}
