//! What an import did, for people and for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use domain::directory::UserCommand;
use domain::document::Document;
use events::classify::Channel;
use serde::Serialize;

use super::decide::Imported;
use super::plan::Plan;
use super::setup::Change;

/// How many lines of each list the text for people shows.
const SHOWN: usize = 20;

/// Something of the file that was not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The case, where it is known.
    pub case: Option<String>,
    /// The line in the file, where it is one line's fault.
    pub line: Option<u64>,
    /// Why.
    pub reason: String,
}

/// What the documents of the file add up to, imported now or before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// How many.
    pub documents: u64,
    /// Their derivations.
    pub derivations: u64,
    /// How many stand where.
    pub by_status: BTreeMap<&'static str, u64>,
    /// How many came in where.
    pub by_channel: BTreeMap<&'static str, u64>,
}

/// How the directory was made ready.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SetUp {
    /// Offices set up now.
    pub offices: u64,
    /// Document types set up now.
    pub document_types: u64,
    /// Users set up now.
    pub users: u64,
    /// Users who got further offices now.
    pub users_extended: u64,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The name of the log.
    pub source: String,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Lines of the file.
    pub lines: u64,
    /// How the directory was made ready.
    pub set_up: SetUp,
    /// Documents added by this run.
    pub added: u64,
    /// Documents that were there already, just the same.
    pub already: u64,
    /// The documents of the file as they are to be in the register.
    pub totals: Totals,
    /// First and last number added to each series.
    pub numbers: BTreeMap<String, (u64, u64)>,
    /// Cases imported before that the file tells otherwise now. Nothing was changed.
    pub differing: Vec<String>,
    /// What was not imported, and why.
    pub refused: Vec<Refused>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

impl Totals {
    /// Counts one document.
    pub fn count(&mut self, imported: &Imported, channel: Channel) {
        let Document::Present(dossier) = &imported.state else {
            return;
        };
        self.documents += 1;
        self.derivations += dossier.derivations.len() as u64;
        let status = dossier.phase.status().word();
        *self.by_status.entry(status).or_default() += 1;
        *self.by_channel.entry(channel.word()).or_default() += 1;
    }
}

impl SetUp {
    /// Counts one change.
    pub fn count(&mut self, change: &Change) {
        match change {
            Change::Office(..) => self.offices += 1,
            Change::DocumentType(..) => self.document_types += 1,
            Change::User(_, UserCommand::Create { .. }) => self.users += 1,
            Change::User(..) => self.users_extended += 1,
        }
    }
}

impl Report {
    /// Notes that the rules refuse a case, and why.
    pub fn refuse(&mut self, plan: &Plan, reason: String) {
        self.refused.push(Refused {
            case: Some(plan.case.clone()),
            line: None,
            reason,
        });
    }

    /// Notes which of `plans` were said to be presented after their first event.
    pub fn note_late(&mut self, plans: &[Plan]) {
        let late = plans.iter().filter(|plan| plan.presented_late);
        let cases: Vec<_> = late.map(|plan| plan.case.as_str()).collect();
        if !cases.is_empty() {
            self.notes.push(format!(
                "{} said to be presented after the first event, and count from that event: {}",
                counted(cases.len() as u64, "case"),
                shortened(&cases)
            ));
        }
    }

    /// Notes a number given to a document.
    pub fn note_number(&mut self, number: &events::RegistryNumber) {
        let given = (number.value, number.value);
        let range = self
            .numbers
            .entry(number.series.to_string())
            .or_insert(given);
        *range = (range.0.min(number.value), range.1.max(number.value));
    }

    /// Writes it as JSON.
    ///
    /// # Errors
    ///
    /// When `out` takes nothing more.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }

    /// Writes it for people.
    ///
    /// # Errors
    ///
    /// When `out` takes nothing more.
    pub fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let totals = &self.totals;
        writeln!(
            out,
            "{}: {}, {}, {}",
            self.source,
            counted(self.lines, "line"),
            counted(totals.documents, "document"),
            counted(totals.derivations, "derivation")
        )?;
        writeln!(out, "  status      {}", listed(&totals.by_status))?;
        writeln!(out, "  channel     {}", listed(&totals.by_channel))?;
        let set_up = &self.set_up;
        writeln!(
            out,
            "  directory   {} and {} new, {} extended",
            counted(set_up.offices, "office"),
            counted(set_up.users, "user"),
            set_up.users_extended
        )?;
        let added = if self.dry_run {
            "would be added"
        } else {
            "added"
        };
        writeln!(
            out,
            "  register    {} {added}, {} there already, {} differing, {} refused",
            self.added,
            self.already,
            self.differing.len(),
            self.refused.len()
        )?;
        for (series, (first, last)) in &self.numbers {
            writeln!(
                out,
                "  numbers     {series}-{first:06} to {series}-{last:06}"
            )?;
        }
        for note in &self.notes {
            writeln!(out, "note: {note}")?;
        }
        if !self.differing.is_empty() {
            let cases: Vec<_> = self.differing.iter().map(String::as_str).collect();
            writeln!(
                out,
                "already imported, differs now, left as it is: {}",
                shortened(&cases)
            )?;
        }
        for refused in self.refused.iter().take(SHOWN) {
            writeln!(out, "refused: {refused}")?;
        }
        if self.refused.len() > SHOWN {
            let more = self.refused.len() - SHOWN;
            writeln!(out, "refused: {more} more; --json lists them all")?;
        }
        Ok(())
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        if let Some(case) = &self.case {
            write!(f, "case {case}, ")?;
        }
        f.write_str(&self.reason)
    }
}

fn listed(counts: &BTreeMap<&'static str, u64>) -> String {
    let one = |(word, count): (&&str, &u64)| format!("{count} {word}");
    counts.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn shortened(cases: &[&str]) -> String {
    let shown = cases
        .iter()
        .take(SHOWN)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match cases.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_refusals(count: u64) -> Report {
        let refused = |line| Refused {
            case: Some(format!("c{line}")),
            line: Some(line),
            reason: "the line has no timestamp".to_owned(),
        };
        Report {
            source: "trial".to_owned(),
            lines: 100,
            refused: (2..count + 2).map(refused).collect(),
            differing: vec!["c7".to_owned()],
            numbers: [("EXP-2026".to_owned(), (1, 60))].into(),
            ..Report::default()
        }
    }

    #[test]
    fn the_text_says_what_was_refused_and_shortens_a_long_list() {
        let mut text = Vec::new();
        with_refusals(25).write_text(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.starts_with("trial: 100 lines, 0 documents, 0 derivations\n"));
        assert!(text.contains("numbers     EXP-2026-000001 to EXP-2026-000060\n"));
        assert!(text.contains("differs now, left as it is: c7\n"));
        assert!(text.contains("refused: line 2, case c2, the line has no timestamp\n"));
        assert!(text.ends_with("refused: 5 more; --json lists them all\n"));
    }

    #[test]
    fn the_json_lists_everything() {
        let mut json = Vec::new();
        with_refusals(25).write_json(&mut json).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["refused"].as_array().map(Vec::len), Some(25));
        assert_eq!(json["refused"][0]["line"], 2);
        assert_eq!(json["numbers"]["EXP-2026"][1], 60);
    }
}
