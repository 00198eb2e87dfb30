//! The program: reads what it is asked, and does it.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    mesa::program::run(std::env::args_os()).await
}
