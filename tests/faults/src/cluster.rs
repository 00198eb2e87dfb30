//! Three NATS servers that hold the log together, each to be killed by itself.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use kit::{Kind, free_address};
use platform::{config, nats};
use servers::Running;

/// How many there are.
pub const NODES: usize = 3;
/// So many lines of what they said are told when a run fails.
const LAST: usize = 30;
/// How long the three may take to find each other.
const FORMED: Duration = Duration::from_secs(30);

/// The three servers. Dropped, they are killed.
#[derive(Debug)]
pub struct Cluster {
    nodes: Vec<Node>,
    /// What they say.
    log: PathBuf,
}

#[derive(Debug)]
struct Node {
    name: String,
    clients: SocketAddr,
    routes: SocketAddr,
    child: Option<Child>,
}

impl Cluster {
    /// Starts them with the program, and beside the data, of a server that `running` has.
    pub async fn start(running: &mut Running) -> Self {
        let node = |n| Node {
            name: format!("node-{n}"),
            clients: free_address(),
            routes: free_address(),
            child: None,
        };
        let mut cluster = Self {
            nodes: (0..NODES).map(node).collect(),
            log: running.data().join("log").join("nats.log"),
        };
        for place in 0..NODES {
            cluster.begin(running, place);
        }
        let formed = async || {
            let config = config::Nats::at(&cluster.url(), "mesa");
            let client = nats::connect(&config, "faults").await.ok()?;
            let context = async_nats::jetstream::new(client);
            context.query_account().await.ok().map(|_| ())
        };
        kit::eventually(FORMED, "three servers to find each other", formed).await;
        cluster
    }

    /// The addresses of all three.
    #[must_use]
    pub fn url(&self) -> String {
        let addresses = self
            .nodes
            .iter()
            .map(|node| format!("nats://{}", node.clients));
        addresses.collect::<Vec<_>>().join(",")
    }

    /// Kills one as `kill -9` does.
    pub fn kill(&mut self, place: usize) {
        if let Some(mut child) = self.nodes[place].child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts one, with the data that it had.
    pub fn begin(&mut self, running: &mut Running, place: usize) {
        let (mut command, folder) = running.beside(Kind::Nats, &self.nodes[place].name).unwrap();
        let file = self.configure(place, &folder);
        self.nodes[place].child = Some(start(command.arg("-c").arg(file)));
    }

    /// The configuration of one: a log that syncs each message, and the routes to all.
    fn configure(&self, place: usize, folder: &Path) -> PathBuf {
        let node = &self.nodes[place];
        let routes: Vec<String> = self
            .nodes
            .iter()
            .map(|node| format!("\"nats://{}\"", node.routes))
            .collect();
        let config = format!(
            "server_name: \"{}\"\nlisten: \"{}\"\nmax_payload: 8388608\n\
             jetstream {{ store_dir: \"{}\", max_file_store: 1073741824, sync_interval: always }}\n\
             cluster {{ name: \"faults\", listen: \"{}\", routes: [{}] }}\n",
            node.name,
            node.clients,
            folder.display(),
            node.routes,
            routes.join(", ")
        );
        let file = folder.join("nats.conf");
        std::fs::write(&file, config).unwrap();
        file
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(LAST)..];
            println!("the three servers had said:\n{}", last.join("\n"));
        }
        for place in 0..NODES {
            self.kill(place);
        }
    }
}

fn start(command: &mut Command) -> Child {
    command.spawn().unwrap()
}
