//! What anybody may ask.

use platform::http::contract::Operation;

use super::params::text;
use super::plain;
use crate::public::{Tracked, Verdict};

#[rustfmt::skip]
pub(super) fn operations() -> Vec<Operation> {
    vec![
        plain("/api/v1/tracking/{token}", "See where a document stands, by the token on its receipt (P1)")
            .answers::<Tracked>(200, "What the public may know of it."),
        plain("/api/v1/receipts/verify", "Check the code of a receipt (R3)")
            .parameter(text("code", "The text of the code on a receipt."))
            .answers::<Verdict>(200, "Whether it is genuine, and whether the document still is what it says."),
        plain("/verificar", "The page that checks receipts, also without network")
            .answers_with(200, "The page.", "text/html"),
        plain("/api/openapi.json", "This document")
            .answers_with(200, "An OpenAPI 3.1 document.", "application/json"),
        plain("/docs", "This document, as a page to read")
            .answers_with(200, "The page.", "text/html"),
    ]
}
