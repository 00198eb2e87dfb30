//! What anybody may ask, without a key: where a document stands, by the token on its receipt (P1), and
//! whether a receipt is genuine.
//!
//! The whole surface is [`ROUTES`]. Nothing here tells more than its whitelist (I13).

mod page;
mod tracking;
mod verify;

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::receipts::PAGE;

/// Every route that needs no key, always by `GET`.
pub(crate) const ROUTES: &[&str] = &["/api/v1/tracking/{token}", "/api/v1/receipts/verify", PAGE];

/// All of them.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route(ROUTES[0], get(tracking::handle))
        .route(ROUTES[1], get(verify::handle))
        .route(ROUTES[2], get(page::handle))
}
