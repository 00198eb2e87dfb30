//! Random histories that the command side could have recorded, made from event types alone.

use calendar::{Calendar, Count, Period, Rule, Since, national};
use chrono::{DateTime, TimeDelta, Utc};
use events::attachment::{AttachmentWithdrawn, FileAttached, Folios};
use events::classify::{
    AttachmentKind, DerivationKind, DerivationStatus, DocumentStatus, Outcome, Priority,
};
use events::deadline::{
    ChangedDay, ClockResumed, ClockSuspended, DeadlineApproaching, DeadlineExtended,
    DeadlineMissed, DeadlineRescheduled, RescheduleCause,
};
use events::document::{
    Amendment, Changed, DerivationAssigned, DerivationAttended, DerivationRefused, DerivationSent,
    DerivationTouched, DocumentAmended, DocumentArchived, DocumentAttended, DocumentClassified,
    DocumentDerived, DocumentRestored, DocumentVoided, NoteAdded,
};
use events::series::NumbersAssigned;
use events::{
    Actor, Aggregate, AttachmentId, DocumentEvent, DocumentId, DocumentTypeId, Hash, Namespace,
    SeriesEvent,
};
use readmodel::DerivationRow;

use super::desk::at_the_desk;
use super::{TestLog, office, registered, sent, series, submitted, user};
use crate::projections::documents::DocumentView;

/// One document on its way, and the choices that lead it.
#[derive(Debug)]
pub(crate) struct Story {
    id: DocumentId,
    /// The number it has, or is to have.
    value: u64,
    view: Option<DocumentView>,
}

/// A log with `documents` documents and as many steps as there are `choices`.
pub(crate) fn random_log(names: &Namespace, documents: u64, choices: &[u32]) -> TestLog {
    let mut log = TestLog::new(names);
    let mut at: DateTime<Utc> = "2026-07-01T13:00:00.123456789Z".parse().unwrap();
    let ids: Vec<_> = (1..=documents)
        .map(|n| DocumentId(uuid::Uuid::from_u128(u128::from(n) << 64 | 7)))
        .collect();
    let by = |choice: u32| Actor::of(user(choice % 3), Some(office(choice % 4)));
    let numbers = SeriesEvent::NumbersAssigned(NumbersAssigned {
        series: series(),
        first: 1,
        count: documents,
        documents: ids.clone(),
    });
    log.append(&Aggregate::Series(series()), at, by(0), vec![numbers]);
    let mut stories = Vec::new();
    for (value, id) in (1..).zip(ids) {
        let view = None;
        let mut story = Story { id, value, view };
        let event = if value.is_multiple_of(3) {
            DocumentEvent::Submitted(Box::new(submitted(id)))
        } else {
            DocumentEvent::Registered(Box::new(registered(id, value)))
        };
        story.tell(&mut log, at, by(1), vec![event]);
        stories.push(story);
    }
    for choice in choices {
        at += TimeDelta::seconds(i64::from(choice % 20_000));
        let place = *choice as usize % stories.len();
        let events = stories[place].next(choice / 7);
        stories[place].tell(&mut log, at, by(choice / 3), events);
    }
    log
}

impl Story {
    fn tell(
        &mut self,
        log: &mut TestLog,
        at: DateTime<Utc>,
        by: Actor,
        events: Vec<DocumentEvent>,
    ) {
        let version = self.view.as_ref().map_or(0, |view| view.row.version);
        let mut record = super::record(version, events.clone());
        for envelope in &mut record.events {
            (envelope.at, envelope.by) = (at, by);
        }
        DocumentView::apply(&mut self.view, self.id, &record, 1, |_| {}).unwrap();
        log.append(&Aggregate::Document(self.id), at, by, events);
    }

    /// One of the things that can happen now.
    fn next(&self, choice: u32) -> Vec<DocumentEvent> {
        let view = self.view.as_ref().unwrap();
        let mut moves = vec![vec![DocumentEvent::NoteAdded(NoteAdded {
            text: format!("nota {choice}"),
        })]];
        moves.push(vec![DocumentEvent::FileAttached(FileAttached {
            attachment: AttachmentId(uuid::Uuid::new_v5(
                &self.id.0,
                &view.row.version.to_be_bytes(),
            )),
            file_name: format!("plano {choice}.pdf"),
            media_type: "application/pdf".to_owned(),
            size: u64::from(choice) + 1,
            sha256: Hash::of(&choice.to_be_bytes()),
            kind: AttachmentKind::Annex,
            description: choice.is_multiple_of(2).then(|| "Plano".to_owned()),
            folios: choice
                .is_multiple_of(3)
                .then_some(Folios { from: 1, to: 2 }),
        })]);
        let there = view
            .attachments
            .iter()
            .filter(|row| row.withdrawn_at.is_none());
        moves.extend(there.map(|row| {
            vec![DocumentEvent::AttachmentWithdrawn(AttachmentWithdrawn {
                attachment: row.id,
                reason: "por error".to_owned(),
            })]
        }));
        for derivation in &view.derivations {
            moves.extend(of_derivation(view, derivation));
        }
        moves.extend(of_document(view, choice));
        moves.extend(at_the_desk(view, self.value, choice));
        let place = choice as usize % moves.len();
        moves.swap_remove(place)
    }
}

fn blocks(derivation: &DerivationRow) -> bool {
    derivation.kind != DerivationKind::Copy && derivation.status.is_open()
}

fn of_derivation(view: &DocumentView, derivation: &DerivationRow) -> Vec<Vec<DocumentEvent>> {
    let ordinal = derivation.ordinal;
    let touched = DerivationTouched { ordinal };
    let refused = || DerivationRefused {
        ordinal,
        reason: "no corresponde".to_owned(),
    };
    let received = DocumentEvent::DerivationReceived(touched);
    match (derivation.status, derivation.kind) {
        (DerivationStatus::Pending, DerivationKind::Copy) => vec![
            vec![DocumentEvent::CopyAcknowledged(touched)],
            vec![DocumentEvent::DerivationRecalled(refused())],
        ],
        (DerivationStatus::Pending, _) => {
            let mut attend = vec![received.clone()];
            attend.extend(attended(view, derivation));
            vec![
                vec![received],
                vec![DocumentEvent::DerivationRejected(refused())],
                vec![DocumentEvent::DerivationRecalled(refused())],
                attend,
            ]
        }
        (DerivationStatus::Received, _) => vec![
            attended(view, derivation),
            vec![DocumentEvent::DerivationReturned(refused())],
            vec![DocumentEvent::DerivationAssigned(DerivationAssigned {
                ordinal,
                user: user(2),
            })],
        ],
        _ => Vec::new(),
    }
}

fn attended(view: &DocumentView, derivation: &DerivationRow) -> Vec<DocumentEvent> {
    let ordinal = derivation.ordinal;
    let outcome = Some(Outcome::Granted);
    let mut events = vec![DocumentEvent::DerivationAttended(DerivationAttended {
        ordinal,
        note: None,
        outcome,
    })];
    let others = |other: &&DerivationRow| other.ordinal != ordinal && blocks(other);
    if view.derivations.iter().find(others).is_none() {
        events.push(DocumentEvent::Attended(DocumentAttended {
            office: derivation.to_office_id,
            outcome,
            note: Some("hecho".to_owned()),
        }));
    }
    events
}

fn of_document(view: &DocumentView, choice: u32) -> Vec<Vec<DocumentEvent>> {
    let row = &view.row;
    match row.status {
        DocumentStatus::Registered | DocumentStatus::InProcess => {
            let mut moves = vec![
                vec![derived(view, choice, None)],
                vec![derived(view, choice / 2, None)],
                vec![classified(choice)],
                vec![amended(view, choice)],
                vec![clock(view, choice)],
            ];
            if !view.derivations.iter().any(blocks) {
                moves.push(vec![DocumentEvent::Attended(DocumentAttended {
                    office: row.holder_office_id,
                    outcome: None,
                    note: None,
                })]);
            }
            if view.derivations.is_empty() {
                let reason = "duplicado".to_owned();
                moves.push(vec![DocumentEvent::Voided(DocumentVoided { reason })]);
            }
            moves
        }
        DocumentStatus::Attended => {
            let reopens = Some("falta algo".to_owned());
            vec![vec![archived()], vec![derived(view, choice | 1, reopens)]]
        }
        DocumentStatus::NotFiled | DocumentStatus::Voided => vec![vec![archived()]],
        DocumentStatus::Submitted | DocumentStatus::Observed => Vec::new(),
        DocumentStatus::Archived => vec![vec![DocumentEvent::Restored(DocumentRestored {
            reason: "se necesita de nuevo".to_owned(),
        })]],
    }
}

/// Something that happens to its deadline.
fn clock(view: &DocumentView, choice: u32) -> DocumentEvent {
    let reason = "falta un informe".to_owned();
    let on = "2026-07-06".parse().unwrap();
    let computed = |extended_by| {
        let calendar = Calendar::of(national::days());
        let period = Period::BusinessDays(10);
        let count = Count {
            extended_by,
            ..Count::new(Rule::Law, period, Since::Filed, view.row.filed_on)
        };
        calendar.at("0801".parse().ok()).term(count)
    };
    let stands = view
        .row
        .deadline
        .as_ref()
        .is_some_and(|it| it.suspended_on.is_some());
    if stands {
        let deadline = computed(0);
        return DocumentEvent::ClockResumed(Box::new(ClockResumed {
            on,
            reason,
            deadline,
        }));
    }
    match choice % 5 {
        3 => DocumentEvent::DeadlineApproaching(DeadlineApproaching {
            due_on: on,
            days: 2,
        }),
        4 => DocumentEvent::DeadlineMissed(DeadlineMissed { due_on: on }),
        0 => DocumentEvent::ClockSuspended(ClockSuspended { on, reason }),
        1 => DocumentEvent::DeadlineExtended(Box::new(DeadlineExtended {
            days: 5,
            reason,
            deadline: computed(5),
        })),
        _ => DocumentEvent::Rescheduled(Box::new(DeadlineRescheduled {
            cause: RescheduleCause::CalendarChanged {
                days: vec![ChangedDay {
                    on,
                    name: "Puente".to_owned(),
                    declared: true,
                }],
            },
            deadline: computed(0),
        })),
    }
}

/// Sent on by its holder: with a principal target where that can be, else without.
fn derived(view: &DocumentView, choice: u32, reopens: Option<String>) -> DocumentEvent {
    let row = &view.row;
    let open = view
        .derivations
        .iter()
        .find(|derivation| derivation.kind == DerivationKind::Principal && blocks(derivation));
    let held = open.is_some_and(|open| {
        open.status == DerivationStatus::Received && open.to_office_id == row.holder_office_id
    });
    let may = !choice.is_multiple_of(3) && (open.is_none() || held);
    let from = (0..4).find(|n| office(*n) == row.holder_office_id).unwrap();
    let next = u32::try_from(view.derivations.len()).unwrap() + 1;
    let first = if may {
        DerivationKind::Principal
    } else {
        DerivationKind::Parallel
    };
    let mut derivations = vec![DerivationSent {
        urgent: choice.is_multiple_of(5),
        due_on: (choice.is_multiple_of(4)).then(|| "2026-07-20".parse().unwrap()),
        ..sent(next, first, from, (from + 1 + choice % 3) % 4)
    }];
    if choice.is_multiple_of(2) {
        let other = (from + 1 + (choice + 1) % 3) % 4;
        derivations.push(sent(next + 1, DerivationKind::Copy, from, other));
    }
    DocumentEvent::Derived(DocumentDerived {
        derivations,
        forwards: open.filter(|_| may).map(|open| open.ordinal),
        reopens,
    })
}

fn classified(choice: u32) -> DocumentEvent {
    DocumentEvent::Classified(DocumentClassified {
        document_type: DocumentTypeId::of_code(if choice.is_multiple_of(2) {
            "SOL"
        } else {
            "OFI"
        }),
        category: Some(format!("c{}", choice % 3)),
        tags: (0..choice % 3).map(|n| format!("t{n}")).collect(),
        priority: Priority::ALL[choice as usize % 3],
    })
}

fn amended(view: &DocumentView, choice: u32) -> DocumentEvent {
    DocumentEvent::Amended(DocumentAmended {
        changes: vec![Amendment::Folios(Changed {
            old: view.row.folios,
            new: choice % 90 + 1,
        })],
        reason: "se contó de nuevo".to_owned(),
    })
}

fn archived() -> DocumentEvent {
    DocumentEvent::Archived(DocumentArchived {
        classification: "A".to_owned(),
        retention_years: 5,
        location: "estante 3".to_owned(),
    })
}
