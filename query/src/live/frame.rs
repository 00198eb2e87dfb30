//! What goes over the wire of a stream: server-sent events, ready to be sent to everyone.

use std::sync::Arc;

use axum::body::Bytes;
use events::DocumentId;
use readmodel::Position;

use crate::seen::{Seen, without};

/// A comment, so that those in between do not take the connection for dead.
pub(crate) const BEAT: Bytes = Bytes::from_static(b":\n\n");

const BEFORE: &[u8] = b"data: ";
const AFTER: &[u8] = b"\n\n";

/// What happened on a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The whole state, to begin with.
    Snapshot,
    /// What is different from the state before.
    Change,
    /// The whole state, because changes were missed: what the reader has is to be thrown away.
    Resync,
    /// What was sent last may be old by now.
    Stale,
    /// What was sent last holds again.
    Fresh,
    /// Nothing more comes.
    End,
}

impl Kind {
    /// The word of the `event:` line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Change => "change",
            Self::Resync => "resync",
            Self::Stale => "stale",
            Self::Fresh => "fresh",
            Self::End => "end",
        }
    }
}

/// The lines before the data. Only events that a reader may resume after have an `id`: the
/// position that is complete with them.
fn head(kind: Kind, id: Option<&Position>) -> String {
    let word = kind.word();
    id.map_or_else(
        || format!("event: {word}\n"),
        |id| format!("event: {word}\nid: {id}\n"),
    )
}

/// Puts JSON into the line of the data.
fn put(frame: &mut Vec<u8>, json: &[u8]) {
    frame.extend_from_slice(BEFORE);
    let begun = frame.len();
    frame.extend_from_slice(json);
    // Between tokens, a line break means no more than a space; here it would end the data.
    for byte in &mut frame[begun..] {
        if *byte == b'\n' || *byte == b'\r' {
            *byte = b' ';
        }
    }
    frame.extend_from_slice(AFTER);
}

/// One event with `data`.
pub(crate) fn event(kind: Kind, id: Option<&Position>, data: &[u8]) -> Bytes {
    let head = head(kind, id);
    let length = head.len() + BEFORE.len() + data.len() + AFTER.len();
    let mut frame = Vec::with_capacity(length);
    frame.extend_from_slice(head.as_bytes());
    put(&mut frame, data);
    Bytes::from(frame)
}

/// A whole state: its bytes are held once, whatever the events are that send it.
#[derive(Debug)]
pub(crate) struct Whole {
    position: Position,
    tail: Bytes,
    /// To whom it is shown.
    pub(crate) seen: Arc<Seen>,
}

impl Whole {
    /// The state `data`, which includes `position`.
    pub(crate) fn new(position: Position, data: &[u8]) -> Self {
        let mut tail = Vec::with_capacity(BEFORE.len() + data.len() + AFTER.len());
        put(&mut tail, data);
        Self {
            position,
            tail: Bytes::from(tail),
            seen: Arc::default(),
        }
    }

    /// The same, shown to whom `seen` says.
    pub(crate) fn shown_to(self, seen: Arc<Seen>) -> Self {
        Self { seen, ..self }
    }

    /// The state itself.
    pub(crate) fn data(&self) -> &[u8] {
        &self.tail[BEFORE.len()..self.tail.len() - AFTER.len()]
    }

    /// The event that sends it without the ids `hidden`.
    pub(crate) fn event_without(&self, kind: Kind, hidden: &[DocumentId]) -> Bytes {
        event(kind, Some(&self.position), &without(self.data(), hidden))
    }

    /// The event that sends it, in its two parts: the second is shared by all readers.
    pub(crate) fn event(&self, kind: Kind) -> (Bytes, Bytes) {
        let head = head(kind, Some(&self.position));
        (Bytes::from(head), self.tail.clone())
    }
}

/// An event that says no more than where the views are.
pub(crate) fn at(kind: Kind, position: &Position) -> Bytes {
    event(kind, None, place(position).as_bytes())
}

/// A position as data.
pub(crate) fn place(position: &Position) -> String {
    format!(r#"{{"position":"{position}"}}"#)
}

/// The last event, and why it is the last.
pub(crate) fn end(reason: &'static str) -> Bytes {
    let data = format!(r#"{{"reason":"{reason}"}}"#);
    event(Kind::End, None, data.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_its_name_its_position_and_its_data() {
        let position = Position::new("MESA_LOG", 7);
        let frame = event(Kind::Change, Some(&position), b"{}");
        assert_eq!(frame, "event: change\nid: MESA_LOG:7\ndata: {}\n\n");
    }

    #[test]
    fn a_line_break_in_the_data_does_not_end_the_event() {
        let frame = event(Kind::Snapshot, None, b"{\r\n}");
        assert_eq!(frame, "event: snapshot\ndata: {  }\n\n");
    }

    #[test]
    fn a_state_is_sent_in_two_parts_of_which_one_is_shared() {
        let whole = Whole::new(Position::new("MESA_LOG", 7), b"{}");
        let (head, tail) = whole.event(Kind::Resync);
        assert_eq!(head, "event: resync\nid: MESA_LOG:7\n");
        assert_eq!(tail, "data: {}\n\n");
        assert_eq!(whole.data(), b"{}");
        assert_eq!(whole.event(Kind::Snapshot).1.as_ptr(), tail.as_ptr());
    }

    #[test]
    fn what_is_no_state_cannot_be_resumed_after() {
        let frame = at(Kind::Stale, &Position::new("MESA_LOG", 7));
        let expected = "event: stale\ndata: {\"position\":\"MESA_LOG:7\"}\n\n";
        assert_eq!(frame, expected);
    }
}
