//! Spans, sent to a collector by OTLP: over HTTP, as JSON.
//!
//! A span is told once, when it has ended. It waits in a queue of limited length, and a thread of
//! its own sends it with others; whatever a slow collector does not take in time is dropped and
//! counted. Nothing that serves anybody waits for it. Queue, thread and protocol are
//! OpenTelemetry's own; ids are ours, so that a span has those of the lines and the record.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use opentelemetry::trace::{SpanContext, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, SpanId as Id, TraceId, Value};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SpanData, SpanEvents, SpanExporter as Exporter,
    SpanLinks, SpanProcessor,
};

use super::trace::{SpanId, Trace};
use crate::clock::{Clock, SystemClock};
use crate::metrics::{Counter, catalogue};
use crate::tasks::Tasks;

/// How many spans may wait.
const WAITING: usize = 8_192;
/// How many go out together at most.
const TOGETHER: usize = 512;
/// How long the first of them waits for others.
const GATHER: Duration = Duration::from_millis(500);
/// How long the collector may take.
const LIMIT: Duration = Duration::from_secs(5);
/// The path below the address of a collector.
const PATH: &str = "/v1/traces";

static QUEUE: OnceLock<BatchSpanProcessor> = OnceLock::new();
static IN_QUEUE: AtomicUsize = AtomicUsize::new(0);
static SENT: LazyLock<Counter> = LazyLock::new(|| catalogue::SPANS.counter(["sent"]));
static DROPPED: LazyLock<Counter> = LazyLock::new(|| catalogue::SPANS.counter(["dropped"]));

/// What a span is to those on its other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It answers a request.
    Server,
    /// It works on what was recorded.
    Consumer,
}

/// Something that was done, and has ended.
#[derive(Clone, Debug)]
pub struct Span {
    /// What was done, in words that do not differ from one time to the next.
    pub name: String,
    /// What it is to others.
    pub kind: Kind,
    /// Its trace, and itself.
    pub trace: Trace,
    /// What caused it.
    pub parent: Option<SpanId>,
    /// When it ended.
    pub ended: DateTime<Utc>,
    /// How long it took.
    pub took: Duration,
    /// Whether it failed.
    pub failed: bool,
    /// What else is known, never personal data.
    attributes: Vec<KeyValue>,
}

impl Span {
    /// A span that ends now.
    #[must_use]
    pub fn ended_now(name: String, kind: Kind, trace: Trace, took: Duration) -> Self {
        Self {
            name,
            kind,
            trace,
            parent: None,
            ended: SystemClock.now(),
            took,
            failed: false,
            attributes: Vec::new(),
        }
    }

    /// Adds a text, never personal data.
    pub fn text(&mut self, key: &'static str, value: &str) {
        let value = Value::from(value.to_owned());
        self.attributes.push(KeyValue::new(key, value));
    }

    /// Adds a number.
    pub fn number(&mut self, key: &'static str, value: u64) {
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        self.attributes.push(KeyValue::new(key, value));
    }

    /// Sends it, unless too many wait.
    pub fn tell(self) {
        let Some(queue) = QUEUE.get() else { return };
        if IN_QUEUE.fetch_add(1, Ordering::Relaxed) >= WAITING {
            IN_QUEUE.fetch_sub(1, Ordering::Relaxed);
            DROPPED.increment(1);
            return;
        }
        queue.on_end(self.data());
    }

    fn data(self) -> SpanData {
        let Trace { id, span, sampled } = self.trace;
        let flags = TraceFlags::default().with_sampled(sampled);
        let (trace, span) = (TraceId::from(id.as_u128()), Id::from(span.0));
        SpanData {
            span_context: SpanContext::new(trace, span, flags, false, TraceState::NONE),
            parent_span_id: self.parent.map_or(Id::INVALID, |parent| Id::from(parent.0)),
            parent_span_is_remote: self.parent.is_some(),
            span_kind: match self.kind {
                Kind::Server => SpanKind::Server,
                Kind::Consumer => SpanKind::Consumer,
            },
            name: self.name.into(),
            start_time: (self.ended - self.took).into(),
            end_time: self.ended.into(),
            attributes: self.attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: if self.failed {
                Status::error("")
            } else {
                Status::Unset
            },
            instrumentation_scope: InstrumentationScope::builder("mesa")
                .with_version(env!("CARGO_PKG_VERSION"))
                .build(),
        }
    }
}

/// Whether somebody wants spans of this trace: the one who began it keeps it, and there is a
/// collector.
pub fn are_wanted(trace: Trace) -> bool {
    trace.sampled && QUEUE.get().is_some()
}

/// Begins sending spans of `service` to the collector at `url`, until `tasks` stop; what waits
/// then still goes out.
///
/// # Errors
///
/// The address is not one of plain HTTP, or spans are sent already.
pub fn begin(url: &str, service: &str, tasks: &Tasks) -> anyhow::Result<()> {
    crate::tls::provide();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(endpoint(url)?)
        .with_timeout(LIMIT)
        .build()
        .context("spans cannot be sent")?;
    let config = BatchConfigBuilder::default()
        .with_max_queue_size(WAITING)
        .with_max_export_batch_size(TOGETHER)
        .with_scheduled_delay(GATHER)
        .build();
    let counted = Counted {
        exporter,
        away: AtomicBool::new(false),
    };
    let mut queue = BatchSpanProcessor::builder(counted)
        .with_batch_config(config)
        .build();
    let resource = Resource::builder_empty().with_service_name(service.to_owned());
    queue.set_resource(&resource.build());
    if QUEUE.set(queue).is_err() {
        bail!("spans are sent already");
    }
    let stop = tasks.token();
    tasks.spawn(async move {
        stop.cancelled().await;
        // It waits for a thread, so on one where that keeps nobody waiting.
        let end = || QUEUE.get().map(|queue| queue.shutdown_with_timeout(LIMIT));
        let _ = tokio::task::spawn_blocking(end).await;
    });
    Ok(())
}

/// Where spans go below the address of a collector.
fn endpoint(url: &str) -> anyhow::Result<String> {
    let rest = url.strip_prefix("http://");
    let rest = rest.context("write the collector's address as http://127.0.0.1:4318")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let port = if host.contains(':') { "" } else { ":4318" };
    let below = path.trim_end_matches('/');
    let slash = if below.is_empty() { "" } else { "/" };
    Ok(format!("http://{host}{port}{slash}{below}{PATH}"))
}

/// An exporter whose spans are counted.
#[derive(Debug)]
struct Counted {
    exporter: SpanExporter,
    away: AtomicBool,
}

impl Exporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        let exported = self.exporter.export(batch).await;
        IN_QUEUE.fetch_sub(count, Ordering::Relaxed);
        let away = exported.is_err();
        let counter = if away { &DROPPED } else { &SENT };
        counter.increment(count as u64);
        if let Err(error) = &exported
            && !self.away.load(Ordering::Relaxed)
        {
            tracing::warn!(%error, "the collector takes no spans; they are dropped");
        }
        self.away.store(away, Ordering::Relaxed);
        exported
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_collector_is_one_of_plain_http() {
        let usual = "http://127.0.0.1:4318/v1/traces";
        assert_eq!(endpoint("http://127.0.0.1").unwrap(), usual);
        assert_eq!(endpoint("http://127.0.0.1:4318/").unwrap(), usual);
        let below = "http://otel:80/in/v1/traces";
        assert_eq!(endpoint("http://otel:80/in").unwrap(), below);
        assert!(endpoint("https://otel").is_err());
    }

    #[test]
    fn a_span_has_the_ids_of_its_trace() {
        let trace: Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            .parse()
            .unwrap();
        let took = Duration::from_millis(250);
        let mut span = Span::ended_now("GET /x".to_owned(), Kind::Server, trace, took);
        span.parent = Some(SpanId(7));
        span.failed = true;
        span.number("http.response.status_code", 500);
        let data = span.data();
        let context = &data.span_context;
        let ids = (
            context.trace_id().to_string(),
            context.span_id().to_string(),
            data.parent_span_id.to_string(),
        );
        assert_eq!(ids.0, "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(ids.1, "b7ad6b7169203331");
        assert_eq!(ids.2, "0000000000000007");
        assert!(context.is_sampled());
        assert_eq!(data.end_time.duration_since(data.start_time).unwrap(), took);
        assert_eq!(data.status, Status::error(""));
    }
}
