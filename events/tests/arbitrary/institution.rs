//! The institution.

use events::InstitutionEvent;
use events::institution::{InstitutionSet, Profile};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{maybe_text, text};

pub(super) fn institution_event() -> impl Strategy<Value = InstitutionEvent> {
    let place = (maybe_text(), maybe_text());
    let profile = (text(), maybe_text(), maybe_text(), place, vec(text(), 0..4)).prop_map(
        |(name, acronym, ruc, (address, public_url), receipt_lines)| Profile {
            name,
            acronym,
            ruc,
            address,
            public_url,
            receipt_lines,
        },
    );
    (profile, text())
        .prop_map(|(profile, reason)| InstitutionEvent::Set(InstitutionSet { profile, reason }))
}
