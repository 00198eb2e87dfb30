//! Reading a history by Direct Get: one request, every message of one literal subject in answer, or
//! the first alone.
//!
//! The server sends the messages one by one to an inbox and closes with a status 204 that says how
//! many more there are (it stops early at its own byte limit); so a history is complete exactly
//! when that number is 0.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::{HeaderMap, Message, Request, StatusCode, Subscriber};
use bytes::Bytes;
use futures::StreamExt;
use serde::Serialize;

use super::{Cause, Stored};

/// The most messages asked for at once.
const PAGE: usize = 512;
/// The status that closes an answer.
const END: u16 = 204;

#[derive(Serialize)]
struct Get<'a> {
    seq: u64,
    next_by_subj: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<usize>,
}

/// Every message of `subject` in `stream` with a sequence above `after`.
///
/// # Errors
///
/// No server answers, one falls silent for longer than `patience`, or it answers what is not
/// understood.
pub(super) async fn history(
    jetstream: &Context,
    stream: &str,
    subject: &str,
    after: u64,
    patience: Duration,
) -> Result<Vec<Stored>, Cause> {
    let client = jetstream.client();
    let ask = format!("$JS.API.DIRECT.GET.{stream}");
    let mut found: Vec<Stored> = Vec::new();
    loop {
        let get = Get {
            seq: found.last().map_or(after, |last| last.sequence) + 1,
            next_by_subj: subject,
            batch: Some(PAGE),
        };
        let inbox = client.new_inbox();
        let replies = client.subscribe(inbox.clone()).await?;
        let payload = Bytes::from(serde_json::to_vec(&get)?);
        client
            .publish_with_reply(ask.clone(), inbox, payload)
            .await?;
        if page(replies, &mut found, patience).await? == 0 {
            return Ok(found);
        }
    }
}

/// The first message of `subject` in `stream`, if there is one.
///
/// # Errors
///
/// No server answers in `patience`, or it answers what is not understood.
pub(super) async fn first(
    jetstream: &Context,
    stream: &str,
    subject: &str,
    patience: Duration,
) -> Result<Option<Stored>, Cause> {
    let get = Get {
        seq: 1,
        next_by_subj: subject,
        batch: None,
    };
    let request = Request::new()
        .payload(Bytes::from(serde_json::to_vec(&get)?))
        .timeout(Some(patience));
    let ask = format!("$JS.API.DIRECT.GET.{stream}");
    let reply = jetstream.client().send_request(ask, request).await?;
    match reply.status {
        None => stored(reply).map(Some),
        Some(StatusCode::NOT_FOUND) => Ok(None),
        Some(status) => {
            let words = reply.description.unwrap_or_default();
            Err(format!("a first record was answered with {status} {words}").into())
        }
    }
}

/// Takes the messages of one answer, and says how many more there are.
async fn page(
    mut replies: Subscriber,
    found: &mut Vec<Stored>,
    patience: Duration,
) -> Result<u64, Cause> {
    loop {
        let reply = tokio::time::timeout(patience, replies.next())
            .await?
            .ok_or("the connection closed in the middle of a history")?;
        match reply.status {
            None => found.push(stored(reply)?),
            Some(status) if status.as_u16() == END => return number(&reply, "Nats-Num-Pending"),
            Some(StatusCode::NOT_FOUND) => return Ok(0),
            Some(StatusCode::NO_RESPONDERS) => return Err("no server holds the stream".into()),
            Some(status) => {
                let words = reply.description.unwrap_or_default();
                return Err(format!("a history was answered with {status} {words}").into());
            }
        }
    }
}

fn stored(message: Message) -> Result<Stored, Cause> {
    Ok(Stored {
        sequence: number(&message, "Nats-Sequence")?,
        bytes: message.payload,
    })
}

fn number(message: &Message, name: &'static str) -> Result<u64, Cause> {
    let headers: Option<&HeaderMap> = message.headers.as_ref();
    let value = headers
        .and_then(|headers| headers.get(name))
        .ok_or_else(|| format!("an answer lacks the header {name}"))?;
    Ok(value.as_str().parse()?)
}
