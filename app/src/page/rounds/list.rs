//! All rounds and plans, with what waits on top.

use domain::id::RoundId;
use domain::money::{Amount, grouped};
use domain::plan::{Plan, PlanState, Version};
use domain::round::Round;
use leptos::prelude::*;

use super::{Matter, RoundsModel, Waiting, words};
use crate::text::Text;
use crate::widget::moment;

/// What stands under the heading.
pub(super) fn list(model: &RoundsModel, text: Text) -> AnyView {
    let (mine, others): (Vec<&Waiting>, Vec<&Waiting>) =
        model.waiting.iter().partition(|waiting| waiting.mine);
    let new = model.may.plan.then(|| {
        view! {
            <p class="form__act">
                <a class="button button--primary button--wide" href="/console/rounds/new">
                    {text.rounds_new()}
                </a>
            </p>
        }
    });
    let acts = model.may.plan || model.may.approve;
    view! {
        <div class="split split--side-last round__section">
            <div>
                {acts.then(|| waiting(model, text.rounds_mine(), "mine", &mine, text))}
                {(!others.is_empty())
                    .then(|| waiting(model, text.rounds_others(), "others", &others, text))}
            </div>
            <section class="card" aria-labelledby="pool">
                <h2 class="card__title card__title--small" id="pool">{text.rounds_pool()}</h2>
                <p class="pool__sum figures" data-testid="pool">{text.yuan(model.pool)}</p>
                <p class="card__text">{text.rounds_pool_text()}</p>
                {new}
            </section>
        </div>
        {table(model, text)}
    }
    .into_any()
}

fn waiting(
    model: &RoundsModel,
    title: &'static str,
    id: &'static str,
    waiting: &[&Waiting],
    text: Text,
) -> AnyView {
    let rows: Vec<_> = waiting.iter().map(|waiting| row_of_waiting(model, waiting, text)).collect();
    let content = if rows.is_empty() {
        view! { <p class="card__text">{text.rounds_nothing_mine()}</p> }.into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card todo" aria-labelledby=id data-testid=id>
            <h2 class="card__title card__title--small" id=id>{title}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn row_of_waiting(model: &RoundsModel, waiting: &Waiting, text: Text) -> AnyView {
    let what = match &waiting.what {
        Matter::Plan(version) => text.waits_plan(version.plan.name.get(text.0), version.state),
        Matter::Proposal(round, proposal) => text
            .waits_proposal(round.name.get(text.0), &words::change(round, &proposal.change, text)),
    };
    view! {
        <li class="row">
            <div class="row__what">
                <p class="row__name"><a href=path(&waiting.round)>{what}</a></p>
                <p class="row__facts">{text.who(&waiting.who)}</p>
            </div>
            <p class="row__facts figures">
                {moment::time(waiting.since, text.done_at(waiting.since, Some(model.now)))}
            </p>
        </li>
    }
    .into_any()
}

fn table(model: &RoundsModel, text: Text) -> AnyView {
    let plans = model.plans.iter().map(|(id, version)| row_of_plan(model, id, version, text));
    let rounds = model.rounds.iter().rev().map(|round| row_of_round(model, round, text));
    let rows: Vec<AnyView> = plans.chain(rounds).collect();
    let content = if rows.is_empty() {
        view! { <p class="card__text">{text.rounds_none()}</p> }.into_any()
    } else {
        view! {
            <table class="register">
                <thead>
                    <tr>
                        <th scope="col">{text.column_round()}</th>
                        <th scope="col">{text.column_state()}</th>
                        <th scope="col">{text.column_window()}</th>
                        <th scope="col" class="register__sum">{text.column_left()}</th>
                        <th scope="col" class="register__sum">{text.column_cost()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="card round__section" aria-labelledby="rounds">
            <h2 class="card__title card__title--small" id="rounds">{text.rounds_list()}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn row_of_round(model: &RoundsModel, round: &Round, text: Text) -> AnyView {
    let phase = round.phase(model.now);
    let (left, packs) = (grouped(round.remaining().into()), grouped(round.stock().into()));
    let state = view! { <span class="state" data-state=phase.code()>{text.phase(phase)}</span> };
    row(model, &round.id, &Plan::of(round), (state.into_any(), format!("{left} / {packs}")), text)
}

fn row_of_plan(model: &RoundsModel, id: &RoundId, version: &Version, text: Text) -> AnyView {
    let (state, plan) = (version.state, &version.plan);
    let packs = plan.packs.iter().map(|pack| i64::from(pack.stock)).sum();
    let state = view! {
        <span class="state" data-state=code(state)>{text.plan_state(state)}</span>
    };
    row(model, id, plan, (state.into_any(), grouped(packs)), text)
}

fn row(
    model: &RoundsModel,
    id: &RoundId,
    plan: &Plan,
    (state, packs): (AnyView, String),
    text: Text,
) -> AnyView {
    let cost = plan.cost().unwrap_or(Amount::ZERO);
    view! {
        <tr data-testid="round">
            <th scope="row"><a href=path(id)>{plan.name.get(text.0).to_owned()}</a></th>
            <td data-label=text.column_state()>{state}</td>
            <td data-label=text.column_window() class="figures">{words::window(plan, Some(model.now), text)}</td>
            <td data-label=text.column_left() class="figures register__sum">{packs}</td>
            <td data-label=text.column_cost() class="figures register__sum">{text.yuan(cost)}</td>
        </tr>
    }
    .into_any()
}

/// The state as the style sheet knows it.
pub(super) const fn code(state: PlanState) -> &'static str {
    match state {
        PlanState::Draft => "draft",
        PlanState::Submitted => "submitted",
        PlanState::Returned => "returned",
        PlanState::Approved => "approved",
        PlanState::Abandoned => "abandoned",
    }
}

/// The page of a round or plan.
pub(super) fn path(id: &RoundId) -> String {
    format!("/console/rounds/{id}")
}
