//! What every role needs before it can begin, and nothing about documents: configuration,
//! time, ids, tasks, and connections to the three servers.
//!
//! Time, ids, randomness and the environment are inputs everywhere in Mesa. The places that
//! really ask the machine for them are in this crate, once each.

pub mod backoff;
pub mod clock;
pub mod config;
pub mod crash;
pub mod http;
pub mod ids;
pub mod limit;
pub mod metrics;
pub mod nats;
pub mod objects;
pub mod oidc;
pub mod postgres;
pub mod redis;
pub mod secret;
pub mod tasks;
pub mod telemetry;
pub mod tls;
