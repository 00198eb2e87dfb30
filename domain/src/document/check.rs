//! What is well formed: the checks that need no state.

use std::collections::BTreeSet;

use events::OfficeId;
use events::classify::SenderKind;
use events::document::{Origin, Sender};

use crate::Context;
use crate::refusal::Faults;

/// Checks a sender found at `pointer`.
pub(super) fn sender(faults: &mut Faults, pointer: &str, sender: &Sender) {
    let at = |field: &str| format!("{pointer}/{field}");
    faults.text(&at("name"), &sender.name, 1, 300);
    let number = sender.number.as_deref().unwrap_or_default();
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let (fits, rule) = match sender.kind {
        SenderKind::Dni => (digits && number.len() == 8, "a DNI has 8 digits"),
        SenderKind::Ruc => (digits && number.len() == 11, "a RUC has 11 digits"),
        SenderKind::Ce => (
            (9..=12).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "a CE has 9 to 12 letters or digits",
        ),
        SenderKind::None => (
            sender.number.is_none(),
            "a sender without identity has no number",
        ),
    };
    faults.check(fits, &at("number"), "identity", rule);
    faults.optional(&at("representative"), sender.representative.as_deref(), 300);
    faults.optional(&at("phone"), sender.phone.as_deref(), 40);
    faults.optional(&at("address"), sender.address.as_deref(), 300);
    faults.optional(&at("email"), sender.email.as_deref(), 254);
    if let Some(email) = &sender.email {
        let parts = email.split_once('@');
        let fits = parts.is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !email.contains(char::is_whitespace)
        });
        faults.check(fits, &at("email"), "email", "is not an e-mail address");
    }
}

/// Checks tags found at `/tags`.
pub(super) fn tags(faults: &mut Faults, tags: &BTreeSet<String>) {
    faults.check(
        tags.len() <= 10,
        "/tags",
        "too_many",
        format!("has {} tags; at most 10 are allowed", tags.len()),
    );
    for (index, tag) in tags.iter().enumerate() {
        faults.text(&format!("/tags/{index}"), tag, 1, 40);
    }
}

/// The office that registers or is to register, which must be known and take documents.
pub(super) fn office(
    faults: &mut Faults,
    office: Option<OfficeId>,
    context: &Context<'_>,
) -> Option<OfficeId> {
    match office {
        None => faults.add("/office_id", "missing", "say which office registers it"),
        Some(office) => faults.check(
            context.takes_documents(office),
            "/office_id",
            "unknown",
            "is no office that takes documents",
        ),
    }
    office
}

/// Checks what is said of a document when it comes in.
pub(super) fn said(
    faults: &mut Faults,
    subject: &str,
    sheets: u32,
    external_number: Option<&str>,
    notes: Option<&str>,
) {
    folios(faults, "/folios", sheets);
    faults.text("/subject", subject, 1, 2000);
    faults.optional("/external_number", external_number, 100);
    faults.optional("/notes", notes, 4000);
}

/// Checks where a document came from.
pub(super) fn origin(faults: &mut Faults, origin: Option<&Origin>) {
    if let Some(origin) = origin {
        faults.text("/origin/integration", &origin.integration, 1, 100);
        faults.text("/origin/external_id", &origin.external_id, 1, 200);
    }
}

/// Checks a number of sheets found at `pointer`.
pub(super) fn folios(faults: &mut Faults, pointer: &str, folios: u32) {
    faults.check(
        (1..=99_999).contains(&folios),
        pointer,
        "range",
        "must be 1 to 99,999",
    );
}
