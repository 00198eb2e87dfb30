//! A1: files are added while a document is open, by who works on it, and never deleted.

use events::attachment::{AttachmentWithdrawn, FileAttached, Folios};
use events::classify::{AttachmentKind, DocumentStatus};
use events::{AttachmentId, DocumentEvent, Hash};
use uuid::Uuid;

use super::desk::{observed, submitted};
use super::fixture::{Story, finished_by_a, held_by_b, office, registered, unknown};
use crate::document::{Attach, DocumentCommand, DocumentRefusal, MOST_BYTES, MOST_FILES};

fn id(n: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(n))
}

/// File `n`, whose bytes nobody else has.
fn file(n: u8, kind: AttachmentKind) -> Attach {
    Attach {
        attachment: id(n.into()),
        file_name: format!("plano {n}.pdf"),
        media_type: "application/pdf".to_owned(),
        size: 1_000,
        sha256: Hash::of(&[n]),
        kind,
        description: None,
        folios: Some(Folios { from: 1, to: 2 }),
    }
}

fn annex(n: u8) -> Attach {
    file(n, AttachmentKind::Annex)
}

fn attach(file: Attach) -> DocumentCommand {
    DocumentCommand::AttachFile(file)
}

fn added(file: Attach) -> DocumentEvent {
    DocumentEvent::FileAttached(FileAttached {
        attachment: file.attachment,
        file_name: file.file_name,
        media_type: file.media_type,
        size: file.size,
        sha256: file.sha256,
        kind: file.kind,
        description: file.description,
        folios: file.folios,
    })
}

fn withdraw(n: u128, reason: &str) -> DocumentCommand {
    DocumentCommand::WithdrawAttachment {
        attachment: id(n),
        reason: reason.to_owned(),
    }
}

fn withdrawn(n: u128) -> DocumentEvent {
    DocumentEvent::AttachmentWithdrawn(AttachmentWithdrawn {
        attachment: id(n),
        reason: "by mistake".to_owned(),
    })
}

fn with_one() -> Story {
    registered().and(added(annex(1)))
}

#[test]
fn the_desk_or_the_holder_adds_files_while_the_document_is_open() {
    let command = attach(annex(1));
    (registered().when("ana", &command)).then_for(Some(office("A")), [added(annex(1))]);
    (held_by_b().when("beto", &command)).then_for(Some(office("B")), [added(annex(1))]);
    let only = DocumentRefusal::NotOfOffice {
        office: office("B"),
    };
    held_by_b().when("ciro", &command).then_refused(&only);
    let status = DocumentStatus::Attended;
    let over = DocumentRefusal::WrongStatus { status };
    finished_by_a().when("ana", &command).then_refused(&over);
    (unknown().when("ana", &command)).then_refused(&DocumentRefusal::NotFound);
}

#[test]
fn a_file_has_a_name_that_is_no_path_bytes_and_sheets_in_order() {
    let mut bad = annex(1);
    bad.file_name = "../etc/passwd".to_owned();
    bad.size = 0;
    bad.description = Some("x".repeat(501));
    bad.folios = Some(Folios { from: 3, to: 0 });
    registered().when("ana", &attach(bad)).then_faults(&[
        ("/file_name", "path"),
        ("/description", "length"),
        ("/size", "empty"),
        ("/folios/to", "range"),
        ("/folios/to", "order"),
    ]);
}

#[test]
fn the_same_bytes_are_added_once_and_again_after_they_were_withdrawn() {
    let again = || {
        attach(Attach {
            attachment: id(2),
            ..annex(1)
        })
    };
    let has = DocumentRefusal::AlreadyAttached { attachment: id(1) };
    with_one().when("ana", &again()).then_refused(&has);
    let DocumentCommand::AttachFile(second) = again() else {
        unreachable!("it attaches")
    };
    let story = with_one().and(withdrawn(1));
    story.when("ana", &again()).then([added(second)]);
}

#[test]
fn a_document_has_one_main_file() {
    let main = |n| file(n, AttachmentKind::Main);
    let story = registered().and(added(main(1)));
    let has = DocumentRefusal::MainAttached { attachment: id(1) };
    story
        .clone()
        .when("ana", &attach(main(2)))
        .then_refused(&has);
    story
        .clone()
        .when("ana", &attach(annex(2)))
        .then([added(annex(2))]);
    (story.and(withdrawn(1)).when("ana", &attach(main(2)))).then([added(main(2))]);
}

#[test]
fn files_are_limited_in_number_and_in_bytes() {
    let many = (0..MOST_FILES).fold(registered(), |story, n| {
        let mut one = annex(0);
        one.sha256 = Hash::of(&n.to_be_bytes());
        story.and(added(one))
    });
    let too_many = DocumentRefusal::TooManyFiles;
    many.when("ana", &attach(annex(7))).then_refused(&too_many);
    let large = |size| Attach { size, ..annex(2) };
    (with_one().when("ana", &attach(large(MOST_BYTES - 999)))).then_refused(&too_many);
    let fits = large(MOST_BYTES - 1_000);
    with_one()
        .when("ana", &attach(fits.clone()))
        .then([added(fits)]);
}

/// A1: withdrawing is an event with a reason, and happens once.
#[test]
fn a_file_is_withdrawn_once_and_for_a_reason() {
    let command = withdraw(1, "by mistake");
    (with_one().when("ana", &command)).then_for(Some(office("A")), [withdrawn(1)]);
    with_one().and(withdrawn(1)).when("ana", &command).then([]);
    (with_one().when("ana", &withdraw(1, ""))).then_faults(&[("/reason", "length")]);
    let none = DocumentRefusal::NoSuchAttachment { attachment: id(9) };
    (with_one().when("ana", &withdraw(9, "by mistake"))).then_refused(&none);
}

/// R1, O2: what is handed in at the digital desk has files, and a correction may bring more.
#[test]
fn who_handed_it_in_attaches_while_it_waits_at_the_desk() {
    let command = attach(annex(1));
    for story in [submitted(), submitted().and(observed(&["fee"]))] {
        let told = story.clone().when("ivan", &command);
        told.then_for(None, [added(annex(1))]);
        let by_the_desk = story.clone().when("ana", &command);
        by_the_desk.then_for(Some(office("A")), [added(annex(1))]);
        let office = office("A");
        let refusal = DocumentRefusal::NotOfOffice { office };
        story.when("beto", &command).then_refused(&refusal);
    }
    let office = office("A");
    let refusal = DocumentRefusal::NotOfOffice { office };
    registered().when("ivan", &command).then_refused(&refusal);
}
