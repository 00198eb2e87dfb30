//! Whole logs, imported: what the views and the answers say is what the lines add up to.
//!
//! The sample of `docs/examples` is always imported. A public log of a real office, which is not
//! in this repository, is imported too when it lies at `../shared/data/receipt.csv`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answered;
mod decided;
mod figures;
mod going_on;
mod served;
mod stored;

use std::io::Write;
use std::path::{Path, PathBuf};

/// A log, its map, and what is known to come out.
struct Log {
    file: PathBuf,
    map: PathBuf,
    shape: figures::Shape,
    lines: u64,
    documents: u64,
    attended: u64,
    in_process: u64,
    registered: u64,
    derivations: u64,
    late: u64,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sample() -> Log {
    let examples = workspace().join("docs/examples");
    Log {
        file: examples.join("sample-office.csv"),
        map: examples.join("sample-office.map.toml"),
        shape: figures::SAMPLE,
        lines: 270,
        documents: 60,
        attended: 47,
        in_process: 9,
        registered: 4,
        derivations: 128,
        late: 1,
    }
}

/// The real log, where it is at hand; a test without it says so.
fn receipt() -> Option<Log> {
    let file = workspace().join("../shared/data/receipt.csv");
    if !file.exists() {
        let what = format!(
            "\n=== LEFT OUT: {} is not there; only the sample is imported ===\n",
            file.display()
        );
        // Written past the test runner, which would keep it from a test that passes.
        std::io::stderr().write_all(what.as_bytes()).unwrap();
        return None;
    }
    Some(Log {
        file,
        map: workspace().join("docs/examples/receipt.map.toml"),
        shape: figures::RECEIPT,
        lines: 8_577,
        documents: 1_434,
        attended: 1_329,
        in_process: 96,
        registered: 9,
        derivations: 3_853,
        late: 2,
    })
}

fn logs() -> impl Iterator<Item = Log> {
    std::iter::once(sample()).chain(receipt())
}
