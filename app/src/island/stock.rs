//! How many packs are left.

use domain::money::grouped;
use leptos::prelude::*;

use super::changing::{class, value, words};
use super::claim_bar::model::ClaimBarModel;
use super::given::given;
use super::glance::Glance;
use super::pulse::Pulse;
use crate::text::Text;

/// Almost out: one in so many is left.
const LOW_PART: u32 = 20;

/// Whether few are left, but some.
pub(super) const fn is_low(remaining: u32, stock: u32) -> bool {
    remaining > 0 && remaining <= stock / LOW_PART
}

/// What is left of a round.
#[island]
pub fn Stock() -> impl IntoView {
    let glance = given::<ClaimBarModel>().glance;
    let Glance { gate, stock, server_time, language, .. } = glance.clone();
    let text = Text(language);
    let pulse = Pulse::of_page(server_time);
    pulse.listen(Some(&glance));
    let remaining = move || pulse.gate(gate).remaining;
    let shade = move || match remaining() {
        0 => "round__section stock stock--none",
        left if is_low(left, stock) => "round__section stock stock--low",
        _ => "round__section stock",
    };
    let number = move || grouped(i64::from(remaining()));
    view! {
        <div class=class(shade)>
            <p class="stock__line">
                <span>{text.stock_left()}</span>
                <span class="stock__of">
                    <b class="stock__number" data-testid="remaining">{words(number)}</b>
                    " / "
                    {text.packs(stock)}
                </span>
            </p>
            <progress
                class="meter"
                max=stock
                value=value(move || Some(remaining().to_string()))
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
