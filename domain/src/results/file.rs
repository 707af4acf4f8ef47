//! The results as comma-separated tables, for whoever counts on: amounts in fen, days as 2020-04-22.

use std::fmt::Write as _;

use super::{Results, Sums, Tally, sum_by};
use crate::csv::cell;
use crate::history::Programme;
use crate::money::Amount;

/// A table that can be downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Each day.
    Daily,
    /// Each category of merchants.
    Categories,
    /// Each district.
    Districts,
    /// In the shop and online.
    Scenes,
    /// Each hour of the day.
    Hours,
    /// Each entrance: packs claimed. The one without a name is of accounts that are gone.
    Entrances,
    /// Each round.
    Rounds,
    /// The packs claimed, second by second.
    Claims,
    /// Earlier programmes.
    History,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 9] = [
        Self::Daily,
        Self::Categories,
        Self::Districts,
        Self::Scenes,
        Self::Hours,
        Self::Entrances,
        Self::Rounds,
        Self::Claims,
        Self::History,
    ];

    /// The table's name, as it stands in its address before `.csv`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Categories => "categories",
            Self::Districts => "districts",
            Self::Scenes => "scenes",
            Self::Hours => "hours",
            Self::Entrances => "entrances",
            Self::Rounds => "rounds",
            Self::Claims => "claims",
            Self::History => "history",
        }
    }

    /// The table of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.code() == code)
    }
}

/// A table of the results. Every line ends with a carriage return and a line feed (RFC 4180).
pub fn file(results: &Results, table: Table) -> String {
    let cells = &results.cells;
    match table {
        Table::Daily => tallies("day", results.daily().iter().map(|(day, it)| (*day, *it))),
        Table::Categories => {
            sums("category", &sum_by(cells, |it| cell(it.category.as_str())))
        }
        Table::Districts => sums("district", &sum_by(cells, |it| cell(&it.district))),
        Table::Scenes => sums("scene", &sum_by(cells, |it| it.scene.code())),
        Table::Hours => sums("hour", &sum_by(cells, |it| it.hour)),
        Table::Entrances => {
            let lines = results.entrances.iter();
            let lines = lines.map(|(entrance, packs)| {
                format!("{},{packs}", cell(entrance.as_deref().unwrap_or_default()))
            });
            text("entrance,packs", lines)
        }
        Table::Rounds => text(
            "round,opens_at,closes_at,packs,claimed,sold_out_after_s,budget_fen,issued_fen,redeemed_fen,sales_fen,\
             rolled_over_fen",
            results.rounds.iter().map(|it| {
                let sold_out = it.sold_out_after_s().map(|it| it.to_string()).unwrap_or_default();
                let (opens_at, closes_at) = (it.window.opens_at(), it.window.closes_at());
                let amounts = [it.budget, it.issued, it.redeemed, it.sales].map(Amount::fen);
                let amounts = amounts.map(|fen| fen.to_string()).join(",");
                let (round, stock, claimed) = (&it.round, it.stock, it.claimed);
                let rolled_over = fen(it.rolled_over);
                format!("{round},{opens_at},{closes_at},{stock},{claimed},{sold_out},{amounts},{rolled_over}")
            }),
        ),
        Table::Claims => {
            let points = results.rounds.iter().flat_map(|it| {
                let points = it.curve.points().iter();
                points.map(|(second, packs)| format!("{},{second},{packs}", it.round))
            });
            text("round,second,packs_claimed", points)
        }
        Table::History => text(crate::history::HEAD, results.history.iter().flat_map(programme)),
    }
}

fn text(head: &str, lines: impl Iterator<Item = String>) -> String {
    let mut text = format!("{head}\r\n");
    for line in lines {
        text.push_str(&line);
        text.push_str("\r\n");
    }
    text
}

fn sums<K: std::fmt::Display + Ord>(of: &str, sums: &Sums<K>) -> String {
    tallies(of, sums.iter().map(|(key, tally)| (key, *tally)))
}

fn tallies<K: std::fmt::Display>(of: &str, rows: impl Iterator<Item = (K, Tally)>) -> String {
    let line = |(key, it): (K, Tally)| {
        format!("{key},{},{},{}", it.vouchers, it.redeemed.fen(), it.sales.fen())
    };
    text(&format!("{of},vouchers,redeemed_fen,sales_fen"), rows.map(line))
}

fn fen(amount: Option<Amount>) -> String {
    amount.map(|amount| amount.fen().to_string()).unwrap_or_default()
}

/// A programme in the form in which it was brought, so that the file can be brought to another database.
fn programme(it: &Programme) -> Vec<String> {
    let mut lines = Vec::new();
    let (first, last) = (it.days.first, it.days.last);
    let mut line = |record: &str, from, to, issued, stated: crate::history::Stated, tail: &str| {
        let (redeemed, sales) = (fen(stated.redeemed), fen(stated.sales));
        let mut line = String::new();
        // Writing to a string cannot fail.
        let _ = write!(line, "{},{record},{from},{to},{issued},{redeemed},{sales},{tail}", it.id);
        lines.push(line);
    };
    let texts = [&it.name.hant, &it.name.hans, &it.name.english, &it.source];
    let texts = texts.map(|text| cell(text)).join(",");
    line("total", first, last, fen(it.issued), it.total, &texts);
    for (record, stated) in [("beginning", it.beginning), ("peak", it.peak)] {
        if stated != crate::history::Stated::default() {
            line(record, first, last, String::new(), stated, ",,,");
        }
    }
    for (day, stated) in &it.daily {
        line("day", *day, *day, String::new(), *stated, ",,,");
    }
    lines
}
