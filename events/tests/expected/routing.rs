//! Routing rules.

use events::classify::{Channel, DerivationKind, SenderKind};
use events::directory::Closed;
use events::routing::{Conditions, Destination, RoutingRuleSet};
use events::{Aggregate, AnyRecord, RoutingRuleEvent, RoutingRuleId};

use super::{Expected, document_type, office, today};

pub(super) fn forms() -> Vec<Expected> {
    let id = RoutingRuleId::of_code("LICENCIAS");
    let form = |event| today(Aggregate::RoutingRule, AnyRecord::RoutingRule, &id, event);
    let why = |reason: &str| Closed {
        reason: reason.to_owned(),
    };
    vec![
        form(RoutingRuleEvent::Set(RoutingRuleSet {
            code: "LICENCIAS".to_owned(),
            when: Conditions {
                document_type_id: Some(document_type("SOL")),
                category: Some("Obra".to_owned()),
                words: vec!["licencia".to_owned()],
                sender_kind: Some(SenderKind::Ruc),
                sender_prefix: Some("20".to_owned()),
                channel: Some(Channel::Web),
                registry_office_id: Some(office("MP")),
            },
            suggest: Destination {
                office_id: office("OBRAS"),
                kind: Some(DerivationKind::Principal),
                instructions: Some("Evaluar".to_owned()),
            },
            order: 10,
        })),
        form(RoutingRuleEvent::Retired(why("Se derogó"))),
        form(RoutingRuleEvent::Reinstated(why("Rige de nuevo"))),
    ]
}
