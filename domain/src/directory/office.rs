//! An office: set up, renamed, closed.

use calendar::{OfficeHours, Place};
use chrono::{DateTime, Utc};
use events::directory::{OfficeChanged, OfficeCreated, OfficeSituated};
use events::{Envelope, OfficeEvent, OfficeId};

use super::DirectoryRefusal;
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

/// One office.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Office {
    /// Never set up.
    #[default]
    Absent,
    /// Set up.
    Present {
        /// Its id.
        id: OfficeId,
        /// Its code.
        code: String,
        /// How it is described.
        description: OfficeChanged,
        /// Whether it takes documents.
        active: bool,
        /// Where it stands, and when its desk is open.
        situation: OfficeSituated,
        /// When it last changed.
        changed_at: DateTime<Utc>,
    },
}

/// A wish about one office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfficeCommand {
    /// Set it up.
    Create {
        /// Its unique code, 1 to 20 characters.
        code: String,
        /// Its name, 1 to 200 characters.
        name: String,
        /// The office it belongs to.
        parent: Option<OfficeId>,
    },
    /// Describe it anew.
    Change {
        /// Its name, 1 to 200 characters.
        name: String,
        /// The office it belongs to.
        parent: Option<OfficeId>,
    },
    /// Say where it stands, and when its desk is open.
    Situate {
        /// Its province; unknown, if absent.
        place: Option<Place>,
        /// Its hours; the usual ones, if absent.
        hours: Option<OfficeHours>,
    },
    /// Let it take no more documents.
    Close {
        /// Why.
        reason: String,
    },
    /// Let it take documents again.
    Reopen {
        /// Why.
        reason: String,
    },
}

impl Decider for Office {
    type Command = OfficeCommand;
    type Event = OfficeEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &OfficeCommand,
        context: &Context<'_>,
    ) -> Result<Decided<OfficeEvent>, DirectoryRefusal> {
        let event = match (command, self) {
            (OfficeCommand::Create { code, name, parent }, Self::Absent) => {
                check(Some(code), name, *parent, None, context)?;
                Some(OfficeEvent::Created(OfficeCreated {
                    office: OfficeId::of_code(code),
                    code: code.clone(),
                    name: name.clone(),
                    parent: *parent,
                }))
            }
            (OfficeCommand::Create { .. }, Self::Present { .. }) => {
                return Err(DirectoryRefusal::Taken);
            }
            (
                OfficeCommand::Change { .. }
                | OfficeCommand::Situate { .. }
                | OfficeCommand::Close { .. }
                | OfficeCommand::Reopen { .. },
                Self::Absent,
            ) => return Err(DirectoryRefusal::NotFound),
            (
                OfficeCommand::Change { name, parent },
                Self::Present {
                    id, description, ..
                },
            ) => {
                check(None, name, *parent, Some(*id), context)?;
                let changed = OfficeChanged {
                    name: name.clone(),
                    parent: *parent,
                };
                (changed != *description).then_some(OfficeEvent::Changed(changed))
            }
            (OfficeCommand::Situate { place, hours }, Self::Present { situation, .. }) => {
                let mut faults = Faults::default();
                let opens_first = hours.is_none_or(|hours| hours.opens < hours.closes);
                let detail = "the desk closes before it opens";
                faults.check(opens_first, "/hours/closes", "hours", detail);
                faults.found(DirectoryRefusal::Invalid)?;
                let situated = OfficeSituated {
                    place: *place,
                    hours: *hours,
                };
                (situated != *situation).then_some(OfficeEvent::Situated(situated))
            }
            (OfficeCommand::Close { reason }, Self::Present { active, .. }) => {
                super::refuse_empty_reason(reason)?;
                active.then(|| OfficeEvent::Closed(super::closed(reason)))
            }
            (OfficeCommand::Reopen { reason }, Self::Present { active, .. }) => {
                super::refuse_empty_reason(reason)?;
                (!active).then(|| OfficeEvent::Reopened(super::closed(reason)))
            }
        };
        Ok(Decided::by(None, event.into_iter().collect()))
    }

    fn evolve(&mut self, told: &Envelope<OfficeEvent>) {
        if let (Self::Absent, OfficeEvent::Created(created)) = (&*self, &told.event) {
            *self = Self::Present {
                id: created.office,
                code: created.code.clone(),
                description: OfficeChanged {
                    name: created.name.clone(),
                    parent: created.parent,
                },
                active: true,
                situation: OfficeSituated {
                    place: None,
                    hours: None,
                },
                changed_at: told.at,
            };
        }
        if let Self::Present {
            description,
            active,
            situation,
            changed_at,
            ..
        } = self
        {
            *changed_at = told.at;
            match &told.event {
                OfficeEvent::Created(_) => {}
                OfficeEvent::Changed(changed) => *description = changed.clone(),
                OfficeEvent::Closed(_) => *active = false,
                OfficeEvent::Reopened(_) => *active = true,
                OfficeEvent::Situated(situated) => *situation = situated.clone(),
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

fn check(
    code: Option<&str>,
    name: &str,
    parent: Option<OfficeId>,
    own: Option<OfficeId>,
    context: &Context<'_>,
) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    if let Some(code) = code {
        super::check_code(&mut faults, code);
    }
    faults.text("/name", name, 1, 200);
    if let Some(parent) = parent {
        let known = context.directory.office(parent).is_some();
        faults.check(known, "/parent_id", "unknown", "is no office");
        let mut above = Some(parent);
        let mut steps = 0;
        while let Some(office) = above {
            if own == Some(office) || steps > 50 {
                faults.add("/parent_id", "circle", "the office would belong to itself");
                break;
            }
            above = context
                .directory
                .office(office)
                .and_then(|office| office.parent);
            steps += 1;
        }
    }
    faults.found(DirectoryRefusal::Invalid)
}
