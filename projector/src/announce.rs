//! Notices on core NATS: numbered, after each batch, and while nothing happens.

use std::time::Duration;

use async_nats::connection::State;
use events::{DocumentId, Namespace};
use readmodel::notice::{HEARTBEAT, MOST_DOCUMENTS};
use readmodel::{Notice, Position, Scope};
use tokio::time::Instant;
use uuid::Uuid;

/// Says where the views are. A notice that is not heard is no harm: it is numbered.
#[derive(Debug)]
pub struct Announcer {
    client: async_nats::Client,
    subject: String,
    instance: Uuid,
    said: u64,
    last: Option<Instant>,
}

impl Announcer {
    /// An announcer that has said nothing yet, as `instance`.
    pub fn new(client: async_nats::Client, names: &Namespace, instance: Uuid) -> Self {
        Self {
            client,
            subject: names.notice_subject(),
            instance,
            said: 0,
            last: None,
        }
    }

    /// Says that the views moved to `position` and what changed.
    pub async fn changed(
        &mut self,
        position: Position,
        scopes: impl IntoIterator<Item = Scope>,
        documents: Vec<DocumentId>,
    ) {
        let (scopes, documents) = if documents.len() > MOST_DOCUMENTS {
            (vec![Scope::All], Vec::new())
        } else {
            (scopes.into_iter().collect(), documents)
        };
        self.say(position, scopes, documents).await;
    }

    /// Says that nothing changed, unless something was said a moment ago.
    pub async fn heartbeat(&mut self, position: Position) {
        let due = self
            .last
            .is_none_or(|last| last.elapsed() + Duration::from_millis(50) >= HEARTBEAT);
        if due {
            self.say(position, Vec::new(), Vec::new()).await;
        }
    }

    async fn say(&mut self, position: Position, scopes: Vec<Scope>, documents: Vec<DocumentId>) {
        self.said += 1;
        self.last = Some(Instant::now());
        let notice = Notice {
            instance: self.instance,
            n: self.said,
            position,
            scopes,
            documents,
        };
        if self.client.connection_state() != State::Connected {
            // It would be kept, and heard when it is no longer true.
            return;
        }
        let Ok(bytes) = notice.encode() else { return };
        if let Err(error) = self
            .client
            .publish(self.subject.clone(), bytes.into())
            .await
        {
            tracing::debug!(%error, "a notice could not be sent");
        }
    }
}
