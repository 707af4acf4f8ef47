//! Locking accounts before their balances are decided on: by name, so that no two transactions wait
//! for each other (lock order: rounds, accounts, vouchers). Only an account that is opened meanwhile
//! is locked after others; should that close a circle, PostgreSQL ends one ([`Error::Contended`]).

use std::collections::HashMap;

use domain::ledger::Account;
use domain::money::Amount;
use serde::Serialize;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::text::{Place, json};

/// SQLite's write transaction holds the only write lock there is.
const LOCK_ACCOUNTS: Sql = Sql {
    sqlite: UNLOCKED.sqlite,
    postgres: "select a.name, a.balance_fen
               from ledger_account a
               where a.name in (select name from json_to_recordset($1::json) as t(name text))
               order by a.name for update of a",
};

const UNLOCKED: Sql = json_rows!(
    "select a.name, a.balance_fen from",
    [name text],
    "join ledger_account a on a.name = t.name order by a.name"
);

/// Locks accounts until the end of the transaction, opening those that are not there, and gives
/// what they hold.
pub async fn lock_accounts(
    tx: &mut Tx,
    accounts: impl IntoIterator<Item = Account>,
) -> Result<HashMap<Account, Amount>, Error> {
    #[derive(Serialize)]
    struct Name<'a> {
        name: &'a str,
    }
    let named: std::collections::BTreeMap<String, Account> =
        accounts.into_iter().map(|account| (account.to_string(), account)).collect();
    let rows: Vec<Name<'_>> = named.keys().map(|name| Name { name }).collect();
    let rows = json(&rows)?;
    let mut held: Vec<(String, i64)> =
        tx.query(LOCK_ACCOUNTS).bind(rows.clone()).fetch_all().await?;
    if held.len() < named.len() {
        let missing: Vec<String> = named.keys().cloned().collect();
        super::open_accounts(tx, &missing).await?;
        held = tx.query(LOCK_ACCOUNTS).bind(rows).fetch_all().await?;
    }
    let balance = |(name, fen): (String, i64)| {
        let place = Place { table: "ledger_account", row: &name };
        let account = named.get(&name).cloned().ok_or_else(|| place.corrupt("name"))?;
        Ok((account, place.amount("balance_fen", fen)?))
    };
    held.into_iter().map(balance).collect()
}
