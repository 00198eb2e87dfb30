use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use super::*;
use crate::ids::SequenceIds;
use crate::tasks::Tasks;

async fn taken(Json(value): Json<Vec<u32>>) -> Json<usize> {
    Json(value.len())
}

async fn broken() -> &'static str {
    panic!("the handler is broken")
}

fn app() -> Router {
    let checks = vec![
        Check::new("log", async || Health::Ready),
        Check::new("cache", async || Health::Degraded("away".to_owned())),
    ];
    let routes = Router::new()
        .route("/numbers", post(taken))
        .route("/broken", get(broken))
        .route("/id", get(async |id: RequestId| id.0.to_string()))
        .merge(health::routes("test", checks));
    wrap(routes, Arc::new(SequenceIds::default()))
}

async fn ask(request: Request<Body>) -> (StatusCode, axum::http::HeaderMap, Vec<u8>) {
    let response = app().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, body.to_vec())
}

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

fn posted(kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/numbers")
        .header("content-type", kind)
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn a_good_body_is_taken() {
    let (status, headers, body) = ask(posted("application/json", "[1,2]")).await;
    assert_eq!((status, body.as_slice()), (StatusCode::OK, &b"2"[..]));
    assert_eq!(headers["content-type"], "application/json");
}

#[tokio::test]
async fn a_problem_is_in_the_language_asked_for_and_names_the_request() {
    let request = Request::get("/nowhere")
        .header("accept-language", "en")
        .body(Body::empty())
        .unwrap();
    let (status, headers, body) = ask(request).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(headers["content-type"], "application/problem+json");
    assert_eq!(headers["content-language"], "en");
    let problem = json(&body);
    assert_eq!(problem["type"], "/problems/no-such-path");
    assert_eq!(problem["title"], "There is nothing at this address");
    assert_eq!(problem["status"], 404);
    assert_eq!(problem["trace_id"], "00000000-0000-0000-0000-000000000001");
    assert_eq!(
        headers["x-request-id"].to_str().unwrap(),
        problem["trace_id"]
    );
}

#[tokio::test]
async fn another_method_is_a_problem_that_names_the_allowed_ones() {
    let request = Request::get("/numbers").body(Body::empty()).unwrap();
    let (status, headers, body) = ask(request).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(
        json(&body)["title"],
        "El método no está permitido en esta dirección"
    );
    assert_eq!(headers["allow"], "POST");
}

#[tokio::test]
async fn a_panic_is_a_problem_and_tells_nothing() {
    let request = Request::get("/broken").body(Body::empty()).unwrap();
    let (status, _, body) = ask(request).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let text = String::from_utf8(body).unwrap();
    assert!(text.contains("/problems/internal-error"), "{text}");
    assert!(!text.contains("handler"), "{text}");
}

#[tokio::test]
async fn a_wrong_type_and_too_much_of_it_are_told_apart() {
    let (status, _, _) = ask(posted("text/plain", "[]")).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, _, body) = ask(posted("application/json", " ".repeat(MAX_BODY + 1))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(json(&body)["type"], "/problems/body-too-large");
    let (status, _, body) = ask(posted("application/json", "[1,true]")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(json(&body)["errors"][0]["pointer"], "/1");
}

#[tokio::test]
async fn the_trace_of_the_caller_is_the_id_of_the_request() {
    let request = Request::get("/id")
        .header(
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        .body(Body::empty())
        .unwrap();
    let (_, _, body) = ask(request).await;
    assert_eq!(body, b"0af76519-16cd-43dd-8448-eb211c80319c");
}

#[tokio::test]
async fn a_degraded_process_stays_in_service_and_says_why() {
    let (status, headers, body) = ask(Request::get("/readyz").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["cache-control"], "no-store");
    let body = json(&body);
    assert_eq!(body["state"], "degraded");
    assert_eq!(body["checks"][1]["detail"], "away");
    let unready = health::routes(
        "test",
        vec![Check::new("log", async || {
            Health::Unready("gone".to_owned())
        })],
    );
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    let response = unready.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn what_is_in_flight_at_the_word_to_stop_is_answered() {
    let tasks = Tasks::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let stop = tasks.clone();
    let slow = async move || {
        stop.stop();
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        "done"
    };
    let routes = Router::new().route("/slow", get(slow));
    let serving = tasks.clone();
    tasks.spawn(async move { serve(listener, routes, &serving).await.unwrap() });
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream
        .write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("done"), "{answer}");
    tasks.drain().await;
    assert!(TcpStream::connect(at).await.is_err());
}

#[tokio::test]
async fn a_process_that_leaves_says_so_on_connections_it_has_and_takes_them_leave() {
    let tasks = Tasks::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let serving = tasks.clone();
    tasks.spawn(async move { serve(listener, app(), &serving).await.unwrap() });
    let mut kept = TcpStream::connect(at).await.unwrap();
    let ask = b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n";
    kept.write_all(ask).await.unwrap();
    let mut first = [0; 12];
    kept.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    tasks.stop();
    kept.write_all(ask).await.unwrap();
    // Its end is the connection's, which a kept one does not have.
    let mut rest = String::new();
    kept.read_to_string(&mut rest).await.unwrap();
    let last = rest.rsplit("HTTP/1.1 ").next().unwrap();
    assert!(last.starts_with("503"), "{rest}");
    assert!(last.contains("connection: close") && last.contains("stops"));
    tasks.drain().await;
}

#[test]
fn slugs_are_unique() {
    let mut slugs: Vec<_> = problem::COMMON.iter().map(|kind| kind.slug).collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), problem::COMMON.len());
}
