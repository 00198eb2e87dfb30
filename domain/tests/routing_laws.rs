//! Laws of suggestions that hold whatever the rules and the document.

use chrono::{DateTime, Utc};
use directory::Directory;
use directory::routing::{Facts, words};
use events::classify::{Channel, SenderKind};
use events::directory::{Closed, DocumentTypeCreated, OfficeCreated};
use events::routing::{Conditions, Destination, RoutingRuleSet};
use events::{
    Actor, AnyRecord, CommandId, DocumentTypeEvent, DocumentTypeId, Envelope, EventId, Fingerprint,
    Hash, OfficeEvent, OfficeId, Record, RoutingRuleEvent, RoutingRuleId,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

const OFFICES: [&str; 4] = ["MP", "LOG", "LEG", "OBRAS"];
const TYPES: [&str; 2] = ["SOL", "REC"];
const WORDS: [&str; 4] = ["licencia", "Edificación", "queja", "año"];

fn record<E>(event: E) -> Record<E> {
    let command = CommandId(Uuid::nil());
    Record {
        command,
        request: Fingerprint::default(),
        recorded_at: DateTime::<Utc>::UNIX_EPOCH,
        version: 0,
        prev: Hash::default(),
        correlation: Uuid::nil(),
        causation: None,
        events: vec![Envelope {
            id: EventId::derive(command, "law", 0),
            at: DateTime::<Utc>::UNIX_EPOCH,
            by: Actor::system(),
            event,
        }],
    }
}

/// Four offices, of which some are closed, two types, and these rules.
fn directory(closed: &[bool], rules: &[RoutingRuleSet]) -> Directory {
    let mut directory = Directory::default();
    for (code, closed) in OFFICES.iter().zip(closed) {
        let id = OfficeId::of_code(code);
        let created = OfficeEvent::Created(OfficeCreated {
            office: id,
            code: (*code).to_owned(),
            name: format!("Oficina {code}"),
            parent: None,
        });
        directory.apply(&AnyRecord::Office(id, record(created)));
        if *closed {
            let reason = "se cerró".to_owned();
            let closed = OfficeEvent::Closed(Closed { reason });
            directory.apply(&AnyRecord::Office(id, record(closed)));
        }
    }
    for code in TYPES {
        let id = DocumentTypeId::of_code(code);
        let created = DocumentTypeEvent::Created(DocumentTypeCreated {
            document_type: id,
            code: code.to_owned(),
            name: format!("Tipo {code}"),
            series: "EXP".to_owned(),
        });
        directory.apply(&AnyRecord::DocumentType(id, record(created)));
    }
    for rule in rules {
        let id = RoutingRuleId::of_code(&rule.code);
        let set = RoutingRuleEvent::Set(rule.clone());
        directory.apply(&AnyRecord::RoutingRule(id, record(set)));
    }
    directory
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let what = (option::of(select(TYPES.to_vec())), option::of("[AB]"));
    let who = (option::of(select(SenderKind::ALL)), option::of("[12]"));
    let way = (
        option::of(select(Channel::ALL)),
        option::of(select(OFFICES.to_vec())),
    );
    let said = vec(select(vec!["lic", "EDIFICA", "ano"]), 0..2);
    (what, who, way, said).prop_map(|(what, who, way, said)| Conditions {
        document_type_id: what.0.map(DocumentTypeId::of_code),
        category: what.1,
        words: said.into_iter().map(str::to_owned).collect(),
        sender_kind: who.0,
        sender_prefix: who.1,
        channel: way.0,
        registry_office_id: way.1.map(OfficeId::of_code),
    })
}

fn rules() -> impl Strategy<Value = Vec<RoutingRuleSet>> {
    let rule = (conditions(), select(OFFICES.to_vec()), 0..3_u32);
    vec(rule, 0..12).prop_map(|rules| {
        let rule = |(n, (when, to, order)): (usize, (Conditions, &str, u32))| RoutingRuleSet {
            code: format!("R{n:02}"),
            when,
            suggest: Destination {
                office_id: OfficeId::of_code(to),
                kind: None,
                instructions: None,
            },
            order,
        };
        rules.into_iter().enumerate().map(rule).collect()
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let what = (
        select(TYPES.to_vec()),
        option::of("[AB]"),
        vec(select(WORDS.to_vec()), 0..4),
    );
    let who = (select(SenderKind::ALL), option::of("[12][0-9]{3}"));
    let way = (select(Channel::ALL), select(OFFICES.to_vec()));
    (what, who, way).prop_map(|(what, who, way)| Facts {
        document_type: Some(DocumentTypeId::of_code(what.0)),
        category: what.1,
        subject: what.2.join(", "),
        sender_kind: Some(who.0),
        sender_number: who.1,
        channel: Some(way.0),
        registry_office: Some(OfficeId::of_code(way.1)),
    })
}

/// How many conditions a rule has, and whether each holds, one by one.
fn judged(when: &Conditions, facts: &Facts) -> Vec<bool> {
    let mut held = Vec::new();
    held.extend(
        when.document_type_id
            .map(|it| facts.document_type == Some(it)),
    );
    held.extend(when.category.clone().map(|it| facts.category == Some(it)));
    held.extend(when.words.iter().map(|wanted| {
        let wanted = words(wanted).concat();
        words(&facts.subject)
            .iter()
            .any(|word| word.starts_with(&wanted))
    }));
    held.extend(when.sender_kind.map(|it| facts.sender_kind == Some(it)));
    held.extend(when.sender_prefix.clone().map(|it| {
        let number = facts.sender_number.clone();
        number.is_some_and(|number| number.starts_with(&it))
    }));
    held.extend(when.channel.map(|it| facts.channel == Some(it)));
    held.extend(
        when.registry_office_id
            .map(|it| facts.registry_office == Some(it)),
    );
    held
}

proptest! {
    /// Suggested are exactly the open offices that a matching rule names, each once, by the rule
    /// that says most; the reason has one ground for each condition of that rule.
    #[test]
    fn suggestions_are_the_open_offices_of_the_rules_that_hold(
        rules in rules(),
        facts in facts(),
        closed in vec(any::<bool>(), 4),
    ) {
        let all = directory(&closed, &rules);
        let found = all.suggest(&facts);
        let mut backwards = rules.clone();
        backwards.reverse();
        prop_assert_eq!(&found, &directory(&closed, &backwards).suggest(&facts));

        let mut holding: Vec<_> = rules
            .iter()
            .filter(|rule| judged(&rule.when, &facts).into_iter().all(|held| held))
            .collect();
        holding.sort_by_key(|rule| {
            let said = judged(&rule.when, &facts).len();
            (usize::MAX - said, rule.order, rule.code.clone())
        });
        let open = |id: OfficeId| all.office(id).is_some_and(|office| office.active);
        let mut expected: Vec<(OfficeId, &str)> = Vec::new();
        for rule in holding {
            let to = rule.suggest.office_id;
            if open(to) && expected.iter().all(|(other, _)| *other != to) {
                expected.push((to, &rule.code));
            }
        }
        let told: Vec<_> = found.iter().map(|it| (it.office_id, it.rule.as_str())).collect();
        prop_assert_eq!(told, expected);
        for suggestion in &found {
            let rule = rules.iter().find(|rule| rule.code == suggestion.rule).unwrap();
            let grounds = judged(&rule.when, &facts).len();
            prop_assert_eq!(suggestion.reason_es.matches('«').count(), grounds);
            prop_assert_eq!(suggestion.reason_en.matches('“').count(), grounds);
            for word in &rule.when.words {
                let said = format!("«{word}»");
                prop_assert!(suggestion.reason_es.contains(&said));
            }
        }
    }
}
