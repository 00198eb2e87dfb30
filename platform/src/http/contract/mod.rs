//! The contract of the API: an `OpenAPI` 3.1 document, gathered from what each role says of its
//! routes.
//!
//! A role builds a [`Contract`] of [`Operation`]s; the binary merges those of all roles. Shapes of
//! bodies come from the types themselves (`schemars::JsonSchema`), problems from their kinds.

mod operation;
mod parts;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

pub use operation::Operation;
pub use parts::{header, path_part, query};

/// Schemas by name, as types push them.
type Named = Vec<(String, Value)>;

/// Where schemas lie in the document.
const COMPONENTS: &str = "/components/schemas";

/// A time of the day.
const TIME: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$";

/// What some routes promise.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    paths: BTreeMap<String, Map<String, Value>>,
    schemas: BTreeMap<String, Value>,
    answers: BTreeMap<String, Value>,
    faults: Vec<String>,
}

impl Contract {
    /// The contract of these operations.
    pub fn of(operations: impl IntoIterator<Item = Operation>) -> Self {
        let mut contract = Self::default();
        for operation in operations {
            contract.add(operation);
        }
        contract
    }

    /// Every operation: its method in capitals, and its whole path.
    pub fn operations(&self) -> impl Iterator<Item = (String, &str)> {
        self.paths.iter().flat_map(|(path, methods)| {
            let methods = methods.keys().map(|method| method.to_uppercase());
            methods.map(move |method| (method, path.as_str()))
        })
    }

    /// What cannot be in one document: an operation said twice, two shapes of one name.
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (path, methods) in other.paths {
            for (method, operation) in methods {
                self.put(&path, &method, operation);
            }
        }
        for (name, schema) in other.schemas {
            self.name(name, schema);
        }
        self.answers.extend(other.answers);
        self.faults.extend(other.faults);
        self
    }

    /// The document.
    #[must_use]
    pub fn document(&self, title: &str, version: &str, description: &str) -> Value {
        let mut schemas = self.schemas.clone();
        schemas.insert("Problem".to_owned(), parts::problem());
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": title,
                "version": version,
                "description": description,
                "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
            },
            "servers": [{"url": "/"}],
            "paths": self.paths,
            "components": {
                "schemas": schemas,
                "responses": self.answers,
                "parameters": parts::parameters(),
                "headers": parts::headers(),
                "securitySchemes": parts::securities(),
            },
        })
    }

    fn add(&mut self, operation: Operation) {
        let (path, method) = (operation.path().to_owned(), operation.method());
        let told = operation.told();
        for (name, schema) in told.schemas {
            self.name(name, schema);
        }
        self.answers.extend(told.answers);
        self.put(&path, method, told.operation);
    }

    fn put(&mut self, path: &str, method: &str, operation: Value) {
        let methods = self.paths.entry(path.to_owned()).or_default();
        if methods.insert(method.to_owned(), operation).is_some() {
            let fault = format!("{method} {path} is said twice");
            self.faults.push(fault);
        }
    }

    fn name(&mut self, name: String, schema: Value) {
        let known = self.schemas.get(&name).filter(|known| **known != schema);
        if known.is_some() {
            let fault =
                format!("two types are named `{name}`: give one another name (`schemars(rename)`)");
            self.faults.push(fault);
        }
        self.schemas.insert(name, schema);
    }
}

/// A type that is answered with, as others refer to it; and every type that it is made of.
fn named<T: JsonSchema>(schemas: &mut Named) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with(|settings| settings.definitions_path = COMPONENTS.into());
    let mut generator = settings.into_generator();
    let mut reference = generator.subschema_for::<T>().to_value();
    bounded(&mut reference);
    for (name, mut schema) in generator.take_definitions(true) {
        bounded(&mut schema);
        schemas.push((name, schema));
    }
    reference
}

/// A type that is asked with, in place.
fn in_place<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value();
    bounded(&mut schema);
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("title");
    }
    schema
}

/// Says what the formats of numbers and times mean, for those who do not know them.
fn bounded(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(bounded),
        Value::Object(fields) => {
            let format = fields.get("format").and_then(Value::as_str);
            let said: &[(&str, Value)] = &match format {
                Some("uint32") => vec![("maximum", u32::MAX.into())],
                Some("int32") => vec![("minimum", i32::MIN.into()), ("maximum", i32::MAX.into())],
                Some("uint64") => vec![("maximum", i64::MAX.into())],
                Some("partial-time") => vec![("pattern", TIME.into())],
                _ => vec![],
            };
            for (name, value) in said {
                fields.entry(*name).or_insert_with(|| value.clone());
            }
            fields.values_mut().for_each(bounded);
        }
        _ => {}
    }
}
