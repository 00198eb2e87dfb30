//! Whom a limit is for.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use uuid::Uuid;

/// Whom a limit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whom {
    /// A user, by what logins gave.
    User(Uuid),
    /// An API key.
    Key(Uuid),
    /// Who asks from an address without a credential.
    Address(IpAddr),
    /// Who gives wrong keys and tokens from an address.
    Wrong(IpAddr),
    /// Who gives wrong passwords from an address.
    Password(IpAddr),
}

impl Whom {
    /// The word for it in figures.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Key(_) => "key",
            Self::Address(_) => "address",
            Self::Wrong(_) => "wrong",
            Self::Password(_) => "password",
        }
    }
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.word();
        match self {
            Self::User(id) | Self::Key(id) => write!(f, "{word}:{id}"),
            Self::Address(address) | Self::Wrong(address) | Self::Password(address) => {
                write!(f, "{word}:{address}")
            }
        }
    }
}

/// Who is taken for one: an address of IPv4; of IPv6 the 64 bits of a network, of which one may
/// choose every address.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(long) => {
            let [a, b, c, d, ..] = long.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        short @ IpAddr::V4(_) => short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_one_may_choose_among_are_one() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("203.0.113.7"), "203.0.113.7");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_ne!(of("2001:db8:1:3::1"), of("2001:db8:1:2::1"));
    }
}
