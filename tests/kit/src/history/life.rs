//! What happens to one document, step by step.

use std::collections::BTreeSet;

use calendar::Term;
use chrono::{DateTime, TimeDelta, Utc};
use events::classify::{Channel, DerivationKind, Outcome, Priority, SenderKind};
use events::document::{
    DerivationAssigned, DerivationAttended, DerivationSent, DerivationTouched, DocumentArchived,
    DocumentAttended, DocumentDerived, DocumentRegistered, NoteAdded, Sender,
};
use events::{
    Actor, DocumentEvent, DocumentId, DocumentTypeId, OfficeId, RegistryNumber, SeriesId, UserId,
    legal_date,
};
use uuid::Uuid;

/// Desks, one of which registers.
const OFFICES: u64 = 20;

/// The series of them all.
pub(super) fn series() -> SeriesId {
    SeriesId::new("EXP", 2026).expect("a series")
}

/// The document with this number.
pub fn document(n: u64) -> DocumentId {
    // Spread, as ids derived from commands are.
    let spread = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    DocumentId(Uuid::from_u128(u128::from(spread) << 64 | u128::from(n)))
}

/// One of the desks.
pub fn office(n: u64) -> OfficeId {
    OfficeId::of_code(&format!("O{:02}", n % OFFICES))
}

fn user(n: u64) -> UserId {
    UserId::of_login(&format!("u{:02}", n % (3 * OFFICES)))
}

/// Somebody of the desk that has document `n` after its `hop`th way.
pub(super) fn actor(n: u64, hop: u64) -> Actor {
    Actor::of(user(n + hop * 7), Some(desk(n, hop)))
}

/// Where document `n` is after its `hop`th way: the desk that registers, then others.
fn desk(n: u64, hop: u64) -> OfficeId {
    match hop {
        0 => office(0),
        // Some desks have more to do than others.
        _ => office(1 + (n * n / 3 + hop * 5) % (OFFICES - 1)),
    }
}

/// How document `n` comes in.
pub(super) fn registered(n: u64, at: DateTime<Utc>) -> DocumentRegistered {
    let filed_on = legal_date(at);
    let due = n
        .is_multiple_of(3)
        .then(|| Term::given(filed_on + TimeDelta::days(30), filed_on));
    DocumentRegistered {
        document: document(n),
        number: RegistryNumber {
            series: series(),
            value: n,
        },
        document_type: DocumentTypeId::of_code(["SOL", "OFI", "REC", "CAR"][to_index(n, 4)]),
        category: None,
        external_number: n.is_multiple_of(4).then(|| format!("OFICIO-{n}-2026")),
        sender: Sender {
            name: format!("Persona Apellido {}", n % 50_000),
            kind: SenderKind::Dni,
            number: Some(format!("{:08}", 10_000_000 + n % 50_000)),
            representative: None,
            email: None,
            phone: None,
            address: None,
        },
        subject: format!("Solicita constancia de posesión del predio número {n}"),
        folios: u32::try_from(n % 90).unwrap_or_default() + 1,
        has_annexes: n.is_multiple_of(5),
        priority: if n.is_multiple_of(40) {
            Priority::Urgent
        } else {
            Priority::Normal
        },
        channel: [Channel::Counter, Channel::Web, Channel::Web, Channel::Post][to_index(n, 4)],
        tags: BTreeSet::new(),
        notes: None,
        answer_required: true,
        presented_at: at,
        filed_on,
        registry_office: office(0),
        deadline: due,
        related_document: None,
        origin: None,
        tracking_token: format!("{:032x}", document(n).0.as_u128()),
        acknowledged_warnings: BTreeSet::new(),
    }
}

fn to_index(n: u64, below: u64) -> usize {
    usize::try_from(n % below).unwrap_or_default()
}

/// What happens to document `n` after its registration, who does it, step by step.
pub(super) fn step(n: u64, step: u64) -> (Actor, Vec<DocumentEvent>) {
    let copied = n.is_multiple_of(4);
    let second = if copied { 3 } else { 2 };
    let received = |ordinal| DocumentEvent::DerivationReceived(DerivationTouched { ordinal });
    match step {
        0 => {
            let mut derivations = vec![sent(n, 1, DerivationKind::Principal, (0, 1))];
            if copied {
                derivations.push(sent(n, 2, DerivationKind::Copy, (0, 3)));
            }
            (actor(n, 0), vec![derived(derivations, None)])
        }
        1 => (actor(n, 1), vec![received(1)]),
        2 => {
            let assigned = DerivationAssigned {
                ordinal: 1,
                user: user(n),
            };
            let assigned = DocumentEvent::DerivationAssigned(assigned);
            (actor(n, 1), vec![assigned])
        }
        3 => {
            let derivations = vec![sent(n, second, DerivationKind::Principal, (1, 2))];
            (actor(n, 1), vec![derived(derivations, Some(1))])
        }
        4 => (actor(n, 2), vec![received(second)]),
        5 => {
            let text = format!("Se revisó el expediente {n}");
            let noted = DocumentEvent::NoteAdded(NoteAdded { text });
            (actor(n, 2), vec![noted])
        }
        6 => {
            let outcome = Some(Outcome::Granted);
            let attended = DocumentEvent::DerivationAttended(DerivationAttended {
                ordinal: second,
                note: Some("Atendido".to_owned()),
                outcome,
            });
            let ended = DocumentEvent::Attended(DocumentAttended {
                office: desk(n, 2),
                outcome,
                note: Some("Atendido".to_owned()),
            });
            (actor(n, 2), vec![attended, ended])
        }
        _ => {
            let archived = DocumentEvent::Archived(DocumentArchived {
                classification: "TUPA".to_owned(),
                retention_years: 5,
                location: "Archivo central".to_owned(),
            });
            (actor(n, 2), vec![archived])
        }
    }
}

fn sent(n: u64, ordinal: u32, kind: DerivationKind, (from, to): (u64, u64)) -> DerivationSent {
    DerivationSent {
        ordinal,
        number: format!("EXP-2026-{n:06}-D{ordinal:02}"),
        kind,
        from_office: desk(n, from),
        to_office: desk(n, to),
        to_user: None,
        instructions: Some("Para su atención".to_owned()),
        urgent: n.is_multiple_of(40),
        answer_required: false,
        due_on: None,
    }
}

fn derived(derivations: Vec<DerivationSent>, forwards: Option<u32>) -> DocumentEvent {
    DocumentEvent::Derived(DocumentDerived {
        derivations,
        forwards,
        reopens: None,
    })
}
