//! Bodies: JSON in, JSON out. A wrong one is answered with the field that is wrong.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::BODY_BYTES_MAX;
use super::problem::Problem;
use crate::body::{self, Unread};
use crate::guard::{self, JSON};

/// Reads a JSON body.
pub(super) async fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Problem> {
    if !body::is_of(headers, "application/json") {
        return Err(Problem::of_code("unsupported_media_type"));
    }
    let bytes = body::whole(body, BODY_BYTES_MAX).await?;
    // A list would be read as the fields in their order: a body is an object.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Problem::invalid("body", "a JSON object is expected"));
    }
    // What is right needs nobody who keeps track of where the reader stands.
    serde_json::from_slice(&bytes).or_else(|_| whats_wrong(&bytes))
}

/// Reads a wrong body again, so as to name the field that is wrong.
fn whats_wrong<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (path, inner) = (error.path().to_string(), error.into_inner().to_string());
        Problem::invalid(field(&path, &inner), inner)
    })?;
    reader.end().map_err(|_| Problem::invalid("body", "more follows after the value"))?;
    Ok(value)
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Self::of_code("payload_too_large"),
            Unread::BrokeOff => Self::invalid("body", "the body broke off, or took too long"),
        }
    }
}

/// The field that a reading error is about: where the reader stood, else the name that the message quotes.
fn field(path: &str, message: &str) -> String {
    if path != "." && path != "?" {
        return path.to_owned();
    }
    message.split('`').nth(1).unwrap_or("body").to_owned()
}

/// A whole number, also where it is written with a point: to JSON `5000` and `5000.0` are one value.
pub(super) fn whole_number<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<i64, D::Error> {
    struct Whole;

    impl serde::de::Visitor<'_> for Whole {
        type Value = i64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a whole number")
        }

        fn visit_i64<E>(self, number: i64) -> Result<i64, E> {
            Ok(number)
        }

        fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<i64, E> {
            i64::try_from(number).map_err(|_| E::custom("a number too large"))
        }

        fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<i64, E> {
            // Up to here every whole number has a float of its own.
            let is_whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
            #[expect(clippy::cast_possible_truncation, reason = "whole, and small enough")]
            is_whole.then_some(number as i64).ok_or_else(|| E::custom("not a whole number"))
        }
    }
    deserializer.deserialize_any(Whole)
}

/// A JSON answer, which no cache keeps.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    answer(status, guard::of_the_api(JSON, None), written(value))
}

/// The answer to an effect, new or replayed, with its [`written`] body.
pub(super) fn created(body: Vec<u8>, replayed: bool) -> Response {
    effect(StatusCode::CREATED, body, replayed)
}

/// The answer to an effect that is not complete yet, new or replayed, with its [`written`] body.
pub(super) fn accepted(body: Vec<u8>, replayed: bool) -> Response {
    effect(StatusCode::ACCEPTED, body, replayed)
}

fn effect(status: StatusCode, body: Vec<u8>, replayed: bool) -> Response {
    let mut response = answer(status, guard::of_the_api(JSON, None), body);
    if replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

/// A value in JSON.
pub(super) fn written(value: &impl Serialize) -> Vec<u8> {
    // What most answers take: growing to it costs more than asking for it.
    let mut bytes = Vec::with_capacity(1_024);
    // Writing into memory cannot fail, and what is written has no map whose keys are not texts.
    let _ = serde_json::to_writer(&mut bytes, value);
    bytes
}

/// An answer with headers of [`guard::of_the_api`] and a [`written`] body.
pub(super) fn answer(status: StatusCode, headers: HeaderMap, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
