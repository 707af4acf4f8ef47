//! The countdown: to the opening, then to the close. It asks the same function as the gate on the server.

#![expect(missing_docs, reason = "the macro makes a struct for the properties without one")]

use domain::id::RoundId;
use domain::language::Language;
use domain::round::{Gate, Phase};
use domain::time::{SECOND_MS, Timestamp, Window};
use leptos::prelude::*;

use super::pulse::{Pulse, Wish};
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
pub fn Countdown(
    /// The round.
    round: RoundId,
    /// What its phase follows from.
    gate: Gate,
    /// The campaign clock when the page was made.
    server_time: Timestamp,
    /// The language.
    language: Language,
) -> impl IntoView {
    let (text, window) = (Text(language), gate.window);
    let pulse = Pulse::of_page(server_time);
    let root = NodeRef::<leptos::html::Div>::new();
    let said = RwSignal::new(String::new());
    let shown = Memo::new(move |_| shown(pulse.phase(gate), window, pulse.now.get()));
    let wish = Wish { round: Some(round), window: Some(window), server_time };
    pulse.listen(move || root.get().map(Into::into), wish);
    Effect::new(move |before: Option<Option<i64>>| {
        let seconds = shown.get().seconds.filter(|_| shown.get().ahead);
        if let (Some(Some(before)), Some(now)) = (before, seconds) {
            if let Some(minutes) = announced(before, now) {
                said.set(text.countdown_announcement(minutes));
            }
        }
        seconds
    });
    let label = Memo::new(move |_| match shown.get().ahead {
        true => text.countdown_opens(window.opens_at(), server_time),
        false => text.countdown_closes(window.closes_at(), server_time),
    });
    let part = move |index: usize| {
        let Shown { ahead, seconds } = shown.get();
        let number = parts(seconds.unwrap_or(0))[index];
        if ahead { padded(number) } else { number.to_string() }
    };
    let last = move || shown.get().ahead && shown.get().seconds.is_some_and(|seconds| seconds <= LAST_S);
    let no_days = move || parts(shown.get().seconds.unwrap_or(0))[0] == 0;
    view! {
        <div
            node_ref=root
            class="round__section"
            class=("countdown-line", move || !shown.get().ahead)
            hidden=move || shown.get().seconds.is_none()
            data-opens-at=window.opens_at().millis()
            data-closes-at=window.closes_at().millis()
            data-server-time=server_time.millis()
        >
            <p class="countdown__label">{label}</p>
            <div
                class="countdown"
                class=("countdown--quiet", move || !shown.get().ahead)
                class=("countdown--last", last)
                role="timer"
                data-testid="countdown"
                aria-label=label
            >
                <span class="countdown__cell" hidden=no_days>
                    <span class="countdown__digits">{move || part(0)}</span>
                    <span class="countdown__unit">{text.countdown_days()}</span>
                </span>
                <span class="countdown__cell">
                    <span class="countdown__digits">{move || part(1)}</span>
                    <span class="countdown__unit">{text.countdown_hours()}</span>
                </span>
                <span class="countdown__cell">
                    <span class="countdown__digits">{move || part(2)}</span>
                    <span class="countdown__unit">{text.countdown_minutes()}</span>
                </span>
                <span class="countdown__cell">
                    <span class="countdown__digits">{move || part(3)}</span>
                    <span class="countdown__unit">{text.countdown_seconds()}</span>
                </span>
            </div>
            <p class="visually-hidden" role="status">{said}</p>
        </div>
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
        assert_eq!(shown(Phase::Upcoming, window, at(9_999)), Shown { ahead: true, seconds: Some(1) });
        assert_eq!(shown(Phase::Open, window, at(10_000)), Shown { ahead: false, seconds: Some(10) });
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
