//! One merchant: what it says of itself, what was done to it, and the decisions that can be taken now.

use domain::merchant::{Decision, MerchantState, WHY_MAX};
use leptos::prelude::*;

use super::money::money;
use super::place::{place, place_of};
use super::{ReviewModel, Undecided};
use crate::art;
use crate::page::risk::evidence::evidence;
use crate::text::Text;
use crate::widget::moment;

/// What stands under the heading.
pub(super) fn one(model: &ReviewModel, text: Text) -> AnyView {
    let state = model.merchant.state;
    let back = format!("/console/merchants?state={}", state.code());
    let undecided = model.undecided.as_ref().map(|(why, _)| {
        let why = match why {
            Undecided::Changed => text.undecided_changed(),
            Undecided::Rule(cannot) => text.cannot_decide(*cannot),
            Undecided::Money(cannot) => text.cannot_hold(*cannot),
            Undecided::Place(cannot) => text.cannot_place(*cannot),
        };
        notice(text.undecided_title(), why.to_owned())
    });
    let listed = model.listed.as_ref().map(|reason| {
        let next = text.facts(&[reason.as_str(), text.review_listed_next()]);
        notice(text.review_listed(), next)
    });
    // What risk control holds, a person looks at.
    let flagged = model.flagged.as_ref().map(|kept| {
        let next = text.application_flagged_next().to_owned();
        view! {
            <div data-testid="flagged">
                {notice(text.application_flagged(), next)} {evidence(Some(kept), text)}
            </div>
        }
    });
    view! {
        <p><a class="link-button" href=back>{text.review_back()}</a></p>
        {undecided}
        {listed}
        {flagged}
        <div class="split split--side-last round__section">
            <div>{facts(model, text)} {history(model, text)}</div>
            <div class="split__stay">
                {model.may_decide.then(|| decide(model, text))}
                {place(model, text)}
                {money(model, text)}
            </div>
        </div>
    }
    .into_any()
}

fn notice(reason: &'static str, next: String) -> AnyView {
    view! {
        <div class="notice notice--bad round__section" role="alert">
            {art::attention()}
            <div>
                <p class="notice__reason">{reason}</p>
                <p class="notice__next">{next}</p>
            </div>
        </div>
    }
    .into_any()
}

fn facts(model: &ReviewModel, text: Text) -> AnyView {
    let (merchant, profile) = (&model.merchant, &model.merchant.profile);
    let category = model.campaign.category(&profile.category);
    let district = model.campaign.district(&profile.district);
    let registered = profile.credit_code.division();
    let registered_name = model.campaign.district(registered);
    let registered_name = registered_name.map_or("", |district| district.name.get(text.0));
    let yes = |yes: bool| if yes { text.review_yes() } else { text.review_no() }.to_owned();
    let rows = [
        (text.review_state(), text.merchant_state(merchant.state).to_owned()),
        (text.field_credit_code(), profile.credit_code.to_string()),
        (text.review_registered(), format!("{registered} {registered_name}")),
        (
            text.field_category(),
            category.map(|it| it.name.get(text.0).to_owned()).unwrap_or_default(),
        ),
        (
            text.field_district(),
            district.map(|it| it.name.get(text.0).to_owned()).unwrap_or_default(),
        ),
        (text.field_address(), profile.address.clone()),
        (text.review_position(), place_of(profile.position, text)),
        (text.field_contact_name(), profile.contact.name.clone()),
        (text.field_contact_phone(), profile.contact.phone.clone()),
        (text.field_documents(), profile.documents.join("\n")),
        (text.field_sells_goods(), yes(profile.sells_goods)),
        (text.field_in_city(), yes(profile.in_city)),
    ];
    let rows: Vec<_> = rows
        .into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| {
            view! { <div class="facts__row"><dt>{name}</dt><dd class="facts__lines">{value}</dd></div> }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="facts">
            <h2 class="card__title card__title--small" id="facts">{text.review_facts()}</h2>
            <dl class="facts">{rows}</dl>
        </section>
    }
    .into_any()
}

fn history(model: &ReviewModel, text: Text) -> AnyView {
    let rows: Vec<_> = model
        .acts
        .iter()
        .map(|(act, mark)| {
            let mut facts = vec![text.who(&mark.who)];
            facts.extend((!mark.why.is_empty()).then(|| mark.why.clone()));
            view! {
                <li class="row">
                    <div class="row__what">
                        <p class="row__name">{text.merchant_act(act)}</p>
                        <p class="row__facts">{text.facts(&facts)}</p>
                    </div>
                    <p class="row__facts figures">
                        {moment::time(mark.at, text.done_at(mark.at, Some(model.now)))}
                    </p>
                </li>
            }
        })
        .collect();
    view! {
        <section class="card round__section" aria-labelledby="history">
            <h2 class="card__title card__title--small" id="history">{text.review_history()}</h2>
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}

/// The decisions that change this state, with one reason for whichever is taken.
fn decide(model: &ReviewModel, text: Text) -> Option<AnyView> {
    let state = model.merchant.state;
    let buttons: Vec<_> = Decision::ALL
        .into_iter()
        .filter(|decision| decision.step().0 == state)
        .map(|decision| {
            let class = match decision {
                Decision::Approve | Decision::Lift => "button button--wide button--accent",
                Decision::Refuse | Decision::Suspend => "button button--wide",
            };
            view! {
                <p class="form__act">
                    <button class=class type="submit" name="decision" value=decision.code()>
                        {text.decision(decision)}
                    </button>
                </p>
            }
        })
        .collect();
    if state == MerchantState::Refused {
        return None;
    }
    let written = match &model.undecided {
        Some((Undecided::Changed | Undecided::Rule(_), why)) if model.position.is_none() => {
            why.clone()
        }
        _ => String::new(),
    };
    Some(
        view! {
            <section class="card" aria-labelledby="decide">
                <h2 class="card__title card__title--small" id="decide">{text.review_decide()}</h2>
                <form method="post" action=format!("/console/merchants/{}", model.merchant.id)>
                    <input type="hidden" name="version" value=model.merchant.version.to_string()/>
                    {why_field("why", text.review_why(), written)}
                    {buttons}
                </form>
            </section>
        }
        .into_any(),
    )
}

/// The reason of an act; the label says who reads it.
pub(super) fn why_field(id: &'static str, label: &'static str, written: String) -> AnyView {
    view! {
        <div class="field">
            <label class="field__label" for=id>{label}</label>
            <textarea
                class="field__input field__input--lines"
                id=id
                name="why"
                rows="3"
                maxlength=WHY_MAX.to_string()
                required
            >
                {written}
            </textarea>
        </div>
    }
    .into_any()
}
