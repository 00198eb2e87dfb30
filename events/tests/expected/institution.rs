//! The institution.

use events::institution::{InstitutionSet, Profile};
use events::{Aggregate, AnyRecord, InstitutionEvent};

use super::{Expected, today};

pub(super) fn forms() -> Vec<Expected> {
    let any = |(), record| AnyRecord::Institution(record);
    let set = InstitutionEvent::Set(InstitutionSet {
        profile: Profile {
            name: "Municipalidad Provincial de Puno".to_owned(),
            acronym: Some("MPP".to_owned()),
            ruc: Some("20146247084".to_owned()),
            address: Some("Jr. Deustua 458, Puno".to_owned()),
            public_url: Some("https://mesa.munipuno.example".to_owned()),
            receipt_lines: vec!["Atención: lunes a viernes, 8:00 a 16:30".to_owned()],
        },
        reason: "Primera configuración".to_owned(),
    });
    vec![today(|()| Aggregate::Institution, any, &(), set)]
}
