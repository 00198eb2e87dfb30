//! An institution with a clock that is moved by hand, whose calendar is changed, and its workers.

use std::sync::Arc;
use std::time::Duration;

use calendar::Day;
use chrono::{DateTime, Utc};
use command::{App, Command};
use domain::directory::CalendarCommand;
use events::{Aggregate, UserId};
use mesa::asking::Asking;
use platform::clock::ManualClock;
use platform::ids::SystemIds;
use platform::tasks::Tasks;
use serde_json::Value;
use worker::Worker;

use crate::support::{Site, position};

/// A Tuesday, ten in the morning in Lima. Thirty business days later is 21 April.
pub(crate) fn morning() -> DateTime<Utc> {
    "2026-03-10T15:00:00Z".parse().unwrap()
}

/// The institution, and a command side that changes its calendar.
pub(crate) struct Place {
    pub(crate) site: Site,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) app: App,
    tasks: Tasks,
}

impl Place {
    pub(crate) async fn open(name: &str) -> Self {
        let fresh = kit::Env::get().await.fresh_migrated(name).await;
        let clock = Arc::new(ManualClock::at(morning()));
        let site = Site::open(fresh, clock.clone()).await;
        let tasks = Tasks::default();
        let app = side(&site, &clock, &tasks).await;
        Self {
            site,
            clock,
            app,
            tasks,
        }
    }

    /// Begins a worker with a command side of its own, as `mesa worker` has.
    pub(crate) async fn worker(&self) -> Tasks {
        let tasks = Tasks::default();
        let asking = Asking::of(side(&self.site, &self.clock, &tasks).await);
        let config = worker::Config {
            postgres: self.site.fresh.postgres(),
        };
        let worker = Worker::connect(&config, asking, self.clock.clone(), tasks.clone());
        tasks.spawn(worker.unwrap().run());
        tasks
    }

    pub(crate) async fn declare(&self, on: &str, scope: &str) {
        let day = Day {
            on: on.parse().unwrap(),
            scope: scope.parse().unwrap(),
            name: "Duelo nacional".to_owned(),
            legal_basis: "D. S. 1-2026".to_owned(),
            suspends_terms: true,
        };
        let declared = self.app.declare_days(vec![day], "Decreto").await.unwrap();
        assert_eq!(declared, 1);
    }

    pub(crate) async fn revoke(&self, on: &str) {
        let command = CalendarCommand::Revoke {
            on: on.parse().unwrap(),
            scope: "nation".parse().unwrap(),
            legal_basis: "D. S. 2-2026".to_owned(),
            reason: "Se trabaja".to_owned(),
        };
        let aggregate = Aggregate::Calendar;
        let wish = self.app.wish(UserId::system(), on, "revoke").unwrap();
        let asking = wish.asking(&aggregate.to_string());
        let histories = &self.app.calendar;
        let done = self
            .app
            .carry_out(histories, &aggregate, &command, asking, &wish);
        done.await.unwrap();
    }

    /// Registers a document and gives its id.
    pub(crate) async fn register(&self, key: &str, body: &Value) -> String {
        // Many at once may be too many for a busy log: then asking again with the same key is right.
        let registered = async || {
            let answer = self.site.post("ana", "/documents", key, body).await;
            (answer.status != 503).then_some(answer)
        };
        let answer = kit::eventually(Duration::from_secs(30), "the register", registered).await;
        answer.expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn act(&self, id: &str, act: &str, key: &str, body: Value) -> String {
        let path = format!("/documents/{id}/{act}");
        position(&self.site.post("jefa", &path, key, &body).await.expect(200))
    }

    /// What a document says of its deadline now.
    pub(crate) async fn deadline(&self, id: &str) -> Value {
        let path = format!("/api/v1/documents/{id}");
        self.site.reader().get(&path).await.expect(200).json()["deadline"].clone()
    }

    pub(crate) async fn due_on(&self, id: &str) -> String {
        self.deadline(id).await["due_on"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The notes of the steps of which `event` says that it is one.
    pub(crate) async fn notes(&self, id: &str, event: fn(&str) -> bool) -> Vec<String> {
        let path = format!("/api/v1/documents/{id}/timeline");
        let timeline = self.site.reader().get(&path).await.expect(200).json();
        let steps = timeline["items"].as_array().unwrap().iter();
        let steps = steps.filter(|step| event(step["event"].as_str().unwrap()));
        steps
            .map(|step| step["note"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn close(self) {
        self.tasks.drain().await;
        self.site.close().await;
    }
}

pub(crate) async fn side(site: &Site, clock: &Arc<ManualClock>, tasks: &Tasks) -> App {
    let config = command::Config::new(site.fresh.nats(), site.fresh.objects());
    let command = Command::connect(&config, clock.clone(), Arc::new(SystemIds), tasks.clone());
    command.await.unwrap().app().clone()
}
