//! The files of a document: added, withdrawn, never deleted (A1).

use events::attachment::{AttachmentWithdrawn, FileAttached};
use events::classify::AttachmentKind;
use events::{AttachmentId, DocumentEvent, OfficeId};

use super::decide::{Outcome, reason};
use super::{Attach, Attached, DocumentRefusal, Dossier, Phase, Standing, check};
use crate::refusal::Faults;
use crate::{Context, Decided};

/// How many files a document may have, withdrawn ones included.
pub const MOST_FILES: usize = 200;
/// How many bytes the files of a document may have together: 2 GiB.
pub const MOST_BYTES: u64 = 2 << 30;

impl Dossier {
    pub(super) fn attach(&self, command: &Attach, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        faults.text("/file_name", &command.file_name, 1, 255);
        let path = command.file_name.contains(['/', '\\']);
        faults.check(!path, "/file_name", "path", "is a path, not a name");
        faults.optional("/description", command.description.as_deref(), 500);
        faults.check(command.size > 0, "/size", "empty", "has no bytes");
        if let Some(folios) = command.folios {
            check::folios(&mut faults, "/folios/from", folios.from);
            check::folios(&mut faults, "/folios/to", folios.to);
            let fits = folios.from <= folios.to;
            faults.check(fits, "/folios/to", "order", "is before the first");
        }
        faults.found(DocumentRefusal::Invalid)?;
        let office = self.who_attaches(context)?;
        self.must_take_files()?;
        if let Some(same) = self.attached().find(|one| one.sha256 == command.sha256) {
            return Err(DocumentRefusal::AlreadyAttached {
                attachment: same.id,
            });
        }
        if command.kind == AttachmentKind::Main
            && let Some(main) = self.attached().find(|one| one.kind == AttachmentKind::Main)
        {
            return Err(DocumentRefusal::MainAttached {
                attachment: main.id,
            });
        }
        let bytes: u64 = self.attachments.iter().map(|one| one.size).sum();
        if self.attachments.len() >= MOST_FILES || bytes.saturating_add(command.size) > MOST_BYTES {
            return Err(DocumentRefusal::TooManyFiles);
        }
        let attached = DocumentEvent::FileAttached(FileAttached {
            attachment: command.attachment,
            file_name: command.file_name.clone(),
            media_type: command.media_type.clone(),
            size: command.size,
            sha256: command.sha256,
            kind: command.kind,
            description: command.description.clone(),
            folios: command.folios,
        });
        Ok(Decided::by(office, vec![attached]))
    }

    /// The desk or the holder; before it is registered, and to correct it, also who handed it in.
    fn who_attaches(&self, context: &Context<'_>) -> Result<Option<OfficeId>, DocumentRefusal> {
        let is_sender = self.submitted_by == Some(context.user.id);
        match self.desk_or_holder(context) {
            Err(_) if is_sender && self.is_at_the_desk() => Ok(None),
            office => office.map(Some),
        }
    }

    /// Whether it waits at the desk: for its number, or to be corrected.
    fn is_at_the_desk(&self) -> bool {
        matches!(self.phase, Phase::Submitted | Phase::Observed)
    }

    fn must_take_files(&self) -> Result<(), DocumentRefusal> {
        if self.is_at_the_desk() {
            return Ok(());
        }
        self.must_be_open()
    }

    pub(super) fn withdraw(
        &self,
        attachment: AttachmentId,
        why: &str,
        context: &Context<'_>,
    ) -> Outcome {
        reason(why, 1)?;
        let office = self.who_attaches(context)?;
        let mut all = self.attachments.iter();
        let found = all
            .find(|one| one.id == attachment)
            .ok_or(DocumentRefusal::NoSuchAttachment { attachment })?;
        self.must_take_files()?;
        match found.standing {
            Standing::Withdrawn => Ok(Decided::nothing()),
            Standing::Attached => Ok(Decided::by(
                office,
                vec![DocumentEvent::AttachmentWithdrawn(AttachmentWithdrawn {
                    attachment,
                    reason: why.to_owned(),
                })],
            )),
        }
    }

    /// The files that still belong to it.
    pub fn attached(&self) -> impl Iterator<Item = &Attached> {
        let standing = |one: &&Attached| one.standing == Standing::Attached;
        self.attachments.iter().filter(standing)
    }
}
