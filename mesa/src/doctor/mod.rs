//! `mesa doctor`: whether the servers, their settings and what is in them are as Mesa needs them,
//! and what to change.
//!
//! It changes nothing. What it cannot see from where it runs it says, with a way to look.

mod agreement;
mod clock;
mod nats;
mod place;
mod postgres;
mod redis;
pub mod report;
mod sync;

use std::process::ExitCode;

use clap::Args;
use events::Namespace;

use crate::reach::Reach;
use report::{Report, State};

/// What to look at.
#[derive(Clone, Debug, Args)]
pub struct Doctor {
    /// Where the servers are.
    #[command(flatten)]
    pub reach: Reach,
    /// Where NATS shows its settings, as `http://127.0.0.1:8222`.
    #[arg(long)]
    pub nats_monitor: Option<String>,
    /// Print what was found as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Looks, prints what was found, and gives exit status 1 if something must be changed.
///
/// # Errors
///
/// Nobody says where the servers are.
pub async fn run(doctor: &Doctor) -> anyhow::Result<ExitCode> {
    let report = Box::pin(examine(doctor)).await?;
    if doctor.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(match report.state() {
        State::Ok | State::Warn => ExitCode::SUCCESS,
        State::Fail => ExitCode::FAILURE,
    })
}

/// Looks at everything. A server that does not answer does not keep the others from being looked
/// at.
///
/// # Errors
///
/// Nobody says where the servers are.
pub async fn examine(doctor: &Doctor) -> anyhow::Result<Report> {
    let reached = doctor.reach.resolve()?;
    let names: Namespace = reached.nats.namespace.parse()?;
    let mut report = Report::default();
    let data = &doctor.reach.data;
    let monitor = doctor.nats_monitor.as_deref();
    let log = nats::examine(&mut report, &reached.nats, &names, data, monitor).await;
    let pool = postgres::examine(&mut report, &reached.postgres).await;
    redis::examine(&mut report, &reached.redis).await;
    if let (Some(log), Some(pool)) = (log, &pool) {
        agreement::examine(&mut report, log, pool).await;
    }
    if let Some(pool) = pool {
        pool.close().await;
    }
    place::examine(&mut report, data);
    Ok(report)
}
