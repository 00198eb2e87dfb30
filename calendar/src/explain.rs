//! A term in words (T4): Spanish as people write it in Peru, and English.

use chrono::{Datelike, NaiveDate};

use crate::{Period, Rule, Since, Term};

/// A language a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `es-PE`, the first.
    Spanish,
    /// `en`, the second.
    English,
}

const MESES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "setiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Language {
    /// One of two wordings.
    const fn of<'t>(self, spanish: &'t str, english: &'t str) -> &'t str {
        match self {
            Self::Spanish => spanish,
            Self::English => english,
        }
    }

    /// `12 de agosto`, with the year where it is not `year`.
    fn date(self, on: NaiveDate, year: Option<i32>) -> String {
        let month = usize::try_from(on.month0()).unwrap_or_default();
        let (day, in_year) = (on.day(), on.year());
        let is_told = year == Some(in_year);
        match self {
            Self::Spanish if is_told => format!("{day} de {}", MESES[month]),
            Self::Spanish => format!("{day} de {} de {in_year}", MESES[month]),
            Self::English if is_told => format!("{day} {}", MONTHS[month]),
            Self::English => format!("{day} {} {in_year}", MONTHS[month]),
        }
    }

    /// `1 día hábil`, `2 días hábiles`.
    fn counted(self, count: u32, one: [&str; 2], many: [&str; 2]) -> String {
        let [spanish, english] = if count == 1 { one } else { many };
        format!("{count} {}", self.of(spanish, english))
    }

    fn business_days(self, count: u32) -> String {
        let one = ["día hábil", "business day"];
        self.counted(count, one, ["días hábiles", "business days"])
    }

    fn period(self, period: Period) -> String {
        match period {
            Period::BusinessDays(count) => self.business_days(count.into()),
            Period::CalendarDays(count) => {
                let one = ["día calendario", "calendar day"];
                self.counted(count.into(), one, ["días calendario", "calendar days"])
            }
            Period::Months(count) => {
                self.counted(count.into(), ["mes", "month"], ["meses", "months"])
            }
            Period::Until(date) => {
                let date = self.date(date, None);
                format!("{} {date}", self.of("hasta el", "until"))
            }
        }
    }

    const fn rule(self, rule: Rule) -> &'static str {
        match rule {
            Rule::Given => self.of("fecha indicada al registrar", "date given at registration"),
            Rule::Category => self.of("plazo de la categoría", "rule of the category"),
            Rule::DocumentType => {
                self.of("plazo del tipo de documento", "rule of the document type")
            }
            Rule::Institution => self.of("plazo de la institución", "rule of the institution"),
            Rule::Law => self.of(
                "plazo de ley, TUO de la Ley 27444",
                "term of law, TUO of Law 27444",
            ),
            Rule::Correction => self.of("plazo para subsanar", "time to correct"),
        }
    }

    const fn since(self, since: Since) -> &'static str {
        match since {
            Since::Filed => self.of("presentado el", "filed"),
            Since::Observed => self.of("observado el", "observed"),
            Since::Corrected => self.of("subsanado el", "corrected"),
            Since::Sent => self.of("derivado el", "sent"),
        }
    }

    /// `a, b y c`.
    fn list(parts: &[String], and: &str) -> String {
        match parts {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
        }
    }
}

impl Term {
    /// Why it is due when it is due, in one sentence.
    ///
    /// `Vence el 17 de agosto de 2026: presentado el 31 de julio, 10 días hábiles (plazo del tipo de
    /// documento), sin contar 6 de agosto (Batalla de Junín) ni 4 días de fin de semana.`
    pub fn explain(&self, language: Language) -> String {
        let year = Some(self.due_on.year());
        let mut parts = vec![format!(
            "{} {}: {} {}, {} ({})",
            language.of("Vence el", "Due"),
            language.date(self.due_on, None),
            language.since(self.since),
            language.date(self.counted_from, year),
            language.period(self.period),
            language.rule(self.rule),
        )];
        if self.extended_by > 0 {
            let days = language.business_days(self.extended_by);
            parts.push(format!("{} {days}", language.of("más", "plus")));
        }
        for pause in self.pauses.iter().filter(|pause| pause.from < pause.until) {
            let (from, until) = (
                language.date(pause.from, year),
                language.date(pause.until, year),
            );
            parts.push(match language {
                Language::Spanish => format!("suspendido del {from} al {until}"),
                Language::English => format!("suspended from {from} to {until}"),
            });
        }
        let mut gaps: Vec<String> = self
            .skipped
            .iter()
            .map(|day| format!("{} ({})", language.date(day.on, year), day.name))
            .collect();
        if self.weekend_days > 0 {
            let one = ["día de fin de semana", "weekend day"];
            let many = ["días de fin de semana", "weekend days"];
            gaps.push(language.counted(self.weekend_days, one, many));
        }
        if !gaps.is_empty() {
            let gaps = Language::list(&gaps, language.of("ni", "and"));
            parts.push(format!("{} {gaps}", language.of("sin contar", "skips")));
        }
        parts.join(", ") + "."
    }
}
