//! What the roles tell of themselves while they serve: lines, traces and figures, and nothing of
//! the people whose documents they serve.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[path = "support/installation.rs"]
#[expect(dead_code, reason = "other tests by process need more of it")]
mod installation;
mod support;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use kit::http::Http;
use platform::http::serve;
use platform::metrics::catalogue;
use platform::tasks::Tasks;
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use installation::{Installation, document};
use support::{Mesa, free_address};

/// Everything that our own crates would ever say, and what is usual of the others.
const ALL_OF_OURS: &str =
    "info,mesa=trace,command=trace,projector=trace,query=trace,platform=trace,directory=trace";

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
/// A trace that its caller keeps.
const KEPT: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "b7ad6b7169203331";

const SENDER: &str = "Hermenegilda Quispe Ccori";
const NUMBER: &str = "40917263";
const SUBJECT: &str = "Reclamo por la tubería de la calle Zarumilla";
const NOTE: &str = "Llamar al señor Huamaní por la tarde";

struct Speaking {
    process: Mesa,
    http: Http,
}

/// A role that says everything, as JSON.
async fn role(site: &Installation, name: &str, collector: SocketAddr) -> Speaking {
    let address = free_address();
    let mut arguments = vec![
        "--log-format=json".to_owned(),
        format!("--log-filter={ALL_OF_OURS}"),
        format!("--otlp-url=http://{collector}"),
        name.to_owned(),
        format!("--listen={address}"),
    ];
    arguments.extend(site.log());
    if name != "command" {
        arguments.extend(site.views());
    }
    let process = Mesa::begin(arguments);
    let http = Http::new(address);
    let url = format!("http://{address}/readyz");
    kit::eventually(Duration::from_secs(30), name, async || {
        let asked = Mesa::run(["health", "--url", &url]).await;
        asked.status.success().then_some(())
    })
    .await;
    Speaking { process, http }
}

/// A collector of spans, as far as one is needed: it takes what is posted, and knows each span by
/// the service that sent it.
struct Collector {
    address: SocketAddr,
    spans: Arc<Mutex<Vec<(String, Value)>>>,
    tasks: Tasks,
}

impl Collector {
    async fn begin() -> Self {
        let spans: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let taken = Arc::clone(&spans);
        let take = async move |body: Bytes| {
            let told: Value = serde_json::from_slice(&body).unwrap();
            for resource in told["resourceSpans"].as_array().unwrap() {
                let service = &resource["resource"]["attributes"][0];
                assert_eq!(service["key"], "service.name");
                let service = service["value"]["stringValue"].as_str().unwrap();
                for scope in resource["scopeSpans"].as_array().unwrap() {
                    let spans = scope["spans"].as_array().unwrap().iter();
                    let spans = spans.map(|span| (service.to_owned(), span.clone()));
                    taken.lock().unwrap().extend(spans);
                }
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tasks, routes) = (
            Tasks::default(),
            Router::new().route("/v1/traces", post(take)),
        );
        let serving = tasks.clone();
        tasks.spawn(async move { serve(listener, routes, &serving).await.unwrap() });
        Self {
            address,
            spans,
            tasks,
        }
    }

    /// The span named `name` of `service` in the trace, if it came.
    fn span(&self, service: &str, name: &str, trace: &str) -> Option<Value> {
        let spans = self.spans.lock().unwrap();
        let is = |(of, span): &&(String, Value)| {
            of == service && span["name"] == name && span["traceId"] == trace
        };
        spans.iter().find(is).map(|(_, span)| span.clone())
    }
}

/// The lines of a process, which must all be JSON.
fn lines(said: &str) -> Vec<Value> {
    said.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect()
}

/// The line with this message and route.
fn answered<'a>(lines: &'a [Value], method: &str, route: &str) -> &'a Value {
    let is = |line: &&Value| {
        line["message"] == "request answered"
            && line["http.method"] == method
            && line["http.route"] == route
    };
    lines.iter().find(is).unwrap()
}

/// The figure named `name`, with these labels.
async fn figure(http: &Http, name: &str) -> Option<f64> {
    let text = http.get("/metrics").await.expect(200).text();
    let of = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
    text.lines().find_map(of)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_is_told_whole_and_without_the_person_who_asked_for_it() {
    let site = Installation::begin("telemetry").await;
    let key = site.key("ana").await;
    let collector = Collector::begin().await;
    let command = role(&site, "command", collector.address).await;
    let projector = role(&site, "projector", collector.address).await;
    let query = role(&site, "query", collector.address).await;

    let mut body = document();
    body["sender"] = json!({"name": SENDER, "kind": "dni", "number": NUMBER});
    body["subject"] = SUBJECT.into();
    let caller = format!("00-{TRACE}-{CALLER}-00");
    let desk = command.http.with_key(&key);
    let traced = desk.with("traceparent", &caller);
    let registered = traced.post("/api/v1/documents", "first", &body).await;
    let registered = registered.expect(201);
    let position = registered.header("mesa-position").unwrap().to_owned();
    let request = registered.header("x-request-id").unwrap().to_owned();
    let id = registered.json()["id"].as_str().unwrap().to_owned();
    let again = traced.post("/api/v1/documents", "first", &body).await;
    assert_eq!(
        again.expect(201).header("idempotent-replayed"),
        Some("true")
    );
    let kept = format!("00-{KEPT}-{CALLER}-01");
    let second = desk.with("traceparent", &kept);
    let second = second.post("/api/v1/documents", "second", &body).await;
    let _ = second.expect(201);
    let other = desk.post("/api/v1/documents", "first", &document()).await;
    assert_eq!(other.status, 422, "{}", other.text());
    let notes = format!("/api/v1/documents/{id}/notes");
    let remark = desk.post(&notes, "note", &json!({"text": NOTE})).await;
    let remark = remark.expect(201);

    let last = remark.header("mesa-position").unwrap();
    let reader = query.http.with_key(&key).with("mesa-min-position", last);
    let one = format!("/api/v1/documents/{id}");
    let _ = reader.get(&one).await.expect(200);
    let search = format!("/api/v1/documents?sender_number={NUMBER}");
    let _ = reader.get(&search).await;
    let odd = format!("/api/v1/nothing/{NUMBER}");
    assert_eq!(reader.get(&odd).await.status, 404);
    site.caught_up().await;

    // The record carries the caller's trace, and the request's span of it.
    let sequence: u64 = position.rsplit(':').next().unwrap().parse().unwrap();
    let jetstream = async_nats::jetstream::new(site.fresh.nats_client().await);
    let log = jetstream.get_stream(site.names.log_stream()).await.unwrap();
    let record = log.get_raw_message(sequence).await.unwrap();
    let header = record
        .headers
        .get("traceparent")
        .unwrap()
        .as_str()
        .to_owned();

    let applied = async || {
        projector
            .process
            .said()
            .contains("record applied")
            .then_some(())
    };
    kit::eventually(Duration::from_secs(20), "the projector's lines", applied).await;
    let figures = [&command, &projector, &query].map(|role| role.http.clone());
    counted(&figures).await;

    let mut all = String::new();
    let mut told = Vec::new();
    for role in [command, projector, query] {
        let said = role.process.told(Signal::TERM).await.with(0);
        told.push(lines(&said));
        all.push_str(&said);
    }

    all.push_str(&sent(&collector));
    collector.tasks.drain().await;

    let own = told_by_command(&told[0], &request, &position);
    assert_eq!(header, format!("00-{TRACE}-{own}-00"));

    let is = |line: &&Value| line["message"] == "record applied" && line["position"] == sequence;
    let line = told[1].iter().find(is).unwrap();
    assert_eq!(line["trace_id"], TRACE, "{line}");
    assert_eq!(line["parent_id"], own, "{line}");
    assert_eq!(line["request_id"], request.as_str(), "{line}");

    let _ = answered(&told[2], "GET", "/api/v1/documents/{id}");
    let _ = answered(&told[2], "GET", "/api/v1/documents");
    for personal in [
        SENDER,
        "Hermenegilda",
        NUMBER,
        SUBJECT,
        "Zarumilla",
        NOTE,
        "Huaman",
        &key,
    ] {
        assert!(!all.contains(personal), "a line tells {personal}");
    }
    site.end().await;
}

/// What the caller keeps was sent to the collector, the projector's transaction below the request;
/// gives all that was sent.
fn sent(collector: &Collector) -> String {
    let request_span = collector.span("mesa-command", "POST /api/v1/documents", KEPT);
    let request_span = request_span.unwrap();
    assert_eq!(request_span["parentSpanId"], CALLER, "{request_span}");
    let applied = collector
        .span("mesa-projector", "apply record", KEPT)
        .unwrap();
    assert_eq!(applied["parentSpanId"], request_span["spanId"], "{applied}");
    let nanos = |span: &Value, key: &str| span[key].as_str().unwrap().parse::<u64>().unwrap();
    for span in [&request_span, &applied] {
        let (begun, ended) = (
            nanos(span, "startTimeUnixNano"),
            nanos(span, "endTimeUnixNano"),
        );
        assert!(begun < ended && ended - begun < 60_000_000_000, "{span}");
    }
    let spans = collector.spans.lock().unwrap().clone();
    assert!(
        spans.iter().all(|(_, span)| span["traceId"] != TRACE),
        "not sampled, and sent"
    );
    spans.iter().map(|(_, span)| span.to_string()).collect()
}

/// The lines of the command role: the request in the caller's trace, and every outcome; gives the
/// id of its span.
fn told_by_command<'a>(lines: &'a [Value], request: &str, position: &str) -> &'a str {
    let line = answered(lines, "POST", "/api/v1/documents");
    let span = &line["span"];
    assert_eq!(span["trace_id"], TRACE, "{line}");
    assert_eq!(span["parent_id"], CALLER, "{line}");
    assert_eq!(span["request_id"], request, "{line}");
    let own = span["span_id"].as_str().unwrap();
    assert_ne!(own, CALLER);
    assert_eq!(line["http.status"], 201, "{line}");
    assert_eq!(line["command.outcome"], "appended", "{line}");
    assert_eq!(line["position"], position, "{line}");
    assert!(line["duration_ms"].as_f64().unwrap() > 0.0, "{line}");
    for outcome in ["replayed", "refused"] {
        let is = |line: &Value| line["command.outcome"] == outcome;
        assert!(lines.iter().any(is), "{outcome}");
    }
    own
}

async fn counted([command, projector, query]: &[Http; 3]) {
    for (http, name, least) in [
        (
            command,
            r#"mesa_commands_total{command="documents",outcome="appended"}"#,
            1.0,
        ),
        (
            command,
            r#"mesa_commands_total{command="documents",outcome="replayed"}"#,
            1.0,
        ),
        (
            command,
            r#"mesa_commands_total{command="documents",outcome="refused"}"#,
            1.0,
        ),
        (
            command,
            r#"mesa_log_appends_total{of="batch",outcome="ok"}"#,
            1.0,
        ),
        (
            command,
            r#"mesa_log_append_duration_seconds_count{of="record"}"#,
            1.0,
        ),
        (command, "mesa_numbering_batch_documents_sum", 1.0),
        (command, r#"mesa_nats_connected{role="command"}"#, 1.0),
        (projector, "mesa_projector_at_work", 1.0),
        (projector, "mesa_projector_records_total", 3.0),
        (projector, "mesa_projector_events_total", 3.0),
        (projector, "mesa_projector_position", 3.0),
        (projector, "mesa_projector_log_end", 3.0),
        (
            projector,
            "mesa_projector_transaction_duration_seconds_count",
            1.0,
        ),
        (
            projector,
            r#"mesa_postgres_connections_limit{role="projector"}"#,
            1.0,
        ),
        (query, "mesa_query_live", 1.0),
        (query, "mesa_query_position", 3.0),
        (
            query,
            r#"mesa_http_requests_total{route="/api/v1/documents/{id}",method="GET",status="2xx"}"#,
            1.0,
        ),
        (
            query,
            r#"mesa_http_requests_total{route="none",method="GET",status="4xx"}"#,
            1.0,
        ),
        (query, "process_resident_memory_bytes", 1e6),
        (query, "process_open_fds", 3.0),
    ] {
        let found = figure(http, name).await;
        assert!(
            found.is_some_and(|found| found >= least),
            "{name} {found:?}"
        );
    }
    for name in [
        "mesa_projector_lag_records",
        "mesa_projector_lag_seconds",
        "mesa_projector_parked",
    ] {
        assert_eq!(figure(projector, name).await, Some(0.0), "{name}");
    }
    let from = |source| format!("mesa_query_answers_total{{source=\"{source}\"}}");
    let mut answers = 0.0;
    for source in ["process", "redis", "database"] {
        answers += figure(query, &from(source)).await.unwrap_or_default();
    }
    assert!(answers >= 1.0);
    for http in [command, projector, query] {
        let text = http.get("/metrics").await.expect(200).text();
        for line in text.lines().filter_map(|line| line.strip_prefix("# HELP ")) {
            let name = line.split(' ').next().unwrap();
            let known = catalogue::ALL.iter().any(|metric| metric.name == name);
            assert!(known, "{name} is not in the catalogue");
        }
        assert!(!text.contains(NUMBER) && !text.contains(SENDER));
    }
}
