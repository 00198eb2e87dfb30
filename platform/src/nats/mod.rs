//! The connection to NATS: [`connect`], [`stream`] and [`follow`].

pub mod follow;
pub mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::{Client, ConnectOptions, Event, ServerAddr};

use crate::backoff::{Backoff, jitter};
use crate::config;
use crate::ids::{Ids, SystemIds};
use crate::metrics::{Counter, Gauge, catalogue};

/// The oldest server whose atomic batches and sequence checks can be trusted.
const OLDEST: (i64, i64, i64) = (2, 14, 4);

/// How long one connection attempt may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long any request may take. `async-nats` does not fail requests when the connection is
/// lost, so this is also how soon a broken connection is noticed by those who wait.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(2);

/// How many published messages may wait for their acknowledgement.
const ACKS_IN_FLIGHT: usize = 1_000;

/// How often an idle connection is tried. Three without an answer and it is given up: a server that
/// hangs, or is cut off, is taken for away after ten seconds.
const PING: Duration = Duration::from_secs(3);

/// How often a connection is looked at by who waits for its return.
const LOOK: Duration = Duration::from_millis(100);

/// How long a server that is well takes to say so.
const ANSWER: Duration = Duration::from_millis(800);

/// Between attempts to come back: soon enough to be up a moment after the server is.
const RECONNECT: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(500));

/// Why NATS cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NatsError {
    /// The credentials file cannot be read or is none.
    #[error("cannot use the NATS credentials file {path}")]
    Credentials {
        /// The file.
        path: String,
        /// What happened.
        source: std::io::Error,
    },
    /// An address is no address.
    #[error("the NATS URL is not understood; write nats://user:password@host:4222")]
    Url(#[source] std::io::Error),
    /// Nobody answers, or the answer is no.
    #[error("cannot connect to NATS at {at}; is nats-server running there?")]
    Connect {
        /// Where, without the password.
        at: String,
        /// What happened.
        source: async_nats::ConnectError,
    },
    /// The server is too old.
    #[error(
        "the NATS server at {at} is version {found}; Mesa needs 2.14.4 or later, because older \
         servers lose or mix up atomic batches"
    )]
    TooOld {
        /// Where, without the password.
        at: String,
        /// The version it says it has.
        found: String,
    },
}

/// Connects as `mesa-<role>` and checks that the server can be used. A connection lost later comes
/// back by itself.
///
/// # Errors
///
/// The URL or the credentials cannot be read, nobody answers, or the server is too old.
pub async fn connect(config: &config::Nats, role: &str) -> Result<Client, NatsError> {
    let at = shown(config);
    let options = options(config, role).await?;
    let client = options
        .connect(addresses(config)?)
        .await
        .map_err(|source| NatsError::Connect {
            at: at.clone(),
            source,
        })?;
    if !client.is_server_compatible(OLDEST.0, OLDEST.1, OLDEST.2) {
        let found = client.server_info().version;
        return Err(NatsError::TooOld { at, found });
    }
    Ok(client)
}

/// `JetStream` over `client`, with time limits that fit a request somebody waits for.
#[must_use]
pub fn jetstream(client: &Client) -> jetstream::Context {
    ContextBuilder::new()
        .timeout(REQUEST_TIMEOUT)
        .ack_timeout(REQUEST_TIMEOUT)
        .max_ack_inflight(ACKS_IN_FLIGHT)
        .build(client.clone())
}

/// Says what keeps `stream` from being used now, if anything does. The stream itself is asked: a
/// server that hangs leaves the connection as it was.
pub async fn trouble(jetstream: &jetstream::Context, stream: &str) -> Option<&'static str> {
    match jetstream.client().connection_state() {
        State::Pending | State::Disconnected => return Some("not connected to NATS"),
        State::Connected => {}
    }
    match tokio::time::timeout(ANSWER, jetstream.get_stream(stream)).await {
        Ok(Ok(_)) => None,
        Ok(Err(_)) => Some("NATS does not give the stream"),
        Err(_) => Some("NATS does not answer"),
    }
}

/// Resolves when the connection was lost and has come back: what servers kept for it may be gone
/// with them, and nobody says so.
pub async fn reconnected(client: &Client) {
    let connects = || client.statistics().connects.load(Ordering::Relaxed);
    let before = connects();
    while connects() == before {
        tokio::time::sleep(LOOK).await;
    }
}

fn addresses(config: &config::Nats) -> Result<Vec<ServerAddr>, NatsError> {
    let addresses = config.url.expose().split(',');
    addresses
        .map(|address| address.trim().parse().map_err(NatsError::Url))
        .collect()
}

async fn options(config: &config::Nats, role: &str) -> Result<ConnectOptions, NatsError> {
    let seen = Arc::new(Seen::new(role));
    let mut options = ConnectOptions::new()
        .name(format!("mesa-{role}"))
        .connection_timeout(CONNECT_TIMEOUT)
        .request_timeout(Some(REQUEST_TIMEOUT))
        .ping_interval(PING)
        .reconnect_delay_callback(|attempt| {
            let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
            RECONNECT.delay(attempt, jitter(SystemIds.next()))
        })
        .event_callback(move |event| {
            seen.count(&event);
            report(&event);
            std::future::ready(())
        });
    // The client itself does not take user and password from an address.
    if let Some(address) = addresses(config)?.first()
        && let Some(user) = address.username()
    {
        options = match address.password() {
            Some(password) => options.user_and_password(user.to_owned(), password.to_owned()),
            None => options.token(user.to_owned()),
        };
    }
    if let Some(path) = &config.credentials {
        options =
            options
                .credentials_file(path)
                .await
                .map_err(|source| NatsError::Credentials {
                    path: path.display().to_string(),
                    source,
                })?;
    }
    Ok(options)
}

/// The connection of a role, as its figures tell of it.
struct Seen {
    before: AtomicBool,
    connected: Gauge,
    reconnects: Counter,
}

impl Seen {
    fn new(role: &str) -> Self {
        Self {
            before: AtomicBool::new(false),
            connected: catalogue::NATS_CONNECTED.gauge([role]),
            reconnects: catalogue::NATS_RECONNECTS.counter([role]),
        }
    }

    fn count(&self, event: &Event) {
        match event {
            Event::Connected => {
                self.connected.set(1.0);
                if self.before.swap(true, Ordering::Relaxed) {
                    self.reconnects.increment(1);
                }
            }
            Event::Disconnected | Event::Closed => self.connected.set(0.0),
            Event::LameDuckMode
            | Event::Draining
            | Event::SlowConsumer(_)
            | Event::ServerError(_)
            | Event::ClientError(_) => {}
        }
    }
}

fn report(event: &Event) {
    match event {
        Event::Connected => tracing::info!("connected to NATS"),
        Event::Disconnected => tracing::warn!("lost the connection to NATS; trying to come back"),
        Event::SlowConsumer(subscription) => {
            tracing::warn!(
                nats.subscription = subscription,
                "messages come faster from NATS than they are taken"
            );
        }
        Event::ServerError(error) => tracing::warn!(%error, "NATS reports an error"),
        Event::ClientError(error) => tracing::warn!(%error, "the NATS client reports an error"),
        Event::LameDuckMode | Event::Draining | Event::Closed => {
            tracing::info!(%event, "the NATS connection changes");
        }
    }
}

fn shown(config: &config::Nats) -> String {
    config
        .url
        .expose()
        .split(',')
        .map(|url| crate::secret::Secret::from(url.trim()).shown_url())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_is_not_there_is_named_without_its_password() {
        let config = config::Nats::at("nats://mesa:hunter2@127.0.0.1:1", "mesa");
        let error = connect(&config, "command").await.unwrap_err().to_string();
        assert!(error.contains("nats://127.0.0.1:1"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}
