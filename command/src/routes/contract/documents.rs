//! Acts on documents and their files.

use serde_json::{Value, json};

use super::{OF_DOCUMENT, Said, post};
use crate::routes::attachments::{attach, withdraw};
use crate::routes::documents::{
    amend, archive, classify, conclude, correct, enter, extend, link, not_filed, note, observe,
    register, restore, restrict, resume, submit, suspend, unrestrict, void,
};
use crate::routes::kinds::{
    ALREADY_ATTACHED, ATTACHMENT_NOT_FOUND, CLOCK_RUNS, CLOCK_STANDS, CORRECTION_EXPIRED,
    CORRECTION_RUNNING, DERIVATION_OPEN, DOCUMENT_NOT_FOUND, FILE_TOO_LARGE, FILE_TYPE_NOT_ALLOWED,
    MAIN_ATTACHED, NEEDS_HEAD, NO_DEADLINE, NOT_OF_OFFICE, OBSERVED_ONCE, ORIGIN_KNOWN, TOO_BUSY,
    TOO_MANY_FILES, WAS_DERIVED, WAS_RECEIVED,
};

const TYPE: &str = "50e3f2a4-8b50-5c4e-9d53-1f1e7a3c9b10";
const DOCUMENT: &str = "0d5a2f6c-3e0b-5b8e-8a55-6d5e5f7a1c22";

fn sender() -> Value {
    json!({"name": "Rosa Quispe Mamani", "kind": "dni", "number": "45678912", "email": "rosa@example.pe"})
}

#[rustfmt::skip]
pub(super) fn operations() -> Vec<Said> {
    [beginning(), going_on(), ending(), clock(), files()].into_iter().flatten().collect()
}

#[rustfmt::skip]
fn beginning() -> Vec<Said> {
    vec![
        post("/documents", register::handle, 201, "Enter a document in the register, with the next number (R1, R2)")
            .refuses(&[&NOT_OF_OFFICE, &ORIGIN_KNOWN, &TOO_BUSY])
            .example(json!({
                "document_type_id": TYPE, "sender": sender(), "subject": "Solicita licencia de funcionamiento",
                "folios": 12, "channel": "counter", "priority": "normal",
            })),
        post("/documents/submit", submit::handle, 201, "Hand a document in at the digital desk; the desk registers it")
            .refuses(&[&NOT_OF_OFFICE, &ORIGIN_KNOWN])
            .example(json!({
                "document_type_id": TYPE, "sender": sender(), "subject": "Solicita copia certificada", "folios": 1,
            })),
        post("/documents/{id}/register", enter::handle, 200, "Enter a submitted document in the register (R2)")
            .refuses(OF_DOCUMENT).refuses(&[&TOO_BUSY])
            .example(json!({"folios": 1, "priority": "high"})),
    ]
}

#[rustfmt::skip]
fn going_on() -> Vec<Said> {
    vec![
        post("/documents/{id}/observe", observe::handle, 200, "Say what the sender is to correct, in one act (O1)")
            .refuses(OF_DOCUMENT).refuses(&[&WAS_DERIVED, &OBSERVED_ONCE])
            .example(json!({"items": [{"item": "firma", "detail": "Falta la firma en la última hoja."}]})),
        post("/documents/{id}/correct", correct::handle, 200, "Say what was corrected (O2)")
            .refuses(OF_DOCUMENT).refuses(&[&CORRECTION_EXPIRED])
            .example(json!({"items": ["firma"], "note": "Se presentó la hoja firmada."})),
        post("/documents/{id}/not-filed", not_filed::handle, 200, "Say that it was not corrected in time (O2)")
            .refuses(OF_DOCUMENT).refuses(&[&CORRECTION_RUNNING]),
        post("/documents/{id}/links", link::handle, 201, "Tie the document to another")
            .refuses(&[&DOCUMENT_NOT_FOUND])
            .example(json!({"document_id": DOCUMENT, "kind": "answers"})),
        post("/documents/{id}/notes", note::handle, 201, "Write a remark")
            .refuses(&[&DOCUMENT_NOT_FOUND])
            .example(json!({"text": "Llamó para preguntar."})),
        post("/documents/{id}/classify", classify::handle, 200, "Set type, category, tags and priority")
            .refuses(OF_DOCUMENT)
            .example(json!({"document_type_id": TYPE, "category": "comercio", "tags": ["licencia"], "priority": "high"})),
        post("/documents/{id}/amend", amend::handle, 200, "Put right what was written at registration")
            .refuses(OF_DOCUMENT).refuses(&[&NEEDS_HEAD])
            .example(json!({"folios": 13, "reason": "Se contó de nuevo."})),
        post("/documents/{id}/restrict", restrict::handle, 200, "Let only the offices that work on a document see it")
            .refuses(OF_DOCUMENT)
            .example(json!({"reason": "Datos de salud (art. 17)."})),
        post("/documents/{id}/unrestrict", unrestrict::handle, 200, "Let everybody who reads documents see it again")
            .refuses(OF_DOCUMENT)
            .example(json!({"reason": "Ya es público."})),
    ]
}

#[rustfmt::skip]
fn ending() -> Vec<Said> {
    vec![
        post("/documents/{id}/conclude", conclude::handle, 200, "Finish a document that has nothing open (D4)")
            .refuses(OF_DOCUMENT).refuses(&[&DERIVATION_OPEN])
            .example(json!({"outcome": "granted", "note": "Licencia otorgada."})),
        post("/documents/{id}/archive", archive::handle, 200, "Put a finished document away (A1)")
            .refuses(OF_DOCUMENT)
            .example(json!({"classification": "licencias", "retention_years": 10, "location": "Archivo central, estante 4"})),
        post("/documents/{id}/restore", restore::handle, 200, "Take a document out of the archive (A1)")
            .refuses(OF_DOCUMENT)
            .example(json!({"reason": "Se necesita para una apelación."})),
        post("/documents/{id}/void", void::handle, 200, "Take a document out of use; its number stays used (A1, R2)")
            .refuses(OF_DOCUMENT).refuses(&[&WAS_RECEIVED])
            .example(json!({"reason": "Se registró dos veces."})),
    ]
}

#[rustfmt::skip]
fn clock() -> Vec<Said> {
    vec![
        post("/documents/{id}/deadline/extend", extend::handle, 200, "Let the document be due later (T1)")
            .refuses(OF_DOCUMENT).refuses(&[&NEEDS_HEAD, &NO_DEADLINE, &CLOCK_STANDS])
            .example(json!({"days": 5, "reason": "Se pidió un informe."})),
        post("/documents/{id}/clock/suspend", suspend::handle, 200, "Let no day count from today on (T1)")
            .refuses(OF_DOCUMENT).refuses(&[&NEEDS_HEAD, &NO_DEADLINE, &CLOCK_STANDS])
            .example(json!({"reason": "Se espera a la otra parte."})),
        post("/documents/{id}/clock/resume", resume::handle, 200, "Let days count again (T1)")
            .refuses(OF_DOCUMENT).refuses(&[&NEEDS_HEAD, &NO_DEADLINE, &CLOCK_RUNS])
            .example(json!({"reason": "Respondió la otra parte."})),
    ]
}

#[rustfmt::skip]
fn files() -> Vec<Said> {
    vec![
        post("/documents/{id}/attachments", attach::handle, 201, "Add a file: its bytes are the body")
            .refuses(OF_DOCUMENT)
            .refuses(&[&ALREADY_ATTACHED, &MAIN_ATTACHED, &TOO_MANY_FILES, &FILE_TOO_LARGE, &FILE_TYPE_NOT_ALLOWED, &TOO_BUSY]),
        post("/documents/{id}/attachments/{attachment}/withdraw", withdraw::handle, 200, "Say that a file does not belong to its document (A1)")
            .refuses(OF_DOCUMENT).refuses(&[&ATTACHMENT_NOT_FOUND])
            .example(json!({"reason": "Es de otro expediente."})),
    ]
}
