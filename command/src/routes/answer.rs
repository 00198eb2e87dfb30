//! What a command is answered with: the essentials of the new state, where it is read, which
//! version it has, and from which position on views show it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Decider;
use domain::document::{Derivation, Document, Dossier};
use events::classify::{
    AttachmentKind, DerivationKind, DerivationStatus, DocumentStatus, Priority,
};
use events::{
    Aggregate, AttachmentId, DocumentEvent, DocumentId, DocumentTypeId, Envelope, Hash, OfficeId,
    RegistryNumber, UserId,
};
use platform::http::precondition::IDEMPOTENT_REPLAYED;
use platform::http::{Json, MESA_POSITION, Outcome, etag};
use serde::Serialize;

use crate::app::App;
use crate::asked::Done;
use crate::routes::outcome;

/// The answer to a command that was carried out, or had been.
#[derive(Debug)]
pub(crate) struct Answer<B> {
    status: StatusCode,
    headers: HeaderMap,
    outcome: Outcome,
    body: B,
}

impl<B> Answer<B> {
    /// `body` tells what `done` led to; it is read at `location`.
    pub(crate) fn new<D: Decider>(
        app: &App,
        aggregate: &Aggregate,
        done: &Done<D>,
        (status, location): (StatusCode, &str),
        body: B,
    ) -> Self {
        let names = &app.shell.names;
        let stream = if aggregate.is_in_log() {
            names.log_stream()
        } else {
            names.directory_stream()
        };
        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, text: String| {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        };
        put(header::LOCATION, location.to_owned());
        put(MESA_POSITION, format!("{stream}:{}", done.history.sequence));
        headers.insert(header::ETAG, etag(done.history.version));
        if done.replayed {
            headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        }
        Self {
            status,
            headers,
            outcome: outcome::of(done),
            body,
        }
    }
}

impl<B: Serialize> IntoResponse for Answer<B> {
    fn into_response(self) -> Response {
        let told = axum::Extension(self.outcome);
        (self.status, self.headers, told, Json(self.body)).into_response()
    }
}

/// The essentials of a document, and of the derivations that the command touched.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedDocument")]
pub(crate) struct DocumentBody {
    id: DocumentId,
    number: Option<RegistryNumber>,
    version: u64,
    status: DocumentStatus,
    document_type_id: DocumentTypeId,
    priority: Priority,
    filed_on: NaiveDate,
    due_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correct_by_on: Option<NaiveDate>,
    registry_office_id: OfficeId,
    holder_office_id: OfficeId,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_token: Option<String>,
    derivations: Vec<DerivationBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<AttachmentBody>,
}

/// The file that a command added.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "AddedAttachment")]
struct AttachmentBody {
    id: AttachmentId,
    file_name: String,
    media_type: String,
    size: u64,
    sha256: Hash,
    kind: AttachmentKind,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedDerivation")]
struct DerivationBody {
    ordinal: u32,
    number: String,
    kind: DerivationKind,
    status: DerivationStatus,
    from_office_id: OfficeId,
    to_office_id: OfficeId,
    user_id: Option<UserId>,
    sent_at: DateTime<Utc>,
    received_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
}

impl DocumentBody {
    /// What `done` led to, if there is a document; its token only when it was registered or submitted.
    pub(crate) fn of(done: &Done<Document>) -> Option<Self> {
        let dossier = done.history.state.dossier()?;
        let begins = |told: &Envelope<DocumentEvent>| {
            let event = &told.event;
            matches!(
                event,
                DocumentEvent::Registered(_) | DocumentEvent::Submitted(_)
            )
        };
        let token = done.events.iter().any(begins);
        let mut ordinals: Vec<u32> = done.events.iter().flat_map(touched).collect();
        ordinals.sort_unstable();
        ordinals.dedup();
        let derivations = ordinals
            .into_iter()
            .filter_map(|ordinal| dossier.derivation(ordinal))
            .map(|derivation| DerivationBody::of(dossier, derivation))
            .collect();
        Some(Self {
            id: dossier.id,
            number: dossier.number.clone(),
            version: done.history.version,
            status: dossier.phase.status(),
            document_type_id: dossier.document_type,
            priority: dossier.priority,
            filed_on: dossier.filed_on,
            due_on: dossier.due_on(),
            correct_by_on: dossier.correct_by_on(),
            registry_office_id: dossier.registry_office,
            holder_office_id: dossier.holder,
            tracking_token: token.then(|| dossier.tracking_token.clone()),
            derivations,
            attachment: done.events.iter().find_map(AttachmentBody::of),
        })
    }
}

impl AttachmentBody {
    /// The file that an event adds, if it adds one.
    fn of(told: &Envelope<DocumentEvent>) -> Option<Self> {
        let DocumentEvent::FileAttached(attached) = &told.event else {
            return None;
        };
        Some(Self {
            id: attached.attachment,
            file_name: attached.file_name.clone(),
            media_type: attached.media_type.clone(),
            size: attached.size,
            sha256: attached.sha256,
            kind: attached.kind,
        })
    }
}

impl DerivationBody {
    fn of(dossier: &Dossier, derivation: &Derivation) -> Self {
        let number = dossier.number.as_ref().map(ToString::to_string);
        let number = number.unwrap_or_default();
        Self {
            ordinal: derivation.ordinal,
            number: format!("{number}-D{:02}", derivation.ordinal),
            kind: derivation.kind,
            status: derivation.status,
            from_office_id: derivation.from,
            to_office_id: derivation.to,
            user_id: derivation.user,
            sent_at: derivation.sent_at,
            received_at: derivation.received_at,
            closed_at: derivation.closed_at,
        }
    }
}

/// The derivations an event is about.
fn touched(told: &Envelope<DocumentEvent>) -> Vec<u32> {
    match &told.event {
        DocumentEvent::Derived(derived) => {
            let sent = derived.derivations.iter().map(|sent| sent.ordinal);
            derived.forwards.into_iter().chain(sent).collect()
        }
        DocumentEvent::DerivationReceived(touched) | DocumentEvent::CopyAcknowledged(touched) => {
            vec![touched.ordinal]
        }
        DocumentEvent::DerivationRejected(refused)
        | DocumentEvent::DerivationReturned(refused)
        | DocumentEvent::DerivationRecalled(refused) => vec![refused.ordinal],
        DocumentEvent::DerivationAssigned(assigned) => vec![assigned.ordinal],
        DocumentEvent::DerivationAttended(attended) => vec![attended.ordinal],
        DocumentEvent::Submitted(_)
        | DocumentEvent::Registered(_)
        | DocumentEvent::Observed(_)
        | DocumentEvent::Corrected(_)
        | DocumentEvent::NotFiled(_)
        | DocumentEvent::Rescheduled(_)
        | DocumentEvent::DeadlineApproaching(_)
        | DocumentEvent::DeadlineMissed(_)
        | DocumentEvent::Linked(_)
        | DocumentEvent::Classified(_)
        | DocumentEvent::Amended(_)
        | DocumentEvent::Attended(_)
        | DocumentEvent::Archived(_)
        | DocumentEvent::Restored(_)
        | DocumentEvent::Voided(_)
        | DocumentEvent::FileAttached(_)
        | DocumentEvent::AttachmentWithdrawn(_)
        | DocumentEvent::DeadlineExtended(_)
        | DocumentEvent::ClockSuspended(_)
        | DocumentEvent::ClockResumed(_)
        | DocumentEvent::Restricted(_)
        | DocumentEvent::Unrestricted(_)
        | DocumentEvent::NoteAdded(_) => Vec::new(),
    }
}
