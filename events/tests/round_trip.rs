//! Whatever can be recorded is read back as it was, and links to the bytes before it (I14).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use events::wire::{HASH, decode, encode, headers};
use events::{AnyRecord, DocumentEvent, Hash, Namespace, Record};
use proptest::prelude::*;

mod arbitrary;

/// Links `records` as the command side does, and gives their bytes.
fn chained(records: &mut [Record<DocumentEvent>]) -> Vec<Vec<u8>> {
    let (mut version, mut prev) = (0, Hash::default());
    let mut bytes = vec![];
    for record in records {
        (record.version, record.prev) = (version, prev);
        let body = encode(record).unwrap();
        (version, prev) = (record.next_version(), Hash::of(&body));
        bytes.push(body);
    }
    bytes
}

proptest! {
    #[test]
    fn a_record_reads_back_as_it_was_written(record in arbitrary::record(arbitrary::document_event())) {
        let bytes = encode(&record).unwrap();
        let read: Record<DocumentEvent> = decode(&bytes).unwrap();
        prop_assert_eq!(&read, &record);
        prop_assert_eq!(encode(&read).unwrap(), bytes);
    }

    #[test]
    fn a_record_of_any_aggregate_reads_back_by_its_subject((aggregate, record) in arbitrary::any_record()) {
        let names = Namespace::default();
        let bytes = arbitrary::bytes_of(&record);
        let read = AnyRecord::decode(&names, &names.subject(&aggregate), &bytes).unwrap();
        prop_assert_eq!(arbitrary::bytes_of(&read), bytes);
        prop_assert_eq!(read, record);
    }

    #[test]
    fn each_record_holds_the_hash_of_the_bytes_before_it(
        mut records in prop::collection::vec(arbitrary::record(arbitrary::document_event()), 1..6)
    ) {
        let bytes = chained(&mut records);
        let mut prev = Hash::default();
        for (body, record) in bytes.iter().zip(&records) {
            let read: Record<DocumentEvent> = decode(body).unwrap();
            prop_assert_eq!(read.prev, prev);
            prev = Hash::of(body);
            let headers = headers(record, "/mesa", body);
            prop_assert!(headers.contains(&(HASH, prev.to_string())));
        }
    }
}
