//! What the document of the API says of each question: one entry for each row of the table, and for
//! each public route.

mod params;
mod public;
mod questions;

use ::directory::Act;
use platform::http::contract::{Contract, Operation, header};
use platform::http::problem::{
    INTERNAL_ERROR, MALFORMED_HEADER, MALFORMED_PARAMETER, NOT_FOUND, UNAVAILABLE,
};
use schemars::JsonSchema;
use serde_json::json;

/// The question at `path`.
fn get(path: &str, summary: &str) -> Operation {
    let operation = plain(&format!("/api/v1{path}"), summary);
    operation
        .parameter(header("MinPosition"))
        .refuses(&[&MALFORMED_HEADER])
}

/// A question that anybody may ask.
fn plain(path: &str, summary: &str) -> Operation {
    let mut operation = Operation::new("get", path, summary);
    let holes: Vec<String> = operation.holes().map(str::to_owned).collect();
    for hole in &holes {
        operation = operation.parameter(params::part(hole));
    }
    if !holes.is_empty() {
        operation = operation.refuses(&[&NOT_FOUND]);
    }
    operation.refuses(&[&MALFORMED_PARAMETER, &UNAVAILABLE, &INTERNAL_ERROR])
}

/// What a question is answered with.
trait Answered: Sized {
    /// With a `T`.
    fn one<T: JsonSchema>(self) -> Self;
    /// With a page of `T`.
    fn page<T: JsonSchema>(self) -> Self;
    /// With all `T` there are, in the form of a page.
    fn all<T: JsonSchema>(self) -> Self;
    /// With bytes of this media type.
    fn bytes(self, media_type: &str) -> Self;
    /// With server-sent events.
    fn events(self) -> Self;
    /// What every answer says of itself, and that the caller may have it already.
    fn tagged(self) -> Self;
}

impl Answered for Operation {
    fn one<T: JsonSchema>(self) -> Self {
        self.answers::<T>(200, "What was asked for.").tagged()
    }

    fn page<T: JsonSchema>(self) -> Self {
        params::page(self).all::<T>()
    }

    fn all<T: JsonSchema>(self) -> Self {
        let shape = |item| {
            json!({
                "type": "object",
                "required": ["items", "next"],
                "properties": {
                    "items": {"type": "array", "items": item},
                    "next": {
                        "type": ["string", "null"],
                        "description": "The `cursor` of the page after this one; null on the last.",
                    },
                },
            })
        };
        let told = "A page of what was asked for.";
        self.answers_shaped::<T>(200, told, shape).tagged()
    }

    fn bytes(self, media_type: &str) -> Self {
        self.answers_with(200, "The bytes.", media_type).tagged()
    }

    fn events(self) -> Self {
        let told = "Server-sent events: `snapshot`, then `change`, `resync`, `stale`, `fresh`, `end` \
                    (docs/live.md).";
        self.parameter(header("LastEventId"))
            .answers_with(200, told, "text/event-stream")
    }

    fn tagged(self) -> Self {
        self.parameter(header("IfNoneMatch"))
            .answers_with(304, "The caller has it already.", "")
            .heads(&[
                ("ETag", "ETag"),
                ("Mesa-Position", "Position"),
                ("Mesa-Stale", "Stale"),
            ])
    }
}

/// What the questions promise; `acts` says what each path needs.
pub(super) fn contract(acts: &[(String, Act)]) -> Contract {
    let all = questions::operations()
        .into_iter()
        .chain(public::operations());
    Contract::of(all.map(|operation| {
        let operation = operation.parameter(header("AcceptLanguage"));
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

    use super::*;

    #[test]
    fn every_question_is_in_the_document_and_nothing_else() {
        let acts = super::super::questions();
        let open = crate::public::ROUTES.iter().map(|path| (*path).to_owned());
        let rows: BTreeSet<_> = acts
            .iter()
            .map(|(path, _)| path.clone())
            .chain(open)
            .collect();
        let contract = contract(&acts);
        let said: BTreeSet<_> = contract
            .operations()
            .map(|(_, path)| path.to_owned())
            .collect();
        assert_eq!(rows, said, "write its entry in query/src/routes/contract/");
        assert!(contract.faults().is_empty(), "{:#?}", contract.faults());
    }
}
