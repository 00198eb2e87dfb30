//! The legal clock over HTTP: the calendar, where offices stand, terms of types, intake policies.

use crate::setup::{Site, document, office};
use serde_json::{Value, json};

fn days(name: &str) -> Value {
    json!({
        "days": [
            {"on": "2031-06-24", "scope": "region:08", "name": name, "legal_basis": "Ley 30826"},
            {"on": "2031-07-28", "scope": "nation", "name": "Fiestas Patrias",
             "legal_basis": "D. Leg. 713, art. 6", "suspends_terms": true},
        ],
        "reason": "calendario 2031",
    })
}

/// T2: declared and revoked, each with its law and its reason; never silently changed.
#[tokio::test]
async fn t2_an_administrator_declares_and_revokes_days() {
    let site = Site::begin("calendar").await;
    let post = async |path: &str, key: &str, body: &Value, status: u16| {
        let answer = site.post("root", path, key, body).await;
        answer.expect(status).json()
    };
    let declared = post("/calendar/days", "d1", &days("Inti Raymi"), 200).await;
    assert_eq!(
        (&declared["calendar_version"], &declared["days"]),
        (&json!(2), &json!(2))
    );
    let again = post("/calendar/days", "d2", &days("Inti Raymi"), 200).await;
    assert_eq!(again["calendar_version"], 2);
    let otherwise = post("/calendar/days", "d3", &days("Otro nombre"), 409).await;
    assert_eq!(otherwise["type"], "/problems/day-declared");
    let revoke = json!({
        "on": "2031-06-24", "scope": "region:08", "legal_basis": "D. S. 1-2031", "reason": "se trabaja",
    });
    let revoked = post("/calendar/days/revoke", "r1", &revoke, 200).await;
    assert_eq!(
        (&revoked["calendar_version"], &revoked["days"]),
        (&json!(3), &json!(1))
    );
    let gone = post("/calendar/days/revoke", "r2", &revoke, 404).await;
    assert_eq!(gone["type"], "/problems/entry-not-found");
    // The same key is the same act (I15).
    let same = post("/calendar/days/revoke", "r1", &revoke, 200).await;
    assert_eq!(same["calendar_version"], 3);
    for wrong in ["region:99", "province:1", "moon"] {
        let mut body = days("Inti Raymi");
        body["days"][0]["scope"] = json!(wrong);
        post("/calendar/days", wrong, &body, 400).await;
    }
    let denied = site.post("ana", "/calendar/days", "d9", &days("x")).await;
    assert_eq!(denied.expect(403).json()["type"], "/problems/forbidden");
}

#[tokio::test]
async fn t3_terms_are_said_for_a_type_a_category_and_the_institution() {
    let site = Site::begin("terms").await;
    let post = async |path: &str, key: &str, body: Value, status: u16| {
        let answer = site.post("root", path, key, &body).await;
        answer.expect(status).json()
    };
    let made = json!({"code": "LIC", "name": "Licencia", "series": "EXP"});
    let made = post("/document-types", "t1", made, 201).await;
    let path = format!("/document-types/{}/term", made["id"].as_str().unwrap());
    let fifteen = json!({"unit": "business_days", "length": 15});
    let term = json!({"category": "Obra", "period": fifteen});
    let set = post(&path, "t2", term, 200).await;
    assert_eq!(
        set["terms"],
        json!([{"category": "Obra", "period": fifteen}])
    );
    let none = post(&path, "t3", json!({"category": "Obra"}), 200).await;
    assert_eq!(none["terms"], json!([]));
    post(
        &path,
        "t4",
        json!({"period": {"unit": "months", "length": 0}}),
        422,
    )
    .await;
    let month = json!({"unit": "months", "length": 1});
    let body = json!({"period": month, "reason": "TUPA"});
    let default = post("/calendar/default-term", "c1", body, 200).await;
    assert_eq!(default["default_term"], month);
    let date = json!({"period": {"unit": "until", "length": "2031-01-01"}, "reason": "TUPA"});
    post("/calendar/default-term", "c2", date, 422).await;
}

#[tokio::test]
async fn r5_an_office_has_its_place_and_hours_and_a_channel_its_policy() {
    let site = Site::begin("intake").await;
    let post = async |path: &str, key: &str, body: Value, status: u16| {
        let answer = site.post("root", path, key, &body).await;
        answer.expect(status).json()
    };
    let path = format!("/offices/{}/situate", office("MP"));
    let hours = json!({"opens": "08:00:00", "closes": "13:00:00"});
    let situated = post(&path, "s1", json!({"place": "0801", "hours": hours}), 200).await;
    assert_eq!(
        (&situated["place"], &situated["hours"]),
        (&json!("0801"), &hours)
    );
    let backwards = json!({"hours": {"opens": "13:00:00", "closes": "08:00:00"}});
    post(&path, "s2", backwards, 422).await;
    post(&path, "s3", json!({"place": "9901"}), 400).await;

    let policy = json!({"mode": "office_hours", "cut_off": "16:30:00"});
    let body = json!({"policy": policy, "reason": "reglamento"});
    let set = post("/intake-policies/counter", "i1", body.clone(), 200).await;
    assert_eq!((&set["policy"], &set["version"]), (&policy, &json!(1)));
    let same = post("/intake-policies/counter", "i2", body.clone(), 200).await;
    assert_eq!(same["version"], 1);
    post("/intake-policies/pigeon", "i3", body, 400).await;
}

/// T1, T3, R5: registered with the rule of its type, extended, stopped and resumed by the head.
#[tokio::test]
async fn t1_a_document_has_a_deadline_by_rule_and_a_head_changes_its_clock() {
    let site = Site::begin("deadline").await;
    let post = async |login: &str, path: &str, key: &str, body: &Value, status: u16| {
        let answer = site.post(login, path, key, body).await;
        answer.expect(status).json()
    };
    let registered = post("ana", "/documents", "r1", &document(), 201).await;
    let first = registered["due_on"].as_str().unwrap().to_owned();
    let id = registered["id"].as_str().unwrap();
    let at = |act: &str| format!("/documents/{id}/{act}");
    let five = json!({"days": 5, "reason": "falta un informe"});
    let why = json!({"reason": "se pidió opinión"});
    post("ana", &at("deadline/extend"), "e1", &five, 403).await;
    let extended = post("jefa", &at("deadline/extend"), "e2", &five, 200).await;
    assert!(extended["due_on"].as_str().unwrap() > first.as_str());
    let zero = json!({"days": 0, "reason": "falta un informe"});
    post("jefa", &at("deadline/extend"), "e3", &zero, 422).await;
    let stopped = post("jefa", &at("clock/suspend"), "s1", &why, 200).await;
    assert_eq!(stopped["due_on"], Value::Null);
    let again = post("jefa", &at("clock/suspend"), "s2", &why, 409).await;
    assert_eq!(again["type"], "/problems/clock-stands");
    let extend = post("jefa", &at("deadline/extend"), "e4", &five, 409).await;
    assert_eq!(extend["type"], "/problems/clock-stands");
    let resumed = post("jefa", &at("clock/resume"), "s3", &why, 200).await;
    assert_eq!(
        resumed["due_on"], extended["due_on"],
        "stopped and resumed on one day"
    );
    let running = post("jefa", &at("clock/resume"), "s4", &why, 409).await;
    assert_eq!(running["type"], "/problems/clock-runs");

    let mut given = document();
    given["due_on"] = json!("2031-12-25");
    let given = post("ana", "/documents", "r2", &given, 201).await;
    assert_eq!(given["due_on"], "2031-12-25");
}
