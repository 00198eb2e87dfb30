//! The `inbox` projection: what lies in which tray because of a document.
//!
//! The items are a function of the document alone ([`items`]); counters move by the difference
//! between the items before and after.

pub mod sql;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use events::classify::{DerivationKind, DerivationStatus, DocumentStatus, Priority};
use events::{DocumentId, OfficeId};
use readmodel::{DerivationRow, InboxRow, Tray};

use super::documents::DocumentView;

/// What changes in the inboxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxChanges {
    /// Items that are there now.
    pub kept: Vec<InboxRow>,
    /// Items that are no longer there.
    pub gone: Vec<(DocumentId, Tray, u32)>,
    /// How much more is in each tray.
    pub counters: BTreeMap<(OfficeId, Tray), i64>,
    /// How much more is due on each day.
    pub due: BTreeMap<(OfficeId, NaiveDate), i64>,
}

impl InboxChanges {
    /// Adds what changed for one document between `before` and `now`.
    pub fn add(&mut self, before: Option<&DocumentView>, now: &DocumentView) {
        let earlier = before.map(items).unwrap_or_default();
        let current = items(now);
        for item in &earlier {
            self.count(item, -1);
            let stays = current
                .iter()
                .any(|other| (other.tray, other.ordinal) == (item.tray, item.ordinal));
            if !stays {
                self.gone.push((item.document_id, item.tray, item.ordinal));
            }
        }
        for item in &current {
            self.count(item, 1);
        }
        self.kept.extend(current);
    }

    /// The offices whose inbox is touched.
    pub fn offices(&self) -> BTreeSet<OfficeId> {
        self.counters.keys().map(|(office, _)| *office).collect()
    }

    fn count(&mut self, item: &InboxRow, by: i64) {
        *self
            .counters
            .entry((item.office_id, item.tray))
            .or_default() += by;
        if let (true, Some(day)) = (item.tray.is_work(), item.due_on) {
            *self.due.entry((item.office_id, day)).or_default() += by;
        }
    }
}

/// Everything that lies in an inbox because of this document.
pub fn items(view: &DocumentView) -> Vec<InboxRow> {
    let row = &view.row;
    let mut items = Vec::new();
    if row.status.is_open() && row.in_transit_to_id.is_none() {
        items.push(custody(view));
    }
    items.extend(at_the_desk(view));
    if row.status != DocumentStatus::Voided {
        for derivation in &view.derivations {
            waiting(view, derivation, &mut items);
        }
    }
    items
}

/// The document in its holder's hands.
fn custody(view: &DocumentView) -> InboxRow {
    let row = &view.row;
    let (tray, ordinal) = match row.returned_ordinal {
        Some(ordinal) => (Tray::Returned, ordinal),
        None => (Tray::InOffice, row.custody_ordinal),
    };
    let derivation = view.derivation(ordinal);
    let returned = derivation.filter(|_| tray == Tray::Returned);
    let since = returned
        .and_then(|derivation| derivation.closed_at)
        .unwrap_or(row.custody_since);
    let other = derivation.map(|derivation| match tray {
        Tray::Returned => derivation.to_office_id,
        Tray::Submitted
        | Tray::Observed
        | Tray::ToReceive
        | Tray::InOffice
        | Tray::Copies
        | Tray::SentPending => derivation.from_office_id,
    });
    item(view, row.holder_office_id, tray, derivation, since, other)
}

/// What the desk is to register, or waits for to be corrected.
fn at_the_desk(view: &DocumentView) -> Option<InboxRow> {
    let row = &view.row;
    let (desk, since) = (row.registry_office_id, row.custody_since);
    if row.status == DocumentStatus::Submitted {
        return Some(item(view, desk, Tray::Submitted, None, since, None));
    }
    let observation = row.open_observation()?;
    let since = observation.observed_at;
    Some(InboxRow {
        due_on: Some(observation.correct_by_on),
        ..item(view, desk, Tray::Observed, None, since, None)
    })
}

/// A derivation that waits for an act of its target.
fn waiting(view: &DocumentView, derivation: &DerivationRow, items: &mut Vec<InboxRow>) {
    let (from, to) = (derivation.from_office_id, derivation.to_office_id);
    let mut push = |office, tray, since, other| {
        items.push(item(
            view,
            office,
            tray,
            Some(derivation),
            since,
            Some(other),
        ));
    };
    match (derivation.status, derivation.kind) {
        (DerivationStatus::Pending, DerivationKind::Copy) => {
            push(to, Tray::Copies, derivation.sent_at, from);
        }
        (DerivationStatus::Pending, DerivationKind::Principal | DerivationKind::Parallel) => {
            push(to, Tray::ToReceive, derivation.sent_at, from);
            push(from, Tray::SentPending, derivation.sent_at, to);
        }
        (DerivationStatus::Received, DerivationKind::Parallel) => {
            let since = derivation.received_at.unwrap_or(derivation.sent_at);
            push(to, Tray::InOffice, since, from);
        }
        (DerivationStatus::Received, DerivationKind::Principal | DerivationKind::Copy)
        | (
            DerivationStatus::Attended
            | DerivationStatus::Forwarded
            | DerivationStatus::Rejected
            | DerivationStatus::Returned
            | DerivationStatus::Recalled
            | DerivationStatus::Acknowledged,
            _,
        ) => {}
    }
}

fn item(
    view: &DocumentView,
    office: OfficeId,
    tray: Tray,
    derivation: Option<&DerivationRow>,
    since: DateTime<Utc>,
    other: Option<OfficeId>,
) -> InboxRow {
    let row = &view.row;
    InboxRow {
        office_id: office,
        tray,
        document_id: row.id,
        ordinal: derivation.map_or(0, |derivation| derivation.ordinal),
        kind: derivation.map(|derivation| derivation.kind),
        since,
        due_on: derivation
            .and_then(|derivation| derivation.due_on)
            .or_else(|| row.due_on()),
        urgent: row.priority == Priority::Urgent
            || derivation.is_some_and(|derivation| derivation.urgent),
        priority: row.priority,
        number: row.number.clone(),
        document_type_id: row.document_type_id,
        subject: row.subject.chars().take(200).collect(),
        sender_name: row.sender.name.clone(),
        other_office_id: other,
        seen_by: row.seen_by().cloned(),
        last_seq: row.last_seq,
    }
}
