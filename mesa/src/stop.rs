//! The word to stop: Ctrl-C, or the signal that a supervisor sends.

use platform::tasks::Tasks;
use tokio::signal::unix::{SignalKind, signal};

/// Tells `tasks` to stop at the first Ctrl-C or SIGTERM.
pub fn when_told(tasks: &Tasks) {
    let stopping = tasks.clone();
    tasks.spawn_until_stop(async move {
        told().await;
        tracing::info!("stopping");
        stopping.stop();
    });
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn told() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
