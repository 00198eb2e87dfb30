//! A reader of a stream of server-sent events.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::Value;
use tokio::time::Instant;

use crate::http::Http;

/// How long a test waits for an event.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a stream may be open in a test.
const OPEN: Duration = Duration::from_mins(10);

/// An event off the wire; without a name it is a sign of life.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub name: String,
    /// Where a reader may go on.
    pub id: Option<String>,
    /// The data, read as JSON; null when there is none.
    pub data: Value,
}

impl Event {
    fn read(text: &str) -> Self {
        let mut event = Self::default();
        let mut data = String::new();
        for line in text.lines() {
            match line.split_once(": ") {
                Some(("event", name)) => name.clone_into(&mut event.name),
                Some(("id", id)) => event.id = Some(id.to_owned()),
                Some(("data", part)) => data.push_str(part),
                _ => {}
            }
        }
        if !data.is_empty() {
            match serde_json::from_str(&data) {
                Ok(data) => event.data = data,
                Err(error) => panic!("{error} in {text}"),
            }
        }
        event
    }

    /// The sequence of its position.
    ///
    /// # Panics
    ///
    /// It has none.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        let sequence = self.id.as_deref().and_then(|id| id.rsplit(':').next());
        match sequence.and_then(|sequence| sequence.parse().ok()) {
            Some(sequence) => sequence,
            None => panic!("{self:?} has no position"),
        }
    }
}

/// One connection.
#[derive(Debug)]
pub struct Events {
    answer: Response,
    text: String,
    read: VecDeque<Event>,
}

impl Events {
    /// Opens `path`, after the event `last`.
    ///
    /// # Panics
    ///
    /// Nobody answers, or no stream.
    pub async fn open(http: &Http, path: &str, last: Option<&str>) -> Self {
        let mut request = http.request(Method::GET, path).timeout(OPEN);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        match request.send().await {
            Ok(answer) => {
                assert_eq!(answer.status().as_u16(), 200, "{path}");
                Self {
                    answer,
                    text: String::new(),
                    read: VecDeque::new(),
                }
            }
            Err(error) => panic!("no answer: {error:?}"),
        }
    }

    /// The next event, signs of life included; none when the stream is over.
    ///
    /// # Panics
    ///
    /// There is none in time, or the stream breaks.
    pub async fn any(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.read.pop_front() {
                return Some(event);
            }
            match tokio::time::timeout(PATIENCE, self.answer.chunk()).await {
                Ok(Ok(chunk)) => self.text.push_str(&String::from_utf8_lossy(&chunk?)),
                Ok(Err(error)) => panic!("the stream broke: {error:?}"),
                Err(elapsed) => panic!("{elapsed}: waited {PATIENCE:?} in vain for an event"),
            }
            while let Some(end) = self.text.find("\n\n") {
                let rest = self.text.split_off(end + 2);
                self.read.push_back(Event::read(&self.text));
                self.text = rest;
            }
        }
    }

    /// The next event that says something; none when the stream is over.
    ///
    /// # Panics
    ///
    /// There is none in time, or the stream breaks.
    pub async fn next(&mut self) -> Option<Event> {
        let until = Instant::now() + PATIENCE;
        loop {
            let event = self.any().await?;
            assert!(Instant::now() < until, "signs of life alone");
            if !event.name.is_empty() {
                return Some(event);
            }
        }
    }

    /// The next event, which has this name.
    ///
    /// # Panics
    ///
    /// It has another, or there is none.
    pub async fn expect(&mut self, name: &str) -> Event {
        match self.next().await {
            Some(event) if event.name == name => event,
            other => panic!("expected {name} and not {other:?}"),
        }
    }

    /// The next event with this name, passing over others.
    ///
    /// # Panics
    ///
    /// The stream is over before.
    pub async fn until(&mut self, name: &str) -> Event {
        loop {
            match self.next().await {
                Some(event) if event.name == name => return event,
                Some(_) => {}
                None => panic!("the stream was over before {name}"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_is_read_off_the_wire() {
        let event = Event::read("event: change\nid: MESA_LOG:7\ndata: {\"a\":1}\n\n");
        assert_eq!((event.name.as_str(), event.sequence()), ("change", 7));
        assert_eq!(event.data, json!({"a": 1}));
        assert_eq!(Event::read(":\n\n"), Event::default());
    }
}
