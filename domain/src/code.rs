//! The rotating code of a voucher: a step of thirty seconds, a payload for the QR code, twelve digits for typing.
//! Which key authenticates a payload is the server's business; what is authenticated is said here.

use std::fmt;
use std::str::FromStr;

use crate::id::{NotAnId, VoucherId};
use crate::time::{SECOND_MS, Timestamp};
use crate::typed::half_width;

/// How long after its end a code is told to be expired, and not unknown, in milliseconds.
pub const REMEMBERED_MS: i64 = 10 * 60 * SECOND_MS;

/// How long one code is shown, in milliseconds.
pub const STEP_MS: i64 = 30 * SECOND_MS;

/// A step of thirty seconds, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step(i64);

impl Step {
    /// The step that contains `now`.
    pub const fn at(now: Timestamp) -> Self {
        Self(now.millis().div_euclid(STEP_MS))
    }

    /// The step of a number that this product wrote itself.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The step of a number that somebody else wrote; none beyond the calendar.
    pub const fn written(number: i64) -> Option<Self> {
        if number < 0 || number >= Timestamp::LAST.millis() / STEP_MS - 2 {
            None
        } else {
            Some(Self(number))
        }
    }

    /// The number of the step.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The step before: its code is taken until this one ends.
    #[must_use]
    pub const fn before(self) -> Self {
        Self(self.0 - 1)
    }

    /// The first instant after the step: until then the code is shown.
    pub const fn ends_at(self) -> Timestamp {
        Timestamp::from_millis((self.0 + 1) * STEP_MS)
    }

    /// Until when a till takes the code: one step of skew after it was shown.
    pub const fn taken_until(self) -> Timestamp {
        Timestamp::from_millis((self.0 + 2) * STEP_MS)
    }

    /// What a code of this step is worth at `now`. Clocks of several servers differ, so one step ahead is taken too.
    pub fn freshness(self, now: Timestamp) -> Freshness {
        let ahead = self.0 - Self::at(now).0;
        let over_ms = now.millis_since(self.taken_until());
        match ahead {
            2.. => Freshness::Unknown,
            -1..=1 => Freshness::Good,
            _ if over_ms < REMEMBERED_MS => Freshness::Expired,
            _ => Freshness::Unknown,
        }
    }
}

/// What a shown code is worth at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// A till takes it.
    Good,
    /// Its time is over, by no more than ten minutes.
    Expired,
    /// It is as if it had never been shown.
    Unknown,
}

/// What a till read or somebody typed: a payload or digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// Scanned.
    Payload(Payload),
    /// Typed.
    Digits(Digits),
}

/// The longest code that is read, in bytes, spaces and all.
pub const CODE_BYTES_MAX: usize = 200;

impl FromStr for Code {
    type Err = NotAnId;

    /// Full-width characters are taken for half-width ones; spaces are ignored.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() > CODE_BYTES_MAX {
            return Err(NotAnId);
        }
        let plain = plain(text);
        if plain.starts_with("JQ") {
            plain.parse().map(Self::Payload)
        } else {
            plain.parse().map(Self::Digits)
        }
    }
}

/// A code as it is read, whichever way somebody typed it: in half-width characters, without spaces.
pub fn plain(text: &str) -> String {
    text.chars().map(half_width).filter(|character| !character.is_whitespace()).collect()
}

/// The most digits that a merchant may get wrong on one Beijing day. With [`Digits::LIVE_MAX`] live among
/// [`Digits::COUNT`], a day of guessing succeeds with a probability of at most 120 × 80,000 ÷ 10¹² < 10⁻⁵.
pub const WRONG_TRIES_MAX: u32 = 120;

/// What the payload's 128-bit tag authenticates: this voucher, in this step.
pub fn authenticated_bytes(voucher: VoucherId, step: Step) -> Vec<u8> {
    format!("jinquan-code-1\n{voucher}\n{}", step.number()).into_bytes()
}

/// The payload of the QR code: the voucher, the step and a 128-bit tag, in characters of QR's alphanumeric mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The voucher.
    pub voucher: VoucherId,
    /// The step in which it is shown.
    pub step: Step,
    /// The tag, by the server's key.
    pub tag: u128,
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JQ1-{}-{:X}-{:032X}", self.voucher, self.step.number(), self.tag)
    }
}

impl FromStr for Payload {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let mut parts = text.strip_prefix("JQ1-").ok_or(NotAnId)?.rsplitn(3, '-');
        let mut next = || parts.next().ok_or(NotAnId);
        let (tag, step, voucher) = (next()?, next()?, next()?);
        let number = i64::from_str_radix(step, 16).map_err(|_| NotAnId)?;
        let payload = Self {
            voucher: voucher.parse()?,
            step: Step::written(number).ok_or(NotAnId)?,
            tag: u128::from_str_radix(tag, 16).map_err(|_| NotAnId)?,
        };
        if payload.to_string() == text { Ok(payload) } else { Err(NotAnId) }
    }
}

/// The digits of a code: twelve, for typing. Live only once shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digits(u64);

impl Digits {
    /// How many different codes there are.
    pub const COUNT: u64 = 1_000_000_000_000;
    /// The most that are live in the city at one time: what bounds a guess (10⁻⁵ per attacker and day).
    pub const LIVE_MAX: u32 = 80_000;

    /// The digits of a random number below [`Digits::COUNT`].
    pub const fn from_number(number: u64) -> Option<Self> {
        if number < Self::COUNT { Some(Self(number)) } else { None }
    }

    /// In groups of four, as they are shown.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        format!("{} {} {}", &text[..4], &text[4..8], &text[8..])
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl FromStr for Digits {
    type Err = NotAnId;

    /// Spaces are ignored.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let plain: String = text.chars().filter(|character| *character != ' ').collect();
        if plain.len() != 12 || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotAnId);
        }
        plain.parse().ok().and_then(Self::from_number).ok_or(NotAnId)
    }
}
