//! Receipts (*cargos*) of documents: what stands on them, and the papers that were made.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use directory::Directory;
use events::classify::{AttachmentKind, SenderKind};
use events::document::Sender;
use events::institution::Profile;
use moka::future::Cache as Kept;
use readmodel::DocumentDetail;
use receipt::{Attachment, Facts, Format, Keyring, KeyringError, PaperError, Receipt, paper};

use crate::config;

/// How long a paper is kept after it was made.
const KEEP: Duration = Duration::from_hours(1);
/// How many bytes of papers are kept.
const ROOM: u64 = 32 << 20;
/// The page where receipts are checked.
pub(crate) const PAGE: &str = "/verificar";

/// What receipts are made with. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Receipts {
    keys: Option<Arc<Keyring>>,
    usual: Profile,
    made: Kept<(Receipt, Format), Bytes>,
}

/// Why receipts cannot be sealed. A sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read.
    #[error("the keys of receipts in {file} cannot be read; `mesa receipt-keys new` makes them")]
    Unread {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The file is no keyring.
    #[error("the keys of receipts in {file} are none")]
    Malformed {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        cause: KeyringError,
    },
}

impl Receipts {
    /// Receipts as `config` says; the keys are read now.
    ///
    /// # Errors
    ///
    /// [`KeysError`] when there is a file of keys that is none.
    pub(crate) fn open(config: &config::Receipts) -> Result<Self, KeysError> {
        let read = |file: &PathBuf| {
            let text = std::fs::read_to_string(file).map_err(|cause| KeysError::Unread {
                file: file.clone(),
                cause,
            })?;
            let keys = Keyring::read(&text).map_err(|cause| KeysError::Malformed {
                file: file.clone(),
                cause,
            })?;
            Ok(Arc::new(keys))
        };
        let made = Kept::builder()
            .max_capacity(ROOM)
            .weigher(|_: &(Receipt, Format), paper: &Bytes| {
                u32::try_from(paper.len()).unwrap_or(u32::MAX)
            })
            .time_to_live(KEEP)
            .build();
        Ok(Self {
            keys: config.keys.as_ref().map(read).transpose()?,
            usual: Profile {
                name: config.institution.clone(),
                public_url: config.public_url.clone(),
                ..Profile::default()
            },
            made,
        })
    }

    /// The keys, if there are any.
    pub(crate) fn keys(&self) -> Option<&Arc<Keyring>> {
        self.keys.as_ref()
    }

    /// How the institution is described: as it was set, else as the configuration says. A public
    /// address that was not set is that of the configuration: it belongs to the installation.
    pub(crate) fn institution(&self, directory: &Directory) -> Profile {
        let mut profile = directory.institution().unwrap_or(&self.usual).clone();
        let usual = &self.usual.public_url;
        profile.public_url = profile.public_url.or_else(|| usual.clone());
        profile
    }

    /// The paper of `receipt`: the one that was made within the hour, or a new one. A document that
    /// changed, or an institution described anew, has another receipt, and so another paper.
    ///
    /// # Errors
    ///
    /// [`PaperError`]; without keys that of a keyring that cannot sign.
    pub(crate) async fn paper(
        &self,
        receipt: Receipt,
        format: Format,
    ) -> Result<Bytes, Arc<PaperError>> {
        let keys = self.keys.clone().unwrap_or_default();
        let made = (receipt.clone(), format);
        let drawing = async move {
            let drawn = tokio::task::spawn_blocking(move || paper::draw(&receipt, &keys, format));
            let drawn = drawn.await.map_err(|_| PaperError::Interrupted)?;
            drawn.map(Bytes::from)
        };
        self.made.try_get_with(made, drawing).await
    }

    /// What stands on the receipt of `document`; names are those of the directory now. None before it
    /// is registered.
    pub(crate) fn of(&self, document: &DocumentDetail, directory: &Directory) -> Option<Receipt> {
        let row = &document.document;
        let institution = self.institution(directory);
        let unknown = || "—".to_owned();
        let office = directory.office(row.registry_office_id);
        let kind = directory.document_type(row.document_type_id);
        let user = directory.user(row.registered_by);
        Some(Receipt {
            institution: institution.name,
            ruc: institution.ruc,
            address: institution.address,
            lines: institution.receipt_lines,
            place: office.map_or_else(unknown, |office| office.name.clone()),
            facts: facts(document)?,
            document_type: kind.map_or_else(unknown, |kind| kind.name.clone()),
            registrar: user.map_or_else(unknown, |user| user.name.clone()),
            due_on: row.due_on(),
            tracking_token: row.tracking_token.clone(),
            verify_at: institution
                .public_url
                .map(|url| format!("{}{PAGE}", url.trim_end_matches('/'))),
        })
    }
}

/// What a seal covers of `document`; nothing before it has a number.
pub(crate) fn facts(document: &DocumentDetail) -> Option<Facts> {
    let row = &document.document;
    let standing = document.attachments.iter();
    let standing = standing.filter(|file| file.withdrawn_at.is_none() && was_presented(file.kind));
    Some(Facts {
        number: row.number.as_ref()?.to_string(),
        presented_at: seconds(row.presented_at),
        filed_on: row.filed_on,
        sender: row.sender.name.clone(),
        identity: identity(&row.sender),
        subject: row.subject.clone(),
        folios: row.folios,
        attachments: standing
            .map(|file| Attachment {
                file_name: file.file_name.clone(),
                size: file.size,
                sha256: file.sha256.to_string(),
            })
            .collect(),
    })
}

/// Whether a file of this kind comes from the sender: an answer, or a receipt of another institution,
/// was not presented.
const fn was_presented(kind: AttachmentKind) -> bool {
    match kind {
        AttachmentKind::Main | AttachmentKind::Annex | AttachmentKind::Correction => true,
        AttachmentKind::Answer | AttachmentKind::Cargo => false,
    }
}

/// Paper shows seconds, so seconds are what is sealed.
fn seconds(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}

fn identity(sender: &Sender) -> Option<String> {
    let kind = match sender.kind {
        SenderKind::Dni => "DNI",
        SenderKind::Ce => "CE",
        SenderKind::Ruc => "RUC",
        SenderKind::None => return None,
    };
    let number = sender.number.as_deref().unwrap_or_default();
    Some(format!("{kind} {number}"))
}
