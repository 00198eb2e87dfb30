//! The limit of what can be read: the same statements, sent by as many tasks over a pool of the
//! same size, their rows taken and not looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use query::store::Sight;
use query::store::document::WHOLE;
use query::store::document_filter::{Filter, Span};
use query::store::documents::{DocumentsAsked, Sort, text};
use query::store::keyset::Direction;
use sqlx::PgPool;
use uuid::Uuid;

use crate::load::Client;

/// Selects one document after the other.
#[derive(Clone, Debug)]
pub(crate) struct Documents {
    pub(crate) pool: PgPool,
    pub(crate) ids: Arc<[Uuid]>,
    pub(crate) next: Arc<AtomicUsize>,
}

impl Client for Documents {
    async fn once(&mut self) -> anyhow::Result<bool> {
        let next = self.next.fetch_add(1, Ordering::Relaxed) % self.ids.len();
        let select = sqlx::query(WHOLE.sql).bind(self.ids[next]);
        let _row = select.fetch_one(&self.pool).await?;
        Ok(true)
    }
}

/// Selects a page of a hundred, as the list reads it.
#[derive(Clone, Debug)]
pub(crate) struct Lists {
    pub(crate) pool: PgPool,
    /// Later than every document.
    pub(crate) until: DateTime<Utc>,
}

impl Client for Lists {
    async fn once(&mut self) -> anyhow::Result<bool> {
        let asked = DocumentsAsked {
            filters: vec![Filter::Presented(Span {
                from: None,
                until: Some(self.until),
            })],
            sight: Sight::Offices(Vec::new()),
            sort: Sort::Registered,
            direction: Direction::Desc,
            after: None,
            limit: 100,
        };
        let rows = text(&asked).query().fetch_all(&self.pool).await?;
        anyhow::ensure!(rows.len() > 100, "too few documents for a page");
        Ok(true)
    }
}
