//! The same sales by what they were: category, district, in the shop or online, hour, entrance.

use domain::money::{Amount, grouped};
use domain::redemption::Scene;
use domain::results::file::Table;
use domain::results::{Results, Tally, sum_by};
use leptos::prelude::*;

use super::{ResultsModel, download};
use crate::page::entrance::name_of;
use crate::text::Text;
use crate::widget::chart::{Bar, Tone, bars, part};

/// One table: what it is of, and a name and a tally for each row.
struct Breakdown {
    table: Table,
    title: &'static str,
    of: &'static str,
    rows: Vec<(String, Tally)>,
}

/// The sections, side by side where there is room.
pub(super) fn sections(results: &Results, model: &ResultsModel, text: Text) -> AnyView {
    let campaign = &model.campaign;
    let cells = &results.cells;
    let categories = sum_by(cells, |it| it.category.clone()).into_iter().map(|(id, tally)| {
        let name = campaign.category(&id).map(|it| it.name.get(text.0).to_owned());
        (name.unwrap_or_else(|| id.to_string()), tally)
    });
    let districts = sum_by(cells, |it| it.district.clone()).into_iter().map(|(code, tally)| {
        let name = campaign.district(&code).map(|it| it.name.get(text.0).to_owned());
        (name.unwrap_or(code), tally)
    });
    let scenes = [Scene::InStore, Scene::Online].into_iter().filter_map(|scene| {
        let tally = sum_by(cells, |it| it.scene.code()).get(scene.code()).copied()?;
        Some((text.scene(scene).to_owned(), tally))
    });
    let tables = [
        Breakdown {
            table: Table::Categories,
            title: text.results_by_category(),
            of: text.results_category(),
            rows: largest_first(categories.collect()),
        },
        Breakdown {
            table: Table::Districts,
            title: text.results_by_district(),
            of: text.results_district(),
            rows: largest_first(districts.collect()),
        },
        Breakdown {
            table: Table::Scenes,
            title: text.results_by_scene(),
            of: text.results_scene(),
            rows: scenes.collect(),
        },
    ];
    let tables = tables.map(|table| breakdown(&table, text));
    view! {
        {hours(results, text)}
        <div class="results__tables">
            {tables}
            {(!results.entrances.is_empty()).then(|| entrances(&results.entrances, model, text))}
        </div>
    }
    .into_any()
}

/// The hours of the day as a chart, from midnight to midnight, over their table.
fn hours(results: &Results, text: Text) -> AnyView {
    let id = Table::Hours.code();
    let sums = sum_by(&results.cells, |it| it.hour);
    let said = |fen: i64| text.rough(Amount::from_fen(fen).unwrap_or_default());
    let drawn: Vec<Bar> = (0..24_u8)
        .map(|hour| {
            let fen = sums.get(&hour).map(|it| it.redeemed.fen()).unwrap_or_default();
            Bar { name: format!("{hour}"), value: fen, said: said(fen) }
        })
        .collect();
    let busiest = sums.iter().rev().max_by_key(|(_, tally)| tally.redeemed);
    let label = busiest.map(|(hour, tally)| {
        text.results_busiest(&text.hour_span(*hour), &text.yuan_sign(tally.redeemed))
    });
    let rows = sums.into_iter().map(|(hour, tally)| (text.hour_span(hour), tally)).collect();
    let table = Breakdown {
        table: Table::Hours,
        title: text.results_by_hour(),
        of: text.results_hour(),
        rows,
    };
    view! {
        <section class="card" aria-labelledby=id>
            <h2 class="card__title" id=id>{table.title}</h2>
            <figure class="results__chart">
                <figcaption class="results__caption" data-tone=Tone::Cinnabar.code()>
                    {text.results_redeemed()}
                </figcaption>
                {bars(&label.unwrap_or_default(), Tone::Cinnabar, &drawn, said)}
            </figure>
            <details class="results__table">
                <summary>{text.results_table()}</summary>
                {rows_of(&table, text)}
            </details>
            {download(Table::Hours, id, text)}
        </section>
    }
    .into_any()
}

fn largest_first(mut rows: Vec<(String, Tally)>) -> Vec<(String, Tally)> {
    rows.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.redeemed));
    rows
}

fn breakdown(table: &Breakdown, text: Text) -> AnyView {
    let id = table.table.code();
    view! {
        <section class="card" aria-labelledby=id>
            <h2 class="card__title card__title--small" id=id>{table.title}</h2>
            {rows_of(table, text)}
            {download(table.table, id, text)}
        </section>
    }
    .into_any()
}

/// The table itself, named by the heading of its section.
fn rows_of(table: &Breakdown, text: Text) -> AnyView {
    let most = table.rows.iter().map(|(_, it)| it.redeemed.fen()).max().unwrap_or_default();
    let rows: Vec<_> = table
        .rows
        .iter()
        .map(|(name, tally)| {
            let share = as_part(tally.redeemed.fen(), most);
            view! {
                <tr>
                    <th scope="row">{name.clone()} {part(Tone::Cinnabar, share)}</th>
                    <td>{count(tally.vouchers)}</td>
                    <td>{text.yuan_sign(tally.redeemed)}</td>
                    <td>{text.yuan_sign(tally.sales)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <table class="table" aria-labelledby=table.table.code()>
            <thead>
                <tr>
                    <th scope="col">{table.of}</th>
                    <th scope="col">{text.results_vouchers()}</th>
                    <th scope="col">{text.results_redeemed()}</th>
                    <th scope="col">{text.results_sales()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn entrances(entrances: &[(Option<String>, u64)], model: &ResultsModel, text: Text) -> AnyView {
    let id = Table::Entrances.code();
    let rows: Vec<_> = entrances
        .iter()
        .map(|(name, packs)| {
            let name = name.as_deref().map_or_else(
                || text.results_entrance_gone().to_owned(),
                |name| name_of(name, &model.entrances, text),
            );
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td>{count(*packs)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby=id>
            <h2 class="card__title card__title--small" id=id>{text.results_by_entrance()}</h2>
            <table class="table" aria-labelledby=id>
                <thead>
                    <tr>
                        <th scope="col">{text.results_entrance()}</th>
                        <th scope="col">{text.results_packs()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {download(Table::Entrances, id, text)}
        </section>
    }
    .into_any()
}

fn count(number: u64) -> String {
    grouped(i64::try_from(number).unwrap_or(i64::MAX))
}

/// How much of the most something is, between 0 and 1.
pub(super) fn as_part(fen: i64, most: i64) -> f64 {
    let thousandths = fen.saturating_mul(1_000).checked_div(most).unwrap_or_default();
    i32::try_from(thousandths).map(f64::from).unwrap_or_default() / 1_000.0
}
