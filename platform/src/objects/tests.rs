//! A store in a folder: bytes in, kept once, read back in part, swept.

use chrono::TimeDelta;
use futures::stream;

use super::*;

type Chunk = Result<Bytes, std::io::Error>;

fn chunks(all: Vec<Chunk>) -> impl Stream<Item = Chunk> + Send {
    stream::iter(all)
}

/// Three chunks that say what they are.
fn three() -> Vec<Chunk> {
    ["one ", "two ", "three"]
        .map(|text| Ok(Bytes::from(text)))
        .into()
}

async fn text(objects: &Objects, sha256: &[u8; 32], from: u64, to: u64) -> String {
    let stream = objects.read(sha256, from, to).await.unwrap();
    let parts: Vec<Bytes> = stream.try_collect().await.unwrap();
    String::from_utf8(parts.concat()).unwrap()
}

fn files(folder: &File, part: &str) -> usize {
    let all = std::fs::read_dir(folder.join(part)).into_iter().flatten();
    all.count()
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

#[tokio::test]
async fn bytes_are_kept_under_their_hash_once_and_read_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path().to_str().unwrap()).unwrap();
    for n in 0..2 {
        let received = objects.receive(id(n), chunks(three()), 13).await.unwrap();
        assert_eq!(received.size, 13);
        assert_eq!(received.head, b"one two three");
        let sha256 = received.sha256;
        assert_eq!(sha256, <[u8; 32]>::from(Sha256::digest("one two three")));
        let before = objects.read(&sha256, 0, 13).await.map(|_| ());
        assert_eq!(before.is_ok(), n == 1, "{before:?}");
        objects.keep(received).await.unwrap();
        assert_eq!(text(&objects, &sha256, 0, 13).await, "one two three");
        assert_eq!(text(&objects, &sha256, 4, 7).await, "two");
        assert_eq!(files(folder.path(), "uploads"), 0);
        assert_eq!(files(folder.path(), "sha256"), 1);
    }
}

#[tokio::test]
async fn what_is_too_large_or_breaks_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path().to_str().unwrap()).unwrap();
    let large = objects.receive(id(1), chunks(three()), 12).await;
    assert!(matches!(large, Err(ObjectsError::TooLarge { limit: 12 })));
    let mut broken = three();
    broken.push(Err(std::io::Error::other("the client is gone")));
    let broken = objects.receive(id(2), chunks(broken), 100).await;
    assert!(matches!(broken, Err(ObjectsError::BrokenOff(_))));
    let unwanted = objects.receive(id(3), chunks(three()), 100).await.unwrap();
    objects.forget(unwanted).await;
    assert_eq!(files(folder.path(), "uploads"), 0);
    assert_eq!(files(folder.path(), "sha256"), 0);
}

#[tokio::test(start_paused = true)]
async fn who_sends_nothing_for_long_is_given_up_and_only_so_many_send_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path().to_str().unwrap()).unwrap();
    let silent = (0..SENDERS as u128).map(|n| {
        let bytes = chunks(three()).chain(stream::pending());
        objects.receive(id(n), bytes, 100)
    });
    let (all, crowded) = tokio::join!(futures::future::join_all(silent), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        objects.receive(id(99), chunks(three()), 100).await
    });
    assert!(matches!(crowded, Err(ObjectsError::Crowded)), "{crowded:?}");
    for given_up in all {
        assert!(
            matches!(given_up, Err(ObjectsError::BrokenOff(_))),
            "{given_up:?}"
        );
    }
    assert!(objects.receive(id(100), chunks(three()), 100).await.is_ok());
}

#[tokio::test]
async fn a_sweep_takes_away_what_nobody_touches_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path().to_str().unwrap()).unwrap();
    // What a process that was killed leaves behind.
    std::fs::write(folder.path().join("uploads/left#1"), "half of").unwrap();
    let written = std::fs::metadata(folder.path().join("uploads/left#1")).unwrap();
    let written: DateTime<Utc> = written.modified().unwrap().into();
    assert_eq!(
        objects.sweep(written - TimeDelta::hours(1)).await.unwrap(),
        0
    );
    assert_eq!(
        objects.sweep(written + TimeDelta::hours(1)).await.unwrap(),
        1
    );
    assert_eq!(files(folder.path(), "uploads"), 0);
}

#[test]
fn a_place_that_is_none_says_what_to_give() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let said = Objects::open(file.path().to_str().unwrap()).unwrap_err();
    assert!(said.to_string().contains("s3://bucket/prefix"), "{said}");
    assert!(Objects::open("s3://bucket/some/prefix").is_ok());
}
