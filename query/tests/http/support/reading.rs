//! What a reader makes of the events of a state.

use kit::live::Event;
use serde_json::{Map, Value};

/// A state, folded of its events.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) state: Map<String, Value>,
    pub(crate) last: Option<String>,
}

impl Folded {
    /// Takes in an event.
    pub(crate) fn take(&mut self, event: &Event) {
        match event.name.as_str() {
            "snapshot" | "resync" => {
                self.state.clone_from(event.data.as_object().unwrap());
            }
            "change" => {
                for (name, value) in event.data["set"].as_object().unwrap() {
                    self.state.insert(name.clone(), value.clone());
                }
                for name in event.data["unset"].as_array().unwrap() {
                    self.state.remove(name.as_str().unwrap());
                }
            }
            _ => {}
        }
        if event.id.is_some() {
            self.last.clone_from(&event.id);
        }
    }
}
