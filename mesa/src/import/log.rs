//! The log: lines of CSV become cases, each with its events in order of time.
//!
//! The whole log is held in memory, about one kilobyte an event: a million events need a
//! gigabyte. A line that cannot be read is refused with its number, and with it its case: half a
//! history would stand in the register for ever.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use chrono::{DateTime, Utc};
use csv::{ByteRecord, ReaderBuilder};
use thiserror::Error;

use super::map::Map;
use super::report::Refused;
use super::time;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its line in the file.
    pub line: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Where, as the file names it.
    pub office: Option<String>,
    /// Who, as the file names it.
    pub user: Option<String>,
    /// What was done.
    pub activity: Option<String>,
}

/// One case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// What the file calls it.
    pub id: String,
    /// Where it came in, as the file names it.
    pub channel: Option<String>,
    /// When it was presented.
    pub start: Option<DateTime<Utc>>,
    /// By when it was to be finished.
    pub deadline: Option<DateTime<Utc>>,
    /// Whether it was finished.
    pub ended: bool,
    /// What happened, at least one event, in order of time; equal times as in the file.
    pub events: Vec<Event>,
}

/// A log that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Its cases, as the file first names them.
    pub cases: Vec<Case>,
    /// How many lines it has, without the one that names the columns.
    pub lines: u64,
    /// Lines that could not be read.
    pub refused: Vec<Refused>,
}

/// Why a log cannot be read at all.
#[derive(Debug, Error)]
pub enum LogError {
    /// The first line lacks a column that the map names.
    #[error("the file has no column `{column}` (`columns.{key}` of the map); it has: {present}")]
    NoColumn {
        /// The key in the map.
        key: &'static str,
        /// The column.
        column: String,
        /// The columns there are.
        present: String,
    },
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Unreadable(#[from] csv::Error),
}

/// Reads a log of events that all happened by `now`.
///
/// # Errors
///
/// [`LogError`] when nothing can be read; a single bad line is among [`Log::refused`].
pub fn read(file: impl Read, map: &Map, now: DateTime<Utc>) -> Result<Log, LogError> {
    let mut reader = ReaderBuilder::new()
        .delimiter(map.delimiter.0)
        .flexible(true)
        .from_reader(file);
    let places = Places::find(&reader.byte_headers()?.clone(), map)?;
    let mut gathering = Gathering::default();
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        gathering.log.lines += 1;
        let line = record.position().map_or(0, csv::Position::line);
        match read_line(&record, line, &places, map, now) {
            Ok((case, line)) => gathering.take(case, line),
            Err((case, reason)) => gathering.refuse(case, line, reason),
        }
    }
    Ok(gathering.done())
}

/// Where in a line each column stands.
struct Places {
    width: usize,
    case: usize,
    timestamp: usize,
    office: usize,
    user: Option<usize>,
    channel: Option<usize>,
    start: Option<usize>,
    deadline: Option<usize>,
    end: Option<usize>,
    activity: Option<usize>,
}

impl Places {
    fn find(headers: &ByteRecord, map: &Map) -> Result<Self, LogError> {
        let names: Vec<_> = headers.iter().map(String::from_utf8_lossy).collect();
        let place = |key: &'static str, column: &str| {
            let found = names.iter().position(|name| name.trim() == column.trim());
            found.ok_or_else(|| LogError::NoColumn {
                key,
                column: column.to_owned(),
                present: names.join(", "),
            })
        };
        let optional = |key: &'static str, column: &Option<String>| {
            let column = column.as_ref();
            column.map(|column| place(key, column)).transpose()
        };
        let columns = &map.columns;
        Ok(Self {
            width: names.len(),
            case: place("case", &columns.case)?,
            timestamp: place("timestamp", &columns.timestamp)?,
            office: place("office", &columns.office)?,
            user: optional("user", &columns.user)?,
            channel: optional("channel", &columns.channel)?,
            start: optional("start", &columns.start)?,
            deadline: optional("deadline", &columns.deadline)?,
            end: optional("end", &columns.end)?,
            activity: optional("activity", &columns.activity)?,
        })
    }
}

/// What one line says: of its case, and the event.
struct Line {
    channel: Option<String>,
    start: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
    ended: bool,
    event: Event,
}

type BadLine = (Option<String>, String);

fn read_line(
    record: &ByteRecord,
    line: u64,
    places: &Places,
    map: &Map,
    now: DateTime<Utc>,
) -> Result<(String, Line), BadLine> {
    let text = |place: usize| -> Result<Option<String>, String> {
        let bytes = record.get(place).unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned())?;
        Ok(map.filled(text).map(str::to_owned))
    };
    let case = match text(places.case) {
        Ok(Some(case)) => case,
        Ok(None) => return Err((None, "the line names no case".to_owned())),
        Err(reason) => return Err((None, format!("the name of the case {reason}"))),
    };
    let read = || {
        if record.len() != places.width {
            let (has, width) = (record.len(), places.width);
            return Err(format!("the line has {has} columns; {width} are named"));
        }
        let optional = |place: Option<usize>| place.map_or(Ok(None), text);
        let time = |place: Option<usize>, what: &str| {
            let text = optional(place)?;
            let read = text.map(|text| time::read(&text, map.time.zone.0));
            read.transpose().map_err(|error| format!("{what}: {error}"))
        };
        let at = time(Some(places.timestamp), "timestamp")?;
        let at = at.ok_or_else(|| "the line has no timestamp".to_owned())?;
        if at > now {
            return Err("timestamp: lies in the future".to_owned());
        }
        Ok(Line {
            channel: optional(places.channel)?,
            start: time(places.start, "start")?,
            deadline: time(places.deadline, "deadline")?,
            ended: optional(places.end)?.is_some(),
            event: Event {
                line,
                at,
                office: text(places.office)?,
                user: optional(places.user)?,
                activity: optional(places.activity)?,
            },
        })
    };
    match read() {
        Ok(line) => Ok((case, line)),
        Err(reason) => Err((Some(case), reason)),
    }
}

#[derive(Default)]
struct Gathering {
    log: Log,
    known: HashMap<String, usize>,
}

impl Gathering {
    fn case(&mut self, id: String) -> &mut Case {
        let cases = &mut self.log.cases;
        let index = *self.known.entry(id).or_insert_with_key(|id| {
            cases.push(Case {
                id: id.clone(),
                ..Case::default()
            });
            cases.len() - 1
        });
        &mut cases[index]
    }

    fn take(&mut self, id: String, line: Line) {
        let case = self.case(id);
        case.channel = case.channel.take().or(line.channel);
        case.start = case.start.or(line.start);
        case.deadline = case.deadline.or(line.deadline);
        case.ended |= line.ended;
        case.events.push(line.event);
    }

    fn refuse(&mut self, case: Option<String>, line: u64, reason: String) {
        self.log.refused.push(Refused {
            case,
            line: Some(line),
            reason,
        });
    }

    fn done(self) -> Log {
        let mut log = self.log;
        let bad: HashSet<_> = log
            .refused
            .iter()
            .filter_map(|bad| bad.case.as_deref())
            .collect();
        log.cases.retain(|case| !bad.contains(case.id.as_str()));
        for case in &mut log.cases {
            case.events.sort_by_key(|event| event.at);
        }
        log
    }
}
