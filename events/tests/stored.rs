//! The stored forms: every version of every event that was ever written can still be read.
//!
//! `stored/` holds the exact bytes of one record for each event type and version, and `history/`
//! those of one document from beginning to end. `stored/LOCK` has their SHA-256. A file is never
//! edited: a new version is a new file beside the old one. [`expected`] says what each means today.
//!
//! A new event type or version gets its file and its line with
//! `LAND_STORED_FORMS=1 cargo test -p events --test stored`; what is there is never rewritten.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use events::wire::{DecodeError, decode, encode};
use events::{
    AnyRecord, ApiKeyEvent, CalendarEvent, DocumentEvent, DocumentTypeEvent, Hash,
    InstitutionEvent, IntakePolicyEvent, Namespace, OfficeEvent, Record, RoleEvent,
    RoutingRuleEvent, SeriesEvent, SubstitutionEvent, UserEvent,
};

use expected::Expected;

mod expected;

const KINDS: [&[(&str, u16)]; 12] = [
    DocumentEvent::KINDS,
    SeriesEvent::KINDS,
    OfficeEvent::KINDS,
    DocumentTypeEvent::KINDS,
    UserEvent::KINDS,
    ApiKeyEvent::KINDS,
    RoleEvent::KINDS,
    SubstitutionEvent::KINDS,
    CalendarEvent::KINDS,
    IntakePolicyEvent::KINDS,
    InstitutionEvent::KINDS,
    RoutingRuleEvent::KINDS,
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/stored")
}

/// The bytes of every stored form by file name, after landing new ones where that is asked for.
static STORED: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of this test alone, not configuration"
    )]
    let land = std::env::var("LAND_STORED_FORMS").is_ok_and(|value| value == "1");
    if land {
        land_new_ones();
    }
    files()
});

/// The bytes of every file that is there.
fn files() -> BTreeMap<String, Vec<u8>> {
    let names = |part: &'static str| {
        let entries = fs::read_dir(folder().join(part)).unwrap();
        entries.map(move |entry| format!("{part}{}", entry.unwrap().file_name().display()))
    };
    names("")
        .chain(names("history/"))
        .filter(|name| name.rsplit('.').next() == Some("json"))
        .map(|name| (name.clone(), fs::read(folder().join(name)).unwrap()))
        .collect()
}

/// Writes the files and the lines of the lock that are missing, and touches no other.
fn land_new_ones() {
    for Expected { file, record, .. } in expected::all().iter().filter(|form| form.is_today) {
        let path = folder().join(file);
        if !path.exists() {
            fs::write(path, bytes_of(record)).unwrap();
        }
    }
    let mut all: BTreeMap<_, _> = files()
        .into_iter()
        .map(|(name, bytes)| (name, Hash::of(&bytes).to_string()))
        .collect();
    all.extend(locked());
    let mut text = String::new();
    for (name, digest) in all {
        writeln!(text, "{digest}  {name}").unwrap();
    }
    fs::write(folder().join("LOCK"), text).unwrap();
}

/// The digest of each locked file.
fn locked() -> BTreeMap<String, String> {
    fs::read_to_string(folder().join("LOCK"))
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(digest, name)| (name.to_owned(), digest.to_owned()))
        .collect()
}

fn bytes_of(record: &AnyRecord) -> Vec<u8> {
    match record {
        AnyRecord::Document(_, record) => encode(record),
        AnyRecord::Series(_, record) => encode(record),
        AnyRecord::Office(_, record) => encode(record),
        AnyRecord::DocumentType(_, record) => encode(record),
        AnyRecord::User(_, record) => encode(record),
        AnyRecord::ApiKey(_, record) => encode(record),
        AnyRecord::Role(_, record) => encode(record),
        AnyRecord::Substitution(_, record) => encode(record),
        AnyRecord::Calendar(record) => encode(record),
        AnyRecord::IntakePolicy(_, record) => encode(record),
        AnyRecord::Institution(record) => encode(record),
        AnyRecord::RoutingRule(_, record) => encode(record),
    }
    .unwrap()
}

fn read(name: &str) -> String {
    String::from_utf8(STORED[name].clone()).unwrap()
}

/// The form of `document.voided` with one thing in it written otherwise.
fn voided(old: &str, new: &str) -> Result<Record<DocumentEvent>, DecodeError> {
    let text = read("document.voided.v1.json");
    assert!(text.contains(old), "{old} is not in {text}");
    decode(text.replacen(old, new, 1).as_bytes())
}

#[test]
fn no_stored_form_was_ever_edited() {
    let files = &*STORED;
    let locked = locked();
    for (name, bytes) in files {
        let digest = Hash::of(bytes).to_string();
        let landed = locked.get(name);
        assert_eq!(
            landed,
            Some(&digest),
            "stored/{name} is not what stored/LOCK says"
        );
    }
    for name in locked.keys() {
        assert!(files.contains_key(name), "stored/{name} is gone");
    }
}

#[test]
fn every_version_of_every_event_has_a_stored_form() {
    let files = &*STORED;
    for (kind, current) in KINDS.concat() {
        for version in 1..=current {
            let name = format!("{kind}.v{version}.json");
            assert!(files.contains_key(&name), "stored/{name} is missing");
        }
    }
}

#[test]
fn a_stored_name_belongs_to_one_event_type() {
    let all = KINDS.concat();
    let names: BTreeSet<_> = all.iter().map(|(kind, _)| kind).collect();
    assert_eq!(names.len(), all.len());
}

#[test]
fn every_stored_form_means_what_it_always_meant() {
    let names = Namespace::default();
    let mut files = STORED.clone();
    for Expected {
        file,
        aggregate,
        record,
        ..
    } in expected::all()
    {
        let bytes = files
            .remove(&file)
            .unwrap_or_else(|| panic!("stored/{file} is missing"));
        let read = AnyRecord::decode(&names, &names.subject(&aggregate), &bytes);
        assert_eq!(read.unwrap(), record, "stored/{file}");
    }
    assert!(
        files.is_empty(),
        "nothing says what these mean: {:?}",
        files.keys()
    );
}

#[test]
fn todays_stored_forms_are_written_byte_for_byte() {
    for expected in expected::all().iter().filter(|expected| expected.is_today) {
        let written = String::from_utf8(bytes_of(&expected.record)).unwrap();
        assert_eq!(written, read(&expected.file), "stored/{}", expected.file);
    }
}

#[test]
fn an_unknown_event_is_refused_by_its_name() {
    let refusal = voided("document.voided", "document.shredded").unwrap_err();
    assert!(matches!(refusal, DecodeError::UnknownKind(kind) if kind == "document.shredded"));
}

#[test]
fn an_event_of_another_aggregate_is_refused_by_its_name() {
    let refusal = decode::<DocumentEvent>(read("office.closed.v1.json").as_bytes()).unwrap_err();
    assert!(matches!(refusal, DecodeError::UnknownKind(kind) if kind == "office.closed"));
}

#[test]
fn an_unknown_version_is_refused_not_guessed() {
    for unknown in [0, 2, 65535] {
        let refusal = voided("\"v\":1", &format!("\"v\":{unknown}")).unwrap_err();
        let DecodeError::UnknownVersion {
            kind,
            version,
            current,
        } = refusal
        else {
            panic!("{refusal:?}");
        };
        assert_eq!(
            (kind.as_str(), version, current),
            ("document.voided", unknown, 1)
        );
    }
}

#[test]
fn a_record_without_events_is_refused() {
    let text = read("document.voided.v1.json");
    let (head, _) = text.split_once("\"events\":").unwrap();
    let refusal = decode::<DocumentEvent>(format!("{head}\"events\":[]}}").as_bytes());
    assert!(matches!(refusal, Err(DecodeError::Empty)));
}

#[test]
fn bytes_that_are_no_record_are_refused() {
    let text = read("document.voided.v1.json");
    for bytes in [
        "",
        "{}",
        "null",
        &text[..text.len() - 1],
        &format!("{text}{text}"),
    ] {
        let refusal = decode::<DocumentEvent>(bytes.as_bytes());
        assert!(matches!(refusal, Err(DecodeError::Malformed(_))), "{bytes}");
    }
    let refusal = voided("\"reason\":", "\"motive\":");
    assert!(matches!(refusal, Err(DecodeError::Malformed(_))));
}

#[test]
fn a_subject_of_no_aggregate_is_refused_by_its_name() {
    let text = read("document.voided.v1.json");
    let refusal = AnyRecord::decode(&Namespace::default(), "elsewhere", text.as_bytes());
    let refusal = refusal.unwrap_err();
    assert!(matches!(refusal, DecodeError::UnknownSubject(subject) if subject == "elsewhere"));
}

/// The first record, counted from 1, that cannot be read or does not continue the one before it.
fn break_in(history: &[Vec<u8>]) -> Option<usize> {
    let mut prev = Hash::default();
    let mut version = 0;
    for (bytes, number) in history.iter().zip(1..) {
        let continues = decode::<DocumentEvent>(bytes)
            .ok()
            .filter(|record| record.prev == prev && record.version == version);
        let Some(record) = continues else {
            return Some(number);
        };
        prev = Hash::of(bytes);
        version = record.next_version();
    }
    None
}

fn history() -> Vec<Vec<u8>> {
    let files = &*STORED;
    let parts = files
        .iter()
        .filter(|(name, _)| name.starts_with("history/"));
    parts.map(|(_, bytes)| bytes.clone()).collect()
}

/// I14.
#[test]
fn i14_the_records_of_a_stored_history_are_a_chain() {
    let history = history();
    assert_eq!(history.len(), 4);
    assert_eq!(break_in(&history), None);
    assert_eq!(break_in(&history[1..]), Some(1), "the beginning is missing");
}

/// I14: an altered record is named itself, where it no longer reads or links, or else by the one
/// after it. The last one has none after it; its hash stands in the message's headers.
#[test]
fn i14_an_altered_byte_in_a_stored_history_is_named() {
    let history = history();
    for altered in 0..history.len() - 1 {
        for place in 0..history[altered].len() {
            let mut copy = history.clone();
            copy[altered][place] ^= 1;
            let number = altered + 1;
            let named = break_in(&copy).unwrap_or_else(|| panic!("byte {place} of {number}"));
            assert!(
                (number..=number + 1).contains(&named),
                "byte {place} of {number}: {named}"
            );
        }
    }
    let mut gap = history.clone();
    gap.remove(2);
    assert_eq!(break_in(&gap), Some(3));
    let mut swapped = history;
    swapped.swap(1, 2);
    assert_eq!(break_in(&swapped), Some(2));
}
