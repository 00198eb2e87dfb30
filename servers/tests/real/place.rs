//! A folder to start servers in, and questions to put to them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use servers::{Announce, Places, Profile, Request, Running, StartError};
use sqlx::{Connection, PgConnection};

pub(crate) type Anyhow<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A folder to start servers in, and all that was announced.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    told: Arc<Mutex<String>>,
}

impl Place {
    pub(crate) fn new() -> Self {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).unwrap();
        Self {
            folder,
            told: Arc::default(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn request(&self, profile: Profile) -> Request {
        Request {
            places: Places::of_this_machine(),
            data: self.path().join("data"),
            nats_url: None,
            database_url: None,
            redis_url: None,
            profile,
        }
    }

    pub(crate) async fn start(&self, profile: Profile) -> Result<Running, StartError> {
        self.start_as(self.request(profile)).await
    }

    pub(crate) async fn start_as(&self, request: Request) -> Result<Running, StartError> {
        let told = Arc::clone(&self.told);
        let announce: Announce = Arc::new(move |sentence| {
            let mut told = told.lock().unwrap();
            told.push_str(sentence);
            told.push('\n');
        });
        servers::start(request, &announce).await
    }

    pub(crate) fn told(&self) -> String {
        self.told.lock().unwrap().clone()
    }

    /// Writes a program of this name, and gives its folder.
    pub(crate) fn program(&self, name: &str, script: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;

        let folder = self.path().join("bin");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        folder
    }
}

async fn redis(url: &str) -> redis::RedisResult<redis::aio::MultiplexedConnection> {
    redis::Client::open(url)?
        .get_multiplexed_async_connection()
        .await
}

async fn nats(url: &str) -> Anyhow<async_nats::Client> {
    let address: async_nats::ServerAddr = url.parse()?;
    let mut options = async_nats::ConnectOptions::new();
    if let (Some(user), Some(password)) = (address.username(), address.password()) {
        options = options.user_and_password(user.to_owned(), password.to_owned());
    }
    Ok(options.connect(address).await?)
}

/// Asks every server something.
pub(crate) async fn answers(running: &Running) -> Anyhow<()> {
    let nats = nats(&running.nats_url).await?;
    async_nats::jetstream::new(nats).query_account().await?;
    let mut postgres = PgConnection::connect(&running.database_url).await?;
    sqlx::query("select 1").execute(&mut postgres).await?;
    let mut redis = redis(&running.redis_url).await?;
    redis::cmd("PING").query_async::<()>(&mut redis).await?;
    Ok(())
}

/// Says whether the server at this address lets somebody in.
pub(crate) async fn lets_in(url: &str) -> bool {
    match url.split_once("://").unwrap().0 {
        "nats" => nats(url).await.is_ok(),
        "postgres" => PgConnection::connect(url).await.is_ok(),
        _ => redis(url).await.is_ok(),
    }
}

pub(crate) fn with_wrong_password(url: &str) -> String {
    let (before, place) = url.split_once('@').unwrap();
    let (user, _) = before.rsplit_once(':').unwrap();
    format!("{user}:wrong@{place}")
}

/// Writes a word to the log and to a table.
pub(crate) async fn write(running: &Running, word: &str) -> Anyhow<()> {
    let client = nats(&running.nats_url).await?;
    let jetstream = async_nats::jetstream::new(client);
    let stream = async_nats::jetstream::stream::Config {
        name: "WORDS".to_owned(),
        subjects: vec!["words".to_owned()],
        ..Default::default()
    };
    jetstream.get_or_create_stream(stream).await?;
    jetstream
        .publish("words", word.to_owned().into())
        .await?
        .await?;
    let mut postgres = PgConnection::connect(&running.database_url).await?;
    sqlx::raw_sql("create table if not exists words (word text)")
        .execute(&mut postgres)
        .await?;
    sqlx::query("insert into words values ($1)")
        .bind(word)
        .execute(&mut postgres)
        .await?;
    Ok(())
}

/// The word in the log, and the one in the table.
pub(crate) async fn read(running: &Running) -> Anyhow<[String; 2]> {
    let client = nats(&running.nats_url).await?;
    let stream = async_nats::jetstream::new(client)
        .get_stream("WORDS")
        .await?;
    let message = stream.get_raw_message(1).await?;
    let mut postgres = PgConnection::connect(&running.database_url).await?;
    let row = sqlx::query_scalar("select word from words")
        .fetch_one(&mut postgres)
        .await?;
    Ok([String::from_utf8_lossy(&message.payload).into_owned(), row])
}
