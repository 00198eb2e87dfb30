//! Text that no log, error or debug print may show.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// A password, a key, or a URL that holds one. Only [`Secret::expose`] shows it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself; the caller does not print it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be shown of a URL: its scheme, host, port and path, without user, password and
    /// parameters.
    #[must_use]
    pub fn shown_url(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return "‹secret›".to_owned();
        };
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
        format!("{scheme}://{place}")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹secret›")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹secret›")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::from("postgres://mesa:hunter2@db/mesa");
        assert_eq!(format!("{secret} {secret:?}"), "‹secret› ‹secret›");
    }

    #[test]
    fn the_shown_url_has_neither_user_nor_password() {
        let shown = |url: &str| Secret::from(url).shown_url();
        assert_eq!(
            shown("postgres://mesa:hunt@er2@db:5432/mesa?password=x"),
            "postgres://db:5432/mesa"
        );
        assert_eq!(shown("nats://127.0.0.1:4222"), "nats://127.0.0.1:4222");
        assert_eq!(shown("just a token"), "‹secret›");
    }
}
