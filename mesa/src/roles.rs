//! One role in a process of its own: connect, serve, drain.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use command::Streams;
use platform::clock::SystemClock;
use platform::config::{Http, Nats, Objects};
use platform::http::{health, serve, wrap};
use platform::ids::SystemIds;
use platform::metrics;
use platform::tasks::Tasks;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;

use crate::asking::Asking;

/// The projector role, and where it tells of its health.
#[derive(Clone, Debug, Args)]
pub struct ProjectorRole {
    /// The projector.
    #[command(flatten)]
    pub projector: projector::Config,
    /// Where to serve.
    #[command(flatten)]
    pub http: Http,
}

/// The query role, and where it serves.
#[derive(Clone, Debug, Args)]
pub struct QueryRole {
    /// The query side.
    #[command(flatten)]
    pub query: query::Config,
    /// Where to serve.
    #[command(flatten)]
    pub http: Http,
}

/// The worker role, what its commands need, and where it tells of its health.
#[derive(Clone, Debug, Args)]
pub struct WorkerRole {
    /// The worker.
    #[command(flatten)]
    pub worker: worker::Config,
    /// The event log, which its commands go to.
    #[command(flatten)]
    pub nats: Nats,
    /// How the streams are made when they are missing.
    #[command(flatten)]
    pub streams: Streams,
    /// Where attachments are kept.
    #[command(flatten)]
    pub objects: Objects,
    /// Where to serve.
    #[command(flatten)]
    pub http: Http,
}

/// Runs the command role until it is told to stop.
///
/// # Errors
///
/// It cannot begin, or its listener breaks.
pub async fn command(config: &command::Config) -> anyhow::Result<()> {
    let tasks = Tasks::default();
    crate::stop::when_told(&tasks);
    let listener = listen(config.http.listen).await?;
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let role = command::Command::connect(config, clock, ids, tasks.clone()).await?;
    role.serve(listener).await?;
    tasks.drain().await;
    Ok(())
}

/// Runs the projector role until it is told to stop.
///
/// # Errors
///
/// It cannot begin, its listener breaks, or the log and the views do not fit together.
pub async fn projector(role: &ProjectorRole) -> anyhow::Result<()> {
    let tasks = Tasks::default();
    crate::stop::when_told(&tasks);
    let listener = listen(role.http.listen).await?;
    let clock = Arc::new(SystemClock);
    let projector = projector::Projector::connect(&role.projector, clock, tasks.clone()).await?;
    let health = health::routes("projector", projector.checks());
    let routes = health.merge(metrics::routes(projector.samples()));
    let serving = serve(listener, wrap(routes, Arc::new(SystemIds)), &tasks);
    let projecting = async {
        let ended = projector.run().await;
        tasks.stop();
        ended
    };
    let (served, projected) = tokio::join!(serving, projecting);
    tasks.drain().await;
    projected?;
    served.context("the listener broke")
}

/// Runs the query role until it is told to stop.
///
/// # Errors
///
/// It cannot begin, or its listener breaks.
pub async fn query(role: &QueryRole) -> anyhow::Result<()> {
    let tasks = Tasks::default();
    crate::stop::when_told(&tasks);
    let listener = listen(role.http.listen).await?;
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let query = query::Query::connect(&role.query, clock, ids, tasks.clone()).await?;
    query.serve(listener).await?;
    tasks.drain().await;
    Ok(())
}

/// Runs the worker role until it is told to stop, with a command side of its own that serves nobody.
///
/// # Errors
///
/// It cannot begin, or its listener breaks.
pub async fn worker(role: &WorkerRole) -> anyhow::Result<()> {
    let tasks = Tasks::default();
    crate::stop::when_told(&tasks);
    let listener = listen(role.http.listen).await?;
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let config = command::Config {
        streams: role.streams,
        ..command::Config::new(role.nats.clone(), role.objects.clone())
    };
    let command = command::Command::connect(&config, clock.clone(), ids.clone(), tasks.clone());
    let command = command.await?;
    let asking = Asking::of(command.app().clone());
    let worker = worker::Worker::connect(&role.worker, asking, clock, tasks.clone())?;
    let mut checks = command.checks();
    checks.extend(worker.checks());
    let routes = health::routes("worker", checks).merge(metrics::routes(worker.samples()));
    tasks.spawn(worker.run());
    serve(listener, wrap(routes, ids), &tasks)
        .await
        .context("the listener broke")?;
    tasks.drain().await;
    Ok(())
}

/// Listens on `address`, for as many connections as the system lets this process have.
///
/// # Errors
///
/// The address is taken or not this machine's.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    allow_connections();
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: choose another address with --listen")
    })
}

/// Raises the limit of open files to what is allowed: each connection is one, and streams stay.
fn allow_connections() {
    let given = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: given.maximum,
        maximum: given.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!(%error, "the limit of open files stays as it was");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_listens_may_have_as_many_connections_as_the_system_allows() {
        let allowed = getrlimit(Resource::Nofile).maximum;
        let few = Rlimit {
            current: Some(512),
            maximum: allowed,
        };
        setrlimit(Resource::Nofile, few).unwrap();
        let _listener = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        assert_eq!(getrlimit(Resource::Nofile).current, allowed);
    }
}
