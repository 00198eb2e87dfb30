//! nats-server, with a `JetStream` that syncs every message in the durable profile.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use async_nats::{ConnectOptions, jetstream};

use super::Answer;
use crate::error::StartError;
use crate::folder::{quoted, short_name};
use crate::server::Site;
use crate::{Kind, Profile};

/// The largest message, a batch of a full record included.
const MAX_PAYLOAD: u32 = 8 * 1024 * 1024;

/// The bytes promised to the streams of all tests, which reserve what they may grow to.
const ROOM_FOR_TESTS: u64 = 1 << 50;

pub(super) fn command(site: &Site) -> Result<Command, StartError> {
    let file = site.home.of(Kind::Nats).join("nats.conf");
    site.home.own_file(&file, &config(site))?;
    let mut command = site.home.command(Kind::Nats, &site.program.file)?;
    command.arg("-c").arg(&file);
    Ok(command)
}

pub(super) async fn ask(site: &Site) -> Answer {
    let mut options = ConnectOptions::new()
        .connection_timeout(Duration::from_secs(1))
        .max_reconnects(1);
    if let Some(password) = site.home.password() {
        // The client does not take user and password from the address.
        options = options.user_and_password("mesa".to_owned(), password.to_owned());
    }
    let Ok(client) = options.connect(super::url(site)).await else {
        return Answer::NotYet;
    };
    if client.server_info().server_name != name(site) {
        return Answer::Stranger;
    }
    // JetStream answers only after it has read its streams.
    let answer = match jetstream::new(client.clone()).query_account().await {
        Ok(_) => Answer::Serves,
        Err(_) => Answer::NotYet,
    };
    let _ = client.drain().await;
    answer
}

/// The name the server tells its clients: it tells one data folder's server from another's.
fn name(site: &Site) -> String {
    format!("mesa-{}", short_name(site.home.data()))
}

fn config(site: &Site) -> String {
    let folder = site.home.of(Kind::Nats);
    let sync = match site.profile {
        Profile::Durable => "always",
        Profile::FastForTests => "2m",
    };
    let users = site.home.password().map_or(String::new(), |password| {
        format!("authorization {{ user: mesa, password: \"{password}\" }}\n")
    });
    format!(
        "# Written at every start.\n\
         server_name: \"{name}\"\n\
         listen: \"127.0.0.1:{port}\"\n\
         max_payload: {MAX_PAYLOAD}\n\
         {users}\
         jetstream {{\n\
         \x20 store_dir: {store}\n\
         \x20 max_memory_store: 268435456\n\
         \x20 max_file_store: {room}\n\
         \x20 sync_interval: {sync}\n\
         }}\n",
        name = name(site),
        port = site.port,
        store = quoted(&folder),
        room = match site.profile {
            Profile::Durable => room(&folder),
            Profile::FastForTests => ROOM_FOR_TESTS,
        },
    )
}

/// The bytes the log may take: what it takes now and four fifths of what is free, so that a full
/// log is a clean error before the disk is full.
fn room(folder: &Path) -> u64 {
    let free = rustix::fs::statvfs(folder)
        .map_or(1 << 30, |disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    size(folder).saturating_add(free / 5 * 4)
}

fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .filter_map(Result::ok)
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => size(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}
