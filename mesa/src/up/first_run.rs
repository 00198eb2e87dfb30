//! The first run: an institution with offices, document types, people and keys, and the
//! national holidays.

use anyhow::Context;
use command::App;
use events::{OfficeId, UserId};

use super::institution::{DOCUMENT_TYPES, OFFICES, PEOPLE, SERIES};
use super::keys::KeyFolder;

/// Stands in the key folder while the first run has not come to its end.
const UNFINISHED: &str = ".unfinished";

/// Sets up the institution when nobody is in the directory yet, or when an earlier first run was
/// cut short. Otherwise changes nothing.
///
/// # Errors
///
/// The log does not answer, or a key cannot be kept.
pub(super) async fn set_up(app: &App, keys: &KeyFolder) -> anyhow::Result<()> {
    let nobody = app.organisation.now().users().next().is_none();
    let unfinished = keys.file(UNFINISHED).exists();
    if !nobody && !unfinished {
        return Ok(());
    }
    keys.write(UNFINISHED, "")?;
    let mut parent = None;
    for (code, name) in OFFICES {
        let office = app.set_up_office(code, name, parent).await?;
        if *code == "GM" {
            parent = Some(office);
        }
    }
    crate::calendar::declare(app).await?;
    for (code, name) in DOCUMENT_TYPES {
        app.set_up_document_type(code, name, SERIES).await?;
    }
    for person in PEOPLE {
        let offices = person.offices.iter().copied().map(OfficeId::of_code);
        let roles = person.roles.iter().copied().collect();
        app.set_up_user(person.login, person.name, offices.collect(), roles)
            .await?;
        if keys.read(person.login)?.is_none() {
            keys.write(person.login, &issue(app, person.login).await?)?;
        }
    }
    std::fs::remove_file(keys.file(UNFINISHED)).context("cannot finish the first run")
}

/// A new key for `login`. A key whose secret was lost with an earlier, interrupted run is passed
/// over: a secret is shown once.
async fn issue(app: &App, login: &str) -> anyhow::Result<String> {
    let user = UserId::of_login(login);
    for attempt in 1..=100 {
        let key = format!("first-run-{login}-{attempt}");
        if let Some(text) = app.issue_api_key(user, "first run", None, &key).await? {
            return Ok(text);
        }
    }
    anyhow::bail!("no key can be issued to {login}")
}
