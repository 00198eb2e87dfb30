//! What each event counts and measures (domain §5).

use chrono::{DateTime, NaiveDate, Utc};
use events::classify::{DerivationKind, DerivationStatus};
use events::document::{DerivationSent, DocumentDerived};
use events::{DocumentEvent, OfficeId, legal_date};
use readmodel::DerivationRow;
use readmodel::sketch::bucket_of;
use readmodel::statistics::{
    Activity, ActivityCell, Dimensions, DurationCell, DurationSums, FlowCell, FlowSums, Measure,
};

use super::super::documents::Told;
use super::Fact;

/// Adds what one event counts and measures to `facts`.
pub fn project(told: &Told<'_>, facts: &mut Vec<Fact>) {
    let row = &told.view.row;
    let here = |office: OfficeId| dimensions(told, office);
    let holder = row.holder_office_id;
    match &told.envelope.event {
        DocumentEvent::Submitted(submitted) => {
            count(facts, here(submitted.registry_office), Activity::Submitted);
        }
        DocumentEvent::Observed(_) => count(facts, here(holder), Activity::Observed),
        DocumentEvent::Corrected(_) => count(facts, here(holder), Activity::Corrected),
        DocumentEvent::NotFiled(_) => count(facts, here(holder), Activity::NotFiled),
        DocumentEvent::Registered(registered) => {
            count(
                facts,
                here(registered.registry_office),
                Activity::Registered,
            );
        }
        DocumentEvent::Derived(derived) => sent(told, derived, facts),
        DocumentEvent::DerivationReceived(touched) => {
            if let Some(derivation) = told.view.derivation(touched.ordinal) {
                received(told, derivation, facts);
            }
        }
        DocumentEvent::CopyAcknowledged(touched) => {
            if let Some(copy) = told.view.derivation(touched.ordinal) {
                count(facts, here(copy.to_office_id), Activity::CopyAcknowledged);
            }
        }
        DocumentEvent::DerivationRejected(refused) => {
            if let Some(derivation) = routed(told, refused.ordinal) {
                count(facts, here(derivation.to_office_id), Activity::Rejected);
            }
        }
        DocumentEvent::DerivationReturned(refused) => {
            if let Some(derivation) = routed(told, refused.ordinal) {
                count(facts, here(derivation.to_office_id), Activity::Returned);
            }
        }
        DocumentEvent::DerivationRecalled(refused) => {
            if let Some(derivation) = routed(told, refused.ordinal) {
                count(facts, here(derivation.from_office_id), Activity::Recalled);
            }
        }
        DocumentEvent::DerivationAttended(attended) => {
            if let Some(derivation) = told.view.derivation(attended.ordinal) {
                closed(told, derivation, facts);
            }
        }
        DocumentEvent::Attended(attended) => {
            let of = here(attended.office);
            count(facts, of, Activity::Attended);
            on_time(
                facts,
                of,
                row.due_on(),
                Activity::ClosedWithDue,
                Activity::ClosedOnTime,
            );
            measure(facts, of, Measure::Total, row.presented_at, told.at);
        }
        DocumentEvent::Archived(_) => count(facts, here(holder), Activity::Archived),
        DocumentEvent::Restored(_) => count(facts, here(holder), Activity::Restored),
        DocumentEvent::Voided(_) => count(facts, here(holder), Activity::Voided),
        DocumentEvent::Classified(_)
        | DocumentEvent::Amended(_)
        | DocumentEvent::DerivationAssigned(_)
        | DocumentEvent::FileAttached(_)
        | DocumentEvent::AttachmentWithdrawn(_)
        | DocumentEvent::Rescheduled(_)
        | DocumentEvent::DeadlineApproaching(_)
        | DocumentEvent::DeadlineMissed(_)
        | DocumentEvent::Linked(_)
        | DocumentEvent::DeadlineExtended(_)
        | DocumentEvent::ClockSuspended(_)
        | DocumentEvent::ClockResumed(_)
        | DocumentEvent::Restricted(_)
        | DocumentEvent::Unrestricted(_)
        | DocumentEvent::NoteAdded(_) => {}
    }
}

fn sent(told: &Told<'_>, derived: &DocumentDerived, facts: &mut Vec<Fact>) {
    let row = &told.view.row;
    if let Some(derivation) = derived
        .forwards
        .and_then(|ordinal| told.view.derivation(ordinal))
    {
        closed(told, derivation, facts);
    }
    if let (Some(_), Some(first)) = (&derived.reopens, derived.derivations.first()) {
        count(
            facts,
            dimensions(told, first.from_office),
            Activity::Reopened,
        );
    }
    if is_first_routing(told, derived) {
        let of = dimensions(told, row.registry_office_id);
        count(facts, of, Activity::Routed);
        if legal_date(row.presented_at) == of.day {
            count(facts, of, Activity::SameDayRouted);
        }
    }
    for sent in &derived.derivations {
        let (from, to) = (sent.from_office, sent.to_office);
        if sent.kind == DerivationKind::Copy {
            count(facts, dimensions(told, from), Activity::CopySent);
            continue;
        }
        count(facts, dimensions(told, from), Activity::DerivationSent);
        count(facts, dimensions(told, to), Activity::DerivationReceivedIn);
        if was_asked_before(told, sent) {
            count(facts, dimensions(told, to), Activity::PingPong);
        }
        let more = FlowSums {
            sent: 1,
            ..FlowSums::default()
        };
        facts.push(Fact::Flow(flow_cell(told.at, from, to), more));
    }
}

/// Whether nothing was sent for attention before this event, and something is now (R4).
fn is_first_routing(told: &Told<'_>, derived: &DocumentDerived) -> bool {
    let routed = |kind: DerivationKind| kind != DerivationKind::Copy;
    let first = derived.derivations.first().map_or(0, |sent| sent.ordinal);
    let mut earlier = told
        .view
        .derivations
        .iter()
        .filter(|other| other.ordinal < first);
    derived.derivations.iter().any(|sent| routed(sent.kind))
        && !earlier.any(|other| routed(other.kind))
}

/// Whether the office had a principal derivation of this document before.
fn was_asked_before(told: &Told<'_>, sent: &DerivationSent) -> bool {
    let asked = |earlier: &DerivationRow| {
        earlier.ordinal < sent.ordinal
            && earlier.kind == DerivationKind::Principal
            && earlier.to_office_id == sent.to_office
    };
    sent.kind == DerivationKind::Principal && told.view.derivations.iter().any(asked)
}

fn received(told: &Told<'_>, derivation: &DerivationRow, facts: &mut Vec<Fact>) {
    let (from, to) = (derivation.from_office_id, derivation.to_office_id);
    let of = dimensions(told, to);
    count(facts, of, Activity::DerivationReceived);
    measure(facts, of, Measure::Wait, derivation.sent_at, told.at);
    let more = FlowSums {
        sent: 0,
        received: 1,
        wait_seconds: (told.at - derivation.sent_at).num_seconds().max(0),
    };
    facts.push(Fact::Flow(flow_cell(told.at, from, to), more));
}

/// A derivation ended as attended or forwarded.
fn closed(told: &Told<'_>, derivation: &DerivationRow, facts: &mut Vec<Fact>) {
    let of = dimensions(told, derivation.to_office_id);
    if derivation.status == DerivationStatus::Attended {
        count(facts, of, Activity::DerivationAttended);
        let received_at = derivation.received_at.unwrap_or(told.at);
        measure(facts, of, Measure::Handling, received_at, told.at);
    } else {
        count(facts, of, Activity::DerivationForwarded);
    }
    measure(facts, of, Measure::Attention, derivation.sent_at, told.at);
    on_time(
        facts,
        of,
        derivation.due_on.or_else(|| told.view.row.due_on()),
        Activity::DerivationWithDue,
        Activity::DerivationOnTime,
    );
}

fn count(facts: &mut Vec<Fact>, of: Dimensions, activity: Activity) {
    facts.push(Fact::Count(ActivityCell { of, activity }));
}

fn measure(
    facts: &mut Vec<Fact>,
    of: Dimensions,
    measure: Measure,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) {
    let seconds = (until - from).num_seconds().max(0);
    let bucket = bucket_of(seconds);
    let cell = DurationCell {
        of,
        measure,
        bucket,
    };
    facts.push(Fact::Took(cell, DurationSums::of(seconds)));
}

fn on_time(
    facts: &mut Vec<Fact>,
    of: Dimensions,
    due_on: Option<NaiveDate>,
    with_due: Activity,
    kept: Activity,
) {
    if let Some(due_on) = due_on {
        count(facts, of, with_due);
        if of.day <= due_on {
            count(facts, of, kept);
        }
    }
}

/// The derivation, unless it is a copy.
fn routed<'a>(told: &Told<'a>, ordinal: u32) -> Option<&'a DerivationRow> {
    told.view
        .derivation(ordinal)
        .filter(|derivation| derivation.kind != DerivationKind::Copy)
}

fn dimensions(told: &Told<'_>, office: OfficeId) -> Dimensions {
    let row = &told.view.row;
    Dimensions {
        day: legal_date(told.at),
        office_id: office,
        document_type_id: row.document_type_id,
        priority: row.priority,
        channel: row.channel,
    }
}

fn flow_cell(at: DateTime<Utc>, from: OfficeId, to: OfficeId) -> FlowCell {
    FlowCell {
        day: legal_date(at),
        from_office_id: from,
        to_office_id: to,
    }
}
