//! To whom an answer about one document is shown.
//!
//! What is kept of a document is the same for all who ask, and says which offices alone see it. So
//! it is kept once, and whoever asks is looked at after it was found: to those who do not see it
//! there is none, in the same words and from the same place as one that there never was. The ids
//! of other documents that it names are taken out where those are not shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Bytes;
use directory::Sight;
use events::{DocumentId, OfficeId};
use readmodel::SeenBy;
use serde::Deserialize;
use serde_json::Value;

use crate::cache::{Answer, Cache, Kind};
use crate::routes::document;
use crate::store::Store;

/// The step whose note names another document.
const LINKED: &str = "document.linked";

/// To whom an answer is shown, and what other documents it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The offices that alone see it.
    pub(crate) by: SeenBy,
    /// The documents it names.
    pub(crate) names: Vec<DocumentId>,
}

/// Whether `sight` shows what the offices `by` alone see.
pub(crate) fn shows(sight: &Sight, by: Option<&BTreeSet<OfficeId>>) -> bool {
    by.is_none_or(|offices| sight.shows(offices))
}

#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    restriction: Option<Offices>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    related_document_id: Option<DocumentId>,
}

#[derive(Deserialize)]
struct Offices {
    seen_by: SeenBy,
}

#[derive(Deserialize)]
struct Link {
    document_id: DocumentId,
}

#[derive(Deserialize)]
struct Steps {
    #[serde(default)]
    seen_by: SeenBy,
    #[serde(default)]
    items: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    event: String,
    note: Option<String>,
}

impl Seen {
    /// What the body of an answer of this kind says. What cannot be read is shown to nobody.
    pub(crate) fn of(kind: Kind, body: &[u8]) -> Self {
        let found = match kind {
            Kind::Document(_) => serde_json::from_slice(body).map(Self::of_header),
            Kind::Timeline => serde_json::from_slice(body).map(Self::of_steps),
            Kind::List | Kind::Statistics => return Self::default(),
        };
        found.unwrap_or_else(|_| Self {
            by: Some([].into()),
            names: Vec::new(),
        })
    }

    fn of_header(header: Header) -> Self {
        let links = header.links.into_iter().map(|link| link.document_id);
        Self {
            by: header
                .restriction
                .map(|found| found.seen_by.unwrap_or_default()),
            names: links.chain(header.related_document_id).collect(),
        }
    }

    fn of_steps(steps: Steps) -> Self {
        let named = |step: &Step| named(&step.event, step.note.as_deref());
        Self {
            by: steps.seen_by,
            names: steps.items.iter().filter_map(named).collect(),
        }
    }

    /// Whether it is shown to who has `sight`.
    pub(crate) fn shows(&self, sight: &Sight) -> bool {
        shows(sight, self.by.as_ref())
    }
}

/// The document that the note of a step names: its last word.
pub(crate) fn named(event: &str, note: Option<&str>) -> Option<DocumentId> {
    let note = note.filter(|_| event == LINKED)?;
    note.rsplit(' ').next()?.parse().ok()
}

/// Those of `names` that there are, and that `sight` does not show. What cannot be found out is
/// not shown.
pub(crate) async fn hidden(
    cache: &Cache,
    store: &Store,
    names: &[DocumentId],
    sight: &Sight,
) -> Vec<DocumentId> {
    let mut hidden = Vec::new();
    for id in names {
        let load = async || document::load(store, *id).await;
        let question = document::question(*id);
        let found = cache.answer(&question, None, load);
        let is_shown = match Box::pin(found).await {
            Ok(answer) => answer.body.is_none() || answer.seen.shows(sight),
            Err(_) => false,
        };
        if !is_shown {
            hidden.push(*id);
        }
    }
    hidden
}

/// The answer as it is for who has `sight`.
pub(crate) async fn shown(cache: &Cache, store: &Store, answer: Answer, sight: &Sight) -> Answer {
    if !answer.seen.shows(sight) {
        return Answer {
            body: None,
            ..answer
        };
    }
    let hidden = hidden(cache, store, &answer.seen.names, sight).await;
    if hidden.is_empty() {
        return answer;
    }
    Answer {
        body: answer.body.map(|body| without(&body, &hidden)),
        is_whole: false,
        ..answer
    }
}

/// The body of a document or of its steps without the ids `hidden`.
pub(crate) fn without(body: &[u8], hidden: &[DocumentId]) -> Bytes {
    let Ok(mut body) = serde_json::from_slice::<Value>(body) else {
        return Bytes::from_static(b"{}");
    };
    let is_hidden = |id: Option<&Value>| {
        let id = id.and_then(Value::as_str).and_then(|id| id.parse().ok());
        id.is_some_and(|id: DocumentId| hidden.contains(&id))
    };
    if let Some(Value::Array(links)) = body.get_mut("links") {
        links.retain(|link| !is_hidden(link.get("document_id")));
    }
    if is_hidden(body.get("related_document_id")) {
        body["related_document_id"] = Value::Null;
    }
    if let Some(Value::Array(steps)) = body.get_mut("items") {
        for step in steps {
            let text = |name| step.get(name).and_then(Value::as_str);
            let names = named(text("event").unwrap_or_default(), text("note"));
            if names.is_some_and(|id| hidden.contains(&id)) {
                step["note"] = Value::Null;
            }
        }
    }
    Bytes::from(body.to_string())
}

/// Seen by all, and shared: what most answers are.
pub(crate) fn shared(kind: Kind, body: Option<&Bytes>) -> Arc<Seen> {
    Arc::new(body.map_or_else(Seen::default, |body| Seen::of(kind, body)))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> DocumentId {
        DocumentId(Uuid::from_u128(n))
    }

    fn sight(codes: &[&str]) -> Sight {
        Sight::Offices(codes.iter().map(|code| OfficeId::of_code(code)).collect())
    }

    #[test]
    fn a_document_says_who_sees_it_and_what_it_names() {
        let office = OfficeId::of_code("A");
        let body = format!(
            r#"{{"restriction":{{"reason":"x","seen_by":["{office}"]}},
                "links":[{{"document_id":"{}"}}],"related_document_id":"{}"}}"#,
            id(1),
            id(2)
        );
        let seen = Seen::of(Kind::Document(id(9)), body.as_bytes());
        assert!(seen.shows(&sight(&["A"])));
        assert!(!seen.shows(&sight(&["B"])));
        assert!(seen.shows(&Sight::Everything));
        assert_eq!(seen.names, [id(1), id(2)]);
    }

    #[test]
    fn what_cannot_be_read_is_shown_to_nobody_who_does_not_see_everything() {
        let seen = Seen::of(Kind::Timeline, b"[");
        assert!(!seen.shows(&sight(&["A"])));
        let open = Seen::of(Kind::Document(id(9)), br#"{"version":7}"#);
        assert!(open.shows(&sight(&[])));
    }

    #[test]
    fn the_ids_of_documents_that_are_not_shown_are_taken_out() {
        let body = format!(
            r#"{{"links":[{{"document_id":"{one}"}},{{"document_id":"{two}"}}],
                "related_document_id":"{one}",
                "items":[{{"event":"document.linked","note":"answers {one}"}},
                    {{"event":"document.linked","note":"answers {two}"}}]}}"#,
            one = id(1),
            two = id(2)
        );
        let left = without(body.as_bytes(), &[id(1)]);
        let left = std::str::from_utf8(&left).unwrap();
        assert!(!left.contains(&id(1).to_string()), "{left}");
        assert_eq!(left.matches(&id(2).to_string()).count(), 2);
    }
}
