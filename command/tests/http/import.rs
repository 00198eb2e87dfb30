//! Documents that lived elsewhere before.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use command::{App, Imported, Past};
use domain::document::{DocumentCommand, RegisterDocument};
use events::classify::{Channel, DerivationKind, Priority, SenderKind};
use events::document::{
    DerivationSent, DerivationTouched, DocumentDerived, DocumentRegistered, Origin, Sender,
};
use events::{
    Actor, DocumentEvent, DocumentId, DocumentTypeId, OfficeId, RegistryNumber, SeriesId,
    legal_date,
};
use serde_json::json;

use crate::setup::{Must, Site, office};

fn sender() -> Sender {
    Sender {
        name: "Case".to_owned(),
        kind: SenderKind::None,
        number: None,
        representative: None,
        email: None,
        phone: None,
        address: None,
    }
}

fn registered(document: DocumentId, number: &RegistryNumber, at: DateTime<Utc>) -> DocumentEvent {
    DocumentEvent::Registered(Box::new(DocumentRegistered {
        document,
        number: number.clone(),
        document_type: DocumentTypeId::of_code("SOL"),
        category: None,
        external_number: None,
        sender: sender(),
        subject: "Case".to_owned(),
        folios: 1,
        has_annexes: false,
        priority: Priority::Normal,
        channel: Channel::Counter,
        tags: [].into(),
        notes: None,
        answer_required: false,
        presented_at: at,
        filed_on: legal_date(at),
        registry_office: OfficeId::of_code("MP"),
        deadline: None,
        related_document: None,
        origin: Some(Origin {
            integration: "old".to_owned(),
            external_id: number.to_string(),
        }),
        tracking_token: "0".repeat(32),
        acknowledged_warnings: [].into(),
    }))
}

/// Registered, sent to LOG and received there, long ago.
fn past(key: usize) -> Past {
    let begun: DateTime<Utc> = "2011-03-01T15:00:00Z".parse().unwrap();
    let story = move |document: DocumentId, number: &RegistryNumber| {
        let derived = DocumentEvent::Derived(DocumentDerived {
            derivations: vec![DerivationSent {
                ordinal: 1,
                number: format!("{number}-D01"),
                kind: DerivationKind::Principal,
                from_office: OfficeId::of_code("MP"),
                to_office: OfficeId::of_code("LOG"),
                to_user: None,
                instructions: None,
                urgent: false,
                answer_required: false,
                due_on: None,
            }],
            forwards: None,
            reopens: None,
        });
        let received = DocumentEvent::DerivationReceived(DerivationTouched { ordinal: 1 });
        let day = TimeDelta::days(1);
        vec![
            (begun, Actor::system(), registered(document, number, begun)),
            (begun + day, Actor::system(), derived),
            (begun + day * 2, Actor::system(), received),
        ]
    };
    Past {
        key: format!("case {key}"),
        story: Box::new(story),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pasts_enter_the_register_once_and_go_on_from_there() {
    let site = Site::begin("import").await;
    let app = site.app();
    let series: SeriesId = "OLD-2011".parse().unwrap();
    app.open_series(&series, 501).await.unwrap();
    app.open_series(&series, 501).await.unwrap();
    let begun = Instant::now();
    let outcomes = app
        .import(&series, "old", (0..1_000).map(past).collect())
        .await;
    println!("1,000 pasts: {:?}", begun.elapsed());
    for (value, outcome) in (501..).zip(&outcomes) {
        let Imported {
            number, existing, ..
        } = outcome.as_ref().unwrap();
        assert_eq!((number.value, *existing), (value, false));
    }
    let again = app
        .import(&series, "old", (900..1_100).map(past).collect())
        .await;
    let existing: Vec<_> = again
        .iter()
        .map(|one| one.as_ref().unwrap().existing)
        .collect();
    assert!(existing[..100].iter().all(|existing| *existing));
    assert!(existing[100..].iter().all(|existing| !existing));
    assert_eq!(
        again[0].as_ref().unwrap(),
        &Imported {
            existing: true,
            ..outcomes[900].clone().unwrap()
        }
    );
    assert_eq!(again[100].as_ref().unwrap().number.value, 1_501);

    let id = App::imported_document("old", "case 7");
    let path = format!("/documents/{id}/derivations/1/attend");
    let attended = site.post("luis", &path, "a", &json!({})).await.expect(200);
    assert_eq!(attended.json()["version"], 5);
    assert_eq!(attended.json()["holder_office_id"], office("LOG"));
    site.post("luis", &path, "a", &json!({})).await.must(200);
}

#[tokio::test]
async fn mesa_itself_acts_without_http_and_once() {
    let site = Site::begin("system").await;
    let app = site.app();
    let (mp, log) = (OfficeId::of_code("MP"), OfficeId::of_code("LOG"));
    assert_eq!(app.set_up_office("MP", "Otra", None).await.unwrap(), mp);
    let ana = events::UserId::of_login("ana");
    let name = "test";
    assert_eq!(
        app.issue_api_key(ana, name, None, "ana").await.unwrap(),
        None
    );
    let register = RegisterDocument {
        acknowledged_warnings: [].into(),
        restricted: None,
        document_type: DocumentTypeId::of_code("SOL"),
        office: None,
        category: None,
        external_number: None,
        sender: sender(),
        subject: "Oficio".to_owned(),
        folios: 1,
        has_annexes: false,
        priority: Priority::Normal,
        channel: Channel::Internal,
        tags: [].into(),
        notes: None,
        answer_required: false,
        presented_at: None,
        due_on: None,
        related_document: None,
        origin: None,
    };
    let first = app.register_as(ana, register.clone(), "r").await.unwrap();
    let again = app.register_as(ana, register, "r").await.unwrap();
    assert!(again.replayed);
    let document = first.history.state.dossier().unwrap().id;
    assert_eq!(again.history.state.dossier().unwrap().id, document);
    let text = "nota".to_owned();
    let note = DocumentCommand::AddNote { text };
    let done = app.act_as(ana, document, &note, "n").await.unwrap();
    assert_eq!(done.history.version, 2);
    let nobody = events::UserId::of_login("nobody");
    assert!(app.act_as(nobody, document, &note, "n").await.is_err());
    assert_ne!(mp, log);
}
