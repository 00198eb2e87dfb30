//! compose.yaml starts nothing by accident: pinned, watched, restarted, on loopback, unprivileged;
//! and the image is built of the whole workspace.
//!
//! compose.yaml is read line by line, which holds because it is written plainly: two blanks a level,
//! no anchors.

use std::path::Path;

use toml::Table;

use crate::{Faults, tree};

/// The file.
pub const FILE: &str = "compose.yaml";
/// What of the checkout the image is built of.
pub const SENT: &str = ".dockerignore";

struct Service<'a> {
    name: &'a str,
    /// Key and the rest of its line, and the lines below it, of each of its settings.
    settings: Vec<(&'a str, &'a str, Vec<&'a str>)>,
}

impl Service<'_> {
    fn setting(&self, key: &str) -> Option<&str> {
        let found = self.settings.iter().find(|(name, _, _)| *name == key);
        found.map(|(_, value, _)| *value)
    }

    fn below(&self, key: &str) -> &[&str] {
        let found = self.settings.iter().find(|(name, _, _)| *name == key);
        found.map_or(&[], |(_, _, lines)| lines)
    }
}

/// Every service names a version, says how to tell that it is well and what to do when it ends,
/// runs as a user without rights, and is reached from this machine alone.
pub fn careful(root: &Path) -> Faults {
    let text = tree::text(root, FILE);
    if text.lines().any(|line| line.contains("<<:")) {
        return vec![format!("{FILE} uses an anchor: write each service out")];
    }
    let services = services(&text);
    if services.is_empty() {
        return vec![format!("{FILE} has no service")];
    }
    services.iter().flat_map(faults_of).collect()
}

/// Every member of the workspace is sent to where the image is built: cargo reads all of them.
pub fn sends_every_member(root: &Path) -> Faults {
    let manifest: Table = tree::text(root, "Cargo.toml").parse().unwrap_or_default();
    let members = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("members")?.as_array());
    let Some(members) = members else {
        return vec!["Cargo.toml names no members of the workspace".to_owned()];
    };
    let text = tree::text(root, SENT);
    let is_sent = |folder: &str| text.lines().any(|line| line == format!("!{folder}"));
    let folders = members.iter().filter_map(|member| member.as_str());
    folders
        .filter(|member| !is_sent(member.split('/').next().unwrap_or(member)))
        .map(|member| {
            format!("{SENT} keeps `{member}` from the image, which is then not built: let it in")
        })
        .collect()
}

fn faults_of(service: &Service<'_>) -> Faults {
    let name = service.name;
    let mut faults = vec![];
    let tag = service
        .setting("image")
        .and_then(|image| image.rsplit_once(':'))
        .map(|(_, tag)| tag);
    if !tag.is_some_and(|tag| tag.starts_with(|first: char| first.is_ascii_digit())) {
        faults.push(format!(
            "{FILE}: `{name}` has no image with a version for its tag"
        ));
    }
    let runs_once = service.setting("restart") == Some("\"no\"");
    if service.setting("restart").is_none() {
        faults.push(format!("{FILE}: `{name}` does not say when to restart"));
    }
    if !runs_once && service.setting("healthcheck").is_none() {
        faults.push(format!("{FILE}: `{name}` has no healthcheck"));
    }
    let user = service.setting("user").unwrap_or_default();
    if user.is_empty() || user.trim_matches('"').starts_with('0') || user.contains("root") {
        faults.push(format!("{FILE}: `{name}` names no user, or root"));
    }
    for port in service.below("ports") {
        if !port.contains("127.0.0.1:") {
            faults.push(format!(
                "{FILE}: `{name}` publishes{port} to other machines"
            ));
        }
    }
    faults
}

fn services(text: &str) -> Vec<Service<'_>> {
    let mut found: Vec<Service<'_>> = vec![];
    let lines = text
        .lines()
        .skip_while(|line| *line != "services:")
        .skip(1)
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .take_while(|line| line.starts_with(' '));
    for line in lines {
        let depth = line.len() - line.trim_start().len();
        let (key, value) = line.trim().split_once(':').unwrap_or((line.trim(), ""));
        match (depth, found.last_mut()) {
            (2, _) => found.push(Service {
                name: key,
                settings: vec![],
            }),
            (4, Some(service)) => service.settings.push((key, value.trim(), vec![])),
            (_, Some(service)) => {
                if let Some((_, _, below)) = service.settings.last_mut() {
                    below.push(line);
                }
            }
            (_, None) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only};

    const GOOD: &str = "services:\n  nats:\n    image: nats:2.15.1-alpine\n    user: \"1000\"\n    \
                        restart: always\n    ports:\n      - \"127.0.0.1:4222:4222\"\n    \
                        healthcheck:\n      test: [\"CMD\", \"true\"]\nvolumes:\n  nats:\n";

    fn faults_with(from: &str, to: &str) -> Faults {
        careful(folder(&[(FILE, &GOOD.replace(from, to))]).path())
    }

    #[test]
    fn a_careful_service_passes() {
        assert!(faults_with("", "").is_empty());
    }

    #[test]
    fn a_careless_service_is_caught() {
        assert!(only(&faults_with("2.15.1-alpine", "latest")).contains("no image with a version"));
        assert!(only(&faults_with("127.0.0.1:", "")).contains("to other machines"));
        assert!(only(&faults_with("user: \"1000\"", "user: root")).contains("or root"));
        assert!(only(&faults_with("restart: always", "init: true")).contains("when to restart"));
        assert!(only(&faults_with("healthcheck:", "health:")).contains("no healthcheck"));
    }

    #[test]
    fn a_member_that_the_image_lacks_is_caught() {
        let manifest = "[workspace]\nmembers = [\"domain\", \"tests/kit\", \"worker\"]\n";
        let all = [
            ("Cargo.toml", manifest),
            (SENT, "*\n!domain\n!tests\n!worker\n"),
        ];
        assert!(sends_every_member(folder(&all).path()).is_empty());
        let most = [("Cargo.toml", manifest), (SENT, "*\n!domain\n!tests\n")];
        assert!(only(&sends_every_member(folder(&most).path())).contains("`worker`"));
        assert!(only(&sends_every_member(folder(&[]).path())).contains("no members"));
    }

    #[test]
    fn a_file_without_services_is_caught() {
        assert!(only(&faults_with("services:", "service:")).contains("no service"));
    }
}
