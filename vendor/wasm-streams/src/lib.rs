//! Stands in for `wasm-streams`, which the client of streaming server functions needs. We have none.
//!
//! The real crate exports three classes to JavaScript. What is exported stays in the module whether anybody calls it
//! or not, and with it its futures and their machinery; `docs/decisions/0010-the-weight-of-the-landing-page.md` has
//! the numbers. Here is only what `server_fn` names. Whoever writes a streaming server function takes the line out of
//! `[patch.crates-io]`.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use wasm_bindgen::JsValue;

/// The reason why nothing here runs.
const NOT_HERE: &str = "no server function of ours streams";

/// A stream of the browser's.
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// A stream of ours for the browser.
    pub fn from_stream<S>(_: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        panic!("{NOT_HERE}")
    }

    /// A stream of the browser's for us.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// The browser's side.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Our side.
    pub fn into_stream(self) -> IntoStream {
        IntoStream(self.0)
    }
}

/// Our side of a [`ReadableStream`].
pub struct IntoStream(#[expect(dead_code, reason = "held, never read")] web_sys::ReadableStream);

impl Stream for IntoStream {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        panic!("{NOT_HERE}")
    }
}
