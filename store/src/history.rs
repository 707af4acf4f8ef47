//! The city's past: earlier programmes, as far as a source states them.

use domain::history::{Days, Programme, Stated};
use domain::id::ProgrammeId;
use domain::money::Amount;
use domain::time::BeijingDay;
use serde::Serialize;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::open::Store;
use crate::text::{Place, json};

const INSERT_DAYS: Sql = json_rows!(
    "insert into programme_day (programme_id, day, redeemed_fen, sales_fen)
     select $2, t.day, t.redeemed_fen, t.sales_fen from",
    [day bigint, redeemed_fen bigint, sales_fen bigint],
    "where true"
);

/// SQLite's write transaction holds the only write lock there is.
const LOCK: Sql = Sql {
    sqlite: "update programme set position = position where false",
    postgres: "lock table programme in share row exclusive mode",
};

impl Store {
    /// Every earlier programme, in the order in which they were brought, as they stood at one instant.
    pub async fn history(&self) -> Result<Vec<Programme>, Error> {
        history(&mut self.snapshot().await?).await
    }
}

/// Locks the programmes until the end of the transaction: of two files at once one is first.
pub async fn lock(tx: &mut Tx) -> Result<(), Error> {
    tx.query(LOCK).execute().await.map(drop)
}

/// Every earlier programme of a snapshot or transaction.
pub async fn history(tx: &mut Tx) -> Result<Vec<Programme>, Error> {
    let rows: Vec<Row> = tx
        .query(
            "select id, name, first_day, last_day, issued_fen, redeemed_fen, sales_fen,
                    beginning_redeemed_fen, beginning_sales_fen, peak_redeemed_fen, peak_sales_fen,
                    source
             from programme order by position",
        )
        .fetch_all()
        .await?;
    let days: Vec<DayRow> = tx
        .query(
            "select programme_id, day, redeemed_fen, sales_fen from programme_day
             order by programme_id, day",
        )
        .fetch_all()
        .await?;
    rows.into_iter()
        .map(|row| {
            let own = days.iter().filter(|day| day.programme_id == row.id);
            let daily = own.map(DayRow::read).collect::<Result<_, _>>()?;
            row.read(daily)
        })
        .collect()
}

/// Writes programmes that are not there yet, behind those that are. What is there by that name must be taken
/// away first, with [`remove`].
pub async fn add(tx: &mut Tx, programmes: &[Programme]) -> Result<(), Error> {
    let (last,): (i64,) =
        tx.query("select coalesce(max(position), -1) from programme").fetch_one().await?;
    for (it, position) in programmes.iter().zip(last + 1..) {
        let fen = |amount: Option<Amount>| amount.map(Amount::fen);
        tx.query(
            "insert into programme (id, position, name, first_day, last_day, issued_fen,
                 redeemed_fen, sales_fen, beginning_redeemed_fen, beginning_sales_fen,
                 peak_redeemed_fen, peak_sales_fen, source)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(it.id.to_string())
        .bind(position)
        .bind(json(&it.name)?)
        .bind(it.days.first.number())
        .bind(it.days.last.number())
        .bind(fen(it.issued))
        .bind(fen(it.total.redeemed))
        .bind(fen(it.total.sales))
        .bind(fen(it.beginning.redeemed))
        .bind(fen(it.beginning.sales))
        .bind(fen(it.peak.redeemed))
        .bind(fen(it.peak.sales))
        .bind(it.source.clone())
        .execute()
        .await?;
        let days: Vec<DayText> = it.daily.iter().map(DayText::of).collect();
        tx.query(INSERT_DAYS).bind(json(&days)?).bind(it.id.to_string()).execute().await?;
    }
    Ok(())
}

/// Takes a programme away, with its days.
pub async fn remove(tx: &mut Tx, id: &ProgrammeId) -> Result<(), Error> {
    for sql in
        ["delete from programme_day where programme_id = $1", "delete from programme where id = $1"]
    {
        tx.query(sql).bind(id.to_string()).execute().await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    first_day: i64,
    last_day: i64,
    issued_fen: Option<i64>,
    redeemed_fen: Option<i64>,
    sales_fen: Option<i64>,
    beginning_redeemed_fen: Option<i64>,
    beginning_sales_fen: Option<i64>,
    peak_redeemed_fen: Option<i64>,
    peak_sales_fen: Option<i64>,
    source: String,
}

impl Row {
    fn read(self, daily: Vec<(BeijingDay, Stated)>) -> Result<Programme, Error> {
        let place = Place { table: "programme", row: &self.id };
        Ok(Programme {
            id: place.parse("id", &self.id)?,
            name: place.json("name", &self.name)?,
            days: Days {
                first: BeijingDay::from_number(self.first_day),
                last: BeijingDay::from_number(self.last_day),
            },
            issued: amount(place, "issued_fen", self.issued_fen)?,
            total: Stated {
                redeemed: amount(place, "redeemed_fen", self.redeemed_fen)?,
                sales: amount(place, "sales_fen", self.sales_fen)?,
            },
            beginning: Stated {
                redeemed: amount(place, "beginning_redeemed_fen", self.beginning_redeemed_fen)?,
                sales: amount(place, "beginning_sales_fen", self.beginning_sales_fen)?,
            },
            peak: Stated {
                redeemed: amount(place, "peak_redeemed_fen", self.peak_redeemed_fen)?,
                sales: amount(place, "peak_sales_fen", self.peak_sales_fen)?,
            },
            daily,
            source: self.source.clone(),
        })
    }
}

fn amount(
    place: Place<'_>,
    column: &'static str,
    fen: Option<i64>,
) -> Result<Option<Amount>, Error> {
    fen.map(|fen| place.amount(column, fen)).transpose()
}

#[derive(sqlx::FromRow)]
struct DayRow {
    programme_id: String,
    day: i64,
    redeemed_fen: Option<i64>,
    sales_fen: Option<i64>,
}

impl DayRow {
    fn read(&self) -> Result<(BeijingDay, Stated), Error> {
        let place = Place { table: "programme_day", row: &self.programme_id };
        let stated = Stated {
            redeemed: amount(place, "redeemed_fen", self.redeemed_fen)?,
            sales: amount(place, "sales_fen", self.sales_fen)?,
        };
        Ok((BeijingDay::from_number(self.day), stated))
    }
}

#[derive(Serialize)]
struct DayText {
    day: i64,
    redeemed_fen: Option<i64>,
    sales_fen: Option<i64>,
}

impl DayText {
    fn of((day, stated): &(BeijingDay, Stated)) -> Self {
        let fen = |amount: Option<Amount>| amount.map(Amount::fen);
        Self { day: day.number(), redeemed_fen: fen(stated.redeemed), sales_fen: fen(stated.sales) }
    }
}
