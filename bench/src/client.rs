//! A client of HTTP/1.1 that costs next to nothing: one connection, bytes out, bytes in. What is
//! measured is the server, and not what asks it.

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most bytes of an answer's head.
const HEAD: usize = 16 * 1024;

/// One connection that stays open.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    heard: Vec<u8>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Connection {
    /// Connects to `address`, as `127.0.0.1:8080`.
    pub(crate) async fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            heard: Vec::with_capacity(2_048),
        })
    }

    /// Sends `request` and takes the whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        let head = self.begin(request).await?;
        let text = std::str::from_utf8(&self.heard[..head])?;
        let length: usize = header(text, "content-length")
            .map_or(Ok(0), str::parse)
            .context("a content length that is none")?;
        while self.heard.len() < head + length {
            self.more().await?;
        }
        let (head, body) = self.heard.split_at(head);
        let head = std::str::from_utf8(head)?;
        Ok(Answer {
            status: status(head)?,
            head,
            body: &body[..length],
        })
    }

    /// Sends `request` and takes the head of the answer; gives its length.
    pub(crate) async fn begin(&mut self, request: &[u8]) -> anyhow::Result<usize> {
        self.heard.clear();
        self.stream.write_all(request).await?;
        loop {
            if let Some(end) = find(&self.heard, b"\r\n\r\n") {
                return Ok(end + 4);
            }
            if self.heard.len() > HEAD {
                bail!("the head of an answer has no end");
            }
            self.more().await?;
        }
    }

    /// The connection, and what was heard and not taken.
    pub(crate) fn into_parts(self) -> (TcpStream, Vec<u8>) {
        (self.stream, self.heard)
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.heard).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

/// The bytes of `GET path`.
pub(crate) fn get(path: &str, key: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n\r\n")
        .into_bytes()
}

/// Writes the bytes of `POST path` into `out`.
pub(crate) fn post(out: &mut Vec<u8>, path: &str, key: &str, idempotency: &str, body: &str) {
    use std::io::Write;

    out.clear();
    // Writing to memory does not fail.
    let _ = write!(
        out,
        "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n\
         idempotency-key: {idempotency}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
}

/// The value of a header in the head of an answer.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn status(head: &str) -> anyhow::Result<u16> {
    let status = head.get(9..12).and_then(|status| status.parse().ok());
    status.with_context(|| format!("no status in {head:?}"))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn answers_are_told_apart_on_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serving = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 512];
            for (status, body) in [(201, "first"), (404, "")] {
                let _ = stream.read(&mut asked).await.unwrap();
                let length = body.len();
                let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n\r\n");
                stream.write_all(head.as_bytes()).await.unwrap();
                tokio::task::yield_now().await;
                stream.write_all(body.as_bytes()).await.unwrap();
            }
        };
        let asking = async {
            let mut connection = Connection::open(&address).await.unwrap();
            let first = connection.ask(&get("/", "key")).await.unwrap();
            assert_eq!((first.status, first.body), (201, b"first".as_slice()));
            assert_eq!(header(first.head, "content-length"), Some("5"));
            let second = connection.ask(&get("/", "key")).await.unwrap();
            assert_eq!((second.status, second.body), (404, b"".as_slice()));
        };
        tokio::join!(serving, asking);
    }

    #[test]
    fn a_post_says_how_long_its_body_is() {
        let mut out = b"left over".to_vec();
        post(&mut out, "/x", "key", "k-1", "{}");
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("POST /x HTTP/1.1\r\n"), "{text}");
        assert!(text.ends_with("content-length: 2\r\n\r\n{}"), "{text}");
    }
}
