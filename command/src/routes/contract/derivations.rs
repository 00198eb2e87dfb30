//! Acts on derivations.

use platform::http::Kind;
use serde_json::json;

use super::{OF_DOCUMENT, Said, post};
use crate::routes::derivations::{acknowledge, assign, attend, recall, receive, reject, send_back};
use crate::routes::documents::{derive, derive_many};
use crate::routes::kinds::{
    DERIVATION_NOT_FOUND, DOCUMENT_NOT_FOUND, IS_COPY, IS_NOT_COPY, NOT_IN_CUSTODY, NOT_OF_OFFICE,
    PRINCIPAL_OPEN, REASON_NEEDED, WRONG_DERIVATION_STATUS,
};

const OFFICE: &str = "b1f7c2d0-5a0e-5f5e-8f0e-3a2b6c1d4e5f";
const USER: &str = "7a1c9e34-2b6d-5c8f-9e01-4d5a6b7c8d9e";

/// What an act on a derivation may be refused with.
const OF_DERIVATION: &[&Kind] = &[
    &DOCUMENT_NOT_FOUND,
    &DERIVATION_NOT_FOUND,
    &NOT_OF_OFFICE,
    &WRONG_DERIVATION_STATUS,
];

#[rustfmt::skip]
pub(super) fn operations() -> Vec<Said> {
    vec![
        post("/documents/{id}/derivations", derive::handle, 201, "Send a document that the office holds to 1 to 10 others (D1)")
            .refuses(OF_DOCUMENT).refuses(&[&REASON_NEEDED, &PRINCIPAL_OPEN, &NOT_IN_CUSTODY])
            .example(json!({"targets": [{
                "office_id": OFFICE, "kind": "principal", "instructions": "Para atención.", "urgent": false,
            }]})),
        post("/derivations", derive_many::handle, 200, "Send up to 50 documents to one office, each by itself")
            .with(|operation| {
                operation.answers::<derive_many::Results>(200, "What became of each, in the order of the request.")
                    .heads(&[("Mesa-Position", "Position"), ("Idempotent-Replayed", "Replayed")])
            })
            .example(json!({
                "document_ids": ["0d5a2f6c-3e0b-5b8e-8a55-6d5e5f7a1c22"],
                "target": {"office_id": OFFICE, "kind": "principal"},
            })),
        post("/documents/{id}/derivations/{n}/receive", receive::handle, 200, "Take in what was sent to the office (D3)")
            .refuses(OF_DERIVATION).refuses(&[&IS_COPY]),
        post("/documents/{id}/derivations/{n}/reject", reject::handle, 200, "Refuse what was sent to the office")
            .refuses(OF_DERIVATION).refuses(&[&IS_COPY])
            .example(json!({"reason": "No es competencia de esta oficina."})),
        post("/documents/{id}/derivations/{n}/acknowledge", acknowledge::handle, 200, "Confirm having seen a copy")
            .refuses(OF_DERIVATION).refuses(&[&IS_NOT_COPY]),
        post("/documents/{id}/derivations/{n}/assign", assign::handle, 200, "Give a derivation to a person of the office")
            .refuses(OF_DERIVATION).refuses(&[&IS_COPY])
            .example(json!({"user_id": USER})),
        post("/documents/{id}/derivations/{n}/return", send_back::handle, 200, "Send back what was received")
            .refuses(OF_DERIVATION).refuses(&[&IS_COPY])
            .example(json!({"reason": "Falta un anexo."})),
        post("/documents/{id}/derivations/{n}/recall", recall::handle, 200, "Take back what was sent and not yet received")
            .refuses(OF_DERIVATION)
            .example(json!({"reason": "Se envió a otra oficina por error."})),
        post("/documents/{id}/derivations/{n}/attend", attend::handle, 200, "Do what a derivation asks, and send the document on")
            .refuses(OF_DERIVATION).refuses(&[&IS_COPY, &PRINCIPAL_OPEN, &NOT_IN_CUSTODY])
            .example(json!({"note": "Se emitió el informe.", "outcome": "answered", "next_targets": []})),
    ]
}
