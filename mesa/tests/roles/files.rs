//! Large files, with the command and query roles in processes of their own: memory stays flat, and
//! what is killed half-way leaves nothing that anybody sees.

use std::convert::Infallible;
use std::time::Duration;

use futures::stream;
use kit::http::{Answer, Body, Http, Method};

use crate::installation::{Installation, Role, document};

const MIB: u64 = 1024 * 1024;

/// What a file of 200 MB has.
const LARGE: u64 = 200 * MIB;

/// By how much a process may grow while one goes through it.
const GROWTH: u64 = 20 * MIB;

/// A body of `size` bytes that begins as a PDF does, in chunks, each after a moment.
fn body(size: u64, pause: Duration) -> Body {
    const CHUNK: u64 = 64 * 1024;
    let chunks = stream::unfold(0, move |sent| async move {
        let left: u64 = size - sent;
        if left == 0 {
            return None;
        }
        tokio::time::sleep(pause).await;
        let filled = u8::try_from(sent / CHUNK % 251).unwrap();
        let mut chunk = vec![filled; usize::try_from(left.min(CHUNK)).unwrap()];
        if sent == 0 {
            chunk[..9].copy_from_slice(b"%PDF-1.7\n");
        }
        let sent = sent + chunk.len() as u64;
        Some((Ok::<_, Infallible>(chunk), sent))
    });
    Body::wrap_stream(chunks)
}

/// The resident memory of a role now, and the most it ever had, in bytes.
fn memory(role: &Role) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", role.process.pid())).unwrap();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
            * 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

async fn registered(http: &Http, key: &str) -> String {
    let answer = http.post("/api/v1/documents", key, &document()).await;
    answer.expect(201).json()["id"].as_str().unwrap().to_owned()
}

async fn upload(http: &Http, id: &str, key: &str, body: Body) -> Result<Answer, kit::http::Error> {
    let path = format!("/api/v1/documents/{id}/attachments?file_name=grande.pdf");
    let request = http.request(Method::POST, &path);
    let request = request.timeout(Duration::from_mins(3));
    http.try_send(request.header("idempotency-key", key).body(body))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_megabytes_go_in_and_out_in_flat_memory() {
    let site = Installation::begin("files_large").await;
    let key = site.key("ana").await;
    let (command, projector) = (site.role("command").await, site.role("projector").await);
    let query = site.role("query").await;
    let desk = command.http.with_key(&key);
    let id = registered(&desk, "one").await;
    // Once in small, so that what is made once is there.
    let small = upload(&desk, &id, "small", body(MIB, Duration::ZERO)).await;
    drop(small.unwrap().expect(201));

    let (before, _) = memory(&command);
    let answer = upload(&desk, &id, "large", body(LARGE, Duration::ZERO)).await;
    let answer = answer.unwrap().expect(201);
    let (_, most) = memory(&command);
    println!(
        "command: {} MiB before, {} MiB at most",
        before / MIB,
        most / MIB
    );
    assert!(most < before + GROWTH, "{before} grew to {most}");
    let file = answer.json()["attachment"].clone();
    assert_eq!(file["size"], LARGE);

    let at = answer.header("mesa-position").unwrap();
    let reader = query.http.with_key(&key).with("mesa-min-position", at);
    let path = format!(
        "/api/v1/documents/{id}/attachments/{}",
        file["id"].as_str().unwrap()
    );
    let last = reader
        .request(Method::GET, &path)
        .header("range", "bytes=-1");
    drop(reader.send(last).await.expect(206));
    let (before, _) = memory(&query);
    let mut answer = reader.request(Method::GET, &path).send().await.unwrap();
    let mut came = 0;
    while let Some(chunk) = answer.chunk().await.unwrap() {
        came += chunk.len() as u64;
    }
    let (_, most) = memory(&query);
    println!(
        "query: {} MiB before, {} MiB at most",
        before / MIB,
        most / MIB
    );
    assert_eq!(came, LARGE);
    assert!(most < before + GROWTH, "{before} grew to {most}");
    for role in [command, projector, query] {
        role.process.killed();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_is_killed_anywhere_leaves_nothing_to_see() {
    let site = Installation::begin("files_killed").await;
    let key = site.key("ana").await;
    let first = site.role("command").await;
    let id = registered(&first.http.with_key(&key), "one").await;
    let mut role = first;
    for after in [0, 3, 40, 150, 400, 900] {
        let desk = role.http.with_key(&key);
        let sending = upload(&desk, &id, "file", body(4 * MIB, Duration::from_millis(10)));
        let killing = async {
            tokio::time::sleep(Duration::from_millis(after)).await;
            role.process.killed();
        };
        let (sent, ()) = tokio::join!(sending, killing);
        // One that was done before the kill is a retry from then on.
        assert!(
            sent.is_err() || sent.unwrap().status == 201,
            "after {after} ms"
        );
        role = site.role("command").await;
    }
    // The last time whole: what was broken off is not in its way, and it is there once.
    let desk = role.http.with_key(&key);
    let sent = upload(&desk, &id, "file", body(4 * MIB, Duration::ZERO)).await;
    let sent = sent.unwrap().expect(201).json();
    assert_eq!(sent["version"], 2, "{sent}");
    let kept = std::fs::read_dir(site.fresh.objects.join("sha256")).unwrap();
    assert_eq!(kept.count(), 1);
    role.process.killed();
}
