//! Acts on the institution, offices, document types, series, the calendar, the intake policies and
//! the routing rules.

use serde_json::json;

use super::{Said, post};
use crate::routes::kinds::{CODE_TAKEN, DAY_DECLARED, ENTRY_NOT_FOUND, SERIES_RUNNING};
use crate::routes::{
    calendar, document_types, institution, intake_policies, offices, routing_rules, series,
};

const OFFICE: &str = "b1f7c2d0-5a0e-5f5e-8f0e-3a2b6c1d4e5f";

pub(super) fn operations() -> Vec<Said> {
    [of_offices(), of_types(), of_the_clock(), of_routing()]
        .into_iter()
        .flatten()
        .collect()
}

#[rustfmt::skip]
fn of_offices() -> Vec<Said> {
    vec![
        post("/institution", institution::handle, 200, "Describe the institution anew, whole: receipts are made with it")
            .example(json!({
                "name": "Municipalidad Provincial de Puno", "acronym": "MPP", "ruc": "20146247084",
                "address": "Jr. Deustua 458, Puno", "public_url": "https://mesa.munipuno.example",
                "receipt_lines": ["Atención: lunes a viernes"], "reason": "Primera configuración.",
            })),
        post("/offices", offices::create::handle, 201, "Set up an office")
            .refuses(&[&CODE_TAKEN])
            .example(json!({"code": "LOG", "name": "Logística", "parent_id": OFFICE})),
        post("/offices/{id}/change", offices::change::handle, 200, "Describe an office anew, whole")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"name": "Abastecimiento", "parent_id": null})),
        post("/offices/{id}/situate", offices::situate::handle, 200, "Say where an office stands and when its desk is open")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"place": "0801", "hours": {"opens": "08:00:00", "closes": "16:30:00"}})),
        post("/offices/{id}/close", offices::close::handle, 200, "Let an office take no more documents")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"reason": "Se fusionó con otra."})),
        post("/offices/{id}/reopen", offices::reopen::handle, 200, "Let an office take documents again")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"reason": "Se separó de nuevo."})),
    ]
}

#[rustfmt::skip]
fn of_types() -> Vec<Said> {
    vec![
        post("/series", series::handle, 201, "Begin a series at a number other than 1")
            .refuses(&[&SERIES_RUNNING])
            .example(json!({"code": "EXP", "year": 2026, "first": 1001})),
        post("/document-types", document_types::create::handle, 201, "Set up a document type")
            .refuses(&[&CODE_TAKEN])
            .example(json!({"code": "SOL", "name": "Solicitud", "series": "EXP"})),
        post("/document-types/{id}/change", document_types::change::handle, 200, "Describe a document type anew, whole")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"name": "Solicitud simple", "series": "EXP"})),
        post("/document-types/{id}/term", document_types::term::handle, 200, "Say how long documents of a type may take (T3)")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"category": "comercio", "period": {"unit": "business_days", "length": 15}})),
        post("/document-types/{id}/retire", document_types::retire::handle, 200, "Use a document type for no new documents")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"reason": "Ya no se usa."})),
        post("/document-types/{id}/reinstate", document_types::reinstate::handle, 200, "Use a document type again")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"reason": "Se usa de nuevo."})),
    ]
}

#[rustfmt::skip]
fn of_the_clock() -> Vec<Said> {
    vec![
        post("/calendar/days", calendar::declare::handle, 200, "Declare days off, all or none (T2)")
            .refuses(&[&DAY_DECLARED])
            .example(json!({
                "days": [{"on": "2026-07-27", "scope": "nation", "name": "Día no laborable", "legal_basis": "D.S. 042-2026-PCM"}],
                "reason": "Publicado en El Peruano.",
            })),
        post("/calendar/days/revoke", calendar::revoke::handle, 200, "Take a day off back (T2)")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"on": "2026-07-27", "scope": "nation", "legal_basis": "D.S. 043-2026-PCM", "reason": "Se dejó sin efecto."})),
        post("/calendar/default-term", calendar::default_term::handle, 200, "Say how long documents may take where their type does not (T3)")
            .example(json!({"period": {"unit": "business_days", "length": 30}, "reason": "Lo dice el TUPA."})),
        post("/intake-policies/{channel}", intake_policies::set::handle, 200, "Say how a channel takes documents in (R5)")
            .example(json!({"policy": {"mode": "full_day", "closed_days": "same_day"}, "reason": "Mesa digital todo el día."})),
    ]
}

#[rustfmt::skip]
fn of_routing() -> Vec<Said> {
    vec![
        post("/routing-rules", routing_rules::create::handle, 201, "Set up a rule that suggests where a document goes")
            .refuses(&[&CODE_TAKEN])
            .example(json!({
                "code": "LIC", "when": {"category": "comercio", "words": ["licencia"]},
                "suggest": {"office_id": OFFICE, "kind": "principal", "instructions": "Para atención."}, "order": 3,
            })),
        post("/routing-rules/{id}/change", routing_rules::change::handle, 200, "Describe a routing rule anew, whole")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"when": {"words": ["licencia"]}, "suggest": {"office_id": OFFICE}, "order": 1})),
        post("/routing-rules/{id}/retire", routing_rules::retire::handle, 200, "Let a routing rule suggest nothing more")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"reason": "Ya no se usa."})),
        post("/routing-rules/{id}/reinstate", routing_rules::reinstate::handle, 200, "Let a routing rule suggest again")
            .refuses(&[&ENTRY_NOT_FOUND])
            .example(json!({"reason": "Se usa de nuevo."})),
    ]
}
