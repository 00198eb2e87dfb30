//! Lists that are read page by page: sorted by an index, continued after the last row's key.

use std::fmt;
use std::str::FromStr;

use super::{SqlText, Value};

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the smallest.
    Asc,
    /// From the largest.
    Desc,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Asc, Self::Desc];

    /// The word it is asked for by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

impl FromStr for Direction {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|direction| direction.word() == word)
            .ok_or(())
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The columns of a sort: all in one direction, the last ones a key of the row, so that no two
/// rows are equal. An index has exactly these.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SortKey {
    /// The columns in parentheses, as an index has them.
    pub(crate) columns: &'static [&'static str],
}

impl SortKey {
    /// Adds to `text`, which ends inside a `where`: the rows after `after`, in order, at most
    /// `limit` and one more, which says that there are more.
    pub(crate) fn page(
        self,
        text: &mut SqlText,
        direction: Direction,
        after: Option<&[Value]>,
        limit: u32,
    ) {
        if let Some(after) = after {
            text.push("\nand (");
            self.list(text, "");
            text.push(match direction {
                Direction::Asc => ") > (",
                Direction::Desc => ") < (",
            });
            for (place, value) in after.iter().enumerate() {
                text.push(if place == 0 { "" } else { ", " })
                    .bind(value.clone());
            }
            text.push(")");
        }
        text.push("\norder by ");
        self.list(
            text,
            match direction {
                Direction::Asc => "",
                Direction::Desc => " desc",
            },
        );
        text.push("\nlimit ")
            .bind(Value::Number(i64::from(limit) + 1));
    }

    fn list(self, text: &mut SqlText, suffix: &'static str) {
        for (place, column) in self.columns.iter().enumerate() {
            text.push(if place == 0 { "" } else { ", " })
                .push(column)
                .push(suffix);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_after_the_key_and_asks_for_one_row_more() {
        let key = SortKey {
            columns: &["registered_at", "id"],
        };
        let mut text = SqlText::new("where true");
        let after = [Value::Number(1), Value::Number(2)];
        key.page(&mut text, Direction::Desc, Some(&after), 50);
        assert_eq!(
            text.sql(),
            "where true\nand (registered_at, id) < ($1, $2)\
             \norder by registered_at desc, id desc\nlimit $3"
        );
    }
}
