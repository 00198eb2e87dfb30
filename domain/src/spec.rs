//! Given, when, then: how deciders are tested.

#![expect(
    clippy::missing_panics_doc,
    reason = "a specification panics: that is how it fails"
)]

use std::fmt::Debug;

use ::directory::{Directory, User};
use chrono::{DateTime, Utc};
use events::{Actor, CommandId, Envelope, EventId, OfficeId, UserId};
use uuid::Uuid;

use crate::{Context, Decided, Decider, Refusal, fold};

/// A fact, told by somebody at some time.
pub fn told<E>(at: DateTime<Utc>, by: UserId, event: E) -> Envelope<E> {
    Envelope {
        id: EventId::derive(CommandId(Uuid::nil()), "told", 0),
        at,
        by: Actor::of(by, None),
        event,
    }
}

/// Starts a specification from what has happened, all at the epoch and by the system.
pub fn given<D: Decider>(history: impl IntoIterator<Item = D::Event>) -> Given<D> {
    let history: Vec<_> = history
        .into_iter()
        .map(|event| told(DateTime::<Utc>::UNIX_EPOCH, UserId::system(), event))
        .collect();
    given_told(&history)
}

/// Starts a specification from what has happened, each fact as it was told.
pub fn given_told<'e, D>(history: impl IntoIterator<Item = &'e Envelope<D::Event>>) -> Given<D>
where
    D: Decider,
    D::Event: 'e,
{
    Given {
        state: fold(history),
    }
}

/// A state some history led to.
#[derive(Debug)]
pub struct Given<D> {
    state: D,
}

impl<D: Decider> Given<D> {
    /// Puts a command of `user` to that state.
    pub fn when(self, directory: &Directory, user: &User, command: &D::Command) -> When<D> {
        self.when_at(DateTime::<Utc>::UNIX_EPOCH, directory, user, command)
    }

    /// Puts a command of `user` to that state, at a time of its own.
    pub fn when_at(
        self,
        at: DateTime<Utc>,
        directory: &Directory,
        user: &User,
        command: &D::Command,
    ) -> When<D> {
        let context = Context {
            at,
            user,
            directory,
        };
        When {
            outcome: self.state.decide(command, &context),
        }
    }
}

/// What a command led to.
#[derive(Debug)]
pub struct When<D: Decider> {
    outcome: Result<Decided<D::Event>, D::Refusal>,
}

impl<D> When<D>
where
    D: Decider,
    D::Event: Debug + PartialEq,
{
    /// Expects exactly these events.
    #[track_caller]
    pub fn then(self, expected: impl IntoIterator<Item = D::Event>) {
        let events = self.outcome.map(|decided| decided.events);
        assert_eq!(events, Ok(expected.into_iter().collect()));
    }

    /// Expects exactly these events, brought about in the name of `office` (I10).
    #[track_caller]
    pub fn then_for(self, office: Option<OfficeId>, expected: impl IntoIterator<Item = D::Event>) {
        let expected = Decided::by(office, expected.into_iter().collect());
        assert_eq!(self.outcome, Ok(expected));
    }

    /// Expects that it had been done already.
    #[track_caller]
    pub fn then_nothing(self) {
        self.then([]);
    }

    /// Expects this refusal.
    #[track_caller]
    pub fn then_refused(self, expected: &D::Refusal) {
        assert_eq!(self.outcome.as_ref().err(), Some(expected));
    }

    /// Expects a refusal for exactly these faults, each a pointer and a code.
    #[track_caller]
    pub fn then_faults(self, expected: &[(&str, &str)]) {
        let refusal = self.outcome.as_ref().err();
        assert_eq!(refusal.map(faults_of).as_deref(), Some(expected));
    }
}

/// The faults a refusal names, each as its pointer and its code.
pub fn faults_of(refusal: &impl Refusal) -> Vec<(&str, &str)> {
    let faults = refusal.faults().iter();
    faults
        .map(|fault| (fault.pointer.as_str(), fault.code))
        .collect()
}
