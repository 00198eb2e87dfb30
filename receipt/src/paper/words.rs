//! Dates, hours and sizes as people in Peru write them.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::America::Lima;

use crate::Receipt;

const DAYS: [&str; 7] = [
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
];

const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "setiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// `martes 24 de noviembre de 2026`.
pub(super) fn long_date(on: NaiveDate) -> String {
    let index = |n: u32| usize::try_from(n).unwrap_or_default();
    let day = DAYS[index(on.weekday().num_days_from_monday())];
    let month = MONTHS[index(on.month0())];
    format!("{day} {} de {month} de {}", on.day(), on.year())
}

/// `24/11/2026`.
pub(super) fn date(on: NaiveDate) -> String {
    on.format("%d/%m/%Y").to_string()
}

/// `24/11/2026, 15:04:05 (hora de Lima)`.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&Lima);
    local
        .format("%d/%m/%Y, %H:%M:%S (hora de Lima)")
        .to_string()
}

/// `RUC 20146247084 · Jr. Deustua 458, Puno`, as far as the institution said it.
pub(super) fn whereabouts(receipt: &Receipt) -> Option<String> {
    let ruc = receipt.ruc.as_ref().map(|ruc| format!("RUC {ruc}"));
    let said: Vec<String> = ruc.into_iter().chain(receipt.address.clone()).collect();
    (!said.is_empty()).then(|| said.join(" · "))
}

/// `2,4 MB`.
pub(super) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = (bytes * 10 + unit / 2) / unit;
    format!("{},{} {name}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_hours_are_those_of_lima() {
        let on = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        assert_eq!(long_date(on), "martes 1 de setiembre de 2026");
        assert_eq!(date(on), "01/09/2026");
        let at: DateTime<Utc> = "2026-01-01T04:59:59Z".parse().unwrap();
        assert_eq!(instant(at), "31/12/2025, 23:59:59 (hora de Lima)");
    }

    #[test]
    fn sizes_have_one_decimal() {
        let sizes = [999, 1_000, 2_449_999, 200 << 20].map(size);
        assert_eq!(sizes, ["999 B", "1,0 kB", "2,4 MB", "209,7 MB"]);
    }
}
