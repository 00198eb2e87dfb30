//! Values that the tests of this crate need.

use chrono::{DateTime, Utc};
use events::classify::Role;
use events::directory::UserCreated;
use events::{
    Actor, AnyRecord, CommandId, Envelope, EventId, Fingerprint, Hash, OfficeId, Record, UserEvent,
    UserId,
};
use uuid::Uuid;

use crate::{Directory, User};

/// A record of `event` alone.
pub(crate) fn record<E>(event: E) -> Record<E> {
    let command = CommandId(Uuid::nil());
    Record {
        command,
        request: Fingerprint::default(),
        recorded_at: DateTime::<Utc>::UNIX_EPOCH,
        version: 0,
        prev: Hash::default(),
        correlation: Uuid::nil(),
        causation: None,
        events: vec![Envelope {
            id: EventId::derive(command, "trial", 0),
            at: DateTime::<Utc>::UNIX_EPOCH,
            by: Actor::system(),
            event,
        }],
    }
}

/// Sets up `login` with `roles` in `offices`.
pub(crate) fn set_up(directory: &mut Directory, login: &str, roles: &[Role], offices: &[&str]) {
    let user = UserId::of_login(login);
    let created = UserEvent::Created(UserCreated {
        user,
        login: login.to_owned(),
        name: login.to_owned(),
        offices: offices.iter().map(|code| OfficeId::of_code(code)).collect(),
        roles: roles.iter().copied().collect(),
    });
    directory.apply(&AnyRecord::User(user, record(created)));
}

/// A user with `roles`, as a directory has it.
pub(crate) fn user_with(roles: &[Role]) -> User {
    let mut directory = Directory::default();
    set_up(&mut directory, "someone", roles, &[]);
    directory.user(UserId::of_login("someone")).unwrap().clone()
}
