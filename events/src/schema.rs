//! The shapes of what is sent as text, for those who describe the API (feature `openapi`).

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::classify::Role;
use crate::{
    ApiKeyId, AttachmentId, DocumentId, DocumentTypeId, Hash, OfficeId, Permission, Permissions,
    RegistryNumber, RoutingRuleId, SeriesId, SubstitutionId, UserId,
};

macro_rules! shapes {
    ($($name:ident = $shape:tt;)+) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($shape)
            }
        }
    )+};
}

shapes! {
    ApiKeyId = {"type": "string", "format": "uuid"};
    AttachmentId = {"type": "string", "format": "uuid"};
    DocumentId = {"type": "string", "format": "uuid"};
    DocumentTypeId = {"type": "string", "format": "uuid"};
    OfficeId = {"type": "string", "format": "uuid"};
    RoutingRuleId = {"type": "string", "format": "uuid"};
    SubstitutionId = {"type": "string", "format": "uuid"};
    UserId = {"type": "string", "format": "uuid"};
    Hash = {"type": "string", "pattern": "^[0-9a-f]{64}$"};
    RegistryNumber = {
        "type": "string",
        "pattern": "^[A-Z][A-Z0-9]{0,11}-[1-9][0-9]{3}-[0-9]{6,19}$",
        "examples": ["EXP-2026-000123"]
    };
    Role = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,30}$", "examples": ["registrar"]};
    SeriesId = {
        "type": "string",
        "pattern": "^[A-Z][A-Z0-9]{0,11}-[1-9][0-9]{3}$",
        "examples": ["EXP-2026"]
    };
}

impl JsonSchema for Permissions {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Permissions".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<Permission>();
        json_schema!({"type": "array", "items": one})
    }
}
