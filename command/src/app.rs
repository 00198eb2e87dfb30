//! Everything the routes stand on, and what it means to ask for something.

use std::sync::Arc;

use domain::directory::{
    ApiKey, Calendar, DocumentType, Institution, IntakePolicy, Office, Role, RoutingRule,
    Substitution, User,
};
use domain::document::{Document, DocumentRefusal, RegisterDocument};
use domain::series::Series;
use domain::{Context, Decider};
use events::{Aggregate, CommandId, Fingerprint};
use platform::http::limit::Asker;
use platform::http::{IfMatch, Presented};
use platform::objects::Objects;
use platform::telemetry::trace::Trace;
use tokio::sync::Mutex;

use crate::asked::{Asked, Done, TransactError};
use crate::config::Files;
use crate::history::{Asking, History, envelopes};
use crate::login::Login;
use crate::numbering::{After, Numbering, NumberingError, Registration};
use crate::organisation::{Caller, Organisation};
use crate::refused::RegisterError;
use crate::shell::{Histories, Shell};
use crate::transact::transact;
use crate::vault::{Vault, tracking_token};

/// Everything the routes stand on. Clones share it.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// The outside of a decision.
    pub shell: Shell,
    /// Registry numbers.
    pub numbering: Arc<Numbering>,
    /// The organisation.
    pub organisation: Organisation,
    /// Digests of keys.
    pub vault: Vault,
    /// Passwords and tokens.
    pub login: Login,
    /// Documents at hand.
    pub documents: Histories<Document>,
    /// Series at hand.
    pub series: Histories<Series>,
    /// Offices at hand.
    pub offices: Histories<Office>,
    /// Document types at hand.
    pub document_types: Histories<DocumentType>,
    /// Users at hand.
    pub users: Histories<User>,
    /// API keys at hand.
    pub api_keys: Histories<ApiKey>,
    /// The bytes of attachments.
    pub objects: Objects,
    /// What files are taken.
    pub files: Files,
    /// Roles at hand.
    pub roles: Histories<Role>,
    /// Substitutions at hand.
    pub substitutions: Histories<Substitution>,
    /// Held while the directory is changed: see [`App::carry_out`].
    pub arranging: Mutex<()>,
    /// The calendar at hand.
    pub calendar: Histories<Calendar>,
    /// Intake policies at hand.
    pub intake_policies: Histories<IntakePolicy>,
    /// The institution at hand.
    pub institution: Histories<Institution>,
    /// Routing rules at hand.
    pub routing_rules: Histories<RoutingRule>,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Who asks, under which key, in which request, and on what condition: everything about a command
/// but what it says.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Who asks, and the organisation then.
    pub caller: Caller,
    /// The `Idempotency-Key`.
    pub key: String,
    /// What is asked, to tell a retry from another request.
    pub request: Fingerprint,
    /// The version the caller believes to change.
    pub if_match: IfMatch,
    /// The request in which it all began.
    pub trace: Trace,
}

impl Wish {
    /// The command it is within `scope`, and all that its record will say of it.
    pub fn asking(&self, scope: &str) -> Asking {
        let user = self.caller.user.id;
        Asking {
            command: CommandId::derive(user, scope, &self.key),
            request: self.request,
            user,
            trace: self.trace,
        }
    }
}

impl App {
    /// An app of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Whose credential this is, for the limit on how much may be asked.
    pub(crate) fn asker(&self, presented: &Presented) -> Option<Asker> {
        let now = self.shell.clock.now();
        let caller = self.organisation.authenticate(presented, now)?;
        Some(Asker {
            user: caller.user.id.0,
            is_integration: caller.user.is(events::classify::Role::INTEGRATOR),
        })
    }

    /// Carries out `command` on `aggregate`; the key counts within `scope`.
    ///
    /// Acts on the directory go one after the other, each upon what the one before it left: a rule
    /// that looks at more than one entry, as that an administrator remains, is otherwise passed by
    /// two acts at once. Between processes that race is left open
    /// (`docs/decisions`: *Permissions*).
    ///
    /// # Errors
    ///
    /// [`TransactError`], each of which says whether asking again helps.
    pub async fn carry_out<D: Decider>(
        &self,
        histories: &Histories<D>,
        aggregate: &Aggregate,
        command: &D::Command,
        asking: Asking,
        wish: &Wish,
    ) -> Result<Done<D>, TransactError<D::Refusal>> {
        let in_log = aggregate.is_in_log();
        if !in_log && self.organisation.has_elsewhere(asking.command, aggregate) {
            return Err(TransactError::KeyReused);
        }
        let mut asked = Asked {
            asking,
            user: &wish.caller.user,
            directory: &wish.caller.directory,
            if_match: wish.if_match,
        };
        if in_log {
            return transact(&self.shell, histories, aggregate, command, &asked).await;
        }
        let _one_by_one = self.arranging.lock().await;
        let now = self.organisation.now();
        asked.directory = &now;
        let done = transact(&self.shell, histories, aggregate, command, &asked).await?;
        self.organisation.sees(done.history.sequence).await;
        Ok(done)
    }

    /// Whether `command` would be refused now: for what is dear to prepare. What was carried out
    /// under this key already is not; then this is the request that was.
    ///
    /// # Errors
    ///
    /// [`TransactError`], as when it is carried out.
    pub async fn foresee<D: Decider>(
        &self,
        histories: &Histories<D>,
        aggregate: &Aggregate,
        command: &D::Command,
        asking: &Asking,
        wish: &Wish,
    ) -> Result<Option<Fingerprint>, TransactError<D::Refusal>> {
        let mut history = histories.load(&self.shell, aggregate).await?;
        histories
            .catch_up(&self.shell, aggregate, &mut history)
            .await?;
        if let Some(found) = history.remembered(asking.command) {
            return Ok(Some(found.request));
        }
        let version = history.version_for(&wish.caller.user);
        if !wish.if_match.allows(version) {
            return Err(TransactError::Precondition { version });
        }
        let context = Context {
            at: self.shell.clock.now(),
            user: &wish.caller.user,
            directory: &wish.caller.directory,
        };
        let decided = history.state.decide(command, &context);
        decided.map(|_| None).map_err(TransactError::Refused)
    }

    /// Enters a document in the register. A retry finds the document of the first try, because
    /// its id is derived from the command; or, of what comes from elsewhere, from its origin (I12).
    ///
    /// # Errors
    ///
    /// [`RegisterError`], each of which says whether asking again helps.
    pub async fn register(
        &self,
        command: RegisterDocument,
        wish: &Wish,
    ) -> Result<Done<Document>, RegisterError> {
        let asking = wish.asking("documents");
        let document = asking.document(command.origin.as_ref());
        let from_elsewhere = command.origin.is_some();
        let aggregate = Aggregate::Document(document);
        if let Some(first) = self.shell.log.first(&aggregate).await? {
            return registered(&first, Some(&asking), true);
        }
        let now = self.shell.clock.now();
        let context = Context {
            at: now,
            user: &wish.caller.user,
            directory: &wish.caller.directory,
        };
        let draft = command.check(&context)?;
        let series = draft.series().clone();
        let token = tracking_token()?;
        let by = context.actor(Some(draft.office()));
        let (command, key) = (asking.command, aggregate.to_string());
        let registration = Registration {
            document,
            after: After::default(),
            command: asking.command,
            request: asking.request,
            trace: asking.trace,
            begin: Box::new(move |number| {
                let draft = draft.clone();
                let events = draft.events(document, number.clone(), token.clone());
                envelopes(command, &key, events, now, by)
            }),
        };
        let numbered = match self.numbering.register(&series, registration).await {
            Err(NumberingError::Taken) if from_elsewhere => {
                return Err(DocumentRefusal::HereAlready.into());
            }
            numbered => numbered?,
        };
        let done = registered(&numbered.first, None, numbered.replayed)?;
        self.documents.keep(&aggregate, &done.history).await;
        Ok(done)
    }
}

/// The answer that the first record of a document is to its registration.
fn registered(
    first: &crate::log::Stored,
    asking: Option<&Asking>,
    replayed: bool,
) -> Result<Done<Document>, RegisterError> {
    let mut history = History::<Document>::default();
    let record = history.take(first)?;
    if let Some((asking, record)) = asking.zip(record.as_ref()) {
        // Only what comes from elsewhere has an id that another command may have had before.
        if record.command != asking.command {
            return Err(DocumentRefusal::HereAlready.into());
        }
        if record.request != asking.request {
            return Err(RegisterError::KeyReused);
        }
    }
    let events = record.map(|record| record.events).unwrap_or_default();
    Ok(Done::of(history, events, replayed))
}
