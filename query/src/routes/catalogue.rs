//! Lists of the directory in memory: sorted by one text, page by page.

use axum::response::Response;
use platform::http::Problem;
use serde::Serialize;

use crate::app::{App, Asking};
use crate::page::{Page, asked};
use crate::params::Params;
use crate::routes::{answer, problem};
use crate::store::Value;

/// Answers with a page of `rows`, sorted by what `sort` names and `key` reads, no two alike.
pub(crate) fn list<T: Serialize>(
    app: &App,
    asking: &Asking,
    mut params: Params,
    sort: &str,
    key: impl Fn(&T) -> &str,
    rows: impl FnOnce(&directory::Directory) -> Vec<T>,
) -> Result<Response, Problem> {
    let like = [Value::Text(String::new())];
    let (limit, after) = asked(&mut params, sort, &like);
    params.finish()?;
    let after = match after.as_deref() {
        Some([Value::Text(after)]) => Some(after.clone()),
        _ => None,
    };
    // The position first: what is read after it includes it.
    let reached = app.members.reached();
    let mut rows = rows(&app.members.read());
    rows.sort_unstable_by(|a, b| key(a).cmp(key(b)));
    let begin = after.map_or(0, |after| {
        rows.partition_point(|row| key(row) <= after.as_str())
    });
    let rows: Vec<T> = rows.drain(begin..).collect();
    let page = Page::of(rows, limit, sort, |row| {
        vec![Value::Text(key(row).to_owned())]
    });
    answer::from_directory(app, asking, reached, &page)
}

/// Answers with one thing of the directory.
pub(crate) fn one<T: Serialize>(
    app: &App,
    asking: &Asking,
    params: Params,
    find: impl FnOnce(&directory::Directory) -> Option<T>,
) -> Result<Response, Problem> {
    params.finish()?;
    let reached = app.members.reached();
    let found = find(&app.members.read()).ok_or_else(problem::missing)?;
    answer::from_directory(app, asking, reached, &found)
}
