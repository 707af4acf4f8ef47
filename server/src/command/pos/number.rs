//! Identity numbers of persons who do not exist: each run has citizens of its own.

use crate::chance::Chance;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// A number with a valid check character, by chance.
pub(super) fn invented(chance: &Chance) -> String {
    let drawn = chance.bits();
    let part = |bound: u128, place: u32| (drawn >> (16 * place)) % bound;
    let (year, month, day) = (1930 + part(70, 0), 1 + part(12, 1), 1 + part(28, 2));
    let digits = format!("140502{year:04}{month:02}{day:02}{:03}", part(1_000, 3));
    let digit = |it: char| it.to_digit(10).unwrap_or_default();
    let sum: u32 = digits.chars().map(digit).zip(WEIGHTS).map(|(it, weight)| it * weight).sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize).unwrap_or('0');
    format!("{digits}{check}")
}
