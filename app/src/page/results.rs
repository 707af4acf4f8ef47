//! `/results` 活動成效: what the campaign has come to, and what earlier programmes had, for everybody.

mod breakdown;
mod daily;
mod history;
mod rounds;

use std::sync::Arc;

use domain::campaign::Campaign;
use domain::results::Results;
use domain::results::file::Table;
use leptos::prelude::*;

use super::entrance::EntranceLink;
use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::moment;

/// What the results page shows.
pub struct ResultsModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The results; `None` until they were counted once.
    pub results: Option<Arc<Results>>,
    /// The entrances that have names.
    pub entrances: Vec<EntranceLink>,
}

/// The page.
pub fn page(frame: &Frame, model: &ResultsModel) -> Page {
    let text = Text(frame.visitor.language);
    let lead = model.campaign.theme.get(text.0).to_owned();
    let main = view! {
        <div class="wrap results">
            <div class="page__head">
                <h1 class="page__title">{text.results()}</h1>
                <p class="page__lead">{lead}</p>
            </div>
            {content(model, text)}
        </div>
    };
    Page {
        title: text.results().to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

/// Everything under the heading: what has data, and words where there is none.
pub(super) fn content(model: &ResultsModel, text: Text) -> AnyView {
    let Some(results) = model.results.as_deref() else {
        return view! { <p class="card card__text">{text.results_not_counted()}</p> }.into_any();
    };
    let has_sales = !results.cells.is_empty();
    let breakdown = has_sales.then(|| breakdown::sections(results, model, text));
    view! {
        {figures(results, text)}
        {has_sales.then(|| daily::section(results, text))}
        {breakdown}
        {rounds::section(results, text)}
        {(!results.history.is_empty()).then(|| history::section(&results.history, text))}
        {how(text)}
    }
    .into_any()
}

/// The figures of the whole campaign.
fn figures(results: &Results, text: Text) -> AnyView {
    let (total, issued) = (results.total(), results.issued());
    let near = Some(results.counted_at);
    let counted = text.results_counted(&text.done_at(results.counted_at, near));
    let rolled = results.rounds.iter().any(|round| round.rolled_over.is_some());
    let facts = [
        Some(("issued", text.results_issued(), text.yuan_sign(issued))),
        Some(("redeemed", text.results_redeemed(), text.yuan_sign(total.redeemed))),
        results.redemption_rate().map(|it| ("rate", text.results_rate(), it.to_string())),
        Some(("sales", text.results_sales(), text.yuan_sign(total.sales))),
        total
            .per_issued(issued)
            .filter(|_| total.vouchers > 0)
            .map(|it| ("per-issued", text.results_per_issued(), text.times(it))),
        total
            .per_redeemed()
            .map(|it| ("per-redeemed", text.results_per_redeemed(), text.times(it))),
        rolled.then(|| {
            ("rolled-over", text.results_rolled_over(), text.yuan_sign(results.rolled_over()))
        }),
    ];
    let none = results.cells.is_empty().then(|| {
        view! { <p class="card__text" data-testid="results-none">{text.results_none()}</p> }
    });
    view! {
        <section class="card" aria-labelledby="so-far">
            <div class="results__head">
                <h2 class="card__title" id="so-far">{text.results_so_far()}</h2>
                <p class="results__counted">
                    {moment::time(results.counted_at, counted)}
                </p>
            </div>
            {tiles(facts.into_iter().flatten().collect())}
            {none}
        </section>
    }
    .into_any()
}

/// Figures side by side: a name for tests, a name for people, the figure.
pub(super) fn tiles(facts: Vec<(&'static str, &'static str, String)>) -> AnyView {
    let facts: Vec<_> = facts
        .into_iter()
        .map(|(id, name, figure)| {
            view! {
                <div class="figure-tile" data-testid=format!("results-{id}")>
                    <dt>{name}</dt>
                    <dd>{figure}</dd>
                </div>
            }
        })
        .collect();
    view! { <dl class="figure-tiles">{facts}</dl> }.into_any()
}

/// The link to a table as a file.
fn download(table: Table, of: &str, text: Text) -> AnyView {
    view! {
        <a
            class="results__file"
            href=format!("/results/{}.csv", table.code())
            download
            aria-describedby=of.to_owned()
        >
            {text.results_download()}
        </a>
    }
    .into_any()
}

/// How the figures come about.
fn how(text: Text) -> AnyView {
    view! {
        <section class="card round__section prose results__how" aria-labelledby="how">
            <h2 id="how">{text.results_how()}</h2>
            <ul>
                <li>{text.results_how_sales()}</li>
                <li>{text.results_how_multiplier()}</li>
                <li>{text.results_how_day()}</li>
            </ul>
        </section>
    }
    .into_any()
}
