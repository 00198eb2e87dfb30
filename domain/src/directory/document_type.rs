//! A type of document: set up, renamed, retired.

use std::collections::BTreeMap;

use calendar::Period;
use chrono::{DateTime, Utc};
use events::directory::{DocumentTypeChanged, DocumentTypeCreated, TermSet};
use events::{DocumentTypeEvent, DocumentTypeId, Envelope, SeriesId};

use super::DirectoryRefusal;
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

/// One document type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DocumentType {
    /// Never set up.
    #[default]
    Absent,
    /// Set up.
    Present {
        /// How it is described.
        description: DocumentTypeChanged,
        /// Whether new documents may have it.
        active: bool,
        /// How long its documents may take, by category.
        terms: BTreeMap<Option<String>, Period>,
        /// When it last changed.
        changed_at: DateTime<Utc>,
    },
}

/// A wish about one document type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentTypeCommand {
    /// Set it up.
    Create {
        /// Its unique code, 1 to 20 characters.
        code: String,
        /// Its name, 1 to 200 characters.
        name: String,
        /// The code of its series, 1 to 12 capital letters or digits.
        series: String,
    },
    /// Describe it anew.
    Change {
        /// Its name, 1 to 200 characters.
        name: String,
        /// The code of its series, 1 to 12 capital letters or digits.
        series: String,
    },
    /// Say how long its documents may take.
    SetTerm {
        /// Those of this category, 1 to 100 characters; all, if absent.
        category: Option<String>,
        /// How long; no rule of its own, if absent.
        period: Option<Period>,
    },
    /// Use it for no new documents.
    Retire {
        /// Why.
        reason: String,
    },
    /// Use it again.
    Reinstate {
        /// Why.
        reason: String,
    },
}

impl Decider for DocumentType {
    type Command = DocumentTypeCommand;
    type Event = DocumentTypeEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &DocumentTypeCommand,
        _context: &Context<'_>,
    ) -> Result<Decided<DocumentTypeEvent>, DirectoryRefusal> {
        let event = match (command, self) {
            (DocumentTypeCommand::Create { code, name, series }, Self::Absent) => {
                check(Some(code), name, series)?;
                Some(DocumentTypeEvent::Created(DocumentTypeCreated {
                    document_type: DocumentTypeId::of_code(code),
                    code: code.clone(),
                    name: name.clone(),
                    series: series.clone(),
                }))
            }
            (DocumentTypeCommand::Create { .. }, Self::Present { .. }) => {
                return Err(DirectoryRefusal::Taken);
            }
            (
                DocumentTypeCommand::Change { .. }
                | DocumentTypeCommand::SetTerm { .. }
                | DocumentTypeCommand::Retire { .. }
                | DocumentTypeCommand::Reinstate { .. },
                Self::Absent,
            ) => return Err(DirectoryRefusal::NotFound),
            (DocumentTypeCommand::Change { name, series }, Self::Present { description, .. }) => {
                check(None, name, series)?;
                let changed = DocumentTypeChanged {
                    name: name.clone(),
                    series: series.clone(),
                };
                (changed != *description).then_some(DocumentTypeEvent::Changed(changed))
            }
            (DocumentTypeCommand::SetTerm { category, period }, Self::Present { terms, .. }) => {
                let mut faults = Faults::default();
                faults.optional("/category", category.as_deref(), 100);
                faults.found(DirectoryRefusal::Invalid)?;
                super::check_period(*period)?;
                let set = TermSet {
                    category: category.clone(),
                    period: *period,
                };
                let is_new = terms.get(category) != period.as_ref();
                is_new.then_some(DocumentTypeEvent::TermSet(set))
            }
            (DocumentTypeCommand::Retire { reason }, Self::Present { active, .. }) => {
                super::refuse_empty_reason(reason)?;
                active.then(|| DocumentTypeEvent::Retired(super::closed(reason)))
            }
            (DocumentTypeCommand::Reinstate { reason }, Self::Present { active, .. }) => {
                super::refuse_empty_reason(reason)?;
                (!active).then(|| DocumentTypeEvent::Reinstated(super::closed(reason)))
            }
        };
        Ok(Decided::by(None, event.into_iter().collect()))
    }

    fn evolve(&mut self, told: &Envelope<DocumentTypeEvent>) {
        if let (Self::Absent, DocumentTypeEvent::Created(created)) = (&*self, &told.event) {
            *self = Self::Present {
                description: DocumentTypeChanged {
                    name: created.name.clone(),
                    series: created.series.clone(),
                },
                active: true,
                terms: BTreeMap::new(),
                changed_at: told.at,
            };
        }
        if let Self::Present {
            description,
            active,
            terms,
            changed_at,
        } = self
        {
            *changed_at = told.at;
            match &told.event {
                DocumentTypeEvent::Created(_) => {}
                DocumentTypeEvent::Changed(changed) => *description = changed.clone(),
                DocumentTypeEvent::Retired(_) => *active = false,
                DocumentTypeEvent::Reinstated(_) => *active = true,
                DocumentTypeEvent::TermSet(set) => match set.period {
                    Some(period) => {
                        terms.insert(set.category.clone(), period);
                    }
                    None => {
                        terms.remove(&set.category);
                    }
                },
            }
        }
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Absent => None,
            Self::Present { changed_at, .. } => Some(*changed_at),
        }
    }
}

fn check(code: Option<&str>, name: &str, series: &str) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    if let Some(code) = code {
        super::check_code(&mut faults, code);
    }
    faults.text("/name", name, 1, 200);
    if let Err(error) = SeriesId::new(series, 2000) {
        faults.add("/series", "series", error.to_string());
    }
    faults.found(DirectoryRefusal::Invalid)
}
