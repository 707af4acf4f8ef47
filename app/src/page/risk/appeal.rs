//! One appeal: what the person says beside the evidence, and the answer.

use domain::appeal::{Answer, AppealState};
use leptos::prelude::*;

use super::evidence::evidence;
use super::list::why;
use super::{RiskAppealModel, Tab, back, refused, tail};
use crate::text::Text;
use crate::widget::moment;

/// What stands under the heading.
pub(super) fn appeal(model: &RiskAppealModel, text: Text) -> AnyView {
    let undecided = model.undecided.as_ref().map(|(cannot, _)| refused(*cannot, text));
    view! {
        {back(Tab::Appeals, text)}
        {undecided}
        <div class="split split--side-last round__section">
            <div>
                {words(model, text)}
                <div class="round__section">{evidence(model.kept.as_ref(), text)}</div>
            </div>
            <div class="split__stay">{answer(model, text)}</div>
        </div>
    }
    .into_any()
}

fn words(model: &RiskAppealModel, text: Text) -> AnyView {
    let appeal = &model.appeal;
    let said = if appeal.words.is_empty() { text.risk_words_gone() } else { appeal.words.as_str() };
    let round = model.round.as_ref().map(|round| round.name.get(text.0).to_owned());
    let claim = appeal.claim.map(|claim| {
        let id = claim.to_string();
        view! {
            <a href=format!("/console/risk/claims/{id}")>{text.risk_claim(&tail(&id))}</a>
        }
    });
    let at = appeal.filed_at;
    view! {
        <section class="card" aria-labelledby="words">
            <h2 class="card__title card__title--small" id="words">{text.risk_words()}</h2>
            <p class="card__text facts__lines" data-testid="words">{said.to_owned()}</p>
            <p class="card__note">
                {moment::time(at, text.done_at(at, Some(model.now)))}
                " · "{round.unwrap_or_else(|| appeal.round.to_string())}
                " · "<code>{tail(&appeal.person.to_string())}</code>
                {claim.map(|claim| view! { " · "{claim} })}
            </p>
        </section>
    }
    .into_any()
}

fn answer(model: &RiskAppealModel, text: Text) -> AnyView {
    let appeal = &model.appeal;
    if let Some(mark) = &appeal.answered {
        let facts = text.facts(&[text.who(&mark.who), text.done_at(mark.at, Some(model.now))]);
        return view! {
            <section class="card" aria-labelledby="answer" data-state=appeal.state.code()>
                <h2 class="card__title card__title--small" id="answer">
                    {text.appeal_state(appeal.state)}
                </h2>
                <p class="card__text">{mark.why.clone()}</p>
                <p class="card__note">{facts}</p>
            </section>
        }
        .into_any();
    }
    if !model.may_decide {
        return view! {
            <section class="card" data-state=appeal.state.code()>
                <p class="card__text">{text.appeal_state(AppealState::Open)}</p>
            </section>
        }
        .into_any();
    }
    let written = model.undecided.as_ref().map(|(_, why)| why.clone()).unwrap_or_default();
    let button = |answer: Answer| {
        let (class, words) = match answer {
            Answer::Uphold => ("button button--wide button--accent", text.risk_uphold()),
            Answer::Dismiss => ("button button--wide", text.risk_dismiss()),
        };
        view! {
            <button class=class type="submit" name="answer" value=answer.code()>{words}</button>
        }
    };
    let buttons: Vec<_> = Answer::ALL.into_iter().map(button).collect();
    view! {
        <section class="card" aria-labelledby="answer" data-state=appeal.state.code()>
            <h2 class="card__title card__title--small" id="answer">{text.risk_decide()}</h2>
            <p class="card__note">{text.risk_uphold_note()}</p>
            <form method="post" action=format!("/console/risk/appeals/{}", appeal.id)>
                {why(text.risk_why_person(), written)}
                <p class="decide__acts">{buttons}</p>
            </form>
        </section>
    }
    .into_any()
}
