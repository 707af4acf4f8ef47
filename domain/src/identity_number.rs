//! The resident identity number, GB 11643: checked and normalised. It is never stored; the server keeps a keyed hash
//! of the normalised form (R1).

use jiff::civil::Date;

use crate::typed::half_width;

/// The weights of the first seventeen digits (ISO 7064, MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character for each remainder of the weighted sum.
const CHECK: [u8; 11] = *b"10X98765432";

/// A valid resident identity number in its one normal form: 18 characters, upper-case X.
///
/// It has no `Debug` and no `Display`, so that it cannot slip into a log (invariant 6).
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber(String);

/// A text that is not a valid resident identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid resident identity number")]
pub struct NotAnIdentityNumber;

impl IdentityNumber {
    /// Checks `text` and brings it to the normal form: full-width characters to ASCII, spaces dropped, `x` to `X`,
    /// fifteen digits (before 1999) to eighteen. `today` bounds the date of birth: nobody is born tomorrow.
    ///
    /// # Errors
    /// When the length, a character, the division, the date of birth or the check character is wrong.
    pub fn parse(text: &str, today: Date) -> Result<Self, NotAnIdentityNumber> {
        let plain: String = text.chars().filter_map(to_ascii).collect();
        let number = match plain.len() {
            15 => lengthen(&plain)?,
            18 => plain,
            _ => return Err(NotAnIdentityNumber),
        };
        let bytes = number.as_bytes();
        let valid = bytes[..17].iter().all(u8::is_ascii_digit)
            && (b'1'..=b'8').contains(&bytes[0])
            && born(&number).is_some_and(|date| date.year() >= 1880 && date <= today)
            && bytes[17] == check_character(&number[..17]);
        if valid { Ok(Self(number)) } else { Err(NotAnIdentityNumber) }
    }

    /// The normal form, for the keyed hash alone.
    pub fn normalised(&self) -> &str {
        &self.0
    }

    /// The code of the county-level division of first registration: six digits (GB/T 2260).
    pub fn division(&self) -> &str {
        &self.0[..6]
    }
}

/// The ASCII character for a half- or full-width one; `None` drops a space. Others stay, and are refused later.
fn to_ascii(character: char) -> Option<char> {
    let ascii = half_width(character);
    (ascii != ' ').then(|| ascii.to_ascii_uppercase())
}

/// The eighteen-character form of a fifteen-digit number: the century is the twentieth.
fn lengthen(old: &str) -> Result<String, NotAnIdentityNumber> {
    if !old.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotAnIdentityNumber);
    }
    let mut number = format!("{}19{}", &old[..6], &old[6..]);
    number.push(char::from(check_character(&number)));
    Ok(number)
}

/// The check character for the first seventeen digits.
fn check_character(digits: &str) -> u8 {
    let sum: u32 =
        digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECK[(sum % 11) as usize]
}

/// The date of birth, if the calendar has it.
fn born(number: &str) -> Option<Date> {
    let part = |range: std::ops::Range<usize>| number[range].parse::<i16>().ok();
    let (month, day) = (i8::try_from(part(10..12)?).ok()?, i8::try_from(part(12..14)?).ok()?);
    Date::new(part(6..10)?, month, day).ok()
}
