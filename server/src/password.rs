//! Passwords of those who work here: argon2id, on a few threads of its own, so that however many people sign in at a
//! till no claim waits for it; and in turn, so that however many strangers try, nobody who is known waits for more than
//! one of them.

mod place;

use std::net::IpAddr;
use std::sync::Arc;

use app::failure::Failure;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::staff::Login;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::chance::Chance;
use crate::lane::Undecided;
use crate::measure::{self, Busy};
use place::{Full, Places};

/// The shortest password that is taken, in characters.
pub const PASSWORD_MIN: usize = 12;
/// The longest password that is taken, in bytes.
pub const PASSWORD_MAX: usize = 200;
/// How many strangers wait at once to have their password looked at; more are answered `busy`. One thread has looked at
/// so many in about the time that whoever is sent away is told.
pub const STRANGERS_MAX: usize = 64;
/// How many of them from one block of addresses: an eighth, so that it takes eight blocks to keep other strangers out,
/// and more than sign in from one network for the first time in the same second.
pub const BLOCK_MAX: usize = 8;
/// How many wait at once of those who are known. Nobody is without having signed in before, so this only bounds what a
/// server holds: every till of a city that opens in the same moment, or as many dishonest cashiers as would be noticed.
pub const KNOWN_MAX: usize = 256;
/// How many of them for one login: a button pressed twice on two devices. Whoever has one login takes no more.
pub const LOGIN_MAX: usize = 4;
/// When whoever is sent away may come again, in milliseconds.
const RETRY_MS: u32 = 2_000;
/// What is said when a thread that looked broke.
const BUSY: Undecided = Undecided { retry_after_ms: RETRY_MS };
/// One in so many processors looks at passwords.
const SHARE: usize = 4;
/// What a hash costs: 19 MiB, two passes, as OWASP asks of argon2id.
const COST: (u32, u32) = (19 * 1024, 2);
/// What a hash of the demonstration costs: its passwords are public.
const DEMO_COST: (u32, u32) = (8, 1);
/// A hash that no password has, for logins that there are not, so that they take as long as the others.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Who asks for a turn.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'a> {
    /// Whoever is signed in under that login, or signs in with it on a device on which it has signed in before.
    Known(&'a Login),
    /// Anybody else, from that block of addresses, where it says something of who asks.
    Stranger(Option<IpAddr>),
}

/// Where passwords are looked at. Turns are given in the order of asking, but all strangers together have one place in
/// it: the next of them takes it when the one before has had a turn. So whoever is known waits for one stranger at
/// most; and strangers, some of whom work here, have a turn whenever those who were known before them have had theirs.
pub struct Passwords {
    turns: Arc<Semaphore>,
    first_stranger: Semaphore,
    known: Places<Login>,
    strangers: Places<IpAddr>,
}

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with_turns((processors / SHARE).max(1))
    }
}

impl Passwords {
    fn with_turns(at_once: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            first_stranger: Semaphore::new(1),
            known: Places::new(KNOWN_MAX, LOGIN_MAX),
            strangers: Places::new(STRANGERS_MAX, BLOCK_MAX),
        }
    }

    /// A turn to look at one password.
    ///
    /// # Errors
    /// [`Failure::TooMany`] when too many wait for that login, or from that block; [`Failure::Busy`] when too many wait
    /// in all.
    pub async fn turn(&self, asker: Asker<'_>) -> Result<Turn, Failure> {
        match asker {
            Asker::Known(login) => {
                let place = self.known.take(Some(login));
                let _place = place.map_err(|full| sent_away(full, Busy::OwnRate))?;
                self.next().await
            }
            Asker::Stranger(block) => {
                let place = self.strangers.take(block.as_ref());
                let _place = place.map_err(|full| sent_away(full, Busy::Block))?;
                let _first = self.first_stranger.acquire().await.map_err(|_| BUSY)?;
                self.next().await
            }
        }
    }

    /// The next turn, in the order of asking.
    async fn next(&self) -> Result<Turn, Failure> {
        // It is never closed.
        let permit = self.turns.clone().acquire_owned().await.map_err(|_| BUSY)?;
        Ok(Turn { _permit: permit })
    }
}

/// What whoever finds no place is told: their own share is full, which `own` names, or every place.
fn sent_away(full: Full, own: Busy) -> Failure {
    match full {
        Full::Own => {
            measure::busy(own);
            Failure::TooMany { retry_after_ms: RETRY_MS }
        }
        Full::All => {
            measure::busy(Busy::SignIns);
            Failure::Busy { retry_after_ms: RETRY_MS }
        }
    }
}

/// A turn to look at one password, or to hash one.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Turn {
    /// Whether a password is the one of a hash; without a hash it takes as long and is not.
    ///
    /// # Errors
    /// [`Undecided`] when the thread that looked broke.
    pub async fn is_right(self, password: String, hash: Option<String>) -> Result<bool, Undecided> {
        let looked = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, also when nobody waits for its outcome any more.
            let _turn = self;
            is_of(&password, hash.as_deref())
        });
        looked.await.map_err(|_| BUSY)
    }

    /// The hash of a password, made beside the threads that serve people.
    ///
    /// # Errors
    /// As [`hash`]; [`Undecided`] when the thread that made it broke.
    pub async fn hash(
        self,
        password: String,
        chance: Chance,
    ) -> Result<Result<String, argon2::password_hash::Error>, Undecided> {
        let made = tokio::task::spawn_blocking(move || {
            let _turn = self;
            hash(&password, &chance)
        });
        made.await.map_err(|_| BUSY)
    }
}

/// Hashes a password. It takes a processor's whole attention: not for a thread that serves people.
///
/// # Errors
/// When the password is longer than [`PASSWORD_MAX`].
pub fn hash(password: &str, chance: &Chance) -> Result<String, argon2::password_hash::Error> {
    hash_at(password, chance, COST)
}

/// Hashes a password of the demonstration, whose passwords are public, in next to no time.
///
/// # Errors
/// As [`hash`].
pub fn demo_hash(password: &str, chance: &Chance) -> Result<String, argon2::password_hash::Error> {
    hash_at(password, chance, DEMO_COST)
}

/// A new password: 100 random bits, in letters and digits that are not taken for others.
pub fn draw(chance: &Chance) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 20] = chance.bytes();
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte & 31)]);
    let groups: Vec<String> =
        bytes.chunks(5).map(|five| five.iter().map(letter).collect()).collect();
    groups.join("-")
}

fn hash_at(
    password: &str,
    chance: &Chance,
    (memory_kib, passes): (u32, u32),
) -> Result<String, argon2::password_hash::Error> {
    if password.len() > PASSWORD_MAX {
        return Err(argon2::password_hash::Error::Password);
    }
    let salt = SaltString::encode_b64(&chance.bytes::<16>())?;
    let params = Params::new(memory_kib, passes, 1, None)?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(hasher.hash_password(password.as_bytes(), &salt)?.to_string())
}

fn is_of(password: &str, hash: Option<&str>) -> bool {
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    password.len() <= PASSWORD_MAX
        && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
        && hash.is_some()
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    const ANYBODY: Asker<'_> = Asker::Stranger(None);

    fn login(number: usize) -> Login {
        format!("till-{number:03}").parse().unwrap()
    }

    fn from(address: &str) -> Asker<'static> {
        Asker::Stranger(Some(address.parse().unwrap()))
    }

    async fn look(passwords: &Passwords, password: &str, hash: Option<&str>) -> bool {
        let turn = passwords.turn(ANYBODY).await.unwrap();
        turn.is_right(password.to_owned(), hash.map(str::to_owned)).await.unwrap()
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let chance = Chance::default();
        let passwords = Passwords::default();
        for hash in
            [hash("correct horse", &chance).unwrap(), demo_hash("correct horse", &chance).unwrap()]
        {
            assert!(hash.starts_with("$argon2id$v=19$m="), "{hash}");
            assert!(look(&passwords, "correct horse", Some(&hash)).await);
            assert!(!look(&passwords, "correct house", Some(&hash)).await);
        }
        assert!(PasswordHash::new(NOBODY).is_ok(), "it is looked at like the others");
        assert!(!look(&passwords, "correct horse", None).await);
        assert!(hash(&"x".repeat(PASSWORD_MAX + 1), &chance).is_err());
    }

    #[tokio::test]
    async fn a_crowd_is_sent_away_and_not_kept_waiting_for_ever() {
        let (passwords, known) = (Passwords::with_turns(1), login(1));
        let busy = Failure::Busy { retry_after_ms: RETRY_MS };
        let all: Vec<_> =
            (0..STRANGERS_MAX).map(|_| passwords.strangers.take(None).unwrap()).collect();
        assert_eq!(passwords.turn(ANYBODY).await.err(), Some(busy.clone()));
        assert!(
            passwords.turn(Asker::Known(&known)).await.is_ok(),
            "those have places of their own"
        );
        drop(all);
        assert!(passwords.turn(ANYBODY).await.is_ok());
        let all: Vec<_> = (0..KNOWN_MAX)
            .map(|number| passwords.known.take(Some(&login(100 + number))).unwrap())
            .collect();
        assert_eq!(passwords.turn(Asker::Known(&known)).await.err(), Some(busy));
        assert!(passwords.turn(ANYBODY).await.is_ok());
        drop(all);
        assert!(passwords.turn(Asker::Known(&known)).await.is_ok());
    }

    #[tokio::test]
    async fn neither_a_block_nor_a_login_takes_every_place() {
        let (passwords, own, other) = (Passwords::with_turns(1), login(1), login(2));
        let inside = passwords.turn(ANYBODY).await.unwrap();
        let too_many = Some(Failure::TooMany { retry_after_ms: RETRY_MS });
        let asks = |asker| Box::pin(passwords.turn(asker));
        let mut waiting = Vec::new();
        for _ in 0..BLOCK_MAX {
            waiting.push(asks(from("198.51.100.0")));
        }
        for _ in 0..LOGIN_MAX {
            waiting.push(asks(Asker::Known(&own)));
        }
        for one in &mut waiting {
            assert!(one.now_or_never().is_none(), "there is a place");
        }
        assert_eq!(asks(from("198.51.100.0")).now_or_never().unwrap().err(), too_many);
        assert_eq!(asks(Asker::Known(&own)).now_or_never().unwrap().err(), too_many);
        for elsewhere in [from("198.51.101.0"), ANYBODY, Asker::Known(&other)] {
            assert!(asks(elsewhere).now_or_never().is_none(), "the place is another's");
        }
        drop(waiting);
        drop(inside);
        assert!(passwords.turn(from("198.51.100.0")).await.is_ok(), "whoever goes away leaves it");
        assert!(passwords.turn(Asker::Known(&own)).await.is_ok());
    }

    #[tokio::test]
    async fn whoever_is_known_waits_for_one_stranger_and_strangers_have_their_turn() {
        let (passwords, own) = (Passwords::with_turns(1), login(1));
        let asks = |asker| Box::pin(passwords.turn(asker));
        let mut inside = passwords.turn(ANYBODY).await.unwrap();
        let mut strangers: Vec<_> = (0..STRANGERS_MAX).map(|_| asks(ANYBODY)).collect();
        for stranger in &mut strangers {
            assert!(stranger.now_or_never().is_none());
        }
        let mut known: Vec<_> = (0..LOGIN_MAX).map(|_| asks(Asker::Known(&own))).collect();
        for one in &mut known {
            assert!(one.now_or_never().is_none());
        }
        // Each goes before the turn goes on; whoever has gone is not asked again.
        let mut strangers = strangers.into_iter();
        let mut first = strangers.next().unwrap();
        drop(inside);
        inside = first.as_mut().now_or_never().expect("who came first goes first").unwrap();
        let mut next = strangers.next().unwrap();
        assert!(next.as_mut().now_or_never().is_none(), "stands in line from now on");
        for one in known {
            drop(inside);
            assert!(next.as_mut().now_or_never().is_none(), "a stranger went before the known");
            inside = one.now_or_never().expect("one stranger was before them").unwrap();
        }
        let mut late = asks(Asker::Known(&own));
        assert!(late.as_mut().now_or_never().is_none());
        drop(inside);
        assert!(late.as_mut().now_or_never().is_none(), "the known who came later");
        assert!(next.as_mut().now_or_never().expect("the stranger's turn").is_ok());
        assert!(late.now_or_never().expect("and now theirs").is_ok());
    }

    #[test]
    fn drawn_passwords_are_long_and_differ() {
        let chance = Chance::default();
        let (one, two) = (draw(&chance), draw(&chance));
        assert_ne!(one, two);
        assert_eq!(one.len(), 23);
        assert!(one.chars().count() >= PASSWORD_MIN);
    }
}
