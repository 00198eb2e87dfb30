//! Who may see a document: restricted to the offices that work on it, and open again (articles 15
//! to 17 of the TUO of Law 27806). Parts of [`crate::DocumentEvent`].

use serde::{Deserialize, Serialize};

/// From now on only the offices that work on it see it (*reservado*).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRestricted {
    /// Why, with its legal basis, 1 to 500 characters.
    pub reason: String,
}

/// From now on everybody who reads documents sees it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentUnrestricted {
    /// Why, 1 to 500 characters.
    pub reason: String,
}
