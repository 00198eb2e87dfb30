//! The catalogue is well formed, and figures are shown as Prometheus reads them.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt;

use super::catalogue::{ALL, APPEND_DURATION, COMMANDS, NUMBERING_BATCH, QUERY_LIVE};
use super::*;

#[test]
fn names_are_unique_and_say_their_unit() {
    let mut seen = BTreeSet::new();
    for metric in ALL {
        let name = metric.name;
        assert!(seen.insert(name), "{name} occurs twice");
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(name.chars().all(fits), "{name}");
        assert!(metric.help.ends_with('.'), "{name}");
        let total = name.ends_with("_total");
        assert_eq!(total, metric.kind == Kind::Counter, "{name}");
        if let Kind::Histogram(bounds) = metric.kind {
            assert!(!bounds.is_empty() && bounds.is_sorted(), "{name}");
            let is_time = bounds[0] < 1.0;
            assert_eq!(name.ends_with("_seconds"), is_time, "{name}");
        }
    }
}

#[tokio::test]
async fn figures_are_shown_with_their_labels_buckets_and_help() {
    COMMANDS.counter(["test.shown", "appended"]).increment(2);
    APPEND_DURATION.histogram(["shown"]).record(0.003);
    NUMBERING_BATCH.histogram([]).record(7.0);
    let live = QUERY_LIVE.gauge([]);
    let sample = Sample::new(move || {
        let live = live.clone();
        async move { live.set(1.0) }
    });
    let request = Request::get(PATH).body(Body::empty()).unwrap();
    let answer = routes(vec![sample]).oneshot(request).await.unwrap();
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    for line in [
        "# TYPE mesa_commands_total counter",
        "# HELP mesa_query_live 1 while the projector is heard, so that answers are kept in the process.",
        "mesa_commands_total{command=\"test.shown\",outcome=\"appended\"} 2",
        "mesa_log_append_duration_seconds_bucket{of=\"shown\",le=\"0.0025\"} 0",
        "mesa_log_append_duration_seconds_bucket{of=\"shown\",le=\"0.005\"} 1",
        "mesa_log_append_duration_seconds_bucket{of=\"shown\",le=\"+Inf\"} 1",
        "mesa_numbering_batch_documents_bucket{le=\"10\"} 1",
        "mesa_query_live 1",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}\n{text}");
    }
    let memory = text
        .lines()
        .find_map(|line| line.strip_prefix("process_resident_memory_bytes "));
    assert!(memory.unwrap().parse::<f64>().unwrap() > 1e6, "{memory:?}");
}

#[tokio::test(start_paused = true)]
async fn a_sample_that_hangs_does_not_keep_the_figures_back() {
    let hangs = Sample::new(std::future::pending);
    let request = Request::get(PATH).body(Body::empty()).unwrap();
    let answer = routes(vec![hangs]).oneshot(request).await.unwrap();
    assert!(answer.status().is_success());
}
