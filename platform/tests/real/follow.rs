//! Following a stream through everything that happens to it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::jetstream::Context;
use kit::{Env, Fresh, Kind, OwnServers, Profile, eventually};
use platform::nats::follow::{FollowError, Followed, Follower, follow};
use platform::nats::jetstream;
use platform::nats::stream::ensure_stream;
use platform::tasks::Tasks;

use crate::nats::log;

const LIMIT: Duration = Duration::from_secs(10);

/// How soon what comes after NATS is back is applied: the client alone would take longer to miss it.
const SOON: Duration = Duration::from_secs(3);

/// A stream, a follower of it, and what was applied.
struct Setting {
    jetstream: Context,
    subject: String,
    follower: Follower,
    applied: Arc<Mutex<Vec<Followed>>>,
    tasks: Tasks,
}

impl Setting {
    async fn new(fresh: &Fresh, before: u64) -> Self {
        let jetstream = jetstream(&fresh.nats_client().await);
        let stream = log(&fresh.namespace);
        ensure_stream(&jetstream, &stream).await.unwrap();
        let subject = format!("{}.log.thing.1", fresh.namespace);
        for number in 1..=before {
            publish(&jetstream, &subject, number).await.unwrap();
        }
        let applied: Arc<Mutex<Vec<Followed>>> = Arc::default();
        let (tasks, into) = (Tasks::default(), Arc::clone(&applied));
        let apply = move |followed| into.lock().unwrap().push(followed);
        let follower = follow(&jetstream, &stream.name, &tasks, apply)
            .await
            .unwrap();
        Self {
            jetstream,
            subject,
            follower,
            applied,
            tasks,
        }
    }

    /// The bodies applied, and whether each came with its own sequence.
    fn applied(&self) -> Vec<u64> {
        let applied = self.applied.lock().unwrap();
        applied
            .iter()
            .map(|followed| {
                let body = String::from_utf8_lossy(&followed.payload).parse().unwrap();
                assert_eq!(followed.sequence, body);
                assert_eq!(followed.subject, self.subject);
                body
            })
            .collect()
    }
}

async fn publish(jetstream: &Context, subject: &str, number: u64) -> Result<(), async_nats::Error> {
    let ack = jetstream
        .publish(subject.to_owned(), number.to_string().into())
        .await?;
    ack.await?;
    Ok(())
}

#[tokio::test]
async fn what_was_there_and_what_comes_is_applied_in_order() {
    let fresh = Env::get().await.fresh("follow").await;
    let setting = Setting::new(&fresh, 300).await;
    assert_eq!(setting.follower.catch_up(LIMIT).await.unwrap(), 300);
    assert_eq!(setting.applied(), (1..=300).collect::<Vec<_>>());

    publish(&setting.jetstream, &setting.subject, 301)
        .await
        .unwrap();
    setting.follower.wait_for(301, LIMIT).await.unwrap();
    assert_eq!(setting.applied().last(), Some(&301));
    setting.tasks.drain().await;
}

#[tokio::test]
async fn an_empty_stream_is_caught_up_with_at_once() {
    let fresh = Env::get().await.fresh("follow").await;
    let setting = Setting::new(&fresh, 0).await;
    assert_eq!(setting.follower.catch_up(LIMIT).await.unwrap(), 0);
    let error = setting
        .follower
        .wait_for(1, Duration::from_millis(50))
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        FollowError::Behind {
            reached: 0,
            wanted: 1,
            ..
        }
    ));
}

#[tokio::test]
async fn a_missing_stream_cannot_be_followed() {
    let fresh = Env::get().await.fresh("follow").await;
    let jetstream = jetstream(&fresh.nats_client().await);
    let followed = follow(&jetstream, "NO_SUCH", &Tasks::default(), |_| {}).await;
    assert!(matches!(followed, Err(FollowError::Read { .. })));
}

#[tokio::test]
async fn a_killed_nats_interrupts_and_nothing_is_missed_or_applied_twice() {
    let mut own = OwnServers::start(Profile::FastForTests).await;
    let fresh = own.fresh("follow").await;
    let setting = Setting::new(&fresh, 50).await;
    setting.follower.catch_up(LIMIT).await.unwrap();
    for round in 1..=2_u64 {
        own.kill(Kind::Nats);
        own.start_one(Kind::Nats).await;
        let next = 50 + round;
        let published = async || {
            publish(&setting.jetstream, &setting.subject, next)
                .await
                .ok()
        };
        eventually(LIMIT, "NATS to take messages again", published).await;
        setting.follower.wait_for(next, SOON).await.unwrap();
    }
    assert_eq!(setting.applied(), (1..=52).collect::<Vec<_>>());
    setting.tasks.drain().await;
    own.stop().await;
}

#[tokio::test]
async fn a_nats_away_for_long_is_waited_for() {
    let mut own = OwnServers::start(Profile::FastForTests).await;
    let fresh = own.fresh("follow").await;
    let setting = Setting::new(&fresh, 3).await;
    setting.follower.catch_up(LIMIT).await.unwrap();
    own.stop_one(Kind::Nats).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(setting.follower.catch_up(LIMIT).await.is_err());
    own.start_one(Kind::Nats).await;
    let published = async || publish(&setting.jetstream, &setting.subject, 4).await.ok();
    eventually(LIMIT, "NATS to take messages again", published).await;
    setting.follower.wait_for(4, LIMIT).await.unwrap();
    assert_eq!(setting.applied(), [1, 2, 3, 4]);
    own.stop().await;
}
