//! What `GET /api/v1/statistics` says, against the figures counted from the lines.

use std::collections::BTreeMap;

use events::OfficeId;
use serde_json::Value;

use super::figures::Figures;

/// Microseconds of a second.
const SECOND: f64 = 1_000_000.0;

/// Compares an answer about all days of `expected`.
pub(crate) fn assert_says(answer: &Value, expected: &Figures) {
    let documents = &answer["documents"];
    assert_eq!(documents["total"], expected.documents);
    assert_eq!(counts(&documents["by_status"]), expected.by_status);
    assert_eq!(counts(&documents["by_channel"]), expected.by_channel);
    let by_holder = expected.by_holder.iter();
    let by_holder: BTreeMap<_, _> = by_holder.map(|(code, n)| (id(code), *n)).collect();
    assert_eq!(counts(&documents["by_office"]), by_holder);

    let activity = counts(&answer["activity"]);
    assert_eq!(activity["registered"], expected.documents);
    assert_eq!(activity["derivation_sent"], expected.derivations);
    assert_eq!(activity["derivation_received"], expected.derivations);
    assert_eq!(activity["attended"], expected.by_status["attended"]);

    assert_trend(answer, expected);
    assert_flow(answer, expected);
    let all = |times: &BTreeMap<String, Vec<i64>>| {
        let mut all: Vec<_> = times.values().flatten().copied().collect();
        all.sort_unstable();
        all
    };
    assert_spread(&answer["times"]["wait"], &all(&expected.waits), "all waits");
    assert_spread(
        &answer["times"]["total"],
        &all(&expected.totals),
        "all totals",
    );
    let offices: BTreeMap<_, _> = list(&answer["by_office"])
        .iter()
        .map(|office| (text(&office["office_id"]), &office["times"]))
        .collect();
    for (code, waits) in &expected.waits {
        assert_spread(&offices[&id(code)]["wait"], waits, code);
    }
    for (code, totals) in &expected.totals {
        assert_spread(&offices[&id(code)]["total"], totals, code);
    }
}

fn assert_trend(answer: &Value, expected: &Figures) {
    let trend = list(&answer["trend"]);
    let (first, last) = (
        expected.days.keys().next(),
        expected.days.keys().next_back(),
    );
    let length = (*last.unwrap() - *first.unwrap()).num_days() + 1;
    assert_eq!(i64::try_from(trend.len()).unwrap(), length);
    for told in trend {
        let day = text(&told["day"]).parse().unwrap();
        let [registered, sent, _, attended] = expected.days.get(&day).copied().unwrap_or_default();
        assert_eq!(told["registered"], registered, "{day}");
        assert_eq!(told["received"], sent, "{day}");
        assert_eq!(told["attended"], attended, "{day}");
    }
}

fn assert_flow(answer: &Value, expected: &Figures) {
    let way = |told: &Value| {
        let way = (text(&told["from_office_id"]), text(&told["to_office_id"]));
        assert_eq!(told["sent"], told["received"]);
        (way, told["sent"].as_u64().unwrap())
    };
    let flow: BTreeMap<_, _> = list(&answer["flow"]).iter().map(way).collect();
    let ways = expected.flow.iter();
    let ways: BTreeMap<_, _> = ways
        .map(|((from, to), n)| ((id(from), id(to)), *n))
        .collect();
    assert_eq!(flow, ways);
}

/// `micros` is sorted. Durations are counted in whole seconds, and quantiles are within a percent.
fn assert_spread(told: &Value, micros: &[i64], whose: &str) {
    assert_eq!(told["n"], micros.len(), "{whose}: {told}");
    let seconds: Vec<_> = micros
        .iter()
        .map(|micros| float(*micros) / SECOND)
        .collect();
    let middle = seconds[(seconds.len() - 1) / 2];
    let mean = seconds.iter().sum::<f64>() / float(i64::try_from(seconds.len()).unwrap());
    let told = |name: &str| told["seconds"][name].as_f64().unwrap();
    for (name, exact, error) in [
        ("min", seconds[0], 1.0),
        ("max", seconds[seconds.len() - 1], 1.0),
        ("mean", mean, 1.01),
        ("median", middle, 1.01 + middle / 100.0),
    ] {
        let told = told(name);
        assert!(
            (told - exact).abs() <= error,
            "{name} of {whose}: {told} is not {exact}"
        );
    }
}

fn counts(counts: &Value) -> BTreeMap<String, u64> {
    let entries = counts.as_object().unwrap().iter();
    entries
        .map(|(word, n)| (word.clone(), n.as_u64().unwrap()))
        .filter(|(_, n)| *n > 0)
        .collect()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn id(code: &str) -> String {
    OfficeId::of_code(code).to_string()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "durations have far fewer than 53 bits"
)]
const fn float(number: i64) -> f64 {
    number as f64
}
