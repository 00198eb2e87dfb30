//! Rows of the views, put there by SQL.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::{DocumentId, Namespace, OfficeId};
use sqlx::PgPool;
use uuid::Uuid;

use super::{kind, now, office};

/// The document with this number.
pub(crate) fn id(n: u32) -> DocumentId {
    DocumentId(Uuid::from_u128(u128::from(n)))
}

/// Moves the checkpoint.
pub(crate) async fn set_checkpoint(pool: &PgPool, names: &Namespace, sequence: u64) {
    let sql = "insert into projection_checkpoint (name, stream, sequence, hash, updated_at)
        values ('views', $1, $2, '', now())
        on conflict (name) do update set sequence = excluded.sequence";
    let query = sqlx::query(sql)
        .bind(names.log_stream())
        .bind(i64::try_from(sequence).unwrap());
    // Some tests have no database.
    let _ = query.execute(pool).await;
}

/// A document as a test wants it; everything else is as by default.
#[derive(Clone, Debug)]
pub(crate) struct Doc {
    pub(crate) n: u32,
    pub(crate) sender: String,
    pub(crate) sender_number: Option<String>,
    pub(crate) type_code: &'static str,
    pub(crate) category: Option<String>,
    pub(crate) priority: i16,
    pub(crate) channel: &'static str,
    pub(crate) status: &'static str,
    pub(crate) holder: OfficeId,
    pub(crate) tags: Vec<String>,
    pub(crate) has_annexes: bool,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) registered_at: DateTime<Utc>,
    pub(crate) attended_at: Option<DateTime<Utc>>,
    pub(crate) version: i64,
}

impl Doc {
    /// The document `n`, registered `n` minutes after the beginning of the year.
    pub(crate) fn new(n: u32) -> Self {
        let begun: DateTime<Utc> = "2026-01-01T05:00:00Z".parse().unwrap();
        Self {
            n,
            sender: format!("Sender {n}"),
            sender_number: Some(format!("{n:08}")),
            type_code: "SOL",
            category: None,
            priority: 0,
            channel: "counter",
            status: "in_process",
            holder: office("A"),
            tags: Vec::new(),
            has_annexes: false,
            due_on: None,
            registered_at: begun + TimeDelta::minutes(i64::from(n)),
            attended_at: None,
            version: 1,
        }
    }

    /// Its registry number.
    pub(crate) fn number(&self) -> String {
        format!("EXP-2026-{:06}", self.n)
    }

    /// Puts it into the view, or puts what it is now in its place.
    pub(crate) async fn put(&self, pool: &PgPool) {
        let sql = "insert into documents (
                id, number, document_type_id, category, sender_name, sender_key, sender_kind,
                sender_number, subject, folios, has_annexes, priority, channel, tags,
                answer_required, presented_at, filed_on, registered_at, registered_by,
                registry_office_id, deadline_rule, deadline_starts_on, due_on, tracking_token,
                status, holder_office_id, custody_since, custody_ordinal, attended_at, remarks,
                version, last_seq, last_activity_at
            )
            values (
                $1, $2, $3, $4, $5, $6, 'dni', $7, 'About ' || $2, 3, $8, $9, $10, $11, false,
                $12, ($12 at time zone 'America/Lima')::date, $12, $3, $13,
                case when $14::date is not null then 'given' end, $14, $14, $2, $15, $13, $12, 0,
                $16, 0, $17, $17, $12
            )
            on conflict (id) do update
            set status = excluded.status, version = excluded.version, last_seq = excluded.last_seq,
                holder_office_id = excluded.holder_office_id, sender_name = excluded.sender_name";
        sqlx::query(sql)
            .bind(id(self.n).0)
            .bind(self.number())
            .bind(kind(self.type_code).0)
            .bind(&self.category)
            .bind(&self.sender)
            .bind(readmodel::document::search_key(&self.sender))
            .bind(&self.sender_number)
            .bind(self.has_annexes)
            .bind(self.priority)
            .bind(self.channel)
            .bind(&self.tags)
            .bind(self.registered_at)
            .bind(self.holder.0)
            .bind(self.due_on)
            .bind(self.status)
            .bind(self.attended_at)
            .bind(self.version)
            .execute(pool)
            .await
            .unwrap();
    }
}

/// A derivation as a test wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Derived {
    pub(crate) document: u32,
    pub(crate) ordinal: i64,
    pub(crate) from: OfficeId,
    pub(crate) to: OfficeId,
    pub(crate) status: &'static str,
    pub(crate) urgent: bool,
    pub(crate) due_on: Option<NaiveDate>,
}

impl Derived {
    /// The first derivation of `document`, from office `A` to office `B`, not yet received.
    pub(crate) fn new(document: u32) -> Self {
        Self {
            document,
            ordinal: 1,
            from: office("A"),
            to: office("B"),
            status: "pending",
            urgent: false,
            due_on: None,
        }
    }

    /// Puts it into the view, and into the timeline and the inbox of its target.
    pub(crate) async fn put(&self, pool: &PgPool) {
        let at = now() - TimeDelta::minutes(i64::from(self.document));
        let number = format!("EXP-2026-{:06}-D{:02}", self.document, self.ordinal);
        let sql = "insert into derivations (
                document_id, ordinal, number, kind, status, from_office_id, to_office_id, sent_by,
                sent_at, urgent, answer_required, due_on, last_seq
            )
            values ($1, $2, $3, 'principal', $4, $5, $6, $1, $7, $8, false, $9, 1)";
        sqlx::query(sql)
            .bind(id(self.document).0)
            .bind(self.ordinal)
            .bind(&number)
            .bind(self.status)
            .bind(self.from.0)
            .bind(self.to.0)
            .bind(at)
            .bind(self.urgent)
            .bind(self.due_on)
            .execute(pool)
            .await
            .unwrap();
        let sql = "insert into timeline (
                document_id, event_number, ordinal, seq, at, event, from_office_id, to_office_id,
                by_user_id, folios
            )
            values ($1, $2 + 1, $2, 1, $3, 'document.derived', $4, $5, $1, 3)";
        sqlx::query(sql)
            .bind(id(self.document).0)
            .bind(self.ordinal)
            .bind(at)
            .bind(self.from.0)
            .bind(self.to.0)
            .execute(pool)
            .await
            .unwrap();
        self.put_in_inbox(pool, at).await;
    }

    async fn put_in_inbox(&self, pool: &PgPool, at: DateTime<Utc>) {
        let sql = "insert into inbox_items (
                office_id, tray, document_id, ordinal, kind, since, due_on, urgent, priority,
                number, document_type_id, subject, sender_name, other_office_id, last_seq
            )
            values ($1, 'to_receive', $2, $3, 'principal', $4, $5, $6, 0, $7, $8, 'About',
                'Sender', $9, 1)";
        sqlx::query(sql)
            .bind(self.to.0)
            .bind(id(self.document).0)
            .bind(self.ordinal)
            .bind(at)
            .bind(self.due_on)
            .bind(self.urgent)
            .bind(format!("EXP-2026-{:06}", self.document))
            .bind(kind("SOL").0)
            .bind(self.from.0)
            .execute(pool)
            .await
            .unwrap();
        let sql = "insert into inbox_counters (office_id, tray, n)
            values ($1, 'to_receive', 1)
            on conflict (office_id, tray) do update set n = inbox_counters.n + 1";
        sqlx::query(sql)
            .bind(self.to.0)
            .execute(pool)
            .await
            .unwrap();
        if let Some(due_on) = self.due_on {
            let sql = "insert into inbox_due (office_id, due_on, n)
                values ($1, $2, 1)
                on conflict (office_id, due_on) do update set n = inbox_due.n + 1";
            sqlx::query(sql)
                .bind(self.to.0)
                .bind(due_on)
                .execute(pool)
                .await
                .unwrap();
        }
    }
}

/// Puts a step of `document` into the timeline, as the record `seq` made it, between two offices.
pub(crate) async fn step(pool: &PgPool, document: u32, seq: u64, from: OfficeId, to: OfficeId) {
    let sql = "insert into timeline (
            document_id, event_number, ordinal, seq, at, event, from_office_id, to_office_id,
            by_user_id, folios
        )
        values ($1, $2, 1, $2, $3, 'document.derived', $4, $5, $1, 3)";
    sqlx::query(sql)
        .bind(id(document).0)
        .bind(i64::try_from(seq).unwrap())
        .bind(now())
        .bind(from.0)
        .bind(to.0)
        .execute(pool)
        .await
        .unwrap();
}
