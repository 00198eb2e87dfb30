//! Parameters, as the document describes them.

use platform::http::contract::{Operation, path_part, query};
use serde_json::{Value, json};

/// What stands in a hole of a path.
pub(super) fn part(name: &str) -> Value {
    let text = |pattern: &str, example: &str| json!({"type": "string", "pattern": pattern, "examples": [example]});
    match name {
        "number" => {
            let number = text(
                "^[A-Z][A-Z0-9]{0,11}-[1-9][0-9]{3}-[0-9]{6,18}$",
                "EXP-2026-000123",
            );
            path_part(name, "A registry number.", &number)
        }
        "code" => path_part(
            name,
            "The code of a role.",
            &text("^[a-z][a-z0-9_]{0,30}$", "head"),
        ),
        "token" => {
            let token = text("^[0-9a-f]{32}$", "0123456789abcdef0123456789abcdef");
            path_part(name, "The tracking token of a receipt.", &token)
        }
        _ => path_part(
            name,
            "Its id.",
            &json!({"type": "string", "format": "uuid"}),
        ),
    }
}

/// A parameter that may be repeated; values are of this shape.
fn many(name: &str, description: &str, item: &Value) -> Value {
    let values = json!({"type": "array", "items": item, "maxItems": 50});
    query(name, &format!("{description} May be repeated."), &values)
}

/// Ids.
pub(super) fn ids(name: &str, description: &str) -> Value {
    many(
        name,
        description,
        &json!({"type": "string", "format": "uuid"}),
    )
}

/// Texts.
pub(super) fn texts(name: &str, description: &str) -> Value {
    many(name, description, &text_value())
}

/// Words of a closed set.
pub(super) fn words<T: ToString>(name: &str, description: &str, all: &[T]) -> Value {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    many(name, description, &json!({"type": "string", "enum": all}))
}

/// Values of this pattern.
pub(super) fn patterned(name: &str, description: &str, pattern: &str) -> Value {
    many(
        name,
        description,
        &json!({"type": "string", "pattern": pattern}),
    )
}

fn text_value() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 300, "pattern": "^[^\\u0000]+$"})
}

/// One text.
pub(super) fn text(name: &str, description: &str) -> Value {
    query(name, description, &text_value())
}

/// One id.
pub(super) fn id(name: &str, description: &str) -> Value {
    query(
        name,
        description,
        &json!({"type": "string", "format": "uuid"}),
    )
}

/// One word of a closed set.
pub(super) fn word<T: AsRef<str>>(name: &str, description: &str, all: &[T]) -> Value {
    let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
    query(name, description, &json!({"type": "string", "enum": all}))
}

/// `true` or `false`.
pub(super) fn flag(name: &str, description: &str) -> Value {
    query(name, description, &json!({"type": "boolean"}))
}

/// Only `true`.
pub(super) fn only(name: &str, description: &str) -> Value {
    query(
        name,
        description,
        &json!({"type": "string", "enum": ["true"]}),
    )
}

/// A number up to `most`.
pub(super) fn number(name: &str, description: &str, least: u32, most: u32) -> Value {
    let number = json!({"type": "integer", "minimum": least, "maximum": most});
    query(name, description, &number)
}

/// Legal dates from one to another, both included.
pub(super) fn days(from: &str, to: &str, what: &str) -> [Value; 2] {
    let day = json!({"type": "string", "format": "date", "examples": ["2026-01-31"]});
    [
        query(
            from,
            &format!("{what} on this legal date or later; not after `{to}`."),
            &day,
        ),
        query(to, &format!("{what} on this legal date or earlier."), &day),
    ]
}

/// What leads through the pages of a list.
pub(super) fn page(operation: Operation) -> Operation {
    let cursor = "The `next` of an answer to the same question in the same order.";
    operation
        .parameter(number(
            "limit",
            "How many on a page; 50 when it is not said.",
            1,
            200,
        ))
        .parameter(query(
            "cursor",
            cursor,
            &json!({"type": "string", "maxLength": 300}),
        ))
}

/// All of these parameters.
pub(super) fn with(operation: Operation, all: impl IntoIterator<Item = Value>) -> Operation {
    all.into_iter().fold(operation, Operation::parameter)
}
