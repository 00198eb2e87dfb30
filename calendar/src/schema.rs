//! The shapes of what is sent as text, for those who describe the API (feature `openapi`).

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{Place, Scope};

macro_rules! texts {
    ($($name:ident = $pattern:literal, $example:literal;)+) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "pattern": $pattern, "examples": [$example]})
            }
        }
    )+};
}

texts! {
    Place = "^(0[1-9]|1[0-9]|2[0-5])(0[1-9]|[1-9][0-9])$", "0801";
    Scope = "^(nation|region:(0[1-9]|1[0-9]|2[0-5])|province:(0[1-9]|1[0-9]|2[0-5])(0[1-9]|[1-9][0-9]))$", "region:08";
}
