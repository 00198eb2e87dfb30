//! What is different between two states. Pure.
//!
//! A state is a JSON object. A delta names the members to be put in the place of the old ones, and
//! those that are gone: `{"set": {"version": 8}, "unset": ["due_on"]}`. Members are compared and
//! replaced whole.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

/// Says where a state stands, and is no difference by itself.
const AS_OF: &str = "as_of_position";

/// The members of a state, where they are in it.
type Members<'a> = BTreeMap<&'a str, &'a RawValue>;

#[derive(Serialize)]
struct Delta<'a> {
    set: Members<'a>,
    unset: Vec<&'a str>,
}

/// What makes `new` of `old`; none when nothing is different.
///
/// # Errors
///
/// One of them is no object.
pub(crate) fn between(old: &[u8], new: &[u8]) -> serde_json::Result<Option<Vec<u8>>> {
    let old: Members<'_> = serde_json::from_slice(old)?;
    let new: Members<'_> = serde_json::from_slice(new)?;
    let same = |name: &str, value: &RawValue| {
        old.get(name)
            .is_some_and(|before| before.get() == value.get())
    };
    let unset: Vec<_> = old
        .keys()
        .copied()
        .filter(|name| !new.contains_key(name))
        .collect();
    let set: Members<'_> = new
        .into_iter()
        .filter(|(name, value)| !same(name, value))
        .collect();
    if unset.is_empty() && set.keys().all(|name| *name == AS_OF) {
        return Ok(None);
    }
    serde_json::to_vec(&Delta { set, unset }).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(old: &str, new: &str) -> Option<String> {
        let found = between(old.as_bytes(), new.as_bytes()).unwrap();
        found.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_delta_has_the_members_that_differ_and_those_that_are_gone() {
        let found = delta(r#"{"a":1,"b":[1],"c":3}"#, r#"{"a":1,"b":[2],"d":null}"#);
        assert_eq!(
            found.as_deref(),
            Some(r#"{"set":{"b":[2],"d":null},"unset":["c"]}"#)
        );
    }

    #[test]
    fn nothing_differs_when_only_the_position_has_moved() {
        let found = delta(
            r#"{"a":1,"as_of_position":"X:1"}"#,
            r#"{"a":1,"as_of_position":"X:2"}"#,
        );
        assert_eq!(found, None);
    }

    #[test]
    fn what_is_no_object_cannot_be_compared() {
        assert!(between(b"[1]", b"{}").is_err());
        assert!(between(b"{}", b"junk").is_err());
    }
}
