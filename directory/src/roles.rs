//! What the six built-in roles permit until the institution says otherwise.

use events::Permission::{
    self, AlertsConfigure, ApiKeysManage, AuditRead, CalendarsManage, CatalogueRead,
    DocumentTypesManage, DocumentsArchive, DocumentsAttach, DocumentsAttend, DocumentsCreate,
    DocumentsDerive, DocumentsHead, DocumentsNote, DocumentsRead, DocumentsReceive,
    DocumentsUpdate, DocumentsWithdraw, InboxRead, IntegrationsConfigure, IntegrationsUse,
    NotificationsSend, OfficesManage, OfficesReadAll, ReportsCreate, RolesManage, SeriesManage,
    StatisticsRead, SubstitutionsManage, UsersManage, UsersRead,
};
use events::Permissions;
use events::classify::Role;

/// What everybody who works in the institution reads.
const READS: Permissions = Permissions::of(&[
    DocumentsRead,
    InboxRead,
    StatisticsRead,
    CatalogueRead,
    UsersRead,
]);

/// The work of an office on its documents.
const WORKS: Permissions = Permissions::of(&[
    DocumentsDerive,
    DocumentsReceive,
    DocumentsAttend,
    DocumentsAttach,
    DocumentsWithdraw,
    DocumentsNote,
]);

/// What a substitute can take over from the one who is away: the work of the office, and nothing
/// of the administration.
pub const DELEGABLE: Permissions = WORKS.and(Permissions::of(&[
    DocumentsCreate,
    DocumentsRead,
    DocumentsUpdate,
    DocumentsArchive,
    DocumentsHead,
    InboxRead,
]));

/// What leads to everything else: it is given, or taken over, only by those who have it.
pub const ADMINISTRATION: Permissions =
    Permissions::of(&[UsersManage, RolesManage, ApiKeysManage, AuditRead]);

/// What makes an administrator, of whom there is always one: all of it, because what nobody has any
/// more nobody could give again.
pub const ADMINISTRATOR: Permissions = ADMINISTRATION;

const SENDS: &[Permission] = &[
    DocumentsAttach,
    DocumentsCreate,
    DocumentsRead,
    CatalogueRead,
    IntegrationsUse,
];

const KEEPS: &[Permission] = &[
    DocumentsNote,
    OfficesReadAll,
    ReportsCreate,
    IntegrationsConfigure,
    OfficesManage,
    DocumentTypesManage,
    SeriesManage,
    CalendarsManage,
    UsersManage,
    RolesManage,
    SubstitutionsManage,
    ApiKeysManage,
    AuditRead,
    NotificationsSend,
    AlertsConfigure,
];

/// Each built-in role, the name it is shown with, and what it permits.
const BUILT_IN: [(Role, &str, Permissions); 6] = [
    (
        Role::REGISTRAR,
        "Operador de mesa",
        READS.and(WORKS).and(Permissions::of(&[
            DocumentsCreate,
            DocumentsUpdate,
            DocumentsArchive,
        ])),
    ),
    (Role::OFFICER, "Especialista", READS.and(WORKS)),
    (
        Role::HEAD,
        "Jefe",
        READS.and(WORKS).and(Permissions::of(&[
            DocumentsUpdate,
            DocumentsArchive,
            DocumentsHead,
            ReportsCreate,
        ])),
    ),
    (
        Role::VIEWER,
        "Consulta",
        READS.and(Permissions::of(&[OfficesReadAll, ReportsCreate])),
    ),
    (
        Role::ADMIN,
        "Administrador",
        READS.and(Permissions::of(KEEPS)),
    ),
    (Role::INTEGRATOR, "Integrador", Permissions::of(SENDS)),
];

/// The name that a built-in role is shown with, and what it permits.
pub(crate) fn built_in(role: Role) -> Option<(&'static str, Permissions)> {
    let found = BUILT_IN.iter().find(|(known, ..)| *known == role)?;
    Some((found.1, found.2))
}
