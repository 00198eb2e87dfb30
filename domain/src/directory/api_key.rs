//! An API key: issued, revoked for good.

use ::directory::access::may_give;
use ::directory::roles::ADMINISTRATION;
use chrono::{DateTime, Utc};
use events::directory::ApiKeyIssued;
use events::{ApiKeyEvent, ApiKeyId, Envelope, Permissions, UserId};

use super::DirectoryRefusal;
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

/// One API key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApiKey {
    /// Never issued.
    #[default]
    Absent,
    /// Opens what its user may do.
    Valid {
        /// Whose it is.
        user: UserId,
        /// When it was issued.
        issued_at: DateTime<Utc>,
    },
    /// Opens nothing any more.
    Revoked {
        /// Since when.
        revoked_at: DateTime<Utc>,
    },
}

/// A wish about one API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiKeyCommand {
    /// Issue it. Its secret is made and kept elsewhere (I18).
    Issue {
        /// The key.
        key: ApiKeyId,
        /// Whose it is.
        user: UserId,
        /// What it is for, 1 to 100 characters.
        name: String,
        /// When it ends by itself; in the future.
        expires_at: Option<DateTime<Utc>>,
        /// What it opens of what its user may do; not empty. Everything, when not said.
        scopes: Option<Permissions>,
    },
    /// Let it open nothing any more.
    Revoke {
        /// Why.
        reason: String,
    },
}

impl Decider for ApiKey {
    type Command = ApiKeyCommand;
    type Event = ApiKeyEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &ApiKeyCommand,
        context: &Context<'_>,
    ) -> Result<Decided<ApiKeyEvent>, DirectoryRefusal> {
        let event = match (command, self) {
            (
                ApiKeyCommand::Issue {
                    key,
                    user,
                    name,
                    expires_at,
                    scopes,
                },
                Self::Absent,
            ) => {
                let mut faults = Faults::default();
                faults.text("/name", name, 1, 100);
                let known = context.directory.user(*user);
                let fits = known.is_some_and(|user| user.active);
                faults.check(fits, "/user_id", "unknown", "is no active user");
                let ahead = expires_at.is_none_or(|end| context.at < end);
                faults.check(ahead, "/expires_at", "past", "is not in the future");
                let opens = scopes.is_none_or(|scopes| !scopes.is_empty());
                faults.check(opens, "/scopes", "empty", "opens nothing");
                faults.found(DirectoryRefusal::Invalid)?;
                let opened = known.map_or(Permissions::NONE, |user| user.permissions);
                let opened = opened.within(scopes.unwrap_or(Permissions::all()));
                let scopes = cut(*scopes, context);
                let nothing = scopes.is_some_and(Permissions::is_empty);
                if nothing || !may_give(context.user, opened) {
                    return Err(DirectoryRefusal::BeyondOwn);
                }
                Some(ApiKeyEvent::Issued(ApiKeyIssued {
                    key: *key,
                    user: *user,
                    name: name.clone(),
                    expires_at: *expires_at,
                    scopes,
                }))
            }
            (ApiKeyCommand::Issue { .. }, Self::Valid { .. } | Self::Revoked { .. }) => {
                return Err(DirectoryRefusal::Taken);
            }
            (ApiKeyCommand::Revoke { .. }, Self::Absent) => {
                return Err(DirectoryRefusal::NotFound);
            }
            (ApiKeyCommand::Revoke { .. }, Self::Revoked { .. }) => None,
            (ApiKeyCommand::Revoke { reason }, Self::Valid { user, .. }) => {
                super::refuse_empty_reason(reason)?;
                super::refuse_outranked(*user, context)?;
                Some(ApiKeyEvent::Revoked(super::closed(reason)))
            }
        };
        Ok(Decided::by(None, event.into_iter().collect()))
    }

    fn evolve(&mut self, told: &Envelope<ApiKeyEvent>) {
        *self = match &told.event {
            ApiKeyEvent::Issued(issued) => Self::Valid {
                user: issued.user,
                issued_at: told.at,
            },
            ApiKeyEvent::Revoked(_) => Self::Revoked {
                revoked_at: told.at,
            },
        };
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Absent => None,
            Self::Valid { issued_at, .. } => Some(*issued_at),
            Self::Revoked { revoked_at } => Some(*revoked_at),
        }
    }
}

/// What a key opens, less what leads to everything else and its issuer has not: its user may be
/// made an administrator later, and the key must not become one's.
fn cut(scopes: Option<Permissions>, context: &Context<'_>) -> Option<Permissions> {
    let beyond = ADMINISTRATION.without(context.user.permissions);
    let wished = scopes.unwrap_or(Permissions::all());
    if wished.within(beyond).is_empty() {
        scopes
    } else {
        Some(wished.without(beyond))
    }
}
