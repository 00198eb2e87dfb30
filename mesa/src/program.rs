//! The program from its first to its last line, for whoever runs it: the binary `mesa`, and the
//! fault harness, whose `mesa` can be made to end in the middle.

#![expect(
    clippy::print_stderr,
    reason = "the program talks to the person who started it"
)]

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use platform::tasks::Tasks;
use platform::telemetry::{self, Lines};

use crate::cli::{Cli, Task};
use crate::{
    calendar, doctor, health, import, migrate, openapi, parked, projections, rebuild, receipts,
    roles, up, verify,
};

/// Does what `arguments` ask, the first of which is the program's name.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = Cli::parse_from(arguments);
    let spans = Tasks::default();
    let outcome = match begin_telling(&cli, &spans) {
        Ok(_lines) => carry_out(cli.task).await,
        Err(error) => Err(error),
    };
    spans.drain().await;
    outcome.unwrap_or_else(|error| {
        eprintln!("mesa: {error:#}");
        ExitCode::FAILURE
    })
}

/// Begins logging, until what it gives is dropped, and sending spans if they are wanted.
fn begin_telling(cli: &Cli, spans: &Tasks) -> anyhow::Result<Lines> {
    let lines = telemetry::begin(&cli.log, cli.task.usual_filter())?;
    if let Some(url) = &cli.log.otlp_url {
        telemetry::spans::begin(url, cli.task.service(), spans)?;
    }
    Ok(lines)
}

async fn carry_out(task: Task) -> anyhow::Result<ExitCode> {
    match task {
        Task::Up(up) => up::run(&up).await?,
        Task::Command(config) => roles::command(&config).await?,
        Task::Projector(config) => roles::projector(&config).await?,
        Task::Query(config) => roles::query(&config).await?,
        Task::Worker(config) => roles::worker(&config).await?,
        Task::Migrate(migrate) => migrate::run(&migrate.postgres).await?,
        Task::Import(import) => return import::run(&import).await,
        Task::Calendar(calendar) => calendar::run(&calendar).await?,
        Task::Verify(verify) => return verify::run(&verify).await,
        Task::Projections(projections) => projections::run(&projections).await?,
        Task::Rebuild(rebuild) => return rebuild::run(&rebuild).await,
        Task::Parked(parked) => return parked::run(&parked).await,
        Task::Doctor(doctor) => return doctor::run(&doctor).await,
        Task::VerifyReceipt(told) => return receipts::verify(&told),
        Task::ReceiptKeys(told) => receipts::keys(&told)?,
        Task::Openapi => openapi::print()?,
        Task::Health(health) => health::run(&health).await?,
    }
    Ok(ExitCode::SUCCESS)
}
