//! The crash points of the roles, each with a passing at which it fires under load.

use std::time::Duration;

use crate::load::Load;
use crate::site::Site;

/// How long a point may take to be passed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A place in a role at which it can be made to end.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// The role that passes it.
    pub role: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How many passings it is given.
    pub passing: u64,
}

/// All of them. A point that never fires is a failure.
pub const POINTS: [Point; 19] = [
    of("command", "command.before_publish", 5),
    of("command", "command.published", 7),
    of("command", "command.before_answer", 9),
    of("command", "numbering.before_batch", 3),
    of("command", "numbering.half_a_batch", 2),
    of("command", "numbering.committed", 4),
    of("command", "numbering.before_answers", 3),
    of("projector", "projector.fetched", 3),
    of("projector", "projector.half_a_transaction", 4),
    of("projector", "projector.before_commit", 3),
    of("projector", "projector.committed", 4),
    of("projector", "projector.hot_written", 3),
    of("projector", "projector.announced", 4),
    of("rebuild", "rebuild.begun", 1),
    of("rebuild", "rebuild.folded", 1),
    of("rebuild", "rebuild.copied", 1),
    of("rebuild", "rebuild.indexed", 1),
    of("rebuild", "rebuild.before_switch", 1),
    of("rebuild", "rebuild.switched", 1),
];

const fn of(role: &'static str, name: &'static str, passing: u64) -> Point {
    Point {
        role,
        name,
        passing,
    }
}

impl Point {
    /// Arms the processes that pass it, waits until it fired once more than before, lets the load
    /// go on, and disarms whoever did not fire.
    ///
    /// A rebuild is begun, ends there, and is begun again, to its end.
    pub async fn strike(&self, site: &Site, load: &Load<'_>) {
        if self.role == "rebuild" {
            let arm = Some((self.name.to_owned(), self.passing));
            let ended = site.roles.run(&["rebuild", "--all"], arm).await;
            assert_eq!(ended.status.code(), None, "{}", ended.said);
            load.goes_on(10).await;
            site.roles.run(&["rebuild", "--all"], None).await.with(0);
            return;
        }
        let count = || {
            let fired = site.roles.fired();
            fired.iter().filter(|name| *name == self.name).count()
        };
        let before = count();
        site.roles.arm(self.role, self.name, self.passing);
        let fired = async || (count() > before).then_some(());
        kit::eventually(PATIENCE, self.name, fired).await;
        load.goes_on(10).await;
        site.roles.disarm();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn points_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                points_in(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for call in ["crash::point(\"", "crash::due(\""] {
                    let names = text.split(call).skip(1);
                    found.extend(names.filter_map(|rest| Some(rest.split_once('"')?.0.into())));
                }
            }
        }
    }

    #[test]
    fn every_point_in_the_roles_is_in_the_list() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut found = BTreeSet::new();
        for role in ["command", "projector", "query", "mesa"] {
            points_in(&root.join(role).join("src"), &mut found);
        }
        let listed = POINTS.iter().map(|point| point.name.to_owned()).collect();
        assert_eq!(found, listed);
    }
}
