//! Between rows and arrays of columns, and between stored words and values.

use std::error::Error;
use std::str::FromStr;

use events::{OfficeId, RegistryNumber};
use readmodel::SeenBy;
use readmodel::desk::list_of;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

/// One column of `rows`, as an array for `unnest`.
pub(crate) fn column<'r, R, T>(rows: &'r [R], of: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

/// A number as `bigint`; none of ours comes near its end.
pub(crate) fn big(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// That `column` holds what this program never writes.
pub(crate) fn undecodable(column: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: "the value is not one that Mesa writes".into(),
    }
}

fn bad<E: Error + Send + Sync + 'static>(column: &str, source: E) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: Box::new(source),
    }
}

/// A word or number in text form.
pub(crate) fn word<T>(row: &PgRow, column: &str) -> sqlx::Result<T>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|error| bad(column, error))
}

/// A word or number in text form, or null.
pub(crate) fn maybe_word<T>(row: &PgRow, column: &str) -> sqlx::Result<Option<T>>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|error| bad(column, error)))
        .transpose()
}

/// A `bigint` that is a smaller, or unsigned, number here.
pub(crate) fn number<T>(row: &PgRow, column: &str) -> sqlx::Result<T>
where
    T: TryFrom<i64>,
    T::Error: Error + Send + Sync + 'static,
{
    let number: i64 = row.try_get(column)?;
    number.try_into().map_err(|error| bad(column, error))
}

/// A `bigint` that is a smaller, or unsigned, number here, or null.
pub(crate) fn maybe_number<T>(row: &PgRow, column: &str) -> sqlx::Result<Option<T>>
where
    T: TryFrom<i64>,
    T::Error: Error + Send + Sync + 'static,
{
    let number: Option<i64> = row.try_get(column)?;
    number
        .map(|number| number.try_into().map_err(|error| bad(column, error)))
        .transpose()
}

/// An id.
pub(crate) fn id<T>(row: &PgRow, column: &str, of: fn(Uuid) -> T) -> sqlx::Result<T> {
    row.try_get(column).map(of)
}

/// An id, or null.
pub(crate) fn maybe_id<T>(row: &PgRow, column: &str, of: fn(Uuid) -> T) -> sqlx::Result<Option<T>> {
    let id: Option<Uuid> = row.try_get(column)?;
    Ok(id.map(of))
}

/// The offices that alone see a document, or null.
pub(crate) fn seen_by(row: &PgRow) -> sqlx::Result<SeenBy> {
    let ids: Option<Vec<Uuid>> = row.try_get("seen_by")?;
    Ok(ids.map(|ids| ids.into_iter().map(OfficeId).collect()))
}

/// A registry number; empty while there is none.
pub(crate) fn registry_number(row: &PgRow, column: &str) -> sqlx::Result<Option<RegistryNumber>> {
    let text: &str = row.try_get(column)?;
    let number = (!text.is_empty()).then(|| text.parse());
    number.transpose().map_err(|error| bad(column, error))
}

/// A list that is kept as JSON.
pub(crate) fn list<T>(row: &PgRow, column: &str) -> sqlx::Result<Vec<T>>
where
    T: for<'de> serde::Deserialize<'de>,
{
    list_of(row.try_get(column)?).map_err(|error| bad(column, error))
}
