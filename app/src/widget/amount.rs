//! An amount as it is shown: the sign smaller than the digits.

use domain::money::Amount;
use leptos::prelude::*;

/// What stands inside the element that gives an amount its size.
pub fn sign_and_digits(amount: Amount) -> impl IntoView {
    view! { <span class="amount__sign">"¥"</span>{amount.to_string()} }
}
