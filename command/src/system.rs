//! Acts of Mesa itself, and of programs inside it: set-up and import, without HTTP.
//!
//! They go the way of every command: the same decisions, the same log, idempotent by keys that
//! follow from what is asked. Offices and states are judged as for everybody; the table of roles,
//! which stands before the routes, is not asked.

use std::collections::BTreeSet;

use calendar::Day;
use chrono::{DateTime, NaiveDate, Utc};
use domain::directory::{
    ApiKeyCommand, CalendarCommand, DirectoryRefusal, DocumentTypeCommand, OfficeCommand,
    UserCommand,
};
use domain::document::{Document, DocumentCommand, DocumentRefusal, RegisterDocument};
use domain::series::{SeriesCommand, SeriesRefusal};
use events::classify::Role;
use events::{
    Aggregate, ApiKeyId, DocumentEvent, DocumentId, DocumentTypeId, Fingerprint, OfficeId,
    SeriesId, UserId,
};
use platform::http::IfMatch;
use platform::telemetry::trace::Trace;
use thiserror::Error;

use crate::app::{App, Wish};
use crate::asked::{Done, TransactError};
use crate::refused::RegisterError;
use crate::vault::VaultError;

/// Why an act of Mesa itself was not carried out.
#[derive(Debug, Error)]
pub enum SystemError {
    /// An act on the directory.
    #[error(transparent)]
    Directory(#[from] TransactError<DirectoryRefusal>),
    /// An act on a series.
    #[error(transparent)]
    Series(#[from] TransactError<SeriesRefusal>),
    /// An act on a document.
    #[error(transparent)]
    Document(#[from] TransactError<DocumentRefusal>),
    /// A registration.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// A secret.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The user in whose name it was to be done does not exist, or is deactivated.
    #[error("there is no active user {0}")]
    NoSuchUser(UserId),
    /// This process has not heard of that version of the calendar yet; asking again helps.
    #[error("the calendar is at version {known} here, and {asked} is asked for")]
    CalendarBehind {
        /// The version known here.
        known: u64,
        /// The version asked for.
        asked: u64,
    },
}

/// What became of something that Mesa itself asked of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Whether an event came of it, now or when it was asked for first.
    pub by_event: bool,
    /// The version of the calendar it was decided by.
    pub calendar: u64,
    /// Where the history ended then.
    pub sequence: u64,
}

impl App {
    /// The wish of `user` to do `what`, under `key`.
    ///
    /// # Errors
    ///
    /// There is no such user.
    pub fn wish(&self, user: UserId, key: &str, what: &str) -> Result<Wish, SystemError> {
        let caller = self.organisation.caller(user);
        Ok(Wish {
            caller: caller.ok_or(SystemError::NoSuchUser(user))?,
            key: key.to_owned(),
            request: Fingerprint::of("system", what.as_bytes()),
            if_match: IfMatch::Absent,
            trace: Trace::begun(self.shell.ids.next()),
        })
    }

    /// Sets up an office, unless its code is taken: then that office is meant.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when the description is invalid or the log does not answer.
    pub async fn set_up_office(
        &self,
        code: &str,
        name: &str,
        parent: Option<OfficeId>,
    ) -> Result<OfficeId, SystemError> {
        let id = OfficeId::of_code(code);
        let command = OfficeCommand::Create {
            code: code.to_owned(),
            name: name.to_owned(),
            parent,
        };
        let wish = self.wish(UserId::system(), code, &format!("{command:?}"))?;
        let asking = wish.asking("offices");
        let aggregate = Aggregate::Office(id);
        let done = self.carry_out(&self.offices, &aggregate, &command, asking, &wish);
        taken_is_fine(done.await)?;
        Ok(id)
    }

    /// Declares those of `days` that are not declared for their date and scope; gives how many.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when a day is invalid or the log does not answer.
    pub async fn declare_days(&self, days: Vec<Day>, reason: &str) -> Result<usize, SystemError> {
        let known = self.organisation.now();
        let known = &known.clockwork().calendar;
        let is_missing = |day: &Day| known.day(day.on, day.scope).is_none();
        let days: Vec<Day> = days.into_iter().filter(is_missing).collect();
        if days.is_empty() {
            return Ok(0);
        }
        let count = days.len();
        let reason = reason.to_owned();
        let command = CalendarCommand::Declare { days, reason };
        // The key is new each time: what is there already is not declared again.
        let key = self.shell.ids.next().to_string();
        let wish = self.wish(UserId::system(), &key, &format!("{command:?}"))?;
        let aggregate = Aggregate::Calendar;
        let asking = wish.asking(&aggregate.to_string());
        self.carry_out(&self.calendar, &aggregate, &command, asking, &wish)
            .await?;
        Ok(count)
    }

    /// Sets up a document type, unless its code is taken: then that type is meant.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when the description is invalid or the log does not answer.
    pub async fn set_up_document_type(
        &self,
        code: &str,
        name: &str,
        series: &str,
    ) -> Result<DocumentTypeId, SystemError> {
        let id = DocumentTypeId::of_code(code);
        let command = DocumentTypeCommand::Create {
            code: code.to_owned(),
            name: name.to_owned(),
            series: series.to_owned(),
        };
        let wish = self.wish(UserId::system(), code, &format!("{command:?}"))?;
        let asking = wish.asking("document-types");
        let aggregate = Aggregate::DocumentType(id);
        let done = self.carry_out(&self.document_types, &aggregate, &command, asking, &wish);
        taken_is_fine(done.await)?;
        Ok(id)
    }

    /// Sets up a user, unless the login is taken: then that user is meant.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when the description is invalid or the log does not answer.
    pub async fn set_up_user(
        &self,
        login: &str,
        name: &str,
        offices: Vec<OfficeId>,
        roles: BTreeSet<Role>,
    ) -> Result<UserId, SystemError> {
        let id = UserId::of_login(login);
        let command = UserCommand::Create {
            login: login.to_owned(),
            name: name.to_owned(),
            offices,
            roles,
        };
        let wish = self.wish(UserId::system(), login, &format!("{command:?}"))?;
        let asking = wish.asking("users");
        let aggregate = Aggregate::User(id);
        let done = self.carry_out(&self.users, &aggregate, &command, asking, &wish);
        taken_is_fine(done.await)?;
        Ok(id)
    }

    /// Issues an API key to `user` and gives its whole text; `None` when it was issued before
    /// under the same `key`, because a secret is shown once.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when there is no such user or the log does not answer.
    pub async fn issue_api_key(
        &self,
        user: UserId,
        name: &str,
        expires_at: Option<DateTime<Utc>>,
        key: &str,
    ) -> Result<Option<String>, SystemError> {
        let what = format!("{user} {name}");
        let wish = self.wish(UserId::system(), key, &what)?;
        let asking = wish.asking("api-keys");
        let id = ApiKeyId(asking.command.0);
        let command = ApiKeyCommand::Issue {
            key: id,
            user,
            name: name.to_owned(),
            expires_at,
            scopes: None,
        };
        let aggregate = Aggregate::ApiKey(id);
        self.carry_out(&self.api_keys, &aggregate, &command, asking, &wish)
            .await?;
        let Some(new) = self.vault.make(id).await? else {
            return Ok(None);
        };
        self.organisation.sees_digest(new.revision).await;
        Ok(Some(new.key.text()))
    }

    /// Lets `series` begin at `first`, unless it has begun.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when `first` is 0 or the log does not answer.
    pub async fn open_series(&self, series: &SeriesId, first: u64) -> Result<(), SystemError> {
        let command = SeriesCommand::Open {
            series: series.clone(),
            first,
        };
        let wish = self.wish(UserId::system(), &series.to_string(), &first.to_string())?;
        let asking = wish.asking("series");
        let aggregate = Aggregate::Series(series.clone());
        let done = self.carry_out(&self.series, &aggregate, &command, asking, &wish);
        match done.await {
            Ok(_) | Err(TransactError::Refused(SeriesRefusal::Running { .. })) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Registers a document in the name of `user`, idempotently under `key`.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when the registration is refused or the log does not answer.
    pub async fn register_as(
        &self,
        user: UserId,
        command: RegisterDocument,
        key: &str,
    ) -> Result<Done<Document>, SystemError> {
        let wish = self.wish(user, key, &format!("{command:?}"))?;
        Ok(self.register(command, &wish).await?)
    }

    /// Carries out `command` on `document` in the name of `user`, idempotently under `key`.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when the command is refused or the log does not answer.
    pub async fn act_as(
        &self,
        user: UserId,
        document: DocumentId,
        command: &DocumentCommand,
        key: &str,
    ) -> Result<Done<Document>, SystemError> {
        let wish = self.wish(user, key, &format!("{command:?}"))?;
        let aggregate = Aggregate::Document(document);
        let asking = wish.asking(&aggregate.to_string());
        let done = self.carry_out(&self.documents, &aggregate, command, asking, &wish);
        Ok(done.await?)
    }

    /// Computes the deadline of `document` anew, if days in its course changed (T2), by a calendar
    /// that knows `version` at least; idempotent under `key`.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when the calendar is not that far here, or the log does not answer.
    pub async fn reschedule(
        &self,
        document: DocumentId,
        version: u64,
        key: &str,
    ) -> Result<Settled, SystemError> {
        let known = self.organisation.now().clockwork().calendar.version();
        if known < version {
            let asked = version;
            return Err(SystemError::CalendarBehind { known, asked });
        }
        let command = DocumentCommand::Reschedule;
        let done = self
            .act_as(UserId::system(), document, &command, key)
            .await?;
        let stored = done.events.iter().find_map(|envelope| {
            if let DocumentEvent::Rescheduled(told) = &envelope.event {
                Some(told.deadline.calendar_version)
            } else {
                None
            }
        });
        Ok(Settled {
            by_event: done.replayed || stored.is_some(),
            calendar: stored.unwrap_or(known),
            sequence: done.history.sequence,
        })
    }

    /// Says what is to be said today of the deadline of `document`, if it ends on `due_on` and it was
    /// not said yet (T5); idempotent under `key`.
    ///
    /// # Errors
    ///
    /// [`SystemError`] when the log does not answer.
    pub async fn alert(
        &self,
        document: DocumentId,
        due_on: NaiveDate,
        key: &str,
    ) -> Result<Settled, SystemError> {
        let calendar = self.organisation.now().clockwork().calendar.version();
        let command = DocumentCommand::Alert { due_on };
        let done = self
            .act_as(UserId::system(), document, &command, key)
            .await?;
        Ok(Settled {
            by_event: done.replayed || !done.events.is_empty(),
            calendar,
            sequence: done.history.sequence,
        })
    }
}

/// A code or login that is taken names what was to be set up; so does a key used before.
fn taken_is_fine<T>(
    done: Result<T, TransactError<DirectoryRefusal>>,
) -> Result<(), TransactError<DirectoryRefusal>> {
    match done {
        Ok(_) | Err(TransactError::KeyReused | TransactError::Refused(DirectoryRefusal::Taken)) => {
            Ok(())
        }
        Err(error) => Err(error),
    }
}
