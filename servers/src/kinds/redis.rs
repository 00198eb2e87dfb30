//! Redis or Valkey, as a cache: nothing of it is kept on disk.

use std::process::Command;

use redis::Client;

use super::Answer;
use crate::Kind;
use crate::error::StartError;
use crate::folder::quoted;
use crate::server::Site;

pub(super) fn command(site: &Site) -> Result<Command, StartError> {
    let file = site.home.of(Kind::Redis).join("redis.conf");
    site.home.own_file(&file, &config(site))?;
    let mut command = site.home.command(Kind::Redis, &site.program.file)?;
    command.arg(&file);
    Ok(command)
}

pub(super) async fn ask(site: &Site, pid: u32) -> Answer {
    let Ok(client) = Client::open(super::url(site)) else {
        return Answer::NotYet;
    };
    let Ok(mut connection) = client.get_multiplexed_async_connection().await else {
        return Answer::NotYet;
    };
    let info: Result<String, _> = redis::cmd("INFO")
        .arg("server")
        .query_async(&mut connection)
        .await;
    match info {
        Ok(info) if info.lines().any(|line| line == format!("process_id:{pid}")) => Answer::Serves,
        Ok(_) => Answer::Stranger,
        Err(_) => Answer::NotYet,
    }
}

/// The title stays the command line, so that a left-over process can be recognised by it.
fn config(site: &Site) -> String {
    let folder = quoted(&site.home.of(Kind::Redis));
    let password = site.home.password().map_or(String::new(), |password| {
        format!("requirepass {password}\n")
    });
    format!(
        "# Written at every start.\n\
         bind 127.0.0.1\n\
         port {port}\n\
         dir {folder}\n\
         daemonize no\n\
         set-proc-title no\n\
         save \"\"\n\
         appendonly no\n\
         maxmemory 256mb\n\
         maxmemory-policy volatile-lru\n\
         {password}",
        port = site.port,
    )
}
