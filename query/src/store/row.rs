//! From columns to values.

use std::str::FromStr;

use events::classify::Priority;
use events::{OfficeId, RegistryNumber};
use readmodel::SeenBy;
use readmodel::desk::list_of;
use readmodel::document::priority_of_rank;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::{Decode, Error, Postgres, Type};
use uuid::Uuid;

/// A column whose text is not one of its words, or whose number is out of bounds.
#[derive(Debug, thiserror::Error)]
#[error("the column holds something that was never written there")]
struct Unreadable;

/// Reads the columns of a row by name.
pub(crate) trait Columns {
    /// A column of a type the database knows.
    fn column<'r, T: Decode<'r, Postgres> + Type<Postgres>>(
        &'r self,
        name: &'static str,
    ) -> Result<T, Error>;

    /// A text that is a word, a number of a register or the like.
    fn word<T: FromStr>(&self, name: &'static str) -> Result<T, Error>;

    /// The same, where it may be absent.
    fn word_or_none<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Error>;

    /// A registry number; empty while there is none.
    fn registry_number(&self, name: &'static str) -> Result<Option<RegistryNumber>, Error>;

    /// A list that is kept as JSON; null when it is empty.
    fn list<T: DeserializeOwned>(&self, name: &'static str) -> Result<Vec<T>, Error>;

    /// The offices that alone see something; null when everybody does.
    fn offices_or_none(&self, name: &'static str) -> Result<SeenBy, Error>;

    /// A number that is never negative.
    fn count<T: TryFrom<i64>>(&self, name: &'static str) -> Result<T, Error>;

    /// The same, where it may be absent.
    fn count_or_none<T: TryFrom<i64>>(&self, name: &'static str) -> Result<Option<T>, Error>;

    /// A priority, stored as its rank.
    fn priority(&self, name: &'static str) -> Result<Priority, Error>;
}

impl Columns for PgRow {
    fn column<'r, T: Decode<'r, Postgres> + Type<Postgres>>(
        &'r self,
        name: &'static str,
    ) -> Result<T, Error> {
        self.try_get(name)
    }

    fn word<T: FromStr>(&self, name: &'static str) -> Result<T, Error> {
        let text: &str = self.try_get(name)?;
        text.parse().map_err(|_| unreadable(name))
    }

    fn word_or_none<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Error> {
        let text: Option<&str> = self.try_get(name)?;
        text.map(|text| text.parse().map_err(|_| unreadable(name)))
            .transpose()
    }

    fn registry_number(&self, name: &'static str) -> Result<Option<RegistryNumber>, Error> {
        let text: &str = self.try_get(name)?;
        let number = (!text.is_empty()).then(|| text.parse());
        number.transpose().map_err(|_| unreadable(name))
    }

    fn list<T: DeserializeOwned>(&self, name: &'static str) -> Result<Vec<T>, Error> {
        list_of(self.try_get(name)?).map_err(|_| unreadable(name))
    }

    fn offices_or_none(&self, name: &'static str) -> Result<SeenBy, Error> {
        let ids: Option<Vec<Uuid>> = self.try_get(name)?;
        Ok(ids.map(|ids| ids.into_iter().map(OfficeId).collect()))
    }

    fn count<T: TryFrom<i64>>(&self, name: &'static str) -> Result<T, Error> {
        let number: i64 = self.try_get(name)?;
        T::try_from(number).map_err(|_| unreadable(name))
    }

    fn count_or_none<T: TryFrom<i64>>(&self, name: &'static str) -> Result<Option<T>, Error> {
        let number: Option<i64> = self.try_get(name)?;
        number
            .map(|number| T::try_from(number).map_err(|_| unreadable(name)))
            .transpose()
    }

    fn priority(&self, name: &'static str) -> Result<Priority, Error> {
        priority_of_rank(self.try_get(name)?).ok_or_else(|| unreadable(name))
    }
}

pub(crate) fn unreadable(column: &str) -> Error {
    Error::ColumnDecode {
        index: column.to_owned(),
        source: Box::new(Unreadable),
    }
}
