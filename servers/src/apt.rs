//! The distribution's packages, when nothing else helps and root may install them.

use std::process::{Command, Stdio};

use crate::find::Search;

/// Installs the server with apt-get, and says whether that worked. It is not tried by anybody but
/// root, nor where there is no apt-get, nor where the distribution's version is too old.
pub(crate) fn install(search: &Search<'_>) -> bool {
    let (Some(package), Some(_), Some(program)) = (
        search.kind.apt(),
        search.identity,
        search.places.program("apt-get"),
    ) else {
        return false;
    };
    search.say(&format!(
        "installing {package} with apt-get; the package starts a server of its own, which Mesa \
         does not use"
    ));
    let run = |arguments: &[&str]| {
        Command::new(&program)
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .output()
            .is_ok_and(|answer| answer.status.success())
    };
    let arguments = ["install", "-y", "-q", "--no-install-recommends", package];
    let done = run(&arguments) || (run(&["update", "-q"]) && run(&arguments));
    if !done {
        search.say(&format!("apt-get could not install {package}"));
    }
    done
}
