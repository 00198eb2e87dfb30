//! The parts of the program `mesa`: it composes the roles, and holds the operator's tools.

#![expect(
    clippy::print_stdout,
    reason = "the program talks to the person who started it"
)]

pub mod asking;
pub mod calendar;
pub mod cli;
pub mod doctor;
pub mod health;
pub mod import;
pub mod migrate;
pub mod openapi;
pub mod opened;
pub mod parked;
pub mod program;
pub mod projections;
pub mod reach;
pub mod rebuild;
pub mod receipts;
pub mod roles;
pub mod stop;
pub mod up;
pub mod verify;

/// Requests allocate on one thread and free on another all the time; the system's allocator makes
/// them wait for each other (decision 0016).
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;
