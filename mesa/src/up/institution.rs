//! The institution that a first `mesa up` creates, so that there is something to try.

use events::classify::Role;

/// An office: code and name. The first is the desk.
pub(super) const OFFICES: &[(&str, &str)] = &[
    ("MP", "Mesa de Partes"),
    ("GM", "Gerencia Municipal"),
    ("OAJ", "Oficina de Asesoría Jurídica"),
    ("OAF", "Oficina de Administración y Finanzas"),
    ("GDU", "Gerencia de Desarrollo Urbano"),
];

/// A document type: code and name. All are numbered in [`SERIES`].
pub(super) const DOCUMENT_TYPES: &[(&str, &str)] = &[
    ("SOL", "Solicitud"),
    ("OFI", "Oficio"),
    ("CAR", "Carta"),
    ("INF", "Informe"),
    ("REC", "Recurso de reconsideración"),
];

/// The code of the one series.
pub(super) const SERIES: &str = "EXP";

/// Somebody who works there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    /// The login; the key is kept under this name.
    pub(super) login: &'static str,
    /// The name shown.
    pub(super) name: &'static str,
    /// The codes of the offices, the usual one first.
    pub(super) offices: &'static [&'static str],
    /// What the person may do.
    pub(super) roles: &'static [Role],
}

/// Everybody who works there.
pub(super) const PEOPLE: &[Person] = &[
    Person {
        login: "registrar",
        name: "Ana Quispe (operadora de mesa)",
        offices: &["MP"],
        roles: &[Role::REGISTRAR],
    },
    Person {
        login: "officer.oaj",
        name: "Luis Mamani (asesoría jurídica)",
        offices: &["OAJ"],
        roles: &[Role::OFFICER],
    },
    Person {
        login: "officer.gdu",
        name: "Rosa Condori (desarrollo urbano)",
        offices: &["GDU"],
        roles: &[Role::OFFICER],
    },
    Person {
        login: "head",
        name: "Carmen Flores (jefa)",
        offices: &["GM", "GDU", "OAJ", "OAF", "MP"],
        roles: &[Role::HEAD],
    },
    Person {
        login: "admin",
        name: "Administración del sistema",
        offices: &[],
        roles: &[Role::ADMIN],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_works_in_offices_that_exist() {
        for person in PEOPLE {
            for office in person.offices {
                assert!(OFFICES.iter().any(|(code, _)| code == office), "{office}");
            }
        }
    }
}
