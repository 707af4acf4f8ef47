//! What the round is doing, in a word.

use domain::round::Phase;
use leptos::prelude::*;

use super::changing::{class, words};
use super::claim_bar::model::ClaimBarModel;
use super::given::given;
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
pub fn PhaseWord() -> impl IntoView {
    let glance = given::<ClaimBarModel>().glance;
    let Glance { gate, server_time, language, .. } = glance.clone();
    let pulse = Pulse::of_page(server_time);
    pulse.listen(Some(&glance));
    view! {
        <p class=class(move || class_of(pulse.phase(gate))) data-testid="phase">
            {words(move || Text(language).phase(pulse.phase(gate)).to_owned())}
        </p>
    }
}
