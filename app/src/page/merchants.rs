//! `/merchants` 參與商家: which merchants take which voucher.

use std::sync::Arc;

use domain::campaign::{Accepts, Campaign};

use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::empty::Empty;
use crate::widget::kind::KindWords;

/// What the merchants page shows.
pub struct MerchantsModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
}

/// The page.
pub fn page(frame: &Frame, model: &MerchantsModel) -> Page {
    let language = frame.visitor.language;
    let text = Text(language);
    let kinds = model.campaign.kinds.iter().map(|kind| {
        let words = KindWords::of(&model.campaign, &kind.id, language);
        let accepted = accepted_in(&model.campaign, &kind.accepts, text);
        view! {
            <li class="pack" data-tone=words.tone data-testid="kind">
                {words.large_mark()}
                <div>
                    <h3 class="pack__name">{words.name.clone()}</h3>
                    <p class="pack__worth">{words.place.clone()}</p>
                    <p class="pack__worth">{accepted}</p>
                </div>
            </li>
        }
    });
    let heading = view! { <h2 class="empty__title">{text.merchants_pending()}</h2> }.into_any();
    let main = view! {
        <div class="wrap">
            <div class="page__head">
                <h1 class="page__title">{text.merchants()}</h1>
            </div>
            <div class="split split--halves">
                <Empty heading=heading sentence=text.merchants_pending_text().to_owned()/>
                <section class="card" aria-labelledby="kinds">
                    <h2 class="card__title" id="kinds">{text.kinds_and_places()}</h2>
                    <ul class="packs">{kinds.collect_view()}</ul>
                </section>
            </div>
        </div>
    };
    Page {
        title: text.merchants().to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

/// Which categories of merchants take a kind (R9).
fn accepted_in(campaign: &Campaign, accepts: &Accepts, text: Text) -> String {
    let Accepts::Categories(ids) = accepts else {
        return text.any_category().to_owned();
    };
    let accepted = campaign.categories.iter().filter(|category| ids.contains(&category.id));
    let names: Vec<&str> = accepted.map(|category| category.name.get(text.0)).collect();
    text.accepted_in(&names)
}
