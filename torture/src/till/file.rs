//! The file of a shop's day, read back into what was done.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};

use super::deed::{Act, Deed};

/// The day of every run: the campaign clock begins at ten in the morning.
pub(super) const PATH: &str = "/api/v1/settlements/2020-04-22.csv";

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) deed: Deed,
    pub(super) id: String,
    pub(super) merchant: String,
    /// What it adds to what the shop is owed.
    pub(super) net_fen: i64,
}

/// The lines of a file; a sale is known by the shop's reference, a refund by its sale.
pub(super) fn read(merchant: &str, text: &str) -> Result<Vec<Row>> {
    let lines: Vec<Vec<&str>> =
        text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let of = |kind: &'static str| lines.iter().filter(move |line| line[0] == kind);
    let mut sales = BTreeMap::new();
    let mut rows = Vec::new();
    for line in of("redemption") {
        let deed = Deed::of_key(cell(line, 6)?).context("a sale that no till made")?;
        sales.insert(cell(line, 1)?, deed);
        rows.push(row(merchant, deed, line)?);
    }
    for line in of("refund") {
        let sale = sales.get(cell(line, 3)?).context("a refund of no sale of the day")?;
        let undone = number(line, 12)? > 0;
        let deed = Deed { act: if undone { Act::Whole } else { Act::Part }, ..*sale };
        rows.push(row(merchant, deed, line)?);
    }
    let total = of("total").next().context("a file without its totals")?;
    let sum: i64 = rows.iter().map(|row| row.net_fen).sum();
    ensure!(number(total, 13)? == sum, "the totals of the file are not the sum of its lines");
    Ok(rows)
}

fn row(merchant: &str, deed: Deed, line: &[&str]) -> Result<Row> {
    let (id, net_fen) = (cell(line, 1)?.to_owned(), number(line, 13)?);
    Ok(Row { deed, id, merchant: merchant.to_owned(), net_fen })
}

fn cell<'a>(line: &[&'a str], place: usize) -> Result<&'a str> {
    line.get(place).copied().with_context(|| format!("a line that ends before cell {place}"))
}

fn number(line: &[&str], place: usize) -> Result<i64> {
    cell(line, place)?.parse().context("a cell without a number")
}
