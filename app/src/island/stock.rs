//! How many packs are left.

#![expect(missing_docs, reason = "the macro makes a struct for the properties without one")]

use domain::money::grouped;
use leptos::prelude::*;

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
pub fn Stock(
    /// The round; its gate's `remaining` is what the page says first.
    glance: Glance,
    /// All packs, taken or not.
    stock: u32,
) -> impl IntoView {
    let Glance { gate, server_time, language, .. } = glance;
    let text = Text(language);
    let pulse = Pulse::of_page(server_time);
    let root = NodeRef::<leptos::html::Div>::new();
    pulse.listen(Box::new(move || root.get().map(Into::into)), Some(&glance));
    let remaining = move || pulse.gate(gate).remaining;
    let class = move || match remaining() {
        0 => "round__section stock stock--none",
        left if is_low(left, stock) => "round__section stock stock--low",
        _ => "round__section stock",
    };
    view! {
        <div node_ref=root class=class>
            <p class="stock__line">
                <span>{text.stock_left()}</span>
                <span class="stock__of">
                    <b class="stock__number" data-testid="remaining">{move || grouped(i64::from(remaining()))}</b>
                    " / "
                    {text.packs(stock)}
                </span>
            </p>
            <progress
                class="meter"
                max=stock
                value=move || remaining().to_string()
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
