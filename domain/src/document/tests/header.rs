//! The header: classified anew, put right, remarked upon. Nothing of it is lost (A1).

use events::DocumentEvent;
use events::classify::Priority;
use events::document::{Amendment, Changed, DocumentAmended, DocumentClassified, NoteAdded};

use super::fixture::{
    Story, attended_by_b, finished_by_a, held_by_b, nameless, office, registered, sent_to_b,
    type_id,
};
use super::words::{archived, voided};
use crate::document::{Amend, Classify, DocumentCommand, DocumentRefusal, FieldAmendment};

fn urgent(code: &str) -> Classify {
    Classify {
        document_type: type_id(code),
        category: Some("Works".to_owned()),
        tags: ["works".to_owned()].into(),
        priority: Priority::Urgent,
    }
}

fn classify(code: &str) -> DocumentCommand {
    DocumentCommand::Classify(urgent(code))
}

fn no_longer_urgent(code: &str) -> DocumentCommand {
    DocumentCommand::Classify(Classify {
        priority: Priority::Normal,
        ..urgent(code)
    })
}

fn classified(code: &str) -> DocumentEvent {
    let Classify {
        document_type,
        category,
        tags,
        priority,
    } = urgent(code);
    DocumentEvent::Classified(DocumentClassified {
        document_type,
        category,
        tags,
        priority,
    })
}

fn amend(changes: impl IntoIterator<Item = FieldAmendment>) -> DocumentCommand {
    DocumentCommand::Amend(Amend {
        changes: changes.into_iter().collect(),
        reason: "misspelt".to_owned(),
    })
}

fn amended(changes: impl IntoIterator<Item = Amendment>) -> DocumentEvent {
    DocumentEvent::Amended(DocumentAmended {
        changes: changes.into_iter().collect(),
        reason: "misspelt".to_owned(),
    })
}

fn folios(folios: u32) -> FieldAmendment {
    FieldAmendment::Folios(folios)
}

fn note(text: &str) -> DocumentCommand {
    DocumentCommand::AddNote {
        text: text.to_owned(),
    }
}

fn noted(text: &str) -> DocumentEvent {
    DocumentEvent::NoteAdded(NoteAdded {
        text: text.to_owned(),
    })
}

/// Documents on which no work goes on, with the word for where they stand.
fn closed() -> [Story; 3] {
    [
        finished_by_a(),
        registered().and(voided()),
        finished_by_a().and(archived()),
    ]
}

fn wrong(story: &Story) -> DocumentRefusal {
    let (status, _) = story.clone().stands();
    DocumentRefusal::WrongStatus {
        status: status.parse().unwrap(),
    }
}

#[test]
fn the_desk_and_the_holder_classify_an_open_document() {
    (registered().when("ana", &classify("OFI"))).then_for(Some(office("A")), [classified("OFI")]);
    (held_by_b().when("bruno", &classify("OFI"))).then_for(Some(office("B")), [classified("OFI")]);
    (held_by_b().when("ana", &classify("OFI"))).then_for(Some(office("A")), [classified("OFI")]);
}

#[test]
fn an_office_that_neither_registered_nor_holds_it_classifies_nothing() {
    let refusal = DocumentRefusal::NotOfOffice {
        office: office("B"),
    };
    held_by_b()
        .when("ciro", &classify("OFI"))
        .then_refused(&refusal);
}

#[test]
fn a_retired_type_is_given_to_no_document_but_stays_where_it_is() {
    let refused = [("/document_type_id", "unknown")];
    registered()
        .when("ana", &classify("OLD"))
        .then_faults(&refused);
    registered()
        .when("ana", &classify("NEW"))
        .then_faults(&refused);
    registered()
        .and(classified("OLD"))
        .when("ana", &no_longer_urgent("OLD"))
        .then([DocumentEvent::Classified(DocumentClassified {
            document_type: type_id("OLD"),
            category: Some("Works".to_owned()),
            tags: ["works".to_owned()].into(),
            priority: Priority::Normal,
        })]);
}

#[test]
fn classifying_as_it_is_changes_nothing() {
    registered()
        .and(classified("OFI"))
        .when("ana", &classify("OFI"))
        .then_nothing();
}

#[test]
fn a_document_has_at_most_ten_tags_and_a_short_category() {
    let command = DocumentCommand::Classify(Classify {
        category: Some("x".repeat(101)),
        tags: (0..11).map(|n| n.to_string()).collect(),
        ..urgent("OFI")
    });
    registered()
        .when("ana", &command)
        .then_faults(&[("/category", "length"), ("/tags", "too_many")]);
}

#[test]
fn a_closed_document_is_neither_classified_nor_amended() {
    for story in closed() {
        let refusal = wrong(&story);
        (story.clone().when("ana", &classify("OFI"))).then_refused(&refusal);
        (story.when("ana", &amend([folios(4)]))).then_refused(&refusal);
    }
}

/// A1: what stood there is kept beside what stands there now.
#[test]
fn what_is_put_right_is_recorded_before_and_after() {
    let sender = events::document::Sender {
        name: "Somebody else".to_owned(),
        ..nameless()
    };
    let text = |text: &str| text.to_owned();
    let command = amend([
        FieldAmendment::Subject(text("Two licences")),
        FieldAmendment::Sender(Box::new(sender.clone())),
        FieldAmendment::ExternalNumber(Some(text("LETTER 7"))),
        folios(4),
        FieldAmendment::HasAnnexes(true),
        FieldAmendment::AnswerRequired(true),
        FieldAmendment::Notes(Some(text("torn"))),
    ]);
    let event = amended([
        Amendment::Subject(Changed {
            old: text("A licence"),
            new: text("Two licences"),
        }),
        Amendment::Sender(Box::new(Changed {
            old: nameless(),
            new: sender,
        })),
        Amendment::ExternalNumber(Changed {
            old: None,
            new: Some(text("LETTER 7")),
        }),
        Amendment::Folios(Changed { old: 3, new: 4 }),
        Amendment::HasAnnexes(Changed {
            old: false,
            new: true,
        }),
        Amendment::AnswerRequired(Changed {
            old: false,
            new: true,
        }),
        Amendment::Notes(Changed {
            old: None,
            new: Some(text("torn")),
        }),
    ]);
    registered().when("ana", &command).then([event.clone()]);
    registered().and(event).when("ana", &command).then_nothing();
}

#[test]
fn only_fields_that_change_are_recorded() {
    let folios_only = amended([Amendment::Folios(Changed { old: 3, new: 4 })]);
    registered()
        .when(
            "ana",
            &amend([folios(4), FieldAmendment::Subject("A licence".to_owned())]),
        )
        .then([folios_only]);
}

#[test]
fn after_the_first_derivation_only_a_head_amends() {
    let event = || amended([Amendment::Folios(Changed { old: 3, new: 4 })]);
    (registered().when("ana", &amend([folios(4)]))).then([event()]);
    (sent_to_b().when("ana", &amend([folios(4)]))).then_refused(&DocumentRefusal::NeedsHead);
    (sent_to_b().when("carla", &amend([folios(4)]))).then_for(Some(office("A")), [event()]);
    (held_by_b().when("beto", &amend([folios(4)]))).then_refused(&DocumentRefusal::NeedsHead);
    (held_by_b().when("bruno", &amend([folios(4)]))).then_for(Some(office("B")), [event()]);
}

#[test]
fn an_office_that_neither_registered_nor_holds_it_amends_nothing() {
    let refusal = DocumentRefusal::NotOfOffice {
        office: office("A"),
    };
    registered()
        .when("bruno", &amend([folios(4)]))
        .then_refused(&refusal);
}

#[test]
fn an_amendment_has_a_reason_and_names_each_field_once() {
    let silent = DocumentCommand::Amend(Amend {
        changes: vec![],
        reason: " ".to_owned(),
    });
    registered()
        .when("ana", &silent)
        .then_faults(&[("/reason", "length"), ("", "nothing")]);
    registered()
        .when("ana", &amend([folios(4), folios(5)]))
        .then_faults(&[("", "twice")]);
}

#[test]
fn what_is_put_right_is_as_well_formed_as_at_the_desk() {
    let long = || Some("x".repeat(4001));
    let sender = events::document::Sender {
        name: String::new(),
        ..nameless()
    };
    registered()
        .when(
            "ana",
            &amend([
                FieldAmendment::Subject(String::new()),
                FieldAmendment::Sender(Box::new(sender)),
                FieldAmendment::ExternalNumber(long()),
                folios(0),
                FieldAmendment::Notes(long()),
            ]),
        )
        .then_faults(&[
            ("/subject", "length"),
            ("/sender/name", "length"),
            ("/external_number", "length"),
            ("/folios", "range"),
            ("/notes", "length"),
        ]);
}

#[test]
fn a_remark_can_be_written_wherever_the_document_stands() {
    for story in closed().into_iter().chain([registered(), held_by_b()]) {
        story.when("ana", &note("called")).then([noted("called")]);
    }
}

#[test]
fn a_remark_is_made_for_the_office_nearest_to_the_document() {
    let by = |login: &str, code: Option<&str>| {
        attended_by_b()
            .when(login, &note("called"))
            .then_for(code.map(office), [noted("called")]);
    };
    by("beto", Some("B"));
    by("ana", Some("A"));
    by("ciro", Some("C"));
    by("dora", None);
}

#[test]
fn a_remark_says_something_and_not_too_much() {
    for text in ["", " \n ", &"x".repeat(4001)] {
        registered()
            .when("ana", &note(text))
            .then_faults(&[("/text", "length")]);
    }
}
