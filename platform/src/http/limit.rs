//! The limit before each request: who asks too much is told to wait (429).
//!
//! Who has a right credential is counted by it: a key by itself, what logins gave by their user,
//! wherever they are. Who has none, by address. A wrong credential is counted by address too, and
//! beside the right ones: whoever shares an address with somebody who guesses is not kept out.
//!
//! Answers say how it stands, as draft-ietf-httpapi-ratelimit-headers has it: `RateLimit-Policy`
//! and `RateLimit`.

use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::auth::{self, Presented};
use super::problem::{INTERNAL_ERROR, Kind, Problem, TOO_MANY_ATTEMPTS, TOO_MANY_REQUESTS};
use crate::limit::{Gate, Rates, Standing, Whom, network};

/// Which rates hold.
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// How it stands with them.
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Whose a right credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The user.
    pub user: Uuid,
    /// Whether that is a program of another institution or system.
    pub is_integration: bool,
}

/// Says whose a credential is, if it is right.
type Recognise = dyn Fn(&Presented) -> Option<Asker> + Send + Sync;

#[derive(Clone)]
struct Guard {
    gate: Gate,
    recognise: Arc<Recognise>,
}

/// Puts `gate` before each of `routes`.
pub fn limited(
    routes: Router,
    gate: &Gate,
    recognise: impl Fn(&Presented) -> Option<Asker> + Send + Sync + 'static,
) -> Router {
    let guard = Guard {
        gate: gate.clone(),
        recognise: Arc::new(recognise),
    };
    routes.route_layer(from_fn_with_state(guard, each_request))
}

/// Where a request comes from, and what it may do wrong: an extractor of what [`limited`] guards.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The address, or the network of IPv6 that counts as one.
    pub address: IpAddr,
    gate: Gate,
}

impl Origin {
    /// How long passwords from there are not looked at, because too many were wrong.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let rates = self.gate.of_wrong_passwords();
        self.gate.look(Whom::Password(self.address), &rates)
    }

    /// A password from there was wrong.
    pub fn was_wrong(&self) {
        let rates = self.gate.of_wrong_passwords();
        self.gate.charge(Whom::Password(self.address), &rates);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let origin = parts.extensions.get::<Self>().cloned();
        origin.ok_or_else(|| Problem::new(&INTERNAL_ERROR))
    }
}

async fn each_request(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let gate = &guard.gate;
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip());
    let address = network(gate.origin(peer, request.headers()));
    request.extensions_mut().insert(Origin {
        address,
        gate: gate.clone(),
    });
    let (whom, rates) = match guard.who(request.headers(), address) {
        Ok(known) => known,
        Err(Some(wait)) => return later(&TOO_MANY_ATTEMPTS, wait).into_response(),
        Err(None) => return next.run(request).await,
    };
    if rates.is_off() {
        return next.run(request).await;
    }
    let standing = gate.take(whom, &rates);
    let mut answer = match standing.wait {
        Some(wait) => later(&TOO_MANY_REQUESTS, wait).into_response(),
        None => next.run(request).await,
    };
    tell(answer.headers_mut(), &standing);
    answer
}

impl Guard {
    /// Who asks, and what they may. Of a wrong credential, how long no other is looked at from
    /// there; none: it is answered as such.
    fn who(&self, headers: &HeaderMap, from: IpAddr) -> Result<(Whom, Rates), Option<Duration>> {
        if !auth::is_presented(headers) {
            return Ok((Whom::Address(from), self.gate.of_address()));
        }
        let presented = auth::presented(headers).and_then(Presented::parse);
        if let Some(presented) = presented
            && let Some(asker) = (self.recognise)(&presented)
        {
            let whom = match &presented {
                Presented::Key(key) => Whom::Key(key.id),
                Presented::Token(_) => Whom::User(asker.user),
            };
            return Ok((whom, self.gate.of_user(asker.is_integration)));
        }
        let rates = self.gate.of_wrong_keys();
        Err(self.gate.take(Whom::Wrong(from), &rates).wait)
    }
}

/// The problem of who has to wait.
#[must_use]
pub fn later(kind: &'static Kind, wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Problem::new(kind).header(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
}

/// Says how it stands.
fn tell(headers: &mut HeaderMap, standing: &Standing) {
    let (mut policy, mut limit) = (String::new(), String::new());
    for left in standing.left.iter().flatten() {
        let comma = if policy.is_empty() { "" } else { ", " };
        let (rate, window) = (left.rate, left.rate.per.as_secs());
        let name = match window {
            60 => "minute",
            3600 => "hour",
            _ => "window",
        };
        let whole_in = left.whole_in.as_secs() + u64::from(left.whole_in.subsec_nanos() > 0);
        // Writing into a text cannot fail.
        let _ = write!(policy, "{comma}\"{name}\";q={};w={window}", rate.most);
        let _ = write!(limit, "{comma}\"{name}\";r={};t={whole_in}", left.count);
    }
    for (name, text) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, limit)] {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
}
