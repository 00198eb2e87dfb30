//! Where in the log a view, or an answer made from it, stands.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A place in a stream, written `MESA_LOG:1234`. Sequence 0 is before the first message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Position {
    /// The stream.
    pub stream: String,
    /// The sequence of the last message that is included.
    pub sequence: u64,
}

/// A text that is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a position is written `<STREAM>:<sequence>`, as in MESA_LOG:1234")]
pub struct BadPosition;

impl Position {
    /// The place `sequence` in `stream`.
    pub fn new(stream: impl Into<String>, sequence: u64) -> Self {
        Self {
            stream: stream.into(),
            sequence,
        }
    }

    /// Whether a view at this position includes `wanted`; `None` when they are of different
    /// streams and cannot be compared.
    pub fn covers(&self, wanted: &Self) -> Option<bool> {
        (self.stream == wanted.stream).then_some(self.sequence >= wanted.sequence)
    }
}

impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.stream == other.stream).then(|| self.sequence.cmp(&other.sequence))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.stream, self.sequence)
    }
}

impl FromStr for Position {
    type Err = BadPosition;

    fn from_str(text: &str) -> Result<Self, BadPosition> {
        let (stream, sequence) = text.rsplit_once(':').ok_or(BadPosition)?;
        let named = !stream.is_empty()
            && stream
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        let digits = !sequence.is_empty() && sequence.bytes().all(|b| b.is_ascii_digit());
        if !named || !digits {
            return Err(BadPosition);
        }
        Ok(Self::new(
            stream,
            sequence.parse().map_err(|_| BadPosition)?,
        ))
    }
}

impl TryFrom<String> for Position {
    type Error = BadPosition;

    fn try_from(text: String) -> Result<Self, BadPosition> {
        text.parse()
    }
}

impl From<Position> for String {
    fn from(position: Position) -> Self {
        position.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back_as_written() {
        let position: Position = "MESA_LOG:1234".parse().unwrap();
        assert_eq!(position, Position::new("MESA_LOG", 1234));
        assert_eq!(position.to_string(), "MESA_LOG:1234");
    }

    #[test]
    fn a_malformed_position_is_refused() {
        for text in ["", "MESA_LOG", ":1", "MESA_LOG:", "MESA_LOG:+1", "mesa:1"] {
            assert_eq!(text.parse::<Position>(), Err(BadPosition), "{text}");
        }
        let too_long = format!("MESA_LOG:{}0", u64::MAX);
        assert_eq!(too_long.parse::<Position>(), Err(BadPosition));
    }

    #[test]
    fn positions_of_different_streams_are_not_compared() {
        let log = Position::new("MESA_LOG", 9);
        assert_eq!(log.covers(&Position::new("MESA_LOG", 9)), Some(true));
        assert_eq!(log.covers(&Position::new("MESA_LOG", 10)), Some(false));
        assert_eq!(log.covers(&Position::new("MESA_DIRECTORY", 1)), None);
        assert_eq!(log.partial_cmp(&Position::new("MESA_DIRECTORY", 1)), None);
    }
}
