//! Pages of a list: how many, after which, and the cursor of the next.
//!
//! A cursor is opaque to those who pass it on: base64url of the sort it belongs to and the key of
//! the last row. It is checked against the sort of the request, and its parts against the kinds
//! of the sort's columns.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Datelike;
use serde::{Deserialize, Serialize};

use crate::params::Params;
use crate::store::Value;

/// Rows on a page when nothing is said.
pub(crate) const DEFAULT_LIMIT: u32 = 50;

/// Rows on a page at most.
pub(crate) const MOST: u32 = 200;

/// The page of a list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Page<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// The cursor of the page after this one; none on the last.
    pub(crate) next: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    #[serde(rename = "s")]
    sort: String,
    #[serde(rename = "k")]
    key: Vec<Value>,
}

/// How many rows, and after which key: reads `limit` and `cursor`. `sort` names the order, and
/// `like` has parts of the kinds its key has.
pub(crate) fn asked(params: &mut Params, sort: &str, like: &[Value]) -> (u32, Option<Vec<Value>>) {
    let limit = params.one_with("limit", "a number from 1 to 200", |text| {
        text.parse().ok().filter(|limit| (1..=MOST).contains(limit))
    });
    let after = params.one_with(
        "cursor",
        "the `next` of an answer to the same question in the same order",
        |text| read(text, sort, like),
    );
    (limit.unwrap_or(DEFAULT_LIMIT), after)
}

fn read(text: &str, sort: &str, like: &[Value]) -> Option<Vec<Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let cursor: Cursor = serde_json::from_slice(&bytes).ok()?;
    let fits = cursor.sort == sort
        && cursor.key.len() == like.len()
        && cursor.key.iter().zip(like).all(|(a, b)| a.is_like(b))
        && cursor.key.iter().all(is_sound);
    fits.then_some(cursor.key)
}

/// Whether the database takes the value: it knows no zero character, and fewer years.
fn is_sound(value: &Value) -> bool {
    let years = 1..=9999;
    match value {
        Value::Text(text) => !text.contains('\0'),
        Value::At(at) => years.contains(&at.year()),
        Value::Day(day) => years.contains(&day.year()),
        Value::Id(_) | Value::Rank(_) | Value::Number(_) => true,
        Value::Ids(_) | Value::Texts(_) | Value::Ranks(_) | Value::Flag(_) => false,
    }
}

impl<T> Page<T> {
    /// The page of at most `limit` of the rows, of which there is one more when a page follows;
    /// `key` is the key of a row in the order `sort`.
    pub(crate) fn of(
        mut rows: Vec<T>,
        limit: u32,
        sort: &str,
        key: impl Fn(&T) -> Vec<Value>,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).and_then(|last| {
            let cursor = Cursor {
                sort: sort.to_owned(),
                key: key(last),
            };
            let bytes = serde_json::to_vec(&cursor).ok()?;
            Some(URL_SAFE_NO_PAD.encode(bytes))
        });
        Self { items: rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(cursor: &str, sort: &str) -> Result<Option<Vec<Value>>, ()> {
        let mut params = Params::read(Some(&format!("cursor={cursor}")));
        let (_, after) = asked(&mut params, sort, &[Value::Number(0)]);
        params.finish().map(|()| after).map_err(|_| ())
    }

    #[test]
    fn a_cursor_leads_to_the_rows_after_the_last() {
        let page = Page::of(vec![1, 2, 3], 2, "number asc", |n| vec![Value::Number(*n)]);
        assert_eq!(page.items, [1, 2]);
        let next = page.next.unwrap();
        assert_eq!(after(&next, "number asc"), Ok(Some(vec![Value::Number(2)])));
    }

    #[test]
    fn the_last_page_has_no_next() {
        let page = Page::of(vec![1, 2], 2, "number asc", |n| vec![Value::Number(*n)]);
        assert_eq!(page.next, None);
    }

    #[test]
    fn a_cursor_of_another_order_or_a_forged_one_is_refused() {
        let page = Page::of(vec![1, 2], 1, "number asc", |n| vec![Value::Number(*n)]);
        let next = page.next.unwrap();
        assert!(after(&next, "number desc").is_err());
        assert!(after("junk", "number asc").is_err());
        let forged = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let other_kind = forged(r#"{"s":"number asc","k":[{"text":"1"}]}"#);
        assert!(after(&other_kind, "number asc").is_err());
        let far = forged(r#"{"s":"at","k":[{"at":"+200000-01-01T00:00:00Z"}]}"#);
        let mut params = Params::read(Some(&format!("cursor={far}")));
        asked(
            &mut params,
            "at",
            &[Value::At(chrono::DateTime::UNIX_EPOCH)],
        );
        assert!(params.finish().is_err());
        let too_long = forged(r#"{"s":"number asc","k":[{"number":1},{"number":1}]}"#);
        assert!(after(&too_long, "number asc").is_err());
    }

    #[test]
    fn the_limit_is_bounded() {
        let limit = |text: &str| {
            let mut params = Params::read(Some(text));
            let (limit, _) = asked(&mut params, "s", &[]);
            params.finish().map(|()| limit).map_err(|_| ())
        };
        assert_eq!(limit(""), Ok(DEFAULT_LIMIT));
        assert_eq!(limit("limit=200"), Ok(200));
        assert_eq!(limit("limit=201"), Err(()));
        assert_eq!(limit("limit=0"), Err(()));
    }
}
