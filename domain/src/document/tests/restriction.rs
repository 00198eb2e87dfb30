//! Restricted documents: who says so, who sees them, and that for all others there is none.

use std::collections::BTreeSet;

use events::DocumentEvent;
use events::document::{DerivationRefused, NoteAdded};
use events::restriction::{DocumentRestricted, DocumentUnrestricted};

use super::fixture::{Story, held_by_b, office, registered, sent_to_b, user};
use crate::document::{DocumentCommand, DocumentRefusal, Dossier};

const WHY: &str = "Datos de salud (art. 17)";

fn restrict(reason: &str) -> DocumentCommand {
    DocumentCommand::Restrict {
        reason: reason.to_owned(),
    }
}

fn unrestrict() -> DocumentCommand {
    DocumentCommand::Unrestrict {
        reason: "Ya es público".to_owned(),
    }
}

fn restricted() -> DocumentEvent {
    DocumentEvent::Restricted(DocumentRestricted {
        reason: WHY.to_owned(),
    })
}

fn unrestricted() -> DocumentEvent {
    DocumentEvent::Unrestricted(DocumentUnrestricted {
        reason: "Ya es público".to_owned(),
    })
}

fn note() -> DocumentCommand {
    DocumentCommand::AddNote {
        text: "visto".to_owned(),
    }
}

fn is_hidden_from(story: &Story, who: &str) {
    let story = story.clone().when(who, &note());
    story.then_refused(&DocumentRefusal::NotFound);
}

fn is_shown_to(story: &Story, who: &str) {
    assert!(dossier(story).is_shown_to(&user(who)), "{who}");
    (story.clone().when(who, &note())).then([noted()]);
}

fn dossier(story: &Story) -> Dossier {
    story.clone().folded().dossier().unwrap().clone()
}

fn noted() -> DocumentEvent {
    DocumentEvent::NoteAdded(NoteAdded {
        text: "visto".to_owned(),
    })
}

#[test]
fn the_desk_and_the_holder_restrict_it_and_open_it_again() {
    (registered().when("ana", &restrict(WHY))).then_for(Some(office("A")), [restricted()]);
    (held_by_b().when("bruno", &restrict(WHY))).then_for(Some(office("B")), [restricted()]);
    let held = held_by_b().and(restricted());
    (held.clone().when("ana", &unrestrict())).then_for(Some(office("A")), [unrestricted()]);
    (held.when("bruno", &unrestrict())).then_for(Some(office("B")), [unrestricted()]);
}

#[test]
fn an_office_that_neither_registered_nor_holds_it_restricts_nothing() {
    let refusal = DocumentRefusal::NotOfOffice {
        office: office("B"),
    };
    held_by_b()
        .when("ciro", &restrict(WHY))
        .then_refused(&refusal);
}

#[test]
fn what_is_restricted_for_that_reason_or_is_open_already_changes_nothing() {
    let held = registered().and(restricted());
    held.clone().when("ana", &restrict(WHY)).then_nothing();
    registered().when("ana", &unrestrict()).then_nothing();
    let other = DocumentEvent::Restricted(DocumentRestricted {
        reason: "Otra causa".to_owned(),
    });
    held.when("ana", &restrict("Otra causa")).then([other]);
}

#[test]
fn a_reason_is_needed_and_has_at_most_five_hundred_characters() {
    for reason in ["", " ", &"x".repeat(501)] {
        let story = registered().when("ana", &restrict(reason));
        story.then_faults(&[("/reason", "length")]);
    }
}

#[test]
fn a_restricted_document_is_unknown_to_the_offices_that_do_not_work_on_it() {
    let story = held_by_b().and(restricted());
    is_hidden_from(&story, "ciro");
    is_hidden_from(&story, "dora");
    for who in ["ana", "carla", "beto", "bruno"] {
        is_shown_to(&story, who);
    }
    is_shown_to(&story.and(unrestricted()), "ciro");
}

#[test]
fn an_office_it_is_sent_to_sees_it_until_that_is_taken_back() {
    let story = sent_to_b().and(restricted());
    is_shown_to(&story, "beto");
    let recalled = DocumentEvent::DerivationRecalled(refused());
    is_hidden_from(&story.clone().and(recalled), "beto");
    let rejected = DocumentEvent::DerivationRejected(refused());
    is_hidden_from(&story.and(rejected), "beto");
}

#[test]
fn an_office_that_received_it_sees_it_for_ever() {
    let returned = DocumentEvent::DerivationReturned(refused());
    let story = held_by_b().and(restricted()).and(returned);
    is_shown_to(&story, "beto");
    let seen: BTreeSet<_> = [office("A"), office("B")].into();
    assert_eq!(dossier(&story).seen_by(), seen);
}

fn refused() -> DerivationRefused {
    DerivationRefused {
        ordinal: 1,
        reason: "no corresponde".to_owned(),
    }
}
