//! Routing rules.

use events::classify::{Channel, DerivationKind, SenderKind};
use events::directory::Closed;
use events::routing::{Conditions, Destination, RoutingRuleSet};
use events::{DocumentTypeId, OfficeId, RoutingRuleEvent};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{maybe_text, text, uuid, word};

fn conditions() -> impl Strategy<Value = Conditions> {
    let what = (option::of(uuid()), maybe_text(), vec(text(), 0..4));
    let who = (option::of(word(SenderKind::ALL)), maybe_text());
    let way = (option::of(word(Channel::ALL)), option::of(uuid()));
    (what, who, way).prop_map(
        |((kind, category, words), (sender_kind, prefix), way)| Conditions {
            document_type_id: kind.map(DocumentTypeId),
            category,
            words,
            sender_kind,
            sender_prefix: prefix,
            channel: way.0,
            registry_office_id: way.1.map(OfficeId),
        },
    )
}

pub(super) fn routing_rule_event() -> impl Strategy<Value = RoutingRuleEvent> {
    let suggest = (uuid(), option::of(word(DerivationKind::ALL)), maybe_text()).prop_map(
        |(office, kind, instructions)| Destination {
            office_id: OfficeId(office),
            kind,
            instructions,
        },
    );
    prop_oneof![
        (text(), conditions(), suggest, any::<u32>()).prop_map(|(code, when, suggest, order)| {
            RoutingRuleEvent::Set(RoutingRuleSet {
                code,
                when,
                suggest,
                order,
            })
        }),
        text().prop_map(|reason| RoutingRuleEvent::Retired(Closed { reason })),
        text().prop_map(|reason| RoutingRuleEvent::Reinstated(Closed { reason })),
    ]
}
