//! POST /api/v1/roles/{code}/change

use axum::extract::State;
use domain::directory::RoleWish;
use events::classify::Role;

use super::{Answered, Description};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// Describes it anew, whole. It counts at once for everybody who has it.
pub(crate) async fn handle(
    State(app): State<App>,
    At(code): At<Role>,
    posted: Posted<Description>,
) -> Answered {
    let wish = RoleWish::Change {
        name: posted.body.name,
        permissions: posted.body.permissions,
    };
    super::change(&app, code, wish, &posted.wish).await
}
