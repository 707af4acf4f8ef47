//! What people type: the full-width characters of a Chinese input method.

/// The half-width form of a full-width character, the ideographic space among them; every other stays.
pub fn half_width(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        other => other,
    }
}
