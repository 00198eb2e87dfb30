//! A substitution (*encargatura*): somebody acts in somebody's place for some days.

use chrono::{DateTime, NaiveDate, Utc};
use events::people::{Place, SubstitutionSetUp};
use events::{Envelope, SubstitutionEvent, SubstitutionId, UserId, legal_date};

use super::DirectoryRefusal;
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

/// The most days a substitution lasts: who is longer away is replaced.
const LONGEST: i64 = 366;

/// One substitution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Substitution {
    /// Never set up.
    #[default]
    Absent,
    /// Set up; it ends by itself after its last day.
    Running {
        /// What was set up.
        set_up: SubstitutionSetUp,
        /// When.
        at: DateTime<Utc>,
    },
    /// Ended before its last day.
    Ended {
        /// What was set up.
        set_up: SubstitutionSetUp,
        /// When it ended.
        at: DateTime<Utc>,
    },
}

/// A wish about one substitution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubstitutionCommand {
    /// Set it up.
    SetUp {
        /// The substitution.
        substitution: SubstitutionId,
        /// Who acts; an active user.
        substitute: UserId,
        /// In whose place; another active user's, or that of the head of an active office.
        place: Place,
        /// The first day, a legal date.
        from_on: NaiveDate,
        /// The last day, today or later, and not a year after the first.
        until_on: NaiveDate,
        /// Why: the resolution or memorandum that orders it, 1 to 1,000 characters.
        reason: String,
    },
    /// End it before its last day.
    End {
        /// Why.
        reason: String,
    },
}

impl Decider for Substitution {
    type Command = SubstitutionCommand;
    type Event = SubstitutionEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &SubstitutionCommand,
        context: &Context<'_>,
    ) -> Result<Decided<SubstitutionEvent>, DirectoryRefusal> {
        let event = match (command, self) {
            (
                SubstitutionCommand::SetUp {
                    substitution,
                    substitute,
                    place,
                    from_on,
                    until_on,
                    reason,
                },
                Self::Absent,
            ) => {
                let set_up = SubstitutionSetUp {
                    substitution: *substitution,
                    substitute: *substitute,
                    place: *place,
                    from_on: *from_on,
                    until_on: *until_on,
                    reason: reason.clone(),
                };
                check(&set_up, context)?;
                Some(SubstitutionEvent::SetUp(set_up))
            }
            (SubstitutionCommand::SetUp { .. }, Self::Running { .. } | Self::Ended { .. }) => {
                return Err(DirectoryRefusal::Taken);
            }
            (SubstitutionCommand::End { .. }, Self::Absent) => {
                return Err(DirectoryRefusal::NotFound);
            }
            (SubstitutionCommand::End { .. }, Self::Ended { .. }) => None,
            (SubstitutionCommand::End { reason }, Self::Running { .. }) => {
                super::refuse_empty_reason(reason)?;
                Some(SubstitutionEvent::Ended(super::closed(reason)))
            }
        };
        Ok(Decided::by(None, event.into_iter().collect()))
    }

    fn evolve(&mut self, told: &Envelope<SubstitutionEvent>) {
        match (&told.event, &*self) {
            (SubstitutionEvent::SetUp(set_up), _) => {
                *self = Self::Running {
                    set_up: set_up.clone(),
                    at: told.at,
                };
            }
            (SubstitutionEvent::Ended(_), Self::Running { set_up, .. }) => {
                *self = Self::Ended {
                    set_up: set_up.clone(),
                    at: told.at,
                };
            }
            (SubstitutionEvent::Ended(_), Self::Absent | Self::Ended { .. }) => {}
        }
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Absent => None,
            Self::Running { at, .. } | Self::Ended { at, .. } => Some(*at),
        }
    }
}

fn check(set_up: &SubstitutionSetUp, context: &Context<'_>) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    let directory = context.directory;
    let acts = |id| directory.user(id).is_some_and(|user| user.active);
    let fits = acts(set_up.substitute);
    faults.check(fits, "/substitute_id", "unknown", "is no active user");
    match set_up.place {
        Place::User(id) => {
            faults.check(acts(id), "/user_id", "unknown", "is no active user");
            let another = id != set_up.substitute;
            faults.check(another, "/user_id", "same_user", "is the substitute");
        }
        Place::HeadOf(id) => {
            let fits = context.takes_documents(id);
            faults.check(fits, "/office_id", "unknown", "is no active office");
        }
    }
    let days = set_up.until_on.signed_duration_since(set_up.from_on);
    let fits = (0..LONGEST).contains(&days.num_days());
    faults.check(
        fits,
        "/until_on",
        "span",
        "is not within a year of the first day",
    );
    let ahead = legal_date(context.at) <= set_up.until_on;
    faults.check(ahead, "/until_on", "past", "is in the past");
    faults.text("/reason", &set_up.reason, 1, 1000);
    faults.found(DirectoryRefusal::Invalid)
}
