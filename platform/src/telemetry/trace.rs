//! W3C Trace Context: the header by which work in several programs is known to belong together.
//!
//! The trace id of a request is its id everywhere in Mesa: in the answer, in the logs, and as the
//! correlation of every record it causes. Records carry the whole context in a header, so that
//! the projector, and whoever else reads the log, can go on with the trace.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::ids::Ids;

/// The name of the header, in HTTP and in NATS.
pub const TRACEPARENT: &str = "traceparent";

/// One span of a trace, as others are told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The trace, never nil.
    pub id: Uuid,
    /// The span.
    pub span: SpanId,
    /// Whether the one who began the trace keeps it.
    pub sampled: bool,
}

/// One step of a trace, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanId(pub u64);

/// It is no trace context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no W3C trace context")]
pub struct NoTrace;

impl Trace {
    /// A trace that begins with `id`.
    #[must_use]
    pub fn begun(id: Uuid) -> Self {
        Self {
            id,
            span: SpanId::of(id),
            sampled: true,
        }
    }

    /// The next span of this trace.
    #[must_use]
    pub fn next(self, ids: &dyn Ids) -> Self {
        let span = SpanId::of(ids.next());
        Self { span, ..self }
    }

    /// The trace id as the header has it: 32 hexadecimal digits.
    #[must_use]
    pub const fn trace_id(&self) -> uuid::fmt::Simple {
        self.id.simple()
    }
}

impl SpanId {
    /// The half of an id that differs between any two.
    fn of(id: Uuid) -> Self {
        let (_, low) = id.as_u64_pair();
        Self(low.max(1))
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = u8::from(self.sampled);
        write!(f, "00-{}-{}-{flags:02x}", self.trace_id(), self.span)
    }
}

impl FromStr for Trace {
    type Err = NoTrace;

    /// Reads version 00, and of any later version what the standard says will stay.
    fn from_str(text: &str) -> Result<Self, NoTrace> {
        let mut parts = text.split('-');
        let mut part = |digits| parts.next().and_then(|part| hexadecimal(part, digits));
        let version = part(2).ok_or(NoTrace)?;
        let id = part(32).map(Uuid::from_u128).ok_or(NoTrace)?;
        let span = part(16).and_then(|span| u64::try_from(span).ok());
        let span = span.map(SpanId).ok_or(NoTrace)?;
        let flags = part(2).ok_or(NoTrace)?;
        let more = parts.next().is_some();
        if version == 0xff || (version == 0 && more) || id.is_nil() || span.0 == 0 {
            return Err(NoTrace);
        }
        let sampled = flags & 1 == 1;
        Ok(Self { id, span, sampled })
    }
}

/// The number that exactly so many lower-case digits write.
fn hexadecimal(text: &str, digits: usize) -> Option<u128> {
    let fits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (text.len() == digits && text.bytes().all(fits))
        .then(|| u128::from_str_radix(text, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SequenceIds;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn of(text: &str) -> Option<Trace> {
        text.parse().ok()
    }

    #[test]
    fn a_context_reads_back_as_it_was_written() {
        let trace = of(GOOD).unwrap();
        assert_eq!(trace.to_string(), GOOD);
        assert!(trace.sampled);
        assert_eq!(trace.span.to_string(), "b7ad6b7169203331");
        let not_kept = of(&GOOD.replace("-01", "-00")).unwrap();
        assert!(!not_kept.sampled);
        assert!(not_kept.to_string().ends_with("-00"));
    }

    #[test]
    fn the_next_span_is_another_one_of_the_same_trace() {
        let trace = of(GOOD).unwrap();
        let next = trace.next(&SequenceIds::default());
        assert_eq!((next.id, next.sampled), (trace.id, trace.sampled));
        assert_eq!(next.span, SpanId(1));
    }

    #[test]
    fn a_later_version_may_say_more_and_the_first_may_not() {
        let later = GOOD.replacen("00", "cc", 1);
        assert_eq!(
            of(&later).map(|trace| trace.id),
            of(GOOD).map(|trace| trace.id)
        );
        assert!(of(&format!("{later}-what-else")).is_some());
        assert_eq!(of(&format!("{GOOD}-more")), None);
    }

    #[test]
    fn what_the_standard_forbids_is_no_context() {
        for (from, to) in [
            ("00-", "ff-"),
            ("00-", "0-"),
            (
                "0af7651916cd43dd8448eb211c80319c",
                "00000000000000000000000000000000",
            ),
            (
                "0af7651916cd43dd8448eb211c80319c",
                "0AF7651916CD43DD8448EB211C80319C",
            ),
            (
                "0af7651916cd43dd8448eb211c80319c",
                "0af7651916cd43dd8448eb211c8031",
            ),
            ("b7ad6b7169203331", "0000000000000000"),
            ("b7ad6b7169203331", "b7"),
            ("-01", ""),
            ("-01", "-1"),
            ("-01", "-+1"),
        ] {
            assert_eq!(of(&GOOD.replacen(from, to, 1)), None, "{from} → {to}");
        }
        assert_eq!(of("junk"), None);
        assert_eq!(of(""), None);
    }

    #[test]
    fn a_trace_begun_here_is_one_that_others_take() {
        let begun = Trace::begun(Uuid::from_u128(7));
        assert_eq!(of(&begun.to_string()), Some(begun));
        let odd = Trace::begun(Uuid::from_u128(7 << 64));
        assert_eq!(of(&odd.to_string()), Some(odd));
    }
}
