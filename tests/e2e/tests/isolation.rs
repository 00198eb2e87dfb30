//! Two-office isolation: whoever does not see a restricted document never reads a byte of it, in
//! any answer to any question of the API, with warm caches and with cold ones.
//!
//! Documents, derivations of every kind and what becomes of them, notes, files and links are drawn
//! by chance; each document carries words of its own. Then everybody walks every question that
//! [`query::routes::questions`] lists ([`walk`]).

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[path = "isolation/desk.rs"]
mod desk;
mod support;
#[path = "isolation/walk.rs"]
mod walk;

use std::sync::Arc;

use kit::Chance;
use kit::live::Events;
use platform::clock::SystemClock;
use serde_json::json;

use desk::{Desk, Doc};
use support::Site;
use walk::Walker;

/// Who asks, and of which offices; those who belong to none read more than others.
const PEOPLE: [(&str, &[&str]); 9] = [
    ("gus", &["GER"]),
    ("luis", &["LOG"]),
    ("vera", &[]),
    ("adan", &[]),
    ("inti", &["LEG"]),
    ("lea", &["LEG"]),
    ("jefa", &["MP", "LOG", "LEG"]),
    ("ana", &["MP"]),
    ("audi", &[]),
];

/// Whether `login` sees `doc`.
fn sees(login: &str, doc: &Doc) -> bool {
    let offices = PEOPLE.iter().find(|(name, _)| *name == login).unwrap().1;
    login == "audi" || !doc.restricted || offices.iter().any(|office| doc.seen_by.contains(*office))
}

async fn walk_all(desk: &Desk, people: impl Iterator<Item = &'static str>) {
    for login in people {
        let mut walker = Walker::new(desk, login);
        walker.walk().await;
        walker.judge();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_a_byte_of_a_restricted_document_that_is_not_shown_to_them() {
    let seed = Chance::new_seed();
    println!("seed {seed}");
    let fresh = kit::Env::get().await.fresh_migrated("isolation").await;
    let site = Site::open(fresh, Arc::new(SystemClock)).await;
    let mut desk = Desk::new(site, Chance::of(seed));
    desk.permit_auditor().await;
    for _ in 0..10 {
        desk.document().await;
    }
    desk.link_all().await;
    let hidden = desk.docs.iter().filter(|doc| !sees("gus", doc)).count();
    assert!(hidden > 0 && hidden < desk.docs.len(), "{hidden}");
    // Those who see less come first, when nothing is kept, and again when everything is.
    let logins = || PEOPLE.iter().map(|(login, _)| *login);
    walk_all(&desk, logins()).await;
    walk_all(&desk, logins().take(3)).await;
    // What was open is restricted, and the other way round; what is kept from before is of no use.
    desk.turn_over().await;
    walk_all(&desk, logins().rev()).await;
    desk.site.verify().await;
    desk.site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_show_nothing_of_it_and_end_where_it_is_no_longer_shown() {
    let fresh = kit::Env::get().await.fresh_migrated("isolation_live").await;
    let site = Site::open(fresh, Arc::new(SystemClock)).await;
    let mut desk = Desk::new(site, Chance::of(7));
    let open = desk.registered(false).await;
    let other = desk.registered(false).await;
    let (path, canary) = {
        let doc = &desk.docs[open];
        (
            format!("/api/v1/stream/documents/{}", doc.id),
            doc.canary.clone(),
        )
    };
    let _ = desk
        .site
        .read(&format!("/documents/{}", desk.docs[other].id), &desk.at)
        .await;
    let vera = desk.site.reader();
    let start = format!("{}:1", desk.site.names.log_stream());
    let mut document = Events::open(&vera, &path, None).await;
    let mut feed = Events::open(&vera, "/api/v1/stream/feed", Some(&start)).await;
    let first = document.expect("snapshot").await.data.to_string();
    assert!(first.contains(&canary), "{first}");
    while !feed
        .expect("change")
        .await
        .data
        .to_string()
        .contains(&desk.docs[other].id)
    {}

    desk.restrict(open, "motivo reservado").await;
    let text = format!("secreto de {canary}");
    desk.note(open, &text).await;
    desk.note(other, "visible").await;
    let end = document.until("end").await;
    assert_eq!(end.data["reason"], "not_found");
    let next = feed.expect("change").await.data.to_string();
    assert!(next.contains("visible"), "{next}");

    // Who comes back is not sent what was kept of it either.
    let mut again = Events::open(&vera, "/api/v1/stream/feed", Some(&start)).await;
    loop {
        let said = again.expect("change").await.data.to_string();
        assert!(!said.contains(&desk.docs[open].id), "{said}");
        if said.contains("visible") {
            break;
        }
    }
    let ana = desk.site.as_user("ana");
    let mut seen = Events::open(&ana, &path, None).await;
    let shown = seen.expect("snapshot").await.data.to_string();
    assert!(shown.contains("motivo reservado"), "{shown}");
    let _ = vera.get(&path).await.expect(404);
    desk.site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_on_what_is_not_shown_is_answered_as_on_what_is_not_there() {
    let fresh = kit::Env::get().await.fresh_migrated("isolation_acts").await;
    let site = Site::open(fresh, Arc::new(SystemClock)).await;
    let mut desk = Desk::new(site, Chance::of(7));
    let hidden = desk.registered(true).await;
    let open = desk.registered(false).await;
    let unknown = uuid::Uuid::from_u128(7).to_string();
    let id = desk.docs[hidden].id.clone();
    let commands = command::commands();
    let of_document = |path: &String| path.contains("/documents/{id}/");
    for (n, (pattern, act)) in commands
        .into_iter()
        .filter(|(path, _)| of_document(path))
        .enumerate()
    {
        let mut said = Vec::new();
        for document in [&id, &unknown] {
            let path = pattern
                .replace("{id}", document)
                .replace("{n}", "1")
                .replace("{attachment}", &unknown);
            let path = path.trim_start_matches("/api/v1").to_owned();
            for (turn, tag) in [None, Some("\"1\""), Some("\"2\"")].into_iter().enumerate() {
                let http = desk.site.desk("gus");
                let http = tag.map_or(http.clone(), |tag| http.with("if-match", tag));
                let body = walk::body_of(&pattern, &desk.docs[open].id);
                let path = format!("/api/v1{path}");
                let answer = if pattern.ends_with("/attachments") {
                    let path = format!("{path}?file_name=a.pdf");
                    http.upload(&path, &format!("{n}-{turn}"), b"%PDF-1.7\n".to_vec())
                        .await
                } else {
                    http.post(&path, &format!("{n}-{turn}"), &body).await
                };
                let mut told = answer.json();
                told["trace_id"] = json!(null);
                said.push((
                    answer.status.as_u16(),
                    told.to_string().replace(document, "-"),
                ));
            }
        }
        let (hidden, unknown) = said.split_at(3);
        assert_eq!(hidden, unknown, "{pattern} {act:?}");
        assert!(
            matches!(hidden[0].0, 403 | 404),
            "{pattern}: {}",
            hidden[0].1
        );
    }
    let link = json!({"document_id": id, "kind": "continues"});
    let path = format!("/documents/{}/links", desk.docs[open].id);
    let refused = desk.site.post("gus", &path, "hidden", &link).await;
    let link = json!({"document_id": unknown, "kind": "continues"});
    let missing = desk.site.post("gus", &path, "missing", &link).await;
    let errors = |answer: kit::http::Answer| answer.expect(422).json()["errors"].clone();
    assert_eq!(errors(refused), errors(missing));
    let shown = desk
        .site
        .as_user("ana")
        .get(&format!("/api/v1/documents/{id}"))
        .await;
    assert_eq!(
        shown.expect(200).json()["version"],
        2,
        "nothing has changed"
    );
    desk.site.close().await;
}
