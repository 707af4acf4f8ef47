//! The countdown: to the opening, then to the close. It asks the same function as the gate on the server.

use domain::round::Phase;
use domain::time::{SECOND_MS, Timestamp, Window};
use leptos::prelude::*;

use super::changing::{class, hidden, value, words};
use super::claim_bar::model::ClaimBarModel;
use super::given::given;
use super::glance::Glance;
use super::pulse::Pulse;
use crate::text::Text;

/// How many of the last seconds are warm.
pub(super) const LAST_S: i64 = 10;
/// How many minutes before the opening it is said aloud. The last ten seconds and the opening are said by the claim
/// bar's own status, so that no two voices speak within ten seconds.
const ANNOUNCED_MIN: [i64; 3] = [10, 5, 1];

/// Whole seconds from `now` to `target`: the last one counts until it is over.
pub(super) fn seconds_to(target: Timestamp, now: Timestamp) -> i64 {
    let ms = target.millis_since(now).max(0);
    ms / SECOND_MS + i64::from(ms % SECOND_MS != 0)
}

/// Days, hours, minutes and seconds.
pub(super) const fn parts(seconds: i64) -> [i64; 4] {
    [seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60]
}

/// Two digits.
pub(super) fn padded(number: i64) -> String {
    let mut text = if number < 10 { String::from("0") } else { String::new() };
    text.push_str(&number.to_string());
    text
}

/// The number of minutes that is to be said when the seconds went from `before` to `now`.
fn announced(before: i64, now: i64) -> Option<i64> {
    ANNOUNCED_MIN.into_iter().find(|minutes| before > minutes * 60 && now <= minutes * 60)
}

/// What the countdown shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shown {
    /// Whether it runs to the opening; else to the close.
    ahead: bool,
    /// The seconds left; none after the close.
    seconds: Option<i64>,
}

fn shown(phase: Phase, window: Window, now: Timestamp) -> Shown {
    let ahead = now < window.opens_at();
    let target = if ahead { window.opens_at() } else { window.closes_at() };
    let over = phase == Phase::Closed || phase == Phase::Stopped;
    Shown { ahead, seconds: (!over).then(|| seconds_to(target, now)) }
}

/// The countdown of a round.
#[island]
pub fn Countdown() -> impl IntoView {
    let ClaimBarModel { glance, said, .. } = given();
    let Glance { gate, server_time, language, .. } = glance.clone();
    let (text, window) = (Text(language), gate.window);
    let pulse = Pulse::of_page(server_time);
    pulse.listen(Some(&glance));
    let shown = move || shown(pulse.phase(gate), window, pulse.now.get());
    let (mut before, mut spoken) = (None, String::new());
    let announcement = move || {
        let Shown { ahead, seconds } = shown();
        let seconds = seconds.filter(|_| ahead);
        let minutes = before.zip(seconds).and_then(|(before, now)| announced(before, now));
        if let Some(minutes) = minutes {
            spoken = text.countdown_announcement(minutes);
        }
        before = seconds;
        spoken.clone()
    };
    // A page that was open before the round keeps its large digits, so that the button does not move away from under
    // a finger at the very moment when it appears.
    let quiet = server_time >= window.opens_at();
    let label = move || if shown().ahead { said.opens.clone() } else { said.closes.clone() };
    let name = label.clone();
    view! {
        <div
            class=if quiet { "round__section countdown-line" } else { "round__section" }
            hidden=hidden(move || shown().seconds.is_none())
            data-opens-at=window.opens_at().millis()
            data-closes-at=window.closes_at().millis()
            data-server-time=server_time.millis()
        >
            <p class="countdown__label">{words(label)}</p>
            <div class=class(move || class_of(quiet, shown()))
                role="timer"
                data-testid="countdown"
                aria-label=value(move || Some(name()))
            >
                {[0, 1, 2, 3].map(|index| cell(text, quiet, index, move || shown().seconds))}
            </div>
            <p class="visually-hidden" role="status">{words(announcement)}</p>
        </div>
    }
}

const fn class_of(quiet: bool, shown: Shown) -> &'static str {
    match shown {
        _ if quiet => "countdown countdown--quiet",
        Shown { ahead: true, seconds: Some(..=LAST_S) } => "countdown countdown--last",
        Shown { .. } => "countdown",
    }
}

/// A number and its unit: days (where there are any), hours, minutes or seconds.
fn cell(
    text: Text,
    quiet: bool,
    index: usize,
    seconds: impl Fn() -> Option<i64> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let number = move || parts(seconds().unwrap_or(0))[index];
    let digits = move || if quiet { number().to_string() } else { padded(number()) };
    let unit = match index {
        0 => text.countdown_days(),
        1 => text.countdown_hours(),
        2 => text.countdown_minutes(),
        _ => text.countdown_seconds(),
    };
    view! {
        <span class="countdown__cell" hidden=hidden(move || index == 0 && number() == 0)>
            <span class="countdown__digits">{words(digits)}</span>
            <span class="countdown__unit">{unit}</span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn the_last_second_counts_until_it_is_over() {
        assert_eq!(seconds_to(at(10_000), at(0)), 10);
        assert_eq!(seconds_to(at(10_000), at(1)), 10);
        assert_eq!(seconds_to(at(10_000), at(9_999)), 1);
        assert_eq!(seconds_to(at(10_000), at(10_000)), 0);
        assert_eq!(seconds_to(at(10_000), at(20_000)), 0);
    }

    #[test]
    fn the_countdown_turns_with_the_gate() {
        let window = Window::new(at(10_000), at(20_000)).expect("a window");
        assert_eq!(
            shown(Phase::Upcoming, window, at(9_999)),
            Shown { ahead: true, seconds: Some(1) }
        );
        assert_eq!(
            shown(Phase::Open, window, at(10_000)),
            Shown { ahead: false, seconds: Some(10) }
        );
        assert_eq!(shown(Phase::Closed, window, at(20_000)), Shown { ahead: false, seconds: None });
    }

    #[test]
    fn each_announcement_is_made_once() {
        assert_eq!(announced(601, 600), Some(10));
        assert_eq!(announced(600, 599), None);
        assert_eq!(announced(400, 290), Some(5), "a device that slept");
        assert_eq!(announced(61, 60), Some(1));
    }

    #[test]
    fn three_days_twelve_minutes_thirty_six_seconds() {
        assert_eq!(parts(3 * 86_400 + 12 * 60 + 36).map(padded), ["03", "00", "12", "36"]);
    }
}
