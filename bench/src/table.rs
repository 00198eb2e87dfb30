//! Figures beside their limits, in a table for people that is Markdown, too.

use std::fmt::Write;

use crate::load::Round;

/// What a figure must be to be good.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Aim {
    /// At least this part of the limit.
    Part(f64),
    /// At least this, in the figure's own unit.
    Least(f64),
    /// Less than this, in the figure's own unit.
    Below(f64),
}

/// A figure beside its limit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// Its unit.
    pub(crate) unit: &'static str,
    /// The figure.
    pub(crate) ours: f64,
    /// What it is compared with, and that one's figure.
    pub(crate) limit: Option<(&'static str, f64)>,
    /// What it must be.
    pub(crate) aim: Option<Aim>,
    /// How long one took, half of them and 99 of a hundred at most, in milliseconds.
    pub(crate) lengths: Option<(f64, f64)>,
    /// What is to be known with it, as memory.
    pub(crate) with: String,
}

/// Rounds of one thing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rounds(Vec<Round>);

impl Rounds {
    /// One more.
    pub(crate) fn add(&mut self, round: Round) {
        self.0.push(round);
    }

    /// The median of how much was done a second.
    pub(crate) fn rate(&self) -> f64 {
        median(self.0.iter().map(Round::rate))
    }

    /// The medians of how long half of them, and 99 of a hundred, took at most.
    pub(crate) fn lengths(&self) -> (f64, f64) {
        let of = |percent| median(self.0.iter().map(|round| round.percentile(percent)));
        (of(50), of(99))
    }
}

/// The value in the middle; 0 of none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

impl Row {
    /// Which part of its limit it is, where there is one.
    fn part(&self) -> Option<f64> {
        let (_, limit) = self.limit?;
        (limit > 0.0).then(|| self.ours / limit)
    }

    /// The aim in words, and whether it is reached.
    fn aimed(&self) -> Option<(String, bool)> {
        Some(match self.aim? {
            Aim::Least(least) => (format!("≥ {}", number(least)), self.ours >= least),
            Aim::Part(part) => (
                format!("≥ {part:.2}×"),
                self.part().is_some_and(|found| found >= part),
            ),
            Aim::Below(most) => (format!("< {most}"), self.ours < most),
        })
    }

    fn cells(&self) -> [String; 8] {
        let (limit, of) = self.limit.map_or_else(Default::default, |(of, limit)| {
            (number(limit), of.to_owned())
        });
        let part = self
            .part()
            .map_or_else(String::new, |part| format!("{part:.2}×"));
        let aim = self.aimed().map_or_else(String::new, |(words, reached)| {
            format!("{words} {}", if reached { "✓" } else { "✗" })
        });
        let lengths = self
            .lengths
            .map_or_else(String::new, |(half, most)| format!("{half:.2} · {most:.2}"));
        [
            self.what.clone(),
            format!("{} {}", number(self.ours), self.unit),
            limit,
            of,
            part,
            aim,
            lengths,
            self.with.clone(),
        ]
    }
}

/// A table of `rows` under `title`.
pub(crate) fn markdown(title: &str, rows: &[Row]) -> String {
    const HEAD: [&str; 8] = [
        "what",
        "Mesa",
        "limit",
        "which limit",
        "part of it",
        "aim",
        "p50 · p99 ms",
        "memory",
    ];
    let cells: Vec<_> = rows.iter().map(Row::cells).collect();
    let width = |place: usize| {
        let all = cells.iter().map(|row| row[place].chars().count());
        all.chain([HEAD[place].chars().count()])
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
    let mut text = format!("## {title}\n\n");
    let line = |text: &mut String, cells: &[String]| {
        for (cell, width) in cells.iter().zip(&widths) {
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
    };
    line(&mut text, &HEAD.map(str::to_owned));
    line(
        &mut text,
        &widths
            .iter()
            .map(|width| "-".repeat(*width))
            .collect::<Vec<_>>(),
    );
    for row in &cells {
        line(&mut text, row);
    }
    text
}

/// A number with as many digits as mean anything.
fn number(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(999.6), "1,000");
        assert_eq!(number(1_234_567.0), "1,234,567");
    }

    #[test]
    fn a_median_is_not_moved_by_one_bad_round() {
        assert!((median([3.0, 1.0, 900.0]) - 3.0).abs() < f64::EPSILON);
        assert!(median([]).abs() < f64::EPSILON);
    }

    #[test]
    fn an_aim_that_is_missed_shows() {
        let row = Row {
            what: "reading".to_owned(),
            unit: "/s",
            ours: 50.0,
            limit: Some(("writing", 100.0)),
            aim: Some(Aim::Part(0.6)),
            ..Row::default()
        };
        let table = markdown("Title", &[row]);
        assert!(table.contains("≥ 0.60× ✗"), "{table}");
        assert!(table.contains("| 0.50×"), "{table}");
    }
}
