//! A number for each request, by which a person who was told that something broke and the line in the log find each
//! other. It is made here and never taken from whoever asks; it says nothing about them, nor how many came before.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::num::NonZeroU64;
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
pub struct RequestId(NonZeroU64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl serde::Serialize for RequestId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl RequestId {
    /// As a header carries it.
    pub fn header(self) -> HeaderValue {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let bytes = self.0.get().to_be_bytes();
        let text: [u8; 16] = std::array::from_fn(|place| {
            let byte = bytes[place / 2];
            DIGITS[usize::from(if place % 2 == 0 { byte >> 4 } else { byte & 15 })]
        });
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
    mixing: RandomState,
}

impl<S> Numbered<S> {
    /// Numbers from one that nobody can guess.
    pub fn new(inner: S, chance: &Chance) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "half of the bits are enough")]
        let first = chance.bits() as u64;
        Self { inner, first, count: Arc::default(), mixing: RandomState::new() }
    }

    fn next(&self) -> RequestId {
        let count = self.first.wrapping_add(self.count.fetch_add(1, Ordering::Relaxed));
        let number = mixed(count, &self.mixing);
        // Of 2^64 numbers one is no number; the request that would have it has that of another one.
        RequestId(NonZeroU64::new(number).unwrap_or(NonZeroU64::MIN))
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

/// One number for each number, so that none comes twice: four rounds of Feistel, each with a keyed hash. Without the
/// key nobody gets back to the count, from which the number of requests between two of their own would follow.
fn mixed(number: u64, key: &RandomState) -> u64 {
    let half = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
    let halves = [half(number >> 32), half(number)];
    let [left, right] = (0..4_u8)
        .fold(halves, |[left, right], round| [right, left ^ half(key.hash_one((round, right)))]);
    u64::from(left) << 32 | u64::from(right)
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
        assert_eq!(RequestId(NonZeroU64::new(0xf).unwrap()).to_string(), "000000000000000f");
    }

    #[test]
    fn two_servers_that_count_alike_number_otherwise() {
        let numbered = || Numbered { first: 0, ..Numbered::new((), &Chance::default()) };
        let numbers: [Vec<RequestId>; 2] =
            [numbered(), numbered()].map(|numbered| (0..1_000).map(|_| numbered.next()).collect());
        assert!(numbers[0].iter().all(|number| !numbers[1].contains(number)));
    }
}
