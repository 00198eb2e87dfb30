//! A sender, as a body describes one.

use events::classify::SenderKind;
use serde::Deserialize;

/// Who presents a document.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GivenSender")]
pub(crate) struct Sender {
    name: String,
    kind: SenderKind,
    #[serde(default)]
    number: Option<String>,
    #[serde(default)]
    representative: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    address: Option<String>,
}

impl From<Sender> for events::document::Sender {
    fn from(sender: Sender) -> Self {
        Self {
            name: sender.name,
            kind: sender.kind,
            number: sender.number,
            representative: sender.representative,
            email: sender.email,
            phone: sender.phone,
            address: sender.address,
        }
    }
}
