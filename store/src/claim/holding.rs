//! What the persons of a batch have already: read under the round's lock, one probe for each
//! person.

use std::collections::HashSet;

use domain::claim::{Choice, Holding, Kept};
use domain::id::{PersonId, RoundId};
use domain::time::Timestamp;
use serde::Serialize;

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::text::{Place, json};

/// PostgreSQL must not plan this as a join: cached while the table was small, a hash join would
/// read every claim of the round for every batch of the rush. A lateral subquery that cannot be
/// flattened is a probe for each person.
pub(crate) const HOLDINGS: Sql = Sql {
    sqlite: "select c.id, c.person_id, c.account_id, c.request_key, c.pack_id, c.pack_named,
                    c.state, c.decide_by, c.decided_at
             from (select value ->> 'person' as person from json_each($1)) as t
             cross join claim c
             where c.round_id = $2 and c.person_id = t.person",
    postgres: "select c.id, c.person_id, c.account_id, c.request_key, c.pack_id, c.pack_named,
                      c.state, c.decide_by, c.decided_at
               from json_to_recordset($1::json) as t(person text)
               cross join lateral (
                   select * from claim where round_id = $2 and person_id = t.person offset 0
               ) as c",
};

pub(crate) const WITH_PACK: Sql = Sql {
    sqlite: "select distinct c.person_id
             from (select value ->> 'person' as person from json_each($1)) as t
             cross join claim c
             where c.person_id = t.person and c.state <> 'refused'",
    postgres: "select c.person_id
               from json_to_recordset($1::json) as t(person text)
               cross join lateral (
                   select person_id from claim
                   where person_id = t.person and state <> 'refused' limit 1
               ) as c",
};

/// The claims that the persons have in the round (R1); of a refused one the key still counts (R4).
pub async fn holdings(
    tx: &mut Tx,
    round: &RoundId,
    persons: &[PersonId],
) -> Result<Vec<Holding>, Error> {
    let rows: Vec<HoldingRow> = tx
        .query(HOLDINGS)
        .bind(json(&distinct(persons))?)
        .bind(round.to_string())
        .fetch_all()
        .await?;
    rows.into_iter().map(HoldingRow::read).collect()
}

/// Which of the persons have a pack in any round of the campaign (R24).
pub async fn with_pack_in_campaign(
    tx: &mut Tx,
    persons: &[PersonId],
) -> Result<HashSet<PersonId>, Error> {
    let rows: Vec<(String,)> =
        tx.query(WITH_PACK).bind(json(&distinct(persons))?).fetch_all().await?;
    let read =
        |(person,): &(String,)| Place { table: "claim", row: person }.parse("person_id", person);
    rows.iter().map(read).collect()
}

#[derive(Serialize)]
struct PersonText {
    person: PersonId,
}

/// Each person once, so that no claim comes back twice.
fn distinct(persons: &[PersonId]) -> Vec<PersonText> {
    let mut seen = HashSet::with_capacity(persons.len());
    persons
        .iter()
        .filter(|person| seen.insert(**person))
        .map(|person| PersonText { person: *person })
        .collect()
}

#[derive(sqlx::FromRow)]
struct HoldingRow {
    id: String,
    person_id: String,
    account_id: String,
    request_key: String,
    pack_id: String,
    pack_named: i64,
    state: String,
    decide_by: Option<i64>,
    decided_at: Option<i64>,
}

impl HoldingRow {
    fn read(self) -> Result<Holding, Error> {
        let place = Place { table: "claim", row: &self.id };
        Ok(Holding {
            id: place.parse("id", &self.id)?,
            person: place.parse("person_id", &self.person_id)?,
            account: place.parse("account_id", &self.account_id)?,
            key: place.parse("request_key", &self.request_key)?,
            choice: Choice {
                pack: place.parse("pack_id", &self.pack_id)?,
                named: self.pack_named != 0,
            },
            kept: Kept::of(
                place.code("state", self.state)?,
                self.decide_by.map(Timestamp::from_millis),
                self.decided_at.map(Timestamp::from_millis),
            ),
        })
    }
}
