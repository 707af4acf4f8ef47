//! The merchants that were found, each with what can be used there.

use leptos::prelude::*;

use super::{Asked, FoundMerchant, MerchantsModel};
use crate::island::near_me::NearMeModel;
use crate::island::{NearMe, provide};
use crate::text::Text;
use crate::widget::empty::Empty;
use crate::widget::kind::KindWords;

/// The list, or why there is none.
pub(super) fn list(model: &MerchantsModel, text: Text) -> AnyView {
    let asked = &model.asked;
    if model.merchants.is_empty() {
        return empty(asked, text);
    }
    let merchants: Vec<_> =
        model.merchants.iter().map(|merchant| shop(model, merchant, text)).collect();
    let more = model.next.map(|next| {
        let path = Asked { after: Some(next), ..asked.clone() }.path();
        view! {
            <p class="form__act">
                <a class="button button--wide" href=path>{text.more_merchants()}</a>
            </p>
        }
    });
    view! {
        {heading(model, text)}
        {order(asked, text)}
        <ul class="shops" data-testid="merchants">{merchants}</ul>
        {more}
    }
    .into_any()
}

/// What the list is about, with the way back to all.
fn heading(model: &MerchantsModel, text: Text) -> AnyView {
    let asked = &model.asked;
    let words = match &asked.kind {
        Some(kind) => text.merchants_taking(&KindWords::of(&model.campaign, kind, text.0).name),
        None if asked.is_anything() => text.merchants_all().to_owned(),
        None => text.merchants_found().to_owned(),
    };
    let all = (!asked.is_anything()).then(|| {
        view! { <a class="link-button" href="/merchants">{text.search_all()}</a> }
    });
    view! {
        <div class="shops__head">
            <h2 class="card__title card__title--small">{words}</h2>
            {all}
        </div>
    }
    .into_any()
}

/// The way to the other order.
fn order(asked: &Asked, text: Text) -> AnyView {
    if asked.near.is_some() {
        let usual = Asked { near: None, after: None, ..asked.clone() }.path();
        return view! {
            <p class="shops__order">
                {text.nearest_shown()}
                <a class="link-button" href=usual>{text.nearest_off()}</a>
            </p>
        }
        .into_any();
    }
    let model =
        NearMeModel { path: Asked { after: None, ..asked.clone() }.path(), language: text.0 };
    let line = provide(&model);
    view! { <div class="shops__order" data-model=line><NearMe/></div> }.into_any()
}

fn empty(asked: &Asked, text: Text) -> AnyView {
    let (title, sentence) = if asked.is_anything() {
        (text.merchants_nobody(), text.merchants_nobody_text())
    } else {
        (text.merchants_none(), text.merchants_none_text())
    };
    let heading = view! { <h2 class="empty__title">{title}</h2> }.into_any();
    let all = (!asked.is_anything()).then(|| {
        view! {
            <p class="empty__act"><a class="button" href="/merchants">{text.search_all()}</a></p>
        }
    });
    view! { <Empty heading=heading sentence=sentence.to_owned()>{all}</Empty> }.into_any()
}

fn shop(model: &MerchantsModel, merchant: &FoundMerchant, text: Text) -> AnyView {
    let campaign = &model.campaign;
    let category = campaign.category(&merchant.category);
    let district = campaign.district(&merchant.district);
    let mut facts: Vec<String> = Vec::new();
    facts.extend(category.map(|category| category.name.get(text.0).to_owned()));
    facts.extend(district.map(|district| district.name.get(text.0).to_owned()));
    facts.extend(merchant.distance_m.map(|metres| text.distance(metres)));
    let kinds: Vec<_> = campaign
        .kinds_taken_by(&merchant.category)
        .map(|kind| {
            let words = KindWords::of(campaign, &kind.id, text.0);
            view! { <li class="shop__kind">{words.mark()}{words.name.clone()}</li> }
        })
        .collect();
    view! {
        <li class="shop card" data-testid="merchant">
            <h3 class="shop__name" lang=text.foreign(&merchant.name)>{merchant.name.clone()}</h3>
            <p class="shop__facts">{text.facts(&facts)}</p>
            <p class="shop__facts" lang=text.foreign(&merchant.address)>{merchant.address.clone()}</p>
            <ul class="shop__kinds" aria-label=text.taken_here()>{kinds}</ul>
        </li>
    }
    .into_any()
}
