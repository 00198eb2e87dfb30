//! What a handler takes and gives, read from its signature.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use platform::http::contract::{Operation, header};
use platform::http::limit::Origin;
use platform::http::problem::{
    BODY_TOO_LARGE, MALFORMED_BODY, MALFORMED_PARAMETER, UNAUTHENTICATED, UNSUPPORTED_MEDIA_TYPE,
};
use platform::http::{Json, Presented, Problem};
use schemars::JsonSchema;

use super::OF_EVERY_ACT;
use crate::app::Wish;
use crate::routes::answer::Answer;
use crate::routes::posted::{At, Parameters, Posted, Streamed};

/// Something that a handler takes from a request.
pub(super) trait Takes {
    /// Says so.
    fn take(operation: Operation) -> Operation {
        operation
    }
}

/// Something that a handler answers with.
pub(super) trait Gives {
    /// Says so, for success with `status`.
    fn give(operation: Operation, status: u16) -> Operation;
}

/// A handler of these arguments.
pub(super) trait Signature<Arguments> {
    /// Says what it takes and gives.
    fn describe(operation: Operation, status: u16) -> Operation;
}

macro_rules! signatures {
    ($($($argument:ident)+;)+) => {$(
        impl<H, F, $($argument),+> Signature<($($argument,)+)> for H
        where
            H: Fn($($argument),+) -> F,
            F: Future<Output: Gives>,
            $($argument: Takes),+
        {
            fn describe(mut operation: Operation, status: u16) -> Operation {
                $(operation = $argument::take(operation);)+
                F::Output::give(operation, status)
            }
        }
    )+};
}

signatures! {
    A B;
    A B C;
    A B C D;
    A B C D E;
}

impl<S> Takes for State<S> {}
impl<T> Takes for At<T> {}
impl Takes for HeaderMap {}
impl Takes for Origin {}

impl Takes for Presented {
    fn take(operation: Operation) -> Operation {
        let operation = operation.refuses(&[&UNAUTHENTICATED]);
        operation.field("security", serde_json::json!([{"bearer": []}, {"key": []}]))
    }
}

fn act(operation: Operation) -> Operation {
    let keyed = operation.parameter(header("IdempotencyKey"));
    keyed.parameter(header("IfMatch")).refuses(OF_EVERY_ACT)
}

impl<T: JsonSchema> Takes for Posted<T> {
    fn take(operation: Operation) -> Operation {
        act(Json::<T>::take(operation))
    }
}

impl<T: JsonSchema> Takes for Json<T> {
    fn take(operation: Operation) -> Operation {
        let operation = operation.body::<T>();
        operation.refuses(&[&MALFORMED_BODY, &BODY_TOO_LARGE, &UNSUPPORTED_MEDIA_TYPE])
    }
}

impl Takes for Wish {
    fn take(operation: Operation) -> Operation {
        act(operation
            .empty_body()
            .refuses(&[&MALFORMED_BODY, &BODY_TOO_LARGE]))
    }
}

impl Takes for Streamed {
    fn take(operation: Operation) -> Operation {
        act(operation)
    }
}

impl<T: JsonSchema> Takes for Parameters<T> {
    fn take(operation: Operation) -> Operation {
        operation.query_of::<T>().refuses(&[&MALFORMED_PARAMETER])
    }
}

impl Takes for Request {
    fn take(operation: Operation) -> Operation {
        operation.file_body().refuses(&[&MALFORMED_BODY])
    }
}

impl<B: JsonSchema> Gives for Result<Answer<B>, Problem> {
    fn give(operation: Operation, status: u16) -> Operation {
        let told = "What it led to; the same again when it had been carried out before.";
        operation.answers::<B>(status, told).heads(&[
            ("ETag", "ETag"),
            ("Location", "Location"),
            ("Mesa-Position", "Position"),
            ("Idempotent-Replayed", "Replayed"),
        ])
    }
}

/// Its body is said beside it.
impl Gives for Result<Response, Problem> {
    fn give(operation: Operation, _: u16) -> Operation {
        operation
    }
}

impl Gives for Result<StatusCode, Problem> {
    fn give(operation: Operation, status: u16) -> Operation {
        operation.answers_with(status, "It is done.", "")
    }
}
