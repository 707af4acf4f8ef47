//! What a merchant is owed, and the form that holds it or releases it (R14, R16).

use domain::merchant::{Mark, MerchantState};
use domain::settlement::hold::Act;
use leptos::prelude::*;

use super::one::why_field;
use super::{ReviewModel, Undecided};
use crate::text::Text;
use crate::widget::moment;

/// The section; none for one that never took part.
pub(super) fn money(model: &ReviewModel, text: Text) -> Option<AnyView> {
    let state = model.merchant.state;
    if !matches!(state, MerchantState::Approved | MerchantState::Suspended) {
        return None;
    }
    let stands = match &model.hold {
        Some(mark) => held(model, mark, text),
        None => view! { <p class="card__text">{text.money_free()}</p> }.into_any(),
    };
    Some(
        view! {
            <section class="card round__section" aria-labelledby="money">
                <h2 class="card__title card__title--small" id="money">{text.money_title()}</h2>
                <dl class="facts">
                    <div class="facts__row">
                        <dt>{text.money_owed()}</dt>
                        <dd class="figures" data-testid="owed">{format!("¥{}", model.owed.receipt())}</dd>
                    </div>
                </dl>
                {stands}
                {model.may_decide.then(|| form(model, text))}
            </section>
        }
        .into_any(),
    )
}

fn held(model: &ReviewModel, mark: &Mark, text: Text) -> AnyView {
    let facts = text.facts(&[text.who(&mark.who), mark.why.clone()]);
    view! {
        <div data-testid="held">
            <p class="card__text">
                <strong>{text.money_held()}</strong>
                " · "
                {moment::time(mark.at, text.done_at(mark.at, Some(model.now)))}
            </p>
            <p class="card__note">{facts}</p>
        </div>
    }
    .into_any()
}

fn form(model: &ReviewModel, text: Text) -> AnyView {
    // The manager's page says why money is held; why it is not any more, only the record.
    let (act, words, why) = match model.hold {
        None => (Act::Hold, text.money_hold(), text.review_why()),
        Some(_) => (Act::Release, text.money_release(), text.risk_why()),
    };
    let written = match &model.undecided {
        Some((Undecided::Money(_), why)) => why.clone(),
        _ => String::new(),
    };
    view! {
        <form method="post" action=format!("/console/merchants/{}/money", model.merchant.id)>
            {why_field("money-why", why, written)}
            <p class="form__act">
                <button class="button button--wide" type="submit" name="act" value=act.code()>
                    {words}
                </button>
            </p>
        </form>
    }
    .into_any()
}
