//! The event log: its server, how it syncs, and whether the streams keep what they promise.

use std::path::Path;
use std::time::Duration;

use async_nats::jetstream::stream::{Config, Info, Stream};
use command::log::{Limits, expected};
use events::Namespace;
use platform::config;
use platform::nats::stream::differences;

use super::report::Report;
use super::sync::{self, Settings};
use super::{clock, place};

const OF: &str = "NATS";

/// Within it, the server itself tells a retry from a new command.
const DUPLICATES: Duration = Duration::from_mins(2);

/// Looks at NATS, and gives the log if it is there.
pub(super) async fn examine(
    report: &mut Report,
    config: &config::Nats,
    names: &Namespace,
    data: &Path,
    monitor: Option<&str>,
) -> Option<Stream> {
    let client = match platform::nats::connect(config, "doctor").await {
        Ok(client) => client,
        Err(error) => {
            let advice = "start nats-server 2.14.4 or later there: nothing is recorded without it";
            report.fail(OF, "server", error.to_string(), advice);
            return None;
        }
    };
    report.ok(OF, "version", client.server_info().version);
    let settings = match monitor {
        Some(url) => monitored(report, url).await,
        None => sync::of_data(data, config.url.expose()),
    };
    told_sync(report, settings.as_ref());
    if let Some(settings) = &settings {
        place::told_store(report, OF, settings);
    }
    let jetstream = platform::nats::jetstream(&client);
    let limits = Limits {
        replicas: 1,
        max_bytes: None,
    };
    let mut log = None;
    for wanted in expected(names, limits) {
        match jetstream.get_stream(&wanted.name).await {
            Ok(stream) => {
                told_stream(report, &wanted, stream.cached_info());
                if wanted.name == names.log_stream() {
                    log = Some(stream);
                }
            }
            Err(error) => report.fail(
                OF,
                wanted.name,
                error.to_string(),
                "start `mesa command` once, which makes the streams; or give the right --namespace",
            ),
        }
    }
    clock::of_nats(report, OF, &client, &names.log_stream()).await;
    log
}

async fn monitored(report: &mut Report, url: &str) -> Option<Settings> {
    match sync::of_monitor(url).await {
        Ok(settings) => Some(settings),
        Err(error) => {
            let advice = "give the address that `http` names in the configuration of NATS";
            report.warn(OF, "monitoring", format!("{error:#}"), advice);
            None
        }
    }
}

fn told_sync(report: &mut Report, settings: Option<&Settings>) {
    let what = "sync_interval";
    match settings {
        Some(settings) if settings.sync_always => report.ok(OF, what, "always"),
        Some(_) => report.fail(
            OF,
            what,
            "not always",
            "a power cut takes what was acknowledged since the last sync: write `sync_interval: \
             always` into the `jetstream` part of the configuration and start NATS again",
        ),
        None => report.warn(
            OF,
            what,
            "cannot be seen from here",
            "look whether the configuration of NATS has `sync_interval: always`, or give \
             --nats-monitor",
        ),
    }
}

/// Compares a stream with what is relied upon, and looks how full it is.
fn told_stream(report: &mut Report, wanted: &Config, info: &Info) {
    let (name, config, state) = (&wanted.name, &info.config, &info.state);
    let before = report.findings.len();
    for difference in differences(wanted, config) {
        let what = format!("{name} {}", difference.setting);
        let advice = format!(
            "must be {}: change it with `nats stream edit {name}`",
            difference.wanted
        );
        report.fail(OF, what, difference.found, advice);
    }
    if config.duplicate_window < DUPLICATES {
        let found = format!("{} s", config.duplicate_window.as_secs());
        let advice = "retries are right all the same, and cost more: 10 minutes are usual";
        report.warn(OF, format!("{name} duplicate_window"), found, advice);
    }
    let in_cluster = info.cluster.as_ref().is_some_and(|of| of.name.is_some());
    if in_cluster && config.num_replicas < 3 {
        let advice =
            format!("the loss of one disk loses the log: `nats stream edit {name} --replicas 3`");
        let found = config.num_replicas.to_string();
        report.warn(OF, format!("{name} replicas"), found, advice);
    }
    let most = u64::try_from(config.max_bytes).unwrap_or_default();
    if most > 0 && state.bytes > most / 5 * 4 {
        let found = format!("{} of {most}", state.bytes);
        let advice =
            "commands are refused when it is full: raise the limit with `nats stream edit`";
        report.warn(OF, format!("{name} max_bytes"), found, advice);
    }
    if report.findings.len() == before {
        let found = format!("{} records, {} bytes", state.messages, state.bytes);
        report.ok(OF, name, found);
    }
}
