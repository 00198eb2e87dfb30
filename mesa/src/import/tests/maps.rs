//! Maps: defaults, and mistakes named with line and key.

use events::classify::Channel;

use super::super::map::Map;
use super::MAP;

#[track_caller]
fn refused(change: impl FnOnce(&str) -> String) -> String {
    Map::read(&change(MAP)).unwrap_err().to_string()
}

#[test]
fn what_may_be_left_out_has_its_default() {
    let map = Map::read(
        r#"
        source = "s"
        subject = "{case}"
        default_channel = "web"
        columns = { case = "a", timestamp = "b", office = "c" }
        [institution]
        fallback_office = { code = "D", name = "Desk" }
        document_type = { code = "T", name = "Type", series = "EXP" }
        "#,
    )
    .unwrap();
    assert_eq!(map.delimiter.0, b',');
    assert_eq!(map.time.zone.0, chrono_tz::America::Lima);
    assert_eq!(map.filled("  "), None);
    assert_eq!(map.filled("EMPTY"), Some("EMPTY"));
    assert_eq!(map.channel(Some("anything")), Channel::Web);
    assert_eq!(map.office("MP"), "MP");
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let error = refused(|map| map.replace("[columns]\n", "[columns]\nofice = \"x\"\n"));
    assert!(
        error.starts_with("line 8, `ofice`: unknown field"),
        "{error}"
    );
}

#[test]
fn a_missing_key_is_named() {
    let error = refused(|map| map.replace("timestamp = \"at\"\n", ""));
    assert!(error.contains("missing field `timestamp`"), "{error}");
    assert!(error.starts_with("line 7, `[columns]`"), "{error}");
}

#[test]
fn a_wrong_value_is_named_with_its_line() {
    for (right, wrong, line, key, says) in [
        ("\"trial\"", "\"Trial 1\"", 2, "source", "lower-case"),
        ("{case}\"", "{kase}\"", 3, "subject", "{kase} is none of"),
        (
            "\"counter\"",
            "\"desk\"",
            5,
            "default_channel",
            "unknown variant `desk`",
        ),
        ("America/Lima", "Lima", 19, "zone", "`Lima` is no time zone"),
        (
            "= \"web\"",
            "= \"www\"",
            22,
            "\"Web\"",
            "unknown variant `www`",
        ),
        (
            "\"DESK\"",
            "\"THE DESK\"",
            25,
            "fallback_office",
            "no blanks",
        ),
        ("\"EXP\"", "\"exp\"", 26, "document_type", "capital letters"),
    ] {
        let error = refused(|map| map.replace(right, wrong));
        let begin = format!("line {line}, `{key}`: ");
        assert!(error.starts_with(&begin), "{error}");
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn a_broken_line_is_named() {
    let error = refused(|map| map.replace("[channels]", "[channels"));
    assert!(error.starts_with("line 21"), "{error}");
}

#[test]
fn an_activity_in_the_subject_needs_its_column() {
    let error = refused(|map| {
        map.replace("{case}", "{activity}")
            .replace("activity = \"activity\"\n", "")
    });
    assert!(
        error.starts_with("line 3, `subject`: uses {activity}"),
        "{error}"
    );
}
