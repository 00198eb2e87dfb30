//! What the roles tell of themselves while they serve: lines, traces and figures, and nothing of
//! the people whose documents they serve.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[path = "support/installation.rs"]
#[expect(dead_code, reason = "other tests by process need more of it")]
mod installation;
mod support;

use std::time::Duration;

use kit::http::Http;
use platform::metrics::catalogue;
use rustix::process::Signal;
use serde_json::{Value, json};

use installation::{Installation, document};
use support::{Mesa, free_address};

/// Everything that our own crates would ever say, and what is usual of the others.
const ALL_OF_OURS: &str =
    "info,mesa=trace,command=trace,projector=trace,query=trace,platform=trace,directory=trace";

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
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
async fn role(site: &Installation, name: &str) -> Speaking {
    let address = free_address();
    let mut arguments = vec![
        "--log-format=json".to_owned(),
        format!("--log-filter={ALL_OF_OURS}"),
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
    let command = role(&site, "command").await;
    let projector = role(&site, "projector").await;
    let query = role(&site, "query").await;

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

    let line = answered(&told[0], "POST", "/api/v1/documents");
    let span = &line["span"];
    assert_eq!(span["trace_id"], TRACE, "{line}");
    assert_eq!(span["parent_id"], CALLER, "{line}");
    assert_eq!(span["request_id"], request.as_str(), "{line}");
    let own = span["span_id"].as_str().unwrap();
    assert_ne!(own, CALLER);
    assert_eq!(header, format!("00-{TRACE}-{own}-00"));
    assert_eq!(line["http.status"], 201, "{line}");
    assert_eq!(line["command.outcome"], "appended", "{line}");
    assert_eq!(line["position"], position.as_str(), "{line}");
    assert!(line["duration_ms"].as_f64().unwrap() > 0.0, "{line}");
    for outcome in ["replayed", "refused"] {
        let is = |line: &Value| line["command.outcome"] == outcome;
        assert!(told[0].iter().any(is), "{outcome}");
    }

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
