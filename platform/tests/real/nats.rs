//! Connecting to NATS, and streams that are as they must be.

use async_nats::jetstream::stream::Config;
use kit::{Env, OwnServers, Profile};
use platform::config;
use platform::nats::stream::{StreamError, ensure_stream};
use platform::nats::{NatsError, connect, jetstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) fn log(namespace: &str) -> Config {
    Config {
        name: format!("{}_LOG", namespace.to_uppercase()),
        subjects: vec![format!("{namespace}.log.>")],
        deny_delete: true,
        deny_purge: true,
        allow_direct: true,
        allow_atomic_publish: true,
        ..Config::default()
    }
}

#[tokio::test]
async fn a_missing_stream_is_made_and_a_good_one_is_accepted() {
    let fresh = Env::get().await.fresh("streams").await;
    let jetstream = jetstream(&fresh.nats_client().await);
    let wanted = log(&fresh.namespace);
    let (one, other) = tokio::join!(
        ensure_stream(&jetstream, &wanted),
        ensure_stream(&jetstream, &wanted)
    );
    assert_eq!(
        one.unwrap().cached_info().created,
        other.unwrap().cached_info().created
    );
    ensure_stream(&jetstream, &wanted).await.unwrap();
}

#[tokio::test]
async fn a_stream_that_breaks_a_promise_is_refused() {
    let fresh = Env::get().await.fresh("streams").await;
    let jetstream = jetstream(&fresh.nats_client().await);
    let wanted = log(&fresh.namespace);
    let made = Config {
        deny_purge: false,
        ..wanted.clone()
    };
    jetstream.create_stream(made).await.unwrap();
    let error = ensure_stream(&jetstream, &wanted).await.unwrap_err();
    assert!(
        matches!(
            &error,
            StreamError::Different {
                setting: "deny_purge",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn user_and_password_are_taken_from_the_url() {
    let own = OwnServers::start(Profile::Durable).await;
    let fresh = own.fresh("password").await;
    assert!(fresh.nats_url.contains("mesa:"));
    let client = fresh.nats_client().await;
    jetstream(&client).query_account().await.unwrap();

    let (_, place) = fresh.nats_url.rsplit_once('@').unwrap();
    let without = config::Nats::at(&format!("nats://{place}"), "mesa");
    assert!(matches!(
        connect(&without, "test").await,
        Err(NatsError::Connect { .. })
    ));
    own.stop().await;
}

#[tokio::test]
async fn a_too_old_server_is_refused_with_a_sentence() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("nats://{}", listener.local_addr().unwrap());
    let config = config::Nats::at(&url, "mesa");
    let old_server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let info = r#"INFO {"server_id":"OLD","version":"2.9.10","proto":1,"max_payload":1048576}"#;
        stream
            .write_all(format!("{info}\r\n").as_bytes())
            .await
            .unwrap();
        let mut heard = [0; 1024];
        while stream.read(&mut heard).await.unwrap() > 0 {
            stream.write_all(b"PONG\r\n").await.unwrap();
        }
    };
    let error = tokio::select! {
        error = connect(&config, "test") => error.unwrap_err(),
        () = old_server => unreachable!("the client hangs up after it has refused"),
    };
    let sentence = error.to_string();
    assert!(
        sentence.contains("is version 2.9.10; Mesa needs 2.14.4"),
        "{sentence}"
    );
}
