//! The national holidays of 2024 to 2027, with their legal basis.
//!
//! Data, not rules: a law can move a holiday, and then its row changes. Art. 6 of D. Leg. 713 lists
//! them all today; the later laws added their day to that list.

use chrono::NaiveDate;

use crate::{Day, Scope};

/// The first and the last year there are holidays for.
pub const YEARS: (i32, i32) = (2024, 2027);

const LIST: &str = "D. Leg. 713, art. 6";

/// Month, day, name, law.
const FIXED: &[(u32, u32, &str, &str)] = &[
    (1, 1, "Año Nuevo", LIST),
    (5, 1, "Día del Trabajo", LIST),
    (6, 7, "Batalla de Arica y Día de la Bandera", "Ley 31788"),
    (6, 29, "San Pedro y San Pablo", LIST),
    (7, 23, "Día de la Fuerza Aérea del Perú", "Ley 31822"),
    (7, 28, "Fiestas Patrias", LIST),
    (7, 29, "Fiestas Patrias", LIST),
    (8, 6, "Batalla de Junín", "Ley 31530"),
    (8, 30, "Santa Rosa de Lima", LIST),
    (10, 8, "Combate de Angamos", LIST),
    (11, 1, "Todos los Santos", LIST),
    (12, 8, "Inmaculada Concepción", LIST),
    (12, 9, "Batalla de Ayacucho", "Ley 31381"),
    (12, 25, "Navidad del Señor", LIST),
];

/// Year, month, day, name: the week before Easter Sunday.
const MOVABLE: &[(i32, u32, u32, &str)] = &[
    (2024, 3, 28, "Jueves Santo"),
    (2024, 3, 29, "Viernes Santo"),
    (2025, 4, 17, "Jueves Santo"),
    (2025, 4, 18, "Viernes Santo"),
    (2026, 4, 2, "Jueves Santo"),
    (2026, 4, 3, "Viernes Santo"),
    (2027, 3, 25, "Jueves Santo"),
    (2027, 3, 26, "Viernes Santo"),
];

/// All of them, by date.
pub fn days() -> Vec<Day> {
    let fixed = (YEARS.0..=YEARS.1).flat_map(|year| {
        let of_year = move |&(month, day, name, law)| (year, month, day, name, law);
        FIXED.iter().map(of_year)
    });
    let movable = MOVABLE
        .iter()
        .map(|&(year, month, day, name)| (year, month, day, name, LIST));
    let mut days: Vec<Day> = fixed
        .chain(movable)
        .filter_map(|(year, month, day, name, law)| {
            Some(Day {
                on: NaiveDate::from_ymd_opt(year, month, day)?,
                scope: Scope::Nation,
                name: name.to_owned(),
                legal_basis: law.to_owned(),
                suspends_terms: true,
            })
        })
        .collect();
    days.sort_by_key(|day| day.on);
    days
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{Datelike, Days as Later, Weekday};

    use super::*;

    /// Easter Sunday of the Gregorian calendar (the rule of Meeus, Jones and Butcher).
    fn easter(year: i32) -> NaiveDate {
        let (golden, century, rest) = (year % 19, year / 100, year % 100);
        let moon = (century - (century + 8) / 25 + 1) / 3;
        let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
        let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
        let late = (golden + 11 * epact + 22 * sunday) / 451;
        let sum = epact + sunday - 7 * late + 114;
        let part = |value: i32| u32::try_from(value).unwrap();
        NaiveDate::from_ymd_opt(year, part(sum / 31), part(sum % 31 + 1)).unwrap()
    }

    #[test]
    fn each_year_has_its_sixteen_holidays_once() {
        let days = days();
        for year in YEARS.0..=YEARS.1 {
            let dates: BTreeSet<_> = days
                .iter()
                .filter(|day| day.on.year() == year)
                .map(|day| day.on)
                .collect();
            assert_eq!(dates.len(), 16, "{year}");
        }
        assert_eq!(days.len(), 64);
    }

    #[test]
    fn holy_week_lies_before_the_easter_sunday_that_is_computed() {
        for year in YEARS.0..=YEARS.1 {
            let easter = easter(year);
            assert_eq!(easter.weekday(), Weekday::Sun);
            for (name, before) in [("Jueves Santo", 3), ("Viernes Santo", 2)] {
                let on = easter.checked_sub_days(Later::new(before)).unwrap();
                assert!(
                    days().iter().any(|day| day.on == on && day.name == name),
                    "{on}"
                );
            }
        }
    }

    #[test]
    fn each_holiday_names_the_law_that_made_it_one() {
        for (on, law) in [
            ("2026-06-07", "Ley 31788"),
            ("2026-07-23", "Ley 31822"),
            ("2026-08-06", "Ley 31530"),
            ("2026-12-09", "Ley 31381"),
            ("2026-07-28", LIST),
        ] {
            let day = days()
                .into_iter()
                .find(|day| day.on.to_string() == on)
                .unwrap();
            assert_eq!(day.legal_basis, law, "{on}");
        }
    }
}
