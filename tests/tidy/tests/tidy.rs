//! This workspace keeps its rules.

use std::path::{Path, PathBuf};

use tidy::{
    Faults, configuration, deploy, figures, files, layers, links, literals, map, migrations,
    problems, rules, wildcards,
};

fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

#[track_caller]
fn assert_none(faults: &Faults) {
    assert!(faults.is_empty(), "\n  - {}\n", faults.join("\n  - "));
}

#[test]
fn crates_depend_downwards_only() {
    let manifests = layers::manifests(&workspace());
    assert_eq!(
        manifests.len(),
        layers::LAYERS.len(),
        "every row is a crate"
    );
    assert_none(&layers::downwards(&manifests));
}

#[test]
fn pure_crates_know_nothing_of_the_outside_world() {
    assert_none(&layers::pure(&layers::manifests(&workspace())));
}

#[test]
fn files_are_short_and_introduce_themselves() {
    assert_none(&files::short_and_introduced(&workspace()));
}

#[test]
fn no_file_is_named_after_nothing() {
    assert_none(&files::names_say_something(&workspace()));
}

#[test]
fn landed_migrations_are_unchanged() {
    let root = workspace();
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of this test alone, not configuration"
    )]
    let update = std::env::var("UPDATE_MIGRATIONS_LOCK").is_ok_and(|value| value == "1");
    if update {
        migrations::land(&root).unwrap();
    }
    assert_none(&migrations::unchanged(&root));
}

#[test]
fn every_problem_has_a_page_and_every_page_a_problem() {
    assert_none(&problems::paged(&workspace()));
}

#[test]
fn every_configuration_variable_is_documented() {
    assert_none(&configuration::documented(&workspace()));
}

#[test]
fn names_in_nats_and_redis_are_made_in_one_place() {
    assert_none(&literals::at_home(&workspace()));
}

#[test]
fn the_map_is_complete() {
    assert_none(&map::complete(&workspace()));
}

#[test]
fn events_are_matched_by_name() {
    assert_none(&wildcards::none(&workspace()));
}

#[test]
fn every_rule_is_the_name_of_a_test() {
    assert_none(&rules::held(&workspace()));
}

#[test]
fn documents_lead_somewhere() {
    assert_none(&links::lead_somewhere(&workspace()));
    assert_none(&links::paths_are_there(&workspace()));
}

#[test]
fn decisions_are_numbered_and_listed() {
    assert_none(&links::decisions_are_listed(&workspace()));
}

#[test]
fn the_composition_is_careful() {
    assert_none(&deploy::careful(&workspace()));
    assert_none(&deploy::sends_every_member(&workspace()));
}

#[test]
fn figures_are_explained_and_watched() {
    assert_none(&figures::explained(&workspace()));
    assert_none(&figures::watched(&workspace()));
}
