//! What the projector says on core NATS after each batch, and while nothing happens.
//!
//! Notices of one instance are numbered without gaps. They may be lost: whoever misses a number,
//! sees another instance, or hears nothing for [`SILENCE`], knows that it does not know.

use std::time::Duration;

use events::DocumentId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Position, Scope};

/// How often something is said at least.
pub const HEARTBEAT: Duration = Duration::from_millis(300);
/// After how long without a notice the projector must be taken for away.
pub const SILENCE: Duration = Duration::from_secs(1);
/// The most documents a notice names; with more, its scopes are [`Scope::All`] alone.
pub const MOST_DOCUMENTS: usize = 200;

/// The views have moved to `position`, and this is what changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The running projector; another one after each start.
    pub instance: Uuid,
    /// Its place among the notices of the instance, from 1.
    pub n: u64,
    /// Where the views stand.
    pub position: Position,
    /// What changed since the notice before; empty in a heartbeat. With [`Scope::All`] in it,
    /// anything may have changed.
    pub scopes: Vec<Scope>,
    /// The documents that changed.
    pub documents: Vec<DocumentId>,
}

impl Notice {
    /// Whether nothing changed.
    pub fn is_heartbeat(&self) -> bool {
        self.scopes.is_empty()
    }

    /// Whether this one follows `before` with none between.
    pub fn follows(&self, before: &Self) -> bool {
        self.instance == before.instance && self.n == before.n + 1
    }

    /// Its JSON form.
    ///
    /// # Errors
    ///
    /// When a value has no JSON form; ours all have.
    pub fn encode(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    ///
    /// When the bytes are no notice.
    pub fn decode(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(n: u64) -> Notice {
        Notice {
            instance: Uuid::nil(),
            n,
            position: Position::new("MESA_LOG", 5),
            scopes: vec![Scope::Documents],
            documents: vec![DocumentId(Uuid::nil())],
        }
    }

    #[test]
    fn a_notice_reads_back_as_written() {
        let bytes = notice(1).encode().unwrap();
        assert_eq!(Notice::decode(&bytes).unwrap(), notice(1));
    }

    #[test]
    fn a_gap_and_another_instance_are_seen() {
        assert!(notice(2).follows(&notice(1)));
        assert!(!notice(3).follows(&notice(1)));
        let other = Notice {
            instance: Uuid::max(),
            ..notice(2)
        };
        assert!(!other.follows(&notice(1)));
    }
}
