//! What NATS says of its own settings: its monitoring page, or the file that `mesa up` wrote.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;

/// How long the monitoring page may take.
const LIMIT: Duration = Duration::from_secs(3);

/// The settings on which an acknowledged record rests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// Whether each message is on the disk before it is acknowledged.
    pub(super) sync_always: bool,
    /// The most bytes `JetStream` takes on disk.
    pub(super) most: Option<u64>,
    /// Where it keeps them.
    pub(super) store: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Varz {
    jetstream: JetStream,
}

#[derive(Deserialize)]
struct JetStream {
    config: Option<Config>,
}

#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    sync_always: bool,
    max_storage: Option<u64>,
    store_dir: Option<PathBuf>,
}

/// What the monitoring page at `url` says.
pub(super) async fn of_monitor(url: &str) -> anyhow::Result<Settings> {
    let page = format!("{}/varz", url.trim_end_matches('/'));
    let answer = tokio::time::timeout(LIMIT, crate::health::ask(&page))
        .await
        .with_context(|| format!("{page} does not answer"))??;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if head.split_whitespace().nth(1) != Some("200") {
        bail!("{page} is no monitoring page of NATS");
    }
    let varz: Varz =
        serde_json::from_str(body).with_context(|| format!("{page} says nothing of JetStream"))?;
    let config = varz.jetstream.config;
    let config = config.context("JetStream is not switched on")?;
    Ok(Settings {
        sync_always: config.sync_always,
        most: config.max_storage,
        store: config.store_dir,
    })
}

/// What the file that `mesa up` wrote into `data` says, if it is of the server at `url`.
pub(super) fn of_data(data: &Path, url: &str) -> Option<Settings> {
    let text = std::fs::read_to_string(data.join("nats").join("nats.conf")).ok()?;
    let of = |key: &str| {
        let lines = text.lines().map(str::trim);
        let mut found = lines.filter_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        found.next().map(|value| value.trim().trim_matches('"'))
    };
    let at = url.rsplit(['@', '/']).next()?;
    (of("listen")? == at).then(|| Settings {
        sync_always: of("sync_interval") == Some("always"),
        most: of("max_file_store").and_then(|most| most.parse().ok()),
        store: of("store_dir").map(PathBuf::from),
    })
}
