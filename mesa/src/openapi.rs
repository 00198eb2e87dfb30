//! `mesa openapi`: the document of the API, made of what each role says of its routes.

use std::fmt::Write;

use anyhow::bail;
use platform::http::contract::Contract;
use serde_json::Value;

const TITLE: &str = "Mesa";

const DESCRIPTION: &str = "Document intake and routing of a public institution. Commands are POST \
    and take an Idempotency-Key; questions are GET and say how old they are. Whatever goes wrong is \
    a problem (RFC 9457) whose type has a page. The guide is docs/api.md.";

/// What all roles promise together.
pub fn contract() -> Contract {
    command::contract().and(query::routes::contract())
}

/// The document.
///
/// # Errors
///
/// The parts do not fit together.
pub fn document() -> anyhow::Result<Value> {
    let contract = contract();
    if !contract.faults().is_empty() {
        bail!(
            "the parts do not fit together: {}",
            contract.faults().join("; ")
        );
    }
    Ok(contract.document(TITLE, env!("CARGO_PKG_VERSION"), DESCRIPTION))
}

/// Every operation in a table of Markdown, for the guide.
///
/// # Errors
///
/// The parts do not fit together.
pub fn table() -> anyhow::Result<String> {
    let document = document()?;
    let mut table = "| request | does | needs |\n| --- | --- | --- |\n".to_owned();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let does = operation["summary"].as_str().unwrap_or_default();
            let needs = match operation["x-permission"].as_str() {
                Some(permission) => format!("`{permission}`"),
                None if operation["security"].is_array() => "a credential".to_owned(),
                None => "–".to_owned(),
            };
            let request = format!("{} {path}", method.to_uppercase());
            let _ = writeln!(table, "| `{request}` | {does} | {needs} |");
        }
    }
    Ok(table)
}

/// Prints the document.
///
/// # Errors
///
/// The parts do not fit together.
pub fn print() -> anyhow::Result<()> {
    println!("{:#}", document()?);
    Ok(())
}
