//! Times as offices write them.

use chrono::{DateTime, LocalResult, NaiveDateTime, SubsecRound, TimeZone, Utc};
use chrono_tz::Tz;

/// Reads `2025-03-03 08:20:00`, also with `T`, a fraction or an offset; one without offset is
/// meant in `zone`. A time that a clock showed twice is the earlier one. Microseconds are kept.
///
/// # Errors
///
/// A sentence that says what is wrong.
pub fn read(text: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    let blank = text.replacen('T', " ", 1);
    let at = match NaiveDateTime::parse_from_str(&blank, "%Y-%m-%d %H:%M:%S%.f") {
        Ok(local) => match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
            LocalResult::None => return Err(format!("`{text}` does not exist in {zone}")),
        },
        Err(_) => DateTime::parse_from_str(&blank, "%Y-%m-%d %H:%M:%S%.f%#z")
            .map_err(|_| format!("`{text}` is not a time like `2025-03-03 08:20:00`"))?
            .to_utc(),
    };
    Ok(at.trunc_subsecs(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMA: Tz = Tz::America__Lima;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_offset_is_believed() {
        let expected = utc("2011-10-11T11:45:40.276Z");
        for text in [
            "2011-10-11 13:45:40.276000+02:00",
            "2011-10-11T13:45:40.276+02:00",
            "2011-10-11 13:45:40.276+0200",
            "2011-10-11 13:45:40.276+02",
            "2011-10-11T11:45:40.276Z",
            "2011-10-11 11:45:40.276 Z",
        ] {
            assert_eq!(read(text, LIMA), Ok(expected), "{text}");
        }
    }

    #[test]
    fn without_an_offset_the_zone_decides() {
        let at = read("2025-03-03 08:20:00", LIMA);
        assert_eq!(at, Ok(utc("2025-03-03T13:20:00Z")));
        let at = read("2025-03-03T08:20:00", Tz::UTC);
        assert_eq!(at, Ok(utc("2025-03-03T08:20:00Z")));
    }

    #[test]
    fn an_hour_that_was_twice_is_the_earlier_and_one_that_was_never_is_refused() {
        let zone = Tz::Europe__Amsterdam;
        let twice = read("2011-10-30 02:30:00", zone);
        assert_eq!(twice, Ok(utc("2011-10-30T00:30:00Z")));
        let never = read("2011-03-27 02:30:00", zone).unwrap_err();
        assert!(never.contains("does not exist"), "{never}");
    }

    #[test]
    fn anything_else_is_refused_with_a_sentence() {
        for text in [
            "",
            "yesterday",
            "03/03/2025",
            "2025-13-01 00:00:00",
            "2025-03-03",
        ] {
            assert!(read(text, LIMA).is_err(), "{text}");
        }
    }

    #[test]
    fn finer_than_a_microsecond_is_cut() {
        let at = read("2025-03-03T08:20:00.123456789Z", LIMA);
        assert_eq!(at, Ok(utc("2025-03-03T08:20:00.123456Z")));
    }
}
