//! Figures of the process, for Prometheus.
//!
//! Every figure is described once, in [`catalogue`], and taken from there where something is
//! counted: `catalogue::COMMANDS.counter(["documents", "appended"])`. That looks the figure up, so
//! places that are passed often keep what they get. The process has one recorder, however many
//! roles it plays; [`routes`] shows it.
//!
//! What is counted as it happens needs no more. What has to be asked for (connections in use, how
//! far behind) is a [`Sample`], taken when somebody looks.

pub mod catalogue;
mod process;

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ::metrics::{Key, KeyName, Label, Level, Metadata, Recorder};
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use futures::future::{BoxFuture, join_all};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};

pub use ::metrics::{Counter, Gauge, Histogram};
pub use catalogue::{Kind, Metric};

/// The path under which Prometheus finds the figures.
pub const PATH: &str = "/metrics";

/// How long one sample may take; what it would have set keeps its last value.
const LIMIT: Duration = Duration::from_secs(1);

/// Between two times that what was measured is put into its buckets while nobody looks.
const UPKEEP: Duration = Duration::from_secs(5);

static RECORDER: LazyLock<PrometheusRecorder> = LazyLock::new(recorder);

impl Metric {
    /// The counter with these values of its labels.
    pub fn counter<const N: usize>(&self, values: [&str; N]) -> Counter {
        debug_assert!(matches!(self.kind, Kind::Counter), "{}", self.name);
        RECORDER.register_counter(&self.key(values), &METADATA)
    }

    /// The gauge with these values of its labels.
    pub fn gauge<const N: usize>(&self, values: [&str; N]) -> Gauge {
        debug_assert!(matches!(self.kind, Kind::Gauge), "{}", self.name);
        RECORDER.register_gauge(&self.key(values), &METADATA)
    }

    /// The histogram with these values of its labels.
    pub fn histogram<const N: usize>(&self, values: [&str; N]) -> Histogram {
        debug_assert!(matches!(self.kind, Kind::Histogram(_)), "{}", self.name);
        RECORDER.register_histogram(&self.key(values), &METADATA)
    }

    fn key<const N: usize>(&self, values: [&str; N]) -> Key {
        debug_assert_eq!(self.labels.len(), N, "{}", self.name);
        let labels = self.labels.iter().zip(values);
        let labels = labels.map(|(label, value)| Label::new(*label, value.to_owned()));
        Key::from_parts(self.name, labels.collect::<Vec<_>>())
    }
}

/// A count as a figure. Above 2^53 it is the nearest that a figure can be.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "figures are floating point in Prometheus"
)]
pub const fn figure(count: u64) -> f64 {
    count as f64
}

/// A size as a figure.
#[must_use]
pub const fn size(count: usize) -> f64 {
    figure(count as u64)
}

/// Something that is asked for when somebody looks.
#[derive(Clone)]
pub struct Sample(Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

impl Sample {
    /// A sample that `take` takes by setting gauges.
    pub fn new<F>(take: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(take())))
    }

    async fn take(&self) {
        if tokio::time::timeout(LIMIT, (self.0)()).await.is_err() {
            tracing::debug!("a sample took too long");
        }
    }
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sample")
    }
}

/// The route that shows every figure of this process, with `samples` taken anew.
pub fn routes(samples: Vec<Sample>) -> Router {
    process::begin();
    Router::new().route(PATH, get(async move || shown(&samples).await))
}

/// Puts what is measured into its buckets from time to time, for ever: without it, measurements
/// that nobody looks at would pile up.
pub async fn keep_up() {
    let handle = RECORDER.handle();
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

/// Every figure as Prometheus reads it.
#[must_use]
pub fn render() -> String {
    RECORDER.handle().render()
}

async fn shown(samples: &[Sample]) -> impl IntoResponse + use<> {
    process::sample();
    join_all(samples.iter().map(Sample::take)).await;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    let never = HeaderValue::from_static("no-store");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, never)];
    (headers, render())
}

static METADATA: Metadata<'static> = Metadata::new("mesa", Level::INFO, None);

fn recorder() -> PrometheusRecorder {
    let mut builder = PrometheusBuilder::new();
    for metric in catalogue::ALL {
        if let Kind::Histogram(buckets) = metric.kind {
            let whole = Matcher::Full(metric.name.to_owned());
            builder = match builder.set_buckets_for_metric(whole, buckets) {
                Ok(builder) => builder,
                // Only an empty list is refused, and a test of the catalogue knows of none.
                Err(_) => PrometheusBuilder::new(),
            };
        }
    }
    let recorder = builder.build_recorder();
    for metric in catalogue::ALL {
        let (name, help) = (KeyName::from_const_str(metric.name), metric.help.into());
        match metric.kind {
            Kind::Counter => recorder.describe_counter(name, None, help),
            Kind::Gauge => recorder.describe_gauge(name, None, help),
            Kind::Histogram(_) => recorder.describe_histogram(name, None, help),
        }
    }
    recorder
}

#[cfg(test)]
mod tests;
