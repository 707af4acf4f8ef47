//! Vouchers and sales by day: two charts over the same days, and their table.

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
                {chart(&daily, text.results_daily_redeemed(), Tone::Cinnabar, |it| it.redeemed, text)}
                {chart(&daily, text.results_daily_sales(), Tone::Indigo, |it| it.sales, text)}
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

fn chart(
    daily: &[(BeijingDay, Tally)],
    title: &'static str,
    tone: Tone,
    figure: fn(&Tally) -> Amount,
    text: Text,
) -> AnyView {
    let said = |fen: i64| text.rough(Amount::from_fen(fen).unwrap_or_default());
    let day = |day: BeijingDay| text.calendar_day(day, Some(day.start()));
    let (Some((first, _)), Some((last, _))) = (daily.first(), daily.last()) else {
        return ().into_any();
    };
    // Of equal days the first: that is the one the chart labels.
    let peak = daily.iter().rev().max_by_key(|(_, tally)| figure(tally));
    let label = peak.map(|(at, tally)| {
        let peak = text.yuan_sign(figure(tally));
        text.results_chart(title, &day(*first), &day(*last), &peak, &day(*at))
    });
    let drawn: Vec<Bar> = daily
        .iter()
        .map(|(day, tally)| Bar {
            name: text.axis_day(*day),
            value: figure(tally).fen(),
            said: said(figure(tally).fen()),
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
