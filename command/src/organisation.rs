//! The organisation in memory: the directory and the digests of API keys, followed as they change.
//!
//! Both are small. Every instance replays them whole before it serves and follows them, so that a
//! permission taken away, or a key revoked, is gone on all of them at once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use ::directory::{Directory, User};
use async_nats::jetstream::Context;
use chrono::{DateTime, Utc};
use events::envelope::StoredEvent;
use events::{
    Aggregate, AnyRecord, ApiKeyId, CommandId, DocumentId, Fingerprint, Namespace, Record, UserId,
};
use platform::http::{Keyring, Presented, Recognised};
use platform::nats::follow::{FollowError, Followed, Follower, follow};
use platform::tasks::Tasks;

/// How long the first replay may take.
const REPLAY: Duration = Duration::from_mins(1);
/// How long a command waits to see itself in the directory.
const OWN_WRITE: Duration = Duration::from_secs(2);

/// Who asks, and the organisation at that moment.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub user: User,
    /// The organisation.
    pub directory: Arc<Directory>,
}

/// The organisation, as this process knows it.
#[derive(Clone, Debug)]
pub struct Organisation {
    known: Arc<RwLock<Known>>,
    directory: Follower,
    keys: Follower,
}

#[derive(Debug)]
struct Known {
    directory: Arc<Directory>,
    keyring: Keyring,
    /// Which command began or changed which entry: a key used for two of them is found out.
    commands: HashMap<CommandId, (Aggregate, Fingerprint)>,
}

impl Organisation {
    /// Follows the directory and the key bucket of `names`, and gives them when all that they
    /// hold at this moment is known. What is in the bucket is put on `keyring`.
    ///
    /// # Errors
    ///
    /// [`FollowError`] when NATS does not answer or the replay takes too long.
    pub async fn follow(
        jetstream: &Context,
        names: &Namespace,
        keyring: Keyring,
        tasks: &Tasks,
    ) -> Result<Self, FollowError> {
        let known = Arc::new(RwLock::new(Known {
            directory: Arc::default(),
            keyring,
            commands: HashMap::new(),
        }));
        let (here, spoken) = (Arc::clone(&known), names.clone());
        let directory = follow(
            jetstream,
            &names.directory_stream(),
            tasks,
            move |message| {
                write(&here).take_record(&spoken, &message);
            },
        )
        .await?;
        let here = Arc::clone(&known);
        let bucket = format!("KV_{}", names.key_bucket());
        let keys = follow(jetstream, &bucket, tasks, move |message| {
            let (subject, body) = (&message.subject, &message.payload);
            write(&here).keyring.take(subject, body);
        })
        .await?;
        directory.catch_up(REPLAY).await?;
        keys.catch_up(REPLAY).await?;
        Ok(Self {
            known,
            directory,
            keys,
        })
    }

    /// The organisation now.
    pub fn now(&self) -> Arc<Directory> {
        Arc::clone(&read(&self.known).directory)
    }

    /// Who asks with this credential, if it is right and good at `now`, and the user active.
    pub fn authenticate(&self, presented: &Presented, now: DateTime<Utc>) -> Option<Caller> {
        let known = read(&self.known);
        let user = match known.keyring.recognise(presented, now)? {
            Recognised::Key(id) => known.directory.key_holder(ApiKeyId(id), now)?,
            Recognised::User(id) => known.directory.logged_in(UserId(id), now)?,
            Recognised::Named(login) => {
                let id = UserId::of_login(&login);
                known.directory.logged_in(id, now)?
            }
        };
        Some(Caller {
            user,
            directory: Arc::clone(&known.directory),
        })
    }

    /// The user `id` as a caller, if active, or Mesa itself.
    pub fn caller(&self, id: UserId) -> Option<Caller> {
        let directory = self.now();
        let user = if id == UserId::system() {
            User::system()
        } else {
            directory.user(id).filter(|user| user.active)?.clone()
        };
        Some(Caller { user, directory })
    }

    /// Whether `command` is known to have changed another entry than `aggregate`.
    pub fn has_elsewhere(&self, command: CommandId, aggregate: &Aggregate) -> bool {
        let known = read(&self.known);
        let found = known.commands.get(&command);
        found.is_some_and(|(of, _)| of != aggregate)
    }

    /// Waits until the record `sequence` of the directory is known here.
    pub async fn sees(&self, sequence: u64) {
        if let Err(error) = self.directory.wait_for(sequence, OWN_WRITE).await {
            tracing::warn!(%error, "a change of the directory is answered before it is seen here");
        }
    }

    /// Waits until the digest at `revision` of the bucket is known here.
    pub async fn sees_digest(&self, revision: u64) {
        if let Err(error) = self.keys.wait_for(revision, OWN_WRITE).await {
            tracing::warn!(%error, "a new API key is answered before it is known here");
        }
    }
}

impl Known {
    fn take_record(&mut self, names: &Namespace, message: &Followed) {
        match AnyRecord::decode(names, &message.subject, &message.payload) {
            Ok(record) => {
                Arc::make_mut(&mut self.directory).apply(&record);
                let (aggregate, command, request) = asked(&record);
                self.commands.insert(command, (aggregate, request));
            }
            Err(error) => tracing::error!(
                %error,
                nats.sequence = message.sequence,
                "a record of the directory cannot be read and is passed over; is this program too old?"
            ),
        }
    }
}

fn asked(record: &AnyRecord) -> (Aggregate, CommandId, Fingerprint) {
    fn with<E: StoredEvent>(
        aggregate: Aggregate,
        record: &Record<E>,
    ) -> (Aggregate, CommandId, Fingerprint) {
        (aggregate, record.command, record.request)
    }
    match record {
        AnyRecord::Document(id, record) => with(Aggregate::Document(DocumentId(id.0)), record),
        AnyRecord::Series(id, record) => with(Aggregate::Series(id.clone()), record),
        AnyRecord::Office(id, record) => with(Aggregate::Office(*id), record),
        AnyRecord::DocumentType(id, record) => with(Aggregate::DocumentType(*id), record),
        AnyRecord::User(id, record) => with(Aggregate::User(*id), record),
        AnyRecord::ApiKey(id, record) => with(Aggregate::ApiKey(*id), record),
        AnyRecord::Role(code, record) => with(Aggregate::Role(*code), record),
        AnyRecord::Substitution(id, record) => with(Aggregate::Substitution(*id), record),
        AnyRecord::Calendar(record) => with(Aggregate::Calendar, record),
        AnyRecord::IntakePolicy(channel, record) => with(Aggregate::IntakePolicy(*channel), record),
        AnyRecord::Institution(record) => with(Aggregate::Institution, record),
        AnyRecord::RoutingRule(id, record) => with(Aggregate::RoutingRule(*id), record),
    }
}

fn read(known: &RwLock<Known>) -> std::sync::RwLockReadGuard<'_, Known> {
    known.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(known: &RwLock<Known>) -> std::sync::RwLockWriteGuard<'_, Known> {
    known.write().unwrap_or_else(PoisonError::into_inner)
}
