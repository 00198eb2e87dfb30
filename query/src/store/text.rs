//! SQL text put together from static pieces, with binds only.

use chrono::{DateTime, NaiveDate, Utc};
use directory::Sight;
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

/// A value bound to a statement, or one part of the key of a row in a sorted list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// An id.
    Id(Uuid),
    /// Several ids.
    Ids(Vec<Uuid>),
    /// A text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A rank.
    Rank(i16),
    /// Several ranks.
    Ranks(Vec<i16>),
    /// A count or an ordinal.
    Number(i64),
    /// A legal date.
    Day(NaiveDate),
    /// An instant.
    At(DateTime<Utc>),
    /// Yes or no.
    Flag(bool),
}

impl Value {
    /// Whether both are of the same kind.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// The text of one statement, and what is bound to it.
#[derive(Clone, Debug, Default)]
pub struct SqlText {
    sql: String,
    binds: Vec<Value>,
}

impl SqlText {
    /// A text that begins with `piece`.
    pub(crate) fn new(piece: &'static str) -> Self {
        Self {
            sql: piece.to_owned(),
            binds: Vec::new(),
        }
    }

    /// Adds a piece.
    pub(crate) fn push(&mut self, piece: &'static str) -> &mut Self {
        self.sql.push_str(piece);
        self
    }

    /// Adds a bound value.
    pub(crate) fn bind(&mut self, value: Value) -> &mut Self {
        self.binds.push(value);
        self.sql.push('$');
        self.sql.push_str(&self.binds.len().to_string());
        self
    }

    /// Adds `column = value`, or `column = any(values)` when there are several.
    pub(crate) fn any_of(&mut self, column: &'static str, values: &Value) -> &mut Self {
        let single = match values {
            Value::Ids(ids) if ids.len() == 1 => Some(Value::Id(ids[0])),
            Value::Texts(texts) if texts.len() == 1 => Some(Value::Text(texts[0].clone())),
            Value::Ranks(ranks) if ranks.len() == 1 => Some(Value::Rank(ranks[0])),
            _ => None,
        };
        self.push(column);
        match single {
            Some(value) => self.push(" = ").bind(value),
            None => self.push(" = any(").bind(values.clone()).push(")"),
        }
    }

    /// Adds `column >= from and column < until`, for a text that begins with `prefix`, in a
    /// column collated by code points.
    pub(crate) fn begins_with(&mut self, column: &'static str, prefix: &str) -> &mut Self {
        self.push(column)
            .push(" >= ")
            .bind(Value::Text(prefix.to_owned()))
            .push("\nand ")
            .push(column)
            .push(" < ")
            .bind(Value::Text(format!("{prefix}\u{10ffff}")))
    }

    /// Adds that `sight` shows the row, where not everything is shown.
    pub(crate) fn shown_to(&mut self, sight: &Sight) -> &mut Self {
        match sight {
            Sight::Everything => self,
            Sight::Offices(offices) => self
                .push("\nand (seen_by is null or seen_by && ")
                .bind(Value::Ids(offices.iter().map(|office| office.0).collect()))
                .push(")"),
        }
    }

    /// The text.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The statement ready to run. It is planned for its values each time: which index serves a
    /// list depends on them.
    pub fn query(&self) -> Query<'static, Postgres, PgArguments> {
        self.query_with_prefix("")
    }

    /// The same with `prefix` before it, as `explain `.
    pub fn query_with_prefix(&self, prefix: &'static str) -> Query<'static, Postgres, PgArguments> {
        let text = AssertSqlSafe(format!("{prefix}{}", self.sql));
        bound(sqlx::query(text), self.binds.clone()).persistent(false)
    }

    /// Runs it.
    pub(crate) async fn fetch_all(&self, pool: &PgPool) -> sqlx::Result<Vec<PgRow>> {
        self.query().fetch_all(pool).await
    }
}

/// `query` with `values` bound to it, in order.
pub(crate) fn bound(
    query: Query<'static, Postgres, PgArguments>,
    values: impl IntoIterator<Item = Value>,
) -> Query<'static, Postgres, PgArguments> {
    values.into_iter().fold(query, |query, value| match value {
        Value::Id(value) => query.bind(value),
        Value::Ids(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Texts(value) => query.bind(value),
        Value::Rank(value) => query.bind(value),
        Value::Ranks(value) => query.bind(value),
        Value::Number(value) => query.bind(value),
        Value::Day(value) => query.bind(value),
        Value::At(value) => query.bind(value),
        Value::Flag(value) => query.bind(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_compared_and_several_are_searched() {
        let mut text = SqlText::new("where ");
        text.any_of("status", &Value::Texts(vec!["a".to_owned()]));
        text.push(" and ")
            .any_of("priority", &Value::Ranks(vec![0, 1]));
        assert_eq!(text.sql(), "where status = $1 and priority = any($2)");
    }
}
