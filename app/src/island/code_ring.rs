//! How long the code on the screen is still valid.

use domain::code::STEP_MS;
use domain::language::Language;
use domain::time::{SECOND_MS, Timestamp};
use leptos::prelude::*;

use super::changing::{class, value, words};
use super::countdown::seconds_to;
use super::given::given;
use super::line::{Crosses, Fields, Line};
use super::pulse::Pulse;
use crate::text::Text;

/// The last seconds, in which a till may not be quick enough.
const LOW_S: i64 = 5;
/// The ring's circumference is 100, so that what is left of it needs no style.
const AROUND: i64 = 100;

/// What the ring runs down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeStep {
    /// When the next code follows.
    pub expires_at: Timestamp,
    /// The campaign clock when the page was made.
    pub server_time: Timestamp,
    /// The language.
    pub language: Language,
}

impl Crosses for CodeStep {
    fn write(&self, line: &mut Line) {
        self.expires_at.write(line);
        self.server_time.write(line);
        self.language.write(line);
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            expires_at: Timestamp::read(fields)?,
            server_time: Timestamp::read(fields)?,
            language: Language::read(fields)?,
        })
    }
}

fn dashes(seconds: i64) -> String {
    let mut text = (seconds * AROUND * SECOND_MS / STEP_MS).min(AROUND).to_string();
    text.push_str(" 100");
    text
}

/// The ring that runs down with the code's step; at its end the page's content is loaded again.
#[island]
pub fn CodeRing() -> impl IntoView {
    let CodeStep { expires_at, server_time, language } = given();
    let pulse = Pulse::of_page(server_time);
    let seconds = move || seconds_to(expires_at, pulse.now.get());
    pulse.listen(None);
    let mut asked = false;
    // The digits are what looks at the clock. At the end of the step they ask for the next code, once: while the
    // answer is on its way the clock goes on. A page that fails to load is asked for again.
    let digits = move || {
        let over = seconds() == 0;
        let again = pulse.now.get().millis_since(expires_at) / SECOND_MS % AGAIN_S == 0;
        if over && (!asked || again) {
            super::pulse::refresh_page();
        }
        asked = over;
        if !over && seconds() % LOOK_S == 0 {
            super::pulse::refresh_if_used();
        }
        seconds().to_string()
    };
    let (before, after) = Text(language).code_next();
    view! {
        <p class="code__valid" data-expires-at=expires_at.millis() data-server-time=server_time.millis()>
            <svg
                class=class(move || if seconds() <= LOW_S { "ring ring--low" } else { "ring" })
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
                    stroke-dasharray=value(move || Some(dashes(seconds())))
                ></circle>
            </svg>
            <span>
                {before}
                <span class="code__seconds" data-testid="code-seconds">{words(digits)}</span>
                {after}
            </span>
        </p>
    }
}

/// Seconds after which it is asked again whether the voucher was used.
const LOOK_S: i64 = 3;
/// Seconds after which a page that did not come is asked for again: a slow answer is waited for.
const AGAIN_S: i64 = 10;

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
