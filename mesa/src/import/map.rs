//! The map: how the columns of one office's log become documents. Read from `MAP.toml`.
//!
//! `docs/examples/sample-office.map.toml` explains each setting; a mistake is answered with a
//! sentence that names the line and the key.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono_tz::Tz;
use events::SeriesId;
use events::classify::Channel;
use serde::Deserialize;
use thiserror::Error;

use super::template::Template;

/// How a log is read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// The name of the log, under which ids are derived.
    pub source: Source,
    /// What the subject of each document says.
    pub subject: Template,
    /// What the sender of each document is called; a log of an office seldom says.
    #[serde(default = "nobody_named")]
    pub sender: Template,
    /// Values that mean that nothing is written there.
    #[serde(default = "empty_text")]
    pub empty: Vec<String>,
    /// The channel of cases that tell none.
    pub default_channel: Channel,
    /// What separates the columns.
    #[serde(default = "comma")]
    pub delimiter: Delimiter,
    /// Which column holds what.
    pub columns: Columns,
    /// How times are written.
    #[serde(default)]
    pub time: Time,
    /// Channels by their value in the file.
    #[serde(default)]
    pub channels: BTreeMap<String, Channel>,
    /// Names of offices by their value in the file.
    #[serde(default)]
    pub offices: BTreeMap<String, String>,
    /// What the file does not tell.
    pub institution: Institution,
}

/// The names of the columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// What tells cases apart.
    pub case: String,
    /// When the event happened.
    pub timestamp: String,
    /// Where it happened.
    pub office: String,
    /// Who acted.
    pub user: Option<String>,
    /// Where the case came in.
    pub channel: Option<String>,
    /// When the case was presented.
    pub start: Option<String>,
    /// By when it was to be finished.
    pub deadline: Option<String>,
    /// When it was finished; anything here says that it was.
    pub end: Option<String>,
    /// What was done.
    pub activity: Option<String>,
}

/// How times are written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// The form.
    #[serde(default)]
    pub format: TimeFormat,
    /// Where a time without offset is meant.
    pub zone: Zone,
}

impl Default for Time {
    fn default() -> Self {
        Self {
            format: TimeFormat::default(),
            zone: Zone(Tz::America__Lima),
        }
    }
}

/// A form of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum TimeFormat {
    /// `2025-03-03 08:20:00`, with `T` for the blank, a fraction, an offset or none.
    #[default]
    #[serde(rename = "rfc3339-like")]
    Rfc3339Like,
}

/// What the file does not tell about the institution.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Where a case lies that names no office at all.
    pub fallback_office: FallbackOffice,
    /// The type of every document.
    pub document_type: DocumentType,
}

/// The office of cases without one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FallbackOffice {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: String,
}

/// The type of the documents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentType {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// The code of the series that numbers come from.
    pub series: SeriesCode,
}

macro_rules! checked {
    ($(#[$doc:meta])* $name:ident($inner:ty), $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(pub $inner);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                let check: fn(String) -> Result<$inner, String> = $check;
                check(text).map(Self)
            }
        }
    };
}

checked!(
    /// The name of a log: 1 to 30 lower-case letters, digits, `-` or `_`.
    Source(String),
    |text| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        if (1..=30).contains(&text.len()) && text.chars().all(plain) {
            return Ok(text);
        }
        Err("a source is 1 to 30 lower-case letters, digits, `-` or `_`".to_owned())
    }
);
checked!(
    /// A code of an office or a document type: 1 to 20 characters, no blanks.
    Code(String),
    |text| {
        let length = text.chars().count();
        if (1..=20).contains(&length) && !text.contains(char::is_whitespace) {
            return Ok(text);
        }
        Err("a code has 1 to 20 characters and no blanks".to_owned())
    }
);
checked!(
    /// The code of a series.
    SeriesCode(String),
    |text| {
        let series = SeriesId::new(&text, 2000);
        series.map(|_| text).map_err(|error| error.to_string())
    }
);
checked!(
    /// A time zone by its name.
    Zone(Tz),
    |text| {
        let unknown = |_| format!("`{text}` is no time zone; write one like `America/Lima`");
        text.parse().map_err(unknown)
    }
);
checked!(
    /// One character of ASCII between columns.
    Delimiter(u8),
    |text| match text.as_bytes() {
        [byte] if byte.is_ascii() && !b"\"\r\n".contains(byte) => Ok(*byte),
        _ => Err("a delimiter is one character, like `,` or `;`".to_owned()),
    }
);

fn comma() -> Delimiter {
    Delimiter(b',')
}

fn empty_text() -> Vec<String> {
    vec![String::new()]
}

fn nobody_named() -> Template {
    Template::plain("(not recorded)")
}

/// A mistake in a map.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}{}: {message}", .key.as_ref().map_or(String::new(), |key| format!(", `{key}`")))]
pub struct MapError {
    /// Where, from 1.
    pub line: usize,
    /// The key that stands there.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl MapError {
    fn at(text: &str, span: Option<Range<usize>>, message: &str) -> Self {
        let start = span.map_or(0, |span| span.start.min(text.len()));
        let before = text.get(..start).unwrap_or_default();
        let line = before.matches('\n').count();
        let key = text.lines().nth(line).and_then(|content| {
            let content = content.trim();
            let key = content.split_once('=').map_or(content, |(key, _)| key);
            (!key.is_empty()).then(|| key.trim().to_owned())
        });
        Self {
            line: line + 1,
            key,
            message: message.trim().replace('\n', " "),
        }
    }
}

impl Map {
    /// Reads a map.
    ///
    /// # Errors
    ///
    /// [`MapError`], which says where and what.
    pub fn read(text: &str) -> Result<Self, MapError> {
        let map: Self = toml::from_str(text)
            .map_err(|error| MapError::at(text, error.span(), error.message()))?;
        let needs_activity = [("subject", &map.subject), ("sender", &map.sender)]
            .into_iter()
            .find(|(_, template)| template.names_activity());
        if let (None, Some((key, _))) = (&map.columns.activity, needs_activity) {
            let missing = "uses {activity}, but `columns.activity` names no column";
            let start = text.find(&format!("{key} ")).unwrap_or_default();
            return Err(MapError::at(text, Some(start..start), missing));
        }
        Ok(map)
    }

    /// What `text` says; nothing when it is one of the empty values.
    pub fn filled<'t>(&self, text: &'t str) -> Option<&'t str> {
        let text = text.trim();
        let nothing = text.is_empty() || self.empty.iter().any(|empty| empty.trim() == text);
        (!nothing).then_some(text)
    }

    /// The channel that the file's value stands for.
    pub fn channel(&self, value: Option<&str>) -> Channel {
        let known = value.and_then(|value| self.channels.get(value));
        known.copied().unwrap_or(self.default_channel)
    }

    /// The name of the office that the file's value stands for.
    pub fn office<'n>(&'n self, value: &'n str) -> &'n str {
        self.offices.get(value).map_or(value, String::as_str)
    }
}
