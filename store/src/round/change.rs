//! Proposals: changes of rounds that one person asks for and another decides on (R21).

use domain::id::{ProposalId, RoundId};
use domain::merchant::Mark;
use domain::round::change::{Proposal, Verdict};

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::merchant::mark;
use crate::open::Store;
use crate::text::{Place, code, json};

/// The most proposals that one answer holds: the newest.
const PROPOSALS_MAX: i64 = 200;

macro_rules! select_proposal {
    ($tail:literal) => {
        concat!(
            "select id, round_id, content, who, at, why, verdict, decided_who, decided_at,
                    decided_why
             from round_proposal ",
            $tail
        )
    };
}

const LOCK: Sql = Sql {
    sqlite: select_proposal!("where id = $1"),
    postgres: select_proposal!("where id = $1 for update"),
};

impl Store {
    /// The proposals for a round, the newest first.
    pub async fn proposals_of(&self, round: &RoundId) -> Result<Vec<Proposal>, Error> {
        let query = self
            .db
            .read(select_proposal!("where round_id = $1 order by at desc, id desc limit $2"))
            .bind(round.to_string())
            .bind(PROPOSALS_MAX);
        query.fetch_all::<Row>().await?.into_iter().map(Row::read).collect()
    }

    /// The proposals that nobody has decided on, those that wait longest first.
    pub async fn open_proposals(&self) -> Result<Vec<Proposal>, Error> {
        let query = self
            .db
            .read(select_proposal!("where verdict is null order by at, id limit $1"))
            .bind(PROPOSALS_MAX);
        query.fetch_all::<Row>().await?.into_iter().map(Row::read).collect()
    }
}

/// Writes a proposal down; `false` when one of its kind waits for the round already.
pub async fn propose(tx: &mut Tx, proposal: &Proposal) -> Result<bool, Error> {
    let added = tx
        .query(
            "insert into round_proposal (id, round_id, kind, content, who, at, why)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (round_id, kind) where verdict is null do nothing",
        )
        .bind(proposal.id.to_string())
        .bind(proposal.round.to_string())
        .bind(proposal.change.code().to_owned())
        .bind(json(&proposal.change)?)
        .bind(proposal.proposed.who.to_string())
        .bind(proposal.proposed.at.millis())
        .bind(proposal.proposed.why.clone())
        .execute()
        .await?;
    Ok(added == 1)
}

/// The proposal, which nobody else decides on until the transaction ends.
pub async fn lock(tx: &mut Tx, id: &ProposalId) -> Result<Option<Proposal>, Error> {
    let row: Option<Row> = tx.query(LOCK).bind(id.to_string()).fetch_optional().await?;
    row.map(Row::read).transpose()
}

/// Writes down what became of a proposal.
pub async fn decide(
    tx: &mut Tx,
    id: &ProposalId,
    verdict: Verdict,
    by: &Mark,
) -> Result<(), Error> {
    let changed = tx
        .query(
            "update round_proposal
             set verdict = $2, decided_who = $3, decided_at = $4, decided_why = $5 where id = $1",
        )
        .bind(id.to_string())
        .bind(code(&verdict)?)
        .bind(by.who.to_string())
        .bind(by.at.millis())
        .bind(by.why.clone())
        .execute()
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::broken("a proposal that is not there")) }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    round_id: String,
    content: String,
    who: String,
    at: i64,
    why: String,
    verdict: Option<String>,
    decided_who: Option<String>,
    decided_at: Option<i64>,
    decided_why: Option<String>,
}

impl Row {
    fn read(self) -> Result<Proposal, Error> {
        let place = Place { table: "round_proposal", row: &self.id };
        let decided = match (self.verdict, self.decided_who, self.decided_at, self.decided_why) {
            (Some(verdict), Some(who), Some(at), Some(why)) => {
                Some((place.code("verdict", verdict)?, mark(place, &who, at, why)?))
            }
            _ => None,
        };
        Ok(Proposal {
            id: place.parse("id", &self.id)?,
            round: place.parse("round_id", &self.round_id)?,
            change: place.json("content", &self.content)?,
            proposed: mark(place, &self.who, self.at, self.why)?,
            decided,
        })
    }
}
