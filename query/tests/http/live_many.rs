//! Many readers at once, over plain sockets: what they cost.

use std::time::{Duration, Instant};

use crate::support::{Doc, Stage, id, key};
use events::classify::Role;
use kit::eventually;
use readmodel::Scope;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How many readers.
const READERS: usize = 1_000;

/// Opens a stream, and reads its first event.
async fn open(stage: &Stage, path: &str) -> TcpStream {
    let mut reader = TcpStream::connect(stage.address).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: mesa\r\nauthorization: Bearer {}\r\n\r\n",
        key(Role::VIEWER).text()
    );
    reader.write_all(request.as_bytes()).await.unwrap();
    until(&mut reader, "\nevent: snapshot\n").await;
    reader
}

/// Reads until `text` has come, and the data after it.
async fn until(reader: &mut TcpStream, text: &str) {
    let mut heard = String::new();
    let coming = async {
        loop {
            let mut part = [0; 4096];
            let length = reader.read(&mut part).await.unwrap();
            assert_ne!(length, 0, "it ended after {heard}");
            heard.push_str(std::str::from_utf8(&part[..length]).unwrap());
            let found = heard.find(text).map(|at| &heard[at..]);
            if found.is_some_and(|found| found.contains("\n\n")) {
                return;
            }
        }
    };
    let limit = Duration::from_secs(30);
    tokio::time::timeout(limit, coming).await.expect(text);
}

#[tokio::test]
async fn a_thousand_readers_of_a_document_cost_one_reading() {
    let stage = Stage::new("live_many").await;
    Doc::new(1).put(&stage.pool).await;
    let path = format!("/api/v1/stream/documents/{}", id(1));
    let mut readers = vec![open(&stage, &path).await];
    let before = resident_kb();
    while readers.len() < READERS {
        readers.push(open(&stage, &path).await);
    }
    assert_eq!(stage.query.streams(), READERS as u64);
    let reads = stage.query.reads();
    let doc = Doc {
        version: 9,
        ..Doc::new(1)
    };
    doc.put(&stage.pool).await;
    let begun = Instant::now();
    stage.voice.tell(9, &[Scope::Documents], &[id(1)]).await;
    for reader in &mut readers {
        until(reader, "\nevent: change\n").await;
    }
    let took = begun.elapsed();
    let grown = resident_kb().saturating_sub(before);
    println!("{READERS} streams take {grown} kB; a change reached all of them after {took:?}");
    assert_eq!(stage.query.reads() - reads, 1);
    drop(readers);
    let closed = async || (stage.query.streams() == 0).then_some(());
    eventually(Duration::from_secs(10), "all streams to be closed", closed).await;
    stage.end().await;
}

/// What this process has in memory; 0 where the system does not say.
fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_default()
}
