//! Serving until it is time to stop.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::serve::{Listener, ListenerExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::health;
use crate::tasks::Tasks;

/// How long requests are still taken after the word to stop, each on a connection that ends with
/// its answer. Whoever keeps connections open is so told to ask elsewhere, and is not cut off in
/// the middle of asking.
const LEAVE: Duration = Duration::from_millis(250);

/// How long who was let in last may take to begin to ask.
const SPEAK: Duration = Duration::from_millis(100);

/// Before a connection is taken again after one could not be.
const AGAIN: Duration = Duration::from_millis(50);

/// How long requests in flight may take after that.
const DRAIN: Duration = Duration::from_secs(20);

/// Serves `routes` on `listener` until `tasks` stop; then says that it leaves, takes no new
/// request after a moment, lets those in flight end, and returns.
///
/// # Errors
///
/// The listener breaks.
pub async fn serve(listener: TcpListener, routes: Router, tasks: &Tasks) -> std::io::Result<()> {
    let (left, closed) = (CancellationToken::new(), CancellationToken::new());
    let door = Door::of(listener, left.clone(), closed.clone())?;
    let door = door.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps small packets back");
        }
    });
    tasks.spawn_until_stop(crate::metrics::keep_up());
    // Shared, because every request makes copies of what its layers know.
    let routes = routes.layer(from_fn_with_state(Arc::new(tasks.clone()), leaving));
    let serving = axum::serve(
        door,
        routes.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move { closed.cancelled().await })
    .into_future();
    let overdue = async {
        tasks.stopping().await;
        tokio::time::sleep(LEAVE).await;
        left.cancel();
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

/// A listener that, when it is left, still lets in those who stand before it, and gives those it
/// let in the time to say what they want: the system and the server would cut them off.
#[derive(Debug)]
struct Door {
    at: SocketAddr,
    /// The listener, and once more to see who stands there at this very moment.
    open: Option<(TcpListener, std::net::TcpListener)>,
    left: CancellationToken,
    closed: CancellationToken,
}

impl Door {
    fn of(
        listener: TcpListener,
        left: CancellationToken,
        closed: CancellationToken,
    ) -> std::io::Result<Self> {
        let at = listener.local_addr()?;
        let listener = listener.into_std()?;
        let twin = listener.try_clone()?;
        Ok(Self {
            at,
            open: Some((TcpListener::from_std(listener)?, twin)),
            left,
            closed,
        })
    }
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        while let Some((listener, twin)) = &self.open {
            let accepted = if self.left.is_cancelled() {
                at_once(twin)
            } else {
                tokio::select! {
                    biased;
                    () = self.left.cancelled() => continue,
                    accepted = listener.accept() => accepted,
                }
            };
            match accepted {
                Ok(accepted) => return accepted,
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.open = None,
                Err(error) => {
                    // The process may have too many open files; those in flight will close some.
                    tracing::warn!(%error, "a connection cannot be taken");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
        tokio::time::sleep(SPEAK).await;
        self.closed.cancel();
        std::future::pending().await
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.at)
    }
}

/// Who stands before the door now, without waiting.
fn at_once(listener: &std::net::TcpListener) -> std::io::Result<(TcpStream, SocketAddr)> {
    let (stream, from) = listener.accept()?;
    stream.set_nonblocking(true)?;
    Ok((TcpStream::from_std(stream)?, from))
}

/// After the word to stop, ends the connection with its answer, and is not ready.
async fn leaving(State(tasks): State<Arc<Tasks>>, request: Request, next: Next) -> Response {
    let mut answer = if tasks.is_stopping() && request.uri().path() == health::READY {
        health::leaving()
    } else {
        next.run(request).await
    };
    if tasks.is_stopping() {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}
