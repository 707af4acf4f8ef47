//! How many packs are left.

#![expect(missing_docs, reason = "the macro makes a struct for the properties without one")]

use domain::id::RoundId;
use domain::language::Language;
use domain::money::grouped;
use domain::round::Gate;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::pulse::{Pulse, Wish};
use crate::text::Text;

/// Almost out: one in so many is left.
const LOW_PART: u32 = 20;

/// Whether few are left, but some.
pub(super) const fn is_low(remaining: u32, stock: u32) -> bool {
    remaining > 0 && remaining <= stock / LOW_PART
}

/// What is left of a round.
#[island]
pub fn Stock(
    /// The round.
    round: RoundId,
    /// What its phase follows from; its `remaining` is what the page says first.
    gate: Gate,
    /// All packs, taken or not.
    stock: u32,
    /// The campaign clock when the page was made.
    server_time: Timestamp,
    /// The language.
    language: Language,
) -> impl IntoView {
    let text = Text(language);
    let pulse = Pulse::of_page(server_time);
    let root = NodeRef::<leptos::html::Div>::new();
    let wish = Wish { round: Some(round), window: Some(gate.window), server_time };
    pulse.listen(move || root.get().map(Into::into), wish);
    let remaining = Memo::new(move |_| pulse.gate(gate).remaining);
    view! {
        <div
            node_ref=root
            class="round__section stock"
            class=("stock--low", move || is_low(remaining.get(), stock))
            class=("stock--none", move || remaining.get() == 0)
        >
            <p class="stock__line">
                <span>{text.stock_left()}</span>
                <span class="stock__of">
                    <b class="stock__number" data-testid="remaining">{move || grouped(i64::from(remaining.get()))}</b>
                    " / "
                    {text.packs(stock)}
                </span>
            </p>
            <progress
                class="meter"
                max=stock
                value=move || remaining.get().to_string()
                aria-label=text.stock_left()
            ></progress>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twentieth_is_low_and_nothing_is_not() {
        assert!(is_low(3_000, 60_000));
        assert!(!is_low(3_001, 60_000));
        assert!(!is_low(0, 60_000));
    }
}
