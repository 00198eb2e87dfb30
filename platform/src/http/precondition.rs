//! Headers that say under what condition a request is meant: `Idempotency-Key`, `If-Match` and
//! `If-None-Match`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::problem::{IDEMPOTENCY_KEY_REQUIRED, MALFORMED_HEADER, Problem};

/// The header that names a command.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The header that says that an answer was given before.
pub const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Characters a key may have.
const LONGEST_KEY: usize = 255;

/// The `Idempotency-Key` of a request, which must have one: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut keys = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(key) = keys.next() else {
            return Err(Problem::new(&IDEMPOTENCY_KEY_REQUIRED)
                .detail("choose a new key for each new act, and repeat it when you retry"));
        };
        let text = key.to_str().unwrap_or_default();
        let good = (1..=LONGEST_KEY).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if good && keys.next().is_none() {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::new(&MALFORMED_HEADER)
                .detail("Idempotency-Key is given once and is 1 to 255 visible ASCII characters"))
        }
    }
}

/// The version that the caller believes to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// Nothing is said: any will do.
    Absent,
    /// `*`: any, but there must be one.
    Any,
    /// `"7"`: this one.
    Version(u64),
}

impl IfMatch {
    /// Says whether a thing of this `version` (0: it does not exist) may be changed.
    #[must_use]
    pub const fn allows(self, version: u64) -> bool {
        match self {
            Self::Absent => true,
            Self::Any => version > 0,
            Self::Version(wanted) => wanted == version,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(header::IF_MATCH).iter();
        let Some(value) = values.next() else {
            return Ok(Self::Absent);
        };
        let text = value.to_str().unwrap_or_default().trim();
        let found = if text == "*" {
            Some(Self::Any)
        } else {
            quoted(text).and_then(|text| text.parse().ok().map(Self::Version))
        };
        found.filter(|_| values.next().is_none()).ok_or_else(|| {
            Problem::new(&MALFORMED_HEADER)
                .detail("If-Match is `*` or the ETag of one answer, as in `\"7\"`")
        })
    }
}

/// The entity tags that the caller already has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    /// Says whether the caller has what is tagged `tag` (weak comparison, RFC 9110 §8.8.3.2).
    #[must_use]
    pub fn has(&self, tag: &HeaderValue) -> bool {
        let strong = |text: &str| text.trim_start_matches("W/").to_owned();
        tag.to_str()
            .is_ok_and(|tag| self.0.iter().any(|had| had == "*" || *had == strong(tag)))
    }

    /// The tags that `headers` list.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let tags = headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/").to_owned())
            .collect();
        Self(tags)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}

/// The `ETag` of a thing of this version, `"7"`.
#[must_use]
pub fn etag(version: u64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn with(headers: &[(HeaderName, &str)]) -> Parts {
        let (mut parts, ()) = Request::new(()).into_parts();
        for (name, value) in headers {
            parts
                .headers
                .append(name, HeaderValue::from_str(value).unwrap());
        }
        parts
    }

    async fn key(values: &[&str]) -> Result<String, &'static str> {
        let headers: Vec<_> = values.iter().map(|v| (IDEMPOTENCY_KEY, *v)).collect();
        IdempotencyKey::from_request_parts(&mut with(&headers), &())
            .await
            .map(|key| key.0)
            .map_err(|problem| problem.kind().slug)
    }

    #[tokio::test]
    async fn an_idempotency_key_is_required_and_visible() {
        assert_eq!(key(&["a-1"]).await, Ok("a-1".to_owned()));
        assert_eq!(key(&[]).await, Err("idempotency-key-required"));
        for bad in [
            &[""][..],
            &["a b"],
            &["ñ"],
            &["a", "b"],
            &[&"x".repeat(256)],
        ] {
            assert_eq!(key(bad).await, Err("malformed-header"), "{bad:?}");
        }
        assert!(key(&[&"x".repeat(255)]).await.is_ok());
    }

    async fn if_match(value: &str) -> Option<IfMatch> {
        IfMatch::from_request_parts(&mut with(&[(header::IF_MATCH, value)]), &())
            .await
            .ok()
    }

    #[tokio::test]
    async fn if_match_is_a_version_or_any() {
        assert_eq!(if_match("\"7\"").await, Some(IfMatch::Version(7)));
        assert_eq!(if_match("*").await, Some(IfMatch::Any));
        for bad in ["7", "W/\"7\"", "\"7\", \"8\"", "\"x\"", "\""] {
            assert_eq!(if_match(bad).await, None, "{bad}");
        }
        let absent = IfMatch::from_request_parts(&mut with(&[]), &()).await;
        assert_eq!(absent.ok(), Some(IfMatch::Absent));
    }

    #[test]
    fn any_wants_something_to_be_there() {
        assert!(IfMatch::Absent.allows(0));
        assert!(!IfMatch::Any.allows(0));
        assert!(IfMatch::Version(3).allows(3));
        assert!(!IfMatch::Version(3).allows(4));
    }

    #[test]
    fn what_the_caller_has_is_found_among_several_tags() {
        let parts = with(&[(header::IF_NONE_MATCH, "\"a\", W/\"7\"")]);
        let had = IfNoneMatch::of(&parts.headers);
        assert!(had.has(&etag(7)));
        assert!(!had.has(&etag(8)));
        assert!(!IfNoneMatch::default().has(&etag(7)));
    }
}
