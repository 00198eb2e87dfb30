//! What the projector does, as figures and in the log. One projector a process is at work.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_nats::jetstream::Context;
use chrono::{DateTime, Utc};
use platform::clock::Clock;
use platform::ids::SystemIds;
use platform::metrics::{Counter, Gauge, Histogram, Sample, catalogue, figure, size};
use platform::telemetry::spans::{self, Span};
use platform::telemetry::trace::Trace;

use crate::at::At;
use crate::incoming::Incoming;
use crate::source::BACKLOG;

/// Where the views are; [`UNKNOWN`] before the first turn.
static REACHED: AtomicU64 = AtomicU64::new(UNKNOWN);
const UNKNOWN: u64 = u64::MAX;

static FIGURES: LazyLock<Figures> = LazyLock::new(|| Figures {
    at_work: catalogue::PROJECTOR_AT_WORK.gauge([]),
    position: catalogue::PROJECTOR_POSITION.gauge([]),
    parked: catalogue::PROJECTOR_PARKED.gauge([]),
    records: catalogue::PROJECTOR_RECORDS.counter([]),
    events: catalogue::PROJECTOR_EVENTS.counter([]),
    batch: catalogue::PROJECTOR_BATCH.histogram([]),
    transaction: catalogue::PROJECTOR_TRANSACTION.histogram([]),
    hot_failed: catalogue::PROJECTOR_HOT_FAILED.counter([]),
});

struct Figures {
    at_work: Gauge,
    position: Gauge,
    parked: Gauge,
    records: Counter,
    events: Counter,
    batch: Histogram,
    transaction: Histogram,
    hot_failed: Counter,
}

impl Figures {
    fn stand(&self, at: &At) {
        REACHED.store(at.checkpoint.sequence, Ordering::Relaxed);
        self.position.set(figure(at.checkpoint.sequence));
        self.parked.set(size(at.parked.len()));
    }
}

/// Shows that a projector is at work, for as long as it lives.
#[derive(Debug)]
pub(crate) struct AtWork;

impl AtWork {
    pub(crate) fn from(at: &At) -> Self {
        FIGURES.at_work.set(1.0);
        FIGURES.stand(at);
        Self
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        FIGURES.at_work.set(0.0);
    }
}

/// Shows that none is at work yet, and that nothing has failed.
pub(crate) fn begin() {
    FIGURES.at_work.set(0.0);
    FIGURES.hot_failed.increment(0);
}

/// Tells of a batch that is in the rows, which took `duration`; each record under the trace in
/// which it was recorded.
pub(crate) fn applied(records: &[Incoming], at: &At, duration: Duration) {
    let events: u64 = records.iter().map(Incoming::events).sum();
    FIGURES.stand(at);
    FIGURES.records.increment(records.len() as u64);
    FIGURES.events.increment(events);
    FIGURES.batch.record(size(records.len()));
    FIGURES.transaction.record(duration);
    for record in records {
        tracing::debug!(
            position = record.sequence,
            aggregate = record.subject,
            request_id = record.correlation().map(tracing::field::display),
            trace_id = record
                .trace
                .map(|trace| tracing::field::display(trace.trace_id())),
            parent_id = record
                .trace
                .map(|trace| tracing::field::display(trace.span)),
            events = record.events(),
            "record applied"
        );
        if let Some(trace) = record.trace
            && spans::are_wanted(trace)
        {
            spanned(record, trace, records.len(), duration).tell();
        }
    }
    let (position, duration_ms) = (at.checkpoint.sequence, duration.as_secs_f64() * 1000.0);
    if records.len() >= BACKLOG {
        tracing::info!(
            position,
            records = records.len(),
            events,
            duration_ms,
            "catching up"
        );
    } else {
        tracing::debug!(
            position,
            records = records.len(),
            events,
            duration_ms,
            "batch applied"
        );
    }
}

/// The span of a record: the transaction that brought it into the rows, as the next step of the
/// request that recorded it.
fn spanned(record: &Incoming, trace: Trace, together: usize, took: Duration) -> Span {
    let name = "apply record".to_owned();
    let mut span = Span::ended_now(name, spans::Kind::Consumer, trace.next(&SystemIds), took);
    span.parent = Some(trace.span);
    span.text("db.system.name", "postgresql");
    span.number("db.operation.batch.size", together as u64);
    span.text("messaging.system", "nats");
    span.text("messaging.destination.name", &record.subject);
    span.number("mesa.sequence", record.sequence);
    span
}

/// Counts a batch whose hot views could not be written.
pub(crate) fn hot_failed() {
    FIGURES.hot_failed.increment(1);
}

/// The trace in which a message was recorded, if its header says.
pub(crate) fn trace_of(message: &async_nats::Message) -> Option<Trace> {
    let headers = message.headers.as_ref()?;
    let given = headers.get(platform::telemetry::trace::TRACEPARENT)?;
    given.as_str().parse().ok()
}

/// How far the views are behind the log `stream`, in records and in seconds.
pub(crate) fn lag(jetstream: Context, stream: String, clock: Arc<dyn Clock>) -> Sample {
    Sample::new(move || {
        let (jetstream, stream, clock) = (jetstream.clone(), stream.clone(), Arc::clone(&clock));
        async move {
            let reached = REACHED.load(Ordering::Relaxed);
            if reached == UNKNOWN {
                return;
            }
            if let Err(error) = look(&jetstream, &stream, reached, clock.now()).await {
                tracing::debug!(error, "how far the log goes cannot be seen");
            }
        }
    })
}

async fn look(
    jetstream: &Context,
    stream: &str,
    reached: u64,
    now: DateTime<Utc>,
) -> Result<(), async_nats::Error> {
    let log = jetstream.get_stream(stream).await?;
    let end = log.cached_info().state.last_sequence;
    let behind = end.saturating_sub(reached);
    let mut age = 0.0;
    if behind > 0 {
        let oldest = log.get_raw_message(reached + 1).await?;
        let recorded = DateTime::from_timestamp_nanos(
            i64::try_from(oldest.time.unix_timestamp_nanos()).unwrap_or_default(),
        );
        age = (now - recorded).as_seconds_f64().max(0.0);
    }
    catalogue::PROJECTOR_LOG_END.gauge([]).set(figure(end));
    catalogue::PROJECTOR_LAG_RECORDS
        .gauge([])
        .set(figure(behind));
    catalogue::PROJECTOR_LAG_SECONDS.gauge([]).set(age);
    Ok(())
}
