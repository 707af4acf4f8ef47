//! A number for each request, by which a person who was told that something broke and the line in the log find each
//! other. It is made here and never taken from whoever asks; it says nothing about them, nor how many came before.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::extract::Request;
use http::{HeaderName, HeaderValue};
use tokio::task::futures::TaskLocalFuture;
use tower::Service;

use crate::chance::Chance;

/// The header that carries it.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The number of a request: sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl RequestId {
    /// As a header carries it.
    pub fn header(self) -> HeaderValue {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let text: [u8; 16] =
            std::array::from_fn(|place| DIGITS[(self.0 >> (60 - 4 * place)) as usize & 15]);
        HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static(""))
    }
}

/// What is known of the request that is being answered.
#[derive(Clone, Copy)]
pub struct Asked {
    id: RequestId,
    by_machine: bool,
}

tokio::task_local! {
    static ASKED: Asked;
}

/// The number of the request that is being answered; `None` in the background.
pub fn current() -> Option<RequestId> {
    ASKED.try_with(|asked| asked.id).ok()
}

/// Whether the request came to a door for machines, which are answered with documents and not with pages.
pub fn is_by_machine() -> bool {
    ASKED.try_with(|asked| asked.by_machine).unwrap_or(true)
}

/// Numbers every request to what is inside.
#[derive(Clone)]
pub struct Numbered<S> {
    inner: S,
    first: u64,
    count: Arc<AtomicU64>,
}

impl<S> Numbered<S> {
    /// Numbers from one that nobody can guess.
    pub fn new(inner: S, chance: &Chance) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "half of the bits are enough")]
        let first = chance.bits() as u64;
        Self { inner, first, count: Arc::default() }
    }

    fn next(&self) -> RequestId {
        RequestId(mixed(self.first.wrapping_add(self.count.fetch_add(1, Ordering::Relaxed))))
    }
}

impl<S: Service<Request>> Service<Request> for Numbered<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = TaskLocalFuture<Asked, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let path = request.uri().path();
        let by_machine = path.starts_with("/api/") || path.starts_with("/act/");
        let asked = Asked { id: self.next(), by_machine };
        ASKED.scope(asked, self.inner.call(request))
    }
}

/// One number for each number (the finaliser of SplitMix64), so that none comes twice and the next is no neighbour.
const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_number_comes_twice_and_the_header_is_the_number() {
        let numbered = Numbered::new((), &Chance::default());
        let numbers: Vec<RequestId> = (0..10_000).map(|_| numbered.next()).collect();
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len());
        for id in numbers {
            assert_eq!(id.header(), id.to_string());
        }
        assert_eq!(RequestId(0xf).to_string(), "000000000000000f");
    }
}
