//! What the offices and users of a file are called in the directory.
//!
//! Codes and logins are made from the file's own words, so that a second file of the same log
//! means the same offices and users.

use std::collections::{BTreeMap, BTreeSet};

use events::Fingerprint;

use super::log::Case;
use super::map::Map;

/// The most characters of an office's code.
const CODE: usize = 20;
/// The most characters of a login.
const LOGIN: usize = 60;
/// What users are called whose name the file does not tell.
const UNKNOWN: &str = "unknown";

/// The names of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    codes: BTreeMap<String, String>,
    offices: BTreeMap<String, String>,
    logins: BTreeMap<String, String>,
    users: BTreeMap<String, String>,
    fallback: String,
    unknown: String,
    /// Where two names of the file would have become one.
    pub collisions: Vec<String>,
}

impl Names {
    /// Names everything that `cases` speak of.
    pub fn of(map: &Map, cases: &[Case]) -> Self {
        let mut names = Self::default();
        names.name_offices(map, cases);
        names.name_users(map, cases);
        names
    }

    /// The code of the office that the file calls `value`; the fallback's for nothing.
    pub fn office(&self, value: Option<&str>) -> &str {
        let known = value.and_then(|value| self.codes.get(value));
        known.unwrap_or(&self.fallback)
    }

    /// The login of the user that the file calls `value`; the unknown one's for nothing.
    pub fn user(&self, value: Option<&str>) -> &str {
        let known = value.and_then(|value| self.logins.get(value));
        known.unwrap_or(&self.unknown)
    }

    /// The name of the office with this code.
    pub fn office_name<'n>(&'n self, code: &'n str) -> &'n str {
        self.offices.get(code).map_or(code, String::as_str)
    }

    /// The name of the user with this login.
    pub fn user_name<'n>(&'n self, login: &'n str) -> &'n str {
        self.users.get(login).map_or(login, String::as_str)
    }

    /// The map's own offices come first, so that what a file adds never takes a code from them.
    fn name_offices(&mut self, map: &Map, cases: &[Case]) {
        let fallback = &map.institution.fallback_office;
        self.fallback.clone_from(&fallback.code.0);
        self.offices
            .insert(fallback.code.0.clone(), fallback.name.clone());
        let mut by_name = BTreeMap::from([(fallback.name.clone(), fallback.code.0.clone())]);
        let events = cases.iter().flat_map(|case| &case.events);
        let written: BTreeSet<_> = events.filter_map(|event| event.office.as_ref()).collect();
        let added = written
            .into_iter()
            .filter(|value| !map.offices.contains_key(*value));
        for value in map.offices.keys().chain(added) {
            let name = map.office(value);
            let code = by_name.get(name).cloned().unwrap_or_else(|| {
                let plain = slug(value);
                let taken = self.offices.get(&plain);
                if taken.is_none() || plain == self.fallback {
                    return plain;
                }
                let marked = marked(&plain, value, CODE);
                self.collisions.push(format!(
                    "office `{value}` has the code {marked}, because {plain} is another office's"
                ));
                marked
            });
            self.codes.insert(value.clone(), code.clone());
            by_name.insert(name.to_owned(), code.clone());
            self.offices.entry(code).or_insert_with(|| name.to_owned());
        }
    }

    fn name_users(&mut self, map: &Map, cases: &[Case]) {
        let source = &map.source.0;
        self.unknown = format!("{source}.{UNKNOWN}");
        self.users
            .insert(self.unknown.clone(), format!("{UNKNOWN} ({source})"));
        let events = cases.iter().flat_map(|case| &case.events);
        let written: BTreeSet<_> = events.filter_map(|event| event.user.as_ref()).collect();
        for value in written {
            let word = value.split_whitespace().collect::<Vec<_>>().join("-");
            let plain = format!("{source}.{word}");
            let long = plain.chars().count() > LOGIN;
            let login = if long || self.users.contains_key(&plain) {
                let marked = marked(&plain, value, LOGIN);
                self.collisions.push(format!(
                    "user `{value}` has the login {marked}, because {plain} is {}",
                    if long { "too long" } else { "another user's" }
                ));
                marked
            } else {
                plain
            };
            self.logins.insert(value.clone(), login.clone());
            self.users.insert(login, value.clone());
        }
    }
}

/// `text` in capital letters, each run of other characters than A-Z and 0-9 a `-`, at most 20.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().flat_map(char::to_uppercase).map(plain_letter) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(CODE);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        return marked("OFFICE", text, CODE);
    }
    slug.to_owned()
}

/// The letter without the marks that Spanish puts on it.
const fn plain_letter(letter: char) -> char {
    match letter {
        'Á' => 'A',
        'É' => 'E',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' | 'Ü' => 'U',
        'Ñ' => 'N',
        other => other,
    }
}

/// `plain` with six digits of the digest of `value`, within `length` characters.
fn marked(plain: &str, value: &str, length: usize) -> String {
    let digest = Fingerprint::of("name", value.as_bytes()).to_string();
    let mark: String = digest.chars().take(6).collect();
    let kept: String = plain.chars().take(length - 7).collect();
    format!("{}-{mark}", kept.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_capitals_digits_and_single_dashes() {
        assert_eq!(slug("Group 1"), "GROUP-1");
        assert_eq!(slug("  Mesa – de partes. "), "MESA-DE-PARTES");
        assert_eq!(slug("Gestión Ñandú"), "GESTION-NANDU");
        assert_eq!(slug("Oficina de Asesoría Jurídica"), "OFICINA-DE-ASESORIA");
    }

    #[test]
    fn a_name_without_any_letter_still_has_a_code() {
        let code = slug("場所");
        assert!(code.starts_with("OFFICE-") && code.len() <= CODE, "{code}");
        assert_ne!(code, slug("役所"));
    }

    #[test]
    fn a_marked_name_keeps_within_its_length() {
        let code = marked("OFICINA-DE-ASESORIA", "x", CODE);
        assert_eq!(code.len(), CODE);
    }
}
