//! GET /verificar
//!
//! The page that checks receipts in the browser: keys and program are in it, so it can be saved and
//! works without network. The code comes in the fragment of the address, which stays in the browser.

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use platform::http::Problem;
use platform::http::problem::{INTERNAL_ERROR, UNAVAILABLE};
use sha2::{Digest, Sha256};

use crate::app::App;

/// The page. Keys go where `{}` stands in its data.
const PAGE: &str = include_str!("page.html");
/// Before the place of the keys, and after.
const KEYS: [&str; 2] = [
    "<script type=\"application/json\" id=\"keys\">",
    "</script>",
];

/// The place of the institution's name.
const NAME: &str = "<p id=\"institution\">{}</p>";

/// `name` as text of the page, whatever it holds.
fn as_text(name: &str) -> String {
    let name = name.replace('&', "&amp;").replace('<', "&lt;");
    name.replace('>', "&gt;").replace('"', "&quot;")
}

/// What the page may do: run its own program and have its own looks, and talk to nobody.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = |tag: &str| STANDARD.encode(Sha256::digest(inside(tag)));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        digest("script"),
        digest("style"),
    )
});

/// What stands in the one element `tag` that has no attributes.
fn inside(tag: &str) -> &'static str {
    let rest = PAGE.split_once(&format!("<{tag}>")).map(|(_, rest)| rest);
    let text = rest.and_then(|rest| rest.split_once(&format!("</{tag}>")));
    text.map_or("", |(text, _)| text)
}

/// Answers with the page.
pub(crate) async fn handle(State(app): State<App>) -> Result<Response, Problem> {
    let Some(keys) = app.receipts.keys() else {
        let detail = "this installation has no keys of receipts: see MESA_RECEIPT_KEYS";
        return Err(Problem::new(&UNAVAILABLE).detail(detail));
    };
    let keys: serde_json::Map<_, _> = keys
        .public()
        .map(|(id, public)| (id.to_owned(), public.into()))
        .collect();
    // Ids and digits alone: nothing in them ends an element.
    let keys = serde_json::to_string(&keys).map_err(|_| Problem::new(&INTERNAL_ERROR))?;
    let [before, after] = KEYS;
    let page = PAGE.replace(
        &format!("{before}{{}}{after}"),
        &format!("{before}{keys}{after}"),
    );
    let name = app.receipts.institution(&app.members.read()).name;
    let page = page.replace(NAME, &NAME.replace("{}", &as_text(&name)));
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
    Ok((headers, Html(page)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_place_for_keys_and_one_program_and_asks_nobody() {
        let [before, after] = KEYS;
        assert!(PAGE.contains(&format!("{before}{{}}{after}")));
        assert_eq!(PAGE.matches(NAME).count(), 1);
        assert_eq!(PAGE.matches("<script>").count(), 1);
        assert_eq!(PAGE.matches("<style>").count(), 1);
        assert!(inside("script").trim_start().starts_with("\"use strict\";"));
        assert!(inside("script").trim_end().ends_with("takeFragment();"));
        assert!(inside("style").trim_end().ends_with('}'));
        assert_eq!(as_text("<b>\"A&B\""), "&lt;b&gt;&quot;A&amp;B&quot;");
        for reach in ["http://", "https://", "src=", "fetch(", "import(", "style="] {
            assert!(!PAGE.contains(reach), "{reach}");
        }
    }
}
