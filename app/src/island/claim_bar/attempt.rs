//! Asking until there is an answer: the same key, longer and longer pauses, spread by chance.

/// The longest pause.
const PAUSE_MAX_MS: u32 = 30_000;
/// The pause before the first repetition is at most this.
const PAUSE_FIRST_MS: u32 = 600;
/// A person should be able to read why before it is over.
const PAUSE_MIN_MS: u32 = 300;

/// How long to wait before the request is sent again: what the server asked for, and on top of it a part by chance
/// (`chance` from 0 to 1) of a span that doubles each time. Never over thirty seconds, unless the server asked so.
pub(super) fn pause_ms(repetition: u32, asked_ms: u32, chance: f64) -> u32 {
    let span = PAUSE_FIRST_MS.saturating_mul(1 << repetition.min(10)).min(PAUSE_MAX_MS);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of at most thirty seconds"
    )]
    let part = (f64::from(span) * chance) as u32;
    let limit = PAUSE_MAX_MS.max(asked_ms);
    asked_ms.saturating_add(part).clamp(PAUSE_MIN_MS, limit)
}

/// How often the request was sent again before a pause, by its turn: requests and pauses take turns, and a page that
/// comes with an undecided request begins with a pause.
pub(super) const fn repetition(turn: u32) -> u32 {
    turn.saturating_sub(1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_and_its_pause_are_one_repetition() {
        // Sent, paused, sent, paused; or first paused.
        assert_eq!([2, 4, 6].map(repetition), [0, 1, 2]);
        assert_eq!([1, 3, 5].map(repetition), [0, 1, 2]);
    }

    #[test]
    fn the_server_s_word_is_honoured() {
        for repetition in 0..40 {
            assert!(pause_ms(repetition, 2_000, 0.0) >= 2_000);
            assert!(pause_ms(repetition, 45_000, 0.9) >= 45_000);
        }
    }

    #[test]
    fn pauses_grow_and_stay_under_half_a_minute() {
        assert!(pause_ms(0, 0, 0.99) <= PAUSE_FIRST_MS);
        assert!(pause_ms(3, 0, 0.99) > pause_ms(2, 0, 0.99));
        assert_eq!(pause_ms(40, 5_000, 0.999), PAUSE_MAX_MS);
        assert_eq!(pause_ms(0, 0, 0.0), PAUSE_MIN_MS);
    }
}
