//! What clients say: the same question again and again, questions that nobody asked before, and
//! the three commands of most days.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use events::{DocumentTypeId, OfficeId};
use serde_json::json;
use uuid::Uuid;

use crate::client::{Answer, get, post};
use crate::load::Script;
use crate::site::LEGAL;

/// Asks the same again and again.
#[derive(Clone, Debug)]
pub(crate) struct Same(pub(crate) Arc<[u8]>);

impl Script for Same {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        if request.is_empty() {
            request.extend_from_slice(&self.0);
        }
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        good(answer, 200)
    }
}

/// Asks one question after the other, of many, together with all who share them.
#[derive(Clone, Debug)]
pub(crate) struct OneByOne {
    requests: Arc<[Vec<u8>]>,
    next: Arc<AtomicUsize>,
}

impl OneByOne {
    /// Those who ask for these paths.
    pub(crate) fn of(paths: impl IntoIterator<Item = String>, key: &str) -> Self {
        Self {
            requests: paths.into_iter().map(|path| get(&path, key)).collect(),
            next: Arc::default(),
        }
    }
}

impl Script for OneByOne {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let next = self.next.fetch_add(1, Ordering::Relaxed) % self.requests.len();
        request.clear();
        request.extend_from_slice(&self.requests[next]);
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        good(answer, 200)
    }
}

/// Documents that wait for what is done with them next; the youngest is taken first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool(Arc<Mutex<Vec<Uuid>>>);

impl Pool {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<Uuid> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn put(&self, document: Uuid) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(document);
    }

    fn take(&self) -> Option<Uuid> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// One of the three commands of most days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Register,
    Derive,
    Receive,
}

impl Act {
    /// All of them, as a document meets them.
    pub(crate) const ALL: [Self; 3] = [Self::Register, Self::Derive, Self::Receive];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Derive => "derive",
            Self::Receive => "receive",
        }
    }
}

/// Sends commands, each about another document.
#[derive(Clone, Debug)]
pub(crate) struct Sends {
    pub(crate) act: Act,
    /// The key of who sends.
    pub(crate) key: String,
    /// The documents it is about; registrations need none.
    pub(crate) from: Pool,
    /// Where those go that were.
    pub(crate) to: Pool,
    /// How many there have been of the whole run: no idempotency key is used twice.
    pub(crate) sent: Arc<AtomicU64>,
    /// How many may still be sent.
    pub(crate) left: Arc<AtomicUsize>,
    document: Uuid,
    /// What a registration or a derivation says: made once, since making it costs.
    body: Arc<str>,
}

impl Sends {
    /// Who sends `act` about documents of `from`, which then are in `to`.
    pub(crate) fn of(act: Act, key: &str, from: &Pool, to: &Pool, sent: &Arc<AtomicU64>) -> Self {
        Self {
            act,
            key: key.to_owned(),
            from: from.clone(),
            to: to.clone(),
            sent: Arc::clone(sent),
            left: Arc::new(usize::MAX.into()),
            document: Uuid::nil(),
            body: match act {
                Act::Register => document(0).into(),
                Act::Derive => derivation().into(),
                Act::Receive => "".into(),
            },
        }
    }

    /// The same, together at most so many times.
    pub(crate) fn at_most(mut self, times: usize) -> Self {
        self.left = Arc::new(times.into());
        self
    }
}

impl Script for Sends {
    fn ask(&mut self, request: &mut Vec<u8>) -> bool {
        let less = |left: usize| left.checked_sub(1);
        let order = Ordering::Relaxed;
        if self.left.fetch_update(order, order, less).is_err() {
            return false;
        }
        let sent = self.sent.fetch_add(1, Ordering::Relaxed);
        if self.act != Act::Register {
            match self.from.take() {
                Some(document) => self.document = document,
                None => return false,
            }
        }
        let idempotency = format!("bench-{sent}");
        let path = match self.act {
            Act::Register => "/api/v1/documents".to_owned(),
            Act::Derive => format!("/api/v1/documents/{}/derivations", self.document),
            Act::Receive => format!("/api/v1/documents/{}/derivations/1/receive", self.document),
        };
        post(request, &path, &self.key, &idempotency, &self.body);
        true
    }

    fn hear(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        match self.act {
            Act::Register => {
                good(answer, 201)?;
                self.document = id(answer.body)?;
            }
            Act::Derive => good(answer, 201)?,
            Act::Receive => good(answer, 200)?,
        }
        self.to.put(self.document);
        Ok(())
    }
}

/// The body of a registration.
pub(crate) fn document(n: u64) -> String {
    json!({
        "document_type_id": DocumentTypeId::of_code("SOL"),
        "sender": {"name": "Rosa Quispe Mamani", "kind": "dni", "number": format!("{:08}", n % 99_999_999)},
        "subject": "Solicita copia certificada de planos del expediente técnico de la obra",
        "folios": 12,
        "channel": "counter",
        "tags": ["planos", "obra"],
    })
    .to_string()
}

/// The body of a derivation.
pub(crate) fn derivation() -> String {
    json!({"targets": [{
        "office_id": OfficeId::of_code(LEGAL),
        "kind": "principal",
        "instructions": "Para su atención en el plazo de ley",
    }]})
    .to_string()
}

/// The id in the answer to a registration.
pub(crate) fn id(body: &[u8]) -> anyhow::Result<Uuid> {
    let answer: serde_json::Value = serde_json::from_slice(body)?;
    let id = answer["id"].as_str().context("an answer without an id")?;
    Ok(id.parse()?)
}

fn good(answer: &Answer<'_>, status: u16) -> anyhow::Result<()> {
    if answer.status != status {
        let body = String::from_utf8_lossy(answer.body);
        bail!("answered with {}: {}{body}", answer.status, answer.head);
    }
    Ok(())
}
