//! Streams: how long from a command to another's screen, and what many screens cost.
//!
//! A hundred registrations a second are sent when their time has come, whether the ones before are
//! answered or not; each is timed from that moment to the moment when the feed of somebody else
//! names its document. Then as many screens as in a large institution show one inbox, which changes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use events::OfficeId;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::fill::Stock;
use crate::client::{Connection, post};
use crate::load::Round;
use crate::process::Process;
use crate::scripts::{Act, document, id};
use crate::site::{LEGAL, Site};
use crate::stream::Events;
use crate::table::{Aim, Row};

/// Between one command and the next: a hundred a second.
const EVERY: Duration = Duration::from_millis(10);

/// How many commands are timed.
const TIMED: u32 = 1_000;

/// Connections the commands take turns on.
const SENDERS: u32 = 10;

/// How many screens.
const SCREENS: usize = 10_000;

/// How many of them connect at once.
const CONNECTING: usize = 64;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long roles have nothing to do before they are called idle.
const IDLE: Duration = Duration::from_secs(3);

/// Measures.
pub(super) async fn measure(site: &Site) -> anyhow::Result<Vec<Row>> {
    allow_connections()?;
    let command = site.command().await?;
    let projector = site.projector().await?;
    let query = site.query(&[]).await?;
    let roles = [&command, &projector, &query];
    tokio::time::sleep(IDLE).await;
    let idle: Vec<f64> = roles.iter().map(|role| role.memory()).collect();
    let way = tokio::time::timeout(PATIENCE, ways(site, &command, &query));
    let way = way.await.context("not every command was seen")??;
    let mut rows = vec![Row {
        what: "command → another's screen, 100/s".to_owned(),
        unit: "ms p99",
        ours: way.percentile(99),
        aim: Some(Aim::Below(200.0)),
        lengths: Some((way.percentile(50), way.percentile(99))),
        with: roles.map(Process::takes).join(", "),
        ..Row::default()
    }];
    let stock = Stock::default();
    rows.extend(screens(site, &command, &query, &stock).await?);
    for act in Act::ALL {
        stock.add(act, 10_000, site, &command).await?;
    }
    for (role, idle) in roles.iter().zip(idle) {
        rows.push(Row {
            what: format!("memory of {}, idle", role.name),
            unit: "MB",
            ours: idle,
            aim: Some(Aim::Below(100.0)),
            with: format!(
                "{} after all of the above and 30,000 commands",
                role.takes()
            ),
            ..Row::default()
        });
    }
    for role in [command, projector, query] {
        role.stop().await?;
    }
    Ok(rows)
}

/// How long from each command to the feed of another.
async fn ways(site: &Site, command: &Process, query: &Process) -> anyhow::Result<Round> {
    let mut feed = Events::open(&query.address, "/api/v1/stream/feed", &site.viewer).await?;
    feed.next().await.context("the feed does not begin")?;
    let begun = Instant::now() + EVERY;
    let mut sending = JoinSet::new();
    for place in 0..SENDERS {
        let (address, key) = (command.address.clone(), site.registrar.clone());
        sending.spawn(async move { send(&address, &key, begun, place).await });
    }
    let mut seen = HashMap::new();
    while seen.len() < TIMED as usize {
        let event = feed.next().await?;
        let now = Instant::now();
        let data = event.lines().find_map(|line| line.strip_prefix("data: "));
        let data: serde_json::Value = serde_json::from_str(data.unwrap_or("null"))?;
        if let Some(document) = data["document_id"].as_str() {
            seen.entry(document.parse::<Uuid>()?).or_insert(now);
        }
    }
    let mut lengths = Vec::new();
    while let Some(sent) = sending.join_next().await {
        for (document, at) in sent?? {
            let seen = seen.get(&document).context("a document was not seen")?;
            lengths.push(seen.duration_since(at));
        }
    }
    Ok(Round::of(lengths, begun.elapsed()))
}

/// Sends every so many of the commands, each when its time has come; gives the documents and those
/// times.
async fn send(
    address: &str,
    key: &str,
    begun: Instant,
    place: u32,
) -> anyhow::Result<Vec<(Uuid, Instant)>> {
    let mut connection = Connection::open(address).await?;
    let mut request = Vec::new();
    let mut sent = Vec::new();
    for n in (place..TIMED).step_by(SENDERS as usize) {
        let at = begun + EVERY * n;
        tokio::time::sleep_until(at.into()).await;
        let body = document(n.into());
        let once = format!("timed-{n}");
        post(&mut request, "/api/v1/documents", key, &once, &body);
        let answer = connection.ask(&request).await?;
        sent.push((id(answer.body)?, at));
    }
    Ok(sent)
}

/// Many screens of one inbox: what they cost, and how long until all of them show a change.
async fn screens(
    site: &Site,
    command: &Process,
    query: &Process,
    stock: &Stock,
) -> anyhow::Result<Vec<Row>> {
    stock.add(Act::Register, 1, site, command).await?;
    let before = query.memory();
    let inbox = format!("/api/v1/stream/offices/{}/inbox", OfficeId::of_code(LEGAL));
    let turns = Arc::new(Semaphore::new(CONNECTING));
    let mut opening = JoinSet::new();
    for _ in 0..SCREENS {
        let (address, key, path) = (query.address.clone(), site.officer.clone(), inbox.clone());
        let turns = Arc::clone(&turns);
        opening.spawn(async move {
            let _turn = turns.acquire().await?;
            let mut screen = Events::open(&address, &path, &key).await?;
            screen.next().await.context("a screen shows nothing")?;
            anyhow::Ok(screen)
        });
    }
    let begun = Instant::now();
    let mut screens = Vec::with_capacity(SCREENS);
    while let Some(screen) = opening.join_next().await {
        screens.push(screen??);
    }
    let opened = begun.elapsed();
    tokio::time::sleep(IDLE).await;
    let still = query.memory();
    let sent = Instant::now();
    stock.add(Act::Derive, 1, site, command).await?;
    let mut hearing = JoinSet::new();
    for mut screen in screens {
        hearing.spawn(async move {
            screen.next().await.context("a screen does not change")?;
            anyhow::Ok((sent.elapsed(), screen))
        });
    }
    let mut lengths = Vec::with_capacity(SCREENS);
    let mut screens = Vec::with_capacity(SCREENS);
    while let Some(heard) = hearing.join_next().await {
        let (length, screen) = heard??;
        lengths.push(length);
        screens.push(screen);
    }
    let told = Round::of(lengths, sent.elapsed());
    let each =
        |memory: f64| (memory - before) * 1000.0 / f64::from(u32::try_from(SCREENS).unwrap_or(1));
    Ok(vec![
        Row {
            what: format!("{SCREENS} screens, each"),
            unit: "kB",
            ours: each(still.max(query.memory())),
            aim: Some(Aim::Below(40.0)),
            with: format!(
                "{} (before {before:.0}), opened in {:.1} s",
                query.takes(),
                opened.as_secs_f64()
            ),
            ..Row::default()
        },
        Row {
            what: format!("one command → {SCREENS} screens"),
            unit: "ms p99",
            ours: told.percentile(99),
            lengths: Some((told.percentile(50), told.percentile(99))),
            ..Row::default()
        },
    ])
}

/// Raises the limit of open files to what is allowed: each screen is one here, too.
fn allow_connections() -> anyhow::Result<()> {
    let given = getrlimit(Resource::Nofile);
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: given.maximum,
            maximum: given.maximum,
        },
    )
    .context("the system does not allow as many connections")
}
