//! Acts on users, roles, substitutions and API keys; logins and passwords.

use platform::http::problem::{FORBIDDEN, TOO_MANY_ATTEMPTS};
use serde_json::json;

use super::{Said, post};
use crate::routes::kinds::{
    BEYOND_OWN_PERMISSIONS, CODE_TAKEN, ENTRY_NOT_FOUND, INVALID_COMMAND, LAST_ADMINISTRATOR,
    WRONG_PASSWORD,
};
use crate::routes::{api_keys, login, roles, substitutions, users};

const OFFICE: &str = "b1f7c2d0-5a0e-5f5e-8f0e-3a2b6c1d4e5f";
const USER: &str = "7a1c9e34-2b6d-5c8f-9e01-4d5a6b7c8d9e";
const OTHER: &str = "5e2b8f10-9c3d-5a7e-8b02-6f7a8b9c0d1e";

pub(super) fn operations() -> Vec<Said> {
    [of_users(), of_roles(), of_others(), of_logins()]
        .into_iter()
        .flatten()
        .collect()
}

#[rustfmt::skip]
fn of_users() -> Vec<Said> {
    vec![
        post("/users", users::create::handle, 201, "Set up a user")
            .refuses(&[&CODE_TAKEN, &BEYOND_OWN_PERMISSIONS])
            .example(json!({"login": "luis", "name": "Luis Huamán", "office_ids": [OFFICE], "roles": ["officer"]})),
        post("/users/{id}/change", users::change::handle, 200, "Describe a user anew, whole")
            .refuses(&[&ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS, &LAST_ADMINISTRATOR])
            .example(json!({"name": "Luis Huamán Rojas", "office_ids": [OFFICE], "roles": ["officer", "head"]})),
        post("/users/{id}/deactivate", users::deactivate::handle, 200, "Let a user do nothing more")
            .refuses(&[&ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS, &LAST_ADMINISTRATOR])
            .example(json!({"reason": "Ya no trabaja aquí."})),
        post("/users/{id}/activate", users::activate::handle, 200, "Let a user act again")
            .refuses(&[&ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS])
            .example(json!({"reason": "Volvió de su licencia."})),
        post("/users/{id}/permissions", users::permissions::handle, 200, "Grant and deny single permissions, whole")
            .refuses(&[&ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS, &LAST_ADMINISTRATOR])
            .example(json!({"grants": ["statistics.read"], "denials": []})),
    ]
}

#[rustfmt::skip]
fn of_roles() -> Vec<Said> {
    vec![
        post("/roles", roles::create::handle, 201, "Set up a role")
            .refuses(&[&CODE_TAKEN, &BEYOND_OWN_PERMISSIONS])
            .example(json!({"code": "auditor", "name": "Auditoría", "permissions": ["documents.read", "statistics.read"]})),
        post("/roles/{code}/change", roles::change::handle, 200, "Describe a role anew, whole; it counts at once")
            .refuses(&[&ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS, &LAST_ADMINISTRATOR])
            .example(json!({"name": "Auditoría", "permissions": ["documents.read"]})),
        post("/roles/{code}/retire", roles::retire::handle, 200, "Let a role permit nothing any more")
            .refuses(&[&ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS, &LAST_ADMINISTRATOR])
            .example(json!({"reason": "Ya no se usa."})),
        post("/roles/{code}/reinstate", roles::reinstate::handle, 200, "Let a role permit again what it did")
            .refuses(&[&ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS])
            .example(json!({"reason": "Se usa de nuevo."})),
    ]
}

#[rustfmt::skip]
fn of_others() -> Vec<Said> {
    vec![
        post("/substitutions", substitutions::create::handle, 201, "Say who acts for whom, from when and until when")
            .refuses(&[&ENTRY_NOT_FOUND, &CODE_TAKEN, &BEYOND_OWN_PERMISSIONS])
            .example(json!({
                "substitute_id": USER, "user_id": OTHER, "from_on": "2026-08-03", "until_on": "2026-08-14",
                "reason": "R.A. 118-2026-GM, por vacaciones.",
            })),
        post("/substitutions/{id}/end", substitutions::end::handle, 200, "End a substitution before its last day")
            .refuses(&[&ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS])
            .example(json!({"reason": "Volvió antes."})),
        post("/api-keys", api_keys::create::handle, 201, "Issue an API key; its text is in this one answer")
            .with(|operation| operation.answers::<api_keys::Body>(200, "It had been issued before: without its text."))
            .refuses(&[&ENTRY_NOT_FOUND, &CODE_TAKEN, &BEYOND_OWN_PERMISSIONS])
            .example(json!({"user_id": USER, "name": "integración SUNAT", "scopes": ["documents.create", "documents.read"]})),
        post("/api-keys/{id}/revoke", api_keys::revoke::handle, 200, "Let a key open nothing any more")
            .refuses(&[&ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS])
            .example(json!({"reason": "Se perdió."})),
    ]
}

#[rustfmt::skip]
fn of_logins() -> Vec<Said> {
    vec![
        post("/login", login::handle, 200, "Get a token for a login and its password")
            .with(|operation| operation.answers::<login::Answer>(200, "A token; it is kept nowhere."))
            .refuses(&[&WRONG_PASSWORD, &TOO_MANY_ATTEMPTS])
            .example(json!({"login": "luis", "password": "una frase que nadie adivina"})),
        post("/users/{id}/password", login::password::handle, 204, "Set the own password, or that of another whom one may manage")
            .refuses(&[&FORBIDDEN, &ENTRY_NOT_FOUND, &BEYOND_OWN_PERMISSIONS, &INVALID_COMMAND, &WRONG_PASSWORD, &TOO_MANY_ATTEMPTS])
            .example(json!({"password": "otra frase que nadie adivina", "current_password": "una frase que nadie adivina"})),
    ]
}
