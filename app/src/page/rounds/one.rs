//! One plan or round: its money, its content, what can be done, what was done.

use domain::money::Amount;
use domain::plan::{Part, Version};
use domain::round::Round;
use leptos::prelude::*;

use super::{RoundModel, Stayed, acts, history, list, propose, words};
use crate::art;
use crate::page::planner::forecast_card;
use crate::text::Text;

/// What stands under the heading.
pub(super) fn one(model: &RoundModel, text: Text) -> AnyView {
    let Some(newest) = model.versions.first() else { return ().into_any() };
    let side = match &model.round {
        Some(round) => propose::acts(model, round, text),
        None => acts::acts(model, newest, text),
    };
    view! {
        <p class="round__top">
            <a class="link-button" href="/console/rounds">{text.rounds_back()}</a>
            {state(model, newest, text)}
        </p>
        {model.stayed.as_ref().map(|(why, _)| stayed(model, why, text))}
        <div class="split split--side-last round__section">
            <div>
                {money(model, newest, text)}
                {model.round.as_ref().and_then(|round| propose::proposals(model, round, text))}
                {facts(model, newest, text)}
                {model.forecast.as_ref().map(|it| forecast_card(it, text))}
                {history::history(model, text)}
            </div>
            <div>{side}</div>
        </div>
    }
    .into_any()
}

fn state(model: &RoundModel, newest: &Version, text: Text) -> AnyView {
    match &model.round {
        Some(round) => {
            let phase = round.phase(model.now);
            view! {
                <span class="state" data-testid="state" data-state=phase.code()>
                    {text.phase(phase)}
                </span>
            }
            .into_any()
        }
        None => view! {
            <span class="state" data-testid="state" data-state=list::code(newest.state)>
                {text.plan_state(newest.state)}
            </span>
        }
        .into_any(),
    }
}

/// Why the last act did not happen.
fn stayed(model: &RoundModel, why: &Stayed, text: Text) -> AnyView {
    let name =
        |id: &domain::id::RoundId| words::name_of(model.rounds.iter().map(AsRef::as_ref), id, text);
    let met = |cannot: &domain::plan::CannotStep| match cannot {
        domain::plan::CannotStep::Overlaps(other) => name(other),
        _ => String::new(),
    };
    let met_by = |cannot: &domain::round::change::CannotChange| match cannot {
        domain::round::change::CannotChange::IntoNextRound(other) => name(other),
        _ => String::new(),
    };
    let (reason, next) = match why {
        Stayed::Changed(versions) => {
            return changed(model, versions, text.stayed_changed_look(), text);
        }
        Stayed::Step(cannot) => (text.stayed(), text.cannot_step(cannot, &met(cannot))),
        Stayed::Change(cannot) => (text.stayed(), text.cannot_change(cannot, &met_by(cannot))),
        Stayed::Decision(cannot) => {
            (text.stayed(), text.cannot_decide_proposal(*cannot).to_owned())
        }
        Stayed::Waits => (text.stayed(), text.stayed_waits().to_owned()),
        Stayed::NoReason => (text.stayed(), text.stayed_reason().to_owned()),
        Stayed::Unreadable => (text.stayed(), text.stayed_unreadable().to_owned()),
    };
    notice(reason, view! { <p class="notice__next">{next}</p> }.into_any())
}

fn changed(model: &RoundModel, versions: &[Version], next: &'static str, text: Text) -> AnyView {
    let content = view! {
        {history::what_changed(&model.campaign, versions, model.now, text)}
        <p class="notice__next">{next}</p>
    };
    notice(text.stayed_changed(), content.into_any())
}

/// A notice that something did not happen.
pub(super) fn notice(reason: &'static str, content: AnyView) -> AnyView {
    view! {
        <div class="notice notice--bad round__section" role="alert" data-testid="stayed">
            {art::attention()}
            <div>
                <p class="notice__reason">{reason}</p>
                {content}
            </div>
        </div>
    }
    .into_any()
}

/// What it costs, what the pool holds, what stays; of a round, where its packs are.
fn money(model: &RoundModel, newest: &Version, text: Text) -> AnyView {
    let cost = newest.plan.cost().unwrap_or(Amount::MAX);
    let rows = match &model.round {
        Some(round) => of_round(round, cost, text),
        None if !newest.state.is_open() => vec![(text.rounds_cost(), text.yuan(cost), "cost")],
        None => of_plan(model, cost, text),
    };
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, value, id)| {
            view! {
                <div class="sums__one" data-sum=id>
                    <dt>{name}</dt>
                    <dd class="figures" data-testid=id>{value}</dd>
                </div>
            }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="money">
            <h2 class="card__title card__title--small" id="money">{text.rounds_money()}</h2>
            <dl class="sums">{rows}</dl>
        </section>
    }
    .into_any()
}

type Sum = (&'static str, String, &'static str);

fn of_plan(model: &RoundModel, cost: Amount, text: Text) -> Vec<Sum> {
    let last = match (model.pool.minus(cost), cost.minus(model.pool)) {
        (Some(stays), _) => (text.rounds_stays(), text.yuan(stays), "stays"),
        (None, short) => (text.rounds_short(), text.yuan(short.unwrap_or_default()), "short"),
    };
    vec![
        (text.rounds_cost(), text.yuan(cost), "cost"),
        (text.rounds_pool(), text.yuan(model.pool), "pool"),
        last,
    ]
}

fn of_round(round: &Round, cost: Amount, text: Text) -> Vec<Sum> {
    vec![
        (text.rounds_cost(), text.yuan(cost), "cost"),
        (text.fact_packs(), text.packs(round.stock()), "packs"),
        (text.stock_left(), text.packs(round.remaining()), "left"),
    ]
}

fn facts(model: &RoundModel, newest: &Version, text: Text) -> AnyView {
    let row = |of: Part| {
        let said = words::part(&model.campaign, &newest.plan, of, text);
        view! {
            <div class="facts__row"><dt>{text.part(of)}</dt><dd class="facts__lines">{said}</dd></div>
        }
    };
    let rows: Vec<_> = Part::ALL.into_iter().map(row).collect();
    view! {
        <section class="card round__section" aria-labelledby="content">
            <h2 class="card__title card__title--small" id="content">{text.round_content()}</h2>
            <dl class="facts facts--wide">{rows}</dl>
        </section>
    }
    .into_any()
}
