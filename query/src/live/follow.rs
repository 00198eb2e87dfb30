//! The one who reads for everyone on a channel: once for each change, however many listen.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use events::{DocumentId, OfficeId, legal_date};
use readmodel::{SeenBy, TimelineRow};
use serde::Serialize;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

use super::channel::{Change, Channel};
use super::frame::{Kind, event};
use super::{Around, Topic};
use crate::cache::Answer;
use crate::routes::{document, inbox, statistics};
use crate::seen::named;
use crate::store::{StoreError, document as rows, timeline};

/// Steps read at once.
const PAGE: u32 = 1_000;

/// How long after a failed reading the next is tried.
const AGAIN: Duration = Duration::from_secs(1);

/// How long before what depends on the day is looked at again without a word: at midnight other
/// things are overdue.
const CALM: Duration = Duration::from_mins(1);

/// Keeps a channel at what the views say, until nobody reads it any more.
pub(crate) async fn follow(
    around: &Around,
    channel: &Weak<Channel>,
    wake: &Notify,
    turns: &Semaphore,
) {
    while let Some(held) = channel.upgrade() {
        let begun = Instant::now();
        let well = {
            let _turn = turns.acquire().await;
            // On the heap, so that who waits for a word is small.
            Box::pin(look(around, &held)).await
        };
        let topic = held.topic;
        drop(held);
        match if well { calm(topic) } else { Some(AGAIN) } {
            Some(limit) => {
                let _ = timeout(limit, wake.notified()).await;
            }
            None => wake.notified().await,
        }
        if let Some(rest) = rest(topic) {
            sleep_until(begun + rest).await;
        }
    }
}

/// How long a topic is left alone when nothing is said about it; none is for ever.
const fn calm(topic: Topic) -> Option<Duration> {
    match topic {
        Topic::Document(_) | Topic::Feed => None,
        Topic::Inbox(..) | Topic::Totals => Some(CALM),
    }
}

/// How long after a reading has begun the next begins at the soonest: what many documents change
/// is told a few times a second and not with every one of them.
const fn rest(topic: Topic) -> Option<Duration> {
    match topic {
        Topic::Document(_) | Topic::Feed => None,
        Topic::Inbox(..) => Some(Duration::from_millis(25)),
        Topic::Totals => Some(Duration::from_millis(100)),
    }
}

/// Reads what there is to read; says whether that went well.
async fn look(around: &Around, channel: &Channel) -> bool {
    let (known, standing) = (around.freshness.known(), channel.standing());
    let in_doubt = !around.freshness.is_live();
    if standing.ready && (around.store.is_away() || (in_doubt && standing.sequence >= known)) {
        // Nothing newer can be had for now. When it can, there is a word.
        channel.doubt();
        return !around.store.is_away();
    }
    let read = match channel.topic {
        Topic::Feed => read_changes(around, channel, known).await,
        Topic::Document(_) | Topic::Inbox(..) | Topic::Totals => {
            read_state(around, channel, known).await
        }
    };
    if let Err(error) = &read {
        tracing::debug!(%error, "what a stream shows could not be read");
        channel.doubt();
    }
    read.is_ok()
}

async fn read_state(around: &Around, channel: &Channel, known: u64) -> Result<(), Arc<StoreError>> {
    let Answer {
        body,
        position,
        stale,
        seen,
        ..
    } = ask(around, channel.topic, known).await?;
    let stale = stale || !around.freshness.is_live();
    channel.take_state(&around.freshness.position(position), body, seen, stale);
    Ok(())
}

/// The answer that a plain question would get, from the same caches.
async fn ask(around: &Around, topic: Topic, known: u64) -> Result<Answer, Arc<StoreError>> {
    let (cache, store, wanted) = (&around.cache, &around.store, Some(known));
    let today = legal_date(around.clock.now());
    match topic {
        Topic::Document(id) => {
            let load = async || document::load(store, id).await;
            cache.answer(&document::question(id), wanted, load).await
        }
        Topic::Inbox(office, part, restricted) => {
            let soon = inbox::soon(&around.members, office, today);
            let asked = inbox::first_page(office, part, restricted, today, soon);
            let load = async || inbox::load(store, &asked).await;
            cache.answer(&inbox::question(&asked), wanted, load).await
        }
        Topic::Totals | Topic::Feed => {
            let asked = statistics::usual(today);
            let load = async || statistics::load(store, &around.freshness, &asked).await;
            cache
                .answer(&statistics::question(&asked), wanted, load)
                .await
        }
    }
}

async fn read_changes(
    around: &Around,
    channel: &Channel,
    mut known: u64,
) -> Result<(), Arc<StoreError>> {
    if known == 0 || !around.freshness.is_live() {
        known = around.freshness.look(&around.store).await?;
    }
    if !channel.standing().ready {
        // Those who come back are sent what they missed out of the channel too.
        let page = PAGE + 1;
        let read = |pool| timeline::last(pool, known, page);
        let rows = around.store.read(read).await?;
        let (records, since) = last(&rows, page as usize);
        take(around, channel, known, since, records).await?;
        return Ok(());
    }
    loop {
        let reached = channel.standing().sequence;
        if reached >= known {
            take(around, channel, reached, reached, Vec::new()).await?;
            return Ok(());
        }
        let read = |pool| timeline::between(pool, reached, known, PAGE);
        let rows = around.store.read(read).await?;
        let (records, until) = first(&rows, known, PAGE as usize);
        take(around, channel, until, reached, records).await?;
    }
}

/// Takes steps in. Who sees their documents is read after them: what was restricted meanwhile is
/// shown to nobody else.
async fn take(
    around: &Around,
    channel: &Channel,
    until: u64,
    since: u64,
    records: Vec<&[TimelineRow]>,
) -> Result<(), StoreError> {
    let mut ids: Vec<_> = records.iter().flat_map(|steps| about(steps)).collect();
    ids.sort_unstable();
    ids.dedup();
    let restricted = if ids.is_empty() {
        HashMap::new()
    } else {
        let read = |pool| rows::restricted(pool, &ids);
        around.store.read(read).await?
    };
    let changes = records.into_iter();
    let changes = changes.map(|steps| change(around, steps, &restricted));
    let position = around.freshness.position(until);
    let stale = !around.freshness.is_live();
    channel.take_changes(position, since, changes.collect(), stale);
    Ok(())
}

/// The documents that steps are about: their own, and those they name.
fn about(steps: &[TimelineRow]) -> impl Iterator<Item = DocumentId> {
    steps.iter().flat_map(|step| {
        let named = named(&step.event, step.note.as_deref());
        [step.document_id].into_iter().chain(named)
    })
}

/// The rows of each record of a page, and the sequence up to which they are complete: the last
/// record of a full page may go on behind it.
fn first(rows: &[TimelineRow], until: u64, page: usize) -> (Vec<&[TimelineRow]>, u64) {
    let mut records: Vec<_> = rows.chunk_by(|a, b| a.seq == b.seq).collect();
    if rows.len() < page {
        return (records, until);
    }
    if records.len() > 1 {
        records.pop();
    }
    let reached = records.last().and_then(|steps| steps.first());
    (records, reached.map_or(until, |step| step.seq))
}

/// The rows of each record of the last page, and the sequence after which they are complete: the
/// first record of a full page may begin before it.
fn last(rows: &[TimelineRow], page: usize) -> (Vec<&[TimelineRow]>, u64) {
    let mut records: Vec<_> = rows.chunk_by(|a, b| a.seq == b.seq).collect();
    if rows.len() < page {
        return (records, 0);
    }
    let cut = records.remove(0);
    (records, cut.first().map_or(0, |step| step.seq))
}

#[derive(Serialize)]
struct Steps<'a> {
    document_id: DocumentId,
    steps: &'a [TimelineRow],
}

fn change(
    around: &Around,
    steps: &[TimelineRow],
    restricted: &HashMap<DocumentId, SeenBy>,
) -> Change {
    let sequence = steps.first().map_or(0, |step| step.seq);
    let data = steps.first().map(|step| Steps {
        document_id: step.document_id,
        steps,
    });
    // Rows of ours always have a JSON form.
    let data = serde_json::to_vec(&data).unwrap_or_default();
    let position = around.freshness.position(sequence);
    Change {
        bytes: event(Kind::Change, Some(&position), &data),
        sequence,
        offices: touched(steps),
        about: about(steps)
            .map(|id| (id, restricted.get(&id).cloned().flatten()))
            .collect(),
        names: Vec::new(),
    }
}

fn touched(steps: &[TimelineRow]) -> Arc<[OfficeId]> {
    let offices = steps.iter().flat_map(|step| {
        [step.from_office_id, step.to_office_id, step.by_office_id]
            .into_iter()
            .flatten()
    });
    offices.collect()
}

#[cfg(test)]
mod tests {
    use events::UserId;
    use uuid::Uuid;

    use super::*;

    fn rows(sequences: &[u64]) -> Vec<TimelineRow> {
        let row = |seq: &u64| TimelineRow {
            document_id: DocumentId(Uuid::from_u128(u128::from(*seq))),
            event_number: 1,
            ordinal: 0,
            seq: *seq,
            at: chrono::DateTime::UNIX_EPOCH,
            event: "document.noted".to_owned(),
            from_office_id: None,
            to_office_id: None,
            by_user_id: UserId(Uuid::nil()),
            by_office_id: None,
            note: None,
            folios: 1,
        };
        sequences.iter().map(row).collect()
    }

    #[test]
    fn a_page_that_is_not_full_is_complete_up_to_its_end() {
        let rows = rows(&[3, 3, 5]);
        let (records, reached) = first(&rows, 9, 4);
        assert_eq!((records.len(), reached), (2, 9));
        let (records, since) = last(&rows, 4);
        assert_eq!((records.len(), since), (2, 0));
    }

    #[test]
    fn a_record_at_the_edge_of_a_full_page_is_left_out() {
        let rows = rows(&[3, 3, 5, 5]);
        let (records, reached) = first(&rows, 9, 4);
        assert_eq!((records.len(), reached), (1, 3));
        let (records, since) = last(&rows, 4);
        assert_eq!((records.len(), since), (1, 3));
    }
}
