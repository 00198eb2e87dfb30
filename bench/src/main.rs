//! How fast Mesa is, beside how fast it could be: each figure with its limit, measured in the same
//! run, and with the memory it takes. `cargo run --profile dist -p bench [-- SECTION…]`.

#![expect(
    clippy::print_stdout,
    reason = "the program talks to the person who started it"
)]

mod cli;
mod client;
mod empty;
mod load;
mod machine;
mod process;
mod scripts;
mod sections;
mod site;
mod stream;
mod table;

use clap::Parser;

use crate::cli::{Cli, Doing};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.doing {
        Some(Doing::Role(role)) => cli::role(&role).await,
        Some(Doing::Empty(empty)) => empty.run().await,
        None => {
            // Dropped, it ends the servers and roles that it started.
            tokio::select! {
                measured = sections::run(&cli.wanted) => measured,
                () = mesa::stop::told() => anyhow::bail!("told to stop"),
            }
        }
    }
}
