//! The whole life of one document, asked and told over HTTP: after each step every view says
//! exactly what was done, and at the end the figures are those of a sheet of paper.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

mod support;
#[path = "support/views.rs"]
mod views;

use events::UserId;
use serde_json::json;

use support::{Site, document};
use views::{Story, code, to};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_lives_and_every_view_tells_it() {
    let mut story = Story::begin().await;
    it_is_registered_and_sent(&mut story).await;
    it_is_taken_in(&mut story).await;
    it_is_attended_and_sent_on(&mut story).await;
    it_comes_back_twice(&mut story).await;
    it_ends(&mut story).await;
    assert_figures(&story.site).await;
    story.site.verify().await;
    story.site.close().await;
}

async fn it_is_registered_and_sent(story: &mut Story) {
    let mut body = document();
    body["due_on"] = json!("2026-03-20");
    let says = "
        registered at MP
        MP: in_office 1
        + 1 document.registered 0 MP>MP
        +1 MP registered";
    story.then(0, "ana", "", body, says).await;

    let mut body = json!({
        "targets": to(&[("LOG", "principal"), ("LEG", "parallel"), ("GER", "copy")]),
    });
    body["targets"][1]["due"] = json!("2026-03-12");
    let says = "
        in_process at MP, on its way to LOG
        D1 principal MP>LOG pending
        D2 parallel MP>LEG pending
        D3 copy MP>GER pending
        MP: sent_pending 2
        LOG: to_receive 1
        LEG: to_receive 1 due_soon 1
        GER: copies 1
        + 2 document.derived 1 MP>LOG
        + 2 document.derived 2 MP>LEG
        + 2 document.derived 3 MP>GER
        +1 LEG derivation_received_in
        +1 LOG derivation_received_in
        +1 MP copy_sent
        +2 MP derivation_sent
        +1 MP routed
        +1 MP same_day_routed";
    story.then(10, "ana", "derivations", body, says).await;
}

async fn it_is_taken_in(story: &mut Story) {
    let says = "
        in_process at LOG
        D1 principal MP>LOG received
        D2 parallel MP>LEG pending
        D3 copy MP>GER pending
        MP: sent_pending 1
        LOG: in_office 1
        LEG: to_receive 1 due_soon 1
        GER: copies 1
        + 3 derivation.received 1 MP>LOG
        +1 LOG derivation_received";
    let act = "derivations/1/receive";
    story.then(30, "luis", act, json!({}), says).await;

    let says = "
        in_process at LOG
        D1 principal MP>LOG received
        D2 parallel MP>LEG pending
        D3 copy MP>GER pending
        MP: sent_pending 1
        LOG: in_office 1
        LEG: to_receive 1 due_soon 1
        GER: copies 1
        + 4 derivation.assigned 1 MP>LOG";
    let body = json!({"user_id": UserId::of_login("luis")});
    story
        .then(40, "jefa", "derivations/1/assign", body, says)
        .await;

    let says = "
        in_process at LOG
        D1 principal MP>LOG received
        D2 parallel MP>LEG pending
        D3 copy MP>GER acknowledged
        MP: sent_pending 1
        LOG: in_office 1
        LEG: to_receive 1 due_soon 1
        + 5 copy.acknowledged 3 MP>GER
        +1 GER copy_acknowledged";
    let act = "derivations/3/acknowledge";
    story.then(45, "gus", act, json!({}), says).await;
}

async fn it_is_attended_and_sent_on(story: &mut Story) {
    // Attended while still pending: received in the same act.
    let says = "
        in_process at LOG
        D1 principal MP>LOG received
        D2 parallel MP>LEG attended
        D3 copy MP>GER acknowledged
        LOG: in_office 1
        + 6 derivation.received 2 MP>LEG
        + 7 derivation.attended 2 MP>LEG
        +1 LEG derivation_attended
        +1 LEG derivation_on_time
        +1 LEG derivation_received
        +1 LEG derivation_with_due";
    let body = json!({"note": "conforme"});
    story
        .then(60, "lea", "derivations/2/attend", body, says)
        .await;

    let says = "
        in_process at LOG, on its way to LEG
        D1 principal MP>LOG attended
        D2 parallel MP>LEG attended
        D3 copy MP>GER acknowledged
        D4 principal LOG>LEG pending
        LOG: sent_pending 1
        LEG: to_receive 1
        + 8 derivation.attended 1 MP>LOG
        + 9 document.derived 4 LOG>LEG
        +1 LEG derivation_received_in
        +1 LOG derivation_attended
        +1 LOG derivation_on_time
        +1 LOG derivation_sent
        +1 LOG derivation_with_due";
    let body = json!({"note": "visto", "next_targets": to(&[("LEG", "principal")])});
    story
        .then(90, "luis", "derivations/1/attend", body, says)
        .await;

    let says = "
        in_process at LEG
        D1 principal MP>LOG attended
        D2 parallel MP>LEG attended
        D3 copy MP>GER acknowledged
        D4 principal LOG>LEG received
        LEG: in_office 1
        + 10 derivation.received 4 LOG>LEG
        +1 LEG derivation_received";
    let act = "derivations/4/receive";
    story.then(100, "lea", act, json!({}), says).await;
}

async fn it_comes_back_twice(story: &mut Story) {
    let reason = json!({"reason": "falta el plano de ubicación"});
    let says = "
        in_process at LOG
        D1 principal MP>LOG attended
        D2 parallel MP>LEG attended
        D3 copy MP>GER acknowledged
        D4 principal LOG>LEG returned
        LOG: returned 1
        + 11 derivation.returned 4 LEG>LOG
        +1 LEG returned";
    let act = "derivations/4/return";
    story.then(120, "lea", act, reason.clone(), says).await;

    let says = "
        in_process at LOG, on its way to LEG
        D1 principal MP>LOG attended
        D2 parallel MP>LEG attended
        D3 copy MP>GER acknowledged
        D4 principal LOG>LEG returned
        D5 principal LOG>LEG pending
        LOG: sent_pending 1
        LEG: to_receive 1
        + 12 document.derived 5 LOG>LEG
        +1 LEG derivation_received_in
        +1 LEG ping_pong
        +1 LOG derivation_sent";
    let body = json!({"targets": to(&[("LEG", "principal")])});
    story.then(130, "luis", "derivations", body, says).await;

    let says = "
        in_process at LOG
        D1 principal MP>LOG attended
        D2 parallel MP>LEG attended
        D3 copy MP>GER acknowledged
        D4 principal LOG>LEG returned
        D5 principal LOG>LEG rejected
        LOG: returned 1
        + 13 derivation.rejected 5 LEG>LOG
        +1 LEG rejected";
    story
        .then(140, "lea", "derivations/5/reject", reason.clone(), says)
        .await;
}

const DERIVATIONS: &str = "
        D1 principal MP>LOG attended
        D2 parallel MP>LEG attended
        D3 copy MP>GER acknowledged
        D4 principal LOG>LEG returned
        D5 principal LOG>LEG rejected";

async fn it_ends(story: &mut Story) {
    let says = format!(
        "attended at LOG
        {DERIVATIONS}
        + 14 document.attended 0 LOG>
        +1 LOG attended
        +1 LOG closed_on_time
        +1 LOG closed_with_due"
    );
    let body = json!({"outcome": "granted", "note": "se otorga la licencia"});
    story.then(150, "jefa", "conclude", body, &says).await;

    let says = format!(
        "archived at LOG
        {DERIVATIONS}
        + 15 document.archived 0 MP>
        +1 LOG archived"
    );
    let body = json!({"classification": "A1", "retention_years": 5, "location": "estante 3"});
    story.then(160, "ana", "archive", body, &says).await;

    let says = format!(
        "attended at LOG
        {DERIVATIONS}
        + 16 document.restored 0 MP>
        +1 LOG restored"
    );
    let body = json!({"reason": "lo pide el remitente"});
    story.then(170, "ana", "restore", body, &says).await;
}

async fn assert_figures(site: &Site) {
    let path = "/api/v1/statistics?from=2026-03-10&to=2026-03-10";
    let told = site.reader().get(path).await.expect(200).json();
    // LOG waited 20 minutes, LEG 50 (joint attention) and 10.
    let spread = |measure: &str| {
        let times = &told["times"][measure];
        let seconds = &times["seconds"];
        (
            times["n"].clone(),
            [
                seconds["min"].clone(),
                seconds["mean"].clone(),
                seconds["max"].clone(),
            ],
        )
    };
    let minutes = |n: u32, values: [f64; 3]| (json!(n), values.map(|value| json!(value * 60.0)));
    assert_eq!(spread("wait"), minutes(3, [10.0, 80.0 / 3.0, 50.0]));
    assert_eq!(spread("handling"), minutes(2, [0.0, 30.0, 60.0]));
    assert_eq!(spread("attention"), minutes(2, [50.0, 65.0, 80.0]));
    assert_eq!(spread("total"), minutes(1, [150.0, 150.0, 150.0]));
    let median = told["times"]["wait"]["seconds"]["median"].as_f64().unwrap();
    assert!(
        (median - 1_200.0).abs() <= 12.0,
        "within one percent: {median}"
    );

    // Sent to offices: LOG, LEG, LEG, LEG. Received: three. Rejected one, returned one.
    let rates = json!({
        "on_time": 1.0,
        "derivations_on_time": 1.0,
        "same_day_routing": 1.0,
        "rejection": 0.25,
        "return": 1.0 / 3.0,
        "reopening": 0.0,
    });
    assert_eq!(told["rates"], rates);
    let trend = json!([{"day": "2026-03-10", "registered": 1, "received": 4, "attended": 1}]);
    assert_eq!(told["trend"], trend);
    let mut flow: Vec<_> = told["flow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let way = format!(
                "{}>{}",
                code(&row["from_office_id"]),
                code(&row["to_office_id"])
            );
            (
                way,
                row["sent"].clone(),
                row["received"].clone(),
                row["mean_wait_seconds"].clone(),
            )
        })
        .collect();
    flow.sort_by(|one, other| one.0.cmp(&other.0));
    let row = |way: &str, sent: u32, received: u32, wait: f64| {
        (way.to_owned(), json!(sent), json!(received), json!(wait))
    };
    let expected = [
        row("LOG>LEG", 2, 1, 600.0),
        row("MP>LEG", 1, 1, 3_000.0),
        row("MP>LOG", 1, 1, 1_200.0),
    ];
    assert_eq!(flow, expected);
}
