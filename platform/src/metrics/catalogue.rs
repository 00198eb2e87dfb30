//! Every figure that Mesa shows: its name with its unit, its labels, what it means.
//!
//! `docs/operations.md` says of each what to do about it; a test holds that it does.

/// A figure, or a family of them that differ by their labels.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name; the last word is its unit, `total` for what only grows.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// What tells the figures of one family apart.
    pub labels: &'static [&'static str],
    /// What it says, in one sentence.
    pub help: &'static str,
}

/// How a figure behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// It only grows, until the process ends.
    Counter,
    /// It is what it is now.
    Gauge,
    /// Many measurements, counted up to each of these bounds.
    Histogram(&'static [f64]),
}

/// Seconds, from 100 µs to 10 s.
const SECONDS: Kind = Kind::Histogram(&[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
]);

/// How many things went together, up to a full batch of the projector.
const TOGETHER: Kind = Kind::Histogram(&[
    1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0,
]);

macro_rules! catalogue {
    ($($name:ident = $text:literal, $kind:expr, [$($label:literal),*], $help:literal;)*) => {
        $(
            #[doc = $help]
            pub const $name: Metric = Metric {
                name: $text,
                kind: $kind,
                labels: &[$($label),*],
                help: $help,
            };
        )*

        /// All of them.
        pub const ALL: &[Metric] = &[$($name),*];
    };
}

use Kind::{Counter, Gauge};

#[rustfmt::skip]
catalogue! {
    HTTP_REQUESTS = "mesa_http_requests_total", Counter, ["route", "method", "status"],
        "Requests answered, by the pattern of their route, method and class of status.";
    HTTP_DURATION = "mesa_http_request_duration_seconds", SECONDS, ["route", "method"],
        "Seconds from a request's arrival to the head of its answer.";

    LIMITED = "mesa_limited_total", Counter, ["whom", "source"],
        "Requests and passwords that were told to wait: by user, key or address, or for wrong keys or passwords; by counts that were shared, or local to the process.";
    LIMITS_SHARED = "mesa_limits_shared", Gauge, ["role"],
        "1 while the counts of limits are brought together in Redis, 0 while each process counts for itself.";

    OIDC_KEYS = "mesa_oidc_keys", Gauge, ["issuer"],
        "Keys of an issuer that are known and good; 0: its tokens are refused.";
    OIDC_FETCHES = "mesa_oidc_fetches_total", Counter, ["issuer", "outcome"],
        "Times that the keys of an issuer were asked for: ok or failed.";

    COMMANDS = "mesa_commands_total", Counter, ["command", "outcome"],
        "Commands answered: appended, replayed, nothing left to do, denied, invalid, refused, contended, unavailable, full, unknown, failed.";
    APPENDS = "mesa_log_appends_total", Counter, ["of", "outcome"],
        "Appends to the event log, of one record or of a batch, by what the log said.";
    APPEND_DURATION = "mesa_log_append_duration_seconds", SECONDS, ["of"],
        "Seconds from sending an append to what the log said, the sync of its disk included.";
    NUMBERING_BATCH = "mesa_numbering_batch_documents", TOGETHER, [],
        "Documents that got their numbers in one batch.";

    PROJECTOR_AT_WORK = "mesa_projector_at_work", Gauge, [],
        "1 while this projector moves the views, 0 while it waits or stands by.";
    PROJECTOR_POSITION = "mesa_projector_position", Gauge, [],
        "The sequence of the last record in the views.";
    PROJECTOR_LOG_END = "mesa_projector_log_end", Gauge, [],
        "The sequence of the last record of the log.";
    PROJECTOR_LAG_RECORDS = "mesa_projector_lag_records", Gauge, [],
        "Records of the log that are not in the views yet.";
    PROJECTOR_LAG_SECONDS = "mesa_projector_lag_seconds", Gauge, [],
        "Age of the oldest record that is not in the views yet; 0 when there is none.";
    PROJECTOR_RECORDS = "mesa_projector_records_total", Counter, [],
        "Records applied to the views.";
    PROJECTOR_EVENTS = "mesa_projector_events_total", Counter, [],
        "Events applied to the views.";
    PROJECTOR_BATCH = "mesa_projector_batch_records", TOGETHER, [],
        "Records applied in one transaction.";
    PROJECTOR_TRANSACTION = "mesa_projector_transaction_duration_seconds", SECONDS, [],
        "Seconds of one transaction that moves the views, its commit included.";
    PROJECTOR_PARKED = "mesa_projector_parked", Gauge, [],
        "Histories that cannot be applied; their views stand still.";
    PROJECTOR_HOT_FAILED = "mesa_projector_hot_writes_failed_total", Counter, [],
        "Batches whose hot views could not be written to Redis.";

    QUERY_ANSWERS = "mesa_query_answers_total", Counter, ["source"],
        "Answers by where they came from: process, redis, database, or leftover while the database is away.";
    QUERY_STALE = "mesa_query_stale_answers_total", Counter, [],
        "Answers marked as older than asked for, or unchecked.";
    QUERY_READS = "mesa_query_database_reads_total", Counter, ["outcome"],
        "Reads from the database: ok, away or broken.";
    QUERY_LIVE = "mesa_query_live", Gauge, [],
        "1 while the projector is heard, so that answers are kept in the process.";
    QUERY_POSITION = "mesa_query_position", Gauge, [],
        "The sequence up to which this process knows the views to be.";
    QUERY_STREAMS = "mesa_query_streams", Gauge, [],
        "Streams that are open.";
    QUERY_RESYNCS = "mesa_query_stream_resyncs_total", Counter, [],
        "Times that a stream began anew with its whole state: its reader was too slow, or away for too long.";

    WORKER_BACKLOG = "mesa_worker_rescheduling_backlog", Gauge, [],
        "Deadlines that a change of the calendar touches and that are not settled yet.";
    WORKER_RESCHEDULINGS = "mesa_worker_reschedulings_total", Counter, ["outcome"],
        "Deadlines that were settled by an event or because nothing was left to do, or put off: rescheduled, nothing, postponed.";

    WORKER_ALERTS_BACKLOG = "mesa_worker_alerts_backlog", Gauge, [],
        "Alerts of last days that are to be given and are not settled yet.";
    WORKER_ALERTS = "mesa_worker_alerts_total", Counter, ["outcome"],
        "Alerts of last days that were given, for which there was nothing to say, or that were put off: given, nothing, postponed.";

    NATS_CONNECTED = "mesa_nats_connected", Gauge, ["role"],
        "1 while connected to NATS.";
    NATS_RECONNECTS = "mesa_nats_reconnects_total", Counter, ["role"],
        "Times that a lost connection to NATS came back.";
    POSTGRES_CONNECTIONS = "mesa_postgres_connections", Gauge, ["role", "state"],
        "Connections to PostgreSQL that are used or idle.";
    POSTGRES_MOST = "mesa_postgres_connections_limit", Gauge, ["role"],
        "The most connections to PostgreSQL this process opens.";

    SPANS = "mesa_spans_total", Counter, ["outcome"],
        "Spans that were sent to the collector, or dropped because it did not take them in time.";

    BUILD_INFO = "mesa_build_info", Gauge, ["version"],
        "1, with the version of the program.";
    PROCESS_START = "process_start_time_seconds", Gauge, [],
        "When the process began, in seconds since 1970.";
    PROCESS_MEMORY = "process_resident_memory_bytes", Gauge, [],
        "Memory that the process holds.";
    PROCESS_FDS = "process_open_fds", Gauge, [],
        "Files and connections that the process has open.";
    PROCESS_MAX_FDS = "process_max_fds", Gauge, [],
        "The most files and connections it may have open.";
}
