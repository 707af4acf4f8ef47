//! `/rules` 活動規則: the rules of the current round, made from the data that the server enforces.

use std::sync::Arc;

use domain::campaign::Campaign;
use domain::round::Round;

use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::moment;

/// What the rules page shows.
pub struct RulesModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The current round.
    pub round: Arc<Round>,
}

mod sentences;

pub(super) use sentences::{contents, district_names};

/// The page.
pub fn page(frame: &Frame, model: &RulesModel) -> Page {
    let text = Text(frame.visitor.language);
    let lead = text.facts(&[model.round.name.get(text.0), text.rules_lead()]);
    let sections = sentences::sections(model, text).into_iter().enumerate();
    let sections: Vec<_> =
        sections.map(|(place, part)| section(text.numeral(place + 1), part)).collect();
    let main = view! {
        <div class="wrap">
            <div class="page__head">
                <h1 class="page__title">{text.rules()}</h1>
                <p class="page__lead">{lead}</p>
            </div>
            <div class="split split--side-last">
                <article class="card prose">{sections}</article>
                <aside class="card split__stay" aria-labelledby="glance">
                    <h2 class="card__title card__title--small" id="glance">{text.at_a_glance()}</h2>
                    {glance(model, text)}
                </aside>
            </div>
        </div>
    };
    Page {
        title: text.rules().to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

/// A numbered section of the rules.
fn section(numeral: String, part: sentences::Section) -> AnyView {
    let sentences = part.sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> });
    view! {
        <h2>
            <span class="kind" aria-hidden="true">{numeral}</span>
            {part.title}
        </h2>
        <ul>{sentences.collect_view()}</ul>
    }
    .into_any()
}

/// The figures of the round, for whoever reads nothing else.
fn glance(model: &RulesModel, text: Text) -> AnyView {
    let round = &model.round;
    let (opens_at, closes_at) = (round.window.opens_at(), round.window.closes_at());
    let single = match round.packs.as_slice() {
        [pack] => pack.face().map(|face| {
            let vouchers = text.vouchers(pack.slots().count());
            fact(text.fact_each(), text.pack_in_short(&vouchers, &text.yuan(face)).into_any())
        }),
        _ => None,
    };
    let discounts = sentences::discounts(model, text);
    let discounts: Vec<String> = discounts.into_iter().map(|(_, discount)| discount).collect();
    let opens = moment::time(opens_at, text.opening(opens_at, None));
    let closes = moment::time(closes_at, text.closing(closes_at, None));
    view! {
        <dl class="facts">
            {fact(text.fact_budget(), text.budget(round.budget).into_any())}
            {fact(text.fact_packs(), text.packs(round.stock()).into_any())}
            {single}
            {fact(text.fact_minimum(), text.list(&discounts).into_any())}
            {fact(text.fact_opens(), opens.into_any())}
            {fact(text.fact_closes(), closes.into_any())}
        </dl>
    }
    .into_any()
}

fn fact(name: &'static str, value: AnyView) -> AnyView {
    view! {
        <div class="facts__row">
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}
