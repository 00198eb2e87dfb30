//! What events change in the files of a document.

use chrono::{DateTime, Utc};
use events::UserId;
use events::attachment::{AttachmentWithdrawn, FileAttached};
use readmodel::AttachmentRow;

use super::{DocumentView, Misfit};

/// A file is added after all the others.
pub(super) fn add(
    view: &mut DocumentView,
    attached: &FileAttached,
    at: DateTime<Utc>,
    by: UserId,
    seq: u64,
) -> Result<(), Misfit> {
    let misfit = Misfit::Attachment {
        kind: "attachment.added",
        attachment: attached.attachment,
    };
    let has = |row: &AttachmentRow| row.id == attached.attachment;
    if view.attachments.iter().any(has) {
        return Err(misfit);
    }
    let ordinal = u32::try_from(view.attachments.len() + 1).map_err(|_| misfit)?;
    view.attachments.push(AttachmentRow {
        document_id: view.row.id,
        ordinal,
        id: attached.attachment,
        file_name: attached.file_name.clone(),
        media_type: attached.media_type.clone(),
        size: attached.size,
        sha256: attached.sha256,
        kind: attached.kind,
        description: attached.description.clone(),
        folios_from: attached.folios.map(|folios| folios.from),
        folios_to: attached.folios.map(|folios| folios.to),
        added_at: at,
        added_by: by,
        withdrawn_at: None,
        withdrawn_by: None,
        withdrawn_reason: None,
        last_seq: seq,
    });
    Ok(())
}

/// A file does not belong to the document any more.
pub(super) fn withdraw(
    view: &mut DocumentView,
    withdrawn: &AttachmentWithdrawn,
    at: DateTime<Utc>,
    by: UserId,
    seq: u64,
) -> Result<(), Misfit> {
    let attachment = withdrawn.attachment;
    let mut all = view.attachments.iter_mut();
    let found = all.find(|row| row.id == attachment);
    let row = found.ok_or(Misfit::Attachment {
        kind: "attachment.withdrawn",
        attachment,
    })?;
    row.withdrawn_at = Some(at);
    row.withdrawn_by = Some(by);
    row.withdrawn_reason = Some(withdrawn.reason.clone());
    row.last_seq = seq;
    Ok(())
}
