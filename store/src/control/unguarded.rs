//! The claim batch with nothing that holds it against what is there.

use domain::claim::Claim;
use serde::Serialize;

use crate::claim::GrantBatch;
use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::text::json;

/// The claims alone.
const INSERT_CLAIMS: Sql = json_rows!(
    "insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named,
                        limit_key, state, answered, serial, claimed_at)
     select t.id, $2, t.pack, t.person, t.account, t.key, 0, '', 'granted', 'granted', t.serial, t.claimed_at from",
    [id text, pack text, person text, account text, key text, serial bigint, claimed_at bigint],
    "where true"
);

#[derive(Serialize)]
struct Row {
    id: String,
    pack: String,
    person: String,
    account: String,
    key: String,
    serial: Option<u32>,
    claimed_at: i64,
}

impl Row {
    fn of(claim: &Claim) -> Self {
        Self {
            id: claim.id.to_string(),
            pack: claim.choice.pack.to_string(),
            person: claim.person.to_string(),
            account: claim.account.to_string(),
            key: claim.key.as_str().to_owned(),
            serial: claim.serial,
            claimed_at: claim.claimed_at.millis(),
        }
    }
}

/// Writes claims and stock as computed, without asking whether they still follow what is there, and
/// without ledger.
pub async fn record_without_guard(tx: &mut Tx, batch: &GrantBatch<'_>) -> Result<(), Error> {
    let round = batch.round.id.to_string();
    let stocks = batch.round.packs.iter().zip(batch.stocks);
    let rows: Vec<Row> = batch.claims.iter().map(Row::of).collect();
    tx.query(INSERT_CLAIMS).bind(json(&rows)?).bind(round.clone()).execute().await?;
    for (pack, stock) in stocks {
        tx.query(
            "update pack set issued = $3, held = $4, remaining = $5 where round_id = $1 and id = $2",
        )
        .bind(round.clone())
        .bind(pack.id.to_string())
        .bind(i64::from(stock.issued))
        .bind(i64::from(stock.held))
        .bind(i64::from(stock.remaining()))
        .execute()
        .await?;
    }
    tx.query("update round set last_serial = $2 where id = $1")
        .bind(batch.round.id.to_string())
        .bind(i64::from(batch.last_serial))
        .execute()
        .await?;
    Ok(())
}
