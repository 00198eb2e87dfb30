//! How much may be asked for, and how often one may be wrong, with the limits that hold when
//! nobody says anything else.

use std::time::Duration;

use command::Config;
use kit::http::{Answer, Http};
use kit::{Fresh, Kind, OwnServers, Profile, eventually};
use platform::limit::{Limits, Rates};
use reqwest::Method;
use serde_json::json;

use crate::setup::{Must, Site, document, serve_as, user};

const RIGHT: &str = "caballo correcto pila";

fn limited(fresh: &Fresh, limits: Limits) -> Config {
    Config {
        limits,
        ..Config::new(fresh.nats(), fresh.objects())
    }
}

/// Believed when it says for whom it asks, as a proxy on this machine.
fn behind_a_proxy() -> Limits {
    Limits {
        trusted: vec!["127.0.0.0/8".parse().unwrap()],
        ..Limits::default()
    }
}

fn from(http: &Http, address: &str) -> Http {
    http.with("x-forwarded-for", address)
}

fn slug(answer: &Answer) -> String {
    answer.json()["type"].as_str().unwrap().to_owned()
}

/// A command that changes nothing, because its body is none.
async fn ask(http: &Http) -> Answer {
    http.post("/api/v1/documents", "k", &json!({})).await
}

async fn log_in(http: &Http, login: &str, password: &str) -> Answer {
    let body = json!({"login": login, "password": password});
    http.post("/api/v1/login", "-", &body).await
}

#[tokio::test]
async fn a_user_asks_a_hundred_times_and_then_waits_and_nothing_was_done() {
    let site = Site::begin("limit_user").await;
    let own = serve_as(&limited(&site.fresh, Limits::default())).await;
    let ana = own.http.with_key(site.key("ana"));
    let first = ask(&ana).await;
    assert_eq!(first.status, 400);
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"minute\";q=100;w=60, \"hour\";q=1000;w=3600")
    );
    let left = first.header("ratelimit").unwrap();
    assert_eq!(left, "\"minute\";r=99;t=1, \"hour\";r=999;t=4");
    let mut gone_on = 1;
    let refused = loop {
        let answer = ana.post("/api/v1/documents", "new", &json!({})).await;
        if answer.status == 429 {
            break answer;
        }
        gone_on += 1;
        assert!(gone_on < 150, "nobody is told to wait");
    };
    assert!(gone_on >= 100, "{gone_on}");
    assert_eq!(slug(&refused), "/problems/too-many-requests");
    assert_eq!(refused.header("retry-after"), Some("1"));
    let left = refused.header("ratelimit").unwrap();
    assert!(left.starts_with("\"minute\";r=0;t=6"), "{left}");
    // Nothing was done, and the same request, asked again, is as good as the first.
    for _ in 0..3 {
        ana.post("/api/v1/documents", "d", &document()).await;
    }
    let created = eventually(Duration::from_secs(5), "a place", async || {
        let answer = ana.post("/api/v1/documents", "d", &document()).await;
        (answer.status != 429).then_some(answer)
    })
    .await;
    created.must(201);
    // Others go on.
    ask(&own.http.with_key(site.key("robot"))).await.must(400);
}

#[tokio::test]
async fn an_integration_may_ask_five_times_as_much_by_each_of_its_keys() {
    let site = Site::begin("limit_integration").await;
    let own = serve_as(&limited(&site.fresh, Limits::default())).await;
    let answer = ask(&own.http.with_key(site.key("robot"))).await;
    let policy = answer.header("ratelimit-policy").unwrap();
    assert_eq!(policy, "\"minute\";q=500;w=60, \"hour\";q=5000;w=3600");
}

#[tokio::test]
async fn without_a_credential_an_address_is_counted_and_no_header_of_a_stranger_changes_it() {
    let site = Site::begin("limit_address").await;
    let few = Limits {
        address: Rates::of(5, 50),
        ..Limits::default()
    };
    let own = serve_as(&limited(&site.fresh, few)).await;
    for index in 0..5 {
        let ask_as = from(&own.http, &format!("203.0.113.{index}"));
        ask(&ask_as).await.must(401);
    }
    let refused = ask(&from(&own.http, "203.0.113.77")).await.expect(429);
    assert_eq!(slug(&refused), "/problems/too-many-requests");
    // Who has a key is not kept out by it.
    ask(&own.http.with_key(site.key("ana"))).await.must(400);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_address_is_counted_by_itself() {
    let site = Site::begin("limit_proxy").await;
    let few = Limits {
        address: Rates::of(5, 50),
        ..behind_a_proxy()
    };
    let own = serve_as(&limited(&site.fresh, few)).await;
    for index in 0..20 {
        let one = from(&own.http, &format!("6.6.6.6, 203.0.113.{index}"));
        ask(&one).await.must(401);
    }
    let same = from(&own.http, "203.0.113.99");
    for _ in 0..5 {
        ask(&same).await.must(401);
    }
    ask(&same).await.must(429);
}

#[tokio::test]
async fn wrong_keys_and_tokens_of_an_address_wait_and_right_ones_go_on() {
    let site = Site::begin("limit_wrong").await;
    let own = serve_as(&limited(&site.fresh, Limits::default())).await;
    let right = site.key("ana");
    let wrong = format!("{}{}", &right[..right.len() - 4], "0000");
    let bad = ["mesa_junk", "a.b.c", "", wrong.as_str()];
    let mut statuses = Vec::new();
    for index in 0..40 {
        let answer = ask(&own.http.with_key(bad[index % bad.len()])).await;
        if answer.status == 429 {
            assert_eq!(slug(&answer), "/problems/too-many-attempts");
            assert!(answer.header("retry-after").is_some());
        }
        statuses.push(answer.status.as_u16());
    }
    assert!(statuses[..30].iter().all(|it| *it == 401), "{statuses:?}");
    assert!(statuses[32..].contains(&429), "{statuses:?}");
    ask(&own.http.with_key(right)).await.must(400);
    ask(&own.http).await.must(401);
}

#[tokio::test]
async fn wrong_passwords_of_an_address_wait_whatever_the_login_but_no_other_address_does() {
    let site = Site::begin("limit_passwords").await;
    site.set_password("ana", RIGHT).await;
    let own = serve_as(&limited(&site.fresh, behind_a_proxy())).await;
    let attacker = from(&own.http, "198.51.100.1");
    let mut waits = 0;
    for index in 0..30 {
        let login = format!("nadie{}", index / 4);
        let answer = log_in(&attacker, &login, "no es esta").await;
        match answer.status.as_u16() {
            401 => assert_eq!(waits, 0, "a wrong one is looked at again"),
            429 => waits += 1,
            other => panic!("{other}"),
        }
    }
    assert!((9..=10).contains(&waits), "{waits}");
    let answer = log_in(&attacker, "ana", RIGHT).await.expect(429);
    assert_eq!(slug(&answer), "/problems/too-many-attempts");
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=46).contains(&seconds), "not for ever: {seconds}");
    let desk = from(&own.http, "203.0.113.7");
    log_in(&desk, "ana", RIGHT).await.must(200);
}

#[tokio::test]
async fn all_at_once_wrong_passwords_of_an_address_are_no_more_than_one_after_the_other() {
    let site = Site::begin("limit_at_once").await;
    let few = Limits {
        wrong_passwords: Rates::one(6, Duration::from_mins(15)),
        ..Limits::default()
    };
    let own = serve_as(&limited(&site.fresh, few)).await;
    let logins: Vec<_> = (0..20).map(|index| format!("nadie{index}")).collect();
    let tries = logins
        .iter()
        .map(|login| log_in(&own.http, login, "no es esta"));
    let answers = futures::future::join_all(tries).await;
    let wrong = answers.iter().filter(|it| it.status == 401).count();
    // Two are looked at at the same moment.
    assert!((6..=7).contains(&wrong), "{wrong}");
}

/// Whoever keeps on giving wrong passwords for a login keeps out those who never came in, and
/// nobody else.
#[tokio::test]
async fn where_a_login_succeeded_it_has_tries_of_its_own_whatever_others_do() {
    let site = Site::begin("limit_known").await;
    site.set_password("ana", RIGHT).await;
    let own = serve_as(&limited(&site.fresh, behind_a_proxy())).await;
    let (desk, home) = ("203.0.113.7", "203.0.113.8");
    log_in(&from(&own.http, desk), "ana", RIGHT).await.must(200);
    for index in 0..8 {
        let attacker = from(&own.http, &format!("198.51.100.{index}"));
        log_in(&attacker, "ana", "no es esta").await;
    }
    log_in(&from(&own.http, home), "ana", RIGHT).await.must(429);
    log_in(&from(&own.http, desk), "ana", RIGHT).await.must(200);
    // Not even when they share the address.
    for _ in 0..25 {
        log_in(&from(&own.http, desk), "luis", "no es esta").await;
    }
    log_in(&from(&own.http, desk), "luis", RIGHT)
        .await
        .must(429);
    log_in(&from(&own.http, desk), "ana", RIGHT).await.must(200);
    // Its own tries are no more than five either.
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let answer = log_in(&from(&own.http, desk), "ana", "no es esta").await;
        statuses.push(answer.status.as_u16());
    }
    let wrong = statuses.iter().filter(|it| **it == 401).count();
    assert!(wrong <= 10, "{statuses:?}");
    assert_eq!(statuses[11], 429, "{statuses:?}");
}

#[tokio::test]
async fn switched_off_nobody_waits_but_for_wrong_passwords() {
    let site = Site::begin("limit_off").await;
    let own = serve_as(&limited(&site.fresh, Limits::off())).await;
    let ana = own.http.with_key(site.key("ana"));
    for _ in 0..130 {
        let answer = ask(&ana).await.expect(400);
        assert_eq!(answer.header("ratelimit"), None);
    }
    for index in 0..21 {
        log_in(&own.http, &format!("nadie{index}"), "no es esta").await;
    }
    log_in(&own.http, "nadie", "no es esta").await.must(429);
}

/// Redis is not needed, and a hanging one costs no request anything.
#[tokio::test]
async fn instances_count_together_through_redis_and_by_themselves_without_it() {
    let mut servers = OwnServers::start(Profile::FastForTests).await;
    let site = Site::begin_on(servers.fresh("limit_shared").await).await;
    let config = Config {
        redis: Some(site.fresh.redis_url.as_str().into()),
        ..limited(
            &site.fresh,
            Limits {
                user: Rates::of(20, 200),
                ..Limits::default()
            },
        )
    };
    let (one, other) = (serve_as(&config).await, serve_as(&config).await);
    let by = async |http: &Http, login: &str, times: usize| {
        let http = http.with_key(site.key(login));
        let mut refused = 0;
        for _ in 0..times {
            refused += usize::from(ask(&http).await.status == 429);
        }
        refused
    };
    assert_eq!(by(&one.http, "ana", 20).await, 0);
    // The first at the other tells it what was used here.
    eventually(Duration::from_secs(2), "to be known there", async || {
        (by(&other.http, "ana", 1).await == 1).then_some(())
    })
    .await;
    assert!(metric(&one.http, "mesa_limits_shared{role=\"command\"} 1").await);

    servers.pause(Kind::Redis, true);
    let begun = std::time::Instant::now();
    let refused = by(&one.http, "luis", 30).await;
    assert!((8..=10).contains(&refused), "limited by itself: {refused}");
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    let alone = async || {
        by(&one.http, "root", 1).await;
        metric(&one.http, "mesa_limits_shared{role=\"command\"} 0")
            .await
            .then_some(())
    };
    eventually(Duration::from_secs(5), "to know to be alone", alone).await;
    assert_eq!(by(&one.http, "luis", 5).await, 5, "still limited");

    servers.pause(Kind::Redis, false);
    let told = async || (by(&other.http, "luis", 1).await == 1).then_some(());
    eventually(Duration::from_secs(5), "what was used meanwhile", told).await;
    servers.stop().await;
}

async fn metric(http: &Http, line: &str) -> bool {
    let request = http.request(Method::GET, "/metrics");
    let text = http.send(request).await.text();
    text.lines().any(|shown| shown == line)
}

impl Site {
    async fn set_password(&self, login: &str, password: &str) {
        let path = format!("/users/{}/password", user(login));
        let body = json!({"password": password});
        self.post("root", &path, "-", &body).await.must(204);
    }
}
