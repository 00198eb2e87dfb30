//! The organisation: offices, document types, users and their keys.

use calendar::{OfficeHours, Period};
use events::classify::Role;
use events::directory::{
    ApiKeyIssued, Closed, DocumentTypeChanged, DocumentTypeCreated, OfficeChanged, OfficeCreated,
    OfficeSituated, TermSet, UserChanged, UserCreated, UserPermissionsChanged,
};
use events::people::{Place, RoleChanged, RoleCreated, SubstitutionSetUp};
use events::{
    Aggregate, AnyRecord, ApiKeyEvent, ApiKeyId, DocumentTypeEvent, OfficeEvent, Permission,
    Permissions, RoleEvent, SubstitutionEvent, SubstitutionId, UserEvent,
};
use uuid::Uuid;

use super::{Expected, at, document_type, office, on, today, user};

pub(super) fn forms() -> Vec<Expected> {
    let parts = [
        offices(),
        document_types(),
        users(),
        api_keys(),
        roles(),
        substitutions(),
    ];
    parts.into_iter().flatten().collect()
}

/// The permissions there were when the form was landed: more may come, and this set stays.
const FIRST: Permissions = Permissions::of(&[
    Permission::DocumentsCreate,
    Permission::DocumentsRead,
    Permission::DocumentsUpdate,
    Permission::DocumentsArchive,
    Permission::DocumentsDerive,
    Permission::DocumentsReceive,
    Permission::DocumentsAttend,
    Permission::DocumentsNote,
    Permission::DocumentsHead,
    Permission::InboxRead,
    Permission::OfficesReadAll,
    Permission::StatisticsRead,
    Permission::ReportsCreate,
    Permission::IntegrationsUse,
    Permission::IntegrationsConfigure,
    Permission::CatalogueRead,
    Permission::OfficesManage,
    Permission::DocumentTypesManage,
    Permission::SeriesManage,
    Permission::CalendarsManage,
    Permission::UsersRead,
    Permission::UsersManage,
    Permission::RolesManage,
    Permission::SubstitutionsManage,
    Permission::ApiKeysManage,
    Permission::AuditRead,
    Permission::NotificationsSend,
    Permission::AlertsConfigure,
]);

fn because(reason: &str) -> Closed {
    Closed {
        reason: reason.to_owned(),
    }
}

fn offices() -> Vec<Expected> {
    let id = office("GDU");
    let form = |event| today(Aggregate::Office, AnyRecord::Office, &id, event);
    vec![
        form(OfficeEvent::Created(OfficeCreated {
            office: id,
            code: "GDU".to_owned(),
            name: "Gerencia de Desarrollo Urbano".to_owned(),
            parent: Some(office("GM")),
        })),
        form(OfficeEvent::Changed(OfficeChanged {
            name: "Gerencia de Desarrollo Territorial".to_owned(),
            parent: None,
        })),
        form(OfficeEvent::Closed(because("Fusión de oficinas"))),
        form(OfficeEvent::Reopened(because("Nuevo organigrama"))),
        form(OfficeEvent::Situated(OfficeSituated {
            place: Some("0801".parse().unwrap()),
            hours: Some(OfficeHours {
                opens: "08:00:00".parse().unwrap(),
                closes: "16:30:00".parse().unwrap(),
            }),
        })),
    ]
}

fn document_types() -> Vec<Expected> {
    let id = document_type("SOL");
    let form = |event| today(Aggregate::DocumentType, AnyRecord::DocumentType, &id, event);
    vec![
        form(DocumentTypeEvent::Created(DocumentTypeCreated {
            document_type: id,
            code: "SOL".to_owned(),
            name: "Solicitud".to_owned(),
            series: "EXP".to_owned(),
        })),
        form(DocumentTypeEvent::Changed(DocumentTypeChanged {
            name: "Solicitud simple".to_owned(),
            series: "SOL".to_owned(),
        })),
        form(DocumentTypeEvent::Retired(because("Ya no se usa"))),
        form(DocumentTypeEvent::Reinstated(because("Se usa de nuevo"))),
        form(DocumentTypeEvent::TermSet(TermSet {
            category: Some("Licencia de construcción".to_owned()),
            period: Some(Period::BusinessDays(15)),
        })),
    ]
}

fn users() -> Vec<Expected> {
    let id = user("beto");
    let form = |event| today(Aggregate::User, AnyRecord::User, &id, event);
    vec![
        form(UserEvent::Created(UserCreated {
            user: id,
            login: "beto".to_owned(),
            name: "Alberto Núñez".to_owned(),
            offices: vec![office("GDU"), office("OAJ")],
            roles: Role::ALL.iter().copied().collect(),
        })),
        form(UserEvent::Changed(UserChanged {
            name: "Alberto Núñez Ríos".to_owned(),
            offices: vec![],
            roles: [Role::VIEWER].into(),
        })),
        form(UserEvent::Deactivated(because("Fin de contrato"))),
        form(UserEvent::Activated(because("Nuevo contrato"))),
        form(UserEvent::PermissionsChanged(UserPermissionsChanged {
            grants: Permissions::of(&[Permission::ReportsCreate, Permission::AuditRead]),
            denials: Permissions::of(&[Permission::DocumentsArchive]),
        })),
    ]
}

fn api_keys() -> Vec<Expected> {
    let id = ApiKeyId(Uuid::from_u128(0xa91));
    let form = |event| today(Aggregate::ApiKey, AnyRecord::ApiKey, &id, event);
    let issued = |scopes| {
        ApiKeyEvent::Issued(ApiKeyIssued {
            key: id,
            user: user("beto"),
            name: "Módulo de trámite en línea".to_owned(),
            expires_at: Some(at("2026-12-31T23:59:59Z")),
            scopes,
        })
    };
    vec![
        Expected {
            file: "api_key.issued.v1.json".to_owned(),
            is_today: false,
            ..form(issued(None))
        },
        form(issued(Some(Permissions::of(&[
            Permission::DocumentsCreate,
            Permission::DocumentsRead,
        ])))),
        form(ApiKeyEvent::Revoked(because("Clave perdida"))),
    ]
}

fn roles() -> Vec<Expected> {
    let code = "auditor".parse().unwrap();
    let form = |event| today(Aggregate::Role, AnyRecord::Role, &code, event);
    vec![
        form(RoleEvent::Created(RoleCreated {
            role: code,
            name: "Órgano de control".to_owned(),
            permissions: FIRST,
        })),
        form(RoleEvent::Changed(RoleChanged {
            name: "Auditoría".to_owned(),
            permissions: Permissions::of(&[Permission::AuditRead]),
        })),
        form(RoleEvent::Retired(because("Ya no se usa"))),
        form(RoleEvent::Reinstated(because("Se usa de nuevo"))),
    ]
}

fn substitutions() -> Vec<Expected> {
    let id = SubstitutionId(Uuid::from_u128(0x5b5));
    let form = |event| today(Aggregate::Substitution, AnyRecord::Substitution, &id, event);
    let set_up = |place| {
        SubstitutionEvent::SetUp(SubstitutionSetUp {
            substitution: id,
            substitute: user("beto"),
            place,
            from_on: on("2026-03-02"),
            until_on: on("2026-03-16"),
            reason: "Resolución 012-2026: vacaciones".to_owned(),
        })
    };
    vec![
        form(set_up(Place::User(user("ana")))),
        form(SubstitutionEvent::Ended(because("Volvió antes"))),
    ]
}
