//! Which issuers are trusted, and for what: a file, as
//!
//! ```toml
//! [[issuer]]
//! url = "https://login.example.pe/realms/sede"
//! audience = "mesa"
//! claim = "preferred_username"   # which claim is the login; this one unless said
//! algorithms = ["RS256"]         # unless said RS256, ES256 and EdDSA
//!
//! [issuer.links]                 # or: which subject is which login; nobody else gets in
//! "0a6c…" = "ana"
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use jsonwebtoken::Algorithm;
use reqwest::Url;
use serde::Deserialize;

use super::check::Claims;

/// Where it stands which issuers are trusted.
#[derive(Clone, Debug, Default, Args)]
pub struct OidcConfig {
    /// The file of `OpenID` Connect issuers whose tokens are taken beside those of our own login;
    /// without it none are.
    #[arg(id = "oidc-issuers", long, env = "MESA_OIDC_ISSUERS")]
    pub issuers: Option<PathBuf>,
}

/// One issuer that is trusted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// The issuer, as its tokens write it.
    pub url: String,
    /// For whom its tokens must be.
    pub audience: String,
    /// Which claim is the login.
    #[serde(default = "preferred_username")]
    pub claim: String,
    /// How it may sign.
    #[serde(default = "all")]
    pub algorithms: Vec<Algorithm>,
    /// Which subject is which login; when there are any, they alone get in.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    issuer: Vec<IssuerConfig>,
}

/// How issuers may sign: what needs no secret of theirs.
const SAFE: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// Why issuers cannot be trusted.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the file of OIDC issuers {0} cannot be read")]
    Unread(PathBuf, #[source] std::io::Error),
    /// It is no list of issuers.
    #[error("the file of OIDC issuers is not understood: {0}")]
    Malformed(#[from] toml::de::Error),
    /// An issuer would not be safe to trust.
    #[error("the OIDC issuer {url} is not taken: {why}")]
    Unsafe {
        /// Which.
        url: String,
        /// Why.
        why: &'static str,
    },
    /// There is no client of HTTP.
    #[error("no client for OIDC issuers can be made")]
    Client(#[from] reqwest::Error),
}

impl OidcConfig {
    /// The issuers in the file.
    pub(super) fn read(&self) -> Result<Vec<IssuerConfig>, ConfigError> {
        let Some(file) = &self.issuers else {
            return Ok(Vec::new());
        };
        let text = std::fs::read_to_string(file);
        parse(&text.map_err(|error| ConfigError::Unread(file.clone(), error))?)
    }
}

pub(super) fn parse(text: &str) -> Result<Vec<IssuerConfig>, ConfigError> {
    let issuers = toml::from_str::<File>(text)?.issuer;
    for (index, issuer) in issuers.iter().enumerate() {
        let twice = issuers[..index].iter().any(|it| it.url == issuer.url);
        let why = if twice {
            Some("it stands there twice")
        } else {
            issuer.trouble()
        };
        if let Some(why) = why {
            let url = issuer.url.clone();
            return Err(ConfigError::Unsafe { url, why });
        }
    }
    Ok(issuers)
}

impl IssuerConfig {
    fn trouble(&self) -> Option<&'static str> {
        if !is_safe(&self.url) {
            Some("its address must be https://…")
        } else if self.audience.is_empty() {
            Some("it needs the audience for whom its tokens are")
        } else if self.algorithms.is_empty() || !self.algorithms.iter().all(|it| SAFE.contains(it))
        {
            Some("it may sign by RS256, ES256 and EdDSA alone")
        } else {
            None
        }
    }

    /// Whom a token names that is right. An address of e-mail counts only when the issuer has
    /// verified it.
    pub(super) fn login_in(&self, claims: &Claims) -> Option<Box<str>> {
        if !self.links.is_empty() {
            return self
                .links
                .get(&claims.sub)
                .map(|login| login.as_str().into());
        }
        if self.claim == "sub" {
            return Some(claims.sub.as_str().into());
        }
        if self.claim == "email" && claims.text("email_verified") != Some("true".into()) {
            return None;
        }
        claims.text(&self.claim).filter(|login| !login.is_empty())
    }
}

/// Whether nobody in between can change what comes from there.
pub(super) fn is_safe(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let is_here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

fn preferred_username() -> String {
    "preferred_username".to_owned()
}

fn all() -> Vec<Algorithm> {
    SAFE.to_vec()
}
