//! `mesa health`: asks a running role whether it is ready; for health checks of containers.

use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Whom to ask.
#[derive(Clone, Debug, Args)]
pub struct Health {
    /// The address to ask, `http` only.
    #[arg(long, default_value = "http://127.0.0.1:8080/readyz")]
    pub url: String,
}

/// Asks, prints the answer, and fails unless it is 200.
///
/// # Errors
///
/// Nobody answers within two seconds, or the answer is not 200.
pub async fn run(health: &Health) -> anyhow::Result<()> {
    let answer = tokio::time::timeout(Duration::from_secs(2), ask(&health.url))
        .await
        .context("no answer within two seconds")??;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    println!("{body}");
    let status = head.split_whitespace().nth(1).unwrap_or("nothing");
    if status != "200" {
        bail!("{} answered {status}", health.url);
    }
    Ok(())
}

/// The whole answer to `GET url`, head and body. It is asked for as HTTP/1.0, so that no body comes
/// in chunks.
///
/// # Errors
///
/// The address is not `http`, or nobody answers there.
pub(crate) async fn ask(url: &str) -> anyhow::Result<String> {
    let rest = url
        .strip_prefix("http://")
        .with_context(|| format!("`{url}` does not begin with http://"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)
        .await
        .with_context(|| format!("nobody listens on {host}"))?;
    let request = format!("GET /{path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
