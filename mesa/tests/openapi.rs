//! The document of the API is what the code says, word for word, and the guide lists what it has.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

use std::path::Path;

/// What stands around the table of the guide.
const AROUND: [&str; 2] = ["<!-- operations -->\n", "<!-- end of operations -->"];

/// Holds `said` against the file `name` of `docs/`. `UPDATE_OPENAPI=1` writes it.
fn assert_kept(name: &str, said: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name);
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of this test alone, not configuration"
    )]
    let update = std::env::var("UPDATE_OPENAPI").is_ok_and(|value| value == "1");
    if update {
        std::fs::write(&path, said).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let mut lines = said.lines().zip(kept.lines());
    let line = lines.find(|(said, kept)| said != kept);
    assert!(
        said == kept,
        "docs/{name} is not what the code says ({line:?}): run \
         `UPDATE_OPENAPI=1 cargo test -p mesa --test openapi`, and look at the difference"
    );
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    let said = format!("{:#}\n", mesa::openapi::document().unwrap());
    assert_kept("openapi.json", &said);
}

#[test]
fn the_guide_lists_every_operation() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api.md");
    let guide = std::fs::read_to_string(&path).unwrap();
    let [before, after] = AROUND;
    let (head, rest) = guide.split_once(before).unwrap();
    let (_, tail) = rest.split_once(after).unwrap();
    let table = mesa::openapi::table().unwrap();
    assert_kept("api.md", &format!("{head}{before}{table}{after}{tail}"));
}
