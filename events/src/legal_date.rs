//! Legal dates: the calendar day in `America/Lima` on which an instant falls.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::America::Lima;

/// The legal date of `at` (`_on` fields; the zone of art. 144 terms).
pub fn legal_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Lima).date_naive()
}

/// The hour of that day.
pub fn legal_time(at: DateTime<Utc>) -> NaiveTime {
    at.with_timezone(&Lima).time()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_lima() {
        let before: DateTime<Utc> = "2026-01-01T04:59:59Z".parse().unwrap();
        let after: DateTime<Utc> = "2026-01-01T05:00:00Z".parse().unwrap();
        assert_eq!(legal_date(before).to_string(), "2025-12-31");
        assert_eq!(legal_date(after).to_string(), "2026-01-01");
    }
}
