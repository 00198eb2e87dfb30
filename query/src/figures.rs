//! What sums of cells say: rates, means and quantiles (domain §5). Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::OfficeId;
use readmodel::Position;
use readmodel::statistics::{Activity, Measure};
use serde::Serialize;

use crate::store::statistics::{DocumentSums, Flow, StatisticsAsked, Sums, Times};

type Counts = BTreeMap<String, i64>;

/// The figures of a period.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Figures {
    from: NaiveDate,
    to: NaiveDate,
    #[schemars(with = "String")]
    as_of_position: Position,
    /// Documents registered in the period, as they are now.
    documents: DocumentSums,
    /// What happened in the period; what is not named happened not at all.
    activity: Counts,
    rates: Rates,
    /// Every day of the period.
    trend: Vec<TrendPoint>,
    times: BTreeMap<&'static str, Spread>,
    by_office: Vec<Share>,
    /// From office to office; absent where type, priority or channel are narrowed down.
    #[serde(skip_serializing_if = "Option::is_none")]
    flow: Option<Vec<Stretch>>,
}

/// Parts of wholes, between 0 and 1; absent where the whole is nothing.
#[derive(Debug, PartialEq, Serialize, schemars::JsonSchema)]
struct Rates {
    on_time: Option<f64>,
    derivations_on_time: Option<f64>,
    same_day_routing: Option<f64>,
    rejection: Option<f64>,
    #[serde(rename = "return")]
    returned: Option<f64>,
    reopening: Option<f64>,
}

#[derive(Debug, PartialEq, Serialize, schemars::JsonSchema)]
struct TrendPoint {
    day: NaiveDate,
    registered: i64,
    received: i64,
    attended: i64,
}

/// How long something took. Quantiles are within one percent.
#[derive(Debug, PartialEq, Serialize, schemars::JsonSchema)]
struct Spread {
    n: i64,
    seconds: Values,
    minutes: Values,
}

#[derive(Debug, PartialEq, Serialize, schemars::JsonSchema)]
struct Values {
    mean: f64,
    min: f64,
    median: f64,
    p90: f64,
    p95: f64,
    max: f64,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Share {
    office_id: OfficeId,
    activity: Counts,
    /// Received less attended derivations: what has piled up.
    net_flow: i64,
    rates: Rates,
    times: BTreeMap<&'static str, Spread>,
}

#[derive(Debug, PartialEq, Serialize, schemars::JsonSchema)]
struct Stretch {
    from_office_id: OfficeId,
    to_office_id: OfficeId,
    sent: i64,
    received: i64,
    mean_wait_seconds: Option<f64>,
}

impl Figures {
    /// The figures of `sums`, which answer `asked` and are of `position`.
    pub(crate) fn of(asked: &StatisticsAsked, mut sums: Sums, position: Position) -> Self {
        let offices: BTreeSet<OfficeId> = sums
            .activity_by_office
            .keys()
            .chain(sums.times_by_office.keys())
            .copied()
            .collect();
        let by_office = offices
            .into_iter()
            .map(|id| {
                let activity = sums.activity_by_office.remove(&id).unwrap_or_default();
                let times = sums.times_by_office.remove(&id).unwrap_or_default();
                Share {
                    office_id: id,
                    net_flow: count(&activity, Activity::DerivationReceivedIn)
                        - count(&activity, Activity::DerivationAttended),
                    rates: rates(&activity),
                    times: spreads(&times),
                    activity,
                }
            })
            .collect();
        Self {
            from: asked.from,
            to: asked.to,
            as_of_position: position,
            documents: sums.documents,
            rates: rates(&sums.activity),
            trend: trend(asked, &sums.activity_by_day),
            times: spreads(&sums.times),
            by_office,
            flow: sums.flow.map(|flow| flow.iter().map(stretch).collect()),
            activity: sums.activity,
        }
    }
}

fn count(counts: &Counts, activity: Activity) -> i64 {
    counts.get(activity.word()).copied().unwrap_or(0)
}

fn rates(counts: &Counts) -> Rates {
    let rate = |part, whole| ratio(count(counts, part), count(counts, whole));
    Rates {
        on_time: rate(Activity::ClosedOnTime, Activity::ClosedWithDue),
        derivations_on_time: rate(Activity::DerivationOnTime, Activity::DerivationWithDue),
        same_day_routing: rate(Activity::SameDayRouted, Activity::Routed),
        rejection: rate(Activity::Rejected, Activity::DerivationReceivedIn),
        returned: rate(Activity::Returned, Activity::DerivationReceived),
        reopening: rate(Activity::Reopened, Activity::Attended),
    }
}

fn trend(asked: &StatisticsAsked, by_day: &BTreeMap<NaiveDate, Counts>) -> Vec<TrendPoint> {
    let nothing = Counts::new();
    asked
        .from
        .iter_days()
        .take_while(|day| *day <= asked.to)
        .map(|day| {
            let counts = by_day.get(&day).unwrap_or(&nothing);
            TrendPoint {
                day,
                registered: count(counts, Activity::Registered),
                received: count(counts, Activity::DerivationReceivedIn),
                attended: count(counts, Activity::Attended),
            }
        })
        .collect()
}

/// The spread of every measure that was measured.
fn spreads(times: &BTreeMap<String, Times>) -> BTreeMap<&'static str, Spread> {
    Measure::ALL
        .iter()
        .filter_map(|measure| Some((measure.word(), spread(times.get(measure.word())?)?)))
        .collect()
}

fn spread(times: &Times) -> Option<Spread> {
    // A quantile is the middle of a bucket, which may lie beyond the extremes it was counted in.
    let within = |value: f64| value.clamp(float(times.min), float(times.max.max(times.min)));
    let values = |unit: f64| {
        Some(Values {
            mean: rounded(ratio(times.total, times.n)? / unit),
            min: rounded(float(times.min) / unit),
            median: rounded(within(times.median) / unit),
            p90: rounded(within(times.p90) / unit),
            p95: rounded(within(times.p95) / unit),
            max: rounded(float(times.max) / unit),
        })
    };
    Some(Spread {
        n: times.n,
        seconds: values(1.0)?,
        minutes: values(60.0)?,
    })
}

fn stretch(flow: &Flow) -> Stretch {
    Stretch {
        from_office_id: flow.from,
        to_office_id: flow.to,
        sent: flow.sent,
        received: flow.received,
        mean_wait_seconds: ratio(flow.wait_seconds, flow.received).map(rounded),
    }
}

fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| float(part) / float(whole))
}

/// To hundredths: more than a quantile within one percent can promise.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts and seconds of documents have far fewer than 53 bits"
)]
const fn float(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_nothing_is_absent() {
        let counts = Counts::from([("closed_on_time".to_owned(), 3), ("routed".to_owned(), 4)]);
        let found = rates(&counts);
        assert_eq!(found.on_time, None);
        assert_eq!(found.same_day_routing, Some(0.0));
    }

    #[test]
    fn every_day_of_the_period_is_in_the_trend() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let asked = StatisticsAsked {
            from: day("2026-02-27"),
            to: day("2026-03-01"),
            offices: vec![],
            document_types: vec![],
            priorities: vec![],
            channels: vec![],
        };
        let counts = Counts::from([("registered".to_owned(), 2)]);
        let found = trend(&asked, &[(day("2026-02-28"), counts)].into());
        let registered: Vec<_> = found.iter().map(|day| day.registered).collect();
        assert_eq!(registered, [0, 2, 0]);
    }

    #[test]
    fn quantiles_stay_within_the_extremes() {
        let times = Times {
            n: 2,
            total: 300,
            min: 100,
            max: 200,
            median: 99.2,
            p90: 201.3,
            p95: 201.3,
        };
        let found = spread(&times).unwrap();
        assert!((found.seconds.median - 100.0).abs() < f64::EPSILON);
        assert!((found.seconds.p95 - 200.0).abs() < f64::EPSILON);
        assert!((found.minutes.mean - 2.5).abs() < f64::EPSILON);
    }
}
