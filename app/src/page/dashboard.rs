//! `/console/dashboard`: the results as the public sees them, and where the money is.

use leptos::prelude::*;

use super::Page;
use super::console::{Place, Who, console};
use super::frame::Frame;
use super::results::{ResultsModel, content, tiles};
use crate::text::Text;

/// The page.
pub fn page(frame: &Frame, who: &Who, model: &ResultsModel) -> Page {
    let text = Text(frame.visitor.language);
    let money = model.results.as_deref().map(|results| {
        let facts = vec![
            ("appropriation", text.results_appropriation(), text.yuan_sign(results.appropriation)),
            ("pool", text.results_pool(), text.yuan_sign(results.pool)),
        ];
        view! { <section class="card" aria-label=text.results_pool()>{tiles(facts)}</section> }
    });
    let main = view! {
        <div class="results">
            {money}
            {content(model, text)}
        </div>
    };
    console(frame, who, Place::Dashboard, text.console_dashboard(), main.into_any())
}
