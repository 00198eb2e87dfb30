//! Where and of what the figures are.

use std::fs;
use std::process::Command;

use sqlx::PgPool;

use crate::site::Site;

/// One line a fact: the machine, the commit, the versions of the servers.
pub(crate) async fn facts(site: &Site) -> anyhow::Result<Vec<String>> {
    let pool: PgPool = site.fresh.pool().await;
    let postgres: String = sqlx::query_scalar("show server_version")
        .fetch_one(&pool)
        .await?;
    pool.close().await;
    let nats = site.fresh.nats_client().await.server_info().version;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let profile = if cfg!(debug_assertions) {
        " without optimisation: for direction only"
    } else {
        ""
    };
    Ok(vec![
        format!("{} × {cores}, {:.0} GB", processor(), total_memory()),
        format!("Linux {}", first_line("/proc/sys/kernel/osrelease")),
        format!("Mesa {}{profile}", commit()),
        format!("nats-server {nats}, PostgreSQL {postgres}"),
    ])
}

fn processor() -> String {
    let all = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = all.lines().find_map(|line| line.strip_prefix("model name"));
    let name = name.and_then(|name| name.split_once(':'));
    name.map_or("a processor", |(_, name)| name)
        .trim()
        .to_owned()
}

/// In gigabytes.
fn total_memory() -> f64 {
    let line = first_line("/proc/meminfo");
    let kibibytes = line.split_whitespace().nth(1).map(str::parse::<f64>);
    kibibytes.and_then(Result::ok).unwrap_or_default() * 1024.0 / 1e9
}

fn first_line(file: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

/// The commit that the program was started in, and whether anything was changed since.
fn commit() -> String {
    let git = |args: &[&str]| {
        let said = Command::new("git").args(args).output().ok()?;
        let text = String::from_utf8(said.stdout).ok()?;
        said.status.success().then(|| text.trim().to_owned())
    };
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]);
    let changed = changed.is_some_and(|changed| !changed.is_empty());
    let commit = git(&["rev-parse", "--short", "HEAD"]);
    let commit = commit.unwrap_or_else(|| "of an unknown commit".to_owned());
    if changed {
        format!("{commit} and changes")
    } else {
        commit
    }
}
