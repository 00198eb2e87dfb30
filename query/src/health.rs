//! What must be well for the query role to do its work, and what makes it slower.
//!
//! Nothing takes the role out of service: with everything away it still gives what it has kept,
//! marked, and says of the rest that it is not to be had. That is more than nobody would say.

use std::sync::Arc;
use std::time::Duration;

use platform::http::{Check, Health};

use crate::app::App;
use crate::hot::Hot;

/// How long the database may take before it is said not to answer.
const PATIENCE: Duration = Duration::from_millis(800);

/// The checks of a query role made of these.
pub(crate) fn checks(app: &App, hot: &Hot) -> Vec<Check> {
    let (members, stream) = (app.members.clone(), app.names.directory_stream());
    let (store, freshness) = (app.store.clone(), Arc::clone(&app.freshness));
    let (hot, notices) = (hot.clone(), Arc::clone(&app.freshness));
    vec![
        Check::new("directory", move || {
            let (members, stream) = (members.clone(), stream.clone());
            async move {
                let trouble = members.trouble(&stream).await;
                degraded(trouble, "changes to the directory are not seen")
            }
        }),
        Check::new("read_models", move || {
            let (store, freshness) = (store.clone(), Arc::clone(&freshness));
            async move {
                let looked = tokio::time::timeout(PATIENCE, freshness.look(&store)).await;
                let trouble = match looked {
                    Ok(Ok(_)) => None,
                    Ok(Err(error)) => Some(error.to_string()),
                    Err(_) => Some("the database does not answer in time".to_owned()),
                };
                degraded(trouble.as_deref(), "what is kept is served")
            }
        }),
        Check::new("hot_views", move || {
            let hot = hot.clone();
            async move { degraded(hot.trouble().await, "answers are slower") }
        }),
        Check::new("notices", move || {
            let silent = (!notices.is_live()).then_some("the projector is not heard");
            async move { degraded(silent, "answers are slower, and marked as stale") }
        }),
    ]
}

fn degraded(trouble: Option<&str>, so: &str) -> Health {
    trouble.map_or(Health::Ready, |why| {
        Health::Degraded(format!("{why}: {so}"))
    })
}
