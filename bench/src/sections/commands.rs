//! The three commands of most days, against raw publishes: messages with as many headers and bytes
//! as the command leaves, each to a subject of its own under the same checks, by as many clients over
//! one connection to the same server.

use anyhow::{Context, bail};
use async_nats::jetstream::{self, stream};
use async_nats::{Client as Nats, HeaderMap, Request};
use bytes::Bytes;
use platform::ids::{Ids, SystemIds};

use super::fill::{Stock, webs};
use crate::cli::Wanted;
use crate::load::{Client, drive};
use crate::process::memory;
use crate::scripts::Act;
use crate::site::Site;
use crate::table::{Aim, Rounds, Row};

/// How many clients.
const CLIENTS: [usize; 4] = [1, 16, 64, 256];

/// How many clients the aims are for.
const AIMED: usize = 64;

/// How many documents wait for each of the others, at least.
const WAITING: usize = 1_000;

/// What is aimed at: parts of a raw publish.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aims {
    register: f64,
    others: f64,
}

/// When each is on the disk before it is answered.
pub(super) const ALWAYS: Aims = Aims {
    register: 1.5,
    others: 0.8,
};

/// When the disk is told every two minutes.
pub(super) const LAZILY: Aims = Aims {
    register: 0.2,
    others: 0.6,
};

/// Measures.
pub(super) async fn measure(site: &Site, wanted: &Wanted, aims: Aims) -> anyhow::Result<Vec<Row>> {
    let command = site.command().await?;
    let idle = command.memory();
    let stock = Stock::default();
    let mut rows = Vec::new();
    for act in Act::ALL {
        stock.ensure(act, WAITING, site, &command).await?;
        stock.add(act, 1, site, &command).await?;
        let raw = Publishes::like_the_last(site).await?;
        for clients in CLIENTS {
            let mut rounds = (Rounds::default(), Rounds::default());
            let mut waiting = WAITING;
            for _ in 0..wanted.rounds {
                let publishes = vec![raw.clone(); clients];
                rounds.0.add(drive(publishes, wanted.length()).await?);
                stock.ensure(act, waiting, site, &command).await?;
                let sends = webs(clients, &command.address, &stock.sends(act, site)).await?;
                let round = drive(sends, wanted.length()).await?;
                waiting = waiting.max(round.done * 3 / 2);
                rounds.1.add(round);
            }
            let aim = Aim::Part(match act {
                Act::Register => aims.register,
                Act::Derive | Act::Receive => aims.others,
            });
            rows.push(Row {
                what: format!("{}, {clients} clients", act.name()),
                unit: "/s",
                ours: rounds.1.rate(),
                limit: Some(("raw publish", rounds.0.rate())),
                aim: (clients == AIMED).then_some(aim),
                lengths: Some(rounds.1.lengths()),
                with: format!("{} (idle {idle:.0}), {}", command.takes(), nats(site)),
            });
        }
    }
    command.stop().await?;
    Ok(rows)
}

fn nats(site: &Site) -> String {
    let pid = site.servers.pid(kit::Kind::Nats);
    format!("nats {:.0} MB", pid.map(memory).unwrap_or_default())
}

/// Publishes messages, each to a new subject.
#[derive(Clone, Debug)]
struct Publishes {
    client: Nats,
    subject: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Publishes {
    /// Messages like the last one of the log, to a stream like it.
    async fn like_the_last(site: &Site) -> anyhow::Result<Self> {
        let client = site.fresh.nats_client().await;
        let jetstream = jetstream::new(client.clone());
        let log = jetstream.get_stream(site.names.log_stream()).await?;
        let info = log.get_info().await?;
        let last = log.get_raw_message(info.state.last_sequence).await?;
        let subject = format!("{}.raw", site.fresh.namespace);
        let config = stream::Config {
            name: format!("{}_RAW", site.fresh.namespace),
            subjects: vec![format!("{subject}.>")],
            ..info.config
        };
        jetstream.create_stream(config).await?;
        let mut headers = HeaderMap::new();
        for (name, values) in last.headers.iter() {
            let name = name.to_string();
            // What is the server's own it has put in, or is of a batch.
            if let (false, Some(value)) = (name.starts_with("Nats-"), values.first()) {
                headers.insert(name, value.clone());
            }
        }
        Ok(Self {
            client,
            subject,
            headers,
            body: last.payload,
        })
    }
}

impl Client for Publishes {
    async fn once(&mut self) -> anyhow::Result<bool> {
        let id = SystemIds.next();
        let mut headers = self.headers.clone();
        headers.insert("Nats-Msg-Id", id.to_string());
        headers.insert("Nats-Expected-Last-Subject-Sequence", "0");
        let request = Request::new().headers(headers).payload(self.body.clone());
        let subject = format!("{}.{id}", self.subject);
        let reply = self.client.send_request(subject, request).await?;
        let said: serde_json::Value = serde_json::from_slice(&reply.payload)?;
        if said["error"].is_object() {
            bail!("a raw publish was refused: {said}");
        }
        said["seq"].as_u64().context("no sequence in a reply")?;
        Ok(true)
    }
}
