//! What many operations have alike: headers, parameters, problems, credentials.

use serde_json::{Value, json};

/// The parameter `name` of the query; `schema` is one of its values.
#[must_use]
pub fn query(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "query", "description": description, "schema": schema})
}

/// A header of requests that every role knows, by the name it has in [`parameters`].
#[must_use]
pub fn header(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

/// The part `name` of a path.
#[must_use]
pub fn path_part(name: &str, description: &str, schema: &Value) -> Value {
    json!({
        "name": name, "in": "path", "required": true,
        "description": description, "schema": schema,
    })
}

/// The headers of requests.
pub(super) fn parameters() -> Value {
    let header = |name: &str, required: bool, description: &str, schema: Value| {
        json!({
            "name": name, "in": "header", "required": required,
            "description": description, "schema": schema,
        })
    };
    let position = "^[A-Za-z0-9_-]{1,64}:[0-9]{1,15}$";
    json!({
        "IdempotencyKey": header(
            "Idempotency-Key", true,
            "Names the act: the same key again finds what the first request did. It counts for one \
             user and one path.",
            json!({"type": "string", "pattern": "^[!-~]{1,255}$", "examples": ["7d3c-registro-1"]}),
        ),
        "IfMatch": header(
            "If-Match", false,
            "The `ETag` of the version that is to be changed; another version is 412.",
            json!({"type": "string", "pattern": "^(\\*|\"[0-9]{1,15}\")$", "examples": ["\"7\""]}),
        ),
        "IfNoneMatch": header(
            "If-None-Match", false,
            "The `ETag` of what the caller has; the same is 304, without a body.",
            json!({"type": "string", "examples": ["\"7\""]}),
        ),
        "MinPosition": header(
            "Mesa-Min-Position", false,
            "The `Mesa-Position` of a command: the answer includes what it did, or is marked \
             `Mesa-Stale`. The stream must be the log or the directory of this installation.",
            json!({"type": "string", "pattern": position, "examples": ["MESA_LOG:1234"]}),
        ),
        "LastEventId": header(
            "Last-Event-ID", false,
            "The `id` of the last event that was had: the stream goes on after it.",
            json!({"type": "string", "pattern": position, "examples": ["MESA_LOG:1234"]}),
        ),
        "Range": header(
            "Range", false, "The bytes that are wanted.",
            json!({"type": "string", "pattern": "^bytes=[0-9]{0,12}-[0-9]{0,12}$", "examples": ["bytes=0-1023"]}),
        ),
        "IfRange": header(
            "If-Range", false, "The range is wanted only of what still has this `ETag`.",
            json!({"type": "string"}),
        ),
        "AcceptLanguage": header(
            "Accept-Language", false, "The language of titles of problems: `es`, the usual one, or `en`.",
            json!({"type": "string", "examples": ["es"]}),
        ),
    })
}

/// The headers of answers.
pub(super) fn headers() -> Value {
    let header =
        |description: &str, schema: Value| json!({"description": description, "schema": schema});
    let text = || json!({"type": "string"});
    json!({
        "ETag": header("The version: for `If-Match` of a command, `If-None-Match` of a question.", text()),
        "Position": header("Where it stands in the log, `MESA_LOG:1234`: for `Mesa-Min-Position`.", text()),
        "Location": header("Where it is read.", text()),
        "Replayed": header("The request had been carried out before.", json!({"const": "true"})),
        "Stale": header("The answer may lack what happened last.", json!({"const": "true"})),
        "ContentRange": header("The bytes that are sent.", text()),
        "RetryAfter": header("Seconds after which asking again may help.", json!({"type": "string"})),
        "WwwAuthenticate": header("How to say who asks.", text()),
    })
}

/// How a caller says who asks.
pub(super) fn securities() -> Value {
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "An API key, `mesa_<id>_<secret>`, or the token of a login.",
        },
        "key": {
            "type": "apiKey", "in": "header", "name": "X-API-Key",
            "description": "An API key.",
        },
    })
}

/// The body of every answer that is not what was asked for.
pub(super) fn problem() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457). `type` names the page `docs/problems/<name>.md`.",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "pattern": "^/problems/[a-z-]+$"},
            "title": {"type": "string", "description": "What it says in short, in the caller's language."},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "What was wrong this time."},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["pointer", "code", "detail"],
                    "properties": {
                        "pointer": {
                            "type": "string",
                            "description": "Where: a JSON pointer into the body, or `?name` of a parameter.",
                        },
                        "code": {"type": "string", "description": "A word to match on."},
                        "detail": {"type": "string"},
                    },
                },
            },
            "trace_id": {"type": "string", "format": "uuid"},
        },
        "example": {
            "type": "/problems/wrong-status",
            "title": "El estado del documento no lo permite",
            "status": 409,
            "detail": "the document is archived",
            "trace_id": "01890a5d-ac96-774b-bcce-b302099a8057",
        },
    })
}
