//! Which program plays the part of a server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::StartError;
use crate::identity::Identity;
use crate::pins::Candidate;
use crate::version::Version;
use crate::{Announce, Kind, Places, apt, fetch};

/// A program that can be started.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// The server's program.
    pub(crate) file: PathBuf,
    /// Its version.
    pub(crate) version: Version,
}

/// What is looked for, and where.
pub(crate) struct Search<'a> {
    /// Which server.
    pub(crate) kind: Kind,
    /// The major version the data was made by, when only that can read it.
    pub(crate) major: Option<u32>,
    /// Where to look.
    pub(crate) places: &'a Places,
    /// Who shall run it.
    pub(crate) identity: Option<&'a Identity>,
    /// Who is told.
    pub(crate) announce: &'a Announce,
}

impl Search<'_> {
    /// Finds the program, or fetches or installs it. Blocks: runs programs, downloads.
    pub(crate) fn run(&self) -> Result<Program, StartError> {
        if let Some(found) = self.installed() {
            return Ok(found);
        }
        if let Some(file) = fetch::cached(self.kind, &self.places.cache)
            && let Some(found) = self.try_program(&file)
        {
            return Ok(found);
        }
        let why = match fetch::fetch(self)? {
            Ok(file) => match self.try_program(&file) {
                Some(found) => return Ok(found),
                None => "the fetched program does not run here".to_owned(),
            },
            Err(why) => why,
        };
        self.say(&format!("could not fetch {}: {why}", self.kind));
        if apt::install(self)
            && let Some(found) = self.installed()
        {
            return Ok(found);
        }
        Err(StartError::Missing {
            kind: self.kind,
            wanted: self.wanted(),
            why,
            advice: self.kind.advice(),
        })
    }

    pub(crate) fn say(&self, sentence: &str) {
        (self.announce)(sentence);
    }

    /// The first good program on the search path or in the distribution's usual folder.
    fn installed(&self) -> Option<Program> {
        for candidate in self.kind.candidates() {
            let on_path = self.places.programs(candidate.program);
            let usual = match self.kind {
                Kind::Postgres => self.places.distribution_postgres(),
                Kind::Nats | Kind::Redis => Vec::new(),
            };
            let found = on_path
                .chain(usual)
                .find_map(|file| self.try_candidate(&file, candidate));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn try_program(&self, file: &Path) -> Option<Program> {
        let name = file.file_name()?;
        let candidate = self
            .kind
            .candidates()
            .iter()
            .find(|candidate| name == candidate.program)?;
        self.try_candidate(file, candidate)
    }

    /// The program `file`, if it would do; otherwise says why it is passed over.
    fn try_candidate(&self, file: &Path, candidate: &Candidate) -> Option<Program> {
        let pass = |why: String| {
            self.say(&format!("passing over {}: {why}", file.display()));
            None
        };
        let version = match version_of(file) {
            Ok(version) => version,
            Err(why) => return pass(why),
        };
        if version < candidate.oldest {
            return pass(format!(
                "version {version} is older than {}",
                candidate.oldest
            ));
        }
        if let Some(major) = self.major
            && version.0 != major
        {
            return pass(format!(
                "version {version} cannot read the data that version {major} made"
            ));
        }
        if let Some(identity) = self.identity
            && !identity.may_run(file)
        {
            return pass(format!("the user {} may not run it", identity.name()));
        }
        self.say(&format!("{} {version} is {}", self.kind, file.display()));
        // A link to postgres has neither initdb nor libraries beside it; a link to Redis, which
        // looks at its own name, is kept.
        let file = match self.kind {
            Kind::Postgres => file.canonicalize().unwrap_or_else(|_| file.to_owned()),
            Kind::Nats | Kind::Redis => file.to_owned(),
        };
        Some(Program { file, version })
    }

    fn wanted(&self) -> String {
        if let Some(major) = self.major {
            return format!("{major} (which made the data)");
        }
        let wanted: Vec<String> = self
            .kind
            .candidates()
            .iter()
            .map(|candidate| format!("{} or later ({})", candidate.oldest, candidate.program))
            .collect();
        wanted.join(" or ")
    }
}

fn version_of(file: &Path) -> Result<Version, String> {
    let answer = Command::new(file)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("it cannot be run ({error})"))?;
    let printed = String::from_utf8_lossy(&answer.stdout);
    Version::of(&printed).ok_or_else(|| "it does not say its version".to_owned())
}
