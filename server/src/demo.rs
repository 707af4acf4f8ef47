//! The demonstration: invented persons, and rounds that open a minute after the first start. Without `--demo` none of
//! this exists.

pub mod merchant;
pub mod staff;

use app::page::sign_in::SampleCitizen;
use domain::id::{EntranceId, RoundId};
use domain::round::Round;
use domain::time::{Timestamp, Window};

use crate::hall::DemoEntrance;

/// How long after the first start the first round opens, in milliseconds.
const OPENS_AFTER_MS: i64 = 60_000;
/// How many calendar days the first round has.
const DAYS: i64 = 7;

/// Invented persons with valid numbers of the city's divisions.
const CITIZENS: [(&str, &str); 8] = [
    ("陳秋菊", "140502196809150029"),
    ("李建國", "140525195503120011"),
    ("王小芳", "140581199207080122"),
    ("張志強", "140522198501200215"),
    ("趙雪梅", "140524197805030145"),
    ("劉一鳴", "140521200106190057"),
    ("郭玉蘭", "140502194802270221"),
    ("段宇航", "140502199911110318"),
];

/// The campaign of the demonstration.
pub const CAMPAIGN: &str = include_str!("../../campaigns/jincheng-2020.toml");

/// What the press reported of the programmes before it.
pub const HISTORY: &str = include_str!("../../campaigns/history/jincheng-2020.csv");

/// The invented persons.
pub fn citizens() -> Vec<SampleCitizen> {
    CITIZENS
        .into_iter()
        .map(|(name, number)| SampleCitizen {
            name: name.to_owned(),
            identity_number: number.to_owned(),
        })
        .collect()
}

/// Who can be met in the demonstration. The keys of its merchants follow from the secret.
pub fn entrance(till_secret: [u8; 32]) -> DemoEntrance {
    DemoEntrance { citizens: citizens(), till_secret, staff: staff::staff() }
}

/// The demonstration entrance, as accounts name it. No real entrance may be called so.
///
/// # Panics
/// Never: the text is an identifier.
#[expect(clippy::expect_used, reason = "the text is an identifier")]
pub fn entrance_id() -> EntranceId {
    "demo".parse().expect("an identifier")
}

/// The windows that begin with the first round a minute from `now`, and by how much they were shifted. The first round
/// closes at the Beijing midnight that gives it seven calendar days; later ones keep their distance to its end.
pub fn shifted(rounds: &[Round], now: Timestamp) -> Option<(i64, Vec<(RoundId, Window)>)> {
    let first = rounds.iter().min_by_key(|round| round.window.opens_at())?;
    let opens_at = now.plus_millis(OPENS_AFTER_MS);
    let closes_at = opens_at.beijing_day().plus_days(DAYS).start();
    let shift_ms = closes_at.millis_since(first.window.closes_at());
    let windows = rounds.iter().filter_map(|round| {
        let window = if round.id == first.id {
            Window::new(opens_at, closes_at)
        } else {
            Window::new(
                round.window.opens_at().plus_millis(shift_ms),
                round.window.closes_at().plus_millis(shift_ms),
            )
        };
        Some((round.id.clone(), window?))
    });
    Some((shift_ms, windows.collect()))
}
