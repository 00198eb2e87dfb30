//! Facts about the legal clock: the calendar, and how each channel takes documents in.

use calendar::{Day, IntakePolicy, Period, Scope};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::macros::stored_events;

stored_events! {
    /// A fact about the calendar. There is one calendar, with one history, so that its version says
    /// which days are known (decision 0020).
    pub enum CalendarEvent {
        /// A day off was declared (T2).
        DayDeclared(DayDeclared) = "calendar.day_declared" v 1,
        /// It is none any more (T2).
        DayRevoked(DayRevoked) = "calendar.day_revoked" v 1,
        /// How long documents may take where no rule of their type says so.
        DefaultTermSet(DefaultTermSet) = "calendar.default_term_set" v 1,
    }
}

stored_events! {
    /// A fact about how one channel takes documents in (R5).
    pub enum IntakePolicyEvent {
        /// From now on it does so.
        Set(IntakePolicySet) = "intake_policy.set" v 1,
    }
}

/// A day off was declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayDeclared {
    /// The day, for whom, and by which law.
    pub day: Day,
    /// Why it was entered.
    pub reason: String,
}

/// A day off was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRevoked {
    /// The day.
    pub on: NaiveDate,
    /// For whom it was one.
    pub scope: Scope,
    /// The law or decree that says so.
    pub legal_basis: String,
    /// Why.
    pub reason: String,
}

/// How long documents may take where no rule of their type says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultTermSet {
    /// How long; what the law says (T3), if absent.
    pub period: Option<Period>,
    /// Why.
    pub reason: String,
}

/// How a channel takes documents in, from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakePolicySet {
    /// The policy.
    pub policy: IntakePolicy,
    /// Why.
    pub reason: String,
}
