//! How long the code on the screen is still valid.

#![expect(missing_docs, reason = "the macro makes a struct for the properties without one")]

use domain::code::STEP_MS;
use domain::language::Language;
use domain::time::{SECOND_MS, Timestamp};
use leptos::prelude::*;

use super::countdown::seconds_to;
use super::pulse::Pulse;
use crate::text::Text;

/// The last seconds, in which a till may not be quick enough.
const LOW_S: i64 = 5;
/// The ring's circumference is 100, so that what is left of it needs no style.
const AROUND: i64 = 100;

fn dashes(seconds: i64) -> String {
    let mut text = (seconds * AROUND * SECOND_MS / STEP_MS).min(AROUND).to_string();
    text.push_str(" 100");
    text
}

/// The ring that runs down with the code's step; at its end the page's content is loaded again.
#[island]
pub fn CodeRing(
    /// When the next code follows.
    expires_at: Timestamp,
    /// The campaign clock when the page was made.
    server_time: Timestamp,
    /// The language.
    language: Language,
) -> impl IntoView {
    let pulse = Pulse::of_page(server_time);
    let root = NodeRef::<leptos::html::P>::new();
    let seconds = move || seconds_to(expires_at, pulse.now.get());
    pulse.listen(Box::new(move || root.get().map(Into::into)), None);
    Effect::new(move |asked: Option<bool>| {
        // Once: while the answer is on its way the clock goes on. A page that fails to load is asked for again.
        let over = seconds() == 0;
        let again = pulse.now.get().millis_since(expires_at) / SECOND_MS % AGAIN_S == 0;
        if over && (asked != Some(true) || again) {
            super::pulse::refresh_page();
        }
        over
    });
    let (before, after) = Text(language).code_next();
    view! {
        <p node_ref=root class="code__valid" data-expires-at=expires_at.millis() data-server-time=server_time.millis()>
            <svg
                class=move || if seconds() <= LOW_S { "ring ring--low" } else { "ring" }
                viewBox="0 0 36 36"
                aria-hidden="true"
                focusable="false"
            >
                <circle class="ring__track" cx="18" cy="18" r="15.9155"></circle>
                <circle
                    class="ring__left"
                    cx="18"
                    cy="18"
                    r="15.9155"
                    stroke-dasharray=move || dashes(seconds())
                ></circle>
            </svg>
            <span>
                {before}
                <span class="code__seconds" data-testid="code-seconds">{move || seconds().to_string()}</span>
                {after}
            </span>
        </p>
    }
}

/// Seconds after which a page that did not come is asked for again.
const AGAIN_S: i64 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_is_whole_at_the_start_and_gone_at_the_end() {
        assert_eq!(dashes(30), "100 100");
        assert_eq!(dashes(22), "73 100");
        assert_eq!(dashes(0), "0 100");
        assert_eq!(dashes(45), "100 100", "a clock that is behind");
    }
}
