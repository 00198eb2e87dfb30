//! The servers while they run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use crate::error::StartError;
use crate::find::{Program, Search};
use crate::folder::{Home, hold};
use crate::server::{self, Server};
use crate::{Announce, Kind, Profile, Request, kinds};

/// The servers while they run. Dropped without [`Running::stop`], the started ones are killed.
pub struct Running {
    /// Where NATS is, with user and password.
    pub nats_url: String,
    /// Where the `PostgreSQL` database is, with user and password.
    pub database_url: String,
    /// Where Redis is, with its password.
    pub redis_url: String,
    data: PathBuf,
    announce: Announce,
    servers: Vec<(Kind, Server)>,
}

/// Finds or fetches the servers whose address is not given, starts them, and waits until they
/// answer. `announce` is told what happens on the way.
///
/// # Errors
///
/// A server cannot be found, fetched or started; the sentence says what to do. Nothing is left
/// running then.
pub async fn start(request: Request, announce: &Announce) -> Result<Running, StartError> {
    let given = [
        (Kind::Nats, &request.nats_url),
        (Kind::Postgres, &request.database_url),
        (Kind::Redis, &request.redis_url),
    ];
    let mut wanted = Vec::new();
    for (kind, url) in given {
        match url {
            Some(_) => announce(&format!(
                "{kind} runs elsewhere, at an address that was given"
            )),
            None => wanted.push(kind),
        }
    }
    let mut running = Running {
        nats_url: request.nats_url.clone().unwrap_or_default(),
        database_url: request.database_url.clone().unwrap_or_default(),
        redis_url: request.redis_url.clone().unwrap_or_default(),
        data: request.data.clone(),
        announce: Arc::clone(announce),
        servers: Vec::new(),
    };
    if wanted.is_empty() {
        return Ok(running);
    }

    let home = Arc::new(Home::take(&request.data, request.profile, announce)?);
    home.data().clone_into(&mut running.data);
    for (kind, program) in find_all(&request, wanted, &home, announce).await? {
        running.add(kind, program, &home, request.profile);
    }
    running.start_all().await?;
    Ok(running)
}

/// Ends every server that an interrupted run left in the folder `data`. It starts nothing.
///
/// # Errors
///
/// Another program uses the folder.
pub async fn end_what_was_left(data: &Path, announce: &Announce) -> Result<(), StartError> {
    let data = match std::fs::canonicalize(data) {
        Ok(data) if data.join("run").is_dir() => data,
        _ => return Ok(()), // Nothing ever ran there.
    };
    let held = hold(&data)?;
    for kind in Kind::ALL {
        server::end_what_was_left(kind, &data, announce).await;
    }
    drop(held);
    Ok(())
}

impl Running {
    /// Stops the started servers in their own orderly way, and returns when they have ended.
    pub async fn stop(mut self) {
        let mut servers = std::mem::take(&mut self.servers);
        let [mut first, mut second, mut third] = three(&mut servers);
        let stop = async |server: &mut Option<&mut Server>| {
            if let Some(server) = server {
                server.stop().await;
            }
        };
        tokio::join!(stop(&mut first), stop(&mut second), stop(&mut third));
    }

    /// Stops one server in its own orderly way.
    ///
    /// # Errors
    ///
    /// It runs elsewhere.
    pub async fn stop_one(&mut self, kind: Kind) -> Result<(), StartError> {
        self.server(kind)?.stop().await;
        Ok(())
    }

    /// Kills one server as `kill -9` does.
    ///
    /// # Errors
    ///
    /// It runs elsewhere.
    pub fn kill(&mut self, kind: Kind) -> Result<(), StartError> {
        self.server(kind)?.kill();
        Ok(())
    }

    /// Stops every process of one server where it is, or lets them go on: what a machine that hangs
    /// does.
    ///
    /// # Errors
    ///
    /// It runs elsewhere.
    pub fn pause(&mut self, kind: Kind, pause: bool) -> Result<(), StartError> {
        self.server(kind)?.pause(pause);
        Ok(())
    }

    /// Starts one stopped or killed server again, on the same port with the same data.
    ///
    /// # Errors
    ///
    /// It runs elsewhere, or does not start.
    pub async fn start(&mut self, kind: Kind) -> Result<(), StartError> {
        let announce = Arc::clone(&self.announce);
        self.server(kind)?.start(&announce).await
    }

    /// A command that runs the program of one server once more, as the servers are run, and a folder
    /// of this name for its data, beside theirs: for tests of more than one.
    ///
    /// # Errors
    ///
    /// It runs elsewhere, or the folder cannot be made.
    pub fn beside(&mut self, kind: Kind, folder: &str) -> Result<(Command, PathBuf), StartError> {
        self.server(kind)?.beside(folder)
    }

    /// The process id of one server, while this program runs it.
    #[must_use]
    pub fn pid(&self, kind: Kind) -> Option<u32> {
        let (_, server) = self.servers.iter().find(|(found, _)| *found == kind)?;
        server.pid()
    }

    /// The folder the data is in: the one asked for, or the one announced instead.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Lets the servers run on after this program: whoever does so sees to their end.
    pub fn leave(mut self) {
        for (_, server) in &mut self.servers {
            server.leave();
        }
    }

    fn server(&mut self, kind: Kind) -> Result<&mut Server, StartError> {
        self.servers
            .iter_mut()
            .find_map(|(found, server)| (*found == kind).then_some(server))
            .ok_or(StartError::Elsewhere { kind })
    }

    fn add(&mut self, kind: Kind, program: Program, home: &Arc<Home>, profile: Profile) {
        let server = Server::new(kind, program, Arc::clone(home), profile);
        self.servers.push((kind, server));
    }

    /// Starts all at once; when one does not start, stops the others.
    async fn start_all(&mut self) -> Result<(), StartError> {
        let announce = Arc::clone(&self.announce);
        let [mut first, mut second, mut third] = three(&mut self.servers);
        let start = async |server: &mut Option<&mut Server>| match server {
            Some(server) => server.start(&announce).await,
            None => Ok(()),
        };
        let (one, two, three) =
            tokio::join!(start(&mut first), start(&mut second), start(&mut third));
        if let Err(error) = one.and(two).and(three) {
            for (_, server) in &mut self.servers {
                server.stop().await;
            }
            return Err(error);
        }
        for (kind, server) in &self.servers {
            let place = match kind {
                Kind::Nats => &mut self.nats_url,
                Kind::Postgres => &mut self.database_url,
                Kind::Redis => &mut self.redis_url,
            };
            *place = server.url();
        }
        Ok(())
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pids: Vec<_> = Kind::ALL
            .iter()
            .filter_map(|kind| Some((kind.name(), self.pid(*kind)?)))
            .collect();
        f.debug_struct("Running")
            .field("data", &self.data)
            .field("pids", &pids)
            .finish_non_exhaustive()
    }
}

fn three(servers: &mut [(Kind, Server)]) -> [Option<&mut Server>; 3] {
    let mut servers = servers.iter_mut().map(|(_, server)| server);
    [servers.next(), servers.next(), servers.next()]
}

/// Finds the programs, off the threads that serve.
async fn find_all(
    request: &Request,
    wanted: Vec<Kind>,
    home: &Arc<Home>,
    announce: &Announce,
) -> Result<Vec<(Kind, Program)>, StartError> {
    let (places, home) = (request.places.clone(), Arc::clone(home));
    let announce = Arc::clone(announce);
    let search = move || {
        let find = |kind| {
            let search = Search {
                kind,
                major: kinds::major_of_data(kind, &home),
                places: &places,
                identity: home.identity(),
                announce: &announce,
            };
            search.run().map(|program| (kind, program))
        };
        wanted.into_iter().map(find).collect()
    };
    match tokio::task::spawn_blocking(search).await {
        Ok(found) => found,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
