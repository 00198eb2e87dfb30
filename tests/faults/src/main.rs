//! `cargo run -p faults -- --minutes N --seed S`: faults by chance, for so many minutes.
//!
//! Asked with `mesa` as its first argument it is the program `mesa` itself, with crash points in
//! it: that is how the harness begins the roles.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let program = arguments.next();
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == "mesa")
    {
        return mesa::program::run(arguments).await;
    }
    drop(program);
    ExitCode::FAILURE
}
