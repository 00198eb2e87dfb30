//! Files of documents: taken, refused, broken off; what is refused leaves nothing.

use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use kit::http::{Answer, Body};
use serde_json::json;

use crate::setup::{Must, Site};

/// The bytes of a file that says it is a PDF.
fn pdf(text: &str) -> Vec<u8> {
    format!("%PDF-1.7\n{text}").into_bytes()
}

async fn upload(site: &Site, id: &str, key: &str, query: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("/api/v1/documents/{id}/attachments?{query}");
    site.of("ana").upload(&path, key, bytes).await
}

/// How many files lie below `part` of the object store.
fn kept(site: &Site, part: &str) -> usize {
    fn files(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let count = |path: &Path| if path.is_dir() { files(path) } else { 1 };
        entries.map(|entry| count(&entry.path())).sum()
    }
    files(&site.fresh.objects.join(part))
}

fn problem(answer: &Answer) -> String {
    answer.json()["type"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_is_taken_by_what_its_bytes_say_and_once_for_a_key() {
    let site = Site::begin("files").await;
    let id = site.registered("one").await;
    let said = "file_name=Plano%20N.%C2%BA%201.pdf&kind=main&folios_from=1&folios_to=3";
    let first = upload(&site, &id, "k1", said, pdf("a plan"))
        .await
        .expect(201);
    let file = &first.json()["attachment"];
    assert_eq!(file["file_name"], "Plano N.º 1.pdf");
    assert_eq!(file["media_type"], "application/pdf");
    assert_eq!(file["size"], 15);
    assert_eq!(file["kind"], "main");
    assert_eq!(first.json()["version"], 2);
    assert_eq!((kept(&site, "sha256"), kept(&site, "uploads")), (1, 0));

    let again = upload(&site, &id, "k1", said, pdf("a plan"))
        .await
        .expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json(), first.json());
    let other = upload(&site, &id, "k1", said, pdf("another plan")).await;
    assert_eq!(problem(&other), "/problems/idempotency-key-reused");
    assert_eq!((kept(&site, "sha256"), kept(&site, "uploads")), (1, 0));

    let file = file["id"].as_str().unwrap();
    let withdraw = format!("/documents/{id}/attachments/{file}/withdraw");
    let why = json!({"reason": "Por error"});
    site.post("ana", &withdraw, "w1", &why).await.must(200);
    assert_eq!(kept(&site, "sha256"), 1, "bytes stay (A1)");
}

#[tokio::test]
async fn what_is_refused_is_not_kept_and_changes_nothing() {
    let site = Site::begin("files_refused").await;
    let id = site.registered("one").await;
    let (said, nowhere) = ("file_name=a.pdf", "00000000-0000-0000-0000-000000000001");
    let program = b"MZ\x90\0\x03 not a PDF".to_vec();
    for (of, query, bytes, status, kind) in [
        (&*id, said, program, 415, "file-type-not-allowed"),
        (&*id, said, b"words".to_vec(), 415, "file-type-not-allowed"),
        (&*id, said, vec![], 415, "file-type-not-allowed"),
        (
            &*id,
            "file_name=..%2Fa.pdf",
            pdf("x"),
            422,
            "invalid-command",
        ),
        (&*id, "kind=main", pdf("x"), 400, "malformed-parameter"),
        (
            &*id,
            "file_name=a.pdf&colour=red",
            pdf("x"),
            400,
            "malformed-parameter",
        ),
        (nowhere, said, pdf("x"), 404, "document-not-found"),
    ] {
        let answer = upload(&site, of, kind, query, bytes).await.expect(status);
        assert_eq!(problem(&answer), format!("/problems/{kind}"));
    }
    let path = format!("/api/v1/documents/{id}/attachments?{said}");
    site.of("luis")
        .upload(&path, "luis", pdf("x"))
        .await
        .must(403);
    site.of("vera")
        .upload(&path, "vera", pdf("x"))
        .await
        .must(403);
    site.instance
        .http
        .upload(&path, "nobody", pdf("x"))
        .await
        .must(401);
    assert_eq!((kept(&site, "sha256"), kept(&site, "uploads")), (0, 0));

    upload(&site, &id, "first", said, pdf("x")).await.must(201);
    let same = upload(&site, &id, "second", said, pdf("x"))
        .await
        .expect(409);
    assert_eq!(problem(&same), "/problems/already-attached");
    let main = "file_name=b.pdf&kind=main";
    upload(&site, &id, "main", main, pdf("y")).await.must(201);
    let second = upload(&site, &id, "main2", main, pdf("z"))
        .await
        .expect(409);
    assert_eq!(problem(&second), "/problems/main-attached");
    let gone = format!("/documents/{id}/attachments/{id}/withdraw");
    let gone = site
        .post("ana", &gone, "gone", &json!({"reason": "x"}))
        .await;
    assert_eq!(problem(&gone.expect(404)), "/problems/attachment-not-found");
    assert_eq!((kept(&site, "sha256"), kept(&site, "uploads")), (2, 0));
}

#[tokio::test]
async fn a_file_that_is_too_large_or_breaks_off_leaves_nothing() {
    let fresh = kit::Env::get().await.fresh("files_large").await;
    let site = Site::begin_with_files(fresh, 100).await;
    let (id, said) = (site.registered("one").await, "file_name=a.pdf");
    let large = upload(&site, &id, "large", said, pdf(&"x".repeat(100))).await;
    assert_eq!(problem(&large.expect(413)), "/problems/file-too-large");

    let path = format!("/api/v1/documents/{id}/attachments?{said}");
    let gone = stream::iter([Err(std::io::Error::other("gone"))]);
    let broken = stream::iter([Ok(pdf("the beginning"))]).chain(gone);
    let client = site.of("ana");
    let request = client.request(kit::http::Method::POST, &path);
    let request = request.header("idempotency-key", "gone");
    let sent = client.try_send(request.body(Body::wrap_stream(broken)));
    assert!(sent.await.is_err(), "the client broke off");
    let nothing = async || {
        let left = kept(&site, "sha256") + kept(&site, "uploads");
        (left == 0).then_some(())
    };
    kit::eventually(Duration::from_secs(10), "nothing to be left", nothing).await;
    let after = upload(&site, &id, "after", said, pdf("whole")).await;
    assert_eq!(after.expect(201).json()["version"], 2);
}
