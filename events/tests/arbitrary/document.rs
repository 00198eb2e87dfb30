//! Facts about documents and series.

use std::collections::BTreeSet;

use events::attachment::{AttachmentWithdrawn, FileAttached, Folios};
use events::classify::{
    AttachmentKind, Channel, DerivationKind, DuplicateKind, LinkKind, Outcome, Priority, SenderKind,
};
use events::desk::{
    AcknowledgedWarning, DocumentLinked, DocumentNotFiled, DocumentObserved, DocumentSubmitted,
    ObservationCorrected, ObservedItem,
};
use events::document::{
    Amendment, Changed, DerivationAssigned, DerivationAttended, DerivationRefused, DerivationSent,
    DerivationTouched, DocumentAmended, DocumentArchived, DocumentAttended, DocumentClassified,
    DocumentDerived, DocumentRegistered, DocumentRestored, DocumentVoided, NoteAdded, Origin,
    Sender,
};
use events::restriction::{DocumentRestricted, DocumentUnrestricted};
use events::series::{NumbersAssigned, SeriesOpened};
use events::{
    AttachmentId, DocumentEvent, DocumentId, DocumentTypeId, Hash, OfficeId, RegistryNumber,
    SeriesEvent, UserId,
};
use proptest::prelude::*;
use proptest::{collection, option};

use super::{clock, date, instant, maybe_text, series, text, uuid, word};

/// A fact about a document, of any kind.
pub(crate) fn document_event() -> impl Strategy<Value = DocumentEvent> {
    prop_oneof![
        submitted().prop_map(|event| DocumentEvent::Submitted(Box::new(event))),
        observed().prop_map(DocumentEvent::Observed),
        (collection::vec(text(), 0..4), maybe_text()).prop_map(|(items, note)| {
            DocumentEvent::Corrected(ObservationCorrected { items, note })
        }),
        (collection::vec(text(), 0..4), date()).prop_map(|(items, correct_by_on)| {
            DocumentEvent::NotFiled(DocumentNotFiled {
                items,
                correct_by_on,
            })
        }),
        (uuid(), word(LinkKind::ALL)).prop_map(|(other, kind)| {
            let other = DocumentId(other);
            DocumentEvent::Linked(DocumentLinked { other, kind })
        }),
        registered().prop_map(|event| DocumentEvent::Registered(Box::new(event))),
        classified().prop_map(DocumentEvent::Classified),
        (collection::vec(amendment(), 0..4), text()).prop_map(|(changes, reason)| {
            DocumentEvent::Amended(DocumentAmended { changes, reason })
        }),
        derived().prop_map(DocumentEvent::Derived),
        clock::deadline_event(),
        touched().prop_map(DocumentEvent::DerivationReceived),
        refused().prop_map(DocumentEvent::DerivationRejected),
        touched().prop_map(DocumentEvent::CopyAcknowledged),
        (any::<u32>(), uuid()).prop_map(|(ordinal, user)| {
            let user = UserId(user);
            DocumentEvent::DerivationAssigned(DerivationAssigned { ordinal, user })
        }),
        refused().prop_map(DocumentEvent::DerivationReturned),
        refused().prop_map(DocumentEvent::DerivationRecalled),
        (any::<u32>(), maybe_text(), outcome()).prop_map(|(ordinal, note, outcome)| {
            DocumentEvent::DerivationAttended(DerivationAttended {
                ordinal,
                note,
                outcome,
            })
        }),
        (uuid(), outcome(), maybe_text()).prop_map(|(office, outcome, note)| {
            let office = OfficeId(office);
            DocumentEvent::Attended(DocumentAttended {
                office,
                outcome,
                note,
            })
        }),
        (text(), any::<u32>(), text()).prop_map(|(classification, retention_years, location)| {
            DocumentEvent::Archived(DocumentArchived {
                classification,
                retention_years,
                location,
            })
        }),
        text().prop_map(|reason| DocumentEvent::Restored(DocumentRestored { reason })),
        text().prop_map(|reason| DocumentEvent::Voided(DocumentVoided { reason })),
        text().prop_map(|text| DocumentEvent::NoteAdded(NoteAdded { text })),
        (any::<bool>(), text()).prop_map(|(restricts, reason)| if restricts {
            DocumentEvent::Restricted(DocumentRestricted { reason })
        } else {
            DocumentEvent::Unrestricted(DocumentUnrestricted { reason })
        }),
        attached().prop_map(DocumentEvent::FileAttached),
        (uuid(), text()).prop_map(|(attachment, reason)| {
            let attachment = AttachmentId(attachment);
            DocumentEvent::AttachmentWithdrawn(AttachmentWithdrawn { attachment, reason })
        }),
    ]
}

/// A fact about a series, of any kind.
pub(crate) fn series_event() -> impl Strategy<Value = SeriesEvent> {
    prop_oneof![
        (series(), any::<u64>())
            .prop_map(|(series, first)| { SeriesEvent::Opened(SeriesOpened { series, first }) }),
        (
            series(),
            any::<u64>(),
            any::<u64>(),
            collection::vec(uuid(), 0..4)
        )
            .prop_map(|(series, first, count, ids)| {
                let documents = ids.into_iter().map(DocumentId).collect();
                let assigned = NumbersAssigned {
                    series,
                    first,
                    count,
                    documents,
                };
                SeriesEvent::NumbersAssigned(assigned)
            }),
    ]
}

fn attached() -> impl Strategy<Value = FileAttached> {
    let shown = (text(), text(), maybe_text());
    let bytes = (any::<u64>(), any::<[u8; 32]>());
    let sheets = option::of((any::<u32>(), any::<u32>()));
    (uuid(), shown, bytes, word(AttachmentKind::ALL), sheets).prop_map(
        |(id, (file_name, media_type, description), (size, hash), kind, sheets)| FileAttached {
            attachment: AttachmentId(id),
            file_name,
            media_type,
            size,
            sha256: Hash(hash),
            kind,
            description,
            folios: sheets.map(|(from, to)| Folios { from, to }),
        },
    )
}

fn outcome() -> impl Strategy<Value = Option<Outcome>> {
    option::of(word(Outcome::ALL))
}

fn touched() -> impl Strategy<Value = DerivationTouched> {
    any::<u32>().prop_map(|ordinal| DerivationTouched { ordinal })
}

fn refused() -> impl Strategy<Value = DerivationRefused> {
    (any::<u32>(), text()).prop_map(|(ordinal, reason)| DerivationRefused { ordinal, reason })
}

fn sender() -> impl Strategy<Value = Sender> {
    let contact = (maybe_text(), maybe_text(), maybe_text(), maybe_text());
    (text(), word(SenderKind::ALL), maybe_text(), contact).prop_map(
        |(name, kind, number, (representative, email, phone, address))| Sender {
            name,
            kind,
            number,
            representative,
            email,
            phone,
            address,
        },
    )
}

fn classified() -> impl Strategy<Value = DocumentClassified> {
    (
        uuid(),
        maybe_text(),
        collection::btree_set(text(), 0..4),
        word(Priority::ALL),
    )
        .prop_map(
            |(document_type, category, tags, priority)| DocumentClassified {
                document_type: DocumentTypeId(document_type),
                category,
                tags,
                priority,
            },
        )
}

fn registered() -> impl Strategy<Value = DocumentRegistered> {
    let ids = (uuid(), uuid(), option::of(uuid()), series(), 1..=u64::MAX);
    let said = (
        sender(),
        text(),
        maybe_text(),
        maybe_text(),
        any::<(u32, bool, bool)>(),
    );
    let class = (
        classified(),
        word(Channel::ALL),
        option::of((text(), text())),
        "[0-9a-f]{32}",
    );
    let times = (instant(), date(), option::of(clock::term()), warnings());
    (ids, said, class, times).prop_map(|(ids, said, class, times)| {
        let (document, office, related, series, value) = ids;
        let (sender, subject, external_number, notes, (folios, has_annexes, answer_required)) =
            said;
        let (class, channel, origin, tracking_token) = class;
        let (presented_at, filed_on, deadline, acknowledged_warnings) = times;
        DocumentRegistered {
            document: DocumentId(document),
            number: RegistryNumber { series, value },
            document_type: class.document_type,
            category: class.category,
            external_number,
            sender,
            subject,
            folios,
            has_annexes,
            priority: class.priority,
            channel,
            tags: class.tags,
            notes,
            answer_required,
            presented_at,
            filed_on,
            registry_office: OfficeId(office),
            deadline,
            related_document: related.map(DocumentId),
            origin: origin.map(|(integration, external_id)| Origin {
                integration,
                external_id,
            }),
            tracking_token,
            acknowledged_warnings,
        }
    })
}

fn warnings() -> impl Strategy<Value = BTreeSet<AcknowledgedWarning>> {
    let warning = (word(DuplicateKind::ALL), uuid()).prop_map(|(kind, document)| {
        let document = DocumentId(document);
        AcknowledgedWarning { kind, document }
    });
    collection::btree_set(warning, 0..3)
}

fn submitted() -> impl Strategy<Value = DocumentSubmitted> {
    registered().prop_map(|registered| DocumentSubmitted {
        document: registered.document,
        document_type: registered.document_type,
        external_number: registered.external_number,
        sender: registered.sender,
        subject: registered.subject,
        folios: registered.folios,
        has_annexes: registered.has_annexes,
        channel: registered.channel,
        notes: registered.notes,
        answer_required: registered.answer_required,
        presented_at: registered.presented_at,
        filed_on: registered.filed_on,
        registry_office: registered.registry_office,
        related_document: registered.related_document,
        origin: registered.origin,
        tracking_token: registered.tracking_token,
    })
}

fn observed() -> impl Strategy<Value = DocumentObserved> {
    let item = (text(), text()).prop_map(|(item, detail)| ObservedItem { item, detail });
    (collection::vec(item, 0..4), date()).prop_map(|(items, correct_by_on)| DocumentObserved {
        items,
        correct_by_on,
    })
}

fn changed<T: std::fmt::Debug>(
    value: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Changed<T>> {
    (value.clone(), value).prop_map(|(old, new)| Changed { old, new })
}

fn amendment() -> impl Strategy<Value = Amendment> {
    let senders = (sender(), sender()).prop_map(|(old, new)| Box::new(Changed { old, new }));
    prop_oneof![
        changed(any::<String>()).prop_map(Amendment::Subject),
        senders.prop_map(Amendment::Sender),
        changed(any::<Option<String>>()).prop_map(Amendment::ExternalNumber),
        changed(any::<u32>()).prop_map(Amendment::Folios),
        changed(any::<bool>()).prop_map(Amendment::HasAnnexes),
        changed(any::<bool>()).prop_map(Amendment::AnswerRequired),
        changed(any::<Option<String>>()).prop_map(Amendment::Notes),
    ]
}

fn derived() -> impl Strategy<Value = DocumentDerived> {
    (
        collection::vec(sent(), 0..4),
        option::of(any::<u32>()),
        maybe_text(),
    )
        .prop_map(|(derivations, forwards, reopens)| DocumentDerived {
            derivations,
            forwards,
            reopens,
        })
}

fn sent() -> impl Strategy<Value = DerivationSent> {
    let route = (uuid(), uuid(), option::of(uuid()));
    let wish = (
        maybe_text(),
        any::<bool>(),
        any::<bool>(),
        option::of(date()),
    );
    (any::<u32>(), text(), word(DerivationKind::ALL), route, wish).prop_map(
        |(ordinal, number, kind, (from, to, user), wish)| {
            let (instructions, urgent, answer_required, due_on) = wish;
            DerivationSent {
                ordinal,
                number,
                kind,
                from_office: OfficeId(from),
                to_office: OfficeId(to),
                to_user: user.map(UserId),
                instructions,
                urgent,
                answer_required,
                due_on,
            }
        },
    )
}
