//! Somebody who asks every question there is, in every way, and remembers what was said.

use std::collections::BTreeSet;
use std::time::Duration;

use events::{DocumentTypeId, OfficeId, UserId};
use kit::http::{Answer, Http};
use kit::live::Events;
use serde_json::{Value, json};

use crate::desk::{Desk, Doc};
use crate::sees;
use crate::support::OFFICES;

const TRAYS: [&str; 9] = [
    "submitted",
    "observed",
    "to_receive",
    "in_office",
    "copies",
    "returned",
    "sent_pending",
    "overdue",
    "due_soon",
];

/// After how long without an event nothing more is to be told.
const QUIET: Duration = Duration::from_millis(500);

/// Who walks.
pub(crate) struct Walker<'d> {
    desk: &'d Desk,
    login: &'static str,
    http: Http,
    /// What is said of a document that there is not.
    missing: Value,
    /// The documents of which something was shown, by the question that showed it.
    shown: BTreeSet<(String, String)>,
}

impl<'d> Walker<'d> {
    pub(crate) fn new(desk: &'d Desk, login: &'static str) -> Self {
        let http = desk.site.as_user(login).with("mesa-min-position", &desk.at);
        Self {
            desk,
            login,
            http,
            missing: Value::Null,
            shown: BTreeSet::new(),
        }
    }

    /// Asks every question of the table.
    pub(crate) async fn walk(&mut self) {
        let nothing = format!("/api/v1/documents/{}", Desk::nothing());
        let answer = self.http.get(&nothing).await.expect(404);
        self.missing = without_trace(&answer);
        for (pattern, _) in query::routes::questions() {
            for path in self.paths(&pattern) {
                if pattern.contains("/stream/") {
                    self.listen(&pattern, &path).await;
                } else {
                    self.ask(&pattern, path).await;
                }
            }
        }
    }

    /// Whoever sees a document was shown it, else nothing that was not shown would prove anything.
    pub(crate) fn judge(&self) {
        let list = "/api/v1/documents";
        let of_it = ["/api/v1/documents/{id}", "/api/v1/documents/{id}/timeline"];
        for doc in &self.desk.docs {
            for pattern in [list].iter().chain(&of_it) {
                let key = ((*pattern).to_owned(), doc.id.clone());
                let shown = self.shown.contains(&key);
                assert_eq!(
                    shown,
                    sees(self.login, doc),
                    "{} {pattern} {doc:?}",
                    self.login
                );
            }
        }
    }

    /// The pages of an answer, to the end.
    async fn ask(&mut self, pattern: &str, path: String) {
        let mut next = Some(path);
        while let Some(path) = next.take() {
            let answer = self.http.get(&path).await;
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.text());
            self.look(pattern, &path, &answer);
            let is_json = answer.header("content-type") == Some("application/json");
            let page = is_json.then(|| answer.json());
            let cursor = page.as_ref().and_then(|page| page["next"].as_str());
            if let Some(cursor) = cursor {
                let first = path.split("&cursor=").next().unwrap();
                next = Some(format!("{first}&cursor={cursor}"));
            }
        }
    }

    /// What a stream begins with; of the feed, everything that has happened.
    async fn listen(&mut self, pattern: &str, path: &str) {
        let answer = self.http.request(kit::http::Method::GET, path);
        let status = answer.send().await.unwrap().status().as_u16();
        if status != 200 {
            let answer = self.http.get(path).await;
            self.look(pattern, path, &answer);
            return;
        }
        if !path.ends_with("/feed") {
            let mut events = Events::open(&self.http, path, None).await;
            let text = events.expect("snapshot").await.data.to_string();
            self.hear(pattern, path, &text);
            return;
        }
        let start = format!("{}:1", self.desk.site.names.log_stream());
        let mut events = Events::open(&self.http, path, Some(&start)).await;
        // What has happened comes at once; then nothing more.
        while let Ok(Some(event)) = tokio::time::timeout(QUIET, events.any()).await {
            self.hear(pattern, path, &event.data.to_string());
        }
    }

    fn look(&mut self, pattern: &str, path: &str, answer: &Answer) {
        let headers = format!("{:?}", answer.headers);
        let text = format!("{headers} {}", String::from_utf8_lossy(&answer.bytes));
        self.hear(pattern, path, &text);
        if let Some(doc) = self.of(path)
            && !sees(self.login, doc)
        {
            let status = answer.status.as_u16();
            assert!(
                matches!(status, 404 | 403),
                "{} {path}: {status}",
                self.login
            );
            if status == 404 {
                let said = without_trace(answer);
                assert_eq!(said, self.missing, "{path}");
            }
        }
    }

    /// The document whose address a path is.
    fn of(&self, path: &str) -> Option<&'d Doc> {
        let (path, _) = path.split_once('?').unwrap_or((path, ""));
        let named = |doc: &&Doc| path.contains(&doc.id) || path.ends_with(&doc.number);
        self.desk.docs.iter().find(named)
    }

    fn hear(&mut self, pattern: &str, path: &str, text: &str) {
        for doc in &self.desk.docs {
            let words = [&doc.id, &doc.number, &doc.canary];
            let Some(word) = words.into_iter().find(|word| text.contains(*word)) else {
                continue;
            };
            assert!(
                sees(self.login, doc),
                "{} is told {word} by {path}: {text}",
                self.login
            );
            if text.contains(&doc.canary) {
                self.shown.insert((pattern.to_owned(), doc.id.clone()));
            }
        }
    }

    /// Every way to ask a question. A new one must say here how it is asked.
    fn paths(&self, pattern: &str) -> Vec<String> {
        let docs = &self.desk.docs;
        let each = |of: &dyn Fn(&Doc) -> String| docs.iter().map(of).collect::<Vec<_>>();
        let ids = || {
            let mut paths = each(&|doc| pattern.replace("{id}", &doc.id));
            paths.push(pattern.replace("{id}", &Desk::nothing()));
            paths
        };
        let with = |words: &[String]| {
            words
                .iter()
                .map(|word| format!("{pattern}?{word}"))
                .collect()
        };
        let offices = OFFICES.map(OfficeId::of_code);
        match pattern.trim_start_matches("/api/v1") {
            "/documents" => with(&lists(docs)),
            "/documents/duplicates" => with(&alike(docs)),
            "/documents/{id}"
            | "/documents/{id}/timeline"
            | "/documents/{id}/receipt"
            | "/documents/{id}/suggestions"
            | "/stream/documents/{id}" => ids(),
            "/documents/by-number/{number}" => {
                each(&|doc| pattern.replace("{number}", &doc.number))
            }
            "/documents/{id}/attachments/{attachment}" => each(&|doc| {
                let file = doc.attachment.clone().unwrap_or_else(Desk::nothing);
                pattern
                    .replace("{id}", &doc.id)
                    .replace("{attachment}", &file)
            }),
            "/derivations" => {
                let mut words = each(&|doc| format!("document={}&limit=2", doc.id));
                words.extend(offices.iter().flat_map(|office| {
                    ["from_office", "to_office"].map(|name| format!("{name}={office}&limit=3"))
                }));
                words.extend([
                    "sort=sent&limit=3".to_owned(),
                    "sort=due&limit=200".to_owned(),
                ]);
                words.extend(
                    docs.iter()
                        .map(|doc| format!("number_prefix={}&limit=9", doc.number)),
                );
                with(&words)
            }
            "/offices/{id}/inbox" | "/stream/offices/{id}/inbox" => {
                let is_stream = pattern.contains("/stream/");
                let limit = if is_stream { "" } else { "&limit=2" };
                let trays = if is_stream { &TRAYS[2..5] } else { &TRAYS[..] };
                let of = |office: &OfficeId| pattern.replace("{id}", &office.to_string());
                let paths = offices.iter().map(of).flat_map(|path| {
                    let asked = trays
                        .iter()
                        .map(move |tray| format!("{path}?tray={tray}{limit}"));
                    asked.collect::<Vec<_>>()
                });
                paths.collect()
            }
            "/offices/{id}" => vec![pattern.replace("{id}", &offices[0].to_string())],
            "/document-types/{id}" => {
                let id = DocumentTypeId::of_code("SOL").to_string();
                vec![pattern.replace("{id}", &id)]
            }
            "/users/{id}" => vec![pattern.replace("{id}", &UserId::of_login("ana").to_string())],
            "/roles/{code}" => vec![pattern.replace("{code}", "head")],
            "/statistics"
            | "/stream/totals"
            | "/stream/feed"
            | "/series"
            | "/offices"
            | "/document-types"
            | "/calendar"
            | "/calendar/changes"
            | "/institution"
            | "/routing-rules"
            | "/routing-rules/suggest"
            | "/routing-rules/{id}"
            | "/intake-policies"
            | "/users"
            | "/roles"
            | "/substitutions"
            | "/substitutions/{id}"
            | "/api-keys"
            | "/api-keys/{id}" => {
                vec![pattern.replace("{id}", &Desk::nothing())]
            }
            other => panic!("say how {other} is asked, and whether it may show a document"),
        }
    }
}

fn without_trace(answer: &Answer) -> Value {
    let mut said = answer.json();
    said["trace_id"] = Value::Null;
    said
}

/// Every filter and every sort of the list of documents, and words that find each of them.
fn lists(docs: &[Doc]) -> Vec<String> {
    let mut words: Vec<String> = [
        "registered",
        "presented",
        "due",
        "priority",
        "number",
        "last_activity",
    ]
    .iter()
    .flat_map(|sort| ["asc", "desc"].map(|order| format!("sort={sort}&order={order}&limit=4")))
    .collect();
    for word in [
        "status=registered",
        "status=in_process",
        "status=attended",
        "priority=normal",
        "channel=counter",
        "sender_number=12345678",
        "has_annexes=false",
        "number_prefix=EXP-",
        "registered_from=2020-01-01T00:00:00Z",
        "presented_from=2020-01-01T00:00:00Z",
        "attended_from=2020-01-01T00:00:00Z",
        "due_from=2020-01-01",
        "due_within=365",
        "overdue=true",
    ] {
        words.push(format!("{word}&limit=3"));
    }
    let sol = DocumentTypeId::of_code("SOL");
    words.push(format!("document_type={sol}&limit=200"));
    words.push(format!("registered_by={}&limit=3", UserId::of_login("ana")));
    for office in OFFICES {
        words.push(format!(
            "holder_office={}&limit=3",
            OfficeId::of_code(office)
        ));
    }
    for Doc { number, canary, .. } in docs {
        words.push(format!("number={number}&limit=3"));
        words.push(format!("sender_name={canary}&limit=3"));
        words.push(format!("external_number=OF+{canary}&limit=3"));
        words.push(format!("category=clase+{canary}&tag={canary}&limit=3"));
    }
    words
}

/// Descriptions that are like each document in every way that is warned of.
fn alike(docs: &[Doc]) -> Vec<String> {
    let of = |doc: &Doc| {
        let canary = &doc.canary;
        format!("sender_number=12345678&subject=Asunto+{canary}&external_number=OF+{canary}")
    };
    let named = |doc: &Doc| {
        let canary = &doc.canary;
        format!("sender_name={canary}+Quispe&subject=Asunto+{canary}&external_number=OF+{canary}")
    };
    docs.iter().flat_map(|doc| [of(doc), named(doc)]).collect()
}

/// A body that a command takes, whatever comes of it.
pub(crate) fn body_of(pattern: &str, other: &str) -> Value {
    let last = pattern.rsplit('/').next().unwrap_or_default();
    let office = OfficeId::of_code("LOG");
    match last {
        "register" | "not-filed" | "receive" | "acknowledge" | "attend" | "conclude" => json!({}),
        "observe" => json!({"items": [{"item": "firma", "detail": "Falta"}]}),
        "correct" => json!({"items": ["firma"]}),
        "links" => json!({"document_id": other, "kind": "continues"}),
        "classify" => {
            json!({"document_type_id": DocumentTypeId::of_code("SOL"), "priority": "normal"})
        }
        "amend" => json!({"folios": 7, "reason": "Mal contados"}),
        "archive" => json!({"classification": "x", "retention_years": 1, "location": "y"}),
        "extend" => json!({"days": 3, "reason": "Falta un informe"}),
        "notes" => json!({"text": "nota"}),
        "derivations" => json!({"targets": [{"office_id": office, "kind": "copy"}]}),
        "assign" => json!({"user_id": UserId::of_login("luis")}),
        _ => json!({"reason": "un motivo bastante largo"}),
    }
}
