//! Documents that look like one that is to be registered.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use directory::Sight;
use events::classify::{DocumentStatus, DuplicateKind};
use events::{DocumentId, OfficeId, RegistryNumber};
use readmodel::document::search_key;
use serde::Serialize;
use sqlx::PgPool;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::row::Columns;
use super::{Statement, Value};

/// How alike two subjects are that are nearly equal: of all their words, this part is in both.
const NEAR: f64 = 0.8;

/// Documents that have a file with these bytes.
pub const BY_FILE: Statement = Statement {
    name: "duplicates.by_file",
    sql: "/* q:duplicates.by_file */
        select documents.id, number, subject, status, registered_at, registry_office_id
        from attachments
        join documents on documents.id = document_id
        where sha256 = any($1)
        and withdrawn_at is null
        and ($3 or seen_by is null or seen_by && $2)
        limit 20",
    sample: || with_sight(vec![Value::Texts(vec![SAMPLE_HASH.to_owned()])], &nobody()),
    decode: |row| likeness(row).map(drop),
};

/// Documents to which the sender with this identity gave this number.
pub const BY_NUMBER: Statement = Statement {
    name: "duplicates.by_number",
    sql: "/* q:duplicates.by_number */
        select id, number, subject, status, registered_at, registry_office_id
        from documents
        where external_number = $1
        and sender_number = $2
        and ($4 or seen_by is null or seen_by && $3)
        limit 20",
    sample: || with_sight(vec![text("OF-42"), text("00000084")], &nobody()),
    decode: |row| likeness(row).map(drop),
};

/// Documents to which the sender of this name gave this number.
pub const BY_NUMBER_AND_NAME: Statement = Statement {
    name: "duplicates.by_number_and_name",
    sql: "/* q:duplicates.by_number_and_name */
        select id, number, subject, status, registered_at, registry_office_id
        from documents
        where external_number = $1
        and sender_key = $2
        and ($4 or seen_by is null or seen_by && $3)
        limit 20",
    sample: || with_sight(vec![text("OF-42"), text("sender 84")], &nobody()),
    decode: |row| likeness(row).map(drop),
};

/// What the sender with this identity presented since.
pub const OF_SENDER: Statement = Statement {
    name: "duplicates.of_sender",
    sql: "/* q:duplicates.of_sender */
        select id, number, subject, status, registered_at, registry_office_id
        from documents
        where sender_number = $1
        and registered_at >= $2
        and ($4 or seen_by is null or seen_by && $3)
        order by registered_at desc, id desc
        limit 200",
    sample: || with_sight(vec![text("00000084"), long_ago()], &nobody()),
    decode: |row| likeness(row).map(drop),
};

/// What the sender of this name presented since.
pub const OF_NAME: Statement = Statement {
    name: "duplicates.of_name",
    sql: "/* q:duplicates.of_name */
        select id, number, subject, status, registered_at, registry_office_id
        from documents
        where sender_key = $1
        and registered_at >= $2
        and ($4 or seen_by is null or seen_by && $3)
        order by registered_at desc, id desc
        limit 200",
    sample: || with_sight(vec![text("sender 84"), long_ago()], &nobody()),
    decode: |row| likeness(row).map(drop),
};

/// The bytes of the seventh sample document.
const SAMPLE_HASH: &str = "b59c06adb372f86d5c9203f137081a3e3aa712eb0405691d8c33dcb9b63f7115";

/// What is to be registered, as far as it is known.
#[derive(Clone, Debug, Serialize)]
pub struct DuplicatesAsked {
    /// The number of the sender's identity.
    pub sender_number: Option<String>,
    /// The sender's name; asked where there is no number.
    pub sender_name: Option<String>,
    /// The number the sender gave it.
    pub external_number: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// The SHA-256 of its files.
    pub files: Vec<String>,
    /// The document itself, when it was submitted before.
    pub except: Option<DocumentId>,
    /// What whoever asks sees of restricted documents.
    pub sight: Sight,
    /// From when on nearly equal subjects count.
    pub since: DateTime<Utc>,
}

/// A warning: a document that looks like the one to be registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "LikenessWarning")]
pub struct Warning {
    /// What is alike.
    pub kind: DuplicateKind,
    /// The document that is there.
    #[serde(flatten)]
    pub document: Likeness,
}

/// A document, as a warning shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Likeness {
    /// The document.
    pub document_id: DocumentId,
    /// Its registry number, once it is registered.
    pub number: Option<RegistryNumber>,
    /// What it is about.
    pub subject: String,
    /// Where it stands.
    pub status: DocumentStatus,
    /// When it was registered; until then, when it was submitted.
    pub registered_at: DateTime<Utc>,
    /// The office that registered it, or is to.
    pub registry_office_id: OfficeId,
}

/// Every warning there is, one of a kind for each document.
pub(crate) async fn find(pool: PgPool, asked: &DuplicatesAsked) -> sqlx::Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    let sight = &asked.sight;
    let mut add = |kind: DuplicateKind, found: Vec<Likeness>| {
        for document in found {
            let known = |one: &Warning| one.kind == kind && one.document == document;
            if Some(document.document_id) != asked.except && !warnings.iter().any(known) {
                warnings.push(Warning { kind, document });
            }
        }
    };
    if !asked.files.is_empty() {
        let files = Value::Texts(asked.files.clone());
        add(
            DuplicateKind::SameFile,
            rows(&pool, &BY_FILE, vec![files], sight).await?,
        );
    }
    let name = asked.sender_name.as_deref().map(search_key);
    let sender = match (&asked.sender_number, name) {
        (Some(number), _) => Some((Value::Text(number.clone()), BY_NUMBER, OF_SENDER)),
        (None, Some(name)) => Some((Value::Text(name), BY_NUMBER_AND_NAME, OF_NAME)),
        (None, None) => None,
    };
    if let Some((sender, by_number, since)) = sender {
        if let Some(number) = &asked.external_number {
            let values = vec![Value::Text(number.clone()), sender.clone()];
            let found = rows(&pool, &by_number, values, sight).await?;
            add(DuplicateKind::SameNumber, found);
        }
        if let Some(subject) = &asked.subject {
            let values = vec![sender, Value::At(asked.since)];
            let mut found = rows(&pool, &since, values, sight).await?;
            found.retain(|one| are_near(subject, &one.subject));
            add(DuplicateKind::NearSubject, found);
        }
    }
    Ok(warnings)
}

async fn rows(
    pool: &PgPool,
    statement: &Statement,
    values: Vec<Value>,
    sight: &Sight,
) -> sqlx::Result<Vec<Likeness>> {
    let values = with_sight(values, sight);
    let rows = statement.with(values).fetch_all(pool).await?;
    rows.iter().map(likeness).collect()
}

/// The values, and after them the offices whose restricted documents are shown, and whether all are.
fn with_sight(mut values: Vec<Value>, sight: &Sight) -> Vec<Value> {
    let (offices, all) = match sight {
        Sight::Everything => (Vec::new(), true),
        Sight::Offices(offices) => (offices.iter().map(|office| office.0).collect(), false),
    };
    values.extend([Value::Ids(offices), Value::Flag(all)]);
    values
}

fn nobody() -> Sight {
    Sight::Offices(Vec::new())
}

fn long_ago() -> Value {
    Value::At(DateTime::<Utc>::UNIX_EPOCH)
}

fn likeness(row: &PgRow) -> sqlx::Result<Likeness> {
    Ok(Likeness {
        document_id: DocumentId(row.column("id")?),
        number: row.registry_number("number")?,
        subject: row.column("subject")?,
        status: row.word("status")?,
        registered_at: row.column("registered_at")?,
        registry_office_id: OfficeId(row.column::<Uuid>("registry_office_id")?),
    })
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Whether two subjects have nearly the same words. Case, accents, order and short words do not
/// matter.
fn are_near(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let both = one.intersection(&other).count();
    let all = one.union(&other).count();
    #[expect(
        clippy::cast_precision_loss,
        reason = "a subject has at most a thousand words"
    )]
    let part = both as f64 / all.max(1) as f64;
    part >= NEAR
}

fn words(subject: &str) -> BTreeSet<String> {
    let key = search_key(subject);
    let words = key.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| word.chars().count() > 2)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::are_near;

    #[test]
    fn subjects_are_near_whatever_their_case_accents_order_and_small_words() {
        let subject = "Solicita constancia de posesión del predio N.º 7";
        assert!(are_near(
            subject,
            "SOLICITA CONSTANCIA DE POSESION, predio 7"
        ));
        assert!(are_near(
            subject,
            "Constancia de posesión del predio, solicita"
        ));
        assert!(!are_near(
            subject,
            "Solicita licencia de edificación del predio"
        ));
        assert!(!are_near("", ""));
    }
}
