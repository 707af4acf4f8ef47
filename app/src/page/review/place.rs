//! Where a merchant is, and the form that registers it (R11).

use domain::merchant::MerchantState;
use domain::place::Position;
use leptos::prelude::*;

use super::ReviewModel;
use super::one::why_field;
use crate::text::Text;
use crate::widget::field::{Field, Typing};

/// The most characters of a position.
const POSITION_MAX: usize = 40;

/// The registered place; where there is none, what that means.
pub(super) fn place_of(position: Option<Position>, text: Text) -> String {
    position.map_or_else(|| text.place_missing().to_owned(), |position| position.to_string())
}

/// The section; none for a merchant that was refused, and none where there is nothing to say or to do.
pub(super) fn place(model: &ReviewModel, text: Text) -> Option<AnyView> {
    let position = model.merchant.profile.position;
    if model.merchant.state == MerchantState::Refused || (position.is_some() && !model.may_decide) {
        return None;
    }
    let unchecked = position.is_none().then(|| {
        view! { <p class="card__text" data-testid="unplaced">{text.place_unchecked()}</p> }
    });
    Some(
        view! {
            <section class="card round__section" aria-labelledby="place">
                <h2 class="card__title card__title--small" id="place">{text.place_title()}</h2>
                {unchecked}
                {model.may_decide.then(|| form(model, text))}
            </section>
        }
        .into_any(),
    )
}

fn form(model: &ReviewModel, text: Text) -> AnyView {
    let registered = model.merchant.profile.position.map(|position| position.to_string());
    let field = Field {
        name: "position",
        label: text.review_position(),
        hint: Some(text.place_hint()),
        value: model.position.clone().or(registered).unwrap_or_default(),
        ..Field::default()
    };
    let written = match (&model.undecided, &model.position) {
        (Some((_, why)), Some(_)) => why.clone(),
        _ => String::new(),
    };
    view! {
        <form method="post" action=format!("/console/merchants/{}/place", model.merchant.id)>
            <input type="hidden" name="version" value=model.merchant.version.to_string()/>
            {field.text(Typing { most: POSITION_MAX, ..Typing::default() })}
            {why_field("place-why", text.risk_why(), written)}
            <p class="form__act">
                <button class="button button--wide" type="submit">{text.place_act()}</button>
            </p>
        </form>
    }
    .into_any()
}
