//! What the views show of a document at the desk.

use calendar::{Since, Term};
use events::classify::{DocumentStatus, LinkKind};
use events::deadline::{DeadlineRescheduled, RescheduleCause};
use events::desk::{DocumentLinked, DocumentNotFiled, ObservationCorrected};
use events::document::{DocumentArchived, DocumentRestored};
use events::{DocumentEvent, DocumentId};
use readmodel::Tray;
use readmodel::statistics::Activity;
use uuid::Uuid;

use crate::projections::documents::DocumentView;
use crate::projections::inbox::items;
use crate::projections::statistics::{Fact, project as count};
use crate::projections::timeline::project as step;
use crate::testing::{observed, office, registered, submitted, user, view_of};

fn id() -> DocumentId {
    DocumentId(Uuid::nil())
}

fn handed_in() -> DocumentEvent {
    DocumentEvent::Submitted(Box::new(submitted(id())))
}

fn entered() -> DocumentEvent {
    DocumentEvent::Registered(Box::new(registered(id(), 7)))
}

fn corrected() -> DocumentEvent {
    DocumentEvent::Corrected(ObservationCorrected {
        items: vec!["firma".to_owned()],
        note: None,
    })
}

fn not_filed() -> DocumentEvent {
    DocumentEvent::NotFiled(DocumentNotFiled {
        items: vec!["tasa".to_owned()],
        correct_by_on: observed().correct_by_on,
    })
}

fn told(history: Vec<DocumentEvent>) -> DocumentView {
    view_of((0..).map(|n| n * 10).zip(history).collect(), |_| {})
}

fn trays(view: &DocumentView) -> Vec<(Tray, Option<String>)> {
    let items = items(view).into_iter();
    items
        .map(|item| (item.tray, item.due_on.map(|day| day.to_string())))
        .collect()
}

#[test]
fn what_is_submitted_waits_at_its_desk_without_a_number() {
    let view = told(vec![handed_in()]);
    let row = &view.row;
    assert_eq!(
        (row.status, &row.number),
        (DocumentStatus::Submitted, &None)
    );
    assert_eq!(row.holder_office_id, office(1));
    assert_eq!(row.submitted_by, Some(user(1)));
    assert_eq!(trays(&view), [(Tray::Submitted, None)]);
}

#[test]
fn i9_a_registration_of_what_was_submitted_keeps_its_dates_and_what_was_observed() {
    let before = told(vec![
        handed_in(),
        DocumentEvent::Observed(observed()),
        corrected(),
    ]);
    assert_eq!(before.row.status, DocumentStatus::Submitted);
    let view = told(vec![
        handed_in(),
        DocumentEvent::Observed(observed()),
        corrected(),
        entered(),
    ]);
    let row = &view.row;
    assert_eq!(row.status, DocumentStatus::Registered);
    assert_eq!(row.number.as_ref().unwrap().to_string(), "EXP-2026-000007");
    assert_eq!(row.filed_on, before.row.filed_on);
    assert_eq!(row.presented_at, before.row.presented_at);
    assert_eq!(row.submitted_at, before.row.submitted_at);
    assert!(row.registered_at > before.row.registered_at);
    assert_eq!((row.observations.len(), row.version), (1, 4));
    assert_eq!(
        trays(&view),
        [(Tray::InOffice, Some("2026-07-10".to_owned()))]
    );
}

#[test]
fn o1_what_is_observed_lies_in_its_own_tray_until_the_last_day_to_correct_it() {
    let view = told(vec![entered(), DocumentEvent::Observed(observed())]);
    assert_eq!(view.row.status, DocumentStatus::Observed);
    assert_eq!(
        trays(&view),
        [(Tray::Observed, Some("2026-07-03".to_owned()))]
    );
    let rescheduled = DocumentEvent::Rescheduled(Box::new(DeadlineRescheduled {
        cause: RescheduleCause::Corrected,
        deadline: Term {
            since: Since::Corrected,
            ..Term::given("2026-07-11".parse().unwrap(), "2026-07-02".parse().unwrap())
        },
    }));
    let observed = DocumentEvent::Observed(observed());
    let view = told(vec![entered(), observed, corrected(), rescheduled]);
    assert_eq!(view.row.status, DocumentStatus::Registered);
    assert_eq!(
        trays(&view),
        [(Tray::InOffice, Some("2026-07-11".to_owned()))]
    );
    let observation = &view.row.observations[0];
    assert_eq!(observation.corrected_items, ["firma"]);
    assert!(observation.corrected_at.is_some());
}

#[test]
fn a1_what_was_not_filed_lies_in_no_tray_and_comes_back_from_the_archive_as_such() {
    let mut history = vec![
        handed_in(),
        DocumentEvent::Observed(observed()),
        not_filed(),
    ];
    let view = told(history.clone());
    assert_eq!(view.row.status, DocumentStatus::NotFiled);
    assert_eq!(trays(&view), []);
    history.push(DocumentEvent::Archived(DocumentArchived {
        classification: "A".to_owned(),
        retention_years: 1,
        location: "estante".to_owned(),
    }));
    assert_eq!(told(history.clone()).row.status, DocumentStatus::Archived);
    history.push(DocumentEvent::Restored(DocumentRestored {
        reason: "se apeló ayer".to_owned(),
    }));
    assert_eq!(told(history).row.status, DocumentStatus::NotFiled);
}

#[test]
fn every_act_at_the_desk_is_a_step_and_is_counted() {
    let linked = DocumentEvent::Linked(DocumentLinked {
        other: id(),
        kind: LinkKind::Answers,
    });
    let history = [
        handed_in(),
        linked,
        DocumentEvent::Observed(observed()),
        corrected(),
        DocumentEvent::Observed(observed()),
        not_filed(),
    ];
    let (mut steps, mut facts) = (Vec::new(), Vec::new());
    let told = (0..).map(|n| n * 10).zip(history).collect();
    let view = view_of(told, |told| {
        step(&told, &mut steps);
        count(&told, &mut facts);
    });
    let steps: Vec<_> = steps
        .iter()
        .map(|step| (step.event.as_str(), step.note.as_deref()))
        .collect();
    let link = format!("answers {}", id());
    assert_eq!(
        steps,
        [
            ("document.submitted", Some("por la noche")),
            ("document.linked", Some(link.as_str())),
            ("document.observed", Some("falta firma\nfalta tasa")),
            ("document.corrected", Some("firma")),
            ("document.observed", Some("falta firma\nfalta tasa")),
            ("document.not_filed", Some("tasa")),
        ]
    );
    let counted: Vec<_> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Count(cell) => Some((cell.activity, cell.of.office_id)),
            Fact::Took(..) | Fact::Flow(..) => None,
        })
        .collect();
    let expected = [
        Activity::Submitted,
        Activity::Observed,
        Activity::Corrected,
        Activity::Observed,
        Activity::NotFiled,
    ];
    assert_eq!(counted, expected.map(|activity| (activity, office(1))));
    assert_eq!(view.row.links.len(), 1);
}
