//! Derivations: sent, received, attended, and the ways back.

use events::DocumentEvent;
use events::classify::{DerivationKind, Outcome};
use events::document::{
    DerivationAssigned, DerivationAttended, DerivationRefused, DerivationSent, DerivationTouched,
    DocumentDerived,
};

use super::documents::form;
use super::{Expected, office, on, user};

pub(super) fn forms() -> Vec<Expected> {
    let touched = DerivationTouched { ordinal: 2 };
    let refused = |why: &str| DerivationRefused {
        ordinal: 2,
        reason: why.to_owned(),
    };
    vec![
        form(DocumentEvent::Derived(derived())),
        form(DocumentEvent::DerivationReceived(touched)),
        form(DocumentEvent::DerivationRejected(refused(
            "No es de competencia",
        ))),
        form(DocumentEvent::CopyAcknowledged(touched)),
        form(DocumentEvent::DerivationAssigned(DerivationAssigned {
            ordinal: 2,
            user: user("beto"),
        })),
        form(DocumentEvent::DerivationReturned(refused("Faltan folios"))),
        form(DocumentEvent::DerivationRecalled(refused(
            "Enviado por error",
        ))),
        form(DocumentEvent::DerivationAttended(DerivationAttended {
            ordinal: 2,
            note: Some("Informe 12-2026".to_owned()),
            outcome: Some(Outcome::Answered),
        })),
    ]
}

/// One derivation that says everything, and two that say no more than they must.
fn derived() -> DocumentDerived {
    DocumentDerived {
        derivations: vec![
            DerivationSent {
                to_user: Some(user("beto")),
                instructions: Some("Atender e informar".to_owned()),
                urgent: true,
                answer_required: true,
                due_on: Some(on("2026-03-09")),
                ..bare(3, DerivationKind::Principal, "MP", "GDU")
            },
            bare(4, DerivationKind::Parallel, "MP", "OAJ"),
            bare(5, DerivationKind::Copy, "MP", "ALC"),
        ],
        forwards: Some(2),
        reopens: Some("Recurso de reconsideración".to_owned()),
    }
}

pub(super) fn bare(ordinal: u32, kind: DerivationKind, from: &str, to: &str) -> DerivationSent {
    DerivationSent {
        ordinal,
        number: format!("EXP-2026-000123-D{ordinal:02}"),
        kind,
        from_office: office(from),
        to_office: office(to),
        to_user: None,
        instructions: None,
        urgent: false,
        answer_required: false,
        due_on: None,
    }
}
