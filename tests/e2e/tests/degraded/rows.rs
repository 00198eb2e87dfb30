//! One fault, from its beginning until everything goes on, and the row of figures it gives.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::ledger::{Attempt, Said};
use crate::load::Load;

/// The longest that a role may take to say how it is, and that everything may take to go on.
const PATIENCE: Duration = Duration::from_secs(30);

/// A fault that lasts.
pub(crate) struct Fault {
    name: &'static str,
    begun: Instant,
    states: [&'static str; 3],
}

/// What became of it.
pub(crate) struct Row {
    /// What came of commands and reads while it lasted.
    pub(crate) commands: Vec<Attempt>,
    pub(crate) reads: Vec<Attempt>,
    /// How long after its end a command was done.
    command_after: Duration,
    /// How long after its end what was written was read, without a mark.
    read_after: Duration,
}

impl Fault {
    /// Waits until `command`, `projector` and `query` say these states, and it has lasted `hold`.
    pub(crate) async fn lasts(
        name: &'static str,
        load: &Load<'_>,
        begun: Instant,
        hold: Duration,
        states: [&'static str; 3],
    ) -> Self {
        let say = async || {
            let found = load.site.states().await;
            let same = found.iter().zip(states).all(|((state, _), is)| state == is);
            same.then_some(())
        };
        kit::eventually(PATIENCE, &format!("{name}: {states:?}"), say).await;
        tokio::time::sleep(hold.saturating_sub(begun.elapsed())).await;
        load.ledger().catches_up(false);
        Self {
            name,
            begun,
            states,
        }
    }

    /// Waits until a command was refused with `said`: one whose outcome is open is asked after for
    /// seconds before it is, and may ride out what is shorter.
    pub(crate) async fn refuses(self, load: &Load<'_>, said: Said) -> Self {
        let refused = async || {
            let ledger = load.ledger();
            let mut since = ledger.commands.iter().rev();
            since
                .any(|one| one.said == said && one.ended >= self.begun)
                .then_some(())
        };
        kit::eventually(PATIENCE, "a command to be refused", refused).await;
        self
    }

    /// Waits, now that the cause is gone, until a command is done, what was written is read without
    /// a mark, and every role is ready; prints the row.
    pub(crate) async fn over(self, load: &Load<'_>) -> Row {
        let over = Instant::now();
        let done = async || {
            let ledger = load.ledger();
            let mut good = ledger.commands.iter().rev();
            good.any(|attempt| attempt.said == Said::Good && attempt.ended > over)
                .then(|| over.elapsed())
        };
        let command_after = kit::eventually(PATIENCE, "a command to be done", done).await;
        let path = load.ledger().newest.clone().unwrap();
        let http = load.site.reader();
        let seen = async || {
            let said = load.read_own(&http, &path).await;
            (said == Said::Good).then(|| over.elapsed())
        };
        let read_after = kit::eventually(PATIENCE, "what was written", seen).await;
        load.ledger().catches_up(true);
        let well = async || {
            let found = load.site.states().await;
            found
                .iter()
                .all(|(state, _)| state == "ready")
                .then_some(())
        };
        kit::eventually(PATIENCE, "every role to be ready", well).await;
        let (commands, reads) = {
            let ledger = load.ledger();
            let of = |all: &[Attempt]| {
                let all = all.iter().copied();
                all.filter(|one| self.begun <= one.ended && one.begun < over)
                    .collect::<Vec<_>>()
            };
            (of(&ledger.commands), of(&ledger.reads))
        };
        let mut row = format!(
            "| {} | {:.1} s |",
            self.name,
            (over - self.begun).as_secs_f64()
        );
        for all in [&commands, &reads] {
            let count = |said| all.iter().filter(|one| one.said == said).count();
            let slowest = all.iter().map(|one| one.ended - one.begun).max();
            let _ = write!(
                row,
                " {} / {} / {} / {} | {} ms |",
                count(Said::Good),
                count(Said::Marked),
                count(Said::Later),
                count(Said::Full),
                slowest.unwrap_or_default().as_millis()
            );
        }
        let (command, read) = (command_after.as_millis(), read_after.as_millis());
        println!(
            "{row} {command} ms | {read} ms | {} |",
            self.states.join(", ")
        );
        Row {
            commands,
            reads,
            command_after,
            read_after,
        }
    }
}

impl Row {
    /// Prints what the columns are.
    pub(crate) fn head() {
        println!(
            "| fault | lasted | commands good/marked/503/507 | slowest | reads \
             good/marked/503/507 | slowest | command after | read after | readyz of command, \
             projector, query |"
        );
    }

    /// Everything went on within this, without anybody's help.
    pub(crate) fn went_on_within(&self, limit: Duration) {
        let (command, read) = (self.command_after, self.read_after);
        assert!(
            command < limit,
            "the first command was done after {command:?}"
        );
        assert!(read < limit, "what was written was read after {read:?}");
    }

    /// Every command was done.
    pub(crate) fn no_command_failed(&self) {
        let mut said = self.commands.iter().map(|one| one.said);
        assert!(said.all(|said| said == Said::Good), "a command failed");
        assert!(!self.commands.is_empty(), "nobody asked for anything");
    }

    /// Every read was answered.
    pub(crate) fn no_read_failed(&self) {
        let mut said = self.reads.iter().map(|one| one.said);
        let answered = said.all(|said| said != Said::Later);
        assert!(answered, "a read failed");
        assert!(self.reads.len() > 10, "nobody read anything");
    }
}
