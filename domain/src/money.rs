//! Money: whole fen, never a fraction, never below zero.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::typed::{half_width, ungrouped};

/// An amount of money in fen (a hundredth of a yuan), zero or more.
///
/// Arithmetic is checked: a sum that does not fit, or a difference below zero, is `None` and the caller says what
/// that means. At most [`Amount::MAX`], so that any sum of a campaign fits a signed 64-bit column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Amount(i64);

impl Amount {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// One trillion yuan: beyond any appropriation, far from overflow.
    pub const MAX: Self = Self(100_000_000_000_000);

    /// An amount of `fen`, or `None` when it is negative or over [`Amount::MAX`].
    pub const fn from_fen(fen: i64) -> Option<Self> {
        if fen < 0 || fen > Self::MAX.0 { None } else { Some(Self(fen)) }
    }

    /// An amount of yuan as somebody types it: `50`, `50.5`, `¥1,234.00`, `５０．００`. At most two places, and commas
    /// between thousands only.
    pub fn from_yuan(typed: &str) -> Option<Self> {
        let plain = |letter: char| match letter {
            '。' => '.',
            '￥' => '¥',
            other => half_width(other),
        };
        let text: String = typed.chars().map(plain).filter(|letter| *letter != ' ').collect();
        let text = text.trim();
        let text = text.strip_prefix('¥').unwrap_or(text);
        let (yuan, fen) = text.split_once('.').unwrap_or((text, ""));
        let yuan = ungrouped(yuan)?;
        let is_fen = fen.len() <= 2 && fen.bytes().all(|byte| byte.is_ascii_digit());
        if (yuan.is_empty() && fen.is_empty()) || !is_fen {
            return None;
        }
        let number = |part: &str| if part.is_empty() { Ok(0) } else { part.parse::<i64>() };
        let fen = number(fen).ok()? * if fen.len() == 1 { 10 } else { 1 };
        Self::from_fen(number(&yuan).ok()?.checked_mul(100)?.checked_add(fen)?)
    }

    /// The amount in yuan with two places, as a receipt has it: `1,234.50`.
    pub fn receipt(self) -> String {
        format!("{}.{:02}", grouped(self.yuan()), self.rest_fen())
    }

    /// The amount in fen.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// The whole yuan of the amount, without the rest.
    pub const fn yuan(self) -> i64 {
        self.0 / 100
    }

    /// The fen beyond the whole yuan, 0 to 99.
    pub const fn rest_fen(self) -> i64 {
        self.0 % 100
    }

    /// The sum, if it is an amount.
    pub const fn plus(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(fen) => Self::from_fen(fen),
            None => None,
        }
    }

    /// The difference, if it is not below zero.
    pub const fn minus(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(fen) => Self::from_fen(fen),
            None => None,
        }
    }

    /// The amount `count` times, if it is an amount.
    pub const fn times(self, count: i64) -> Option<Self> {
        match self.0.checked_mul(count) {
            Some(fen) => Self::from_fen(fen),
            None => None,
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fen = i64::deserialize(deserializer)?;
        Self::from_fen(fen)
            .ok_or_else(|| serde::de::Error::custom("an amount is 0 to 100000000000000 fen"))
    }
}

/// Yuan with thousands separated, and fen only where there are any: `3,000,000`, `12.50`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(self.yuan()))?;
        if self.rest_fen() == 0 { Ok(()) } else { write!(f, ".{:02}", self.rest_fen()) }
    }
}

/// A whole number with its thousands separated: `60000` becomes `60,000`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
