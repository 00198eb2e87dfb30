//! A client that asks as clients of Mesa do: JSON in, JSON out, headers on both ways.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Body, Error, Method};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;

/// A client of one server.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    base: String,
    headers: HeaderMap,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, as it came.
    pub bytes: Vec<u8>,
}

impl Http {
    /// A client of the server at `base`, as `http://127.0.0.1:8080` or `127.0.0.1:8080`.
    ///
    /// # Panics
    ///
    /// The client cannot be made.
    #[must_use]
    pub fn new(base: impl std::fmt::Display) -> Self {
        let mut base = base.to_string();
        if !base.contains("://") {
            base.insert_str(0, "http://");
        }
        platform::tls::provide();
        let client = Client::builder()
            .timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        match client {
            Ok(client) => Self {
                client,
                base: base.trim_end_matches('/').to_owned(),
                headers: HeaderMap::new(),
            },
            Err(error) => panic!("cannot make an HTTP client: {error}"),
        }
    }

    /// The same client, sending this header with every request.
    ///
    /// # Panics
    ///
    /// The name or the value is none.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.clone();
        match (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => with.headers.insert(name, value),
            _ => panic!("{name}: {value} is no header"),
        };
        with
    }

    /// The same client, with this API key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        self.with("authorization", &format!("Bearer {key}"))
    }

    /// `GET path`.
    ///
    /// # Panics
    ///
    /// Nobody answers.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// The same, for a server that may go away.
    ///
    /// # Errors
    ///
    /// Nobody answers.
    pub async fn try_get(&self, path: &str) -> Result<Answer, Error> {
        self.try_send(self.request(Method::GET, path)).await
    }

    /// `POST path` with an idempotency key and a JSON body.
    ///
    /// # Panics
    ///
    /// Nobody answers.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        match self.try_post(path, key, body).await {
            Ok(answer) => answer,
            Err(error) => panic!("no answer: {error:?}"),
        }
    }

    /// The same, for a server that may go away.
    ///
    /// # Errors
    ///
    /// Nobody answers.
    pub async fn try_post(&self, path: &str, key: &str, body: &Value) -> reqwest::Result<Answer> {
        let request = self.request(Method::POST, path);
        self.try_send(request.header("idempotency-key", key).json(body))
            .await
    }

    /// `POST path` with an idempotency key and these bytes.
    ///
    /// # Panics
    ///
    /// Nobody answers.
    pub async fn upload(&self, path: &str, key: &str, bytes: impl Into<Body>) -> Answer {
        let request = self.request(Method::POST, path);
        let request = request.header("idempotency-key", key).body(bytes);
        self.send(request).await
    }

    /// Any request, to be finished and given to [`Http::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .headers(self.headers.clone())
    }

    /// Sends a request and takes the whole answer.
    ///
    /// # Panics
    ///
    /// Nobody answers.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        match self.try_send(request).await {
            Ok(answer) => answer,
            Err(error) => panic!("no answer: {error:?}"),
        }
    }

    /// Sends a request and takes the whole answer.
    ///
    /// # Errors
    ///
    /// Nobody answers.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let answer = request.send().await?;
        Ok(Answer {
            status: answer.status(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await?.to_vec(),
        })
    }
}

impl Answer {
    /// A header of the answer.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON; null when it is empty.
    ///
    /// # Panics
    ///
    /// It is no JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        if self.bytes.is_empty() {
            return Value::Null;
        }
        match serde_json::from_slice(&self.bytes) {
            Ok(json) => json,
            Err(error) => panic!("{error} in {} {}", self.status, self.text()),
        }
    }

    /// The answer itself, if it has this status.
    ///
    /// # Panics
    ///
    /// It has another; the message shows the body.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        let found = self.status.as_u16();
        assert_eq!(found, status, "{}", self.text());
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Answers one request, and gives what was asked.
    async fn serve_once(listener: TcpListener, answer: &str) -> String {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = vec![0; 4096];
        let mut length = 0;
        while !String::from_utf8_lossy(&heard[..length]).ends_with('}') {
            length += stream.read(&mut heard[length..]).await.unwrap();
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        heard.truncate(length);
        String::from_utf8(heard).unwrap()
    }

    #[tokio::test]
    async fn a_post_carries_its_key_its_headers_and_its_body() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Http::new(listener.local_addr().unwrap()).with_key("mesa_1_secret");
        let answer =
            "HTTP/1.1 201 Created\r\nmesa-position: T_LOG:7\r\ncontent-length: 8\r\n\r\n{\"id\":1}";
        let body = json!({"subject": "x"});
        let (answer, heard) = tokio::join!(
            client.post("/api/v1/documents", "key-1", &body),
            serve_once(listener, answer)
        );
        let answer = answer.expect(201);
        assert_eq!(answer.header("mesa-position"), Some("T_LOG:7"));
        assert_eq!(answer.json()["id"], 1);
        assert!(
            heard.starts_with("POST /api/v1/documents HTTP/1.1"),
            "{heard}"
        );
        for header in [
            "idempotency-key: key-1",
            "authorization: Bearer mesa_1_secret",
        ] {
            assert!(heard.contains(header), "{heard}");
        }
        assert!(heard.ends_with(r#"{"subject":"x"}"#), "{heard}");
    }
}
