//! One operation: what is asked, what is answered, what can go wrong.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::{Named, in_place, named};
use crate::http::Kind;
use crate::http::problem::{FORBIDDEN, TOO_MANY_ATTEMPTS, TOO_MANY_REQUESTS, UNAUTHENTICATED};

/// One operation, being described.
#[derive(Clone)]
pub struct Operation {
    method: &'static str,
    path: String,
    fields: Map<String, Value>,
    parameters: Vec<Value>,
    answers: Map<String, Value>,
    problems: BTreeMap<&'static str, &'static Kind>,
    schemas: Named,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// An operation as the document has it, and what it refers to.
pub(super) struct Told {
    pub(super) operation: Value,
    pub(super) schemas: Named,
    pub(super) answers: Vec<(String, Value)>,
}

impl Operation {
    /// `method`, in small letters, of the whole `path`; `summary` is a sentence.
    #[must_use]
    pub fn new(method: &'static str, path: &str, summary: &str) -> Self {
        let words = path.strip_prefix("/api/v1").unwrap_or(path).split('/');
        let words: Vec<_> = words
            .filter(|word| !word.is_empty())
            .map(|word| word.trim_matches(['{', '}']))
            .collect();
        let tag = words.first().copied().unwrap_or("mesa");
        let mut fields = Map::new();
        fields.insert(
            "operationId".to_owned(),
            json!(format!("{method}-{}", words.join("-"))),
        );
        fields.insert("summary".to_owned(), json!(summary));
        fields.insert("tags".to_owned(), json!([tag]));
        Self {
            method,
            path: path.to_owned(),
            fields,
            parameters: Vec::new(),
            answers: Map::new(),
            problems: BTreeMap::new(),
            schemas: Vec::new(),
        }
        // Whoever asks too much, or guesses, is told to wait, whatever is asked.
        .refuses(&[&TOO_MANY_REQUESTS, &TOO_MANY_ATTEMPTS])
    }

    /// Its method, in small letters.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Its whole path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The names of the holes in its path.
    pub fn holes(&self) -> impl Iterator<Item = &str> {
        let words = self.path.split('/');
        words.filter_map(|word| word.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Says more than the summary.
    #[must_use]
    pub fn description(self, text: &str) -> Self {
        self.field("description", json!(text))
    }

    /// Any other field of it.
    #[must_use]
    pub fn field(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// Needs a credential whose user has this permission.
    #[must_use]
    pub fn needs(self, permission: &str) -> Self {
        self.field("x-permission", json!(permission))
            .field("security", json!([{"bearer": []}, {"key": []}]))
            .refuses(&[&UNAUTHENTICATED, &FORBIDDEN])
    }

    /// Adds a parameter or a header of the request.
    #[must_use]
    pub fn parameter(mut self, parameter: Value) -> Self {
        if !self.parameters.contains(&parameter) {
            self.parameters.push(parameter);
        }
        self
    }

    /// Every property of `T` is a parameter of the query.
    #[must_use]
    pub fn query_of<T: JsonSchema>(mut self) -> Self {
        let schema = in_place::<T>();
        let required = schema["required"].clone();
        let is_required = |name: &str| {
            let names = required.as_array().into_iter().flatten();
            names.filter_map(Value::as_str).any(|known| known == name)
        };
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let mut property = property.clone();
            let description = property["description"].clone();
            // A parameter is not there, or has a value: it is never null.
            if let Some(kind) = property["type"].as_array().and_then(|kinds| kinds.first()) {
                property["type"] = kind.clone();
            }
            if let Some(fields) = property.as_object_mut() {
                fields.retain(|field, value| field != "default" || !value.is_null());
            }
            self.parameters.push(json!({
                "name": name, "in": "query", "required": is_required(name),
                "description": description, "schema": property,
            }));
        }
        self
    }

    /// Its body is a `T` in JSON, which must be there.
    #[must_use]
    pub fn body<T: JsonSchema>(self) -> Self {
        let schema = in_place::<T>();
        let body = json!({"required": true, "content": {"application/json": {"schema": schema}}});
        self.field("requestBody", body)
    }

    /// Its body says nothing: it is `{}`, or not there.
    #[must_use]
    pub fn empty_body(self) -> Self {
        let schema = json!({"type": "object", "additionalProperties": false, "maxProperties": 0});
        let body = json!({
            "required": false,
            "content": {"application/json": {"schema": schema, "example": {}}},
        });
        self.field("requestBody", body)
    }

    /// Its body is the bytes of a file.
    #[must_use]
    pub fn file_body(self) -> Self {
        let body =
            json!({"required": true, "content": {"application/octet-stream": {"schema": {}}}});
        self.field("requestBody", body)
    }

    /// What a body looks like.
    #[must_use]
    pub fn example(mut self, example: Value) -> Self {
        if let Some(body) = self.fields.get_mut("requestBody") {
            body["content"]["application/json"]["example"] = example;
        }
        self
    }

    /// Answers with `status` and a `T` in JSON.
    #[must_use]
    pub fn answers<T: JsonSchema>(mut self, status: u16, description: &str) -> Self {
        let schema = named::<T>(&mut self.schemas);
        let content = json!({"application/json": {"schema": schema}});
        self.answered(status, description, content)
    }

    /// Answers with `status` and JSON that `shape` makes of the name of `T`.
    #[must_use]
    pub fn answers_shaped<T: JsonSchema>(
        mut self,
        status: u16,
        description: &str,
        shape: impl FnOnce(Value) -> Value,
    ) -> Self {
        let schema = shape(named::<T>(&mut self.schemas));
        let content = json!({"application/json": {"schema": schema}});
        self.answered(status, description, content)
    }

    /// Answers with `status` and a body of that media type; none, when it is empty.
    #[must_use]
    pub fn answers_with(self, status: u16, description: &str, media_type: &str) -> Self {
        let content = match media_type {
            "" => Value::Null,
            other => json!({other: {}}),
        };
        self.answered(status, description, content)
    }

    fn answered(mut self, status: u16, description: &str, content: Value) -> Self {
        let mut answer = json!({"description": description});
        if content.is_object() {
            answer["content"] = content;
        }
        self.answers.insert(status.to_string(), answer);
        self
    }

    /// Answers that are there have these headers.
    #[must_use]
    pub fn heads(mut self, headers: &[(&str, &str)]) -> Self {
        for (_, answer) in &mut self.answers {
            for (name, part) in headers {
                answer["headers"][name] = json!({"$ref": format!("#/components/headers/{part}")});
            }
        }
        self
    }

    /// Can be answered with these problems.
    #[must_use]
    pub fn refuses(mut self, kinds: &[&'static Kind]) -> Self {
        self.problems
            .extend(kinds.iter().map(|kind| (kind.slug, *kind)));
        self
    }

    pub(super) fn told(mut self) -> Told {
        let mut by_status: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
        for kind in self.problems.values() {
            by_status
                .entry(kind.status.as_u16())
                .or_default()
                .push(kind);
        }
        let mut answers = Vec::new();
        for (status, kinds) in by_status {
            let slugs: Vec<_> = kinds.iter().map(|kind| kind.slug).collect();
            let name = slugs.join("_");
            let reference = format!("#/components/responses/{name}");
            self.answers
                .insert(status.to_string(), json!({"$ref": reference}));
            answers.push((name, problems(&kinds)));
        }
        if !self.parameters.is_empty() {
            self.fields
                .insert("parameters".to_owned(), json!(self.parameters));
        }
        self.fields
            .insert("responses".to_owned(), json!(self.answers));
        Told {
            operation: Value::Object(self.fields),
            schemas: self.schemas,
            answers,
        }
    }
}

/// The answer that is one of these problems, all of one status.
fn problems(kinds: &[&Kind]) -> Value {
    let said = kinds.iter().map(|kind| {
        let (slug, title) = (kind.slug, kind.titles.en);
        format!("[{slug}](/problems/{slug}): {title}.")
    });
    let types: Vec<_> = kinds
        .iter()
        .map(|kind| format!("/problems/{}", kind.slug))
        .collect();
    let schema = json!({
        "allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"type": "object", "properties": {"type": {"enum": types}}},
        ],
    });
    json!({
        "description": said.collect::<Vec<_>>().join(" "),
        "content": {"application/problem+json": {"schema": schema}},
    })
}
