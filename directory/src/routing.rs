//! Routing rules, and which offices they suggest for a document.
//!
//! A suggestion is advice with its reason; nobody has to follow it, and nothing is sent by it.

use events::classify::{Channel, DerivationKind, SenderKind};
use events::routing::{Conditions, Destination};
use events::{DocumentTypeId, OfficeId, RoutingRuleEvent, RoutingRuleId};
use serde::Serialize;

use crate::Directory;

/// A routing rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RoutingRule {
    /// Its id.
    pub id: RoutingRuleId,
    /// Its unique short code.
    pub code: String,
    /// What it goes by.
    pub when: Conditions,
    /// What it suggests.
    pub suggest: Destination,
    /// Its place among rules that say equally much: the smallest first.
    pub order: u32,
    /// Whether it suggests anything now.
    pub active: bool,
}

/// What is known of a document that is to be sent somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its type.
    pub document_type: Option<DocumentTypeId>,
    /// Its category.
    pub category: Option<String>,
    /// What it is about.
    pub subject: String,
    /// The kind of the sender's identity.
    pub sender_kind: Option<SenderKind>,
    /// The sender's number.
    pub sender_number: Option<String>,
    /// How it came.
    pub channel: Option<Channel>,
    /// Who registers it.
    pub registry_office: Option<OfficeId>,
}

/// An office that a rule suggests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "RoutingSuggestion"))]
pub struct Suggestion {
    /// The office; it is open.
    pub office_id: OfficeId,
    /// Its name.
    pub office: String,
    /// As what it would get the document.
    pub kind: DerivationKind,
    /// What it would be asked to do.
    pub instructions: Option<String>,
    /// The code of the rule.
    pub rule: String,
    /// Why, in Spanish.
    pub reason_es: String,
    /// Why, in English.
    pub reason_en: String,
}

impl Directory {
    pub(crate) fn apply_routing_rule(&mut self, id: RoutingRuleId, event: &RoutingRuleEvent) {
        let active = match event {
            RoutingRuleEvent::Set(set) => {
                let active = self.routing_rule(id).is_none_or(|rule| rule.active);
                let rule = RoutingRule {
                    id,
                    code: set.code.clone(),
                    when: set.when.clone(),
                    suggest: set.suggest.clone(),
                    order: set.order,
                    active,
                };
                self.routing_rules.insert(id, rule);
                return;
            }
            RoutingRuleEvent::Retired(_) => false,
            RoutingRuleEvent::Reinstated(_) => true,
        };
        if let Some(rule) = self.routing_rules.get_mut(&id) {
            rule.active = active;
        }
    }

    /// The routing rule with this id.
    pub fn routing_rule(&self, id: RoutingRuleId) -> Option<&RoutingRule> {
        self.routing_rules.get(&id)
    }

    /// All routing rules, by id.
    pub fn routing_rules(&self) -> impl Iterator<Item = &RoutingRule> {
        self.routing_rules.values()
    }

    /// The open offices that rules suggest for a document of these facts, each once: the rule that
    /// says most first, then by order and code.
    pub fn suggest(&self, facts: &Facts) -> Vec<Suggestion> {
        let mut found: Vec<(usize, &RoutingRule, Vec<Ground>)> = self
            .routing_rules()
            .filter(|rule| rule.active)
            .filter_map(|rule| {
                let grounds = self.grounds(&rule.when, facts)?;
                Some((weight(&rule.when), rule, grounds))
            })
            .collect();
        found.sort_by(|(more, a, _), (less, b, _)| {
            let by_weight = less.cmp(more);
            by_weight.then_with(|| (a.order, &a.code).cmp(&(b.order, &b.code)))
        });
        let mut suggestions: Vec<Suggestion> = Vec::new();
        for (_, rule, grounds) in found {
            let office = self.office(rule.suggest.office_id);
            let Some(office) = office.filter(|office| office.active) else {
                continue;
            };
            if suggestions.iter().any(|other| other.office_id == office.id) {
                continue;
            }
            suggestions.push(Suggestion {
                office_id: office.id,
                office: office.name.clone(),
                kind: rule.suggest.kind.unwrap_or(DerivationKind::Principal),
                instructions: rule.suggest.instructions.clone(),
                rule: rule.code.clone(),
                reason_es: told(
                    &grounds,
                    "Regla",
                    "se aplica a todo documento",
                    &rule.code,
                    |it| &it.es,
                ),
                reason_en: told(
                    &grounds,
                    "Rule",
                    "it is for every document",
                    &rule.code,
                    |it| &it.en,
                ),
            });
        }
        suggestions
    }

    /// Each condition with how it holds; nothing when one does not.
    fn grounds(&self, when: &Conditions, facts: &Facts) -> Option<Vec<Ground>> {
        let mut grounds = Vec::new();
        if let Some(wanted) = when.document_type_id {
            (facts.document_type == Some(wanted)).then_some(())?;
            let name = self
                .document_type(wanted)
                .map_or("—", |it| it.name.as_str());
            grounds.push(Ground::of("el tipo es", "the type is", name));
        }
        if let Some(wanted) = &when.category {
            (facts.category.as_ref() == Some(wanted)).then_some(())?;
            grounds.push(Ground::of("la categoría es", "the category is", wanted));
        }
        let subject = words(&facts.subject);
        for wanted in &when.words {
            let begins = |word: &String| {
                let wanted = words(wanted);
                matches!(wanted.as_slice(), [wanted] if word.starts_with(wanted.as_str()))
            };
            subject.iter().any(begins).then_some(())?;
            grounds.push(Ground::of("el asunto dice", "the subject says", wanted));
        }
        if let Some(wanted) = when.sender_kind {
            (facts.sender_kind == Some(wanted)).then_some(())?;
            let said = wanted.word();
            grounds.push(Ground::of(
                "el remitente se identifica con",
                "the sender shows",
                said,
            ));
        }
        if let Some(wanted) = &when.sender_prefix {
            let number = facts.sender_number.as_deref().unwrap_or_default();
            number.starts_with(wanted.as_str()).then_some(())?;
            let (es, en) = (
                "el número del remitente empieza con",
                "the sender's number begins with",
            );
            grounds.push(Ground::of(es, en, wanted));
        }
        if let Some(wanted) = when.channel {
            (facts.channel == Some(wanted)).then_some(())?;
            grounds.push(Ground::of("el canal es", "the channel is", wanted.word()));
        }
        if let Some(wanted) = when.registry_office_id {
            (facts.registry_office == Some(wanted)).then_some(())?;
            let name = self.office(wanted).map_or("—", |it| it.name.as_str());
            grounds.push(Ground::of("lo registra", "it is registered by", name));
        }
        Some(grounds)
    }
}

/// A condition that holds, in two languages.
#[derive(Clone, Debug)]
struct Ground {
    es: String,
    en: String,
}

impl Ground {
    fn of(es: &str, en: &str, what: &str) -> Self {
        Self {
            es: format!("{es} «{what}»"),
            en: format!("{en} “{what}”"),
        }
    }
}

/// `Regla LIC: el tipo es «Solicitud», el asunto dice «licencia».`
fn told(
    grounds: &[Ground],
    rule: &str,
    everything: &str,
    code: &str,
    tongue: impl Fn(&Ground) -> &String,
) -> String {
    let said: Vec<&str> = grounds.iter().map(|it| tongue(it).as_str()).collect();
    if said.is_empty() {
        format!("{rule} {code}: {everything}.")
    } else {
        format!("{rule} {code}: {}.", said.join(", "))
    }
}

/// How many things a rule goes by.
fn weight(when: &Conditions) -> usize {
    let each = [
        when.document_type_id.is_some(),
        when.category.is_some(),
        when.sender_kind.is_some(),
        when.sender_prefix.is_some(),
        when.channel.is_some(),
        when.registry_office_id.is_some(),
    ];
    each.into_iter().filter(|said| *said).count() + when.words.len()
}

/// The words of a text: small letters and digits, no accents.
pub fn words(text: &str) -> Vec<String> {
    let letters = text
        .chars()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c));
    let letters: String = letters.flat_map(char::to_lowercase).map(plain).collect();
    let split = letters.split(|c: char| !c.is_alphanumeric());
    split
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A letter without its accent, as Spanish and its neighbours write them.
const fn plain(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_neither_case_nor_accents_nor_marks() {
        assert_eq!(
            words(" Licencia, de EDIFICACIÓN (año 2026)"),
            ["licencia", "de", "edificacion", "ano", "2026"]
        );
        assert_eq!(words("Edificacio\u{301}n"), ["edificacion"]);
        assert!(words("—…").is_empty());
    }
}
