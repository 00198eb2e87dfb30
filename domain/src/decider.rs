//! The one shape every aggregate has.

use std::fmt::Debug;

use ::directory::User;
use chrono::{DateTime, Utc};
use events::envelope::StoredEvent;
use events::{Envelope, OfficeId};

use crate::{Context, Refusal};

/// An aggregate: how its facts add up, and what may happen next.
///
/// ```text
/// decide: (command, state, context) -> events     the rules
/// evolve: (state, event)            -> state      the bookkeeping; never fails
/// ```
pub trait Decider: Default + Clone + Debug + Send + Sync + 'static {
    /// What may be asked.
    type Command: Clone + Debug + Send + Sync;
    /// What may have happened.
    type Event: StoredEvent + Clone + Send + Sync;
    /// Why a command is refused.
    type Refusal: Refusal;

    /// Answers `command` with the facts that follow from it; none when it was carried out already.
    ///
    /// # Errors
    ///
    /// When a rule of the domain forbids the command in this state.
    fn decide(
        &self,
        command: &Self::Command,
        context: &Context<'_>,
    ) -> Result<Decided<Self::Event>, Self::Refusal>;

    /// Takes in a fact. Facts are not judged, so this cannot fail.
    fn evolve(&mut self, event: &Envelope<Self::Event>);

    /// Whether there is such a thing for `user`, as far as it may be known.
    fn is_shown_to(&self, _user: &User) -> bool {
        true
    }

    /// When the last fact happened: no later fact may carry an earlier time (I6).
    fn last_at(&self) -> Option<DateTime<Utc>>;
}

/// What follows from a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided<E> {
    /// The office in whose name the user acted.
    pub office: Option<OfficeId>,
    /// The facts, in order; none when there is nothing left to do.
    pub events: Vec<E>,
}

impl<E> Decided<E> {
    /// Nothing is left to do.
    pub const fn nothing() -> Self {
        Self {
            office: None,
            events: Vec::new(),
        }
    }

    /// These facts, brought about in the name of `office`.
    pub const fn by(office: Option<OfficeId>, events: Vec<E>) -> Self {
        Self { office, events }
    }
}

/// The state that `history` adds up to.
pub fn fold<'e, D>(history: impl IntoIterator<Item = &'e Envelope<D::Event>>) -> D
where
    D: Decider,
    D::Event: 'e,
{
    let mut state = D::default();
    for event in history {
        state.evolve(event);
    }
    state
}
