//! What happens at the desk and in the offices, drawn by chance, and who sees what because of it.

use std::collections::BTreeSet;

use events::{OfficeId, UserId};
use kit::Chance;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Site, document, position};

/// The offices a document is sent to, and who works there.
const OTHERS: [(&str, &str); 3] = [("LOG", "luis"), ("LEG", "lea"), ("GER", "gus")];

/// A document, as far as the test knows it.
#[derive(Clone, Debug)]
pub(crate) struct Doc {
    pub(crate) id: String,
    pub(crate) number: String,
    /// A word that stands in every text of it, and nowhere else.
    pub(crate) canary: String,
    pub(crate) attachment: Option<String>,
    pub(crate) restricted: bool,
    /// The codes of the offices that work on it.
    pub(crate) seen_by: BTreeSet<&'static str>,
}

/// The institution at work.
pub(crate) struct Desk {
    pub(crate) site: Site,
    pub(crate) docs: Vec<Doc>,
    /// The position of the last act.
    pub(crate) at: String,
    chance: Chance,
    keys: u64,
}

impl Desk {
    pub(crate) fn new(site: Site, chance: Chance) -> Self {
        Self {
            site,
            docs: Vec::new(),
            at: String::new(),
            chance,
            keys: 0,
        }
    }

    /// `audi` may see every restricted document.
    pub(crate) async fn permit_auditor(&mut self) {
        let path = format!("/users/{}/permissions", UserId::of_login("audi"));
        let grants = json!({"grants": ["documents.read_restricted"]});
        let done = self.site.post("adan", &path, "audi", &grants).await;
        let at = position(&done.expect(200));
        let asked = self.site.as_user("audi").with("mesa-min-position", &at);
        let _ = asked.get("/api/v1/offices").await.expect(200);
    }

    async fn act(&mut self, login: &str, path: &str, body: &Value, status: u16) -> Value {
        self.keys += 1;
        let key = format!("act-{}", self.keys);
        let answer = self.site.post(login, path, &key, body).await.expect(status);
        self.at = position(&answer);
        answer.json()
    }

    fn draw(&mut self, limit: u64) -> u64 {
        self.chance.number(limit)
    }

    /// Registers a document.
    pub(crate) async fn registered(&mut self, restricted: bool) -> usize {
        let canary = format!("kanarienvogel{:012x}", self.draw(1 << 40));
        let mut body = document();
        body["subject"] = json!(format!("Asunto {canary}"));
        body["sender"]["name"] = json!(format!("{canary} Quispe"));
        body["sender"]["address"] = json!(format!("Calle {canary}"));
        body["external_number"] = json!(format!("OF {canary}"));
        body["notes"] = json!(format!("Nota {canary}"));
        body["category"] = json!(format!("clase {canary}"));
        body["tags"] = json!([canary]);
        if let Some(other) = self.docs.last() {
            body["related_document_id"] = json!(other.id);
        }
        if restricted {
            body["restricted"] = json!({"reason": format!("Reserva {canary}")});
        }
        let said = self.act("ana", "/documents", &body, 201).await;
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        self.docs.push(Doc {
            id: text("id"),
            number: text("number"),
            canary,
            attachment: None,
            restricted,
            seen_by: BTreeSet::from(["MP"]),
        });
        self.docs.len() - 1
    }

    /// A document and what may become of it.
    pub(crate) async fn document(&mut self) {
        let restricted = self.draw(3) > 0;
        let n = self.registered(restricted).await;
        if self.draw(2) == 0 {
            self.attach(n).await;
        }
        let canary = self.docs[n].canary.clone();
        if self.draw(2) == 0 {
            self.note(n, &format!("Comentario {canary}")).await;
        }
        let first = self.draw(4);
        let principal = self.draw(3);
        for (place, (office, login)) in (0..).zip(OTHERS) {
            if place < first && self.draw(3) > 0 {
                let kind = match self.draw(2) {
                    _ if place == principal => "principal",
                    0 => "parallel",
                    _ => "copy",
                };
                self.derive(n, office, login, kind).await;
            }
        }
        if !restricted && self.draw(3) == 0 {
            self.restrict(n, &format!("Reserva {canary}")).await;
        }
    }

    /// Sends it to an office, and lets something become of that.
    async fn derive(&mut self, n: usize, office: &'static str, login: &str, kind: &str) {
        let (id, canary) = (self.docs[n].id.clone(), self.docs[n].canary.clone());
        let text = |what: &str| format!("{what} {canary}");
        let target = json!({"office_id": OfficeId::of_code(office), "kind": kind,
            "instructions": text("Proveído")});
        let path = format!("/documents/{id}/derivations");
        // The desk, or who has it by now.
        let holder = self
            .site
            .as_user("audi")
            .with("mesa-min-position", &self.at);
        let shown = holder.get(&format!("/api/v1/documents/{id}")).await;
        let held = shown.json()["holder_office_id"].clone();
        let by = |code: &str| held == json!(OfficeId::of_code(code));
        let others = OTHERS.iter().find(|(code, _)| by(code));
        let sender = others.map_or("ana", |(_, login)| login);
        if sender == login {
            return;
        }
        self.keys += 1;
        let key = format!("act-{}", self.keys);
        let body = json!({"targets": [target], "reason": text("Otra vez")});
        let answer = self.site.post(sender, &path, &key, &body).await;
        if answer.status.as_u16() >= 300 {
            // It is where this office cannot send it on: that is how it stays.
            assert_eq!(answer.status.as_u16(), 409, "{}", answer.text());
            return;
        }
        let sent = answer.json();
        self.at = position(&answer);
        let ordinal = sent["derivations"].as_array().unwrap().last().unwrap()["ordinal"].clone();
        let path = |act: &str| format!("/documents/{id}/derivations/{ordinal}/{act}");
        let reason = json!({"reason": text("Motivo")});
        self.docs[n].seen_by.insert(office);
        match (kind, self.draw(6)) {
            (_, 0) => {
                self.act(sender, &path("recall"), &reason, 200).await;
                self.docs[n].seen_by.remove(office);
            }
            ("copy", 1) => {
                self.act(login, &path("acknowledge"), &json!({}), 200).await;
            }
            ("copy", _) | (_, 1) => {}
            (_, 2) => {
                self.act(login, &path("reject"), &reason, 200).await;
                self.docs[n].seen_by.remove(office);
            }
            (_, 3) => {
                self.act(login, &path("receive"), &json!({}), 200).await;
                self.act(login, &path("return"), &reason, 200).await;
            }
            (_, 4) => {
                let note = json!({"note": text("Atendido")});
                self.act(login, &path("attend"), &note, 200).await;
            }
            _ => {
                self.act(login, &path("receive"), &json!({}), 200).await;
            }
        }
    }

    async fn attach(&mut self, n: usize) {
        self.keys += 1;
        let (id, canary) = (&self.docs[n].id, &self.docs[n].canary);
        let path = format!("/api/v1/documents/{id}/attachments?file_name={canary}.pdf");
        let bytes = format!("%PDF-1.7\n{canary}").into_bytes();
        let key = format!("file-{}", self.keys);
        let answer = self.site.desk("ana").upload(&path, &key, bytes).await;
        let answer = answer.expect(201);
        self.at = position(&answer);
        let file = answer.json()["attachment"]["id"]
            .as_str()
            .map(str::to_owned);
        self.docs[n].attachment = file;
    }

    pub(crate) async fn note(&mut self, n: usize, text: &str) {
        let path = format!("/documents/{}/notes", self.docs[n].id);
        self.act("ana", &path, &json!({"text": text}), 201).await;
    }

    pub(crate) async fn restrict(&mut self, n: usize, reason: &str) {
        let path = format!("/documents/{}/restrict", self.docs[n].id);
        self.act("ana", &path, &json!({"reason": reason}), 200)
            .await;
        self.docs[n].restricted = true;
    }

    /// Ties documents to each other, whoever sees them.
    pub(crate) async fn link_all(&mut self) {
        for n in 0..self.docs.len() {
            let other = usize::try_from(self.draw(self.docs.len() as u64)).unwrap();
            if n != other {
                let path = format!("/documents/{}/links", self.docs[n].id);
                let link = json!({"document_id": self.docs[other].id, "kind": "continues"});
                self.act("ana", &path, &link, 201).await;
            }
        }
    }

    /// Restricts what is open, and opens what is restricted.
    pub(crate) async fn turn_over(&mut self) {
        for n in 0..self.docs.len() {
            let canary = self.docs[n].canary.clone();
            if self.docs[n].restricted {
                let path = format!("/documents/{}/unrestrict", self.docs[n].id);
                let reason = json!({"reason": format!("Abierto {canary}")});
                self.act("ana", &path, &reason, 200).await;
                self.docs[n].restricted = false;
            } else {
                self.restrict(n, &format!("Reserva {canary}")).await;
            }
        }
    }

    /// An id that nothing has.
    pub(crate) fn nothing() -> String {
        Uuid::from_u128(0x0bad_cafe).to_string()
    }
}
