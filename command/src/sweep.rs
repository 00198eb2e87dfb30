//! What was broken off, and what has ended, taken away now and then.

use std::time::Duration;

use chrono::TimeDelta;

use crate::app::App;

/// How often it is looked for them.
const EVERY: Duration = Duration::from_hours(1);
/// How long an upload may be untouched before it counts as broken off.
const UNTOUCHED: TimeDelta = TimeDelta::hours(24);

/// Takes away uploads that were broken off, and what logins left behind, now and every hour.
pub(crate) async fn now_and_then(app: App) {
    loop {
        match app.objects.sweep(app.shell.clock.now() - UNTOUCHED).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "took away uploads that were broken off"),
            Err(error) => tracing::warn!(%error, "uploads that were broken off stay for now"),
        }
        match app.login.sweep(app.shell.clock.now()).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "took away what logins left behind"),
            Err(error) => tracing::warn!(%error, "what logins left behind stays for now"),
        }
        tokio::time::sleep(EVERY).await;
    }
}
