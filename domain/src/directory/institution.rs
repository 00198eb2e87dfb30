//! The institution: how it is called, and where the public finds it.

use chrono::{DateTime, Utc};
use events::institution::{InstitutionSet, Profile};
use events::{Envelope, InstitutionEvent};

use super::{DirectoryRefusal, refuse_empty_reason};
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

/// How many lines stand at the foot of a receipt at most.
const LINES: usize = 3;
/// What the digits of a RUC weigh; the last one checks the others.
const WEIGHTS: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// The institution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Institution {
    /// How it is described, if it ever was.
    pub profile: Option<Profile>,
    changed_at: Option<DateTime<Utc>>,
}

/// A wish about the institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetInstitution {
    /// How it is described from now on.
    pub profile: Profile,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
}

impl Decider for Institution {
    type Command = SetInstitution;
    type Event = InstitutionEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &SetInstitution,
        _context: &Context<'_>,
    ) -> Result<Decided<InstitutionEvent>, DirectoryRefusal> {
        refuse_empty_reason(&command.reason)?;
        check(&command.profile)?;
        let set = InstitutionSet {
            profile: command.profile.clone(),
            reason: command.reason.clone(),
        };
        let is_new = self.profile.as_ref() != Some(&command.profile);
        let event = is_new.then_some(InstitutionEvent::Set(set));
        Ok(Decided::by(None, event.into_iter().collect()))
    }

    fn evolve(&mut self, told: &Envelope<InstitutionEvent>) {
        self.changed_at = Some(told.at);
        match &told.event {
            InstitutionEvent::Set(set) => self.profile = Some(set.profile.clone()),
        }
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        self.changed_at
    }
}

fn check(profile: &Profile) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    one_line(&mut faults, "/name", &profile.name, 200);
    if let Some(acronym) = &profile.acronym {
        one_line(&mut faults, "/acronym", acronym, 20);
    }
    if let Some(ruc) = &profile.ruc {
        let wrong = "is no RUC: eleven digits, of which the last checks the others";
        faults.check(is_ruc(ruc), "/ruc", "ruc", wrong);
    }
    if let Some(address) = &profile.address {
        one_line(&mut faults, "/address", address, 200);
    }
    if let Some(url) = &profile.public_url {
        let wrong = "is no address as https://mesa.example.pe, without query or fragment";
        faults.check(is_address(url), "/public_url", "url", wrong);
    }
    let lines = &profile.receipt_lines;
    let few = lines.len() <= LINES;
    let count = format!("a receipt has room for {LINES} lines");
    faults.check(few, "/receipt_lines", "count", count);
    for (index, line) in lines.iter().enumerate().take(LINES) {
        one_line(&mut faults, &format!("/receipt_lines/{index}"), line, 120);
    }
    faults.found(DirectoryRefusal::Invalid)
}

/// Checks a text that stands on one line of paper.
fn one_line(faults: &mut Faults, pointer: &str, text: &str, max: usize) {
    faults.text(pointer, text, 1, max);
    let breaks = text.contains(['\n', '\r', '\t']);
    faults.check(!breaks, pointer, "line", "is more than one line");
}

/// Whether `text` is a RUC whose last digit checks the others (modulo 11).
fn is_ruc(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    let Some([body @ .., last]) = digits.as_deref() else {
        return false;
    };
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(digit, by)| digit * by).sum();
    body.len() == WEIGHTS.len() && (11 - sum % 11) % 10 == *last
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://");
    let rest = rest.or_else(|| text.strip_prefix("http://"));
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~/:[]%".contains(c);
    rest.is_some_and(|rest| {
        text.len() <= 200
            && !rest.starts_with(['/', ':'])
            && !rest.is_empty()
            && rest.chars().all(fits)
    })
}

#[cfg(test)]
mod tests {
    use ::directory::{Directory, User};

    use super::*;
    use crate::spec::given;

    fn described() -> Profile {
        Profile {
            name: "Municipalidad Provincial de Puno".to_owned(),
            acronym: Some("MPP".to_owned()),
            ruc: Some("20146247084".to_owned()),
            address: Some("Jr. Deustua 458, Puno".to_owned()),
            public_url: Some("https://mesa.munipuno.example".to_owned()),
            receipt_lines: vec!["Atención: lunes a viernes".to_owned()],
        }
    }

    fn wish(profile: Profile) -> SetInstitution {
        SetInstitution {
            profile,
            reason: "Ordenanza".to_owned(),
        }
    }

    fn set(profile: Profile) -> InstitutionEvent {
        InstitutionEvent::Set(InstitutionSet {
            profile,
            reason: "Ordenanza".to_owned(),
        })
    }

    #[test]
    fn an_institution_is_described_and_the_same_said_again_changes_nothing() {
        let directory = Directory::default();
        given::<Institution>([])
            .when(&directory, &User::system(), &wish(described()))
            .then([set(described())]);
        given::<Institution>([set(described())])
            .when(&directory, &User::system(), &wish(described()))
            .then_nothing();
        let renamed = Profile {
            acronym: None,
            ..described()
        };
        given::<Institution>([set(described())])
            .when(&directory, &User::system(), &wish(renamed.clone()))
            .then([set(renamed)]);
    }

    #[test]
    fn what_cannot_stand_on_a_receipt_is_refused_field_by_field() {
        let wrong = Profile {
            name: "Municipalidad\nde Puno".to_owned(),
            acronym: Some(" ".to_owned()),
            ruc: Some("20146247085".to_owned()),
            address: None,
            public_url: Some("mesa.munipuno.example".to_owned()),
            receipt_lines: vec!["uno".to_owned(); 4],
        };
        given::<Institution>([])
            .when(&Directory::default(), &User::system(), &wish(wrong))
            .then_faults(&[
                ("/name", "line"),
                ("/acronym", "length"),
                ("/ruc", "ruc"),
                ("/public_url", "url"),
                ("/receipt_lines", "count"),
            ]);
    }

    #[test]
    fn a_ruc_has_eleven_digits_of_which_the_last_checks_the_others() {
        for good in ["20131312955", "20146247084", "20100070970"] {
            assert!(is_ruc(good), "{good}");
        }
        for bad in [
            "20131312954",
            "2013131295",
            "201313129550",
            "2013131295x",
            "",
        ] {
            assert!(!is_ruc(bad), "{bad}");
        }
    }

    #[test]
    fn a_public_address_can_be_led_to() {
        for good in ["https://mesa.example.pe", "http://10.0.0.7:8080/mesa/"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "https://",
            "ftp://a",
            "https://a b",
            "https://a#b",
            "https://a?b",
            "https:///a",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
