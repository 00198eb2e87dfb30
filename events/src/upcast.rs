//! Old stored forms, brought up to today's before they are read.
//!
//! When the data of an event changes its shape, its version goes up by one and a step is added to
//! [`STEPS`] that turns the older form into the newer. Bytes in the log are never rewritten.

use serde_json::{Value, json};

/// One step: turns version `from` of `kind` into `from + 1`.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The stored name.
    pub kind: &'static str,
    /// The version it reads.
    pub from: u16,
    /// The change, on the data.
    pub apply: fn(Value) -> Value,
}

/// Every step there has ever been.
pub const STEPS: &[Step] = &[
    Step {
        kind: "api_key.issued",
        from: 1,
        apply: unscoped,
    },
    Step {
        kind: "document.registered",
        from: 1,
        apply: unwarned,
    },
    Step {
        kind: "document.registered",
        from: 2,
        apply: given,
    },
    Step {
        kind: "deadline.rescheduled",
        from: 1,
        apply: restarted,
    },
];

/// Before terms were computed, each deadline was a date that came with the document.
fn given(mut data: Value) -> Value {
    data["deadline"] = as_term(&data["deadline"], "filed");
    data
}

/// Before terms were computed, a date that was given was moved when an observation was corrected.
fn restarted(mut data: Value) -> Value {
    data["deadline"] = as_term(&data["deadline"], "corrected");
    data["cause"] = json!({"kind": "corrected"});
    data
}

fn as_term(deadline: &Value, since: &str) -> Value {
    if deadline.is_null() {
        return json!(null);
    }
    let (from, due_on) = (&deadline["starts_on"], &deadline["due_on"]);
    json!({
        "rule": "given", "period": {"unit": "until", "length": due_on}, "since": since,
        "counted_from": from, "starts_on": from, "due_on": due_on, "calendar_version": 0,
    })
}

/// Before keys had scopes, each opened whatever its user may do.
fn unscoped(mut data: Value) -> Value {
    data["scopes"] = json!(null);
    data
}

/// Before there were warnings, none was acknowledged.
fn unwarned(mut data: Value) -> Value {
    data["acknowledged_warnings"] = json!([]);
    data
}

/// Brings `data` of `kind` from version `from` to version `to`; `None` when a step is missing.
pub fn upcast(steps: &[Step], kind: &str, from: u16, to: u16, mut data: Value) -> Option<Value> {
    for version in from..to {
        let step = steps
            .iter()
            .find(|step| step.kind == kind && step.from == version)?;
        data = (step.apply)(data);
    }
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIAL: &[Step] = &[
        Step {
            kind: "trial",
            from: 1,
            apply: |mut data| {
                data["folios"] = json!(1);
                data
            },
        },
        Step {
            kind: "trial",
            from: 2,
            apply: |mut data| {
                data["pages"] = data["folios"].take();
                data
            },
        },
    ];

    #[test]
    fn an_old_form_walks_every_step_to_today() {
        let today = upcast(TRIAL, "trial", 1, 3, json!({})).unwrap();
        assert_eq!(today["pages"], 1);
    }

    #[test]
    fn a_missing_step_is_said_not_guessed() {
        assert_eq!(upcast(TRIAL, "trial", 1, 4, json!({})), None);
        assert_eq!(upcast(TRIAL, "other", 1, 2, json!({})), None);
    }

    #[test]
    fn todays_form_is_left_as_it_is() {
        assert_eq!(upcast(&[], "trial", 3, 3, json!(7)), Some(json!(7)));
    }
}
