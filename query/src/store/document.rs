//! One document with everything about it.

use std::collections::HashMap;

use events::document::{Origin, Sender};
use events::{DocumentId, DocumentTypeId, OfficeId, UserId};
use readmodel::restriction::restriction_of;
use readmodel::{
    Archive, Deadline, DerivationRow, DocumentDetail, DocumentRow, Restriction, SeenBy,
};
use sqlx::PgPool;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::row::Columns;
use super::{Statement, Value};

/// A document with its derivations and files, by ordinal: one statement, so that the header never contradicts
/// them.
pub const WHOLE: Statement = Statement {
    name: "document.whole",
    sql: "/* q:document.whole */
        select documents.*, (
            select json_agg(derivations order by ordinal)
            from derivations
            where document_id = documents.id
        ) as derivations, (
            select json_agg(attachments order by ordinal)
            from attachments
            where document_id = documents.id
        ) as attachments
        from documents
        where id = $1",
    sample: || vec![Value::Id(Uuid::from_u128(7))],
    decode: |row| whole(row).map(drop),
};

/// The document with a registry number.
pub const BY_NUMBER: Statement = Statement {
    name: "document.by_number",
    sql: "/* q:document.by_number */
        select id
        from documents
        where number = $1",
    sample: || vec![Value::Text("EXP-2025-000777".to_owned())],
    decode: |row| row.column::<Uuid>("id").map(drop),
};

/// The document with a tracking token.
pub const BY_TOKEN: Statement = Statement {
    name: "document.by_token",
    sql: "/* q:document.by_token */
        select id
        from documents
        where tracking_token = $1",
    sample: || vec![Value::Text("28dd2c7955ce926456240b2ff0100bde".to_owned())],
    decode: |row| row.column::<Uuid>("id").map(drop),
};

/// Which of some documents are restricted, and who sees them.
pub const RESTRICTED: Statement = Statement {
    name: "document.restricted",
    sql: "/* q:document.restricted */
        select id, seen_by
        from documents
        where id = any($1)
        and seen_by is not null",
    sample: || vec![Value::Ids(vec![Uuid::from_u128(97), Uuid::from_u128(98)])],
    decode: |row| restricted_one(row).map(drop),
};

/// The document with this tracking token (P1), if the view has it.
pub(crate) async fn by_token(pool: PgPool, token: String) -> sqlx::Result<Option<DocumentId>> {
    let found = BY_TOKEN
        .with([Value::Text(token)])
        .fetch_optional(&pool)
        .await?;
    found
        .map(|row| row.column("id").map(DocumentId))
        .transpose()
}

/// Those of `documents` that are restricted, and the offices that see them.
pub(crate) async fn restricted(
    pool: PgPool,
    documents: &[DocumentId],
) -> sqlx::Result<HashMap<DocumentId, SeenBy>> {
    let ids = Value::Ids(documents.iter().map(|id| id.0).collect());
    let rows = RESTRICTED.with([ids]).fetch_all(&pool).await?;
    rows.iter().map(restricted_one).collect()
}

fn restricted_one(row: &PgRow) -> sqlx::Result<(DocumentId, SeenBy)> {
    let seen_by = row.offices_or_none("seen_by")?;
    Ok((DocumentId(row.column("id")?), seen_by))
}

/// The document `id`, if the view has it.
pub(crate) async fn find(pool: PgPool, id: DocumentId) -> sqlx::Result<Option<DocumentDetail>> {
    let found = WHOLE.with([Value::Id(id.0)]).fetch_optional(&pool).await?;
    found.as_ref().map(whole).transpose()
}

/// The document with this registry number, if the view has it.
pub(crate) async fn by_number(pool: PgPool, number: &str) -> sqlx::Result<Option<DocumentId>> {
    let found = BY_NUMBER
        .with([Value::Text(number.to_owned())])
        .fetch_optional(&pool)
        .await?;
    found
        .map(|row| row.column("id").map(DocumentId))
        .transpose()
}

fn whole(row: &PgRow) -> sqlx::Result<DocumentDetail> {
    let derivations: Option<Json<_>> = row.column("derivations")?;
    let attachments: Option<Json<_>> = row.column("attachments")?;
    Ok(DocumentDetail {
        document: header(row)?,
        derivations: derivations.map_or_else(Vec::new, |Json(all)| all),
        attachments: attachments.map_or_else(Vec::new, |Json(all)| all),
    })
}

fn header(row: &PgRow) -> sqlx::Result<DocumentRow> {
    Ok(DocumentRow {
        id: DocumentId(row.column("id")?),
        number: row.registry_number("number")?,
        document_type_id: DocumentTypeId(row.column("document_type_id")?),
        category: row.column("category")?,
        external_number: row.column("external_number")?,
        sender: Sender {
            name: row.column("sender_name")?,
            kind: row.word("sender_kind")?,
            number: row.column("sender_number")?,
            representative: row.column("sender_representative")?,
            email: row.column("sender_email")?,
            phone: row.column("sender_phone")?,
            address: row.column("sender_address")?,
        },
        subject: row.column("subject")?,
        folios: row.count("folios")?,
        has_annexes: row.column("has_annexes")?,
        priority: row.priority("priority")?,
        channel: row.word("channel")?,
        tags: row.column::<Vec<String>>("tags")?.into_iter().collect(),
        notes: row.column("notes")?,
        answer_required: row.column("answer_required")?,
        presented_at: row.column("presented_at")?,
        filed_on: row.column("filed_on")?,
        submitted_at: row.column("submitted_at")?,
        submitted_by: user(row, "submitted_by")?,
        registered_at: row.column("registered_at")?,
        registered_by: UserId(row.column("registered_by")?),
        registry_office_id: OfficeId(row.column("registry_office_id")?),
        deadline: deadline(row)?,
        related_document_id: row
            .column::<Option<Uuid>>("related_document_id")?
            .map(DocumentId),
        origin: origin(row)?,
        tracking_token: row.column("tracking_token")?,
        status: row.word("status")?,
        holder_office_id: OfficeId(row.column("holder_office_id")?),
        in_transit_to_id: office(row, "in_transit_to_id")?,
        custody_since: row.column("custody_since")?,
        custody_ordinal: row.count("custody_ordinal")?,
        returned_ordinal: row.count_or_none("returned_ordinal")?,
        routed_at: row.column("routed_at")?,
        observations: row.list("observations")?,
        not_filed_at: row.column("not_filed_at")?,
        links: row.list("links")?,
        attended_at: row.column("attended_at")?,
        attended_office_id: office(row, "attended_office_id")?,
        outcome: row.word_or_none("outcome")?,
        attended_note: row.column("attended_note")?,
        archived_at: row.column("archived_at")?,
        archive: archive(row)?,
        voided_at: row.column("voided_at")?,
        void_reason: row.column("void_reason")?,
        restriction: restriction(row)?,
        remarks: row.count("remarks")?,
        version: row.count("version")?,
        last_seq: row.count("last_seq")?,
        last_activity_at: row.column("last_activity_at")?,
    })
}

/// A row of `derivations`.
pub(crate) fn derivation(row: &PgRow) -> sqlx::Result<DerivationRow> {
    Ok(DerivationRow {
        document_id: DocumentId(row.column("document_id")?),
        ordinal: row.count("ordinal")?,
        number: row.column("number")?,
        kind: row.word("kind")?,
        status: row.word("status")?,
        from_office_id: OfficeId(row.column("from_office_id")?),
        to_office_id: OfficeId(row.column("to_office_id")?),
        to_user_id: user(row, "to_user_id")?,
        sent_by: UserId(row.column("sent_by")?),
        received_by: user(row, "received_by")?,
        attended_by: user(row, "attended_by")?,
        sent_at: row.column("sent_at")?,
        received_at: row.column("received_at")?,
        attended_at: row.column("attended_at")?,
        closed_at: row.column("closed_at")?,
        instructions: row.column("instructions")?,
        reason: row.column("reason")?,
        note: row.column("note")?,
        outcome: row.word_or_none("outcome")?,
        urgent: row.column("urgent")?,
        answer_required: row.column("answer_required")?,
        due_on: row.column("due_on")?,
        seen_by: row.offices_or_none("seen_by")?,
        last_seq: row.count("last_seq")?,
    })
}

fn restriction(row: &PgRow) -> sqlx::Result<Option<Restriction>> {
    let text: Option<&str> = row.column("restriction")?;
    restriction_of(text, row.offices_or_none("seen_by")?)
        .map_err(|error| sqlx::Error::Decode(error.into()))
}

fn deadline(row: &PgRow) -> sqlx::Result<Option<Deadline>> {
    let term: Option<String> = row.column("deadline_term")?;
    let term = term.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Deadline::from_columns(
        term.map_err(|error| sqlx::Error::Decode(error.into()))?,
        row.column("deadline_starts_on")?,
        row.column("due_on")?,
        row.column("clock_stopped_on")?,
    ))
}

fn origin(row: &PgRow) -> sqlx::Result<Option<Origin>> {
    let Some(integration) = row.column("origin_integration")? else {
        return Ok(None);
    };
    Ok(Some(Origin {
        integration,
        external_id: row.column("origin_external_id")?,
    }))
}

fn archive(row: &PgRow) -> sqlx::Result<Option<Archive>> {
    let Some(classification) = row.column("archive_classification")? else {
        return Ok(None);
    };
    Ok(Some(Archive {
        classification,
        retention_years: row.count("archive_retention_years")?,
        location: row.column("archive_location")?,
    }))
}

pub(crate) fn office(row: &PgRow, name: &'static str) -> sqlx::Result<Option<OfficeId>> {
    Ok(row.column::<Option<Uuid>>(name)?.map(OfficeId))
}

pub(crate) fn user(row: &PgRow, name: &'static str) -> sqlx::Result<Option<UserId>> {
    Ok(row.column::<Option<Uuid>>(name)?.map(UserId))
}
