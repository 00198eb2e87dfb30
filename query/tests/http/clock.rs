//! The calendar and the intake policies, as they are read.

use crate::support::{Derived, Doc, Stage, id, office};
use calendar::{Day, IntakePolicy, Period};
use events::classify::{Channel, Role};
use events::clock::{DayDeclared, DayRevoked, DefaultTermSet, IntakePolicySet};
use events::{Aggregate, CalendarEvent, IntakePolicyEvent};
use serde_json::json;

fn declared(on: &str, scope: &str) -> CalendarEvent {
    let day = Day {
        on: on.parse().unwrap(),
        scope: scope.parse().unwrap(),
        name: format!("Feriado {scope}"),
        legal_basis: "D. S. 1-2026".to_owned(),
        suspends_terms: true,
    };
    let reason = "Decreto".to_owned();
    CalendarEvent::DayDeclared(DayDeclared { day, reason })
}

#[tokio::test]
async fn t2_the_days_off_are_read_by_dates_and_by_place() {
    let stage = Stage::new("calendar").await;
    for (version, on, scope) in [
        (0, "2026-06-24", "region:08"),
        (1, "2026-07-28", "nation"),
        (2, "2026-08-15", "province:0401"),
    ] {
        stage
            .record_after(version, &Aggregate::Calendar, declared(on, scope))
            .await;
    }
    let set = CalendarEvent::DefaultTermSet(DefaultTermSet {
        period: Some(Period::Months(1)),
        reason: "TUPA".to_owned(),
    });
    let position = stage.record_after(3, &Aggregate::Calendar, set).await;
    let stream = stage.names.directory_stream();
    let read = async |query: &str| {
        let http = stage.as_role(Role::REGISTRAR);
        let http = http.with("mesa-position", &format!("{stream}:{position}"));
        http.get(&format!("/api/v1/calendar{query}"))
            .await
            .expect(200)
            .json()
    };
    let all = read("").await;
    assert_eq!(all["default_term"], json!({"unit": "months", "length": 1}));
    assert_eq!(all["days"].as_array().unwrap().len(), 3);
    assert_eq!(
        all["days"][0],
        json!({
            "on": "2026-06-24", "scope": "region:08", "name": "Feriado region:08",
            "legal_basis": "D. S. 1-2026", "suspends_terms": true,
        })
    );
    let scopes = async |query: &str| {
        let days = read(query).await["days"].clone();
        let days = days.as_array().unwrap().clone();
        days.iter()
            .map(|day| day["scope"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(scopes("?place=0801").await, ["region:08", "nation"]);
    assert_eq!(scopes("?place=1501").await, ["nation"]);
    assert_eq!(scopes("?from=2026-07-01&to=2026-07-31").await, ["nation"]);
    let wrong = stage
        .as_role(Role::REGISTRAR)
        .get("/api/v1/calendar?place=99")
        .await;
    assert_eq!(wrong.expect(400).json()["errors"][0]["pointer"], "?place");
    stage.end().await;
}

#[tokio::test]
async fn r5_every_channel_has_a_policy_whether_one_was_said_or_not() {
    let stage = Stage::new("intake").await;
    let set = IntakePolicyEvent::Set(IntakePolicySet {
        policy: IntakePolicy::OfficeHours {
            cut_off: "16:30:00".parse().ok(),
        },
        reason: "Reglamento".to_owned(),
    });
    let position = stage
        .record(&Aggregate::IntakePolicy(Channel::Counter), set)
        .await;
    let http = stage.viewer();
    let http = http.with(
        "mesa-position",
        &format!("{}:{position}", stage.names.directory_stream()),
    );
    let read = http.get("/api/v1/intake-policies").await.expect(200).json();
    assert_eq!(read["items"].as_array().unwrap().len(), Channel::ALL.len());
    assert_eq!(
        read["items"][0],
        json!({
            "channel": "counter", "usual": false,
            "policy": {"mode": "office_hours", "cut_off": "16:30:00"},
        })
    );
    assert_eq!(read["items"][1]["policy"]["mode"], "full_day");
    assert_eq!(read["items"][1]["usual"], true);
    stage.end().await;
}

/// T2: what became of each change, the newest first, page by page.
#[tokio::test]
async fn t2_each_change_of_the_calendar_says_how_far_its_deadlines_are() {
    let stage = Stage::new("changes").await;
    for (version, on) in [(0, "2026-06-24"), (1, "2026-07-28")] {
        stage
            .record_after(version, &Aggregate::Calendar, declared(on, "nation"))
            .await;
    }
    let revoked = CalendarEvent::DayRevoked(DayRevoked {
        on: "2026-06-24".parse().unwrap(),
        scope: "nation".parse().unwrap(),
        legal_basis: "D. S. 2-2026".to_owned(),
        reason: "Se trabaja".to_owned(),
    });
    let position = stage.record_after(2, &Aggregate::Calendar, revoked).await;
    sqlx::raw_sql(
        "insert into calendar_progress values
            (1, 5, 5, 4, '2026-03-10T15:00:00Z'), (2, 7, 3, 3, null)",
    )
    .execute(&stage.pool)
    .await
    .unwrap();
    let stream = stage.names.directory_stream();
    let http = stage.as_role(Role::REGISTRAR);
    let http = http.with("mesa-position", &format!("{stream}:{position}"));
    let read = async |query: &str| {
        let path = format!("/api/v1/calendar/changes{query}");
        http.get(&path).await.expect(200).json()
    };
    let page = read("?limit=2").await;
    assert_eq!(
        (&page["calendar_version"], &page["next"]),
        (&json!(3), &json!(2))
    );
    let told = |item: &serde_json::Value| {
        let of = |name: &str| item[name].clone();
        let sums = json!([of("touched"), of("done"), of("rescheduled")]);
        json!([
            of("version"),
            of("kind"),
            item["day"]["on"],
            sums,
            of("finished_at")
        ])
    };
    let items: Vec<_> = page["items"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(
        items,
        [
            json!([3, "revoked", "2026-06-24", [0, 0, 0], null]),
            json!([2, "declared", "2026-07-28", [7, 3, 3], null]),
        ]
    );
    let rest = read("?before=2").await;
    assert_eq!(rest["next"], json!(null));
    assert_eq!(
        told(&rest["items"][0]),
        json!([
            1,
            "declared",
            "2026-06-24",
            [5, 5, 4],
            "2026-03-10T15:00:00Z"
        ])
    );
    for wrong in ["?limit=0", "?limit=201", "?before=x", "?colour=red"] {
        let path = format!("/api/v1/calendar/changes{wrong}");
        let answer = http.get(&path).await.expect(400).json();
        assert_eq!(answer["type"], "/problems/malformed-parameter", "{wrong}");
    }
    stage.end().await;
}

/// Due soon is one to three business days of the office, not three days of the week.
#[tokio::test]
async fn due_soon_counts_the_business_days_of_the_office() {
    let stage = Stage::new("soon").await;
    // Today is Tuesday 10 March; without a day off the third business day is Friday 13.
    for (document, due_on) in [(1, "2026-03-13"), (2, "2026-03-16"), (3, "2026-03-17")] {
        Derived {
            due_on: due_on.parse().ok(),
            ..Derived::new(document)
        }
        .put(&stage.pool)
        .await;
    }
    let path = format!("/api/v1/offices/{}/inbox?tray=due_soon", office("B"));
    let before = stage.viewer().get(&path).await.expect(200).json();
    assert_eq!(before["counters"]["due_soon"], 1);
    let position = stage
        .record_after(0, &Aggregate::Calendar, declared("2026-03-11", "nation"))
        .await;
    let stream = stage.names.directory_stream();
    let http = stage
        .viewer()
        .with("mesa-position", &format!("{stream}:{position}"));
    let after = http.get(&path).await.expect(200).json();
    assert_eq!(after["counters"]["due_soon"], 2);
    assert_eq!(after["items"].as_array().unwrap().len(), 2);
    stage.end().await;
}

/// T4: a document says why it is due when it is due.
#[tokio::test]
async fn t4_a_document_explains_its_deadline_in_two_languages() {
    let stage = Stage::new("explained").await;
    Doc {
        due_on: "2026-04-01".parse().ok(),
        ..Doc::new(7)
    }
    .put(&stage.pool)
    .await;
    let path = format!("/api/v1/documents/{}", id(7));
    let deadline = stage.viewer().get(&path).await.expect(200).json()["deadline"].clone();
    assert_eq!(deadline["due_on"], "2026-04-01");
    assert_eq!(deadline["rule"], "given");
    let explained = &deadline["explanation"];
    assert!(
        explained["es"]
            .as_str()
            .unwrap()
            .starts_with("Vence el 1 de abril de 2026: ")
    );
    assert!(
        explained["en"]
            .as_str()
            .unwrap()
            .starts_with("Due 1 April 2026: ")
    );
    stage.end().await;
}
