//! The random histories go everywhere, so that no law holds for want of a case.

use std::collections::BTreeMap;

use domain::Refusal;
use events::DocumentEvent;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::any_steps;
use crate::random::{History, play};

/// Histories from a fixed seed.
fn same_histories(count: usize) -> Vec<History> {
    let mut runner = TestRunner::deterministic();
    let strategy = any_steps();
    (0..count)
        .map(|_| play(&strategy.new_tree(&mut runner).unwrap().current()))
        .collect()
}

#[test]
fn every_event_and_every_refusal_is_reached() {
    let mut reached: BTreeMap<&str, u32> = BTreeMap::new();
    for history in same_histories(1_200) {
        for turn in &history.turns {
            match &turn.answer {
                Ok(decided) if decided.events.is_empty() => {
                    *reached.entry("nothing").or_default() += 1;
                }
                Ok(decided) => {
                    for event in &decided.events {
                        *reached.entry(event.kind()).or_default() += 1;
                    }
                }
                Err(refusal) => *reached.entry(refusal.code()).or_default() += 1,
            }
        }
        *reached.entry(history.begun.event.kind()).or_default() += 1;
    }
    let refusals = [
        "derivation_not_found",
        "invalid",
        "not_of_office",
        "needs_head",
        "wrong_status",
        "reason_needed",
        "principal_open",
        "derivation_open",
        "wrong_derivation_status",
        "is_copy",
        "is_not_copy",
        "not_in_custody",
        "was_received",
        "attachment_not_found",
        "already_attached",
        "main_attached",
        "clock_stands",
        "clock_runs",
        "was_derived",
        "observed_once",
        "correction_expired",
        "correction_running",
        "document_not_found",
        "nothing",
    ];
    let kinds = DocumentEvent::KINDS.iter().map(|(kind, _)| *kind);
    for word in kinds.chain(refusals) {
        let times = reached.get(word).copied().unwrap_or_default();
        assert!(times >= 10, "{word} was reached {times} times: {reached:?}");
    }
}
