//! How one channel takes documents in (R5).

use ::calendar::IntakePolicy as Policy;
use chrono::{DateTime, Utc};
use events::clock::IntakePolicySet;
use events::{Envelope, IntakePolicyEvent};

use super::{DirectoryRefusal, refuse_empty_reason};
use crate::{Context, Decided, Decider};

/// The policy of one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntakePolicy {
    /// The policy, if one was ever said.
    pub policy: Option<Policy>,
    changed_at: Option<DateTime<Utc>>,
}

/// A wish about the policy of one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetIntakePolicy {
    /// The policy from now on.
    pub policy: Policy,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
}

impl Decider for IntakePolicy {
    type Command = SetIntakePolicy;
    type Event = IntakePolicyEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &SetIntakePolicy,
        _context: &Context<'_>,
    ) -> Result<Decided<IntakePolicyEvent>, DirectoryRefusal> {
        refuse_empty_reason(&command.reason)?;
        let set = IntakePolicySet {
            policy: command.policy,
            reason: command.reason.clone(),
        };
        let is_new = self.policy != Some(command.policy);
        let event = is_new.then_some(IntakePolicyEvent::Set(set));
        Ok(Decided::by(None, event.into_iter().collect()))
    }

    fn evolve(&mut self, told: &Envelope<IntakePolicyEvent>) {
        self.changed_at = Some(told.at);
        match &told.event {
            IntakePolicyEvent::Set(set) => self.policy = Some(set.policy),
        }
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        self.changed_at
    }
}
