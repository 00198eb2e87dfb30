//! What is refused everywhere, and the words programs know refusals by.

use events::classify::{DerivationStatus, DocumentStatus, Priority};

use super::fixture::{Story, office, registered, sent_to_b, type_id, unknown};
use super::words::{
    acknowledge, archive, assign, attend, conclude, copy, derive, recall, receive, reject, restore,
    send_back, void,
};
use crate::document::{Amend, Classify, DocumentCommand, DocumentRefusal, FieldAmendment};
use crate::{Class, Refusal};

/// One well-formed command of each kind on derivation `ordinal`.
fn on_derivation(ordinal: u32) -> [DocumentCommand; 7] {
    [
        receive(ordinal),
        reject(ordinal),
        acknowledge(ordinal),
        assign(ordinal, "beto"),
        send_back(ordinal),
        recall(ordinal),
        attend(ordinal, []),
    ]
}

/// One well-formed command of each kind on the document itself.
fn on_document() -> [DocumentCommand; 8] {
    [
        DocumentCommand::Classify(Classify {
            document_type: type_id("SOL"),
            category: None,
            tags: [].into(),
            priority: Priority::Normal,
        }),
        DocumentCommand::Amend(Amend {
            changes: vec![FieldAmendment::Folios(4)],
            reason: "miscounted".to_owned(),
        }),
        derive([copy("B")]),
        conclude(),
        archive(),
        restore(),
        void(),
        DocumentCommand::AddNote {
            text: "called".to_owned(),
        },
    ]
}

fn refuse_all(story: &Story, commands: &[DocumentCommand], refusal: &DocumentRefusal) {
    for command in commands {
        story.clone().when("bruno", command).then_refused(refusal);
    }
}

#[test]
fn nothing_can_be_asked_of_a_document_that_was_never_registered() {
    refuse_all(&unknown(), &on_document(), &DocumentRefusal::NotFound);
    refuse_all(&unknown(), &on_derivation(1), &DocumentRefusal::NotFound);
}

#[test]
fn nothing_can_be_asked_of_a_derivation_that_was_never_sent() {
    for ordinal in [0, 2, u32::MAX] {
        let refusal = DocumentRefusal::NoSuchDerivation { ordinal };
        refuse_all(&sent_to_b(), &on_derivation(ordinal), &refusal);
    }
    let refusal = DocumentRefusal::NoSuchDerivation { ordinal: 1 };
    refuse_all(&registered(), &on_derivation(1), &refusal);
}

/// I10: whoever belongs to no office acts for none; only a remark needs none.
#[test]
fn who_belongs_to_no_office_acts_for_none() {
    for command in on_document() {
        let remark = matches!(command, DocumentCommand::AddNote { .. });
        let when = registered().when("dora", &command);
        if !remark {
            when.then_refused(&DocumentRefusal::NotOfOffice {
                office: office("A"),
            });
        }
    }
}

/// The codes are part of the interface: programs tell refusals apart by them.
#[test]
fn every_refusal_has_its_class_and_its_word() {
    let status = DocumentStatus::Voided;
    let pending = DerivationStatus::Pending;
    let office = office("A");
    let ordinal = 1;
    let correct_by_on = chrono::NaiveDate::MIN;
    let table = [
        (
            DocumentRefusal::NotFound,
            Class::NotFound,
            "document_not_found",
        ),
        (
            DocumentRefusal::NoSuchDerivation { ordinal },
            Class::NotFound,
            "derivation_not_found",
        ),
        (DocumentRefusal::Invalid(vec![]), Class::Invalid, "invalid"),
        (
            DocumentRefusal::NotOfOffice { office },
            Class::Forbidden,
            "not_of_office",
        ),
        (DocumentRefusal::NeedsHead, Class::Forbidden, "needs_head"),
        (
            DocumentRefusal::WrongStatus { status },
            Class::Conflict,
            "wrong_status",
        ),
        (
            DocumentRefusal::ReasonNeeded,
            Class::Conflict,
            "reason_needed",
        ),
        (
            DocumentRefusal::PrincipalOpen { ordinal },
            Class::Conflict,
            "principal_open",
        ),
        (
            DocumentRefusal::DerivationOpen { ordinal },
            Class::Conflict,
            "derivation_open",
        ),
        (
            DocumentRefusal::WrongDerivationStatus {
                ordinal,
                status: pending,
            },
            Class::Conflict,
            "wrong_derivation_status",
        ),
        (
            DocumentRefusal::IsCopy { ordinal },
            Class::Conflict,
            "is_copy",
        ),
        (
            DocumentRefusal::IsNotCopy { ordinal },
            Class::Conflict,
            "is_not_copy",
        ),
        (
            DocumentRefusal::NotInCustody { office },
            Class::Conflict,
            "not_in_custody",
        ),
        (
            DocumentRefusal::WasReceived { ordinal },
            Class::Conflict,
            "was_received",
        ),
        (DocumentRefusal::WasDerived, Class::Conflict, "was_derived"),
        (
            DocumentRefusal::ObservedOnce {
                item: "fee".to_owned(),
            },
            Class::Conflict,
            "observed_once",
        ),
        (
            DocumentRefusal::CorrectionExpired { correct_by_on },
            Class::Conflict,
            "correction_expired",
        ),
        (
            DocumentRefusal::CorrectionRunning { correct_by_on },
            Class::Conflict,
            "correction_running",
        ),
    ];
    for (refusal, class, code) in table {
        assert_eq!(
            (refusal.class(), refusal.code()),
            (class, code),
            "{refusal}"
        );
        assert!(refusal.faults().is_empty(), "{refusal}");
    }
}
