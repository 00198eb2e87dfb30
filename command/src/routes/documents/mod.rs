//! Acts on documents, one file each.

pub(super) mod amend;
pub(super) mod archive;
pub(super) mod classify;
pub(super) mod conclude;
pub(super) mod correct;
pub(super) mod derive;
pub(super) mod derive_many;
pub(super) mod enter;
pub(super) mod extend;
pub(super) mod link;
pub(super) mod not_filed;
pub(super) mod note;
pub(super) mod observe;
pub(super) mod register;
pub(super) mod restore;
pub(super) mod restrict;
pub(super) mod resume;
pub(super) mod sender;
pub(super) mod submit;
pub(super) mod suspend;
pub(super) mod unrestrict;
pub(super) mod void;

use axum::http::{HeaderValue, StatusCode, header};
use directory::User;
use domain::document::{Document, DocumentCommand, DocumentRefusal};
use events::{Aggregate, DocumentId};
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;

use super::answer::{Answer, DocumentBody};
use super::{kinds, problem};
use crate::app::{App, Wish};
use crate::asked::Done;
use crate::history::Asking;
use crate::shell::LoadError;

/// What every act on a document is answered with.
pub(super) type Answered = Result<Answer<DocumentBody>, Problem>;

/// Carries out `command` on the document `id`.
pub(super) async fn carry_out(
    app: &App,
    id: DocumentId,
    command: &DocumentCommand,
    wish: &Wish,
    status: StatusCode,
) -> Answered {
    let asking = wish.asking(&Aggregate::Document(id).to_string());
    let done = put(app, id, command, asking, wish).await?;
    answer(app, id, &done, status)
}

/// Carries out `command`, which begins the document `id`: the key counts among all that begin so.
pub(super) async fn begin(
    app: &App,
    id: DocumentId,
    command: &DocumentCommand,
    asking: Asking,
    wish: &Wish,
) -> Answered {
    let done = put(app, id, command, asking, wish).await;
    let done = done.map_err(|problem| located(id, problem))?;
    answer(app, id, &done, StatusCode::CREATED)
}

/// With where the document `id` is, if the problem is that it is there already (I12).
fn located(id: DocumentId, problem: Problem) -> Problem {
    if problem.kind() != &kinds::ORIGIN_KNOWN {
        return problem;
    }
    match HeaderValue::try_from(format!("/api/v1/documents/{id}")) {
        Ok(there) => problem.header(header::LOCATION, there),
        Err(_) => problem,
    }
}

pub(super) async fn put(
    app: &App,
    id: DocumentId,
    command: &DocumentCommand,
    asking: Asking,
    wish: &Wish,
) -> Result<Done<Document>, Problem> {
    let aggregate = Aggregate::Document(id);
    app.carry_out(&app.documents, &aggregate, command, asking, wish)
        .await
        .map_err(problem::of)
}

impl App {
    /// Whether there is a document `id` for `user`, as far as the leader knows.
    async fn shows(&self, id: DocumentId, user: &User) -> Result<bool, Problem> {
        let aggregate = Aggregate::Document(id);
        let unread = |error: LoadError| problem::of::<DocumentRefusal>(error.into());
        let history = self.documents.load(&self.shell, &aggregate).await;
        let mut history = history.map_err(unread)?;
        let caught = self
            .documents
            .catch_up(&self.shell, &aggregate, &mut history);
        caught.await.map_err(unread)?;
        let dossier = history.state.dossier();
        Ok(dossier.is_some_and(|dossier| dossier.is_shown_to(user)))
    }
}

/// The answer that `done` is.
pub(super) fn answer(
    app: &App,
    id: DocumentId,
    done: &Done<Document>,
    status: StatusCode,
) -> Answered {
    let body = DocumentBody::of(done).ok_or_else(|| Problem::new(&INTERNAL_ERROR))?;
    let location = format!("/api/v1/documents/{id}");
    let aggregate = Aggregate::Document(id);
    Ok(Answer::new(
        app,
        &aggregate,
        done,
        (status, &location),
        body,
    ))
}
