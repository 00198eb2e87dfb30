//! Servers of one test alone, for it to kill.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use servers::{Kind, Places, Profile, Request, Running};
use tempfile::TempDir;

use crate::databases;
use crate::fresh::Fresh;

/// Servers of one test alone, for it to kill. They and their data are gone when it is dropped.
#[derive(Debug)]
pub struct OwnServers {
    running: Running,
    // After `running`, so that the servers are gone before their folder is.
    _folder: TempDir,
}

impl OwnServers {
    /// Starts them. [`Profile::FastForTests`] survives killed processes, which is what most tests
    /// do to it.
    ///
    /// # Panics
    ///
    /// They cannot be found, fetched or started; the message says what to do.
    pub async fn start(profile: Profile) -> Self {
        let folder = match open_folder() {
            Ok(folder) => folder,
            Err(error) => panic!("cannot make a folder for servers: {error}"),
        };
        let request = Request {
            places: Places::of_this_machine(),
            data: folder.path().join("data"),
            nats_url: None,
            database_url: None,
            redis_url: None,
            profile,
        };
        match servers::start(request, &servers::announce_to_log()).await {
            Ok(running) => Self {
                running,
                _folder: folder,
            },
            Err(error) => panic!("the test has no servers: {error}"),
        }
    }

    /// A namespace, an empty database and a Redis prefix in these servers.
    ///
    /// # Panics
    ///
    /// The database cannot be made.
    pub async fn fresh(&self, name: &str) -> Fresh {
        Fresh::new(self.urls(), self.data(), name, None).await
    }

    /// The same, with Mesa's own migrations applied.
    ///
    /// # Panics
    ///
    /// A migration fails, or the database cannot be made.
    pub async fn fresh_migrated(&self, name: &str) -> Fresh {
        let migrations = databases::own_migrations();
        Fresh::new(self.urls(), self.data(), name, Some(&migrations)).await
    }

    /// Kills one server as `kill -9` does.
    ///
    /// # Panics
    ///
    /// Never: all three are this test's own.
    pub fn kill(&mut self, kind: Kind) {
        must(self.running.kill(kind));
    }

    /// Stops one server in its own orderly way.
    ///
    /// # Panics
    ///
    /// Never: all three are this test's own.
    pub async fn stop_one(&mut self, kind: Kind) {
        must(self.running.stop_one(kind).await);
    }

    /// Stops every process of one server where it is, or lets them go on: what a machine that hangs
    /// does.
    ///
    /// # Panics
    ///
    /// Never: all three are this test's own.
    pub fn pause(&mut self, kind: Kind, pause: bool) {
        must(self.running.pause(kind, pause));
    }

    /// Starts one stopped or killed server again, on the same port with the same data.
    ///
    /// # Panics
    ///
    /// It does not start.
    pub async fn start_one(&mut self, kind: Kind) {
        must(self.running.start(kind).await);
    }

    /// The process id of one server while it runs.
    #[must_use]
    pub fn pid(&self, kind: Kind) -> Option<u32> {
        self.running.pid(kind)
    }

    /// The servers' data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.running.data()
    }

    /// Stops all three in an orderly way.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    fn urls(&self) -> [&str; 3] {
        let running = &self.running;
        [&running.nats_url, &running.database_url, &running.redis_url]
    }
}

/// A new folder that the servers' user may pass.
fn open_folder() -> std::io::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("mesa-own-").tempdir()?;
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o711))?;
    Ok(folder)
}

fn must<T>(result: Result<T, servers::StartError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}
