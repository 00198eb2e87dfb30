//! Serving until it is time to stop.

use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::tasks::Tasks;

/// How long requests in flight may take after the word to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// Serves `routes` on `listener` until `tasks` stop; then takes no new request, lets those in
/// flight end, and returns.
///
/// # Errors
///
/// The listener breaks.
pub async fn serve(listener: TcpListener, routes: Router, tasks: &Tasks) -> std::io::Result<()> {
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps small packets back");
        }
    });
    tasks.spawn_until_stop(crate::metrics::keep_up());
    let stop = tasks.clone();
    let serving = axum::serve(listener, routes.into_make_service())
        .with_graceful_shutdown(async move { stop.stopping().await })
        .into_future();
    let overdue = async {
        tasks.stopping().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = serving => ended,
        () = overdue => {
            tracing::warn!(limit_s = DRAIN.as_secs(), "requests still in flight were given up");
            Ok(())
        }
    }
}
