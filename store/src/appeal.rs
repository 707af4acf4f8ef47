//! Appeals (R19): what persons say against risk control, one at a time for each person and round.

use std::collections::HashSet;

use domain::appeal::{Appeal, AppealState};
use domain::id::{AppealId, PersonId, RoundId};
use domain::merchant::Mark;
use domain::time::Timestamp;
use serde::Serialize;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::merchant::mark;
use crate::open::Store;
use crate::text::{Place, json};

/// The most appeals of one person that are read: a few for each round of a campaign.
const OF_PERSON_MAX: i64 = 200;

macro_rules! select_appeal {
    ($tail:literal) => {
        concat!(
            "select a.id, a.person_id, a.round_id, a.claim_id, a.words, a.filed_at, a.state, a.decided_who,
                    a.decided_at, a.decided_why
             from appeal a ",
            $tail
        )
    };
}

/// SQLite's write transaction holds the only write lock there is.
const LOCK: Sql = Sql {
    sqlite: select_appeal!("where a.id = $1"),
    postgres: select_appeal!("where a.id = $1 for update"),
};

const CLEARED: Sql = json_rows!(
    "select distinct a.person_id from",
    [person text],
    "join appeal a on a.person_id = t.person where a.round_id = $2 and a.state = 'upheld'"
);

impl Store {
    /// A person's appeals, the newest first.
    pub async fn appeals_of(&self, person: &PersonId) -> Result<Vec<Appeal>, Error> {
        let query = self
            .db
            .read(select_appeal!(
                "where a.person_id = $1 order by a.filed_at desc, a.id desc limit $2"
            ))
            .bind(person.to_string())
            .bind(OF_PERSON_MAX);
        read(query.fetch_all().await?)
    }

    /// The appeal of that identifier.
    pub async fn appeal(&self, id: &AppealId) -> Result<Option<Appeal>, Error> {
        let query = self.db.read(select_appeal!("where a.id = $1")).bind(id.to_string());
        query.fetch_optional::<Row>().await?.map(Row::read).transpose()
    }

    /// Appeals in that state, the oldest first, after that one, at most `limit`.
    pub async fn appeals_in(
        &self,
        state: AppealState,
        after: Option<(Timestamp, AppealId)>,
        limit: u32,
    ) -> Result<Vec<Appeal>, Error> {
        let (at, id) =
            after.map_or((i64::MIN, String::new()), |(at, id)| (at.millis(), id.to_string()));
        let query = self
            .db
            .read(select_appeal!(
                "where a.state = $1 and (a.filed_at, a.id) > ($2, $3)
                 order by a.filed_at, a.id limit $4"
            ))
            .bind(state.code().to_owned())
            .bind(at)
            .bind(id)
            .bind(i64::from(limit));
        read(query.fetch_all().await?)
    }

    /// How many appeals there are in each state.
    pub async fn appeal_counts(&self) -> Result<Vec<(AppealState, i64)>, Error> {
        let rows: Vec<(String, i64)> = self
            .db
            .read("select state, count(*) from appeal group by state order by state")
            .fetch_all()
            .await?;
        let place = Place { table: "appeal", row: "" };
        rows.into_iter().map(|(state, count)| Ok((place.code("state", state)?, count))).collect()
    }

    /// Forgets the words of appeals that were answered before `before`; how many there were.
    pub async fn forget_words(&self, before: Timestamp) -> Result<u64, Error> {
        self.db
            .write("update appeal set words = '' where decided_at < $1 and words <> ''")
            .bind(before.millis())
            .execute()
            .await
    }
}

/// Which of the persons had an appeal upheld in the round.
pub async fn cleared(
    tx: &mut Tx,
    round: &RoundId,
    persons: impl IntoIterator<Item = PersonId>,
) -> Result<HashSet<PersonId>, Error> {
    #[derive(Serialize)]
    struct Person {
        person: PersonId,
    }
    let rows: Vec<Person> = persons.into_iter().map(|person| Person { person }).collect();
    let rows: Vec<(String,)> =
        tx.query(CLEARED).bind(json(&rows)?).bind(round.to_string()).fetch_all().await?;
    let place = Place { table: "appeal", row: round.as_str() };
    rows.iter().map(|(person,)| place.parse("person_id", person)).collect()
}

/// A person's appeals of a round, the oldest first.
pub async fn in_round(
    tx: &mut Tx,
    person: &PersonId,
    round: &RoundId,
) -> Result<Vec<Appeal>, Error> {
    let query = tx
        .query(select_appeal!(
            "where a.person_id = $1 and a.round_id = $2 order by a.filed_at, a.id"
        ))
        .bind(person.to_string())
        .bind(round.to_string());
    read(query.fetch_all().await?)
}

/// Writes an appeal that was filed just now. [`Error::Taken`] where one of the person and round waits.
pub async fn file(tx: &mut Tx, appeal: &Appeal) -> Result<(), Error> {
    tx.query(
        "insert into appeal (id, person_id, round_id, claim_id, words, filed_at, state)
         values ($1, $2, $3, $4, $5, $6, 'open')",
    )
    .bind(appeal.id.to_string())
    .bind(appeal.person.to_string())
    .bind(appeal.round.to_string())
    .bind(appeal.claim.map(|claim| claim.to_string()))
    .bind(appeal.words.clone())
    .bind(appeal.filed_at.millis())
    .execute()
    .await?;
    Ok(())
}

/// Locks an appeal until the end of the transaction, after its round.
pub async fn lock(tx: &mut Tx, id: &AppealId) -> Result<Option<Appeal>, Error> {
    let query = tx.query(LOCK).bind(id.to_string());
    query.fetch_optional::<Row>().await?.map(Row::read).transpose()
}

/// Writes the answer. The appeal is locked and open.
pub async fn answer(
    tx: &mut Tx,
    id: &AppealId,
    state: AppealState,
    mark: &Mark,
) -> Result<(), Error> {
    let changed = tx
        .query(
            "update appeal set state = $2, decided_who = $3, decided_at = $4, decided_why = $5
             where id = $1 and state = 'open'",
        )
        .bind(id.to_string())
        .bind(state.code().to_owned())
        .bind(mark.who.to_string())
        .bind(mark.at.millis())
        .bind(mark.why.clone())
        .execute()
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::broken("an appeal was answered meanwhile")) }
}

fn read(rows: Vec<Row>) -> Result<Vec<Appeal>, Error> {
    rows.into_iter().map(Row::read).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    person_id: String,
    round_id: String,
    claim_id: Option<String>,
    words: String,
    filed_at: i64,
    state: String,
    decided_who: Option<String>,
    decided_at: Option<i64>,
    decided_why: Option<String>,
}

impl Row {
    fn read(self) -> Result<Appeal, Error> {
        let place = Place { table: "appeal", row: &self.id };
        let answered = match (self.decided_who, self.decided_at, self.decided_why) {
            (Some(who), Some(at), Some(why)) => Some(mark(place, &who, at, why)?),
            _ => None,
        };
        Ok(Appeal {
            id: place.parse("id", &self.id)?,
            person: place.parse("person_id", &self.person_id)?,
            round: place.parse("round_id", &self.round_id)?,
            claim: self.claim_id.map(|claim| place.parse("claim_id", &claim)).transpose()?,
            words: self.words,
            filed_at: Timestamp::from_millis(self.filed_at),
            state: place.code("state", self.state)?,
            answered,
        })
    }
}
