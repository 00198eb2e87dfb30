//! A stage for the query role: a directory with a user for each role, rows put into the views by
//! SQL, and a projector that only speaks: it moves the checkpoint, the generations and the
//! notices as the real one does after a batch.

mod reading;
mod rows;
mod voice;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use chrono::{DateTime, Utc};
use events::classify::Role;
use events::directory::{ApiKeyIssued, Closed, DocumentTypeCreated, OfficeCreated, UserCreated};
use events::envelope::StoredEvent;
use events::{
    Actor, Aggregate, ApiKeyEvent, ApiKeyId, CommandId, DocumentTypeEvent, DocumentTypeId,
    Envelope, EventId, Fingerprint, Hash, Namespace, OfficeEvent, OfficeId, Record, UserEvent,
    UserId, wire,
};
use kit::http::Http;
use kit::{Fresh, eventually};
use platform::clock::ManualClock;
use platform::http::PresentedKey;
use platform::ids::SystemIds;
use platform::limit::Limits;
use platform::tasks::Tasks;
use query::{Config, Query};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::net::TcpListener;
use uuid::Uuid;

pub(crate) use reading::Folded;
pub(crate) use voice::Voice;

/// Milliseconds between signs of life on a stream.
pub(crate) const HEARTBEAT: u64 = 300;

/// The time on the stage: 10 March 2026, morning in Lima.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-03-10T15:00:00Z".parse().unwrap()
}

/// The query role with everything around it.
pub(crate) struct Stage {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) names: Namespace,
    pub(crate) query: Query,
    pub(crate) pool: PgPool,
    pub(crate) voice: Voice,
    pub(crate) fresh: Fresh,
    pub(crate) client: async_nats::Client,
    pub(crate) address: SocketAddr,
    http: Http,
    keys: BTreeMap<Role, String>,
    tasks: Tasks,
}

impl Stage {
    /// A stage in the shared servers.
    pub(crate) async fn new(name: &str) -> Self {
        let fresh = kit::Env::get().await.fresh_migrated(name).await;
        Self::in_servers(fresh).await
    }

    /// A stage in these servers.
    pub(crate) async fn in_servers(fresh: Fresh) -> Self {
        let names: Namespace = fresh.namespace.parse().unwrap();
        let client = fresh.nats_client().await;
        let keys = set_up_directory(&client, &names).await;
        let pool = PgPoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(30))
            .connect(&fresh.database_url)
            .await
            .unwrap();
        set_checkpoint(&pool, &names, 1).await;
        let tasks = Tasks::default();
        let voice = Voice::speak(
            &client,
            &names,
            fresh.redis_connection(),
            pool.clone(),
            &tasks,
        );
        voice.tell(1, &[], &[]).await;
        let clock = Arc::new(ManualClock::at(now()));
        let (query, address) = begin(&fresh, &clock, &tasks, Limits::off()).await;
        let stage = Self {
            clock,
            names,
            query,
            pool,
            voice,
            fresh,
            client,
            address,
            http: Http::new(address),
            keys,
            tasks,
        };
        stage.until_live().await;
        stage
    }

    /// A client, as a viewer, of another process of the role.
    pub(crate) async fn another(&self) -> Http {
        let viewer = &self.keys[&Role::VIEWER];
        self.limited(Limits::off()).await.with_key(viewer)
    }

    /// A client without a key, of another process of the role with these limits.
    pub(crate) async fn limited(&self, limits: Limits) -> Http {
        let (_, address) = begin(&self.fresh, &self.clock, &self.tasks, limits).await;
        Http::new(address)
    }

    /// The API key of the user with this role.
    pub(crate) fn key_of(&self, role: Role) -> &str {
        &self.keys[&role]
    }

    /// Waits until the role hears the projector.
    pub(crate) async fn until_live(&self) {
        let live = async || self.query.is_live().then_some(());
        eventually(Duration::from_secs(5), "notices", live).await;
    }

    /// A client that shows no key.
    pub(crate) fn stranger(&self) -> Http {
        self.http.clone()
    }

    /// A client of the user with this role, who belongs to the office `A`.
    pub(crate) fn as_role(&self, role: Role) -> Http {
        self.http.with_key(&self.keys[&role])
    }

    /// A client that may read everything.
    pub(crate) fn viewer(&self) -> Http {
        self.as_role(Role::VIEWER)
    }

    /// Puts a record into the directory, and gives its sequence.
    pub(crate) async fn record<E: StoredEvent>(&self, aggregate: &Aggregate, event: E) -> u64 {
        publish(&self.client, &self.names, aggregate, (0, event)).await
    }

    /// Puts an event into the directory that follows `version` others of its history.
    pub(crate) async fn record_after<E: StoredEvent>(
        &self,
        version: u64,
        aggregate: &Aggregate,
        event: E,
    ) -> u64 {
        publish(&self.client, &self.names, aggregate, (version, event)).await
    }

    /// Stops the role and the voice.
    pub(crate) async fn end(self) {
        self.tasks.drain().await;
    }
}

/// A process of the role.
async fn begin(
    fresh: &Fresh,
    clock: &Arc<ManualClock>,
    tasks: &Tasks,
    limits: Limits,
) -> (Query, SocketAddr) {
    let clock = Arc::<ManualClock>::clone(clock);
    let mut config = Config::new(
        fresh.nats(),
        fresh.postgres(),
        fresh.redis(),
        fresh.objects(),
    );
    config.heartbeat = HEARTBEAT;
    config.limits = limits;
    let query = Query::connect(&config, clock, Arc::new(SystemIds), tasks.clone());
    let query = query.await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = query.clone();
    tasks.spawn(async move { serving.serve(listener).await.unwrap() });
    (query, address)
}

/// The user with this role.
pub(crate) fn user(role: Role) -> UserId {
    UserId::of_login(role.word())
}

/// The key of the user with this role.
pub(crate) fn key(role: Role) -> PresentedKey {
    PresentedKey::new(user(role).0, [7; 32])
}

/// The office with this code.
pub(crate) fn office(code: &str) -> OfficeId {
    OfficeId::of_code(code)
}

/// The type with this code.
pub(crate) fn kind(code: &str) -> DocumentTypeId {
    DocumentTypeId::of_code(code)
}

/// Offices `A`, `B` and `C`, types `SOL` and `OFI`, and for each role a user of office `A` with
/// a key.
async fn set_up_directory(
    client: &async_nats::Client,
    names: &Namespace,
) -> BTreeMap<Role, String> {
    let context = jetstream::new(client.clone());
    let directory = jetstream::stream::Config {
        name: names.directory_stream(),
        subjects: vec![names.directory_subjects()],
        ..Default::default()
    };
    context.create_stream(directory).await.unwrap();
    let bucket = jetstream::kv::Config {
        bucket: names.key_bucket(),
        ..Default::default()
    };
    let digests = context.create_key_value(bucket).await.unwrap();
    for code in ["A", "B", "C"] {
        let created = OfficeEvent::Created(OfficeCreated {
            office: office(code),
            code: code.to_owned(),
            name: format!("Office {code}"),
            parent: (code != "A").then(|| office("A")),
        });
        publish(
            client,
            names,
            &Aggregate::Office(office(code)),
            (0, created),
        )
        .await;
    }
    for code in ["SOL", "OFI"] {
        let created = DocumentTypeEvent::Created(DocumentTypeCreated {
            document_type: kind(code),
            code: code.to_owned(),
            name: code.to_owned(),
            series: "EXP".to_owned(),
        });
        publish(
            client,
            names,
            &Aggregate::DocumentType(kind(code)),
            (0, created),
        )
        .await;
    }
    let mut keys = BTreeMap::new();
    for role in Role::ALL {
        let created = UserEvent::Created(UserCreated {
            user: user(*role),
            login: role.word().to_owned(),
            name: role.word().to_owned(),
            offices: vec![office("A")],
            roles: [*role].into(),
        });
        publish(client, names, &Aggregate::User(user(*role)), (0, created)).await;
        let key = key(*role);
        let issued = ApiKeyEvent::Issued(ApiKeyIssued {
            key: ApiKeyId(key.id),
            user: user(*role),
            name: "test".to_owned(),
            expires_at: None,
            scopes: None,
        });
        publish(
            client,
            names,
            &Aggregate::ApiKey(ApiKeyId(key.id)),
            (0, issued),
        )
        .await;
        let digest = key.digest().to_vec().into();
        digests.put(key.id.to_string(), digest).await.unwrap();
        keys.insert(*role, key.text());
    }
    keys
}

async fn publish<E: StoredEvent>(
    client: &async_nats::Client,
    names: &Namespace,
    aggregate: &Aggregate,
    (version, event): (u64, E),
) -> u64 {
    let command = CommandId(Uuid::nil());
    let record = Record {
        command,
        request: Fingerprint::default(),
        recorded_at: now(),
        version,
        prev: Hash::default(),
        correlation: Uuid::nil(),
        causation: None,
        events: vec![Envelope {
            id: EventId::derive(command, &aggregate.to_string(), 0),
            at: now(),
            by: Actor::system(),
            event,
        }],
    };
    let body = wire::encode(&record).unwrap();
    let context = jetstream::new(client.clone());
    let sent = context.publish(names.subject(aggregate), body.into()).await;
    sent.unwrap().await.unwrap().sequence
}

/// Something ended.
pub(crate) fn closed() -> Closed {
    Closed {
        reason: "for a test".to_owned(),
    }
}

pub(crate) use rows::{Derived, Doc, id, set_checkpoint, step};
