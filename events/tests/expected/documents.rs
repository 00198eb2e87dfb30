//! The document itself: registered, classified, amended, finished, put away.

use std::collections::BTreeSet;

use calendar::{Pause, Period, Rule, Since, Skipped, Term};
use events::attachment::{AttachmentWithdrawn, FileAttached, Folios};
use events::classify::{
    AttachmentKind, Channel, DuplicateKind, LinkKind, Outcome, Priority, SenderKind,
};
use events::deadline::{
    ChangedDay, ClockResumed, ClockSuspended, DeadlineApproaching, DeadlineExtended,
    DeadlineMissed, DeadlineRescheduled, RescheduleCause,
};
use events::desk::{
    AcknowledgedWarning, DocumentLinked, DocumentNotFiled, DocumentObserved, DocumentSubmitted,
    ObservationCorrected, ObservedItem,
};
use events::document::{
    Amendment, Changed, DocumentAmended, DocumentArchived, DocumentAttended, DocumentClassified,
    DocumentRegistered, DocumentRestored, DocumentVoided, NoteAdded, Origin, Sender,
};
use events::restriction::{DocumentRestricted, DocumentUnrestricted};
use events::{Aggregate, AnyRecord, AttachmentId, DocumentEvent, DocumentId, Hash};
use uuid::Uuid;

use super::{Expected, at, document, document_type, office, on, today};

pub(super) fn form(event: DocumentEvent) -> Expected {
    today(Aggregate::Document, AnyRecord::Document, &document(), event)
}

#[expect(clippy::too_many_lines, reason = "a form for each event")]
pub(super) fn forms() -> Vec<Expected> {
    vec![
        form(DocumentEvent::Submitted(Box::new(submitted()))),
        form(DocumentEvent::Registered(Box::new(registered()))),
        older("document.registered.v1.json", [].into()),
        older(
            "document.registered.v2.json",
            registered().acknowledged_warnings,
        ),
        form(DocumentEvent::Observed(DocumentObserved {
            items: vec![
                observed("firma", "Falta la firma en el folio 3"),
                observed("poder", "Falta la vigencia de poder"),
            ],
            correct_by_on: on("2026-03-04"),
        })),
        form(DocumentEvent::Corrected(ObservationCorrected {
            items: vec!["firma".to_owned()],
            note: Some("Folio 3 firmado".to_owned()),
        })),
        form(DocumentEvent::NotFiled(DocumentNotFiled {
            items: vec!["poder".to_owned()],
            correct_by_on: on("2026-03-04"),
        })),
        Expected {
            file: "deadline.rescheduled.v1.json".to_owned(),
            is_today: false,
            ..form(DocumentEvent::Rescheduled(Box::new(DeadlineRescheduled {
                cause: RescheduleCause::Corrected,
                deadline: Term {
                    since: Since::Corrected,
                    ..Term::given(on("2026-04-15"), on("2026-03-03"))
                },
            })))
        },
        form(DocumentEvent::Linked(DocumentLinked {
            other: DocumentId(Uuid::from_u128(0xd0b)),
            kind: LinkKind::Answers,
        })),
        form(DocumentEvent::DeadlineExtended(Box::new(
            DeadlineExtended {
                days: 5,
                reason: "Falta un informe".to_owned(),
                deadline: deadline(),
            },
        ))),
        form(DocumentEvent::Rescheduled(Box::new(DeadlineRescheduled {
            cause: RescheduleCause::CalendarChanged {
                days: vec![ChangedDay {
                    on: on("2026-03-09"),
                    name: "Día no laborable".to_owned(),
                    declared: true,
                }],
            },
            deadline: deadline(),
        }))),
        form(DocumentEvent::DeadlineApproaching(DeadlineApproaching {
            due_on: on("2026-04-08"),
            days: 3,
        })),
        form(DocumentEvent::DeadlineMissed(DeadlineMissed {
            due_on: on("2026-04-08"),
        })),
        form(DocumentEvent::ClockSuspended(ClockSuspended {
            on: on("2026-03-05"),
            reason: "Se pidió opinión".to_owned(),
        })),
        form(DocumentEvent::ClockResumed(Box::new(ClockResumed {
            on: on("2026-03-11"),
            reason: "Llegó la opinión".to_owned(),
            deadline: deadline(),
        }))),
        form(DocumentEvent::Classified(DocumentClassified {
            document_type: document_type("OFI"),
            category: Some("Licencias".to_owned()),
            tags: ["anexo".to_owned(), "obra".to_owned()].into(),
            priority: Priority::Urgent,
        })),
        form(DocumentEvent::Amended(amended())),
        form(DocumentEvent::Attended(DocumentAttended {
            office: office("GDU"),
            outcome: Some(Outcome::Granted),
            note: Some("Se otorgó la licencia.".to_owned()),
        })),
        form(DocumentEvent::Archived(DocumentArchived {
            classification: "Licencias de obra".to_owned(),
            retention_years: 10,
            location: "Archivo central, estante 4".to_owned(),
        })),
        form(DocumentEvent::Restored(DocumentRestored {
            reason: "Recurso de apelación".to_owned(),
        })),
        form(DocumentEvent::Voided(DocumentVoided {
            reason: "Ingresado dos veces".to_owned(),
        })),
        form(DocumentEvent::FileAttached(FileAttached {
            attachment: AttachmentId(Uuid::from_u128(0xa77)),
            file_name: "Plano de ubicación.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 1_048_576,
            sha256: Hash::of(b"the bytes of a plan"),
            kind: AttachmentKind::Annex,
            description: Some("Plano firmado".to_owned()),
            folios: Some(Folios { from: 3, to: 12 }),
        })),
        form(DocumentEvent::AttachmentWithdrawn(AttachmentWithdrawn {
            attachment: AttachmentId(Uuid::from_u128(0xa77)),
            reason: "Adjuntado por error".to_owned(),
        })),
        form(DocumentEvent::Restricted(DocumentRestricted {
            reason: "Datos de salud (art. 17 inc. 5)".to_owned(),
        })),
        form(DocumentEvent::Unrestricted(DocumentUnrestricted {
            reason: "Terminó la investigación".to_owned(),
        })),
        form(DocumentEvent::NoteAdded(NoteAdded {
            text: "El administrado llamó.\n\"Vuelve\" mañana. 😀".to_owned(),
        })),
    ]
}

fn observed(item: &str, detail: &str) -> ObservedItem {
    ObservedItem {
        item: item.to_owned(),
        detail: detail.to_owned(),
    }
}

/// What was handed in at the digital desk, with everything there is to say.
fn submitted() -> DocumentSubmitted {
    let registered = registered();
    DocumentSubmitted {
        document: registered.document,
        document_type: registered.document_type,
        external_number: registered.external_number,
        sender: registered.sender,
        subject: registered.subject,
        folios: registered.folios,
        has_annexes: registered.has_annexes,
        channel: Channel::Web,
        notes: Some("Urge por viaje".to_owned()),
        answer_required: registered.answer_required,
        presented_at: registered.presented_at,
        filed_on: registered.filed_on,
        registry_office: registered.registry_office,
        related_document: registered.related_document,
        origin: registered.origin,
        tracking_token: registered.tracking_token,
    }
}

/// A registration from before terms were computed; the first form knew no warnings either.
fn older(file: &str, warnings: BTreeSet<AcknowledgedWarning>) -> Expected {
    let meant = form(DocumentEvent::Registered(Box::new(DocumentRegistered {
        deadline: Some(Term::given(on("2026-04-13"), on("2026-03-01"))),
        acknowledged_warnings: warnings,
        ..registered()
    })));
    Expected {
        file: file.to_owned(),
        is_today: false,
        ..meant
    }
}

/// A registration that says everything there is to say.
pub(super) fn registered() -> DocumentRegistered {
    DocumentRegistered {
        document: document(),
        number: "EXP-2026-000123".parse().unwrap(),
        document_type: document_type("SOL"),
        category: Some("Licencias".to_owned()),
        external_number: Some("CARTA 7-2026".to_owned()),
        sender: named(),
        subject: "Solicita licencia de edificación, Jr. Junín N.º 123".to_owned(),
        folios: 12,
        has_annexes: true,
        priority: Priority::High,
        channel: Channel::Counter,
        tags: ["obra".to_owned()].into(),
        notes: Some("Folios sin numerar".to_owned()),
        answer_required: true,
        presented_at: at("2026-03-02T04:59:59Z"),
        filed_on: on("2026-03-01"),
        registry_office: office("MP"),
        deadline: Some(deadline()),
        related_document: Some(DocumentId(Uuid::from_u128(0xd0b))),
        origin: Some(Origin {
            integration: "PIDE".to_owned(),
            external_id: "0000-77".to_owned(),
        }),
        tracking_token: "00112233445566778899aabbccddeeff".to_owned(),
        acknowledged_warnings: [AcknowledgedWarning {
            kind: DuplicateKind::SameNumber,
            document: DocumentId(Uuid::from_u128(0xd0a)),
        }]
        .into(),
    }
}

/// A deadline that says everything there is to say.
fn deadline() -> Term {
    Term {
        rule: Rule::Category,
        period: Period::BusinessDays(15),
        since: Since::Filed,
        counted_from: on("2026-03-01"),
        starts_on: on("2026-03-02"),
        due_on: on("2026-04-08"),
        calendar_version: 66,
        place: "0801".parse().ok(),
        extended_by: 5,
        pauses: vec![Pause {
            from: on("2026-03-05"),
            until: on("2026-03-11"),
        }],
        weekend_days: 10,
        skipped: vec![Skipped {
            on: on("2026-04-02"),
            name: "Jueves Santo".to_owned(),
        }],
    }
}

fn named() -> Sender {
    Sender {
        name: "Constructora Ñandú S.A.C.".to_owned(),
        kind: SenderKind::Ruc,
        number: Some("20123456789".to_owned()),
        representative: Some("Rosa Quispe".to_owned()),
        email: Some("rosa@nandu.example".to_owned()),
        phone: Some("+51 1 555 0100".to_owned()),
        address: Some("Av. Arequipa 100, Lima".to_owned()),
    }
}

/// A sender who says no more than a name.
pub(super) fn nameless() -> Sender {
    Sender {
        name: "Anónimo".to_owned(),
        kind: SenderKind::None,
        number: None,
        representative: None,
        email: None,
        phone: None,
        address: None,
    }
}

/// Every field there is to put right.
fn amended() -> DocumentAmended {
    let text = |text: &str| text.to_owned();
    DocumentAmended {
        changes: vec![
            Amendment::Subject(Changed {
                old: text("Licensia"),
                new: text("Licencia"),
            }),
            Amendment::Sender(Box::new(Changed {
                old: nameless(),
                new: named(),
            })),
            Amendment::ExternalNumber(Changed {
                old: None,
                new: Some(text("CARTA 7")),
            }),
            Amendment::Folios(Changed { old: 1, new: 12 }),
            Amendment::HasAnnexes(Changed {
                old: false,
                new: true,
            }),
            Amendment::AnswerRequired(Changed {
                old: true,
                new: false,
            }),
            Amendment::Notes(Changed {
                old: Some(text("Sin folios")),
                new: None,
            }),
        ],
        reason: text("Error de digitación"),
    }
}
