//! Patience.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Asks until there is an answer, at short and growing intervals.
///
/// # Panics
///
/// There is none within `limit`; the message names `what` was waited for.
pub async fn eventually<T>(
    limit: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let until = Instant::now() + limit;
    let mut pause = Duration::from_millis(2);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            Instant::now() < until,
            "waited {limit:?} in vain for {what}"
        );
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(100));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_later_is_waited_for() {
        let mut asked = 0;
        let answer = eventually(Duration::from_secs(5), "the third time", async || {
            asked += 1;
            (asked == 3).then_some("here")
        });
        assert_eq!(answer.await, "here");
    }

    #[tokio::test]
    #[should_panic(expected = "in vain for a miracle")]
    async fn what_never_comes_is_named() {
        eventually::<()>(Duration::from_millis(20), "a miracle", async || None).await;
    }
}
