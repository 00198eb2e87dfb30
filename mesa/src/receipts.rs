//! `mesa verify-receipt` and `mesa receipt-keys`: checking receipts, and the keys that seal them.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use receipt::{Claim, Keyring};

/// The keys, when nothing else is said: those of `mesa up`.
const KEYS: &str = ".mesa/receipt.keys";

/// A receipt to check. Needs no server and no network.
#[derive(Clone, Debug, Args)]
pub struct VerifyReceipt {
    /// The text of the code on the receipt, with or without its address; `-` reads it from the input.
    pub code: String,
    /// The file of keys; public halves are enough.
    #[arg(long, env = "MESA_RECEIPT_KEYS", default_value = KEYS)]
    pub keys: PathBuf,
}

/// What to do with the keys that seal receipts.
#[derive(Clone, Debug, Args)]
pub struct ReceiptKeys {
    /// What to do.
    pub act: Act,
    /// The file of keys.
    #[arg(long, env = "MESA_RECEIPT_KEYS", default_value = KEYS)]
    pub keys: PathBuf,
}

/// What to do with the keys that seal receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Act {
    /// Add a key, which seals from now on; older ones still check what they sealed.
    New,
    /// Print the public halves, for those who check receipts by themselves.
    Public,
}

/// Checks a receipt, and says what it says; exit status 1 when it is not genuine.
///
/// # Errors
///
/// The keys cannot be read.
pub fn verify(told: &VerifyReceipt) -> anyhow::Result<ExitCode> {
    let keys = read(&told.keys)?.with_context(|| missing(&told.keys))?;
    let keys = Keyring::read_public(&keys)?;
    let mut code = told.code.clone();
    if code == "-" {
        code.clear();
        std::io::stdin().read_to_string(&mut code)?;
    }
    let checked = code.parse::<Claim>();
    let checked = checked.and_then(|claim| claim.check(&keys).map(|()| claim));
    match checked {
        Ok(claim) => {
            println!("genuine");
            println!("number    {}", claim.number);
            println!("filed on  {}", claim.filed_on);
            println!("key       {}", claim.key);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("not genuine: {error}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Adds a key, or prints the public halves.
///
/// # Errors
///
/// The file cannot be read or written, or the machine gives no random bits.
pub fn keys(told: &ReceiptKeys) -> anyhow::Result<()> {
    match told.act {
        Act::New => println!("added {} to {}", add(&told.keys)?, told.keys.display()),
        Act::Public => {
            let text = read(&told.keys)?.with_context(|| missing(&told.keys))?;
            print!("{}", Keyring::read_public(&text)?.public_text());
        }
    }
    Ok(())
}

/// Makes a key in `file` unless it has one.
///
/// # Errors
///
/// As [`keys`].
pub fn make_first(file: &Path) -> anyhow::Result<()> {
    if read(file)?.is_none() {
        add(file)?;
    }
    Ok(())
}

/// Adds a key at the end of `file`, which is there whole or as it was; gives its id.
fn add(file: &Path) -> anyhow::Result<String> {
    let text = read(file)?.unwrap_or_default();
    let keys = Keyring::read_public(&text)
        .with_context(|| format!("{} is no file of keys", file.display()))?;
    let secret = command::vault::random().context("the machine gives no random bits")?;
    let id = keys.next_id();
    let text = text + &Keyring::line(&id, secret);
    let new = file.with_extension("new");
    write(&new, &text)
        .and_then(|()| std::fs::rename(&new, file))
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(id)
}

/// Writes for the owner's eyes only.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = File::options();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut open = options.open(file)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()
}

fn read(file: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => bail!("cannot read {}: {error}", file.display()),
    }
}

fn missing(file: &Path) -> String {
    format!(
        "{} is not there: name the file with --keys, or make it with `mesa receipt-keys new`",
        file.display()
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_added_for_their_owner_only_and_the_first_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("receipt.keys");
        make_first(&file).unwrap();
        let first = std::fs::read_to_string(&file).unwrap();
        make_first(&file).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
        assert_eq!(add(&file).unwrap(), "k2");
        let both = std::fs::read_to_string(&file).unwrap();
        assert!(both.starts_with(&first) && both.lines().count() == 2);
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(&file, "no key").unwrap();
        assert!(add(&file).is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "no key");
    }
}
