//! A document whose every step is told by every view: what command answers, documents, lists,
//! derivations, inboxes, timeline and statistics, put into lines that a test can hold.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use events::{DocumentTypeId, OfficeId};
use platform::clock::ManualClock;
use serde_json::{Value, json};

use crate::support::{OFFICES, Site, position};

const TRAYS: [&str; 5] = [
    "to_receive",
    "in_office",
    "copies",
    "returned",
    "sent_pending",
];

/// A Tuesday, ten in the morning in Lima.
fn morning() -> DateTime<Utc> {
    "2026-03-10T15:00:00Z".parse().unwrap()
}

/// The office with this code.
fn office(code: &str) -> OfficeId {
    OfficeId::of_code(code)
}

/// The code of the office with this id; nothing for none.
pub(crate) fn code(id: &Value) -> &'static str {
    let named = OFFICES.iter().find(|code| id == &json!(office(code)));
    named.copied().unwrap_or("")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

fn items(value: &Value) -> &[Value] {
    value["items"].as_array().unwrap()
}

/// One document, what was done to it, and what was said about it before.
pub(crate) struct Story {
    pub(crate) site: Site,
    clock: Arc<ManualClock>,
    id: String,
    number: String,
    steps: usize,
    events: usize,
    activity: BTreeMap<String, i64>,
}

impl Story {
    pub(crate) async fn begin() -> Self {
        let fresh = kit::Env::get().await.fresh_migrated("story").await;
        let clock = Arc::new(ManualClock::at(morning()));
        let site = Site::open(fresh, clock.clone()).await;
        Self {
            site,
            clock,
            id: String::new(),
            number: String::new(),
            steps: 0,
            events: 0,
            activity: BTreeMap::new(),
        }
    }

    /// At `minute` after the morning began, `login` does `act`; then all views together say this.
    pub(crate) async fn then(
        &mut self,
        minute: i64,
        login: &str,
        act: &str,
        body: Value,
        says: &str,
    ) {
        self.clock.set(morning() + TimeDelta::minutes(minute));
        let path = match act {
            "" => "/documents".to_owned(),
            act => format!("/documents/{}/{act}", self.id),
        };
        self.steps += 1;
        let key = format!("step-{}", self.steps);
        let answer = self.site.post(login, &path, &key, &body).await;
        assert!(answer.status.is_success(), "{act}: {}", answer.text());
        let at = position(&answer);
        let done = answer.json();
        if act.is_empty() {
            text(&done["id"]).clone_into(&mut self.id);
            text(&done["number"]).clone_into(&mut self.number);
        }
        let said = self.says(&at, &done).await;
        let expected: Vec<_> = says.lines().map(str::trim).collect();
        let said: Vec<_> = said.lines().collect();
        let expected: Vec<_> = expected
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect();
        assert_eq!(said, expected, "after {act} at minute {minute}");
    }

    /// What every view says, in lines; of timeline and activity what is new.
    async fn says(&mut self, at: &str, done: &Value) -> String {
        let mut said = String::new();
        let shown = self.site.read(&format!("/documents/{}", self.id), at).await;
        for field in ["id", "number", "version", "status", "holder_office_id"] {
            assert_eq!(
                shown[field], done[field],
                "command and query differ: {field}"
            );
        }
        let by_number = format!("/documents/by-number/{}", self.number);
        assert_eq!(self.site.read(&by_number, at).await, shown);
        let list = self.site.read("/documents", at).await;
        assert_eq!(items(&list).len(), 1);
        assert_eq!(items(&list)[0]["version"], shown["version"]);
        let transit = match code(&shown["in_transit_to_id"]) {
            "" => String::new(),
            to => format!(", on its way to {to}"),
        };
        let (status, holder) = (text(&shown["status"]), code(&shown["holder_office_id"]));
        writeln!(said, "{status} at {holder}{transit}").unwrap();
        self.derivations(at, &shown, &mut said).await;
        self.inboxes(at, &mut said).await;
        self.timeline(at, &shown, &mut said).await;
        self.statistics(at, &shown, &mut said).await;
        said
    }

    async fn derivations(&self, at: &str, shown: &Value, said: &mut String) {
        let path = format!("/derivations?document={}&order=asc", self.id);
        let listed = self.site.read(&path, at).await;
        let mut listed = items(&listed).to_vec();
        listed.sort_by_key(|row| row["ordinal"].as_u64());
        assert_eq!(listed, *shown["derivations"].as_array().unwrap());
        for row in &listed {
            let ordinal = row["ordinal"].as_u64().unwrap();
            assert_eq!(
                text(&row["number"]),
                format!("{}-D{ordinal:02}", self.number)
            );
            let (kind, status) = (text(&row["kind"]), text(&row["status"]));
            let (from, to) = (code(&row["from_office_id"]), code(&row["to_office_id"]));
            writeln!(said, "D{ordinal} {kind} {from}>{to} {status}").unwrap();
        }
    }

    /// Trays that are not empty: the counter, and that the list holds as many of this document.
    async fn inboxes(&self, at: &str, said: &mut String) {
        for code in OFFICES {
            let path = format!("/offices/{}/inbox?tray=", office(code));
            let mut line = String::new();
            for tray in TRAYS.into_iter().chain(["due_soon", "overdue"]) {
                let inbox = self.site.read(&format!("{path}{tray}"), at).await;
                let counter = inbox["counters"][tray].as_u64().unwrap();
                let listed = items(&inbox);
                assert_eq!(listed.len() as u64, counter, "{code} {tray}");
                for item in listed {
                    assert_eq!(text(&item["document_id"]), self.id);
                    assert_eq!(text(&item["number"]), self.number);
                }
                if counter > 0 {
                    write!(line, " {tray} {counter}").unwrap();
                }
            }
            if !line.is_empty() {
                writeln!(said, "{code}:{line}").unwrap();
            }
        }
    }

    async fn timeline(&mut self, at: &str, shown: &Value, said: &mut String) {
        let path = format!("/documents/{}/timeline", self.id);
        let timeline = self.site.read(&path, at).await;
        let steps = items(&timeline);
        for step in steps.iter().skip(self.events) {
            let (event, ordinal) = (text(&step["event"]), &step["ordinal"]);
            let (from, to) = (code(&step["from_office_id"]), code(&step["to_office_id"]));
            assert_eq!(step["at"], shown["last_activity_at"]);
            writeln!(
                said,
                "+ {} {event} {ordinal} {from}>{to}",
                step["event_number"]
            )
            .unwrap();
        }
        let last = steps.last().unwrap();
        assert_eq!(last["event_number"], shown["version"]);
        self.events = steps.len();
    }

    /// The activity that is new, and totals that agree with the document.
    async fn statistics(&mut self, at: &str, shown: &Value, said: &mut String) {
        let told = self.site.read("/statistics", at).await;
        assert_eq!(text(&told["as_of_position"]), at);
        let (status, holder) = (text(&shown["status"]), text(&shown["holder_office_id"]));
        let kind = DocumentTypeId::of_code("SOL").to_string();
        let documents = json!({
            "total": 1,
            "by_status": {status: 1},
            "by_priority": {"normal": 1},
            "by_document_type": {kind: 1},
            "by_office": {holder: 1},
            "by_channel": {"counter": 1},
        });
        assert_eq!(told["documents"], documents);
        let mut now = BTreeMap::new();
        for share in told["by_office"].as_array().unwrap() {
            for (activity, n) in share["activity"].as_object().unwrap() {
                let key = format!("{} {activity}", code(&share["office_id"]));
                now.insert(key, n.as_i64().unwrap());
            }
        }
        for (key, n) in &now {
            let more = n - self.activity.get(key).unwrap_or(&0);
            if more != 0 {
                writeln!(said, "{more:+} {key}").unwrap();
            }
        }
        self.activity = now;
    }
}

/// Targets of a derivation, each with its kind.
pub(crate) fn to(targets: &[(&str, &str)]) -> Value {
    let target = |(code, kind): &(&str, &str)| json!({"office_id": office(code), "kind": kind});
    targets.iter().map(target).collect()
}
