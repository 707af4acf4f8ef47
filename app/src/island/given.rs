//! What the islands are given: the model of the part of the page in which they stand, which carries it in `data-model`.
//! Properties of their own would cross in JSON, four times the same round on one page, with a reader for each.

use super::line::{Crosses, model_of};

#[cfg(feature = "hydrate")]
pub(super) use browser::island;
#[cfg(feature = "hydrate")]
use browser::line;
#[cfg(feature = "hydrate")]
pub use browser::wakes;
#[cfg(not(feature = "hydrate"))]
use server::line;
#[cfg(not(feature = "hydrate"))]
pub use server::provide;

/// The model around the island that is being made.
pub(super) fn given<T: Crosses>() -> T {
    let Some(model) = line().as_deref().and_then(model_of) else {
        panic!("an island stands in an element with its model");
    };
    model
}

#[cfg(not(feature = "hydrate"))]
mod server {
    use leptos::prelude::{provide_context, use_context};

    use crate::island::line::{Crosses, line_of};

    /// A model as it crosses to the browser.
    #[derive(Clone)]
    struct Given(String);

    /// Provides a model to the islands that are rendered next, and gives the value of `data-model` for the element
    /// around them.
    pub fn provide(model: &impl Crosses) -> String {
        let line = line_of(model);
        provide_context(Given(line.clone()));
        line
    }

    /// The islands read the same line as in the browser.
    pub(super) fn line() -> Option<String> {
        use_context::<Given>().map(|given| given.0)
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;

    use leptos::web_sys::Element;

    thread_local! {
        static ISLAND: RefCell<Option<Element>> = const { RefCell::new(None) };
    }

    /// Says which island is woken next.
    pub fn wakes(island: Element) {
        ISLAND.set(Some(island));
    }

    /// The island that is being woken.
    pub(in crate::island) fn island() -> Option<Element> {
        ISLAND.with_borrow(Clone::clone)
    }

    pub(super) fn line() -> Option<String> {
        island()?.closest("[data-model]").ok()??.get_attribute("data-model")
    }
}
