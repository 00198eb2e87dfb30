//! What can happen at the desk, in random histories.

use calendar::{Since, Term};
use events::DocumentEvent;
use events::classify::{DocumentStatus, LinkKind};
use events::deadline::{DeadlineRescheduled, RescheduleCause};
use events::desk::{DocumentLinked, DocumentNotFiled, ObservationCorrected};
use events::restriction::{DocumentRestricted, DocumentUnrestricted};

use super::{observed, registered};
use crate::projections::documents::DocumentView;

/// What can happen at the desk now to the document that has, or is to have, the number `value`.
pub(super) fn at_the_desk(view: &DocumentView, value: u64, choice: u32) -> Vec<Vec<DocumentEvent>> {
    let row = &view.row;
    let observe = || vec![DocumentEvent::Observed(observed())];
    let mut moves = match row.status {
        DocumentStatus::Submitted => {
            let entered = DocumentEvent::Registered(Box::new(registered(row.id, value)));
            vec![vec![entered.clone()], vec![entered], observe()]
        }
        DocumentStatus::Registered if view.derivations.is_empty() => vec![observe()],
        DocumentStatus::Observed => {
            let items = vec!["tasa".to_owned()];
            let not_filed = DocumentNotFiled {
                items: items.clone(),
                correct_by_on: "2026-07-03".parse().unwrap(),
            };
            vec![
                corrected(view, choice),
                corrected(view, choice + 1),
                vec![DocumentEvent::NotFiled(not_filed)],
            ]
        }
        DocumentStatus::Registered
        | DocumentStatus::InProcess
        | DocumentStatus::Attended
        | DocumentStatus::NotFiled
        | DocumentStatus::Voided
        | DocumentStatus::Archived => Vec::new(),
    };
    if choice.is_multiple_of(5) {
        let reason = format!("reserva {choice}");
        moves.push(vec![match row.restriction {
            Some(_) if choice.is_multiple_of(2) => {
                DocumentEvent::Unrestricted(DocumentUnrestricted { reason })
            }
            Some(_) | None => DocumentEvent::Restricted(DocumentRestricted { reason }),
        }]);
    }
    if choice.is_multiple_of(4) {
        moves.push(vec![DocumentEvent::Linked(DocumentLinked {
            other: row.id,
            kind: LinkKind::ALL[choice as usize / 4 % LinkKind::ALL.len()],
        })]);
    }
    moves
}

/// Corrected; the clock for the answer starts anew (O2).
fn corrected(view: &DocumentView, choice: u32) -> Vec<DocumentEvent> {
    let note = choice.is_multiple_of(2).then(|| "hecho".to_owned());
    let mut events = vec![DocumentEvent::Corrected(ObservationCorrected {
        items: vec!["firma".to_owned()],
        note,
    })];
    if view.row.deadline.is_some() {
        events.push(DocumentEvent::Rescheduled(Box::new(DeadlineRescheduled {
            cause: RescheduleCause::Corrected,
            deadline: Term {
                since: Since::Corrected,
                ..Term::given("2026-07-11".parse().unwrap(), "2026-07-02".parse().unwrap())
            },
        })));
    }
    events
}
