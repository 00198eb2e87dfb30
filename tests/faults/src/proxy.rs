//! A TCP proxy on one edge, in this process: it passes everything on until it is told otherwise.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use platform::tasks::Tasks;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What an edge does to what passes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Nothing.
    Whole,
    /// Everything comes so much later.
    Slow(Duration),
    /// Connections stand, and nothing comes through in either direction.
    HalfOpen,
    /// What is asked comes through; answers and acknowledgements do not.
    Mute,
    /// Connections are ended, and new ones are not taken.
    Cut,
}

#[derive(Clone, Copy, Debug)]
struct State {
    edge: Edge,
    /// How often all connections were reset.
    resets: u64,
}

/// A proxy in front of one server.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
}

impl Proxy {
    /// A proxy in front of the server at `url`.
    pub async fn before(url: &str, tasks: &Tasks) -> Self {
        let target = host(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let whole = State {
            edge: Edge::Whole,
            resets: 0,
        };
        let state = Arc::new(watch::Sender::new(whole));
        let (telling, of) = (Arc::clone(&state), tasks.clone());
        tasks.spawn_until_stop(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (target, told) = (target.clone(), telling.subscribe());
                of.spawn_until_stop(async move { serve(stream, &target, told).await });
            }
        });
        Self { address, state }
    }

    /// The address `url` by way of this proxy.
    #[must_use]
    pub fn way_to(&self, url: &str) -> String {
        url.replacen(host(url), &self.address.to_string(), 1)
    }

    /// Does this to what passes from now on. Connections that lost something are ended when the
    /// edge changes again.
    pub fn set(&self, edge: Edge) {
        self.state.send_modify(|state| state.edge = edge);
    }

    /// Ends all connections; new ones are taken.
    pub fn reset(&self) {
        self.state.send_modify(|state| state.resets += 1);
    }
}

async fn serve(client: TcpStream, target: &str, mut told: watch::Receiver<State>) {
    let resets = told.borrow_and_update().resets;
    let state = *told.borrow();
    if state.edge == Edge::Cut {
        return;
    }
    let Ok(server) = TcpStream::connect(target).await else {
        return;
    };
    for stream in [&client, &server] {
        let _ = stream.set_nodelay(true);
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pass(from_client, to_server, false, resets, told.clone()) => {}
        () = pass(from_server, to_client, true, resets, told) => {}
    }
}

/// Passes on what comes, until the connection ends.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    answers: bool,
    resets: u64,
    mut told: watch::Receiver<State>,
) {
    let mut buffer = vec![0; 64 * 1024];
    // What was swallowed makes the rest of the stream meaningless.
    let mut torn_by = None;
    loop {
        let state = *told.borrow_and_update();
        let mended = torn_by.is_some_and(|edge| edge != state.edge);
        if state.edge == Edge::Cut || state.resets != resets || mended {
            return;
        }
        let read = tokio::select! {
            changed = told.changed() => {
                if changed.is_err() {
                    return;
                }
                continue;
            }
            read = from.read(&mut buffer) => read,
        };
        let Ok(length @ 1..) = read else { return };
        let edge = told.borrow().edge;
        match edge {
            Edge::Cut => return,
            Edge::HalfOpen => torn_by = Some(edge),
            Edge::Mute if answers => torn_by = Some(edge),
            Edge::Slow(delay) => tokio::time::sleep(delay).await,
            Edge::Whole | Edge::Mute => {}
        }
        if torn_by.is_none() && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

/// The host and port of an address.
fn host(url: &str) -> &str {
    let from = url.find("://").map_or(0, |at| at + 3);
    let rest = &url[from..];
    let rest = &rest[..rest.find('/').unwrap_or(rest.len())];
    rest.rsplit('@').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_stands_between_the_password_and_the_path() {
        let url = "postgres://mesa:secret@127.0.0.1:5432/mesa";
        assert_eq!(host(url), "127.0.0.1:5432");
        assert_eq!(host("nats://127.0.0.1:4222"), "127.0.0.1:4222");
    }

    /// Sends a byte, and gives it back if it comes back in time.
    async fn echoed(stream: &mut TcpStream) -> Option<u8> {
        stream.write_u8(7).await.ok()?;
        let answer = tokio::time::timeout(Duration::from_millis(300), stream.read_u8());
        answer.await.ok()?.ok()
    }

    #[tokio::test]
    async fn an_edge_swallows_what_it_is_told_to_and_the_connection_with_it() {
        let tasks = Tasks::default();
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("nats://{}/", server.local_addr().unwrap());
        let echoing = tasks.clone();
        tasks.spawn_until_stop(async move {
            while let Ok((stream, _)) = server.accept().await {
                let (mut from, mut to) = stream.into_split();
                echoing.spawn_until_stop(async move {
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        let proxy = Proxy::before(&url, &tasks).await;
        let way = proxy.way_to(&url);
        let mut one = TcpStream::connect(host(&way)).await.unwrap();
        assert_eq!(echoed(&mut one).await, Some(7));
        for edge in [Edge::Mute, Edge::HalfOpen, Edge::Cut] {
            let mut stream = TcpStream::connect(host(&way)).await.unwrap();
            assert_eq!(echoed(&mut stream).await, Some(7));
            proxy.set(edge);
            assert_eq!(echoed(&mut stream).await, None, "{edge:?}");
            proxy.set(Edge::Whole);
            assert_eq!(stream.read(&mut [0; 1]).await.unwrap_or(0), 0, "{edge:?}");
        }
        proxy.reset();
        assert_eq!(one.read(&mut [0; 1]).await.unwrap_or(0), 0);
        tasks.drain().await;
    }
}
