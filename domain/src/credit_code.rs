//! The unified social credit code (統一社會信用代碼), GB 32100-2015: checked and normalised (R16). It carries in its
//! places 9 to 17 the organisation code of GB 11714, with a check character of its own.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::typed::half_width;

/// The characters of a code in the order of their values: digits, and letters without I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// The weights of the organisation code's first eight characters (GB 11714).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
/// The length of a code.
pub const LENGTH: usize = 18;

/// A credit code in its one normal form: 18 characters, upper case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CreditCode(String);

/// Why a text is not a credit code: the first fault that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotACreditCode {
    /// It has not 18 characters.
    #[error("a credit code has 18 characters")]
    Length,
    /// A character cannot stand at its place: I, O, S, V and Z never, letters not among the digits of the division.
    #[error("a character that no credit code has at that place")]
    Character,
    /// The check character of the organisation code in it (place 17) is wrong.
    #[error("the check character at place 17 is wrong")]
    Organisation,
    /// The last character, which checks the whole, is wrong.
    #[error("the check character is wrong")]
    Check,
}

impl CreditCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code that begins with these sixteen characters: for samples, whose codes are invented.
    ///
    /// # Errors
    /// When they cannot be the beginning of a code.
    pub fn complete(sixteen: &str) -> Result<Self, NotACreditCode> {
        if sixteen.len() != LENGTH - 2 || !sixteen.is_ascii() {
            return Err(NotACreditCode::Length);
        }
        let organisation = char::from(organisation_check(&sixteen.as_bytes()[8..]));
        let seventeen = format!("{sixteen}{organisation}");
        let values = seventeen.chars().map(value).collect::<Option<Vec<_>>>();
        let last = check(&values.ok_or(NotACreditCode::Character)?);
        format!("{seventeen}{}", char::from(ALPHABET[last as usize])).parse()
    }

    /// The division that registered it: six digits (GB/T 2260).
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CreditCode {
    type Err = NotACreditCode;

    /// Full-width characters become ASCII, spaces and hyphens go, small letters become capitals.
    fn from_str(text: &str) -> Result<Self, NotACreditCode> {
        let code: String = text.chars().filter_map(normal).take(LENGTH + 1).collect();
        if code.chars().count() != LENGTH {
            return Err(NotACreditCode::Length);
        }
        let values: Vec<u32> =
            code.chars().map(value).collect::<Option<_>>().ok_or(NotACreditCode::Character)?;
        if values[2..8].iter().any(|value| *value > 9) {
            return Err(NotACreditCode::Character);
        }
        if code.as_bytes()[16] != organisation_check(&code.as_bytes()[8..16]) {
            return Err(NotACreditCode::Organisation);
        }
        if values[17] != check(&values[..17]) {
            return Err(NotACreditCode::Check);
        }
        Ok(Self(code))
    }
}

impl<'de> Deserialize<'de> for CreditCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The character as a code has it; `None` drops a space or a hyphen.
fn normal(character: char) -> Option<char> {
    let ascii = half_width(character);
    (!ascii.is_whitespace() && ascii != '-').then(|| ascii.to_ascii_uppercase())
}

/// The value of a character, 0 to 30.
fn value(character: char) -> Option<u32> {
    let place = ALPHABET.iter().position(|known| char::from(*known) == character)?;
    u32::try_from(place).ok()
}

/// The value of the last character: with it the weighted sum is a multiple of 31. The weights are the powers of 3.
fn check(values: &[u32]) -> u32 {
    let (sum, _) = values
        .iter()
        .fold((0, 1), |(sum, weight), value| ((sum + value * weight) % 31, weight * 3 % 31));
    (31 - sum) % 31
}

/// The ninth character of an organisation code: digits and letters count from 0 to 35 here (GB 11714).
fn organisation_check(eight: &[u8]) -> u8 {
    let value = |character: u8| match character {
        b'0'..=b'9' => u32::from(character - b'0'),
        _ => u32::from(character.saturating_sub(b'A')) + 10,
    };
    let sum: u32 =
        eight.iter().zip(ORGANISATION_WEIGHTS).map(|(it, weight)| value(*it) * weight).sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        // 1 to 9.
        other => b'0' + u8::try_from(other).unwrap_or_default(),
    }
}
