//! Refusals over HTTP, as RFC 9457 problem documents.
//!
//! A [`Kind`] is what clients match on: a stable `type` with a page in `docs/problems/`. A
//! [`Problem`] is one occurrence of it. The layer of [`super::wrap`] writes it in the language of
//! the reader, with the id of the request.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use super::language::{Language, Titles};

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The last part of its `type`, and the name of its page: `docs/problems/<slug>.md`.
    pub slug: &'static str,
    /// The status of the answer.
    pub status: StatusCode,
    /// What it says in short.
    pub titles: Titles,
}

/// What is wrong in one place of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where: a JSON pointer into the body (`/targets/0/office_id`), or the name of a query
    /// parameter after a question mark (`?limit`).
    pub pointer: String,
    /// A word clients match on: `unknown_field`, `too_long` …
    pub code: &'static str,
    /// What is wrong, in a sentence.
    pub detail: String,
}

impl FieldError {
    /// Something wrong at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }
}

/// One occurrence of a kind of problem. It is an answer of axum.
#[derive(Clone, Debug)]
pub struct Problem(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: &'static Kind,
    detail: Option<String>,
    errors: Vec<FieldError>,
    headers: HeaderMap,
}

impl Problem {
    /// A problem of this kind.
    #[must_use]
    pub fn new(kind: &'static Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: None,
            errors: Vec::new(),
            headers: HeaderMap::new(),
        }))
    }

    /// Says what was wrong this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds what is wrong in one place.
    #[must_use]
    pub fn error(mut self, error: FieldError) -> Self {
        self.0.errors.push(error);
        self
    }

    /// Adds what is wrong in several places.
    #[must_use]
    pub fn errors(mut self, errors: impl IntoIterator<Item = FieldError>) -> Self {
        self.0.errors.extend(errors);
        self
    }

    /// Adds a header to the answer, as `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        self.0.kind
    }

    /// What is wrong, place by place.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Its document in `language`, for an answer that holds several.
    #[must_use]
    pub fn to_json(&self, language: Language) -> serde_json::Value {
        serde_json::json!(self.document(language, None))
    }

    fn document(&self, language: Language, trace_id: Option<Uuid>) -> Document<'_> {
        let kind = self.0.kind;
        Document {
            kind: format!("/problems/{}", kind.slug),
            title: kind.titles.in_language(language),
            status: kind.status.as_u16(),
            detail: self.0.detail.as_deref(),
            errors: &self.0.errors,
            trace_id,
        }
    }

    /// The answer in `language`, with the id of the request.
    pub(super) fn render(self, language: Language, trace: Option<Uuid>) -> Response {
        let kind = self.0.kind;
        let body = serde_json::to_vec(&self.document(language, trace)).unwrap_or_default();
        let mut response = (kind.status, body).into_response();
        let headers = response.headers_mut();
        headers.extend(self.0.headers);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(language.tag()),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.clone().render(Language::default(), None);
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<Uuid>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:ident, $es:literal, $en:literal;)*) => {
        $(
            $(#[$doc])*
            pub static $name: Kind = Kind {
                slug: $slug,
                status: StatusCode::$status,
                titles: Titles { es: $es, en: $en },
            };
        )*

        /// Every kind that any role may answer with.
        pub static COMMON: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    /// The body is no JSON, or not of the form asked for.
    MALFORMED_BODY = "malformed-body", BAD_REQUEST,
        "El cuerpo de la solicitud no es válido", "The request body is not valid";
    /// The body is not said to be JSON.
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE,
        "El tipo de contenido no es admitido", "The content type is not supported";
    /// The body is too large.
    BODY_TOO_LARGE = "body-too-large", PAYLOAD_TOO_LARGE,
        "El cuerpo de la solicitud es demasiado grande", "The request body is too large";
    /// A header of the request is not of the form asked for.
    MALFORMED_HEADER = "malformed-header", BAD_REQUEST,
        "Un encabezado de la solicitud no es válido", "A request header is not valid";
    /// A path or query parameter is unknown or not of the form asked for.
    MALFORMED_PARAMETER = "malformed-parameter", BAD_REQUEST,
        "Un parámetro de la solicitud no es válido", "A request parameter is not valid";
    /// `Idempotency-Key` is missing.
    IDEMPOTENCY_KEY_REQUIRED = "idempotency-key-required", BAD_REQUEST,
        "Falta el encabezado Idempotency-Key", "The Idempotency-Key header is missing";
    /// Nobody is signed in, or not rightly.
    UNAUTHENTICATED = "unauthenticated", UNAUTHORIZED,
        "Se requiere una credencial válida", "A valid credential is required";
    /// The one signed in may not do this.
    FORBIDDEN = "forbidden", FORBIDDEN,
        "No tiene permiso para esta operación", "You are not allowed to do this";
    /// More is asked than may be; asking again later helps.
    TOO_MANY_REQUESTS = "too-many-requests", TOO_MANY_REQUESTS,
        "Demasiadas solicitudes", "Too many requests";
    /// Too many wrong passwords, keys or tokens.
    TOO_MANY_ATTEMPTS = "too-many-attempts", TOO_MANY_REQUESTS,
        "Demasiados intentos fallidos", "Too many failed attempts";
    /// The thing asked for is not there.
    NOT_FOUND = "not-found", NOT_FOUND,
        "No se encontró lo solicitado", "What was asked for was not found";
    /// There is nothing at this path.
    NO_SUCH_PATH = "no-such-path", NOT_FOUND,
        "La dirección no existe", "There is nothing at this address";
    /// The path has no such method.
    METHOD_NOT_ALLOWED = "method-not-allowed", METHOD_NOT_ALLOWED,
        "El método no está permitido en esta dirección", "This address has no such method";
    /// What is asked for lies outside of the file.
    RANGE_NOT_SATISFIABLE = "range-not-satisfiable", RANGE_NOT_SATISFIABLE,
        "El rango solicitado está fuera del archivo", "The range asked for is outside of the file";
    /// Something that should be there is not; asking again may help.
    UNAVAILABLE = "unavailable", SERVICE_UNAVAILABLE,
        "El servicio no está disponible por el momento", "The service is unavailable for the moment";
    /// A fault of ours.
    INTERNAL_ERROR = "internal-error", INTERNAL_SERVER_ERROR,
        "Ocurrió un error interno", "An internal error occurred";
}
