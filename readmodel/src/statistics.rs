//! The `statistics_*` views: cells that a question adds up, so that it costs the same at ten
//! thousand and at ten million documents (domain §5).
//!
//! Days are legal dates (`America/Lima`). Type, priority and channel are the document's at the
//! moment of the event; `statistics_documents` alone moves with the document.

use chrono::NaiveDate;
use events::classify::{Channel, DocumentStatus, Priority};
use events::{DocumentTypeId, OfficeId};
use serde::{Deserialize, Serialize};

/// The key of a cell of `statistics_documents`: documents as they are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocumentsCell {
    /// The day of registration; until then, of submission.
    pub day: NaiveDate,
    /// The office that holds it.
    pub office_id: OfficeId,
    /// Its type.
    pub document_type_id: DocumentTypeId,
    /// How pressing. The column holds its rank.
    pub priority: Priority,
    /// Where it came in.
    pub channel: Channel,
    /// Where it stands.
    pub status: DocumentStatus,
}

/// The dimensions that activity and duration cells share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dimensions {
    /// The day it happened.
    pub day: NaiveDate,
    /// The office it is counted for.
    pub office_id: OfficeId,
    /// The document's type.
    pub document_type_id: DocumentTypeId,
    /// How pressing. The column holds its rank.
    pub priority: Priority,
    /// Where the document came in.
    pub channel: Channel,
}

events::words! {
    /// What is counted in `statistics_activity`. Derivations are principal and parallel ones;
    /// copies have their own words.
    pub enum Activity {
        /// Documents handed in at the digital desk, at the office that is to register them.
        Submitted = "submitted",
        /// Observations, at the office that observed (O1).
        Observed = "observed",
        /// Observations corrected in time, at the office that observed (O2).
        Corrected = "corrected",
        /// Documents that were not corrected in time, at the office that observed (O2).
        NotFiled = "not_filed",
        /// Documents registered, at the registry office.
        Registered = "registered",
        /// Documents first sent for attention, at the registry office (R4).
        Routed = "routed",
        /// Of those, the ones sent on the day they were presented (R4).
        SameDayRouted = "same_day_routed",
        /// Derivations sent, at the office that sends.
        DerivationSent = "derivation_sent",
        /// Derivations sent to the office: *received* of domain §5.
        DerivationReceivedIn = "derivation_received_in",
        /// Derivations taken in by the office.
        DerivationReceived = "derivation_received",
        /// Derivations attended by the office.
        DerivationAttended = "derivation_attended",
        /// Derivations closed because the office sent the document onwards.
        DerivationForwarded = "derivation_forwarded",
        /// Derivations attended or forwarded that had a day.
        DerivationWithDue = "derivation_with_due",
        /// Of those, the ones closed by their day.
        DerivationOnTime = "derivation_on_time",
        /// Derivations the office refused.
        Rejected = "rejected",
        /// Derivations the office sent back.
        Returned = "returned",
        /// Derivations the office took back.
        Recalled = "recalled",
        /// Principal derivations to an office that had been asked before, at that office.
        PingPong = "ping_pong",
        /// Copies sent, at the office that sends.
        CopySent = "copy_sent",
        /// Copies acknowledged by the office.
        CopyAcknowledged = "copy_acknowledged",
        /// Documents attended, at the office where they ended (D4).
        Attended = "attended",
        /// Documents attended that had a day: below the fraction of the on-time rate.
        ClosedWithDue = "closed_with_due",
        /// Of those, the ones attended by their day: above the fraction.
        ClosedOnTime = "closed_on_time",
        /// Attended documents opened again, at the office that did.
        Reopened = "reopened",
        /// Documents put away, at the office that holds them.
        Archived = "archived",
        /// Documents taken out of the archive, at the office that holds them.
        Restored = "restored",
        /// Documents taken out of use, at the office that holds them.
        Voided = "voided",
    }
}

events::words! {
    /// What is measured in `statistics_durations`, in elapsed seconds. Copies are not measured.
    pub enum Measure {
        /// From sent to received, at the target office.
        Wait = "wait",
        /// From received to attended, at the target office.
        Handling = "handling",
        /// From sent to closed as attended or forwarded, at the target office.
        Attention = "attention",
        /// From presented to attended, of the document, where it ended.
        Total = "total",
    }
}

/// The key of a cell of `statistics_activity`; its column `n` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ActivityCell {
    /// Where and when.
    #[serde(flatten)]
    pub of: Dimensions,
    /// What is counted.
    pub activity: Activity,
}

/// The key of a cell of `statistics_durations`: one bucket of a sketch ([`crate::sketch`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DurationCell {
    /// Where and when.
    #[serde(flatten)]
    pub of: Dimensions,
    /// What is measured.
    pub measure: Measure,
    /// The bucket of the sketch.
    pub bucket: i32,
}

/// What a cell of `statistics_durations` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DurationSums {
    /// How many.
    pub n: i64,
    /// Their sum.
    pub total_seconds: i64,
    /// The shortest.
    pub min_seconds: i64,
    /// The longest.
    pub max_seconds: i64,
}

impl DurationSums {
    /// One duration.
    pub const fn of(seconds: i64) -> Self {
        Self {
            n: 1,
            total_seconds: seconds,
            min_seconds: seconds,
            max_seconds: seconds,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            total_seconds: self.total_seconds + other.total_seconds,
            min_seconds: self.min_seconds.min(other.min_seconds),
            max_seconds: self.max_seconds.max(other.max_seconds),
        }
    }
}

/// The key of a cell of `statistics_flow`: from office to office.
///
/// `sent` is counted on the day of sending; `received` and `wait_seconds` on that of receiving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlowCell {
    /// The day.
    pub day: NaiveDate,
    /// The office that sent.
    pub from_office_id: OfficeId,
    /// The office it was sent to.
    pub to_office_id: OfficeId,
}

/// What a cell of `statistics_flow` holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowSums {
    /// Principal and parallel derivations sent.
    pub sent: i64,
    /// Those received.
    pub received: i64,
    /// How long the received ones waited, together.
    pub wait_seconds: i64,
}

impl FlowSums {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            sent: self.sent + other.sent,
            received: self.received + other.received,
            wait_seconds: self.wait_seconds + other.wait_seconds,
        }
    }
}
