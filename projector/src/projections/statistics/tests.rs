use events::classify::DerivationKind;
use events::document::{
    DerivationAttended, DerivationSent, DerivationTouched, DocumentAttended, DocumentDerived,
};
use events::{DocumentEvent, DocumentId, OfficeId};
use readmodel::statistics::{Activity, Measure};
use uuid::Uuid;

use super::*;
use crate::testing::{office, registered, sent, view_of};

const DAY: i64 = 24 * 60;

fn counted(events: Vec<(i64, DocumentEvent)>) -> StatisticsChanges {
    let begun = registered(DocumentId(Uuid::nil()), 1);
    let mut told = vec![(0, DocumentEvent::Registered(Box::new(begun)))];
    told.extend(events);
    let mut facts = Vec::new();
    view_of(told, |told| project(&told, &mut facts));
    let mut changes = StatisticsChanges::default();
    changes.add_facts(&facts);
    changes
}

fn derived(forwards: Option<u32>, derivations: Vec<DerivationSent>) -> DocumentEvent {
    DocumentEvent::Derived(DocumentDerived {
        derivations,
        forwards,
        reopens: None,
    })
}

fn received(ordinal: u32) -> DocumentEvent {
    DocumentEvent::DerivationReceived(DerivationTouched { ordinal })
}

fn attended(ordinal: u32) -> DocumentEvent {
    DocumentEvent::DerivationAttended(DerivationAttended {
        ordinal,
        note: None,
        outcome: None,
    })
}

impl StatisticsChanges {
    fn n(&self, office: OfficeId, activity: Activity) -> i64 {
        let cells = self.activity.iter();
        let fits =
            cells.filter(|(cell, _)| cell.activity == activity && cell.of.office_id == office);
        fits.map(|(_, n)| n).sum()
    }

    fn took(&self, office: OfficeId, measure: Measure) -> Vec<(i64, i64)> {
        let cells = self.durations.iter();
        let fits = cells.filter(|(cell, _)| cell.measure == measure && cell.of.office_id == office);
        fits.map(|(_, sums)| (sums.n, sums.total_seconds)).collect()
    }
}

#[test]
fn a_document_walks_through_every_measure() {
    let principal = sent(1, DerivationKind::Principal, 1, 2);
    let end = DocumentEvent::Attended(DocumentAttended {
        office: office(2),
        outcome: None,
        note: None,
    });
    let changes = counted(vec![
        (30, derived(None, vec![principal])),
        (90, received(1)),
        (DAY, attended(1)),
        (DAY, end),
    ]);
    assert_eq!(changes.n(office(1), Activity::Registered), 1);
    assert_eq!(changes.n(office(1), Activity::SameDayRouted), 1);
    assert_eq!(changes.n(office(1), Activity::DerivationSent), 1);
    assert_eq!(changes.n(office(2), Activity::DerivationReceivedIn), 1);
    assert_eq!(changes.n(office(2), Activity::DerivationReceived), 1);
    assert_eq!(changes.n(office(2), Activity::DerivationAttended), 1);
    assert_eq!(changes.n(office(2), Activity::Attended), 1);
    assert_eq!(changes.n(office(2), Activity::ClosedWithDue), 1);
    assert_eq!(changes.n(office(2), Activity::ClosedOnTime), 1);
    assert_eq!(changes.took(office(2), Measure::Wait), [(1, 60 * 60)]);
    assert_eq!(
        changes.took(office(2), Measure::Handling),
        [(1, (DAY - 90) * 60)]
    );
    assert_eq!(
        changes.took(office(2), Measure::Attention),
        [(1, (DAY - 30) * 60)]
    );
    assert_eq!(changes.took(office(2), Measure::Total), [(1, DAY * 60)]);
    let flow: Vec<_> = changes.flow.values().collect();
    assert_eq!(
        (flow[0].sent, flow[0].received, flow[0].wait_seconds),
        (1, 1, 3600)
    );
}

/// R4: routing is due on the day of presentation, and what share of it was is a figure.
#[test]
fn r4_what_is_routed_on_its_day_in_lima_is_counted_and_what_is_routed_later_is_not() {
    let routed = |at: i64| {
        let principal = sent(1, DerivationKind::Principal, 1, 2);
        let changes = counted(vec![(at, derived(None, vec![principal]))]);
        let n = |activity| changes.n(office(1), activity);
        (n(Activity::SameDayRouted), n(Activity::Routed))
    };
    assert_eq!(routed(30), (1, 1));
    assert_eq!(routed(2 * DAY), (0, 1));
}

#[test]
fn what_is_attended_after_its_day_is_not_on_time() {
    let principal = sent(1, DerivationKind::Principal, 1, 2);
    let late = 10 * DAY;
    let changes = counted(vec![
        (2 * DAY, derived(None, vec![principal])),
        (late, attended(1)),
    ]);
    assert_eq!(changes.n(office(1), Activity::Routed), 1);
    assert_eq!(changes.n(office(1), Activity::SameDayRouted), 0);
    assert_eq!(changes.n(office(2), Activity::DerivationWithDue), 1);
    assert_eq!(changes.n(office(2), Activity::DerivationOnTime), 0);
}

#[test]
fn copies_are_counted_apart_and_never_measured() {
    let copy = sent(1, DerivationKind::Copy, 1, 2);
    let seen = DocumentEvent::CopyAcknowledged(DerivationTouched { ordinal: 1 });
    let changes = counted(vec![(1, derived(None, vec![copy])), (2, seen)]);
    assert_eq!(changes.n(office(1), Activity::CopySent), 1);
    assert_eq!(changes.n(office(2), Activity::CopyAcknowledged), 1);
    assert_eq!(changes.n(office(1), Activity::Routed), 0);
    assert_eq!(changes.n(office(2), Activity::DerivationReceivedIn), 0);
    assert!(changes.durations.is_empty() && changes.flow.is_empty());
}

#[test]
fn an_office_asked_twice_is_ping_pong_and_forwarding_ends_attention() {
    let changes = counted(vec![
        (
            10,
            derived(None, vec![sent(1, DerivationKind::Principal, 1, 2)]),
        ),
        (20, received(1)),
        (
            50,
            derived(Some(1), vec![sent(2, DerivationKind::Principal, 2, 3)]),
        ),
        (60, received(2)),
        (
            70,
            derived(Some(2), vec![sent(3, DerivationKind::Principal, 3, 2)]),
        ),
    ]);
    assert_eq!(changes.n(office(2), Activity::PingPong), 1);
    assert_eq!(changes.n(office(3), Activity::PingPong), 0);
    assert_eq!(changes.n(office(2), Activity::DerivationForwarded), 1);
    assert_eq!(changes.took(office(2), Measure::Attention), [(1, 40 * 60)]);
    assert_eq!(changes.took(office(2), Measure::Handling), []);
    assert_eq!(changes.n(office(1), Activity::Routed), 1);
}

#[test]
fn a_document_moves_from_cell_to_cell() {
    let begun = || DocumentEvent::Registered(Box::new(registered(DocumentId(Uuid::nil()), 1)));
    let before = view_of(vec![(0, begun())], |_| {});
    let principal = sent(1, DerivationKind::Principal, 1, 2);
    let now = view_of(
        vec![
            (0, begun()),
            (1, derived(None, vec![principal])),
            (2, received(1)),
        ],
        |_| {},
    );
    let mut changes = StatisticsChanges::default();
    changes.add_document(None, &before);
    changes.add_document(Some(&before), &now);
    let cells: Vec<_> = changes.documents.iter().filter(|(_, n)| **n != 0).collect();
    let [(cell, 1)] = cells.as_slice() else {
        panic!("{cells:?}")
    };
    assert_eq!(cell.office_id, office(2));
    assert_eq!(cell.status, DocumentStatus::InProcess);
    assert_eq!(changes.totals.values().sum::<i64>(), 1);
}
