//! `cargo run -p faults -- --minutes N --seed S`: faults by chance, for so many minutes.
//!
//! Asked with `mesa` as its first argument it is the program `mesa` itself, with crash points in
//! it: that is how the harness begins the roles.

#![expect(
    clippy::print_stderr,
    reason = "the harness talks to the person who started it"
)]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use kit::Chance;

/// Faults by chance, on everything of Mesa at once.
#[derive(Debug, Parser)]
#[command(name = "faults")]
struct Asked {
    /// For how many minutes.
    #[arg(long, default_value_t = 5)]
    minutes: u64,

    /// What the choices and moments follow from; another one each time if it is not given.
    #[arg(long)]
    seed: Option<u64>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == "mesa")
    {
        let _ = arguments.next();
        return mesa::program::run(arguments).await;
    }
    let asked = Asked::parse();
    let mesa = match std::env::current_exe() {
        Ok(mesa) => mesa,
        Err(error) => {
            eprintln!("faults: cannot find itself: {error}");
            return ExitCode::FAILURE;
        }
    };
    let seed = asked.seed.unwrap_or_else(Chance::new_seed);
    let lasting = Duration::from_secs(asked.minutes * 60);
    if Box::pin(faults::random::run(&mesa, lasting, seed)).await {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
