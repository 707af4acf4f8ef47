//! Vouchers and sales by day, of the campaign and of earlier programmes: two charts over the same days, and their
//! table.

use domain::history::{Programme, Stated};
use domain::money::Amount;
use domain::results::file::Table;
use domain::results::{Results, Tally};
use domain::time::BeijingDay;
use leptos::prelude::*;

use super::download;
use crate::text::Text;
use crate::widget::chart::{Bar, Tone, bars};

/// The section.
pub(super) fn section(results: &Results, text: Text) -> AnyView {
    let daily = results.daily();
    let rows: Vec<_> = daily
        .iter()
        .rev()
        .map(|(day, tally)| {
            view! {
                <tr>
                    <th scope="row">{text.axis_day(*day)}</th>
                    <td>{domain::money::grouped(i64::try_from(tally.vouchers).unwrap_or_default())}</td>
                    <td>{text.yuan_sign(tally.redeemed)}</td>
                    <td>{text.yuan_sign(tally.sales)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card round__section" aria-labelledby="daily">
            <h2 class="card__title" id="daily">{text.results_daily()}</h2>
            <div class="results__pair">
                {chart(&of(&daily, |it| it.redeemed), text.results_daily_redeemed(), Tone::Cinnabar, text)}
                {chart(&of(&daily, |it| it.sales), text.results_daily_sales(), Tone::Indigo, text)}
            </div>
            <details class="results__table">
                <summary>{text.results_table()}</summary>
                <table class="table" aria-labelledby="daily">
                    <thead>
                        <tr>
                            <th scope="col">{text.results_day()}</th>
                            <th scope="col">{text.results_vouchers()}</th>
                            <th scope="col">{text.results_redeemed()}</th>
                            <th scope="col">{text.results_sales()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
            {download(Table::Daily, "daily", text)}
        </section>
    }
    .into_any()
}

/// The days of an earlier programme that its source states one by one, and no others.
pub(super) fn of_programme(it: &Programme, text: Text) -> Option<AnyView> {
    if it.daily.is_empty() {
        return None;
    }
    let stated = |figure: fn(&Stated) -> Option<Amount>| {
        let days = it.daily.iter().filter_map(|(day, stated)| Some((*day, figure(stated)?)));
        days.collect::<Vec<_>>()
    };
    let said = |figure: Option<Amount>| {
        figure.map_or(text.results_not_stated().to_owned(), |it| text.yuan_sign(it))
    };
    let rows: Vec<_> = it
        .daily
        .iter()
        .rev()
        .map(|(day, stated)| {
            view! {
                <tr>
                    <th scope="row">{text.axis_day(*day)}</th>
                    <td>{said(stated.redeemed)}</td>
                    <td>{said(stated.sales)}</td>
                </tr>
            }
        })
        .collect();
    let shown = view! {
        {chart(&stated(|it| it.redeemed), text.results_daily_redeemed(), Tone::Cinnabar, text)}
        {chart(&stated(|it| it.sales), text.results_daily_sales(), Tone::Indigo, text)}
        <details class="results__table">
            <summary>{text.results_table()}</summary>
            <table class="table" aria-label=text.results_daily()>
                <thead>
                    <tr>
                        <th scope="col">{text.results_day()}</th>
                        <th scope="col">{text.results_redeemed()}</th>
                        <th scope="col">{text.results_sales()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    };
    Some(shown.into_any())
}

fn of(daily: &[(BeijingDay, Tally)], figure: fn(&Tally) -> Amount) -> Vec<(BeijingDay, Amount)> {
    daily.iter().map(|(day, tally)| (*day, figure(tally))).collect()
}

fn chart(daily: &[(BeijingDay, Amount)], title: &'static str, tone: Tone, text: Text) -> AnyView {
    let said = |fen: i64| text.rough(Amount::from_fen(fen).unwrap_or_default());
    let day = |day: BeijingDay| text.calendar_day(day, Some(day.start()));
    let (Some((first, _)), Some((last, _))) = (daily.first(), daily.last()) else {
        return ().into_any();
    };
    // Of equal days the first: that is the one the chart labels.
    let peak = daily.iter().rev().max_by_key(|(_, amount)| *amount);
    let label = peak.map(|(at, amount)| {
        text.results_chart(title, &day(*first), &day(*last), &text.yuan_sign(*amount), &day(*at))
    });
    let drawn: Vec<Bar> = daily
        .iter()
        .map(|(day, amount)| Bar {
            name: text.axis_day(*day),
            value: amount.fen(),
            said: said(amount.fen()),
        })
        .collect();
    view! {
        <figure class="results__chart">
            <figcaption class="results__caption" data-tone=tone.code()>{title}</figcaption>
            {bars(&label.unwrap_or_default(), tone, &drawn, said)}
        </figure>
    }
    .into_any()
}
