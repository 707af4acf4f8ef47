//! Nothing here: the drawing, what it means, and the next step.

use leptos::prelude::*;

use crate::art;

/// A card that says that there is nothing, and why. `heading` is the page's or the section's, its children the way on.
#[component]
pub fn Empty(
    /// The heading, with the class `empty__title`.
    heading: AnyView,
    /// What it means.
    sentence: String,
    /// A number that stands above the heading, for whoever reports it.
    #[prop(default = None)]
    number: Option<u16>,
    /// The next step, where the page itself is not the step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let number = number.map(|number| {
        view! { <p class="empty__number" aria-hidden="true">{number.to_string()}</p> }
    });
    view! {
        <section class="card empty">
            {art::empty_ticket()}
            {number}
            {heading}
            <p class="empty__text">{sentence}</p>
            {children.map(|children| children())}
        </section>
    }
}
