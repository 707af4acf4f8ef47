//! What the round is doing, in a word.

#![expect(missing_docs, reason = "the macro makes a struct for the properties without one")]

use domain::id::RoundId;
use domain::language::Language;
use domain::round::{Gate, Phase};
use domain::time::Timestamp;
use leptos::prelude::*;

use super::pulse::{Pulse, Wish};
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
    round: RoundId,
    /// What its phase follows from.
    gate: Gate,
    /// The campaign clock when the page was made.
    server_time: Timestamp,
    /// The language.
    language: Language,
) -> impl IntoView {
    let pulse = Pulse::of_page(server_time);
    let root = NodeRef::<leptos::html::P>::new();
    let wish = Wish { round: Some(round), window: Some(gate.window), server_time };
    pulse.listen(move || root.get().map(Into::into), wish);
    let phase = Memo::new(move |_| pulse.phase(gate));
    view! {
        <p node_ref=root class=move || class_of(phase.get()) data-testid="phase">
            {move || Text(language).phase(phase.get())}
        </p>
    }
}
