//! What people type: the full-width characters of a Chinese input method, and thousands with separators.

/// The half-width form of a full-width character, the ideographic space among them; every other stays.
pub(crate) fn half_width(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        other => other,
    }
}

/// The digits of a whole number whose thousands may be separated: of `1,234` they are `1234`. `None` where a comma does
/// not part groups of three, as in `45,50`: nobody knows whether that is a decimal comma.
pub(crate) fn ungrouped(typed: &str) -> Option<String> {
    let is_grouped = typed.split_once(',').is_none_or(|(first, rest)| {
        (1..=3).contains(&first.len()) && rest.split(',').all(|group| group.len() == 3)
    });
    let digits = typed.replace(',', "");
    (is_grouped && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}
