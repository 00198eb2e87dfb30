//! Requests as figures: counted by route, method and class of status, and timed.
//!
//! What is counted for a route is looked up once and then kept, so that counting a request costs
//! a look into a map and a few additions, and takes no memory.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::http::{Method, StatusCode};

use crate::metrics::{Counter, Histogram, catalogue};

/// Methods that are told apart; any other is `other`, so that callers cannot make up figures.
const METHODS: [&str; 7] = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "other"];
/// Classes of status.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

static SEEN: LazyLock<RwLock<HashMap<Box<str>, OfRoute>>> = LazyLock::new(RwLock::default);

type OfRoute = [OnceLock<OfMethod>; METHODS.len()];

struct OfMethod {
    duration: Histogram,
    answered: [OnceLock<Counter>; CLASSES.len()],
}

/// Counts a request to `route` that was answered with `status` after `duration`.
pub(super) fn count(route: &str, method: &Method, status: StatusCode, duration: Duration) {
    let seen = SEEN.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = seen.get(route) {
        return known_route(known, route, method, status, duration);
    }
    drop(seen);
    let mut seen = SEEN.write().unwrap_or_else(PoisonError::into_inner);
    let known = seen.entry(route.into()).or_default();
    known_route(known, route, method, status, duration);
}

fn known_route(
    known: &OfRoute,
    route: &str,
    method: &Method,
    status: StatusCode,
    duration: Duration,
) {
    let other = METHODS.len() - 1;
    let place = METHODS.iter().position(|name| *name == method.as_str());
    let place = place.unwrap_or(other);
    let method = METHODS[place];
    let of = known[place].get_or_init(|| OfMethod {
        duration: catalogue::HTTP_DURATION.histogram([route, method]),
        answered: Default::default(),
    });
    of.duration.record(duration);
    let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
    let answered = of.answered[class]
        .get_or_init(|| catalogue::HTTP_REQUESTS.counter([route, method, CLASSES[class]]));
    answered.increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::render;

    #[test]
    fn requests_are_counted_by_route_method_and_class() {
        let route = "/test/{counted}";
        let fast = Duration::from_micros(300);
        for status in [200, 201, 404] {
            let status = StatusCode::from_u16(status).unwrap();
            count(route, &Method::GET, status, fast);
        }
        let odd = Method::from_bytes(b"MADE-UP").unwrap();
        count(route, &odd, StatusCode::METHOD_NOT_ALLOWED, fast);
        let text = render();
        let of = |method, class| {
            format!(
                "mesa_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{class}\"}}"
            )
        };
        for (line, n) in [
            (of("GET", "2xx"), 2),
            (of("GET", "4xx"), 1),
            (of("other", "4xx"), 1),
        ] {
            let line = format!("{line} {n}");
            assert!(text.lines().any(|shown| shown == line), "{line}\n{text}");
        }
        assert!(!text.contains("MADE-UP"));
        let bucket = format!(
            "mesa_http_request_duration_seconds_bucket{{route=\"{route}\",method=\"GET\",le=\"0.0005\"}} 3"
        );
        assert!(text.contains(&bucket), "{text}");
    }
}
