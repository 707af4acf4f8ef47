//! `/console/planner`: what a plan may come to, before anybody approves it. The form asks by its address, so that a
//! forecast can be kept and sent to somebody.

use std::sync::Arc;

use domain::money::Amount;
use domain::planner::{Basis, Forecast, Plan, Range, margin_percent};
use domain::results::Results;
use leptos::prelude::*;

use super::Page;
use super::console::{Place, Who, console};
use super::frame::Frame;
use crate::text::Text;
use crate::widget::field::{Field, Typing};

/// What the planner shows.
pub struct PlannerModel {
    /// What was typed: packs, face in yuan, days.
    pub typed: [String; 3],
    /// The plan that it makes; `None` where it makes none.
    pub plan: Option<Plan>,
    /// Whether anything was asked.
    pub asked: bool,
    /// The results; `None` until they were counted once.
    pub results: Option<Arc<Results>>,
}

/// The page.
pub fn page(frame: &Frame, who: &Who, model: &PlannerModel) -> Page {
    let text = Text(frame.visitor.language);
    let wrong = (model.asked && model.plan.is_none()).then(|| {
        view! { <p class="field__error" role="alert" data-error="plan">{text.planner_wrong()}</p> }
    });
    let forecast = model.plan.zip(model.results.as_deref()).map(|(plan, results)| {
        let (rounds, programmes) = (&results.rounds, &results.history);
        domain::planner::forecast(plan, rounds, programmes, results.counted_at)
    });
    let content = view! {
        <p class="console__lead">{text.planner_lead()}</p>
        <section class="card planner" aria-labelledby="planner-plan">
            <h2 class="card__title card__title--small" id="planner-plan">{text.planner_plan()}</h2>
            <form class="planner__form" method="get" action="/console/planner">
                {field(text.planner_packs(), "packs", &model.typed[0])}
                {field(text.planner_face(), "face", &model.typed[1])}
                {field(text.planner_days(), "days", &model.typed[2])}
                <p class="form__act">
                    <button class="button button--accent" type="submit">{text.planner_ask()}</button>
                </p>
            </form>
            {wrong}
        </section>
        {forecast.map(|it| forecast_card(&it, text))}
    };
    console(frame, who, Place::Planner, text.planner(), content.into_any())
}

fn field(label: &'static str, name: &'static str, value: &str) -> AnyView {
    let typing = Typing { inputmode: Some("decimal"), most: 12, ..Typing::default() };
    Field { name, label, value: value.to_owned(), ..Field::default() }.text(typing)
}

/// What a plan may come to, as a card: beside the plan, wherever it is shown.
pub fn forecast_card(forecast: &Forecast, text: Text) -> AnyView {
    let none = || text.planner_too_little().to_owned();
    let sell_out = forecast.sell_out.map_or_else(none, |it| match (it.earliest_s, it.latest_s) {
        (None, _) => text.planner_not_sold_out().to_owned(),
        (Some(early), None) => text.planner_sold_out_from(&text.seconds(early.max(1))),
        (Some(early), Some(late)) => {
            text.from_to_range(&text.seconds(early.max(1)), &text.seconds(late.max(1)))
        }
    });
    let range = |low: String, high: String| text.from_to_range(&low, &high);
    let amounts = |it: Range<Amount>| range(text.yuan_sign(it.low), text.yuan_sign(it.high));
    let facts = [
        (text.planner_budget(), text.yuan_sign(forecast.budget), false),
        (text.planner_sell_out(), sell_out, forecast.sell_out.is_none()),
        (
            text.results_claimed(),
            forecast.claimed.map_or_else(none, |it| range(text.packs(it.low), text.packs(it.high))),
            forecast.claimed.is_none(),
        ),
        (
            text.results_rate(),
            forecast.rate.map_or_else(none, |it| range(it.low.to_string(), it.high.to_string())),
            forecast.rate.is_none(),
        ),
        (
            text.planner_rollover(),
            forecast.rollover.map_or_else(none, amounts),
            forecast.rollover.is_none(),
        ),
        (
            text.results_per_redeemed(),
            forecast
                .per_redeemed
                .map_or_else(none, |it| range(text.times(it.low), text.times(it.high))),
            forecast.per_redeemed.is_none(),
        ),
        (text.results_sales(), forecast.sales.map_or_else(none, amounts), forecast.sales.is_none()),
    ];
    let rows = facts.map(|(name, value, missing)| {
        view! {
            <div class="facts__row">
                <dt>{name}</dt>
                <dd class=missing.then_some("results__missing")>{value}</dd>
            </div>
        }
    });
    view! {
        <section class="card round__section forecast" aria-labelledby="forecast" data-testid="forecast">
            <h2 class="card__title card__title--small" id="forecast">{text.planner_forecast()}</h2>
            <dl class="facts">{rows}</dl>
            {basis(forecast.basis, text)}
        </section>
    }
    .into_any()
}

/// On what a forecast stands, and what it takes for granted.
fn basis(basis: Basis, text: Text) -> AnyView {
    view! {
        <div class="prose planner__basis">
            <h3>{text.planner_basis()}</h3>
            <ul>
                <li>{text.planner_basis_rounds(basis.rounds, margin_percent(basis.rounds))}</li>
                <li>{text.planner_basis_rates(basis.rates, margin_percent(basis.rates))}</li>
                <li>
                    {text
                        .planner_basis_multipliers(
                            basis.multipliers,
                            margin_percent(basis.multipliers),
                        )}
                </li>
                <li>{text.planner_basis_same()}</li>
                <li>{text.planner_basis_sold_out()}</li>
            </ul>
        </div>
    }
    .into_any()
}
