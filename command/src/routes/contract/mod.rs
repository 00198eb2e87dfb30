//! What the document of the API says of each command: one entry for each row of the table.
//!
//! Body and answer come from the handler's own signature (`signature`), so they cannot be others
//! than those it takes and gives. Beside it stand what no type says: a sentence, the problems of the
//! act itself, an example.

mod derivations;
mod directory;
mod documents;
mod people;
mod signature;

use ::directory::Act;
use events::classify::Channel;
use platform::http::contract::{Contract, Operation, header, path_part};
use platform::http::problem::{INTERNAL_ERROR, MALFORMED_PARAMETER, UNAVAILABLE};
use platform::http::{Kind, problem};
use serde_json::{Value, json};

use super::kinds;
use signature::Signature;

/// What every act on a document that is there may be refused with.
const OF_DOCUMENT: &[&Kind] = &[
    &kinds::DOCUMENT_NOT_FOUND,
    &kinds::NOT_OF_OFFICE,
    &kinds::WRONG_STATUS,
];

/// What every act that is put to a history may end with.
const OF_EVERY_ACT: &[&Kind] = &[
    &kinds::INVALID_COMMAND,
    &kinds::IDEMPOTENCY_KEY_REUSED,
    &kinds::PRECONDITION_FAILED,
    &kinds::CONCURRENT_CHANGE,
    &kinds::OUTCOME_UNKNOWN,
    &kinds::LOG_FULL,
    &kinds::HISTORY_DAMAGED,
    &problem::MALFORMED_HEADER,
    &problem::IDEMPOTENCY_KEY_REQUIRED,
];

/// An operation, and the file whose first line it is.
struct Said {
    operation: Operation,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test compares it with the file")
    )]
    handler: &'static str,
}

/// The command at `path`, which the handler answers with `status`.
fn post<A, H: Signature<A>>(path: &str, _: H, status: u16, summary: &str) -> Said {
    let path = format!("/api/v1{path}");
    let mut operation = Operation::new("post", &path, summary);
    let holes: Vec<String> = operation.holes().map(str::to_owned).collect();
    for hole in &holes {
        operation = operation.parameter(part(hole));
    }
    if !holes.is_empty() {
        operation = operation.refuses(&[&MALFORMED_PARAMETER]);
    }
    Said {
        operation: H::describe(operation, status).refuses(&[&UNAVAILABLE, &INTERNAL_ERROR]),
        handler: std::any::type_name::<H>(),
    }
}

impl Said {
    /// Can be refused with these, beside what every act can.
    fn refuses(self, kinds: &[&'static Kind]) -> Self {
        self.with(|operation| operation.refuses(kinds))
    }

    /// A body that it takes.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "an example is written where it is used"
    )]
    fn example(self, example: Value) -> Self {
        self.with(|operation| operation.example(example.clone()))
    }

    fn with(self, change: impl FnOnce(Operation) -> Operation) -> Self {
        Self {
            operation: change(self.operation),
            ..self
        }
    }
}

/// What stands in a hole of a path.
fn part(name: &str) -> Value {
    let uuid = json!({"type": "string", "format": "uuid"});
    match name {
        "n" => path_part(
            name,
            "The place of the derivation, from 1.",
            &json!({"type": "integer", "minimum": 1, "maximum": u32::MAX}),
        ),
        "code" => path_part(
            name,
            "The code of the role.",
            &json!({"type": "string", "pattern": "^[a-z][a-z0-9_]{0,30}$"}),
        ),
        "channel" => {
            let words: Vec<_> = Channel::ALL.iter().map(|channel| channel.word()).collect();
            path_part(
                name,
                "The channel.",
                &json!({"type": "string", "enum": words}),
            )
        }
        "attachment" => path_part(name, "The id of the file.", &uuid),
        _ => path_part(name, "Its id.", &uuid),
    }
}

fn said() -> Vec<Said> {
    let all = [
        documents::operations(),
        derivations::operations(),
        directory::operations(),
        people::operations(),
    ];
    all.into_iter().flatten().collect()
}

/// What the commands promise; `acts` says what each path needs.
pub(super) fn contract(acts: &[(String, Act)]) -> Contract {
    Contract::of(said().into_iter().map(|said| {
        let operation = said.operation.parameter(header("AcceptLanguage"));
        let act = acts.iter().find(|(path, _)| path == operation.path());
        match act {
            Some((_, act)) => operation.needs(act.permission().word()),
            None => operation,
        }
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::routes::OPEN;

    #[test]
    fn every_command_is_in_the_document_and_nothing_else() {
        let rows = super::super::commands().into_iter().map(|(path, _)| path);
        let open = OPEN.iter().map(|path| format!("/api/v1{path}"));
        let rows: BTreeSet<_> = rows.chain(open).collect();
        let said: BTreeSet<_> = said()
            .iter()
            .map(|one| one.operation.path().to_owned())
            .collect();
        assert_eq!(
            rows, said,
            "write its entry in command/src/routes/contract/"
        );
    }

    #[test]
    fn an_entry_is_about_the_handler_whose_file_names_its_path() {
        for Said { operation, handler } in said() {
            let module = handler
                .trim_end_matches("::handle")
                .replace("command::", "");
            let base = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src")
                .join(module.replace("::", "/"));
            let files = [base.with_extension("rs"), base.join("mod.rs")];
            let text = files
                .iter()
                .find_map(|file| std::fs::read_to_string(file).ok());
            let text = text.unwrap_or_else(|| panic!("{handler} has no file"));
            let first = text.lines().next().unwrap_or_default();
            assert_eq!(first, format!("//! POST {}", operation.path()), "{handler}");
        }
    }

    #[test]
    fn no_two_types_have_one_name() {
        let contract = contract(&[]);
        assert!(contract.faults().is_empty(), "{:#?}", contract.faults());
    }
}
