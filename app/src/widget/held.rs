//! What became of a claim that risk control held, said to the person whose it is: in words, until when, and what to do.

use domain::id::ClaimId;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::moment;
use crate::art;
use crate::text::Text;

/// A claim that is held, or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The desk decides by that instant.
    Waits(Timestamp),
    /// The desk said no.
    Refused,
    /// Nobody decided in time.
    Lapsed,
}

/// What the page script asks until the claim is decided: the value of `data-awaits`.
pub fn state_path(claim: ClaimId) -> String {
    format!("/wallet/claims/{claim}/state")
}

/// The notice. `now` is the campaign clock when the page was made.
pub fn notice(held: Held, now: Timestamp, text: Text) -> AnyView {
    let (title, next, appeal) = match held {
        Held::Waits(_) => (text.held_title(), text.held_next(), Some(text.held_appeal())),
        Held::Refused => {
            (text.held_refused_title(), text.held_refused_next(), Some(text.held_refused_appeal()))
        }
        Held::Lapsed => (text.held_lapsed_title(), text.held_lapsed_next(), None),
    };
    let until = match held {
        Held::Waits(by) => Some(view! {
            <p class="notice__next" data-testid="decide-by">
                {moment::around(text.held_until(), moment::time(by, text.done_by(by, Some(now))))}
            </p>
        }),
        Held::Refused | Held::Lapsed => None,
    };
    let appeal = appeal.map(|words| {
        view! { <p class="notice__next"><a class="link-button" href="/me/appeals">{words}</a></p> }
    });
    let state = match held {
        Held::Waits(_) => "waits",
        Held::Refused => "refused",
        Held::Lapsed => "lapsed",
    };
    view! {
        <div class="notice notice--warn" data-testid="held" data-held=state>
            {art::attention()}
            <div>
                <p class="notice__reason">{title}</p>
                {until}
                <p class="notice__next">{next}</p>
                {appeal}
            </div>
        </div>
    }
    .into_any()
}
