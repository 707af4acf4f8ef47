//! What the round is doing, in a word.

#![expect(missing_docs, reason = "the macro makes a struct for the properties without one")]

use domain::round::Phase;
use leptos::prelude::*;

use super::glance::Glance;
use super::pulse::Pulse;
use crate::text::Text;

const fn class_of(phase: Phase) -> &'static str {
    match phase {
        Phase::Closed => "phase phase--closed",
        Phase::Stopped => "phase phase--stopped",
        Phase::Upcoming => "phase phase--upcoming",
        Phase::Paused => "phase phase--paused",
        Phase::SoldOut => "phase phase--sold-out",
        Phase::Open => "phase phase--open",
    }
}

/// The phase of a round, at the head of its card.
#[island]
pub fn PhaseWord(
    /// The round.
    glance: Glance,
) -> impl IntoView {
    let Glance { gate, server_time, language, .. } = glance;
    let pulse = Pulse::of_page(server_time);
    let root = NodeRef::<leptos::html::P>::new();
    pulse.listen(Box::new(move || root.get().map(Into::into)), Some(&glance));
    view! {
        <p node_ref=root class=move || class_of(pulse.phase(gate)) data-testid="phase">
            {move || Text(language).phase(pulse.phase(gate))}
        </p>
    }
}
