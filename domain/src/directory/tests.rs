mod administration;
mod people;

use ::directory::Directory;
use ::directory::User as Person;
use calendar::{OfficeHours, Period};
use events::classify::Role;
use events::clock::IntakePolicySet;
use events::directory::{
    Closed, DocumentTypeCreated, OfficeCreated, OfficeSituated, TermSet, UserCreated,
};
use events::{
    Actor, AnyRecord, ApiKeyId, CommandId, DocumentTypeEvent, DocumentTypeId, Fingerprint, Hash,
    IntakePolicyEvent, OfficeEvent, OfficeId, Record, UserEvent, UserId,
};
use uuid::Uuid;

use super::{
    ApiKey, ApiKeyCommand, DirectoryRefusal, DocumentType, DocumentTypeCommand, IntakePolicy,
    Office, OfficeCommand, SetIntakePolicy, User, UserCommand,
};
use crate::Refusal;
use crate::spec::{given, told};

fn record<E>(event: E) -> Record<E> {
    let at = chrono::DateTime::<chrono::Utc>::UNIX_EPOCH;
    Record {
        command: CommandId(Uuid::nil()),
        request: Fingerprint::default(),
        recorded_at: at,
        version: 0,
        prev: Hash::default(),
        correlation: Uuid::nil(),
        causation: None,
        events: vec![told(at, Actor::system().user, event)],
    }
}

fn office_created(code: &str, parent: Option<OfficeId>) -> OfficeEvent {
    OfficeEvent::Created(OfficeCreated {
        office: OfficeId::of_code(code),
        code: code.to_owned(),
        name: "Office".to_owned(),
        parent,
    })
}

fn user_created(login: &str, role: Role) -> UserEvent {
    UserEvent::Created(UserCreated {
        user: UserId::of_login(login),
        login: login.to_owned(),
        name: login.to_owned(),
        offices: vec![],
        roles: [role].into(),
    })
}

fn directory() -> Directory {
    let mut directory = Directory::default();
    let top = OfficeId::of_code("A");
    directory.apply(&AnyRecord::Office(top, record(office_created("A", None))));
    let below = OfficeId::of_code("B");
    let created = office_created("B", Some(top));
    directory.apply(&AnyRecord::Office(below, record(created)));
    for (login, role) in [("root", Role::ADMIN), ("ana", Role::REGISTRAR)] {
        let id = UserId::of_login(login);
        let created = user_created(login, role);
        directory.apply(&AnyRecord::User(id, record(created)));
    }
    directory
}

fn codes(refusal: &DirectoryRefusal) -> Vec<(&str, &str)> {
    let faults = refusal.faults().iter();
    faults
        .map(|fault| (fault.pointer.as_str(), fault.code))
        .collect()
}

#[test]
fn an_office_code_is_taken_once() {
    let create = OfficeCommand::Create {
        code: "A".to_owned(),
        name: "Again".to_owned(),
        parent: None,
    };
    given::<Office>([office_created("A", None)])
        .when(&directory(), &Person::system(), &create)
        .then_refused(&DirectoryRefusal::Taken);
}

#[test]
fn an_office_never_belongs_to_itself() {
    let change = OfficeCommand::Change {
        name: "Office".to_owned(),
        parent: Some(OfficeId::of_code("B")),
    };
    let state = crate::fold::<Office>(&[told(
        chrono::DateTime::<chrono::Utc>::UNIX_EPOCH,
        UserId::system(),
        office_created("A", None),
    )]);
    let directory = directory();
    let context = crate::Context {
        at: chrono::DateTime::<chrono::Utc>::UNIX_EPOCH,
        user: &Person::system(),
        directory: &directory,
    };
    let refusal = crate::Decider::decide(&state, &change, &context).unwrap_err();
    assert_eq!(codes(&refusal), [("/parent_id", "circle")]);
}

#[test]
fn closing_a_closed_office_changes_nothing() {
    let closed = Closed {
        reason: "moved".to_owned(),
    };
    let close = OfficeCommand::Close {
        reason: "moved".to_owned(),
    };
    given::<Office>([office_created("A", None), OfficeEvent::Closed(closed)])
        .when(&directory(), &Person::system(), &close)
        .then_nothing();
}

#[test]
fn what_was_never_set_up_cannot_be_changed() {
    let retire = DocumentTypeCommand::Retire {
        reason: "old".to_owned(),
    };
    given::<DocumentType>([])
        .when(&directory(), &Person::system(), &retire)
        .then_refused(&DirectoryRefusal::NotFound);
    let revoke = ApiKeyCommand::Revoke {
        reason: "lost".to_owned(),
    };
    given::<ApiKey>([])
        .when(&directory(), &Person::system(), &revoke)
        .then_refused(&DirectoryRefusal::NotFound);
}

#[test]
fn the_last_administrator_stays_one() {
    let deactivate = UserCommand::Deactivate {
        reason: "gone".to_owned(),
    };
    given::<User>([user_created("root", Role::ADMIN)])
        .when(&directory(), &Person::system(), &deactivate)
        .then_refused(&DirectoryRefusal::LastAdministrator);
    let closed = Closed {
        reason: "gone".to_owned(),
    };
    given::<User>([user_created("ana", Role::REGISTRAR)])
        .when(&directory(), &Person::system(), &deactivate)
        .then([UserEvent::Deactivated(closed)]);
}

#[test]
fn a_key_belongs_to_an_active_user_and_ends_in_the_future() {
    let issue = ApiKeyCommand::Issue {
        key: ApiKeyId(Uuid::nil()),
        user: UserId::of_login("nobody"),
        name: "desk".to_owned(),
        expires_at: Some(chrono::DateTime::<chrono::Utc>::UNIX_EPOCH),
        scopes: None,
    };
    let directory = directory();
    let context = crate::Context {
        at: chrono::DateTime::<chrono::Utc>::UNIX_EPOCH,
        user: &Person::system(),
        directory: &directory,
    };
    let refusal = crate::Decider::decide(&ApiKey::default(), &issue, &context).unwrap_err();
    assert_eq!(
        codes(&refusal),
        [("/user_id", "unknown"), ("/expires_at", "past")]
    );
}

#[test]
fn an_office_is_situated_and_said_the_same_again_nothing_happens() {
    let directory = Directory::default();
    let hours = |opens: &str, closes: &str| OfficeHours {
        opens: opens.parse().unwrap(),
        closes: closes.parse().unwrap(),
    };
    let situate = |hours| OfficeCommand::Situate {
        place: "0801".parse().ok(),
        hours: Some(hours),
    };
    let day = hours("08:00:00", "16:30:00");
    let situated = OfficeEvent::Situated(OfficeSituated {
        place: "0801".parse().ok(),
        hours: Some(day),
    });
    given::<Office>([office_created("MP", None)])
        .when(&directory, &Person::system(), &situate(day))
        .then([situated.clone()]);
    given::<Office>([office_created("MP", None), situated])
        .when(&directory, &Person::system(), &situate(day))
        .then_nothing();
    given::<Office>([office_created("MP", None)])
        .when(
            &directory,
            &Person::system(),
            &situate(hours("16:00:00", "08:00:00")),
        )
        .then_faults(&[("/hours/closes", "hours")]);
}

#[test]
fn t3_a_type_may_have_a_term_of_its_own_and_lose_it_again() {
    let directory = Directory::default();
    let created = DocumentTypeEvent::Created(DocumentTypeCreated {
        document_type: DocumentTypeId::of_code("SOL"),
        code: "SOL".to_owned(),
        name: "Solicitud".to_owned(),
        series: "EXP".to_owned(),
    });
    let command = |period| DocumentTypeCommand::SetTerm {
        category: None,
        period,
    };
    let set = |period| {
        DocumentTypeEvent::TermSet(TermSet {
            category: None,
            period,
        })
    };
    let days = Some(Period::BusinessDays(15));
    given::<DocumentType>([created.clone()])
        .when(&directory, &Person::system(), &command(days))
        .then([set(days)]);
    given::<DocumentType>([created.clone(), set(days)])
        .when(&directory, &Person::system(), &command(None))
        .then([set(None)]);
    given::<DocumentType>([created.clone()])
        .when(&directory, &Person::system(), &command(None))
        .then_nothing();
    given::<DocumentType>([created])
        .when(
            &directory,
            &Person::system(),
            &command(Some(Period::Months(0))),
        )
        .then_faults(&[("/period/length", "length")]);
}

#[test]
fn r5_a_policy_said_again_changes_nothing() {
    let directory = Directory::default();
    let policy = calendar::IntakePolicy::OfficeHours { cut_off: None };
    let command = SetIntakePolicy {
        policy,
        reason: "Reglamento".to_owned(),
    };
    let set = IntakePolicyEvent::Set(IntakePolicySet {
        policy,
        reason: "Reglamento".to_owned(),
    });
    given::<IntakePolicy>([])
        .when(&directory, &Person::system(), &command)
        .then([set.clone()]);
    given::<IntakePolicy>([set])
        .when(&directory, &Person::system(), &command)
        .then_nothing();
}
