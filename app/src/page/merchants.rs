//! `/merchants` 參與商家: the way to the shop (R23). By category, district and words; nearest first where the person
//! gives the position; and which merchants take which voucher.

mod list;

use std::sync::Arc;

use domain::campaign::{Accepts, Campaign};
use domain::id::{CategoryId, KindId, MerchantId};
use domain::place::Position;

use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::field::{Field, Typing};
use crate::widget::kind::KindWords;

/// What the merchants page shows.
pub struct MerchantsModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// What was asked for.
    pub asked: Asked,
    /// What was found, in order.
    pub merchants: Vec<FoundMerchant>,
    /// After which one the next page begins, if there is one.
    pub next: Option<MerchantId>,
}

/// What was asked for; what cannot be, is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Merchants that take this kind.
    pub kind: Option<KindId>,
    /// Merchants of this category.
    pub category: Option<CategoryId>,
    /// In this district.
    pub district: String,
    /// With these words.
    pub words: String,
    /// Nearest to this position first.
    pub near: Option<Position>,
    /// After this merchant.
    pub after: Option<MerchantId>,
}

/// A merchant that takes part.
#[derive(Clone, Debug)]
pub struct FoundMerchant {
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: CategoryId,
    /// Its district.
    pub district: String,
    /// Its address.
    pub address: String,
    /// How far it is from where the person is, in metres.
    pub distance_m: Option<f64>,
}

impl Asked {
    /// The address of the page with these wishes.
    pub fn path(&self) -> String {
        let near = self.near.map(|near| near.to_string()).unwrap_or_default();
        let kind = self.kind.as_ref().map(ToString::to_string).unwrap_or_default();
        let category = self.category.as_ref().map(ToString::to_string).unwrap_or_default();
        let after = self.after.map(|after| after.to_string()).unwrap_or_default();
        let pairs = [
            ("kind", kind),
            ("category", category),
            ("district", self.district.clone()),
            ("q", self.words.clone()),
            ("near", near),
            ("after", after),
        ];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        match crate::address::query(&pairs) {
            query if query.is_empty() => "/merchants".to_owned(),
            query => format!("/merchants?{query}"),
        }
    }

    fn is_anything(&self) -> bool {
        *self == Self { near: self.near, ..Self::default() }
    }
}

/// The page.
pub fn page(frame: &Frame, model: &MerchantsModel) -> Page {
    let text = Text(frame.visitor.language);
    let main = view! {
        <div class="wrap">
            <div class="page__head">
                <h1 class="page__title">{text.merchants()}</h1>
            </div>
            <section class="card" aria-label=text.find_merchants()>{search(model, text)}</section>
            <div class="split split--side-last round__section">
                <div>{list::list(model, text)}</div>
                <div>{kinds(model, text)} {for_merchants(text)}</div>
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

/// A form that asks by its address, so that a list can be kept and sent to somebody.
fn search(model: &MerchantsModel, text: Text) -> AnyView {
    let asked = &model.asked;
    let hidden = [
        ("kind", asked.kind.as_ref().map(ToString::to_string)),
        ("near", asked.near.map(|near| near.to_string())),
    ];
    let hidden: Vec<_> = hidden
        .into_iter()
        .filter_map(|(name, value)| {
            value.map(|value| view! { <input type="hidden" name=name value=value/> })
        })
        .collect();
    let words = Field {
        name: "q",
        label: text.search_words(),
        value: asked.words.clone(),
        ..Field::default()
    };
    let category = Field {
        name: "category",
        label: text.search_category(),
        value: asked.category.as_ref().map(ToString::to_string).unwrap_or_default(),
        ..Field::default()
    };
    let district = Field {
        name: "district",
        label: text.search_district(),
        value: asked.district.clone(),
        ..Field::default()
    };
    let typing = Typing { most: 60, optional: true, ..Typing::default() };
    view! {
        <form class="search" action="/merchants" role="search">
            {hidden}
            <div class="search__wide">{words.text(typing)}</div>
            {category.choice(text.every_category(), categories(&model.campaign, text))}
            {district.choice(text.every_district(), districts(&model.campaign, text))}
            <div class="search__wide">
                <button class="button button--accent button--wide" type="submit">
                    {text.search()}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// The categories of a campaign, as choices.
pub(super) fn categories(campaign: &Campaign, text: Text) -> Vec<(String, String)> {
    let choice = |category: &domain::campaign::Category| {
        (category.id.to_string(), category.name.get(text.0).to_owned())
    };
    campaign.categories.iter().map(choice).collect()
}

/// The districts of a campaign, as choices.
pub(super) fn districts(campaign: &Campaign, text: Text) -> Vec<(String, String)> {
    let choice = |district: &domain::campaign::District| {
        (district.code.clone(), district.name.get(text.0).to_owned())
    };
    campaign.districts.iter().map(choice).collect()
}

/// Each kind with the way to its merchants.
fn kinds(model: &MerchantsModel, text: Text) -> AnyView {
    let kinds = model.campaign.kinds.iter().map(|kind| {
        let words = KindWords::of(&model.campaign, &kind.id, text.0);
        let accepted = accepted_in(&model.campaign, &kind.accepts, text);
        let path = Asked { kind: Some(kind.id.clone()), ..Asked::default() }.path();
        view! {
            <li class="pack" data-tone=words.tone data-testid="kind">
                {words.large_mark()}
                <div>
                    <h3 class="pack__name"><a href=path>{words.name.clone()}</a></h3>
                    <p class="pack__worth">{accepted}</p>
                </div>
            </li>
        }
    });
    view! {
        <section class="card" aria-labelledby="kinds">
            <h2 class="card__title card__title--small" id="kinds">{text.kinds_and_places()}</h2>
            <ul class="packs">{kinds.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn for_merchants(text: Text) -> AnyView {
    view! {
        <section class="card round__section" aria-labelledby="for-merchants">
            <h2 class="card__title card__title--small" id="for-merchants">{text.for_merchants()}</h2>
            <p class="card__text">{text.for_merchants_text()}</p>
            <p class="form__act">
                <a class="button button--wide" href="/merchant">{text.for_merchants_act()}</a>
            </p>
        </section>
    }
    .into_any()
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
