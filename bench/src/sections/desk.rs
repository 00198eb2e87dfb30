//! What the desk gives with a document, on one core: receipts drawn, and due dates computed.
//!
//! A receipt's limit is its seal alone. A due date's is forty-five steps from one day to the next,
//! which is how far thirty business days lie.

use std::hint::black_box;
use std::time::Instant;

use calendar::{Calendar, Count, Period, Rule, Since, national};
use chrono::{DateTime, Days, NaiveDate, Utc};
use receipt::{Attachment, Claim, Facts, Format, Keyring, Receipt, paper};

use crate::cli::Wanted;
use crate::table::{Aim, Row, median};

/// Measures both.
pub(crate) fn measure(wanted: &Wanted) -> anyhow::Result<Vec<Row>> {
    let keys = Keyring::read(&Keyring::line("k1", [7; 32]))?;
    let receipt = receipt();
    let mut rows = Vec::new();
    for (format, what) in [
        (Format::A4, "receipt, A4"),
        (Format::Roll, "receipt, 80 mm"),
    ] {
        let drawn = paper::draw(&receipt, &keys, format)?;
        let (ours, limit) = in_turn(
            wanted,
            || drop(black_box(paper::draw(&receipt, &keys, format))),
            || drop(black_box(Claim::seal(&receipt, &keys))),
        );
        rows.push(Row {
            what: what.to_owned(),
            unit: "/s",
            ours,
            limit: Some(("its seal alone", limit)),
            aim: Some(Aim::Least(50.0)),
            with: format!("{} kB each", drawn.len() / 1_000),
            ..Row::default()
        });
    }
    let calendar = Calendar::of(national::days());
    let from = NaiveDate::from_ymd_opt(2026, 7, 13).unwrap_or_default();
    let count = Count {
        rule: Rule::Law,
        period: Period::BusinessDays(30),
        since: Since::Filed,
        counted_from: from,
        extended_by: 0,
        pauses: Vec::new(),
    };
    let (ours, limit) = in_turn(
        wanted,
        || drop(black_box(calendar.at(None).term(count.clone()))),
        || {
            black_box(forty_five_days_from(black_box(from)));
        },
    );
    rows.push(Row {
        what: "due date, 30 business days".to_owned(),
        unit: "/s",
        ours,
        limit: Some(("45 steps from day to day", limit)),
        aim: Some(Aim::Least(100_000.0)),
        ..Row::default()
    });
    Ok(rows)
}

fn forty_five_days_from(from: NaiveDate) -> NaiveDate {
    (0..45).fold(from, |day, _| black_box(day + Days::new(1)))
}

/// How often a second each of the two is done, in rounds that take turns.
fn in_turn(wanted: &Wanted, ours: impl Fn(), limit: impl Fn()) -> (f64, f64) {
    let rate = |act: &dyn Fn()| {
        let (begun, mut done) = (Instant::now(), 0.0);
        while begun.elapsed() < wanted.length() {
            for _ in 0..10 {
                act();
            }
            done += 10.0;
        }
        done / begun.elapsed().as_secs_f64()
    };
    let rounds = (0..wanted.rounds).map(|_| (rate(&ours), rate(&limit)));
    let (ours, limit): (Vec<_>, Vec<_>) = rounds.unzip();
    (median(ours), median(limit))
}

/// A usual receipt, with three files.
fn receipt() -> Receipt {
    let file = |n: u64| Attachment {
        file_name: format!("Plano de ubicación, lámina {n}.pdf"),
        size: 1_000_000 * n,
        sha256: format!("{n:02x}").repeat(32),
    };
    let presented_at = DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap_or_default();
    Receipt {
        institution: "Municipalidad Provincial de Puno".to_owned(),
        ruc: None,
        address: None,
        lines: Vec::new(),
        place: "Mesa de Partes".to_owned(),
        facts: Facts {
            number: "EXP-2026-000123".to_owned(),
            presented_at,
            filed_on: presented_at.date_naive(),
            sender: "Rosa Quispe Mamani".to_owned(),
            identity: Some("DNI 12345678".to_owned()),
            subject: "Solicita licencia de edificación para el predio del Jr. Junín N.º 123, con \
                      los planos y la memoria descriptiva que se adjuntan."
                .to_owned(),
            folios: 12,
            attachments: (1..=3).map(file).collect(),
        },
        document_type: "Solicitud".to_owned(),
        registrar: "Ana Quispe (operadora de mesa)".to_owned(),
        due_on: None,
        tracking_token: "0123456789abcdef".repeat(2),
        verify_at: Some("https://mesa.example/verificar".to_owned()),
    }
}
