//! `mesa calendar national`: the holidays that ship with the program, declared where they are not.
//!
//! `mesa up` does it at its first run. An installation that was there before, or one whose program is
//! newer than its calendar, does it by this; running it again changes nothing.

use std::path::PathBuf;
use std::sync::Arc;

use ::calendar::national;
use clap::{Args, Subcommand};
use command::{App, Command, Streams};
use platform::clock::SystemClock;
use platform::ids::SystemIds;
use platform::tasks::Tasks;

use crate::reach::Reach;

/// Why they are entered.
const REASON: &str = "Feriados nacionales que vienen con el programa";

/// Keep the calendar.
#[derive(Clone, Debug, Args)]
pub struct Calendar {
    /// What to do with it.
    #[command(subcommand)]
    pub task: Task,
}

/// What to do with the calendar.
#[derive(Clone, Debug, Subcommand)]
pub enum Task {
    /// Declare the national holidays that it lacks; deadlines computed from then on go by them.
    National(National),
}

/// Where the calendar is.
#[derive(Clone, Debug, Args)]
pub struct National {
    /// Where the event log is; the other servers are not asked.
    #[command(flatten)]
    pub reach: Reach,

    /// Credentials file (`.creds`) of the NATS user.
    #[arg(id = "nats-credentials", long, env = "MESA_NATS_CREDENTIALS")]
    pub credentials: Option<PathBuf>,

    /// How the streams are made when they are missing.
    #[command(flatten)]
    pub streams: Streams,
}

/// Does it, and says what came of it.
///
/// # Errors
///
/// The event log cannot be written.
pub async fn run(calendar: &Calendar) -> anyhow::Result<()> {
    let Task::National(national) = &calendar.task;
    let tasks = Tasks::default();
    let declared = national.carry_out(&tasks).await;
    tasks.stop();
    tasks.drain().await;
    let (first, last) = national::YEARS;
    match declared? {
        0 => println!("the national holidays of {first} to {last} are all declared"),
        count => println!("{count} national holidays of {first} to {last} declared"),
    }
    Ok(())
}

impl National {
    async fn carry_out(&self, tasks: &Tasks) -> anyhow::Result<usize> {
        let config = self.reach.command(self.credentials.clone(), self.streams)?;
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        let command = Command::connect(&config, clock, ids, tasks.clone()).await?;
        declare(command.app()).await
    }
}

/// Declares the holidays that the calendar lacks; gives how many.
///
/// # Errors
///
/// The event log does not answer.
pub async fn declare(app: &App) -> anyhow::Result<usize> {
    Ok(app.declare_days(national::days(), REASON).await?)
}
