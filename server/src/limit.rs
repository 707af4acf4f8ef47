//! Limits: how often one person may ask, how often a block of addresses may try to come in, and how many come in at
//! once. Whoever meets one is told `busy` with a time: 429 where it is their own rate, 503 where the server is full. No
//! address is ever banned: behind one there may be a family, a school or a whole carrier, so a block's rate sheds only
//! what is anonymous and dear, the ways in, and it is as large as a carrier's gateway needs.

pub mod address;
mod sketch;

use std::net::IpAddr;

use app::failure::Failure;
use axum::extract::Request;
use domain::id::PersonId;
use domain::staff::Login;
use domain::time::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::measure::{self, Busy};
use address::{Peer, block};
use sketch::{Rate, Sketch};

/// What may be set of the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitSettings {
    /// How many claims a second one person may send; four times as many at once. Default 10.
    pub person_claims_per_s: u32,
    /// How many times a second a block of addresses (/24, /48) may try to come in; ten times as many at once. 0: no
    /// limit. Default 200: ten thousand behind one gateway of a carrier are in within a minute.
    pub block_entries_per_s: u32,
    /// How many proxies of ours stand in front; 0: nobody is believed about an address. Default 0.
    pub trusted_hops: u8,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { person_claims_per_s: 10, block_entries_per_s: 200, trusted_hops: 0 }
    }
}

/// How many citizens come in at once: each is a transaction, and tills need the database too.
pub const ENTER_AT_ONCE: usize = 12;
/// How many more wait for that; whoever comes beyond is told to come again.
pub const ENTER_WAITING: usize = 2_048;
/// When, in milliseconds.
pub const ENTER_RETRY_MS: u32 = 3_000;

/// The limits of one server: 8 MB.
pub struct Limits {
    settings: LimitSettings,
    claims: Sketch,
    entries: Sketch,
    entering: Semaphore,
    waiting: Semaphore,
}

/// Somebody who is coming in.
pub struct Coming<'a> {
    _entering: SemaphorePermit<'a>,
}

impl Limits {
    /// Nobody has asked yet.
    pub fn new(settings: LimitSettings) -> Self {
        Self {
            settings,
            claims: Sketch::new(Rate::of(settings.person_claims_per_s, 4)),
            entries: Sketch::new(Rate::of(settings.block_entries_per_s, 10)),
            entering: Semaphore::new(ENTER_AT_ONCE),
            waiting: Semaphore::new(ENTER_AT_ONCE + ENTER_WAITING),
        }
    }

    /// How many proxies of ours stand in front.
    pub const fn trusted_hops(&self) -> u8 {
        self.settings.trusted_hops
    }

    /// One more claim of a person.
    ///
    /// # Errors
    /// [`Failure::TooMany`] when it is more than one person may send.
    pub fn claim(&self, person: &PersonId, now: Timestamp) -> Result<(), Failure> {
        self.claims.take(person, micros(now)).map_err(|wait_us| too_many(wait_us, Busy::OwnRate))
    }

    /// One more try to come in, if this is one that can be told from its address: by that of whoever asks.
    ///
    /// # Errors
    /// As [`Limits::entry_of`].
    pub fn entry(&self, request: &Request, now: Timestamp) -> Result<(), Failure> {
        if !is_entry(request) {
            return Ok(());
        }
        let Some(Peer(peer)) = request.extensions().get::<Peer>() else { return Ok(()) };
        let address = address::of(*peer, request.headers(), self.settings.trusted_hops);
        self.entry_of(self.block_of(address), now)
    }

    /// The block that an address is counted with. The machine itself is none, and there is none when none is counted.
    pub fn block_of(&self, address: IpAddr) -> Option<IpAddr> {
        let counts = self.settings.block_entries_per_s > 0 && !is_own(address);
        counts.then(|| block(address))
    }

    /// One more try to come in of a block of addresses.
    ///
    /// # Errors
    /// [`Failure::TooMany`] when the block of addresses tries more often than a block may.
    pub fn entry_of(&self, block: Option<IpAddr>, now: Timestamp) -> Result<(), Failure> {
        let Some(block) = block else { return Ok(()) };
        self.entries.take(&block, micros(now)).map_err(|wait_us| too_many(wait_us, Busy::Block))
    }

    /// One more sign-in on a device on which that login has signed in before. It is counted for the login, as claims
    /// are for a person, and with no block, so that nobody who shares the network can use its rate up.
    ///
    /// # Errors
    /// [`Failure::TooMany`] when it is more than one person may send.
    pub fn known(&self, login: &Login, now: Timestamp) -> Result<(), Failure> {
        let taken = self.claims.take(&("staff", login), micros(now));
        taken.map_err(|wait_us| too_many(wait_us, Busy::OwnRate))
    }

    /// A turn to come in: a few at once, some more wait.
    ///
    /// # Errors
    /// [`Failure::Busy`] when too many wait already.
    pub async fn come_in(&self) -> Result<Coming<'_>, Failure> {
        let _waiting = self.waiting.try_acquire().map_err(|_| full())?;
        self.go_on_in().await
    }

    /// The next turn of somebody who had one already, and has used there what is good once: however many wait, they are
    /// not sent back to the beginning (R6). As many wait so as were let through before, and no more.
    ///
    /// # Errors
    /// Never, as long as the server runs.
    pub async fn go_on_in(&self) -> Result<Coming<'_>, Failure> {
        // It is never closed.
        let entering = self.entering.acquire().await.map_err(|_| full())?;
        Ok(Coming { _entering: entering })
    }
}

/// Too many come in already.
fn full() -> Failure {
    measure::busy(Busy::SignIns);
    Failure::Busy { retry_after_ms: ENTER_RETRY_MS }
}

fn micros(time: Timestamp) -> u64 {
    u64::try_from(time.millis()).unwrap_or_default().saturating_mul(1_000)
}

fn too_many(wait_us: u64, reason: Busy) -> Failure {
    measure::busy(reason);
    let ms = u32::try_from(wait_us.div_ceil(1_000)).unwrap_or(u32::MAX);
    Failure::TooMany { retry_after_ms: ms.max(100) }
}

/// Whether a request tries to come in by the ways of the entrances. The forms of those who work here are counted once
/// they have been read, because only then it can be told whose device is known.
fn is_entry(request: &Request) -> bool {
    request.uri().path().starts_with("/sign-in/")
}

/// The machine itself is no block of the network.
const fn is_own(address: IpAddr) -> bool {
    address.is_loopback()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use futures::FutureExt as _;

    use super::*;

    fn entry(peer: &str, forwarded: Option<&str>) -> Request {
        let mut request = Request::post("/sign-in/demo");
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        request.extension(Peer(peer.parse().unwrap())).body(Body::empty()).unwrap()
    }

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    #[tokio::test]
    async fn whoever_had_a_turn_has_the_next_one_however_many_wait() {
        let limits = Limits::new(LimitSettings::default());
        let mut inside = Vec::new();
        for _ in 0..ENTER_AT_ONCE {
            inside.push(limits.come_in().await.unwrap());
        }
        let all = u32::try_from(ENTER_AT_ONCE + ENTER_WAITING).unwrap();
        let _crowd = limits.waiting.try_acquire_many(all).unwrap();
        let busy = limits.come_in().now_or_never().unwrap().err();
        assert_eq!(busy, Some(Failure::Busy { retry_after_ms: ENTER_RETRY_MS }));
        let mut next = Box::pin(limits.go_on_in());
        assert!(next.as_mut().now_or_never().is_none(), "in their turn");
        inside.pop();
        assert!(next.now_or_never().unwrap().is_ok());
    }

    #[test]
    fn who_asks_without_end_is_told_to_wait_and_nobody_else() {
        let limits = Limits::new(LimitSettings::default());
        let (script, other) = (PersonId::mint(0, 1), PersonId::mint(0, 2));
        let refused = (0..1_000).filter(|_| limits.claim(&script, NOW).is_err()).count();
        assert_eq!(refused, 1_000 - 41);
        assert!(limits.claim(&other, NOW).is_ok());
        let Err(Failure::TooMany { retry_after_ms }) = limits.claim(&script, NOW) else {
            panic!("they may go on")
        };
        assert!((100..=1_000).contains(&retry_after_ms));
        let then = NOW.plus_millis(i64::from(retry_after_ms));
        assert!(limits.claim(&script, then).is_ok(), "the time that was told was wrong");
    }

    #[test]
    fn a_block_is_shed_at_the_ways_in_and_a_carrier_is_not() {
        let limits = Limits::new(LimitSettings { trusted_hops: 1, ..LimitSettings::default() });
        let shed =
            |forwarded: &str, now| limits.entry(&entry("10.0.0.1", Some(forwarded)), now).is_err();
        // Ten thousand people behind one gateway, in a minute.
        for tenth in 0..600 {
            for _ in 0..17 {
                assert!(!shed("203.0.113.7", NOW.plus_millis(tenth * 100)));
            }
        }
        let refused =
            (0..10_000).filter(|it| shed(&format!("198.51.100.{}", it % 250), NOW)).count();
        assert_eq!(refused, 10_000 - 2_001, "one block, whatever its last number");
        assert!(!shed("198.51.101.1", NOW), "the next block is another one");
        // Who has come in is not looked at any more, wherever they are.
        let inside = Request::post("/api/v1/rounds/r1/claims")
            .header("x-forwarded-for", "198.51.100.1")
            .extension(Peer("10.0.0.1".parse().unwrap()))
            .body(Body::empty());
        assert!(limits.entry(&inside.unwrap(), NOW).is_ok());
        assert!(!shed("127.0.0.1", NOW), "the machine itself is no block");
    }

    #[test]
    fn a_device_that_is_known_is_counted_for_its_login_alone() {
        let limits = Limits::new(LimitSettings::default());
        let block = limits.block_of("198.51.100.7".parse().unwrap());
        while limits.entry_of(block, NOW).is_ok() {}
        let (own, other) = ("till-01".parse().unwrap(), "till-02".parse().unwrap());
        let taken = (0..1_000).filter(|_| limits.known(&own, NOW).is_ok()).count();
        assert_eq!(taken, 41, "whatever others of its block do, and no more");
        assert!(limits.known(&other, NOW).is_ok());
        assert_eq!(limits.block_of("127.0.0.1".parse().unwrap()), None, "the machine is no block");
        let off = Limits::new(LimitSettings { block_entries_per_s: 0, ..LimitSettings::default() });
        assert_eq!(off.block_of("198.51.100.7".parse().unwrap()), None);
        assert!(off.entry_of(None, NOW).is_ok());
    }

    #[tokio::test]
    async fn a_few_come_in_at_once_and_a_crowd_is_told_to_come_again() {
        let limits = Limits::new(LimitSettings::default());
        let mut inside = Vec::new();
        for _ in 0..ENTER_AT_ONCE {
            inside.push(limits.come_in().await.unwrap());
        }
        let mut waiting: Vec<_> =
            (0..ENTER_AT_ONCE + ENTER_WAITING).map(|_| Box::pin(limits.come_in())).collect();
        for one in &mut waiting {
            assert!(futures::poll!(one).is_pending());
        }
        let crowd = limits.come_in().await;
        assert!(matches!(crowd, Err(Failure::Busy { .. })));
        drop(inside.pop());
        assert!(futures::poll!(&mut waiting[0]).is_ready(), "who waits is next");
    }
}
