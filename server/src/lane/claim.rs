//! The lane's first job: claims. One transaction for a batch of a round: lock the round, read the clock, read what the
//! persons hold, decide, write, commit (R2, R3, R5).

mod recent;

use std::collections::HashSet;
use std::sync::Arc;

use domain::claim::{Claim, ClaimState, Decision, Desk, Holding, Request, Verdict, decide};
use domain::id::{ClaimId, PersonId, RoundId};
use domain::ledger::{Digest, Transfer};
use domain::money::Amount;
use domain::round::Round;
use domain::time::Timestamp;
use store::claim::{GrantBatch, LockedRound};
use store::{Store, Tx};

use recent::Recent;

use super::{Job, Undecided};
use crate::board::Board;
use crate::campaign_file::seal;
use crate::clock::Clock;
use crate::fault;
use crate::key::sha256;

/// How long a batch that met contention in the database asks its people to wait, in milliseconds.
const CONTENDED_RETRY_MS: u32 = 1_000;

/// Settles claims.
pub struct ClaimJob {
    store: Arc<Store>,
    clock: Clock,
    board: Arc<Board>,
    recent: Recent,
}

impl ClaimJob {
    /// Claims are written to `store` at the time of `clock`; their stock is shown on `board`.
    pub fn new(store: Arc<Store>, clock: Clock, board: Arc<Board>) -> Self {
        Self { store, clock, board, recent: Recent::default() }
    }
}

/// A claim on its way to the desk.
pub struct ClaimTicket {
    /// The round.
    pub round: RoundId,
    /// What is asked.
    pub request: Request,
}

/// The desk's answer.
#[derive(Clone, Debug)]
pub enum Settled {
    /// Granted now, or by the same request before.
    Granted {
        /// The claim.
        claim: Box<Claim>,
        /// Whether the same request was answered before.
        replayed: bool,
    },
    /// Refused.
    Refused(domain::refusal::Refusal, Option<domain::id::ClaimId>),
}

impl Job for ClaimJob {
    type Request = ClaimTicket;
    type Answer = Settled;

    const NAME: &'static str = "claims";

    async fn settle(&self, batch: Vec<ClaimTicket>) -> Result<Vec<Settled>, Undecided> {
        let mut answers: Vec<Option<Settled>> = Vec::new();
        answers.resize_with(batch.len(), || None);
        // Windows do not overlap, so a batch is for one round but for the odd late request.
        for (round, places, requests) in by_round(batch) {
            let settled = self
                .settle_round(&round, &requests)
                .await
                .map_err(|error| undecided(&round, &error))?;
            for (place, answer) in places.into_iter().zip(settled) {
                answers[place] = Some(answer);
            }
        }
        let nobody = Undecided { retry_after_ms: CONTENDED_RETRY_MS };
        answers.into_iter().collect::<Option<Vec<_>>>().ok_or(nobody)
    }
}

/// What of a batch's persons is read before it is decided.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// The claims of those who were seen to hold one.
    Holders,
    /// Everybody's.
    Whole,
}

impl ClaimJob {
    async fn settle_round(
        &self,
        id: &RoundId,
        requests: &[Request],
    ) -> Result<Vec<Settled>, store::Error> {
        match self.settle_reading(Reading::Holders, id, requests).await {
            // Somebody was taken for a stranger. Nothing is written: again, with everything read.
            Err(store::Error::Taken) => {
                self.recent.beware();
                metrics::counter!("jinquan_batches_settled_again_total").increment(1);
                self.settle_reading(Reading::Whole, id, requests).await
            }
            settled => settled,
        }
    }

    async fn settle_reading(
        &self,
        reading: Reading,
        id: &RoundId,
        requests: &[Request],
    ) -> Result<Vec<Settled>, store::Error> {
        // Nothing is written yet: whoever is in the batch must be able to ask again.
        fault::point("before-begin");
        let mut tx = self.store.begin().await?;
        let Some(locked) = store::claim::lock_round(&mut tx, id).await? else {
            let gone = Settled::Refused(domain::refusal::Refusal::RoundNotFound, None);
            return Ok(vec![gone; requests.len()]);
        };
        // The lock must go with whoever held it.
        fault::point("after-lock");
        // The instant of the act: read once, after the lock (R5).
        let now = locked.instant(self.clock.campaign());
        let decision = self.decide(&mut tx, reading, &locked, now, requests).await?;
        let claims = granted(&locked.round, now, requests, &decision);
        if !claims.is_empty() {
            let transfer = seal(grant_transfer(&locked.round, now, &claims, locked.link)?);
            let batch = GrantBatch {
                round: &locked.round,
                claims: &claims,
                stocks: &decision.stocks,
                last_serial: decision.last_serial,
                transfer: &transfer,
            };
            store::claim::record(&mut tx, &batch).await?;
        }
        let replayed = replayed_before(&decision, &claims);
        let earlier = if replayed.is_empty() {
            Vec::new()
        } else {
            store::claim::read_claims(&mut tx, &replayed).await?
        };
        // Everything is written, nothing is durable: none of it may be left.
        fault::point("before-commit");
        tx.commit().await?;
        // Everything is durable, nobody knows: all of it must be left, and the same key must find it.
        fault::point("after-commit");
        #[cfg(feature = "fail-points")]
        store::control::write_keys(&self.store, &claims).await?;
        if !claims.is_empty() {
            self.recent.note(id, claims.iter().map(|claim| claim.person));
            self.board.note(id, &decision.stocks);
            metrics::counter!("jinquan_claims_granted_total").increment(claims.len() as u64);
        }
        answers(&decision, claims, &earlier)
    }

    /// Decides under the round's lock. Where only holders were read, the rest are taken for strangers; that is good for
    /// granting, because the tables refuse a second claim, but a no might have to be another no.
    async fn decide(
        &self,
        tx: &mut Tx,
        reading: Reading,
        locked: &LockedRound,
        now: Timestamp,
        requests: &[Request],
    ) -> Result<Decision, store::Error> {
        let id = &locked.round.id;
        if reading == Reading::Holders
            && !locked.round.audience.without_pack_only
            && let Some(holders) = self.recent.to_read(id, requests)
        {
            let holdings = if holders.is_empty() {
                Vec::new()
            } else {
                store::claim::holdings(tx, id, &holders).await?
            };
            let decision = decide(&desk(locked, now, &holdings, &HashSet::new()), requests);
            let is_certain = |(request, verdict): (&Request, &Verdict)| {
                matches!(verdict, Verdict::Granted { .. })
                    || holders.binary_search(&request.person).is_ok()
            };
            if requests.iter().zip(&decision.verdicts).all(is_certain) {
                return Ok(decision);
            }
        }
        let persons = distinct_persons(requests);
        let holdings = store::claim::holdings(tx, id, &persons).await?;
        self.recent.note(id, holdings.iter().map(|holding| holding.person));
        let with_pack_in_campaign = if locked.round.audience.without_pack_only {
            store::claim::with_pack_in_campaign(tx, &persons).await?
        } else {
            HashSet::new()
        };
        Ok(decide(&desk(locked, now, &holdings, &with_pack_in_campaign), requests))
    }
}

fn desk<'a>(
    locked: &'a LockedRound,
    now: Timestamp,
    holdings: &'a [Holding],
    with_pack_in_campaign: &'a HashSet<PersonId>,
) -> Desk<'a> {
    let last_serial = locked.last_serial;
    Desk { round: &locked.round, now, last_serial, holdings, with_pack_in_campaign }
}

/// The requests of each round with their places in the batch, rounds in order of their identifiers (the lock order).
fn by_round(batch: Vec<ClaimTicket>) -> Vec<(RoundId, Vec<usize>, Vec<Request>)> {
    let mut rounds: Vec<(RoundId, Vec<usize>, Vec<Request>)> = Vec::with_capacity(1);
    let count = batch.len();
    for (place, ticket) in batch.into_iter().enumerate() {
        let found = rounds.iter().position(|(round, _, _)| *round == ticket.round);
        let found = found.unwrap_or_else(|| {
            rounds.push((ticket.round, Vec::with_capacity(count), Vec::with_capacity(count)));
            rounds.len() - 1
        });
        rounds[found].1.push(place);
        rounds[found].2.push(ticket.request);
    }
    rounds.sort_by(|one, other| one.0.cmp(&other.0));
    rounds
}

fn distinct_persons(requests: &[Request]) -> Vec<PersonId> {
    let persons: HashSet<PersonId> = requests.iter().map(|request| request.person).collect();
    persons.into_iter().collect()
}

/// The claims that the decision grants, in order of their serials.
fn granted(round: &Round, now: Timestamp, requests: &[Request], decision: &Decision) -> Vec<Claim> {
    let pairs = requests.iter().zip(&decision.verdicts);
    pairs
        .filter_map(|(request, verdict)| {
            let Verdict::Granted { serial } = verdict else { return None };
            Some(Claim {
                id: request.id,
                round: round.id.clone(),
                person: request.person,
                account: request.account,
                key: request.key.clone(),
                choice: request.choice.clone(),
                serial: Some(*serial),
                state: ClaimState::Granted,
                claimed_at: now,
            })
        })
        .collect()
}

/// The one transfer of a batch: the faces of its packs, the digest of its claims, the link to the one before (R20).
fn grant_transfer(
    round: &Round,
    now: Timestamp,
    claims: &[Claim],
    link: domain::ledger::Link,
) -> Result<Transfer, store::Error> {
    let face = |claim: &Claim| {
        round.choose(Some(&claim.choice.pack)).ok().and_then(domain::pack::Pack::face)
    };
    let amount = claims
        .iter()
        .try_fold(Amount::ZERO, |sum, claim| sum.plus(face(claim)?))
        .ok_or_else(|| store::Error::Broken("the faces of a batch are not an amount".to_owned()))?;
    Ok(Transfer::grant(now, &round.id, amount, digest_of(claims), link))
}

/// The digest of a batch's claims: what an auditor recomputes from the claim rows, in order of their serials.
pub fn digest_of(claims: &[Claim]) -> Digest {
    use std::fmt::Write as _;
    let mut text = String::from("jinquan-claims-1\n");
    for claim in claims {
        let (id, person, account) = (claim.id, claim.person, claim.account);
        let (serial, pack) = (claim.serial.unwrap_or_default(), &claim.choice.pack);
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "{serial} {id} {pack} {person} {account} {}", claim.claimed_at.millis());
    }
    sha256(text.as_bytes())
}

/// The replayed claims that are not of this very batch.
fn replayed_before(decision: &Decision, claims: &[Claim]) -> Vec<ClaimId> {
    let replayed = decision.verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Replayed(id) if !claims.iter().any(|claim| claim.id == *id) => Some(*id),
        _ => None,
    });
    replayed.collect()
}

fn answers(
    decision: &Decision,
    claims: Vec<Claim>,
    earlier: &[Claim],
) -> Result<Vec<Settled>, store::Error> {
    let missing = || store::Error::Broken("a claim that was decided on is not there".to_owned());
    let replayed = decision.verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Replayed(id) => Some(*id),
        _ => None,
    });
    let replayed = replayed.map(|id| {
        let found = claims.iter().chain(earlier).find(|claim| claim.id == id);
        found.cloned().ok_or_else(missing)
    });
    let mut replayed = replayed.collect::<Result<Vec<_>, _>>()?.into_iter();
    let mut granted = claims.into_iter();
    let verdicts = decision.verdicts.iter().map(|verdict| {
        let (claim, replayed) = match verdict {
            Verdict::Refused(refusal, claim) => return Ok(Settled::Refused(*refusal, *claim)),
            Verdict::Granted { .. } => (granted.next(), false),
            Verdict::Replayed(_) => (replayed.next(), true),
        };
        Ok(Settled::Granted { claim: Box::new(claim.ok_or_else(missing)?), replayed })
    });
    verdicts.collect()
}

fn undecided(round: &RoundId, error: &store::Error) -> Undecided {
    tracing::error!(round.id = %round, error = ?error, "a batch of claims could not be settled");
    metrics::counter!("jinquan_batches_failed_total").increment(1);
    Undecided { retry_after_ms: CONTENDED_RETRY_MS }
}
