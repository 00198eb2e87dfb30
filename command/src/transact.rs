//! The shell around every decision: load, decide, append; again if somebody was faster.
//!
//! ```text
//! load     the history at hand, else from the log by its literal subject
//! replay   it holds our command already: the same request gets the same answer, another a no
//! decide   pure: events, nothing left to do, or a refusal
//! append   one message, with the sequence that the history must still end at
//! ```
//!
//! A history at hand may be behind. That is safe for an append, which the server checks, and not
//! for a *no*: a refusal, a failed `If-Match` or "nothing left to do" is believed only when the
//! leader says that the history ends where ours does.
//!
//! "Wrong last sequence" (10071) is **ambiguous** after an append whose answer was lost: the one
//! who was faster may have been ourselves. So the history is read on through the leader: our
//! command in it means it had landed; else the decision is taken anew, five times with growing,
//! scattered pauses. An append that is still under way when it is sent again cannot land twice,
//! because both expect the same sequence.
//!
//! Commands of one process on one history take turns, so that they do not race each other; between
//! processes the append alone decides.
//!
//! A retry is answered from the history as it was right after its record, so that it reads the
//! same whatever happened since (I15).

#[cfg(test)]
mod tests;

use std::time::Duration;

use domain::{Context, Decider};
use events::{Aggregate, Envelope};
use platform::backoff::{Backoff, jitter};
use platform::crash;

use crate::asked::{Asked, Done, TransactError};
use crate::history::{History, Remembered, entry};
use crate::log::{AppendError, Stored};
use crate::shell::{Histories, LoadError, Shell};

/// How often a decision is taken before others are said to be too busy.
const TRIES: u32 = 5;
/// Between one try and the next.
const PAUSE: Backoff = Backoff::new(Duration::from_millis(2), Duration::from_millis(60));

/// Carries out `command` on `aggregate`.
///
/// # Errors
///
/// [`TransactError`], each of which says whether asking again helps.
pub async fn transact<D: Decider>(
    shell: &Shell,
    histories: &Histories<D>,
    aggregate: &Aggregate,
    command: &D::Command,
    asked: &Asked<'_>,
) -> Result<Done<D>, TransactError<D::Refusal>> {
    let _turn = shell.turn(aggregate).await;
    let mut unknown = false;
    let outcome = attempts(shell, histories, aggregate, command, asked, &mut unknown).await;
    match outcome {
        Err(TransactError::Read(_) | TransactError::Append(_) | TransactError::Contended)
            if unknown =>
        {
            Err(TransactError::Unknown)
        }
        known => known,
    }
}

/// Tries until the command is settled. `unknown` becomes true when an append was sent and not
/// answered: from then on no failure to reach the log means that nothing was done.
async fn attempts<D: Decider>(
    shell: &Shell,
    histories: &Histories<D>,
    aggregate: &Aggregate,
    command: &D::Command,
    asked: &Asked<'_>,
    unknown: &mut bool,
) -> Result<Done<D>, TransactError<D::Refusal>> {
    let mut history = histories.load(shell, aggregate).await?;
    let mut newest = false;
    for attempt in 0..TRIES {
        if let Some(found) = history.remembered(asked.asking.command) {
            return replay(shell, aggregate, history, found, asked, !*unknown).await;
        }
        let now = shell.clock.now();
        let context = Context {
            at: now,
            user: asked.user,
            directory: asked.directory,
        };
        let version = history.version_for(asked.user);
        let decided = if asked.if_match.allows(version) {
            let decided = history.state.decide(command, &context);
            decided.map_err(TransactError::Refused)
        } else {
            Err(TransactError::Precondition { version })
        };
        let decided = match decided {
            Ok(decided) if !decided.events.is_empty() => decided,
            no_append if newest => return no_append.map(|_| Done::nothing(history)),
            _ => {
                newest = histories.catch_up(shell, aggregate, &mut history).await?;
                continue;
            }
        };
        let by = context.actor(decided.office);
        let record = history.next_record(aggregate, decided, by, &asked.asking, now);
        let entry = entry(
            &shell.names,
            aggregate,
            history.sequence,
            &record,
            asked.asking.trace,
        )?;
        let bytes = entry.body.clone();
        crash::point("command.before_publish");
        match shell.log.append(entry).await {
            Ok(sequence) => {
                history.take(&Stored { sequence, bytes })?;
                histories.keep(aggregate, &history).await;
                crash::point("command.before_answer");
                return Ok(Done::of(history, record.events, false));
            }
            Err(AppendError::Conflict | AppendError::Busy) => {}
            Err(AppendError::Unknown(cause)) => {
                tracing::warn!(cause, "an append was not answered; the history will say");
                *unknown = true;
            }
            Err(AppendError::Duplicate { sequence }) => {
                let found = shell.log.at(aggregate, sequence).await?;
                if found.is_none_or(|(of, _)| of != *aggregate) {
                    return Err(TransactError::KeyReused);
                }
            }
            Err(
                error @ (AppendError::Full
                | AppendError::Unavailable(_)
                | AppendError::Refused { .. }),
            ) => return Err(TransactError::Append(error)),
        }
        tokio::time::sleep(PAUSE.delay(attempt, jitter(shell.ids.next()))).await;
        newest = histories.catch_up(shell, aggregate, &mut history).await?;
    }
    match history.remembered(asked.asking.command) {
        Some(found) => replay(shell, aggregate, history, found, asked, !*unknown).await,
        None => Err(TransactError::Contended),
    }
}

/// The answer as it was right after the record `found`.
async fn replay<D: Decider>(
    shell: &Shell,
    aggregate: &Aggregate,
    history: History<D>,
    found: Remembered,
    asked: &Asked<'_>,
    replayed: bool,
) -> Result<Done<D>, TransactError<D::Refusal>> {
    if found.request != asked.asking.request {
        return Err(TransactError::KeyReused);
    }
    let (then, events) = as_it_was(shell, aggregate, history, found).await?;
    Ok(Done::of(then, events, replayed))
}

/// The history as it was right after the record `found`, and what that brought about.
///
/// # Errors
///
/// [`LoadError`] when the log does not answer, or the history is damaged.
pub(crate) async fn as_it_was<D: Decider>(
    shell: &Shell,
    aggregate: &Aggregate,
    history: History<D>,
    found: Remembered,
) -> Result<(History<D>, Vec<Envelope<D::Event>>), LoadError> {
    let mut then = History::default();
    for stored in shell.log.read(aggregate, 0).await? {
        let record = then.take(&stored)?;
        if stored.sequence == found.sequence {
            let events = record.map(|record| record.events).unwrap_or_default();
            return Ok((then, events));
        }
    }
    // No replica but the leader has it yet: then it is the newest record, and ours is the state.
    Ok((history, Vec::new()))
}
