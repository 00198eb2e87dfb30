//! `mesa rebuild`: views made anew from the log while the old ones are read.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{ArgGroup, Args};
use platform::clock::SystemClock;
use projector::rebuild::{Compared, RebuildError, Rebuilt, View, Views};

use crate::import::progress::Progress;
use crate::opened::Opened;
use crate::reach::Reach;

/// What to rebuild, or what to do with what was rebuilt.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
#[derive(Clone, Debug, Args)]
#[command(group = ArgGroup::new("what").multiple(false))]
pub struct Rebuild {
    /// Where the servers are.
    #[command(flatten)]
    pub reach: Reach,
    /// A view to rebuild: documents, timeline, inbox, series, statistics or archive. May be repeated.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["all", "what"])]
    pub view: Vec<View>,
    /// Rebuild every view.
    #[arg(long, group = "what")]
    pub all: bool,
    /// Go back to the generation that the last switch left, which follows the log first.
    #[arg(long, group = "what")]
    pub rollback: bool,
    /// Drop the generation that is kept for a roll-back.
    #[arg(long, group = "what")]
    pub drop_old: bool,
    /// Forget a rebuild that was broken off.
    #[arg(long, group = "what")]
    pub abandon: bool,
    /// Switch although the rebuilt views differ from those that are read, as when those are damaged.
    #[arg(long, conflicts_with_all = ["rollback", "drop_old", "abandon"])]
    pub accept_differences: bool,
    /// Mebibytes of log that are folded at a time: a larger log is read several times.
    #[arg(long, default_value_t = 1_024)]
    pub memory: u64,
}

/// Rebuilds, goes back or tidies up; exit status 1 when it did not come to its end.
///
/// # Errors
///
/// A server does not answer, or somebody has to decide first.
pub async fn run(told: &Rebuild) -> anyhow::Result<ExitCode> {
    let Opened {
        names,
        client,
        log,
        pool,
        redis,
    } = Opened::open(&told.reach, "rebuild").await?;
    let progress = Arc::new(Progress::on_stderr());
    let shown = Arc::clone(&progress);
    let tool = projector::rebuild::Rebuild::new(
        pool,
        log,
        names,
        (client, redis),
        Arc::new(SystemClock),
        (
            told.memory.saturating_mul(1 << 20),
            Arc::new(move |step, done, all| shown.at(step, done, all)),
        ),
    )
    .await?;
    let done = tokio::select! {
        done = Box::pin(carry_out(told, &tool)) => done,
        () = crate::stop::told() => {
            progress.end();
            println!(
                "broken off; what is read is as it was. `mesa rebuild` goes on, \
                 `mesa rebuild --abandon` forgets it"
            );
            return Ok(ExitCode::FAILURE);
        }
    };
    progress.end();
    match done {
        Ok(said) => {
            println!("{said}");
            Ok(ExitCode::SUCCESS)
        }
        Err(RebuildError::Differs(compared)) => {
            println!("{}", lines(&compared).join("\n"));
            println!("{}", refused(&compared));
            Ok(ExitCode::FAILURE)
        }
        Err(error @ RebuildError::NotCompared(_)) => Err(anyhow::Error::from(error).context(
            "not switched; `mesa rebuild --accept-differences` switches without comparing",
        )),
        Err(error) => Err(error.into()),
    }
}

async fn carry_out(
    told: &Rebuild,
    tool: &projector::rebuild::Rebuild,
) -> Result<String, RebuildError> {
    if told.rollback {
        let back = tool.roll_back().await?;
        return Ok(format!(
            "went back: {} are read from generation {}, at {}; the other one is kept",
            back.views, back.generation, back.sequence
        ));
    }
    if told.drop_old {
        tool.drop_old().await?;
        return Ok("dropped the generation that was kept".to_owned());
    }
    if told.abandon {
        tool.abandon().await?;
        return Ok("forgot what was broken off".to_owned());
    }
    let views = if told.all {
        Some(Views::all())
    } else if told.view.is_empty() {
        None
    } else {
        Some(Views::of(told.view.iter().copied()))
    };
    let done = tool.run(views, told.accept_differences).await?;
    Ok(summary(&done))
}

fn summary(done: &Rebuilt) -> String {
    let mut lines = lines(&done.compared);
    if done.events > 0 {
        let events = f64::from(u32::try_from(done.events).unwrap_or(u32::MAX));
        let (seconds, rate) = (done.seconds, events / done.seconds.max(0.001));
        lines.push(format!(
            "{events} events in {seconds:.1} s: {rate:.0} events/s"
        ));
    }
    lines.push(format!(
        "{} are read from generation {}, at {}. The generation before is kept: \
         `mesa rebuild --rollback` goes back, `mesa rebuild --drop-old` drops it",
        done.views, done.generation, done.sequence
    ));
    lines.join("\n")
}

fn lines(compared: &[Compared]) -> Vec<String> {
    if compared.is_empty() {
        return Vec::new();
    }
    let head = ["table", "before", "rebuilt", "differ"];
    let mut lines = vec![format!(
        "{:<24} {:>10} {:>10} {:>8}",
        head[0], head[1], head[2], head[3]
    )];
    lines.extend(compared.iter().map(|one| {
        let (table, before, next, differ) = (one.table, one.before, one.next, one.differing);
        format!("{table:<24} {before:>10} {next:>10} {differ:>8}")
    }));
    lines
}

fn refused(compared: &[Compared]) -> String {
    let differing: Vec<_> = compared.iter().filter(|one| one.differing > 0).collect();
    let names: Vec<_> = differing.iter().map(|one| one.table).collect();
    format!(
        "not switched: {} differ from what the log says. If the views that are read are damaged \
         (`mesa verify` says so), `mesa rebuild --accept-differences` switches; if not, this program \
         folds the log otherwise than the one that wrote them: `mesa rebuild --abandon`",
        names.join(", ")
    )
}
