//! Earlier programmes, as far as a source states them.

use domain::history::{Programme, Stated, Together};
use domain::money::Amount;
use domain::results::Multiplier;
use domain::results::file::Table;
use leptos::prelude::*;

use super::download;
use crate::text::Text;
use crate::widget::chart::{Tone, part};

/// The section.
pub(super) fn section(programmes: &[Programme], text: Text) -> AnyView {
    let cards: Vec<_> = programmes.iter().map(|it| programme(it, text)).collect();
    let together = (programmes.len() > 1).then(|| together(programmes, text));
    view! {
        <section class="results__rounds" aria-labelledby="history">
            <div class="results__head">
                <h2 class="card__title" id="history">{text.results_history()}</h2>
                <p>{download(Table::History, "history", text)}</p>
            </div>
            <p class="results__lead">{text.results_history_lead()}</p>
            <div class="results__tables">{cards} {together}</div>
        </section>
    }
    .into_any()
}

fn programme(it: &Programme, text: Text) -> AnyView {
    let near = Some(it.days.first.start());
    let days = text
        .from_to(&text.calendar_day(it.days.first, None), &text.calendar_day(it.days.last, near));
    let missing = text.results_not_stated();
    let rate = it.redemption_rate().map_or(missing.to_owned(), |it| it.to_string());
    let facts = facts(
        text,
        missing,
        (it.issued, it.total),
        (it.per_issued(), it.per_redeemed()),
        Some(rate),
    );
    let is_stated = |stated: Stated| stated != Stated::default();
    let range = (is_stated(it.beginning) || is_stated(it.peak)).then(|| range(it, text));
    let id = format!("programme-{}", it.id);
    view! {
        <section class="card" aria-labelledby=id.clone() data-testid=id.clone()>
            <h3 class="card__title card__title--small" id=id.clone()>{it.name.get(text.0).to_owned()}</h3>
            <p class="results__window">{days}</p>
            {facts}
            {range}
            {super::daily::of_programme(it, text)}
            <p class="card__note">
                {text.results_source()}{text.pause()}
                <span lang="zh-Hant">{it.source.clone()}</span>
            </p>
        </section>
    }
    .into_any()
}

fn together(programmes: &[Programme], text: Text) -> AnyView {
    let all = Together::of(programmes);
    let missing = text.results_not_complete();
    let facts =
        facts(text, missing, (all.issued, all.total), (all.per_issued(), all.per_redeemed()), None);
    view! {
        <section class="card" aria-labelledby="together" data-testid="programmes-together">
            <h3 class="card__title card__title--small" id="together">{text.results_together()}</h3>
            {facts}
        </section>
    }
    .into_any()
}

fn facts(
    text: Text,
    missing: &'static str,
    (issued, total): (Option<Amount>, Stated),
    (per_issued, per_redeemed): (Option<Multiplier>, Option<Multiplier>),
    rate: Option<String>,
) -> AnyView {
    let amount = |it: Option<Amount>| it.map_or(missing.to_owned(), |it| text.yuan_sign(it));
    let times = |it: Option<Multiplier>| it.map_or(missing.to_owned(), |it| text.times(it));
    let facts = [
        Some((text.results_issued(), amount(issued))),
        Some((text.results_redeemed(), amount(total.redeemed))),
        rate.map(|rate| (text.results_rate(), rate)),
        Some((text.results_sales(), amount(total.sales))),
        Some((text.results_per_issued(), times(per_issued))),
        Some((text.results_per_redeemed(), times(per_redeemed))),
    ];
    let rows: Vec<_> = facts
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let quiet = (value == missing).then_some("results__missing");
            view! {
                <div class="facts__row">
                    <dt>{name}</dt>
                    <dd class=quiet>{value}</dd>
                </div>
            }
        })
        .collect();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// The day in the beginning beside the highest, which are stated without a date.
fn range(it: &Programme, text: Text) -> AnyView {
    let figures = [
        (text.results_daily_redeemed(), Tone::Cinnabar, it.beginning.redeemed, it.peak.redeemed),
        (text.results_daily_sales(), Tone::Indigo, it.beginning.sales, it.peak.sales),
    ];
    let tables = figures.map(|(title, tone, beginning, peak)| {
        let most = peak.or(beginning).unwrap_or_default().fen();
        let rows = [(text.results_in_beginning(), beginning), (text.results_highest(), peak)];
        let rows = rows.map(|(name, figure)| {
            let share = figure.map(|it| super::breakdown::as_part(it.fen(), most));
            let said = figure.map_or(text.results_not_stated().to_owned(), |it| text.yuan_sign(it));
            view! {
                <tr>
                    <th scope="row">{name} {share.map(|share| part(tone, share))}</th>
                    <td>{said}</td>
                </tr>
            }
        });
        view! {
            <table class="table">
                <caption class="results__caption" data-tone=tone.code()>{title}</caption>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <div class="results__range">
            {tables}
            <p class="card__note">{text.results_no_dates()}</p>
        </div>
    }
    .into_any()
}
