//! The program: reads what it is asked, and does it.

#![expect(
    clippy::print_stderr,
    reason = "the program talks to the person who started it"
)]

use std::process::ExitCode;

use clap::Parser;
use mesa::cli::{Cli, Task};
use mesa::{doctor, health, import, migrate, roles, up, verify};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match platform::telemetry::begin(&cli.log, cli.task.usual_filter()) {
        Ok(()) => carry_out(cli.task).await,
        Err(error) => Err(error.into()),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("mesa: {error:#}");
        ExitCode::FAILURE
    })
}

async fn carry_out(task: Task) -> anyhow::Result<ExitCode> {
    match task {
        Task::Up(up) => up::run(&up).await?,
        Task::Command(config) => roles::command(&config).await?,
        Task::Projector(config) => roles::projector(&config).await?,
        Task::Query(config) => roles::query(&config).await?,
        Task::Migrate(migrate) => migrate::run(&migrate.postgres).await?,
        Task::Import(import) => return import::run(&import).await,
        Task::Verify(verify) => return verify::run(&verify).await,
        Task::Doctor(doctor) => return doctor::run(&doctor).await,
        Task::Health(health) => health::run(&health).await?,
    }
    Ok(ExitCode::SUCCESS)
}
