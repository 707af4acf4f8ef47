//! Passwords of those who work here: argon2id, on a few threads of its own, so that however many people sign in at a
//! till no claim waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::chance::Chance;
use crate::lane::Undecided;

/// The shortest password that is taken, in characters.
pub const PASSWORD_MIN: usize = 12;
/// The longest password that is taken, in bytes.
pub const PASSWORD_MAX: usize = 200;
/// How many wait at once to have their password looked at; more are answered `busy`.
const WAITING_MAX: usize = 64;
/// What whoever is sent away is told.
const BUSY: Undecided = Undecided { retry_after_ms: 2_000 };
/// One in so many processors looks at passwords.
const SHARE: usize = 4;
/// What a hash costs: 19 MiB, two passes, as OWASP asks of argon2id.
const COST: (u32, u32) = (19 * 1024, 2);
/// What a hash of the demonstration costs: its passwords are public.
const DEMO_COST: (u32, u32) = (8, 1);
/// A hash that no password has, for logins that there are not, so that they take as long as the others.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Where passwords are looked at.
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let turns = Arc::new(Semaphore::new((processors / SHARE).max(1)));
        Self { turns, waiting: AtomicUsize::new(0) }
    }
}

impl Passwords {
    /// A turn to look at one password.
    ///
    /// # Errors
    /// [`Undecided`] when too many wait.
    pub async fn turn(&self) -> Result<Turn, Undecided> {
        let _place = Place::take(&self.waiting).ok_or(BUSY)?;
        self.turns
            .clone()
            .acquire_owned()
            .await
            .map(|permit| Turn { _permit: permit })
            .map_err(|_| BUSY)
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

/// A place among those that wait, given back however the waiting ends.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < WAITING_MAX).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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
    use super::*;

    async fn look(passwords: &Passwords, password: &str, hash: Option<&str>) -> bool {
        let turn = passwords.turn().await.unwrap();
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
        let passwords = Passwords::default();
        let all: Vec<_> =
            (0..WAITING_MAX).map(|_| Place::take(&passwords.waiting).unwrap()).collect();
        assert!(passwords.turn().await.is_err());
        drop(all);
        assert!(passwords.turn().await.is_ok());
        assert_eq!(passwords.waiting.load(Ordering::Relaxed), 0);
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
