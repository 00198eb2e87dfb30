//! A routing rule: set, retired, reinstated.

use ::directory::routing::words;
use chrono::{DateTime, Utc};
use events::classify::SenderKind;
use events::routing::{Conditions, Destination, RoutingRuleSet};
use events::{Envelope, RoutingRuleEvent};

use super::{DirectoryRefusal, check_code, closed, refuse_empty_reason};
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

/// How many words a rule goes by at most.
const WORDS: usize = 10;

/// One routing rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RoutingRule {
    /// Never set up.
    #[default]
    Absent,
    /// Set up.
    Present {
        /// What it says.
        rule: Box<RoutingRuleSet>,
        /// Whether it suggests anything.
        active: bool,
        /// When it last changed.
        changed_at: DateTime<Utc>,
    },
}

/// A wish about one routing rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoutingRuleCommand {
    /// Set it up.
    Create(RoutingRuleSet),
    /// Let it say something else.
    Change {
        /// What it goes by.
        when: Conditions,
        /// What it suggests.
        suggest: Destination,
        /// Its place among rules that say equally much.
        order: u32,
    },
    /// Let it suggest nothing.
    Retire {
        /// Why.
        reason: String,
    },
    /// Let it suggest again.
    Reinstate {
        /// Why.
        reason: String,
    },
}

impl Decider for RoutingRule {
    type Command = RoutingRuleCommand;
    type Event = RoutingRuleEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &RoutingRuleCommand,
        context: &Context<'_>,
    ) -> Result<Decided<RoutingRuleEvent>, DirectoryRefusal> {
        let event = match (command, self) {
            (RoutingRuleCommand::Create(set), Self::Absent) => {
                check(set, context)?;
                Some(RoutingRuleEvent::Set(set.clone()))
            }
            (RoutingRuleCommand::Create(_), Self::Present { .. }) => {
                return Err(DirectoryRefusal::Taken);
            }
            (
                RoutingRuleCommand::Change { .. }
                | RoutingRuleCommand::Retire { .. }
                | RoutingRuleCommand::Reinstate { .. },
                Self::Absent,
            ) => return Err(DirectoryRefusal::NotFound),
            (
                RoutingRuleCommand::Change {
                    when,
                    suggest,
                    order,
                },
                Self::Present { rule, .. },
            ) => {
                let set = RoutingRuleSet {
                    code: rule.code.clone(),
                    when: when.clone(),
                    suggest: suggest.clone(),
                    order: *order,
                };
                check(&set, context)?;
                (set != **rule).then_some(RoutingRuleEvent::Set(set))
            }
            (RoutingRuleCommand::Retire { reason }, Self::Present { active, .. }) => {
                refuse_empty_reason(reason)?;
                active.then(|| RoutingRuleEvent::Retired(closed(reason)))
            }
            (RoutingRuleCommand::Reinstate { reason }, Self::Present { active, .. }) => {
                refuse_empty_reason(reason)?;
                (!active).then(|| RoutingRuleEvent::Reinstated(closed(reason)))
            }
        };
        Ok(Decided::by(None, event.into_iter().collect()))
    }

    fn evolve(&mut self, told: &Envelope<RoutingRuleEvent>) {
        match (&told.event, &mut *self) {
            (RoutingRuleEvent::Set(set), Self::Absent) => {
                *self = Self::Present {
                    rule: Box::new(set.clone()),
                    active: true,
                    changed_at: told.at,
                };
            }
            (
                RoutingRuleEvent::Set(set),
                Self::Present {
                    rule, changed_at, ..
                },
            ) => {
                **rule = set.clone();
                *changed_at = told.at;
            }
            (
                RoutingRuleEvent::Retired(_) | RoutingRuleEvent::Reinstated(_),
                Self::Present {
                    active, changed_at, ..
                },
            ) => {
                *active = matches!(told.event, RoutingRuleEvent::Reinstated(_));
                *changed_at = told.at;
            }
            (RoutingRuleEvent::Retired(_) | RoutingRuleEvent::Reinstated(_), Self::Absent) => {}
        }
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Absent => None,
            Self::Present { changed_at, .. } => Some(*changed_at),
        }
    }
}

fn check(set: &RoutingRuleSet, context: &Context<'_>) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    check_code(&mut faults, &set.code);
    let when = &set.when;
    let directory = context.directory;
    if let Some(id) = when.document_type_id {
        let known = directory.document_type(id).is_some();
        let pointer = "/when/document_type_id";
        faults.check(known, pointer, "unknown", "is no document type");
    }
    faults.optional("/when/category", when.category.as_deref(), 100);
    let few = when.words.len() <= WORDS;
    let count = format!("a rule goes by {WORDS} words at most");
    faults.check(few, "/when/words", "count", count);
    for (index, word) in when.words.iter().enumerate().take(WORDS) {
        let pointer = format!("/when/words/{index}");
        faults.text(&pointer, word, 2, 40);
        let one = words(word).len() == 1;
        faults.check(one, &pointer, "word", "is not one word");
    }
    if let Some(prefix) = &when.sender_prefix {
        let fits = (1..=12).contains(&prefix.len());
        let fits = fits && prefix.chars().all(|c| c.is_ascii_alphanumeric());
        let wrong = "is not 1 to 12 letters or digits";
        faults.check(fits, "/when/sender_prefix", "prefix", wrong);
        let numbered = when.sender_kind != Some(SenderKind::None);
        let wrong = "a sender who shows nothing has no number";
        faults.check(numbered, "/when/sender_prefix", "contradiction", wrong);
    }
    if let Some(id) = when.registry_office_id {
        let known = directory.office(id).is_some();
        let pointer = "/when/registry_office_id";
        faults.check(known, pointer, "unknown", "is no office");
    }
    let open = directory.office(set.suggest.office_id);
    let open = open.is_some_and(|office| office.active);
    let pointer = "/suggest/office_id";
    faults.check(open, pointer, "unknown", "is no open office");
    let instructions = set.suggest.instructions.as_deref();
    faults.optional("/suggest/instructions", instructions, 1000);
    let fits = set.order <= 1_000_000;
    faults.check(fits, "/order", "order", "is not 0 to 1,000,000");
    faults.found(DirectoryRefusal::Invalid)
}
