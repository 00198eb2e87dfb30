//! Controls: damage done on purpose, one kind after the other, that the checker must find. If it
//! does not, its "nothing was lost" means nothing.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]
#![expect(clippy::print_stdout, reason = "the tests tell their figures")]

use std::path::Path;
use std::time::Duration;

use faults::check::{Verdict, caught_up, compare, compare_with};
use faults::institution::document;
use faults::ledger::{Attempt, Told};
use faults::load::{Load, is_older};
use faults::roles::Role;
use faults::run::under_load;
use faults::site::{Ground, Site};
use faults::table::Row;
use kit::http::Http;
use readmodel::Keys;
use readmodel::keys::encode;
use sqlx::PgPool;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_done_on_purpose_is_found() {
    let site = Site::open(&Ground::of(Path::new(env!("CARGO_BIN_EXE_faults")))).await;
    println!("{}", Row::head());
    let row = under_load(&site, "no fault", 1, 0, async |load| load.goes_on(60).await);
    row.await.must_hold();
    let pool = site.pool().await;
    let known = a_known_document(&site).await;

    a_row_is_altered(&site, &pool, &known).await;
    a_hot_value_is_altered(&site, &known).await;
    the_checkpoint_is_set_back(&site, &pool).await;
    an_acknowledgement_is_forged(&site).await;
    an_effect_is_nobodys(&site).await;
    a_retry_takes_a_new_key(&site).await;
    a_read_asks_for_no_position(&site).await;
    pool.close().await;
    site.close().await;
}

async fn a_known_document(site: &Site) -> Told {
    let attempts = site.ledger.read();
    let told = attempts.iter().rev().find_map(|one| one.told.clone());
    caught_up(site).await;
    told.unwrap()
}

fn found(control: &str, what: bool, verdict: &Verdict) {
    assert!(what, "the control did not fail: {control}: {verdict:#?}");
    println!("control failed, as it must: {control}");
}

async fn a_row_is_altered(site: &Site, pool: &PgPool, known: &Told) {
    let alter = |suffix: &'static str| {
        let change = "update documents set subject = $2 where id = $1::uuid";
        let text = format!("Solicita copia de planos{suffix}");
        sqlx::query(change).bind(known.document.clone()).bind(text)
    };
    alter(" y firma").execute(pool).await.unwrap();
    let verdict = compare(site).await;
    found("a row is altered", verdict.differing == 1, &verdict);
    alter("").execute(pool).await.unwrap();
    assert!(compare(site).await.holds());
}

async fn a_hot_value_is_altered(site: &Site, known: &Told) {
    let key = Keys::new(&site.names).hot_document(known.document.parse().unwrap());
    let redis = site.redis();
    let get = redis::Cmd::get(&key);
    let before: Option<String> = redis.ask(&get).await.unwrap();
    let position = known.position.max(1);
    let forged = before.as_ref().map_or_else(
        || encode(position, "{}"),
        |value| value.replace("Solicita", "Exige"),
    );
    redis
        .ask::<()>(&redis::Cmd::set(&key, forged))
        .await
        .unwrap();
    let verdict = compare(site).await;
    found("a hot value is altered", verdict.differing == 1, &verdict);
    redis.ask::<()>(&redis::Cmd::unlink(&key)).await.unwrap();
    assert!(compare(site).await.holds());
}

async fn the_checkpoint_is_set_back(site: &Site, pool: &PgPool) {
    for role in [Role::Projector(0), Role::Projector(1)] {
        site.roles.pause(role, true);
    }
    let back = async |by: i64| {
        let change = "update projection_checkpoint set sequence = sequence - $1";
        sqlx::query(change).bind(by).execute(pool).await.unwrap();
    };
    back(3).await;
    let verdict = compare(site).await;
    found(
        "the checkpoint is set back",
        verdict.differing > 0,
        &verdict,
    );
    back(-3).await;
    for role in [Role::Projector(0), Role::Projector(1)] {
        site.roles.pause(role, false);
    }
}

async fn an_acknowledgement_is_forged(site: &Site) {
    let mut attempts = site.ledger.read();
    let last = attempts.iter().rev().find(|one| one.told.is_some());
    let mut forged: Attempt = last.unwrap().clone();
    "forged".clone_into(&mut forged.key);
    if let Some(told) = &mut forged.told {
        told.position += 100_000;
    }
    attempts.push(forged);
    let verdict = compare_with(site, &attempts).await;
    found(
        "an acknowledgement is forged",
        verdict.lost.len() == 1,
        &verdict,
    );
}

async fn an_effect_is_nobodys(site: &Site) {
    let mut attempts = site.ledger.read();
    let place = attempts.iter().position(|one| one.told.is_some());
    let (path, key) = {
        let one = &attempts[place.unwrap()];
        (one.path.clone(), one.key.clone())
    };
    attempts.retain(|one| one.path != path || one.key != key);
    let verdict = compare_with(site, &attempts).await;
    found(
        "an effect is nobody's",
        !verdict.doubled.is_empty(),
        &verdict,
    );
}

/// What a client without idempotency keys does: it does not know, and asks for the same again.
async fn a_retry_takes_a_new_key(site: &Site) {
    let load = Load::new(site, "control", 1);
    let first = load.ask(0, "ana", "/documents", "kept", &document()).await;
    let again = load.ask(1, "ana", "/documents", "kept", &document()).await;
    assert_eq!(first, again);
    assert!(compare(site).await.doubled.is_empty());
    let _ = load.ask(1, "ana", "/documents", "new", &document()).await;
    let mut attempts = site.ledger.read();
    for attempt in &mut attempts {
        if attempt.key == "new" {
            "kept".clone_into(&mut attempt.key);
        }
    }
    caught_up(site).await;
    let verdict = compare_with(site, &attempts).await;
    found(
        "a retry takes a new key",
        !verdict.doubled.is_empty(),
        &verdict,
    );
}

async fn a_read_asks_for_no_position(site: &Site) {
    let http = Http::new(site.roles.address(Role::Query)).with_key(&site.keys["vera"]);
    let load = Load::new(site, "control", 1);
    let mut older = false;
    for n in 0..5 {
        // Both hang for less than the silence that marks an answer as stale.
        caught_up(site).await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        for role in [Role::Projector(0), Role::Projector(1)] {
            site.roles.pause(role, true);
        }
        let told = load
            .ask(0, "ana", "/documents", &format!("old-{n}"), &document())
            .await;
        let seen = is_older(site, &http, &told.unwrap(), false).await;
        for role in [Role::Projector(0), Role::Projector(1)] {
            site.roles.pause(role, false);
        }
        older |= seen == Some(true);
        if older {
            break;
        }
    }
    found("a read asks for no position", older, &Verdict::default());
}
