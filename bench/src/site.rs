//! An institution to measure with: servers of its own, an organisation, and roles as processes.

use std::sync::Arc;

use anyhow::Context;
use command::{Command, Config};
use events::classify::Role;
use events::{Namespace, OfficeId, UserId};
use kit::{Fresh, OwnServers, Profile};
use platform::clock::SystemClock;
use platform::ids::SystemIds;
use platform::tasks::Tasks;
use tempfile::TempDir;

use crate::process::Process;

/// Where documents come in.
pub(crate) const DESK: &str = "MP";

/// Where they are sent to.
pub(crate) const LEGAL: &str = "OAJ";

/// An institution to measure with. Its servers end with it.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) servers: OwnServers,
    pub(crate) fresh: Fresh,
    pub(crate) names: Namespace,
    /// The key of somebody who registers and sends.
    pub(crate) registrar: String,
    /// The key of somebody who receives.
    pub(crate) officer: String,
    /// The key of somebody who sees everything.
    pub(crate) viewer: String,
    logs: TempDir,
}

impl Site {
    /// Starts servers that promise `profile`, and makes an organisation in them.
    pub(crate) async fn open(profile: Profile) -> anyhow::Result<Self> {
        let servers = OwnServers::start(profile).await;
        let fresh = servers.fresh_migrated("bench").await;
        let [registrar, officer, viewer] = organise(&fresh).await?;
        Ok(Self {
            names: fresh.namespace.parse()?,
            servers,
            fresh,
            registrar,
            officer,
            viewer,
            logs: tempfile::tempdir()?,
        })
    }

    /// Stops the servers.
    pub(crate) async fn close(self) {
        self.servers.stop().await;
    }

    /// Starts the command role.
    pub(crate) async fn command(&self) -> anyhow::Result<Process> {
        self.role("command", &[]).await
    }

    /// Starts the projector role.
    pub(crate) async fn projector(&self) -> anyhow::Result<Process> {
        self.role("projector", &[]).await
    }

    /// Starts the query role, with settings of its own.
    pub(crate) async fn query(&self, own: &[(&str, String)]) -> anyhow::Result<Process> {
        self.role("query", own).await
    }

    /// Starts handlers that do nothing but give bodies of these sizes.
    pub(crate) async fn empty(&self, sizes: &[usize]) -> anyhow::Result<Process> {
        let sizes: Vec<_> = sizes.iter().map(ToString::to_string).collect();
        let args = ["empty", "--sizes", &sizes.join(",")].map(str::to_owned);
        Process::start("empty", &args, &[], self.logs.path()).await
    }

    async fn role(&self, name: &'static str, own: &[(&str, String)]) -> anyhow::Result<Process> {
        let mut settings = vec![
            ("MESA_NATS_URL", self.fresh.nats_url.clone()),
            ("MESA_NAMESPACE", self.fresh.namespace.clone()),
            ("MESA_DATABASE_URL", self.fresh.database_url.clone()),
            ("MESA_REDIS_URL", self.fresh.redis_url.clone()),
            ("MESA_RATE_LIMITS", "off".to_owned()),
            ("MESA_OBJECTS", self.fresh.objects.display().to_string()),
        ];
        settings.extend(own.iter().cloned());
        let args = ["role", name].map(str::to_owned);
        Process::start(name, &args, &settings, self.logs.path()).await
    }
}

/// Makes offices, a document type and people, and gives the keys of these.
async fn organise(fresh: &Fresh) -> anyhow::Result<[String; 3]> {
    let tasks = Tasks::default();
    let config = Config::new(fresh.nats(), fresh.objects());
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let command = Command::connect(&config, clock, ids, tasks.clone()).await?;
    let app = command.app();
    for code in [DESK, LEGAL] {
        app.set_up_office(code, code, None).await?;
    }
    app.set_up_document_type("SOL", "Solicitud", "EXP").await?;
    let mut keys = Vec::new();
    for (login, offices, role) in [
        ("registrar", vec![OfficeId::of_code(DESK)], Role::REGISTRAR),
        ("officer", vec![OfficeId::of_code(LEGAL)], Role::OFFICER),
        ("viewer", vec![], Role::VIEWER),
    ] {
        app.set_up_user(login, login, offices.into_iter().collect(), [role].into())
            .await?;
        let user = UserId::of_login(login);
        let key = app.issue_api_key(user, "bench", None, login).await?;
        keys.push(key.context("a key is given once")?);
    }
    tasks.drain().await;
    let [registrar, officer, viewer] = <[String; 3]>::try_from(keys)
        .ok()
        .context("three have keys")?;
    Ok([registrar, officer, viewer])
}
