//! What the document of the API says of questions, held against the questions themselves.

use std::collections::BTreeSet;

use events::classify::Role;
use serde_json::Value;

use crate::support::{Stage, id, office};

fn document() -> Value {
    serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap()
}

/// The names of the query's parameters, as the document has them.
fn promised(operation: &Value) -> BTreeSet<String> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let names = all.filter(|one| one["in"] == "query");
    names
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The names that the answer to an unknown parameter tells.
fn told(problem: &Value) -> BTreeSet<String> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    let mut details = errors.filter_map(|error| error["detail"].as_str());
    let known = details.find_map(|detail| detail.split_once("known are "));
    let names = known.into_iter().flat_map(|(_, names)| names.split(", "));
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_question_reads_exactly_the_parameters_that_the_document_promises() {
    let stage = Stage::new("parameters").await;
    let document = document();
    let mut asked = 0;
    for (pattern, methods) in document["paths"].as_object().unwrap() {
        let operation = &methods["get"];
        // What has no parameters at all, as a page, reads none.
        if operation.is_null() || !pattern.starts_with("/api/v1/") {
            continue;
        }
        let hole = if pattern.contains("/inbox") {
            office("A").0
        } else {
            id(1).0
        };
        let path = pattern
            .replace("{id}", &hole.to_string())
            .replace("{attachment}", &id(2).to_string())
            .replace("{number}", "EXP-2026-000001")
            .replace("{token}", &"0".repeat(32))
            .replace("{code}", "head");
        let http = stage.as_role(Role::ADMIN);
        let answer = http.get(&format!("{path}?no_such_parameter=1")).await;
        let problem = answer.expect(400).json();
        assert_eq!(
            problem["type"], "/problems/malformed-parameter",
            "{pattern}"
        );
        assert_eq!(told(&problem), promised(operation), "{pattern}");
        asked += 1;
    }
    assert!(asked > 25, "{asked}");
    stage.end().await;
}

#[tokio::test]
async fn the_document_and_its_page_are_read_by_anybody_and_reach_for_nothing() {
    let stage = Stage::new("docs").await;
    let nobody = stage.stranger();
    let served = nobody.get("/api/openapi.json").await.expect(200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    assert_eq!(served.json(), document());
    let page = nobody.get("/docs").await.expect(200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    let text = page.text();
    assert!(text.contains("/api/v1/documents/{id}/derivations"));
    for reach in ["<script", "src=", "href=\"http", "href=\"//", "url("] {
        assert!(!text.contains(reach), "{reach}");
    }
    stage.end().await;
}
