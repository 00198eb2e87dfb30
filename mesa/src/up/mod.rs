//! `mesa up`: everything on this machine, from nothing, with one command.
//!
//! Start the servers, migrate, connect every role, set up an institution on the first run, serve
//! all of it on one address, and stop in the opposite order.

mod banner;
mod first_run;
mod institution;
mod keys;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use clap::Args;
use platform::clock::SystemClock;
use platform::config::Http;
use platform::http::{health, serve, wrap};
use platform::ids::SystemIds;
use platform::metrics;
use platform::tasks::Tasks;
use servers::{Announce, Places, Profile, Request, Running};
use tokio::net::TcpListener;

use crate::asking::Asking;
use crate::reach::{Reach, Reached, WrittenDown};
use keys::KeyFolder;

/// Everything on this machine.
#[derive(Clone, Debug, Args)]
pub struct Up {
    /// Servers to use instead of starting them, and where data is kept.
    #[command(flatten)]
    pub reach: Reach,
    /// Where to serve.
    #[command(flatten)]
    pub http: Http,
    /// What files are taken.
    #[command(flatten)]
    pub files: command::Files,
    /// What stands on receipts.
    #[command(flatten)]
    pub receipts: query::Receipts,
    /// How much may be asked for.
    #[command(flatten)]
    pub limits: platform::limit::Limits,
    /// Who else signs people in.
    #[command(flatten)]
    pub oidc: platform::oidc::OidcConfig,
}

/// Runs everything until it is told to stop, and leaves no process behind.
///
/// # Errors
///
/// A sentence that says what to do: the address is taken, a server cannot be found, fetched,
/// started or used.
pub async fn run(up: &Up) -> anyhow::Result<()> {
    let tasks = Tasks::default();
    crate::stop::when_told(&tasks);
    let listener = crate::roles::listen(up.http.listen).await?;
    let announce: Announce = Arc::new(|sentence| println!("· {sentence}"));
    let stop = tasks.token();
    let started = stop
        .run_until_cancelled(servers::start(request(&up.reach), &announce))
        .await;
    let Some(started) = started else {
        return Ok(());
    };
    let running = started?;
    let outcome = Box::pin(with_servers(up, listener, &running, &tasks)).await;
    tasks.drain().await;
    running.stop().await;
    if outcome.is_ok() {
        println!("Stopped. The data stays in {}.", up.reach.data.display());
    }
    outcome
}

fn request(reach: &Reach) -> Request {
    let given =
        |url: &Option<platform::secret::Secret>| url.as_ref().map(|url| url.expose().to_owned());
    Request {
        places: Places::of_this_machine(),
        data: reach.data.clone(),
        nats_url: given(&reach.nats_url),
        database_url: given(&reach.database_url),
        redis_url: given(&reach.redis_url),
        profile: Profile::Durable,
    }
}

async fn with_servers(
    up: &Up,
    listener: TcpListener,
    running: &Running,
    tasks: &Tasks,
) -> anyhow::Result<()> {
    let data = &up.reach.data;
    std::fs::create_dir_all(data)
        .with_context(|| format!("cannot make the folder {}", data.display()))?;
    let _written = WrittenDown::in_data(data, running)?;
    let reached = up.reach.resolve()?;
    let address = listener.local_addr()?;
    let stop = tasks.token();
    let begun = stop
        .run_until_cancelled(Box::pin(begin(up, &reached, address, tasks)))
        .await;
    let Some(begun) = begun else {
        return Ok(());
    };
    let (routes, projector) = begun?;
    let serving = serve(listener, routes, tasks);
    tokio::select! {
        served = serving => served.context("the listener broke"),
        ended = projector.run() => {
            ended.context("the projector stopped; the event log is safe")
        }
    }
}

/// What receipts are made with: the keys that are given, else those of the data folder, of which the
/// first is made now.
fn receipts(up: &Up) -> anyhow::Result<query::Receipts> {
    let own = up.reach.data.join("receipt.keys");
    if up.receipts.keys.is_none() {
        crate::receipts::make_first(&own)?;
    }
    Ok(query::Receipts {
        keys: Some(up.receipts.keys.clone().unwrap_or(own)),
        ..up.receipts.clone()
    })
}

/// Connects every role and gives what is served, and the projector to be run.
async fn begin(
    up: &Up,
    reached: &Reached,
    address: SocketAddr,
    tasks: &Tasks,
) -> anyhow::Result<(Router, projector::Projector)> {
    crate::migrate::run(&reached.postgres).await?;
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let command = command::Command::connect(
        &command::Config {
            http: up.http.clone(),
            files: up.files.clone(),
            limits: up.limits.clone(),
            oidc: up.oidc.clone(),
            redis: Some(reached.redis.url.clone()),
            ..command::Config::new(reached.nats.clone(), reached.objects.clone())
        },
        clock.clone(),
        ids.clone(),
        tasks.clone(),
    )
    .await?;
    let projector = projector::Projector::connect(
        &projector::Config {
            nats: reached.nats.clone(),
            postgres: reached.postgres.clone(),
            redis: reached.redis.clone(),
        },
        clock.clone(),
        tasks.clone(),
    )
    .await?;
    let worker = worker::Worker::connect(
        &worker::Config {
            postgres: reached.postgres.clone(),
        },
        Asking::of(command.app().clone()),
        clock.clone(),
        tasks.clone(),
    )?;
    let query = query::Query::connect(
        &query::Config {
            receipts: receipts(up)?,
            limits: up.limits.clone(),
            oidc: up.oidc.clone(),
            ..query::Config::new(
                reached.nats.clone(),
                reached.postgres.clone(),
                reached.redis.clone(),
                reached.objects.clone(),
            )
        },
        clock,
        ids.clone(),
        tasks.clone(),
    )
    .await?;

    let data = &up.reach.data;
    let keys = KeyFolder::in_data(data)?;
    first_run::set_up(command.app(), &keys).await?;
    println!("{}", banner::text(address, data, &keys)?);

    let mut samples = projector.samples();
    samples.extend(query.samples());
    samples.extend(worker.samples());
    let mut checks = command.checks();
    checks.extend(projector.checks());
    checks.extend(query.checks());
    checks.extend(worker.checks());
    // Roles in one process look at the same servers: each is told of once.
    let mut named = HashSet::new();
    checks.retain(|check| named.insert(check.name()));
    let routes = command
        .routes()
        .merge(query.routes())
        .merge(health::routes("up", checks))
        .merge(metrics::routes(samples));
    tasks.spawn(worker.run());
    Ok((wrap(routes, ids), projector))
}
