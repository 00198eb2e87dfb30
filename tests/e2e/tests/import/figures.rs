//! What a log adds up to, counted straight from its lines, without any code of the import.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta};

pub(crate) type Instant = DateTime<FixedOffset>;

/// Which columns to count by, and what is meant by their values.
pub(crate) struct Shape {
    /// Of: case, time, office, channel, start, end.
    pub(crate) columns: [&'static str; 6],
    /// Value and channel.
    pub(crate) channels: &'static [(&'static str, &'static str)],
    /// The office of cases without any.
    pub(crate) fallback: &'static str,
}

/// The public log of a Dutch municipality.
pub(crate) const RECEIPT: Shape = Shape {
    columns: [
        "case:concept:name",
        "time:timestamp",
        "org:group",
        "case:channel",
        "case:startdate",
        "case:enddate",
    ],
    channels: &[
        ("Desk", "counter"),
        ("Internet", "web"),
        ("e-mail", "email"),
        ("Post", "post"),
        ("Intern", "internal"),
    ],
    fallback: "INTAKE",
};

/// The small log of our own making.
pub(crate) const SAMPLE: Shape = Shape {
    columns: [
        "expediente",
        "fecha_hora",
        "oficina",
        "canal",
        "fecha_inicio",
        "fecha_fin",
    ],
    channels: &[
        ("Ventanilla", "counter"),
        ("Web", "web"),
        ("Correo electrónico", "email"),
        ("Correo postal", "post"),
        ("Interno", "internal"),
    ],
    fallback: "MP",
};

/// What a log adds up to. Offices are named by code, days are those of Lima, times are in
/// microseconds and sorted.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Figures {
    pub(crate) documents: u64,
    pub(crate) derivations: u64,
    pub(crate) by_status: BTreeMap<String, u64>,
    pub(crate) by_channel: BTreeMap<String, u64>,
    /// Documents by the office that holds them.
    pub(crate) by_holder: BTreeMap<String, u64>,
    /// From sent to received, by the office that received.
    pub(crate) waits: BTreeMap<String, Vec<i64>>,
    /// From presented to attended, by the office that attended.
    pub(crate) totals: BTreeMap<String, Vec<i64>>,
    /// Derivations from office to office.
    pub(crate) flow: BTreeMap<(String, String), u64>,
    /// Registered, sent, received, attended.
    pub(crate) days: BTreeMap<NaiveDate, [u64; 4]>,
}

/// Counts `file`.
pub(crate) fn count(file: &Path, shape: &Shape) -> Figures {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let header = reader.headers().unwrap().clone();
    let place = |name| header.iter().position(|column| column == name).unwrap();
    let columns = shape.columns.map(place);
    let mut cases: BTreeMap<String, Vec<[String; 6]>> = BTreeMap::new();
    for line in reader.records() {
        let line = line.unwrap();
        let fields = columns.map(|column| line[column].to_owned());
        cases.entry(fields[0].clone()).or_default().push(fields);
    }
    let mut figures = Figures::default();
    for mut case in cases.into_values() {
        case.sort_by_key(|line| time(&line[1]));
        figures.take(&case, shape);
    }
    let waits = figures.waits.values_mut();
    for times in waits.chain(figures.totals.values_mut()) {
        times.sort_unstable();
    }
    figures
}

impl Figures {
    fn take(&mut self, case: &[[String; 6]], shape: &Shape) {
        let named = case.iter().find(|line| !is_empty(&line[2]));
        let first = named.map_or(shape.fallback.to_owned(), |line| code(&line[2]));
        let times: Vec<_> = case.iter().map(|line| time(&line[1])).collect();
        let mut holder = first;
        self.day(times[0])[0] += 1;
        let mut moves = 0;
        for (index, line) in case.iter().enumerate().skip(1) {
            if is_empty(&line[2]) || code(&line[2]) == holder {
                continue;
            }
            let to = code(&line[2]);
            self.day(times[index - 1])[1] += 1;
            self.day(times[index])[2] += 1;
            let wait = micros(times[index] - times[index - 1]);
            self.waits.entry(to.clone()).or_default().push(wait);
            *self.flow.entry((holder, to.clone())).or_default() += 1;
            holder = to;
            moves += 1;
        }
        let ended = !is_empty(&case[0][5]);
        let last = *times.last().unwrap();
        if ended {
            let start = time(&case[0][4]).min(times[0]);
            let total = micros(last - start);
            self.totals.entry(holder.clone()).or_default().push(total);
            self.day(last)[3] += 1;
        }
        let status = match (ended, moves) {
            (true, _) => "attended",
            (false, 0) => "registered",
            (false, _) => "in_process",
        };
        let channel = shape
            .channels
            .iter()
            .find(|(value, _)| *value == case[0][3]);
        self.documents += 1;
        self.derivations += moves;
        *self.by_status.entry(status.to_owned()).or_default() += 1;
        *self
            .by_channel
            .entry(channel.unwrap().1.to_owned())
            .or_default() += 1;
        *self.by_holder.entry(holder).or_default() += 1;
    }

    pub(crate) fn day(&mut self, at: Instant) -> &mut [u64; 4] {
        let lima = FixedOffset::west_opt(5 * 3600).unwrap();
        let day = at.with_timezone(&lima).date_naive();
        self.days.entry(day).or_default()
    }
}

fn is_empty(text: &str) -> bool {
    text.is_empty() || text == "EMPTY"
}

/// `Group 1` has the code GROUP-1; a code stays as it is.
fn code(office: &str) -> String {
    office.to_uppercase().replace(' ', "-")
}

fn micros(time: TimeDelta) -> i64 {
    time.num_microseconds().unwrap()
}

fn time(text: &str) -> Instant {
    DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%:z").unwrap_or_else(|_| {
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
        let lima = FixedOffset::west_opt(5 * 3600).unwrap();
        local.and_local_timezone(lima).unwrap()
    })
}
