//! GET /docs
//!
//! The document of the API as a page: plain HTML made once from the committed document, without a
//! program in it, and nothing of another place.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::openapi::DOCUMENT;

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #8886; }
details { border: 1px solid #8884; border-radius: .4rem; margin: .4rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 3rem; }
code, pre { font: .9em/1.4 ui-monospace, monospace; }
pre { background: #8881; border-radius: .4rem; padding: .6rem; overflow: auto; max-height: 30rem; }
table { border-collapse: collapse; }
td { padding: .15rem .8rem .15rem 0; vertical-align: top; }
nav a { margin-right: .8rem; }
";

/// What the page may do: have its own looks.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
});

static PAGE: LazyLock<String> = LazyLock::new(|| {
    serde_json::from_str(DOCUMENT).map_or_else(|_| String::new(), |all| page(&all))
});

/// Answers with the page.
pub(crate) async fn handle() -> Result<Response, Problem> {
    let policy = HeaderValue::try_from(POLICY.as_str());
    let policy = policy.map_err(|_| Problem::new(&INTERNAL_ERROR))?;
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((headers, Html(PAGE.as_str())).into_response())
}

/// Operations by their tag, each with its method and path.
fn by_tag(all: &Value) -> BTreeMap<&str, Vec<(&str, &str, &Value)>> {
    let mut tags = BTreeMap::<_, Vec<_>>::new();
    for (path, methods) in all["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let tag = operation["tags"][0].as_str().unwrap_or_default();
            let entry = (method.as_str(), path.as_str(), operation);
            tags.entry(tag).or_default().push(entry);
        }
    }
    tags
}

fn page(all: &Value) -> String {
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let title = text(&all["info"]["title"]);
    let tags = by_tag(all);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n<h1>{title} {}</h1>\n<p>{}</p>\n\
         <p>The same for programs: <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p>\n<nav>",
        text(&all["info"]["version"]),
        text(&all["info"]["description"]),
    );
    for tag in tags.keys() {
        let _ = write!(page, "<a href=\"#{tag}\">{tag}</a>");
    }
    page.push_str("</nav>\n");
    for (tag, operations) in &tags {
        let _ = writeln!(page, "<h2 id=\"{tag}\">{tag}</h2>");
        for (method, path, operation) in operations {
            page.push_str(&section(all, method, path, operation));
        }
    }
    page.push_str("<h2 id=\"schemas\">Schemas</h2>\n");
    for (name, schema) in all["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let _ = writeln!(
            page,
            "<details id=\"schema-{name}\"><summary><code>{name}</code></summary>{}</details>",
            json(schema)
        );
    }
    page
}

fn section(all: &Value, method: &str, path: &str, operation: &Value) -> String {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let summary = escaped(operation["summary"].as_str().unwrap_or_default());
    let mut html = format!(
        "<details id=\"{id}\"><summary><b>{}</b> <code>{}</code> {summary}</summary>\n",
        method.to_uppercase(),
        escaped(path)
    );
    if let Some(permission) = operation["x-permission"].as_str() {
        let _ = writeln!(html, "<p>Needs <code>{permission}</code>.</p>");
    }
    html.push_str("<table>");
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = found(all, parameter);
        let required = if parameter["required"] == true {
            ", required"
        } else {
            ""
        };
        let _ = writeln!(
            html,
            "<tr><td><code>{}</code><td>{}{required}<td>{}",
            escaped(parameter["name"].as_str().unwrap_or_default()),
            escaped(parameter["in"].as_str().unwrap_or_default()),
            escaped(parameter["description"].as_str().unwrap_or_default()),
        );
    }
    html.push_str("</table>\n");
    let body = &operation["requestBody"]["content"]["application/json"];
    for (name, part) in [("Example", &body["example"]), ("Body", &body["schema"])] {
        if !part.is_null() {
            let _ = writeln!(html, "<p>{name}</p>{}", json(part));
        }
    }
    html.push_str("<table>");
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        let answer = found(all, answer);
        let description = escaped(answer["description"].as_str().unwrap_or_default());
        let _ = write!(html, "<tr><td><b>{status}</b><td>{description}");
        let schema = &answer["content"]["application/json"]["schema"];
        if let Some(name) = schema["$ref"]
            .as_str()
            .and_then(|name| name.rsplit('/').next())
        {
            let _ = write!(html, " <a href=\"#schema-{name}\">{name}</a>");
        }
        html.push('\n');
    }
    html.push_str("</table></details>\n");
    html
}

/// What `value` is, or refers to.
fn found<'v>(all: &'v Value, value: &'v Value) -> &'v Value {
    let path = value["$ref"]
        .as_str()
        .and_then(|path| path.strip_prefix('#'));
    path.and_then(|path| all.pointer(path)).unwrap_or(value)
}

fn json(value: &Value) -> String {
    format!("<pre>{}</pre>", escaped(&format!("{value:#}")))
}

fn escaped(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    text.replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_operation_and_nothing_of_another_place() {
        let all: Value = serde_json::from_str(DOCUMENT).unwrap();
        let mut count = 0;
        for operations in by_tag(&all).values() {
            for (_, path, operation) in operations {
                let id = operation["operationId"].as_str().unwrap();
                assert!(PAGE.contains(&format!("<details id=\"{id}\">")), "{path}");
                count += 1;
            }
        }
        assert!(count > 80, "{count}");
        // An address may be named, as that of an institution is; nothing leads or reaches there.
        for reach in [
            "<script",
            "src=",
            "href=\"http",
            "href=\"//",
            "url(",
            "@import",
            "style=\"",
            "onclick",
        ] {
            assert!(!PAGE.contains(reach), "{reach}");
        }
    }

    #[test]
    fn what_could_be_html_is_text() {
        assert_eq!(escaped("<b>&\"</b>"), "&lt;b&gt;&amp;&quot;&lt;/b&gt;");
    }
}
