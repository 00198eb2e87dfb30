//! The questions that need a credential.

use directory::{RoutingRule, Suggestion};
use events::classify::{
    Channel, DerivationKind, DerivationStatus, DocumentStatus, Priority, SenderKind,
};
use platform::http::contract::{Operation, header, query};
use platform::http::problem::RANGE_NOT_SATISFIABLE;
use readmodel::{DerivationRow, DocumentDetail, InboxRow};
use serde_json::{Value, json};

use super::params::{
    self, days, flag, id, ids, number, only, patterned, text, texts, with, word, words,
};
use super::{Answered, get};
use crate::figures::Figures;
use crate::routes::{
    api_keys, calendar, calendar_changes, document_types, duplicates, institution, intake_policies,
    offices, roles, substitutions, timeline, users,
};
use crate::store::inbox::Part;
use crate::store::series::SeriesItem;
use crate::store::{derivations, documents};

pub(super) fn operations() -> Vec<Operation> {
    let all = [
        of_documents(),
        of_offices(),
        streams(),
        catalogue(),
        routing(),
        people(),
    ];
    all.into_iter().flatten().collect()
}

#[rustfmt::skip]
fn of_documents() -> Vec<Operation> {
    vec![
        with(get("/documents", "List documents"), document_filters()).page::<documents::DocumentItem>(),
        with(get("/documents/duplicates", "See what a document that is to be registered looks like"), [
            text("sender_number", "The number of the sender's identity."),
            text("sender_name", "The sender's name; asked where there is no number."),
            text("external_number", "The number the sender gave it."),
            text("subject", "What it is about."),
            patterned("sha256", "The SHA-256 of a file.", "^[0-9a-fA-F]{64}$"),
            id("except", "The document itself, when it was submitted."),
        ]).one::<duplicates::Warnings>(),
        get("/documents/{id}", "Read a document: header, custody, derivations, files").one::<DocumentDetail>(),
        get("/documents/by-number/{number}", "Read the document with a registry number").one::<DocumentDetail>(),
        get("/documents/{id}/timeline", "Read the *hoja de ruta* of a document").one::<timeline::Timeline>(),
        get("/documents/{id}/attachments/{attachment}", "Read the bytes of a file, or a range of them")
            .parameter(header("Range")).parameter(header("IfRange"))
            .answers_with(206, "The range that was asked for.", "*/*")
            .heads(&[("Content-Range", "ContentRange")])
            .bytes("*/*")
            .refuses(&[&RANGE_NOT_SATISFIABLE]),
        with(get("/documents/{id}/receipt", "Read the receipt (*cargo*) of a document (R3)"), [
            word("format", "The paper; `a4` when it is not said.", &["a4", "80mm"]),
        ]).bytes("application/pdf"),
        get("/documents/{id}/suggestions", "See which offices the routing rules suggest for a document").all::<Suggestion>(),
        with(get("/derivations", "List derivations"), derivation_filters()).page::<DerivationRow>(),
    ]
}

fn document_filters() -> Vec<Value> {
    let sorts: Vec<_> = documents::Sort::ALL
        .iter()
        .map(|sort| sort.word())
        .collect();
    let mut all = vec![
        registry_number("With this registry number."),
        text("number_prefix", "With a registry number that begins so."),
        text(
            "sender_name",
            "Whose sender's name begins so; case and accents do not matter.",
        ),
        texts("sender_number", "Whose sender shows this number."),
        texts("external_number", "To which the sender gave this number."),
        ids("document_type", "Of this type."),
        texts("category", "Of this category."),
        words("status", "That stand so.", DocumentStatus::ALL),
        words("priority", "That press so.", Priority::ALL),
        ids("holder_office", "That this office holds."),
        ids("registered_by", "That this user registered."),
        words("channel", "That came in there.", Channel::ALL),
        texts("tag", "With this tag."),
        flag("has_annexes", "With annexes, or without."),
        only("overdue", "Open, and due before today."),
        number(
            "due_within",
            "Open, and due from today to so many days on.",
            0,
            365,
        ),
        only("urgent", "Urgent ones."),
        word("sort", "By what; `registered` when it is not said.", &sorts),
        word(
            "order",
            "`desc` when it is not said; `asc` by `due`.",
            &["asc", "desc"],
        ),
    ];
    for (from, to, what) in [
        ("presented_from", "presented_to", "Presented"),
        ("registered_from", "registered_to", "Registered"),
        ("attended_from", "attended_to", "Attended"),
        ("due_from", "due_to", "Due"),
    ] {
        all.extend(days(from, to, what));
    }
    all
}

fn registry_number(description: &str) -> Value {
    let pattern = "^[A-Z][A-Z0-9]{0,11}-[1-9][0-9]{3}-[0-9]{6,18}$";
    let number = json!({"type": "string", "pattern": pattern});
    query("number", description, &number)
}

fn derivation_filters() -> Vec<Value> {
    let sorts: Vec<_> = derivations::Sort::ALL
        .iter()
        .map(|sort| sort.word())
        .collect();
    let mut all = vec![
        ids("document", "Of this document."),
        text("number", "With this number, as EXP-2026-000123-D01."),
        text("number_prefix", "With a number that begins so."),
        ids("from_office", "That this office sent."),
        ids("to_office", "That this office was sent."),
        ids("to_user", "That are given to this user."),
        ids("sent_by", "That this user sent."),
        ids("received_by", "That this user received."),
        words("kind", "That ask for this.", DerivationKind::ALL),
        words("status", "That stand so.", DerivationStatus::ALL),
        flag("urgent", "Urgent, or not."),
        flag("answer_required", "To be answered, or not."),
        only("overdue", "Open, and due before today."),
        word("sort", "By what; `sent` when it is not said.", &sorts),
        word(
            "order",
            "`desc` when it is not said; `asc` by `due`.",
            &["asc", "desc"],
        ),
    ];
    for (from, to, what) in [
        ("sent_from", "sent_to", "Sent"),
        ("received_from", "received_to", "Received"),
        ("attended_from", "attended_to", "Attended"),
        ("due_from", "due_to", "Due"),
    ] {
        all.extend(days(from, to, what));
    }
    all
}

fn tray() -> Value {
    let parts: Vec<_> = Part::all().into_iter().map(Part::word).collect();
    word(
        "tray",
        "Which part; `to_receive` when it is not said.",
        &parts,
    )
}

fn of_offices() -> Vec<Operation> {
    let inbox = params::page(get(
        "/offices/{id}/inbox",
        "Read a part of an office's inbox",
    ))
    .parameter(tray())
    .answers_shaped::<InboxRow>(200, "The part, and how much lies in every part.", |item| {
        json!({
            "type": "object",
            "required": ["office_id", "today", "tray", "counters", "items", "next"],
            "properties": {
                "office_id": {"type": "string", "format": "uuid"},
                "today": {"type": "string", "format": "date"},
                "tray": {"type": "string"},
                "counters": {"type": "object", "additionalProperties": {"type": "integer"}},
                "items": {"type": "array", "items": item},
                "next": {"type": ["string", "null"]},
            },
        })
    })
    .tagged();
    let mut asked = vec![
        ids("office", "Of this office."),
        ids("type", "Of this document type."),
        words("priority", "Of this priority.", Priority::ALL),
        words("channel", "From this channel.", Channel::ALL),
    ];
    asked.extend(days("from", "to", "What happened"));
    let statistics = get(
        "/statistics",
        "Read the figures of a period, the last 30 days when none is said",
    );
    vec![inbox, with(statistics, asked).one::<Figures>()]
}

fn streams() -> Vec<Operation> {
    vec![
        get("/stream/documents/{id}", "Follow a document").events(),
        get("/stream/offices/{id}/inbox", "Follow an inbox")
            .parameter(tray())
            .events(),
        get(
            "/stream/totals",
            "Follow the figures of the last thirty days",
        )
        .events(),
        get(
            "/stream/feed",
            "Follow every step of every document that one may see",
        )
        .events(),
    ]
}

#[rustfmt::skip]
fn catalogue() -> Vec<Operation> {
    let active = || flag("active", "Those in use, or those not.");
    let province = json!({"type": "string", "pattern": "^(0[1-9]|1[0-9]|2[0-5])(0[1-9]|[1-9][0-9])$"});
    let place = query("place", "Those of an office in this province, `0801`.", &province);
    vec![
        get("/series", "List the series").all::<SeriesItem>(),
        get("/offices", "List offices").parameter(active()).page::<offices::Office>(),
        get("/offices/{id}", "Read an office").one::<offices::Office>(),
        get("/document-types", "List document types").parameter(active()).page::<document_types::DocumentType>(),
        get("/document-types/{id}", "Read a document type").one::<document_types::DocumentType>(),
        with(get("/calendar", "List the days off in force (T2)"), days("from", "to", "Those"))
            .parameter(place).one::<calendar::Body<'_>>(),
        with(get("/calendar/changes", "List the changes of the calendar, and how far the deadlines are that they touch (T2)"), [
            query("before", "The `next` of the page before.", &json!({"type": "integer", "minimum": 0, "maximum": u32::MAX})),
            number("limit", "How many on a page; 50 when it is not said.", 1, 200),
        ]).one::<calendar_changes::Body>(),
        get("/intake-policies", "List how every channel takes documents in (R5)").all::<intake_policies::Row>(),
        get("/institution", "Read how the institution is described").one::<institution::Body>(),
    ]
}

#[rustfmt::skip]
fn routing() -> Vec<Operation> {
    vec![
        get("/routing-rules", "List the routing rules")
            .parameter(flag("active", "Those in use, or those not.")).page::<RoutingRule>(),
        with(get("/routing-rules/suggest", "See which offices the routing rules suggest for what is not registered yet"), [
            id("type", "Its type."),
            text("category", "Its category."),
            text("subject", "What it is about."),
            words("sender_kind", "What the sender shows.", SenderKind::ALL),
            text("sender_number", "The number of the sender's identity."),
            words("channel", "Where it comes in.", Channel::ALL),
            id("registry_office", "The office that registers it."),
        ]).all::<Suggestion>(),
        get("/routing-rules/{id}", "Read a routing rule").one::<RoutingRule>(),
    ]
}

#[rustfmt::skip]
fn people() -> Vec<Operation> {
    let active = || flag("active", "Those in use, or those not.");
    vec![
        with(get("/users", "List users"), [
            active(),
            ids("office", "Of this office."),
            patterned("role", "With this role.", "^[a-z][a-z0-9_]{0,30}$"),
        ]).page::<users::User>(),
        get("/users/{id}", "Read a user").one::<users::User>(),
        get("/roles", "List roles").parameter(active()).page::<roles::Entry>(),
        get("/roles/{code}", "Read a role").one::<roles::Entry>(),
        with(get("/substitutions", "List substitutions"), [
            flag("lasts", "Those that last today, or those that do not."),
            ids("substitute", "Of this substitute."),
        ]).page::<substitutions::Substitution>(),
        get("/substitutions/{id}", "Read a substitution").one::<substitutions::Substitution>(),
        with(get("/api-keys", "List API keys; never their secrets (I18)"), [
            flag("revoked", "Revoked ones, or the others."),
            ids("user", "Of this user."),
        ]).page::<api_keys::ApiKey>(),
        get("/api-keys/{id}", "Read an API key; never its secret (I18)").one::<api_keys::ApiKey>(),
    ]
}
