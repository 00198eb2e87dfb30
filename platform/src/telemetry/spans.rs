//! Spans, sent to a collector by OTLP: over HTTP, as JSON.
//!
//! A span is told once, when it has ended. It waits in a queue of limited length, and goes out
//! with others; whatever a slow collector does not take in time is dropped and counted. Nothing
//! that serves anybody waits for it.

use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

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

static QUEUE: OnceLock<mpsc::Sender<Span>> = OnceLock::new();
static SENT: LazyLock<Counter> = LazyLock::new(|| catalogue::SPANS.counter(["sent"]));
static DROPPED: LazyLock<Counter> = LazyLock::new(|| catalogue::SPANS.counter(["dropped"]));

/// What a span is to those on its other side; the numbers are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It answers a request.
    Server = 2,
    /// It works on what was recorded.
    Consumer = 5,
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
    /// What else is known: texts and numbers, never personal data.
    pub attributes: Vec<(&'static str, Value)>,
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

    /// Sends it, unless too many wait.
    pub fn tell(self) {
        if let Some(queue) = QUEUE.get()
            && queue.try_send(self).is_err()
        {
            DROPPED.increment(1);
        }
    }

    fn json(&self) -> Value {
        let took = TimeDelta::from_std(self.took).unwrap_or_default();
        let nanos = |at: DateTime<Utc>| at.timestamp_nanos_opt().unwrap_or_default().to_string();
        let mut span = json!({
            "traceId": self.trace.trace_id().to_string(),
            "spanId": self.trace.span.to_string(),
            "name": self.name,
            "kind": self.kind as u8,
            "startTimeUnixNano": nanos(self.ended - took),
            "endTimeUnixNano": nanos(self.ended),
            "attributes": attributes(&self.attributes),
            "status": if self.failed { json!({"code": 2}) } else { json!({}) },
        });
        if let Some(parent) = self.parent {
            span["parentSpanId"] = parent.to_string().into();
        }
        span
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
    let collector = Collector::at(url, service)?;
    let (queue, waiting) = mpsc::channel(WAITING);
    if QUEUE.set(queue).is_err() {
        bail!("spans are sent already");
    }
    tasks.spawn(send(collector, waiting, tasks.clone()));
    Ok(())
}

async fn send(collector: Collector, mut waiting: mpsc::Receiver<Span>, tasks: Tasks) {
    let mut away = false;
    loop {
        let spans = gathered(&mut waiting, &tasks).await;
        let stopping = tasks.is_stopping();
        if spans.is_empty() {
            if stopping {
                return;
            }
            continue;
        }
        let posted = tokio::time::timeout(LIMIT, collector.post(&spans)).await;
        match posted.unwrap_or_else(|_| Err(anyhow!("no answer in {LIMIT:?}"))) {
            Ok(()) => {
                SENT.increment(spans.len() as u64);
                away = false;
            }
            Err(error) => {
                DROPPED.increment(spans.len() as u64);
                if !away {
                    let error = format!("{error:#}");
                    tracing::warn!(error, "the collector takes no spans; they are dropped");
                }
                away = true;
                if stopping {
                    return;
                }
            }
        }
    }
}

/// The next spans to go out together; none when it is time to stop and none wait.
async fn gathered(waiting: &mut mpsc::Receiver<Span>, tasks: &Tasks) -> Vec<Span> {
    let mut spans = Vec::new();
    tokio::select! {
        biased;
        _ = waiting.recv_many(&mut spans, TOGETHER) => {}
        () = tasks.stopping() => {}
    }
    tokio::select! {
        () = tokio::time::sleep(GATHER) => {}
        () = tasks.stopping() => {}
    }
    while spans.len() < TOGETHER
        && let Ok(span) = waiting.try_recv()
    {
        spans.push(span);
    }
    spans
}

/// Where spans go, and on whose behalf.
struct Collector {
    host: String,
    path: String,
    service: String,
}

impl Collector {
    fn at(url: &str, service: &str) -> anyhow::Result<Self> {
        let rest = url.strip_prefix("http://");
        let rest = rest.context("write the collector's address as http://127.0.0.1:4318")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = if host.contains(':') {
            host.to_owned()
        } else {
            format!("{host}:4318")
        };
        let below = path.trim_end_matches('/');
        let below = if below.is_empty() {
            String::new()
        } else {
            format!("/{below}")
        };
        Ok(Self {
            host,
            path: format!("{below}{PATH}"),
            service: service.to_owned(),
        })
    }

    async fn post(&self, spans: &[Span]) -> anyhow::Result<()> {
        let Self { host, path, .. } = self;
        let body = self.body(spans);
        let mut stream = TcpStream::connect(host)
            .await
            .with_context(|| format!("nobody listens on {host}"))?;
        // HTTP/1.0: one request, one answer, and the connection ends.
        let head = format!(
            "POST {path} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let line = String::from_utf8_lossy(&answer);
        let line = line.lines().next().unwrap_or_default();
        let status = line.split_whitespace().nth(1).unwrap_or_default();
        if !status.starts_with('2') {
            bail!("{host} answered `{line}`");
        }
        Ok(())
    }

    fn body(&self, spans: &[Span]) -> String {
        let service = attributes(&[("service.name", Value::from(self.service.as_str()))]);
        let scope = json!({"name": "mesa", "version": env!("CARGO_PKG_VERSION")});
        let spans: Vec<_> = spans.iter().map(Span::json).collect();
        json!({"resourceSpans": [{
            "resource": {"attributes": service},
            "scopeSpans": [{"scope": scope, "spans": spans}],
        }]})
        .to_string()
    }
}

/// Attributes as the protocol writes them; 64-bit numbers are text there.
fn attributes(given: &[(&'static str, Value)]) -> Vec<Value> {
    let written = given.iter().map(|(key, value)| {
        let value = match value {
            Value::Number(number) => json!({"intValue": number.to_string()}),
            Value::String(text) => json!({"stringValue": text}),
            other => json!({"stringValue": other.to_string()}),
        };
        json!({"key": key, "value": value})
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_collector_is_one_of_plain_http() {
        let at = |url| Collector::at(url, "mesa").map(|to| (to.host, to.path));
        let whole = |host: &str, path: &str| (host.to_owned(), path.to_owned());
        let usual = whole("127.0.0.1:4318", "/v1/traces");
        assert_eq!(at("http://127.0.0.1").unwrap(), usual);
        assert_eq!(at("http://127.0.0.1:4318/").unwrap(), usual);
        let below = whole("otel:80", "/in/v1/traces");
        assert_eq!(at("http://otel:80/in").unwrap(), below);
        assert!(at("https://otel").is_err());
    }

    #[test]
    fn a_span_is_written_as_the_protocol_wants_it() {
        let trace: Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            .parse()
            .unwrap();
        let span = Span {
            parent: Some(SpanId(7)),
            ended: DateTime::from_timestamp_millis(1_500).unwrap(),
            failed: true,
            attributes: vec![("http.response.status_code", 500.into())],
            ..Span::ended_now(
                "GET /x".to_owned(),
                Kind::Server,
                trace,
                Duration::from_millis(250),
            )
        };
        assert_eq!(
            span.json(),
            json!({
                "traceId": "0af7651916cd43dd8448eb211c80319c",
                "spanId": "b7ad6b7169203331",
                "parentSpanId": "0000000000000007",
                "name": "GET /x",
                "kind": 2,
                "startTimeUnixNano": "1250000000",
                "endTimeUnixNano": "1500000000",
                "attributes": [
                    {"key": "http.response.status_code", "value": {"intValue": "500"}},
                ],
                "status": {"code": 2},
            })
        );
    }
}
