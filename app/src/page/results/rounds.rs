//! Each round: what was claimed, used and rolled over, and how its packs went in the first minutes.

use domain::results::file::Table;
use domain::results::{Results, RoundResult};
use leptos::prelude::*;

use super::download;
use crate::text::Text;
use crate::widget::chart::{Tone, rise};

/// How much of a round's beginning its curve shows, in seconds.
const SPANS_S: [u32; 5] = [10, 60, 600, 3_600, 86_400];

/// The section.
pub(super) fn section(results: &Results, text: Text) -> AnyView {
    let rounds: Vec<_> = results.rounds.iter().map(|it| round(it, text)).collect();
    view! {
        <section class="results__rounds" aria-labelledby="rounds">
            <div class="results__head">
                <h2 class="card__title" id="rounds">{text.results_rounds()}</h2>
                <p>
                    {download(Table::Rounds, "rounds", text)}
                </p>
            </div>
            {rounds}
        </section>
    }
    .into_any()
}

fn round(it: &RoundResult, text: Text) -> AnyView {
    let near = Some(it.window.opens_at());
    let window = text.from_to(
        &text.opening(it.window.opens_at(), None),
        &text.closing(it.window.closes_at(), near),
    );
    let gone = it.sold_out_after_s().map_or_else(
        || text.results_not_sold_out().to_owned(),
        |seconds| text.seconds(seconds.max(1)),
    );
    let rolled_over = it
        .rolled_over
        .map_or_else(|| text.results_not_closed().to_owned(), |amount| text.yuan_sign(amount));
    let facts = [
        (text.results_claimed(), text.of_packs(it.claimed, it.stock)),
        (text.results_sold_out_after(), gone),
        (text.results_issued(), text.yuan_sign(it.issued)),
        (text.results_redeemed(), text.yuan_sign(it.redeemed)),
        (text.results_sales(), text.yuan_sign(it.sales)),
        (text.results_rolled_over(), rolled_over),
    ];
    let facts = facts.map(|(name, value)| {
        view! {
            <div class="facts__row">
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    let id = format!("round-{}", it.round);
    let curve = (it.claimed > 0).then(|| curve(it, text));
    view! {
        <section class="card results__round" aria-labelledby=id.clone() data-testid="results-round">
            <h3 class="card__title card__title--small" id=id.clone()>{it.name.get(text.0).to_owned()}</h3>
            <p class="results__window">{window}</p>
            <div class="results__pair">
                <dl class="facts">{facts}</dl>
                {curve}
            </div>
        </section>
    }
    .into_any()
}

/// The share of the packs that were claimed, over the shortest span that holds nine tenths of them.
fn curve(it: &RoundResult, text: Text) -> AnyView {
    let most = it.claimed - it.claimed / 10;
    let span = SPANS_S.into_iter().find(|span| it.curve.by(*span - 1) >= most);
    let span = span.unwrap_or(86_400);
    let stock = it.stock.max(1);
    let seen = it.curve.points().iter().take_while(|(second, _)| *second < span);
    let points: Vec<(f64, f64)> = seen
        .map(|(second, packs)| {
            (f64::from(*second) / f64::from(span), f64::from(*packs) / f64::from(stock))
        })
        .collect();
    let claimed = it.curve.by(span - 1);
    let said = text.packs(claimed);
    let names = [0, span / 2, span]
        .map(|second| (f64::from(second) / f64::from(span), text.seconds(second)));
    let label = text.results_curve_said(it.name.get(text.0), &said, &text.seconds(span));
    let id = format!("curve-{}", it.round);
    view! {
        <figure class="results__chart">
            <figcaption class="results__caption" data-tone=Tone::Pine.code() id=id.clone()>
                {text.results_curve()}
            </figcaption>
            {rise(&label, Tone::Pine, &points, &names, &said, &text.packs(it.stock))}
            {download(Table::Claims, &id, text)}
        </figure>
    }
    .into_any()
}
