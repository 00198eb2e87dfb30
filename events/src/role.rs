//! Roles: codes for what a user may do. Six are built in; an institution adds its own.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most letters a code has.
const LONGEST: usize = 31;

/// The code of a role: 1 to 31 lower-case letters, digits and underscores, beginning with a letter.
/// What a role permits is in the directory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Role {
    length: u8,
    text: [u8; LONGEST],
}

/// A text that is no code of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the code of a role is 1 to 31 lower-case letters, digits and underscores and begins with a letter"
)]
pub struct BadRole;

impl Role {
    /// Works the desk: registers, classifies, archives.
    pub const REGISTRAR: Self = Self::built_in("registrar");
    /// Works in an office: receives, derives, attends.
    pub const OFFICER: Self = Self::built_in("officer");
    /// Answers for an office: assigns, concludes, voids.
    pub const HEAD: Self = Self::built_in("head");
    /// Reads.
    pub const VIEWER: Self = Self::built_in("viewer");
    /// Keeps the directory.
    pub const ADMIN: Self = Self::built_in("admin");
    /// A program that registers documents and reads.
    pub const INTEGRATOR: Self = Self::built_in("integrator");

    /// The roles that are built in, in their order: before all others.
    pub const ALL: &[Self] = &[
        Self::REGISTRAR,
        Self::OFFICER,
        Self::HEAD,
        Self::VIEWER,
        Self::ADMIN,
        Self::INTEGRATOR,
    ];

    #[expect(
        clippy::cast_possible_truncation,
        reason = "only short literals get here"
    )]
    const fn built_in(code: &str) -> Self {
        let (mut text, mut index) = ([0; LONGEST], 0);
        while index < code.len() {
            text[index] = code.as_bytes()[index];
            index += 1;
        }
        Self {
            length: code.len() as u8,
            text,
        }
    }

    /// Its code.
    pub fn word(&self) -> &str {
        let letters = self.text.get(..usize::from(self.length));
        letters.map_or("", |letters| str::from_utf8(letters).unwrap_or_default())
    }

    /// Whether it is one of the six.
    pub fn is_built_in(self) -> bool {
        Self::ALL.contains(&self)
    }

    /// Its place among those built in, else after them.
    fn rank(self) -> usize {
        let place = Self::ALL.iter().position(|role| *role == self);
        place.unwrap_or(Self::ALL.len())
    }
}

impl FromStr for Role {
    type Err = BadRole;

    fn from_str(code: &str) -> Result<Self, BadRole> {
        let fits = (1..=LONGEST).contains(&code.len())
            && code.starts_with(|c: char| c.is_ascii_lowercase())
            && code
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if fits {
            Ok(Self::built_in(code))
        } else {
            Err(BadRole)
        }
    }
}

impl TryFrom<String> for Role {
    type Error = BadRole;

    fn try_from(code: String) -> Result<Self, BadRole> {
        code.parse()
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.word().to_owned()
    }
}

impl PartialOrd for Role {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Those built in first, in their order; then by code.
impl Ord for Role {
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |role: &Self| (role.rank(), role.text);
        place(self).cmp(&place(other))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_as_written() {
        for code in ["head", "auditor_2", "a", &"a".repeat(31)] {
            assert_eq!(code.parse::<Role>().unwrap().word(), code);
        }
        for bad in ["", "Head", "2nd", "a.b", "a b", "ñ", &"a".repeat(32)] {
            assert_eq!(bad.parse::<Role>(), Err(BadRole), "{bad}");
        }
    }

    #[test]
    fn those_built_in_come_first_in_their_order() {
        let own: Role = "auditor".parse().unwrap();
        let mut all = vec![own, Role::INTEGRATOR, Role::ADMIN, Role::REGISTRAR];
        all.sort();
        let order = [Role::REGISTRAR, Role::ADMIN, Role::INTEGRATOR, own];
        assert_eq!(all, order);
    }
}
