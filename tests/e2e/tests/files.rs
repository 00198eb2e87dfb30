//! A file from the desk to whoever reads the document: uploaded on one side, listed and downloaded on
//! the other, with the real roles in between.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[path = "files/receipts.rs"]
mod receipts;
mod support;

use std::sync::Arc;

use kit::http::{Http, Method};
use platform::clock::SystemClock;
use serde_json::json;

use support::{Site, document, position};

/// The bytes of a file that says it is a PDF.
fn pdf() -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0..100_000_u32).flat_map(u32::to_le_bytes));
    bytes
}

async fn part(reader: &Http, path: &str, range: &str) -> kit::http::Answer {
    let request = reader.request(Method::GET, path).header("range", range);
    reader.send(request).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_listed_read_in_part_withdrawn_and_still_there() {
    let fresh = kit::Env::get().await.fresh_migrated("files").await;
    let site = Site::open(fresh, Arc::new(SystemClock)).await;
    let answer = site.post("ana", "/documents", "k1", &document()).await;
    let id = answer.expect(201).json()["id"].as_str().unwrap().to_owned();
    let said = "file_name=Plano%20N.%C2%BA%201.pdf&description=Firmado";
    let to = format!("/api/v1/documents/{id}/attachments?{said}");
    let answer = site.desk("ana").upload(&to, "k2", pdf()).await.expect(201);
    let (file, at) = (answer.json()["attachment"].clone(), position(&answer));
    let file_id = file["id"].as_str().unwrap();

    let listed = site.read(&format!("/documents/{id}"), &at).await;
    let listed = &listed["attachments"][0];
    assert_eq!(listed["sha256"], file["sha256"]);
    assert_eq!(listed["description"], "Firmado");
    assert_eq!(listed["withdrawn_at"], json!(null));
    let timeline = site.read(&format!("/documents/{id}/timeline"), &at).await;
    assert_eq!(timeline["items"][1]["event"], "attachment.added");
    assert_eq!(timeline["items"][1]["note"], "Plano N.º 1.pdf");

    let (reader, bytes) = (site.reader(), pdf());
    let path = format!("/api/v1/documents/{id}/attachments/{file_id}");
    let whole = reader.get(&path).await.expect(200);
    assert_eq!(whole.bytes, bytes);
    assert_eq!(whole.header("content-type"), Some("application/pdf"));
    assert_eq!(whole.header("x-content-type-options"), Some("nosniff"));
    let disposition = "attachment; filename*=UTF-8''Plano%20N.%C2%BA%201.pdf";
    assert_eq!(whole.header("content-disposition"), Some(disposition));
    let tag = whole.header("etag").unwrap();
    let had = reader.with("if-none-match", tag).get(&path).await;
    assert!(had.expect(304).bytes.is_empty());
    let some = part(&reader, &path, "bytes=10-19").await.expect(206);
    assert_eq!(some.bytes, bytes[10..20]);
    let range = format!("bytes 10-19/{}", bytes.len());
    assert_eq!(some.header("content-range"), Some(&*range));
    let outside = part(&reader, &path, "bytes=900000-").await.expect(416);
    assert_eq!(outside.json()["type"], "/problems/range-not-satisfiable");
    let changed = reader.with("if-range", "\"other\"");
    assert_eq!(
        part(&changed, &path, "bytes=10-19").await.expect(200).bytes,
        bytes
    );
    let _ = reader
        .get(&format!("/api/v1/documents/{id}/attachments/{id}"))
        .await
        .expect(404);

    // A1: withdrawn, it says so, and its bytes are there.
    let why = json!({"reason": "Por error"});
    let withdraw = format!("/documents/{id}/attachments/{file_id}/withdraw");
    let answer = site.post("ana", &withdraw, "k3", &why).await.expect(200);
    let listed = site
        .read(&format!("/documents/{id}"), &position(&answer))
        .await;
    assert_eq!(listed["attachments"][0]["withdrawn_reason"], "Por error");
    assert_eq!(reader.get(&path).await.expect(200).bytes, bytes);
    site.verify().await;
    site.close().await;
}
