//! One held claim: the facts, the evidence, and the decision.

use domain::claim::{Claim, ClaimState};
use domain::risk::Kept;
use leptos::prelude::*;

use super::evidence::{evidence, mainly};
use super::list::{rulings, why};
use super::{RiskClaimModel, Tab, back, refused, tail};
use crate::text::Text;
use crate::widget::moment;

/// What stands under the heading.
pub(super) fn one(model: &RiskClaimModel, text: Text) -> AnyView {
    let undecided = model.undecided.as_ref().map(|(cannot, _)| refused(*cannot, text));
    view! {
        {back(Tab::Held, text)}
        {undecided}
        <div class="split split--side-last round__section">
            <div>
                {evidence(model.held.kept.as_ref(), text)}
                {others(model, text)}
            </div>
            <div class="split__stay">{facts(model, text)} {decide(model, text)}</div>
        </div>
    }
    .into_any()
}

fn state(claim: &Claim, text: Text) -> &'static str {
    match claim.state {
        ClaimState::Held => text.risk_state_held(),
        ClaimState::Granted => text.risk_state_granted(),
        ClaimState::Refused if claim.has_lapsed() => text.risk_state_lapsed(),
        ClaimState::Refused => text.risk_state_refused(),
    }
}

fn facts(model: &RiskClaimModel, text: Text) -> AnyView {
    let claim = &model.held.claim;
    let round = model.held.round.as_ref();
    let pack = round.and_then(|round| {
        let pack = round.packs.iter().find(|pack| pack.id == claim.choice.pack)?;
        Some(pack.name.get(text.0).to_owned())
    });
    let by = claim.decide_by.map(|by| text.done_at(by, Some(model.now)));
    let decided = model.decided.as_ref().map(|mark| {
        text.facts(&[text.who(&mark.who), text.done_at(mark.at, Some(model.now)), mark.why.clone()])
    });
    let rows = [
        (text.risk_state(), Some(state(claim, text).to_owned())),
        (text.risk_column_deadline(), by),
        (text.risk_column_round(), round.map(|round| round.name.get(text.0).to_owned())),
        (text.risk_pack(), pack),
        (text.risk_claimed(), Some(text.done_at(claim.claimed_at, Some(model.now)))),
        (text.risk_column_person(), Some(tail(&claim.person.to_string()))),
        (text.risk_decided(), decided),
    ];
    let rows: Vec<_> = rows
        .into_iter()
        .filter_map(|(name, value)| {
            let value = value?;
            Some(view! { <div class="facts__row"><dt>{name}</dt><dd>{value}</dd></div> })
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="facts" data-state=claim_code(claim)>
            <h2 class="card__title card__title--small" id="facts">{text.risk_facts()}</h2>
            <dl class="facts">{rows}</dl>
        </section>
    }
    .into_any()
}

const fn claim_code(claim: &Claim) -> &'static str {
    match claim.state {
        ClaimState::Held => "held",
        ClaimState::Granted => "granted",
        ClaimState::Refused => "refused",
    }
}

fn decide(model: &RiskClaimModel, text: Text) -> Option<AnyView> {
    if !model.may_decide || model.held.claim.state != ClaimState::Held {
        return None;
    }
    let written = model.undecided.as_ref().map(|(_, why)| why.clone()).unwrap_or_default();
    let action = format!("/console/risk/claims/{}", model.held.claim.id);
    Some(
        view! {
            <section class="card round__section" aria-labelledby="decide">
                <h2 class="card__title card__title--small" id="decide">{text.risk_decide()}</h2>
                <form method="post" action=action>
                    {why(text.risk_why(), written)}
                    {rulings(text)}
                </form>
            </section>
        }
        .into_any(),
    )
}

/// The act and its verdict; where that was only kept, that it was.
fn said(kept: &Kept, text: Text) -> Vec<&'static str> {
    let verdict = kept.assessment.verdict;
    let only_kept = (verdict != kept.assessment.enforced).then(|| text.risk_only_kept());
    let words = [text.risk_act(kept.act), text.risk_verdict(verdict)];
    words.into_iter().chain(only_kept).collect()
}

/// What else risk control keeps of the person.
fn others(model: &RiskClaimModel, text: Text) -> Option<AnyView> {
    if model.others.is_empty() {
        return None;
    }
    let row = |kept: &Kept| {
        let at = moment::time(kept.at, text.done_at(kept.at, Some(model.now)));
        view! {
            <li class="row">
                <div class="row__what">
                    <p class="row__name">
                        {text.facts(&said(kept, text))}
                    </p>
                    <p class="row__facts">{mainly(Some(kept), text)}</p>
                </div>
                <p class="row__facts figures">{at}</p>
            </li>
        }
    };
    let rows: Vec<_> = model.others.iter().map(row).collect();
    Some(
        view! {
            <section class="card round__section" aria-labelledby="others">
                <h2 class="card__title card__title--small" id="others">{text.risk_others()}</h2>
                <ul class="rows">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}
