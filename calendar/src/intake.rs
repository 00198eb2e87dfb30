//! When the desk is open, and on which legal date a document handed in at some hour is filed (R5).

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::Days;

/// The hours of an office on business days (art. 149), local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct OfficeHours {
    /// When the desk opens.
    pub opens: NaiveTime,
    /// When it closes; later than it opens.
    pub closes: NaiveTime,
}

/// What a channel does with a day off, when it is open all day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum OnClosedDays {
    /// What comes in is filed on that very day; its term starts on the next business day anyway.
    #[default]
    SameDay,
    /// What comes in is filed on the next business day.
    NextBusinessDay,
}

/// How a channel takes documents in. Institutions differ, and it has been litigated (R5).
///
/// Our reading: `full_day` means that each day has twenty-four hours for the citizen, from 00:00:00
/// to 23:59:59 in Lima; whether a day off is such a day is part of the policy. `office_hours` means
/// that what comes after the cut-off, or on a day off, counts as filed on the next business day; what
/// comes before the desk opens counts for the day that begins. The cut-off itself is in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum IntakePolicy {
    /// Open at every hour.
    FullDay {
        /// What days off are.
        closed_days: OnClosedDays,
    },
    /// Open on business days until the cut-off.
    OfficeHours {
        /// The last moment of the day; when the office closes, if absent.
        cut_off: Option<NaiveTime>,
    },
}

impl Default for IntakePolicy {
    /// The digital desk of R5: open 24×7.
    fn default() -> Self {
        Self::FullDay {
            closed_days: OnClosedDays::SameDay,
        }
    }
}

impl Default for OfficeHours {
    /// 08:00 to 16:30: eight hours and a break, where an office says nothing.
    fn default() -> Self {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN);
        Self {
            opens: at(8, 0),
            closes: at(16, 30),
        }
    }
}

impl OfficeHours {
    /// Whether the desk is open at that time of a business day.
    pub fn hold(&self, time: NaiveTime) -> bool {
        self.opens <= time && time <= self.closes
    }
}

impl Days<'_> {
    /// The legal date of what was presented at `presented`, local time (R5, I9).
    pub fn filed_on(
        &self,
        presented: NaiveDateTime,
        policy: IntakePolicy,
        hours: OfficeHours,
    ) -> NaiveDate {
        let today = presented.date();
        match policy {
            IntakePolicy::FullDay {
                closed_days: OnClosedDays::SameDay,
            } => today,
            IntakePolicy::FullDay {
                closed_days: OnClosedDays::NextBusinessDay,
            } => self.business_day_from(today),
            IntakePolicy::OfficeHours { cut_off } => {
                if presented.time() <= cut_off.unwrap_or(hours.closes) {
                    self.business_day_from(today)
                } else {
                    self.business_day_after(today)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Calendar;

    fn filed(presented: &str, policy: &str) -> String {
        let calendar = Calendar::of(crate::national::days());
        let policy = serde_json::from_str(policy).unwrap();
        let presented = presented.parse().unwrap();
        calendar
            .at(None)
            .filed_on(presented, policy, OfficeHours::default())
            .to_string()
    }

    const OFFICE_HOURS: &str = r#"{"mode":"office_hours","cut_off":"16:30:00"}"#;

    #[test]
    fn r5_after_the_cut_off_it_is_filed_on_the_next_business_day() {
        assert_eq!(filed("2026-08-05T16:30:00", OFFICE_HOURS), "2026-08-05");
        // The sixth of August is the Batalla de Junín.
        assert_eq!(filed("2026-08-05T16:30:01", OFFICE_HOURS), "2026-08-07");
        assert_eq!(filed("2026-08-07T23:00:00", OFFICE_HOURS), "2026-08-10");
    }

    #[test]
    fn r5_before_the_desk_opens_it_is_filed_on_the_day_that_begins() {
        assert_eq!(filed("2026-08-05T00:00:00", OFFICE_HOURS), "2026-08-05");
        assert_eq!(filed("2026-08-08T10:00:00", OFFICE_HOURS), "2026-08-10");
    }

    #[test]
    fn r5_without_a_cut_off_the_desk_closes_with_the_office() {
        let policy = r#"{"mode":"office_hours","cut_off":null}"#;
        assert_eq!(filed("2026-08-05T16:29:59", policy), "2026-08-05");
        assert_eq!(filed("2026-08-05T16:31:00", policy), "2026-08-07");
    }

    #[test]
    fn r5_a_full_day_has_twenty_four_hours_and_its_policy_says_what_a_day_off_is() {
        let same = r#"{"mode":"full_day","closed_days":"same_day"}"#;
        let next = r#"{"mode":"full_day","closed_days":"next_business_day"}"#;
        assert_eq!(filed("2026-08-05T23:59:59", next), "2026-08-05");
        assert_eq!(filed("2026-08-06T00:00:00", same), "2026-08-06");
        assert_eq!(filed("2026-08-06T00:00:00", next), "2026-08-07");
        assert_eq!(filed("2026-08-08T12:00:00", next), "2026-08-10");
    }
}
