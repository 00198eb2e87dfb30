//! A reader of server-sent events over a connection of our own.

use anyhow::{bail, ensure};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::client::{Connection, get};

/// A stream of events.
#[derive(Debug)]
pub(crate) struct Events {
    stream: TcpStream,
    /// What came and was not looked at, in chunks as HTTP sends them.
    raw: Vec<u8>,
    /// What of it is text of events.
    text: Vec<u8>,
}

impl Events {
    /// Opens the stream at `path`.
    pub(crate) async fn open(address: &str, path: &str, key: &str) -> anyhow::Result<Self> {
        let mut connection = Connection::open(address).await?;
        let head = connection.begin(&get(path, key)).await?;
        let (stream, mut raw) = connection.into_parts();
        let rest = raw.split_off(head);
        let head = String::from_utf8_lossy(&raw);
        ensure!(head.contains(" 200 "), "{path}: {head}");
        Ok(Self {
            stream,
            raw: rest,
            text: Vec::new(),
        })
    }

    /// The next event, as the lines it was sent in. Signs of life are passed over.
    pub(crate) async fn next(&mut self) -> anyhow::Result<String> {
        loop {
            while let Some(end) = self.text.windows(2).position(|two| two == b"\n\n") {
                let rest = self.text.split_off(end + 2);
                let event = std::mem::replace(&mut self.text, rest);
                if !event.starts_with(b":") {
                    return Ok(String::from_utf8(event)?);
                }
            }
            if !self.unwrap_chunk()? {
                self.raw.reserve(1_024);
                if self.stream.read_buf(&mut self.raw).await? == 0 {
                    bail!("the stream is over");
                }
            }
        }
    }

    /// Takes the next whole chunk, if it is there.
    fn unwrap_chunk(&mut self) -> anyhow::Result<bool> {
        let Some(end) = self.raw.windows(2).position(|two| two == b"\r\n") else {
            return Ok(false);
        };
        let size = usize::from_str_radix(std::str::from_utf8(&self.raw[..end])?, 16)?;
        let (from, to) = (end + 2, end + 2 + size);
        if self.raw.len() < to + 2 {
            return Ok(false);
        }
        self.text.extend_from_slice(&self.raw[from..to]);
        self.raw.drain(..to + 2);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn events_are_put_together_from_chunks() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serving = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let sent = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
                        3\r\n:\n\n\r\n8\r\nevent: a\r\n2\r\n\n\n\r\n9\r\ndata: 1\n\n\r\n";
            for piece in sent.as_bytes().chunks(7) {
                stream.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
            stream
        };
        let reading = async {
            let mut events = Events::open(&address, "/", "key").await.unwrap();
            assert_eq!(events.next().await.unwrap(), "event: a\n\n");
            assert_eq!(events.next().await.unwrap(), "data: 1\n\n");
        };
        tokio::join!(serving, reading);
    }
}
