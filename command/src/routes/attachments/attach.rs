//! POST /api/v1/documents/{id}/attachments
//!
//! The body is the file, and what is said of it stands in the query. It goes to the object store while it comes in, and is kept only when the
//! document takes it: what is refused, too large, of another type or broken off leaves nothing.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use domain::document::{Attach, DocumentCommand};
use events::attachment::Folios;
use events::classify::AttachmentKind;
use events::{Aggregate, AttachmentId, DocumentId, Fingerprint, Hash};
use platform::http::Problem;
use platform::objects::Received;
use serde::Deserialize;

use crate::app::{App, Wish};
use crate::asked::TransactError;
use crate::routes::documents::{Answered, carry_out};
use crate::routes::posted::{At, Parameters, Streamed};
use crate::routes::{kinds, problem};

/// What is said of a file.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    /// Its name, 1 to 255 characters.
    file_name: String,
    /// What it is to the document.
    #[serde(default = "annex")]
    kind: AttachmentKind,
    /// What it shows, at most 500 characters.
    #[serde(default)]
    description: Option<String>,
    /// The first sheet of the document that it is.
    #[serde(default)]
    folios_from: Option<u32>,
    /// The last sheet of the document that it is.
    #[serde(default)]
    folios_to: Option<u32>,
}

const fn annex() -> AttachmentKind {
    AttachmentKind::Annex
}

/// Takes it in.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    Parameters(said): Parameters<Said>,
    Streamed(mut wish): Streamed,
    request: Request,
) -> Answered {
    let path = request.uri().to_string();
    let aggregate = Aggregate::Document(id);
    let asking = wish.asking(&aggregate.to_string());
    let mut attach = said.attach(AttachmentId::attached_by(asking.command));
    // Nobody sends hundreds of megabytes to be told that the document is closed.
    let placeholder = DocumentCommand::AttachFile(attach.clone());
    let foreseen = app.foresee(&app.documents, &aggregate, &placeholder, &asking, &wish);
    foreseen.await.map_err(problem::of)?;
    let received = receive(&app, request.into_body()).await?;
    (attach.size, attach.sha256) = (received.size, Hash(received.sha256));
    attach.media_type = match sniffed(&app, &received.head) {
        Ok(media_type) => media_type,
        Err(problem) => return give_up(&app, received, problem).await,
    };
    wish.request = Fingerprint::of(&path, &received.sha256);
    let command = DocumentCommand::AttachFile(attach);
    keep(&app, &aggregate, &command, &wish, received).await?;
    carry_out(&app, id, &command, &wish, StatusCode::CREATED).await
}

/// Keeps the bytes, unless the document would refuse them.
async fn keep(
    app: &App,
    aggregate: &Aggregate,
    command: &DocumentCommand,
    wish: &Wish,
    received: Received,
) -> Result<(), Problem> {
    let asking = wish.asking(&aggregate.to_string());
    let foreseen = app.foresee(&app.documents, aggregate, command, &asking, wish);
    let refused = match foreseen.await {
        Ok(Some(request)) if request != wish.request => TransactError::KeyReused,
        Ok(_) => return store(app, received).await,
        Err(refused) => refused,
    };
    give_up(app, received, problem::of(refused)).await
}

async fn store(app: &App, received: Received) -> Result<(), Problem> {
    let kept = app.objects.keep(received).await;
    kept.map_err(|error| problem::of_objects(&error))
}

async fn receive(app: &App, body: Body) -> Result<Received, Problem> {
    let (id, bytes) = (app.shell.ids.next(), body.into_data_stream());
    let received = app.objects.receive(id, bytes, app.files.max_bytes).await;
    received.map_err(|error| problem::of_objects(&error))
}

async fn give_up<T>(app: &App, received: Received, problem: Problem) -> Result<T, Problem> {
    app.objects.forget(received).await;
    Err(problem)
}

/// What the first bytes of a file say that it is, if such files are taken.
fn sniffed(app: &App, head: &[u8]) -> Result<String, Problem> {
    let found = infer::get(head).map(|found| found.mime_type());
    let taken = |found: &&str| app.files.types.iter().any(|taken| taken == found);
    let found = found.filter(taken).map(ToOwned::to_owned);
    found.ok_or_else(|| {
        let types = app.files.types.join(", ");
        Problem::new(&kinds::FILE_TYPE_NOT_ALLOWED)
            .detail(format!("what is taken, by its first bytes: {types}"))
    })
}

impl Said {
    /// The command, as far as it is known before the file came in.
    fn attach(self, attachment: AttachmentId) -> Attach {
        let folios = match (self.folios_from, self.folios_to) {
            (None, None) => None,
            (from, to) => Some(Folios {
                from: from.or(to).unwrap_or_default(),
                to: to.or(from).unwrap_or_default(),
            }),
        };
        Attach {
            attachment,
            file_name: self.file_name,
            media_type: String::new(),
            size: 1,
            sha256: Hash::default(),
            kind: self.kind,
            description: self.description,
            folios,
        }
    }
}
