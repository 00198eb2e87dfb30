//! The plan of a case: what was done to it, step by step, in the words of a register.
//!
//! One case is one document. It is registered at its first event; each change of office is a
//! principal derivation, sent at the time of the event before it by that event's user and received
//! at the event's own time; the last event attends the document when the case was finished.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use events::classify::Channel;
use events::legal_date;
use serde::Serialize;

use super::log::{Case, Event};
use super::map::Map;
use super::names::Names;

/// Users by login, each in an office by code.
pub type Present = BTreeSet<(String, String)>;

/// What becomes of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// What the file calls it.
    pub case: String,
    /// What the document is about.
    pub subject: String,
    /// Who presented it.
    pub sender: String,
    /// Where it came in.
    pub channel: Channel,
    /// When it was presented.
    pub presented_at: DateTime<Utc>,
    /// By when it must be attended.
    pub due_on: Option<NaiveDate>,
    /// What was done, the registration first.
    pub steps: Vec<Step>,
    /// Whether the file says that it was presented after its first event.
    #[serde(skip)]
    pub presented_late: bool,
    /// Who was at work on it where, by login and code, also in events that are no step.
    #[serde(skip)]
    pub present: Present,
}

/// One act of one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by login.
    pub user: String,
    /// In the name of which office, by code.
    pub office: String,
    /// What.
    pub act: Act,
}

/// What is done in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The document enters the register.
    Register,
    /// It is sent on as principal.
    Derive {
        /// To which office, by code.
        to: String,
        /// What is to be done there.
        instructions: Option<String>,
    },
    /// The derivation is received.
    Receive,
    /// The open derivation is attended; where none is, the document is concluded.
    Attend {
        /// What was done.
        note: Option<String>,
    },
}

/// What the directory must hold before anything is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Offices by code, with their names.
    pub offices: BTreeMap<String, String>,
    /// Users by login, with their names and the codes of the offices they act for.
    pub users: BTreeMap<String, (String, BTreeSet<String>)>,
}

impl Plan {
    /// When the document is registered, which decides its place in its series.
    pub fn registered_at(&self) -> Option<DateTime<Utc>> {
        self.steps.first().map(|step| step.at)
    }
}

impl Needs {
    /// What `plans` need.
    pub fn of<'p>(plans: impl IntoIterator<Item = &'p Plan>, names: &Names) -> Self {
        let mut needs = Self::default();
        let mut office = |code: &str| {
            let name = || names.office_name(code).to_owned();
            needs.offices.entry(code.to_owned()).or_insert_with(name);
        };
        for (login, code) in plans.into_iter().flat_map(|plan| &plan.present) {
            office(code);
            let name = || (names.user_name(login).to_owned(), BTreeSet::new());
            let user = needs.users.entry(login.clone()).or_insert_with(name);
            user.1.insert(code.clone());
        }
        needs
    }
}

/// Plans one case; none when it has no event.
pub fn plan(case: &Case, map: &Map, names: &Names) -> Option<Plan> {
    let first = case.events.first()?;
    let start = case.start.unwrap_or(first.at);
    let channel = map.channel(case.channel.as_deref());
    let activity = first.activity.as_deref().unwrap_or_default();
    let fill =
        |template: &super::template::Template| template.fill(&case.id, channel.word(), activity);
    let (steps, present) = steps(case, first, names);
    Some(Plan {
        case: case.id.clone(),
        subject: fill(&map.subject),
        sender: fill(&map.sender),
        channel,
        presented_at: start.min(first.at),
        due_on: case.deadline.map(legal_date),
        steps,
        presented_late: first.at < start,
        present,
    })
}

fn steps(case: &Case, first: &Event, names: &Names) -> (Vec<Step>, Present) {
    // A case that begins without an office lies in the first one it names.
    let somewhere = case.events.iter().find_map(|event| event.office.as_deref());
    let mut holder = names.office(somewhere);
    let step = |event: &Event, office: &str, act: Act| Step {
        at: event.at,
        user: names.user(event.user.as_deref()).to_owned(),
        office: office.to_owned(),
        act,
    };
    let at_work = |event: &Event, office: &str| {
        let user = names.user(event.user.as_deref());
        (user.to_owned(), office.to_owned())
    };
    let mut steps = vec![step(first, holder, Act::Register)];
    let mut present = Present::from([at_work(first, holder)]);
    let mut last = first;
    for event in &case.events[1..] {
        // An event without an office happens where the case is.
        let office = event.office.as_deref();
        let office = office.map_or(holder, |office| names.office(Some(office)));
        if office != holder {
            let derive = Act::Derive {
                to: office.to_owned(),
                instructions: event.activity.clone(),
            };
            steps.push(step(last, holder, derive));
            steps.push(step(event, office, Act::Receive));
            holder = office;
        }
        present.insert(at_work(event, holder));
        last = event;
    }
    if case.ended {
        let note = last.activity.clone();
        steps.push(step(last, holder, Act::Attend { note }));
    }
    (steps, present)
}
