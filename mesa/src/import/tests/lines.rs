//! Lines: what is read, in which order, and what is refused.

use super::super::log::{self, LogError};
use super::super::map::Map;
use super::super::report::Refused;
use super::{HEADER, MAP, at, map, now, read};

#[test]
fn lines_of_a_case_are_put_in_order_of_time_and_ties_stay_as_they_are() {
    let log = read(&[
        "1,2026-01-05 10:00:00,B,,,,,,third",
        "2,2026-01-05 10:00:00,A,,,,,,other",
        "1,2026-01-05 08:00:00,A,,,,,,first",
        "1,2026-01-05 10:00:00,C,,,,,,fourth",
        "1,2026-01-05 09:00:00,A,,,,,,second",
    ]);
    let ids: Vec<_> = log.cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
    let events = log.cases[0].events.iter();
    let told: Vec<_> = events
        .map(|event| (event.line, event.activity.as_deref().unwrap()))
        .collect();
    assert_eq!(
        told,
        [(4, "first"), (6, "second"), (2, "third"), (5, "fourth")]
    );
    assert_eq!(log.lines, 5);
}

#[test]
fn what_a_case_is_said_to_be_stands_on_any_of_its_lines() {
    let log = read(&[
        "1,2026-01-05 10:00:00,B,,,,,,",
        "1,2026-01-05 11:00:00,B,,Web,2026-01-04 10:00:00,2026-02-01 00:00:00,x,",
    ]);
    let case = &log.cases[0];
    assert_eq!(case.channel.as_deref(), Some("Web"));
    assert_eq!(case.start, Some(at("2026-01-04T15:00:00Z")));
    assert_eq!(case.deadline, Some(at("2026-02-01T05:00:00Z")));
    assert!(case.ended);
}

#[test]
fn the_words_for_nothing_are_nothing_in_every_column() {
    let log = read(&["1,2026-01-05 10:00:00, EMPTY ,,EMPTY,,EMPTY,EMPTY, "]);
    let case = &log.cases[0];
    assert_eq!(case.events[0].office, None);
    assert_eq!(case.channel, None);
    assert_eq!(case.deadline, None);
    assert!(!case.ended);
}

#[test]
fn a_bad_line_is_refused_with_its_number_and_takes_its_case_along() {
    let log = read(&[
        "1,2026-01-05 10:00:00,A,,,,,,",
        "1,05/01/2026,A,,,,,,",
        "2,2026-01-05 10:00:00,A,,,,,,",
        "3,,A,,,,,,",
        "4,2026-01-05 10:00:00,A",
        "5,2026-01-05 10:00:00,A,,,soon,,,",
        "6,2027-01-05 10:00:00,A,,,,,,",
        ",2026-01-05 10:00:00,A,,,,,,",
    ]);
    let kept: Vec<_> = log.cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(kept, ["2"]);
    let expected = [
        (Some("1"), 3, "timestamp: `05/01/2026` is not a time like"),
        (Some("3"), 5, "the line has no timestamp"),
        (Some("4"), 6, "the line has 3 columns; 9 are named"),
        (Some("5"), 7, "start: `soon` is not a time"),
        (Some("6"), 8, "timestamp: lies in the future"),
        (None, 9, "the line names no case"),
    ];
    assert_eq!(log.refused.len(), expected.len(), "{:?}", log.refused);
    for (refused, (case, line, reason)) in log.refused.iter().zip(expected) {
        assert_eq!(refused.case.as_deref(), case);
        assert_eq!(refused.line, Some(line));
        assert!(refused.reason.starts_with(reason), "{refused:?}");
    }
}

#[test]
fn quoted_fields_may_hold_commas_and_line_ends() {
    let log = read(&[
        "1,2026-01-05 10:00:00,\"Roads, bridges\",,,,,,\"two\nlines\"",
        "1,2026-01-05 11:00:00,A,,,,,,",
    ]);
    let events = &log.cases[0].events;
    assert_eq!(events[0].office.as_deref(), Some("Roads, bridges"));
    assert_eq!((events[0].line, events[1].line), (2, 4));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let text = format!("\u{feff}{HEADER}\r\n1,2026-01-05 10:00:00,A,,,,,,last\r\n");
    let log = log::read(text.as_bytes(), &map(), now()).unwrap();
    assert_eq!(log.refused, []);
    let event = &log.cases[0].events[0];
    assert_eq!(event.activity.as_deref(), Some("last"));
}

#[test]
fn text_that_is_not_utf8_is_refused_with_its_line() {
    let mut bytes = format!("{HEADER}\n").into_bytes();
    bytes.extend(b"1,2026-01-05 10:00:00,Tr\xe1mite,,,,,,\n2,2026-01-05 10:00:00,A,,,,,,\n");
    let log = log::read(&bytes[..], &map(), now()).unwrap();
    assert_eq!(log.cases.len(), 1);
    let refused = Refused {
        case: Some("1".to_owned()),
        line: Some(2),
        reason: "is not UTF-8 text".to_owned(),
    };
    assert_eq!(log.refused, [refused]);
}

#[test]
fn another_delimiter_can_be_told() {
    let map = Map::read(&format!("delimiter = \";\"\n{MAP}")).unwrap();
    let text = format!("{HEADER}\n1,2026-01-05 10:00:00,A,,,,,,\n").replace(',', ";");
    let log = log::read(text.as_bytes(), &map, now()).unwrap();
    assert_eq!(log.cases.len(), 1);
}

#[test]
fn a_column_that_is_not_there_is_named_with_those_that_are() {
    let error = log::read("case,at\n1,2\n".as_bytes(), &map(), now()).unwrap_err();
    assert!(matches!(&error, LogError::NoColumn { key: "office", .. }));
    assert_eq!(
        error.to_string(),
        "the file has no column `office` (`columns.office` of the map); it has: case, at"
    );
}

#[test]
fn an_empty_file_has_no_columns_and_a_file_of_columns_no_cases() {
    assert!(log::read("".as_bytes(), &map(), now()).is_err());
    let log = log::read(HEADER.as_bytes(), &map(), now()).unwrap();
    assert_eq!((log.cases.len(), log.lines), (0, 0));
}
