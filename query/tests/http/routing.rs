//! Routing rules, and what they suggest.

use crate::support::{Doc, Stage, id, office};
use events::classify::Role;
use events::routing::{Conditions, Destination, RoutingRuleSet};
use events::{Aggregate, RoutingRuleEvent, RoutingRuleId};
use serde_json::json;

fn rule(code: &str, words: &[&str], to: &str) -> (Aggregate, RoutingRuleEvent) {
    let set = RoutingRuleEvent::Set(RoutingRuleSet {
        code: code.to_owned(),
        when: Conditions {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..Conditions::default()
        },
        suggest: Destination {
            office_id: office(to),
            kind: None,
            instructions: None,
        },
        order: 0,
    });
    (Aggregate::RoutingRule(RoutingRuleId::of_code(code)), set)
}

#[tokio::test]
async fn the_rule_that_says_most_is_suggested_first_with_its_reason() {
    let stage = Stage::new("routing").await;
    let (aggregate, set) = rule("RESTO", &[], "A");
    stage.record(&aggregate, set).await;
    let (aggregate, set) = rule("LIC", &["licen"], "B");
    let position = stage.record(&aggregate, set).await;
    let at = format!("{}:{position}", stage.names.directory_stream());
    let read = async |path: &str, status: u16| {
        let http = stage.as_role(Role::REGISTRAR).with("mesa-position", &at);
        let answer = http.get(&format!("/api/v1{path}")).await;
        answer.expect(status).json()
    };
    let all = read("/routing-rules", 200).await;
    let codes = |items: &serde_json::Value, field: &str| {
        let items = items.as_array().unwrap().iter();
        items.map(|it| it[field].clone()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&all["items"], "code"), ["LIC", "RESTO"]);
    let one = format!("/routing-rules/{}", RoutingRuleId::of_code("LIC"));
    assert_eq!(read(&one, 200).await["when"]["words"], json!(["licen"]));

    let said = read("/routing-rules/suggest?subject=Pide%20LICENCIA", 200).await;
    assert_eq!(codes(&said["items"], "rule"), ["LIC", "RESTO"]);
    assert_eq!(
        said["items"][0]["reason_es"],
        "Regla LIC: el asunto dice «licen»."
    );
    let other = read("/routing-rules/suggest?subject=Queja", 200).await;
    assert_eq!(codes(&other["items"], "rule"), ["RESTO"]);
    let wrong = read("/routing-rules/suggest?channel=pigeon", 400).await;
    assert_eq!(wrong["errors"][0]["pointer"], "?channel");

    Doc::new(7).put(&stage.pool).await;
    let path = format!("/documents/{}/suggestions", id(7));
    assert_eq!(codes(&read(&path, 200).await["items"], "rule"), ["RESTO"]);
    read(&format!("/documents/{}/suggestions", id(8)), 404).await;
    stage.end().await;
}
