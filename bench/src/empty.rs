//! The limit of what a server can answer: handlers that do nothing but give a body of the wanted
//! size, on the same server as the roles.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use clap::Args;
use mesa::roles::listen;
use platform::http::{health, serve};
use platform::tasks::Tasks;

/// Handlers that do nothing but answer: `/0`, `/1` …, one for each size.
#[derive(Clone, Debug, Args)]
pub(crate) struct Empty {
    /// The sizes of the bodies.
    #[arg(long, value_delimiter = ',')]
    sizes: Vec<usize>,

    /// Where to serve.
    #[arg(long)]
    listen: SocketAddr,
}

impl Empty {
    /// Serves until it is told to stop.
    ///
    /// # Errors
    ///
    /// The listener breaks.
    pub(crate) async fn run(&self) -> anyhow::Result<()> {
        let tasks = Tasks::default();
        mesa::stop::when_told(&tasks);
        let listener = listen(self.listen).await?;
        let mut routes = Router::new().merge(health::routes("empty", Vec::new()));
        for (place, size) in self.sizes.iter().enumerate() {
            let body = Bytes::from(vec![b'x'; *size]);
            let answer = async move || {
                let json = HeaderValue::from_static("application/json");
                ([(header::CONTENT_TYPE, json)], body.clone())
            };
            routes = routes.route(&format!("/{place}"), get(answer));
        }
        serve(listener, routes, &tasks).await?;
        Ok(())
    }
}
