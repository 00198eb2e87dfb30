//! Streams that are as they must be: made when missing, compared when there.

use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, Info, Stream};
use async_nats::jetstream::{Context, ErrorCode};

/// Why a stream cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The stream exists, but is not what Mesa relies on.
    #[error(
        "the stream {stream} has {setting} = {found}, but Mesa relies on {wanted}; \
         change it with `nats stream edit`, or use another namespace"
    )]
    Different {
        /// Its name.
        stream: String,
        /// What differs.
        setting: &'static str,
        /// How it is.
        found: String,
        /// How it must be.
        wanted: String,
    },
    /// NATS did not say how the stream is.
    #[error("cannot read the stream {stream}; is JetStream switched on in the NATS server?")]
    Read {
        /// Its name.
        stream: String,
        /// What happened.
        source: async_nats::jetstream::context::GetStreamError,
    },
    /// NATS did not make the stream.
    #[error("cannot create the stream {stream}")]
    Create {
        /// Its name.
        stream: String,
        /// What happened.
        source: async_nats::jetstream::context::CreateStreamError,
    },
}

/// Gives the stream that `wanted` describes, made now if it was missing.
///
/// Compared are the settings the log's promises rest on. Size limits, replicas, placement and
/// description are the operator's to change.
///
/// # Errors
///
/// NATS does not answer or refuses, or the existing stream breaks a promise.
pub async fn ensure_stream(
    jetstream: &Context,
    wanted: &Config,
) -> Result<Stream<Info>, StreamError> {
    let name = &wanted.name;
    let stream = match jetstream.get_stream(name).await {
        Ok(stream) => stream,
        Err(error) if is_missing(&error.kind()) => create(jetstream, wanted).await?,
        Err(source) => {
            return Err(StreamError::Read {
                stream: name.clone(),
                source,
            });
        }
    };
    compare(wanted, &stream.cached_info().config)?;
    Ok(stream)
}

/// Makes the stream, or gives the one another process made at the same moment.
async fn create(jetstream: &Context, wanted: &Config) -> Result<Stream<Info>, StreamError> {
    let stream = wanted.name.clone();
    match jetstream.create_stream(wanted.clone()).await {
        Ok(made) => {
            tracing::info!(nats.stream = %stream, "created the stream");
            Ok(made)
        }
        Err(error) if is_taken(&error.kind()) => jetstream
            .get_stream(&stream)
            .await
            .map_err(|source| StreamError::Read { stream, source }),
        Err(source) => Err(StreamError::Create { stream, source }),
    }
}

fn is_missing(kind: &GetStreamErrorKind) -> bool {
    matches!(kind, GetStreamErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

fn is_taken(kind: &CreateStreamErrorKind) -> bool {
    matches!(kind, CreateStreamErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::STREAM_NAME_EXIST)
}

/// Names the first setting in which `found` breaks what `wanted` promises.
fn compare(wanted: &Config, found: &Config) -> Result<(), StreamError> {
    let stream = wanted.name.clone();
    match differences(wanted, found).into_iter().next() {
        None => Ok(()),
        Some(Difference {
            setting,
            found,
            wanted,
        }) => Err(StreamError::Different {
            stream,
            setting,
            found,
            wanted,
        }),
    }
}

/// A setting in which a stream breaks what it must promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The setting.
    pub setting: &'static str,
    /// How it is.
    pub found: String,
    /// How it must be.
    pub wanted: String,
}

/// Every setting in which `found` breaks what `wanted` promises.
#[must_use]
pub fn differences(wanted: &Config, found: &Config) -> Vec<Difference> {
    let facts = facts(wanted).into_iter().zip(facts(found));
    let differing = facts.filter(|((_, wanted), (_, found))| wanted != found);
    differing
        .map(|((setting, wanted), (_, found))| Difference {
            setting,
            found,
            wanted,
        })
        .collect()
}

fn facts(config: &Config) -> Vec<(&'static str, String)> {
    let mut subjects = config.subjects.clone();
    subjects.sort();
    vec![
        ("subjects", subjects.join(",")),
        ("retention", format!("{:?}", config.retention)),
        ("storage", format!("{:?}", config.storage)),
        ("discard", format!("{:?}", config.discard)),
        ("max_msgs", unlimited(config.max_messages)),
        (
            "max_msgs_per_subject",
            unlimited(config.max_messages_per_subject),
        ),
        ("max_age", format!("{:?}", config.max_age)),
        ("deny_delete", config.deny_delete.to_string()),
        ("deny_purge", config.deny_purge.to_string()),
        ("allow_direct", config.allow_direct.to_string()),
        ("allow_atomic", config.allow_atomic_publish.to_string()),
        ("sealed", config.sealed.to_string()),
    ]
}

/// A limit as text; the server turns "not given" into -1.
fn unlimited(limit: i64) -> String {
    if limit <= 0 {
        "unlimited".to_owned()
    } else {
        limit.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Config {
        Config {
            name: "MESA_LOG".to_owned(),
            subjects: vec!["mesa.log.>".to_owned()],
            deny_delete: true,
            ..Config::default()
        }
    }

    #[test]
    fn what_the_operator_may_change_is_not_compared() {
        let found = Config {
            max_bytes: 1 << 30,
            num_replicas: 3,
            max_messages: -1,
            description: Some("ours".to_owned()),
            ..log()
        };
        assert!(compare(&log(), &found).is_ok());
    }

    #[test]
    fn a_stream_that_allows_deletion_is_refused_with_a_sentence() {
        let found = Config {
            deny_delete: false,
            ..log()
        };
        let error = compare(&log(), &found).unwrap_err().to_string();
        assert!(
            error.contains("MESA_LOG has deny_delete = false"),
            "{error}"
        );
    }
}
