//! The roles as processes: begun, armed, killed, paused, and begun again whenever they end.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use kit::{Ended, Program, free_address};
use rustix::process::Signal;

/// One process of the roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A command side, the first or the second.
    Command(usize),
    /// A projector, the first or the second.
    Projector(usize),
    /// The query side.
    Query,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Command(0),
        Self::Command(1),
        Self::Projector(0),
        Self::Projector(1),
        Self::Query,
    ];

    /// What it is called on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Projector(_) => "projector",
            Self::Query => "query",
        }
    }
}

/// Something that was killed, and when, in microseconds of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Kill {
    /// What: a role or a server.
    pub what: &'static str,
    /// When.
    pub at: u64,
}

#[derive(Debug)]
struct Process {
    role: Role,
    address: SocketAddr,
    program: Option<Program>,
    /// The crash point its next beginning is armed with, and the passing.
    arm: Option<(String, u64)>,
    armed: bool,
}

/// Every role of an installation.
#[derive(Debug)]
pub struct Roles {
    mesa: PathBuf,
    log: Vec<String>,
    views: Vec<String>,
    fired: PathBuf,
    objects: PathBuf,
    processes: Mutex<Vec<Process>>,
    panics: Mutex<Vec<String>>,
}

impl Roles {
    /// The roles, none of them begun. `mesa` is the program that does what `mesa` does when its
    /// first argument says so; `log` and `views` are the flags that lead to the servers.
    #[must_use]
    pub fn new(mesa: &Path, log: Vec<String>, views: Vec<String>, folder: &Path) -> Self {
        let process = |role| Process {
            role,
            address: free_address(),
            program: None,
            arm: None,
            armed: false,
        };
        Self {
            mesa: mesa.to_owned(),
            log,
            views,
            fired: folder.join("fired"),
            objects: folder.join("objects"),
            processes: Mutex::new(Role::ALL.map(process).into()),
            panics: Mutex::default(),
        }
    }

    /// Where a role listens.
    pub fn address(&self, role: Role) -> SocketAddr {
        self.of(role, |process| process.address)
    }

    /// Begins every role that does not run; gives those that had ended without being killed here.
    pub fn keep(&self) -> Vec<Role> {
        let mut ended = Vec::new();
        for process in &mut *self.all() {
            if let Some(program) = &mut process.program {
                if !program.has_ended() {
                    continue;
                }
                ended.push(process.role);
                self.hear(process.role, program);
            }
            self.begin(process);
        }
        ended
    }

    /// Kills a role as `kill -9` does; [`Roles::keep`] begins it again.
    pub fn kill(&self, role: Role) {
        self.of(role, |process| self.end(process));
    }

    /// Kills every process of this name and begins it again so that it ends by itself when it
    /// passes `point` for the n-th time.
    pub fn arm(&self, name: &str, point: &str, passing: u64) {
        for process in &mut *self.all() {
            if process.role.name() == name {
                self.end(process);
                process.arm = Some((point.to_owned(), passing));
                self.begin(process);
            }
        }
    }

    /// Runs an operator's tool to its end, armed or not.
    pub async fn run(&self, words: &[&str], arm: Option<(String, u64)>) -> Ended {
        let mut arguments = vec!["mesa".to_owned()];
        arguments.extend(words.iter().map(|word| (*word).to_owned()));
        arguments.extend(self.views.iter().cloned());
        let variables = self.variables(arm);
        Program::begin(&self.mesa, arguments, &variables)
            .ended()
            .await
    }

    /// Begins every armed process anew, unarmed.
    pub fn disarm(&self) {
        for process in &mut *self.all() {
            if process.armed {
                self.end(process);
                self.begin(process);
            }
        }
    }

    /// Lets a role hang, or go on.
    pub fn pause(&self, role: Role, pause: bool) {
        let signal = if pause { Signal::STOP } else { Signal::CONT };
        self.of(role, |process| {
            if let Some(program) = &mut process.program
                && !program.has_ended()
            {
                program.signal(signal);
            }
        });
    }

    /// The crash points that fired, each as often as it did.
    pub fn fired(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.fired).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Ends every role, and gives what any of them said of a panic.
    pub fn stop(&self) -> Vec<String> {
        for process in &mut *self.all() {
            self.end(process);
        }
        self.panics.lock().unwrap().clone()
    }

    /// What a role has said since it began.
    pub fn said(&self, role: Role) -> String {
        self.of(role, |process| {
            process
                .program
                .as_ref()
                .map(Program::said)
                .unwrap_or_default()
        })
    }

    fn begin(&self, process: &mut Process) {
        let mut arguments = vec![
            "mesa".to_owned(),
            "--log-filter=info,async_nats=warn,platform::http=warn".to_owned(),
            process.role.name().to_owned(),
            format!("--listen={}", process.address),
        ];
        let flags = match process.role {
            Role::Command(_) => &self.log,
            Role::Projector(_) | Role::Query => &self.views,
        };
        arguments.extend(flags.iter().cloned());
        process.armed = process.arm.is_some();
        let variables = self.variables(process.arm.take());
        process.program = Some(Program::begin(&self.mesa, arguments, &variables));
    }

    /// Where a process keeps files, and what arms it.
    fn variables(&self, arm: Option<(String, u64)>) -> Vec<(&'static str, String)> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut variables = vec![("MESA_OBJECTS", text(&self.objects))];
        if let Some((point, passing)) = arm {
            variables.push(("FAULTS_CRASH_AT", format!("{point}:{passing}")));
            variables.push(("FAULTS_CRASH_FILE", text(&self.fired)));
        }
        variables
    }

    fn end(&self, process: &mut Process) {
        if let Some(program) = process.program.take() {
            self.hear(process.role, &program);
            drop(program);
        }
    }

    fn hear(&self, role: Role, program: &Program) {
        let said = program.said();
        if let Some(at) = said.find("panicked at") {
            let told = said[at..].chars().take(300).collect::<String>();
            let told = format!("{role:?} {told}");
            self.panics.lock().unwrap().push(told);
        }
    }

    fn of<T>(&self, role: Role, act: impl FnOnce(&mut Process) -> T) -> T {
        let mut all = self.all();
        let process = all.iter_mut().find(|process| process.role == role);
        act(process.unwrap())
    }

    fn all(&self) -> MutexGuard<'_, Vec<Process>> {
        self.processes.lock().unwrap()
    }
}
