//! Logs of a process; [`trace`], what belongs together in them, and [`spans`] of it for a collector.

mod lines;
pub mod spans;
pub mod trace;

pub use lines::Lines;

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::TryInitError;

use crate::config::{Log, LogFormat};

/// Why logging could not begin.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is no filter.
    #[error("the log filter `{filter}` is not understood; write a level or `module=level,…`")]
    Filter {
        /// What was given.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// The system gives no thread to write with.
    #[error("nothing can be logged")]
    Thread(#[source] std::io::Error),
    /// Somebody else already logs in this process.
    #[error("logging had already begun in this process")]
    Twice(#[source] TryInitError),
}

/// Begins logging to the standard error stream, in the way `log` says, until what it gives is
/// dropped; `usual` is the filter when none is given.
///
/// # Errors
///
/// The filter is not understood, or the process already logs.
pub fn begin(log: &Log, usual: &str) -> Result<Lines, TelemetryError> {
    use tracing_subscriber::util::SubscriberInitExt;

    let filter = log.filter.as_deref().unwrap_or(usual);
    let filter = EnvFilter::try_new(filter).map_err(|source| TelemetryError::Filter {
        filter: filter.to_owned(),
        source,
    })?;
    let (lines, put) = Lines::begin().map_err(TelemetryError::Thread)?;
    let told = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(put);
    match log.format {
        LogFormat::Text => told.finish().try_init(),
        LogFormat::Json => told
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .finish()
            .try_init(),
    }
    .map_err(TelemetryError::Twice)?;
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_filter_is_refused_with_a_sentence() {
        let log = Log {
            filter: Some("mesa=loud".to_owned()),
            format: LogFormat::Json,
            otlp_url: None,
        };
        let refused = begin(&log, "info").unwrap_err().to_string();
        assert!(refused.contains("`mesa=loud`"), "{refused}");
    }
}
