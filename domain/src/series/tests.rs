use ::directory::{Directory, User};
use events::SeriesEvent::{NumbersAssigned, Opened};
use events::series::{NumbersAssigned as Assigned, SeriesOpened};
use events::{CommandId, DocumentId, SeriesEvent, SeriesId};
use uuid::Uuid;

use super::{Series, SeriesCommand, SeriesRefusal};
use crate::spec::{Given, given};

fn series() -> SeriesId {
    "EXP-2026".parse().unwrap()
}

fn document(n: u128) -> DocumentId {
    DocumentId::registered_by(CommandId(Uuid::from_u128(n)))
}

fn assigned(first: u64, documents: &[DocumentId]) -> SeriesEvent {
    NumbersAssigned(Assigned {
        series: series(),
        first,
        count: documents.len() as u64,
        documents: documents.to_vec(),
    })
}

fn opened(first: u64) -> SeriesEvent {
    Opened(SeriesOpened {
        series: series(),
        first,
    })
}

fn assign(documents: &[DocumentId]) -> SeriesCommand {
    SeriesCommand::Assign {
        series: series(),
        documents: documents.to_vec(),
    }
}

fn open(first: u64) -> SeriesCommand {
    SeriesCommand::Open {
        series: series(),
        first,
    }
}

fn when(given: Given<Series>, command: &SeriesCommand) -> crate::spec::When<Series> {
    given.when(&Directory::default(), &User::system(), command)
}

#[test]
fn the_first_number_is_one() {
    let documents = [document(1), document(2)];
    when(given([]), &assign(&documents)).then([assigned(1, &documents)]);
}

#[test]
fn numbers_go_on_where_they_stopped() {
    let history = [assigned(1, &[document(1), document(2)])];
    when(given(history), &assign(&[document(3)])).then([assigned(3, &[document(3)])]);
}

#[test]
fn a_series_can_continue_a_register_kept_elsewhere() {
    when(given([]), &open(4512)).then([opened(4512)]);
    when(given([opened(4512)]), &assign(&[document(1)])).then([assigned(4512, &[document(1)])]);
}

#[test]
fn a_series_that_has_begun_cannot_begin_again() {
    when(given([opened(10)]), &open(1)).then_refused(&SeriesRefusal::Running { next: 10 });
}

#[test]
fn a_series_begins_at_one_or_later_with_room_for_more() {
    for first in [0, 1_000_000_000, u64::MAX] {
        when(given([]), &open(first)).then_refused(&SeriesRefusal::First);
    }
    for first in [1, 999_999_999] {
        when(given([]), &open(first)).then([opened(first)]);
    }
}

#[test]
fn no_documents_take_no_number() {
    when(given([]), &assign(&[])).then_nothing();
}
