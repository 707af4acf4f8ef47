//! The lane's first job: claims. One transaction for a batch of a round: lock the round, read the clock, read what the
//! persons hold, decide, write, commit (R2, R3, R5).

mod recent;
mod record;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::claim::{Claim, Decision, Desk, Holding, Kept, Request, Verdict, decide};
use domain::held::Screened;
use domain::id::{ClaimId, PersonId, RoundId};
use domain::refusal::Refusal;
use domain::risk::record::Record;
use domain::risk::{self, Assessment, Event};
use domain::time::{Timestamp, Window};
use futures::future::join;
use store::claim::LockedRound;
use store::{Engine, Store, Tx};

use recent::Recent;
pub use record::{digest_of, grant_transfer};

use super::{Job, Late, Undecided};
use crate::board::Board;
use crate::clock::Clock;
use crate::fault;
use crate::screen::Screen;

/// How long a batch that met contention in the database asks its people to wait, in milliseconds.
const CONTENDED_RETRY_MS: u32 = 1_000;

/// Settles claims.
pub struct ClaimJob {
    store: Arc<Store>,
    clock: Clock,
    board: Arc<Board>,
    screen: Arc<Screen>,
    recent: Recent,
}

impl ClaimJob {
    /// Claims are written to `store` at the time of `clock`; their stock is shown on `board`; `screen` says how long
    /// the risk desk has.
    pub fn new(store: Arc<Store>, clock: Clock, board: Arc<Board>, screen: Arc<Screen>) -> Self {
        Self { store, clock, board, screen, recent: Recent::default() }
    }
}

/// A claim on its way to the desk.
pub struct ClaimTicket {
    /// The round.
    pub round: RoundId,
    /// What is asked.
    pub request: Request,
    /// How risk control sees it (R19). In a box, because a ticket changes hands often until it is decided.
    pub seen: Box<Record>,
}

impl ClaimTicket {
    /// The claim of somebody of whom risk control has seen nothing: beside the doors, in benchmarks and tests.
    pub fn unseen(round: RoundId, request: Request, now: Timestamp) -> Self {
        let event = Event::new(request.id.into(), risk::Act::Claim, now);
        let seen = Box::new(Record { event, assessment: Assessment::nothing(0) });
        Self { round, request, seen }
    }
}

/// The part of a batch that is for one round, in the order of arrival.
#[expect(clippy::vec_box, reason = "each came in its box")]
struct Part {
    round: RoundId,
    places: Vec<usize>,
    requests: Vec<Request>,
    seen: Vec<Box<Record>>,
}

impl Part {
    fn of(round: RoundId) -> Self {
        Self { round, places: Vec::new(), requests: Vec::new(), seen: Vec::new() }
    }

    fn push(&mut self, place: usize, ClaimTicket { request, seen, .. }: ClaimTicket) {
        self.places.push(place);
        self.requests.push(request);
        self.seen.push(seen);
    }

    /// What risk control says, of those alone who are no plain yes.
    fn assessed(&self) -> HashMap<ClaimId, Assessment> {
        let pairs = self.requests.iter().zip(&self.seen);
        let noteworthy = pairs.filter(|(_, seen)| seen.assessment.is_noteworthy());
        noteworthy.map(|(request, seen)| (request.id, seen.assessment.clone())).collect()
    }
}

/// A batch by its rounds, with whoever is taken along while it is settled.
struct Parts<'a> {
    /// Those that are not settled yet.
    open: Vec<Part>,
    /// How many requests the batch has by now.
    count: usize,
    late: Late<'a, ClaimTicket>,
}

impl<'a> Parts<'a> {
    fn of(batch: Vec<ClaimTicket>, late: Late<'a, ClaimTicket>) -> Self {
        let mut parts = Self { open: Vec::with_capacity(1), count: 0, late };
        for ticket in batch {
            parts.push(None, ticket);
        }
        parts
    }

    /// The next part to settle. Each has a transaction and a lock of its own, so their order is nobody's concern.
    fn next(&mut self) -> Option<Part> {
        self.open.pop()
    }

    /// Adds whoever came meanwhile: to this part, which has its round's lock, or to those that follow.
    fn take_along(&mut self, part: &mut Part) {
        for ticket in (self.late)() {
            self.push(Some(&mut *part), ticket);
        }
    }

    fn push(&mut self, locked: Option<&mut Part>, ticket: ClaimTicket) {
        let place = self.count;
        self.count += 1;
        let mut parts = locked.into_iter().chain(&mut self.open);
        if let Some(part) = parts.find(|part| part.round == ticket.round) {
            return part.push(place, ticket);
        }
        let mut part = Part::of(ticket.round.clone());
        part.push(place, ticket);
        self.open.push(part);
    }
}

/// The desk's answer.
#[derive(Clone, Debug)]
pub enum Settled {
    /// Granted or held now, or by the same request before.
    Recorded {
        /// The claim.
        claim: Box<Claim>,
        /// The round's window under the lock; `None` where the same request was answered before.
        under: Option<Window>,
    },
    /// Refused.
    Refused(Refusal, Option<ClaimId>),
}

impl Job for ClaimJob {
    type Request = ClaimTicket;
    type Answer = Settled;

    const NAME: &'static str = "claims";

    async fn settle(
        &self,
        batch: Vec<ClaimTicket>,
        late: Late<'_, ClaimTicket>,
    ) -> Vec<Result<Settled, Undecided>> {
        let undecided = || Err(Undecided { retry_after_ms: CONTENDED_RETRY_MS });
        let mut answers = Vec::new();
        let mut parts = Parts::of(batch, late);
        // Windows do not overlap, so a batch is for one round but for the odd late request. What was committed for one
        // is said, whatever becomes of another.
        while let Some(mut part) = parts.next() {
            let settled = self.settle_round(&mut part, &mut parts).await;
            answers.resize_with(parts.count, undecided);
            match settled {
                Ok(settled) => {
                    for (place, answer) in part.places.into_iter().zip(settled) {
                        answers[place] = Ok(answer);
                    }
                }
                Err(error) => note_failure(&part.round, &error),
            }
        }
        answers
    }

    /// Opens the connection and lets both sides learn the statements: the first batch of a round would wait for it.
    async fn rehearse(&self) {
        if self.store.engine() != Engine::Postgres {
            return;
        }
        if let Err(error) = self.rehearse_batch().await {
            tracing::debug!(error = ?error, "the desk could not rehearse");
        }
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
    async fn rehearse_batch(&self) -> Result<(), store::Error> {
        let Some(round) = self.board.posted().rounds.first().map(|round| round.id.clone()) else {
            return Ok(());
        };
        let mut tx = self.store.begin().await?;
        store::claim::lock_round(&mut tx, &round).await?;
        store::claim::holdings(&mut tx, &round, &[]).await?;
        store::claim::rehearse(&mut tx).await?;
        tx.rollback().await
    }

    /// Settles a part; whoever came for the round until its lock was there is taken along, whoever came for another one
    /// is in a part of its own.
    async fn settle_round(
        &self,
        part: &mut Part,
        parts: &mut Parts<'_>,
    ) -> Result<Vec<Settled>, store::Error> {
        match self.settle_reading(Reading::Holders, part, parts).await {
            // Somebody was taken for a stranger. Nothing is written: again, with everything read.
            Err(store::Error::Taken) => {
                self.recent.beware();
                metrics::counter!("jinquan_batches_settled_again_total").increment(1);
                self.settle_reading(Reading::Whole, part, parts).await
            }
            settled => settled,
        }
    }

    async fn settle_reading(
        &self,
        reading: Reading,
        part: &mut Part,
        parts: &mut Parts<'_>,
    ) -> Result<Vec<Settled>, store::Error> {
        // Nothing is written yet: whoever is in the batch must be able to ask again.
        fault::point("before-begin");
        let mut tx = self.store.begin().await?;
        let Some(locked) = store::claim::lock_round(&mut tx, &part.round).await? else {
            let gone = Settled::Refused(Refusal::RoundNotFound, None);
            return Ok(vec![gone; part.requests.len()]);
        };
        // The lock must go with whoever held it.
        fault::point("after-lock");
        parts.take_along(part);
        let Part { round: id, requests, seen, .. } = &*part;
        // The instant of the act: read once, after the lock (R5).
        let now = locked.instant(self.clock.campaign());
        let assessed = part.assessed();
        let decision = self.decide(&mut tx, reading, (&locked, now), requests, &assessed).await?;
        let seen = record::seen(seen, &decision);
        let written = record::write(&mut tx, (&locked, now), requests, &decision, &seen).await;
        if matches!(written, Err(store::Error::Taken)) {
            // The batch follows at once, on the same connection.
            tx.rollback().await?;
            return Err(store::Error::Taken);
        }
        let new = written?;
        let kept = record::kept(id, now, requests, &decision, assessed);
        store::risk::keep(&mut tx, &kept).await?;
        let replayed = new.replayed_before(&decision);
        let earlier = if replayed.is_empty() {
            Vec::new()
        } else {
            store::claim::read_claims(&mut tx, &replayed).await?
        };
        // Everything is written, nothing is durable: none of it may be left.
        fault::point("before-commit");
        let (granted, held) = (new.granted.len() as u64, new.held.len() as u64);
        #[cfg(feature = "fail-points")]
        let claims = new.granted.clone();
        // While the log is flushed this thread has nothing else to do. Nobody is told before it is.
        let answers = async {
            self.recent.note(id, new.persons());
            new.answers(&decision, &earlier)
        };
        let (committed, answers) = join(tx.commit(), answers).await;
        committed?;
        // Everything is durable, nobody knows: all of it must be left, and the same key must find it.
        fault::point("after-commit");
        #[cfg(feature = "fail-points")]
        store::control::write_keys(&self.store, &claims).await?;
        if granted + held > 0 {
            self.board.note(&locked.round, &decision.stocks);
            metrics::counter!("jinquan_claims_granted_total").increment(granted);
            metrics::counter!("jinquan_claims_held_total").increment(held);
        }
        answers
    }

    /// Decides under the round's lock. Where only holders were read, the rest are taken for strangers; that is good for
    /// granting, because the tables refuse a second claim, but a no might have to be another no. Beside a refused claim
    /// they let another one stand, so once the round has some, everybody is read (R19).
    async fn decide(
        &self,
        tx: &mut Tx,
        reading: Reading,
        (locked, now): (&LockedRound, Timestamp),
        requests: &[Request],
        assessed: &HashMap<ClaimId, Assessment>,
    ) -> Result<Decision, store::Error> {
        let id = &locked.round.id;
        if reading == Reading::Holders
            && !locked.round.audience.without_pack_only
            && locked.round.returned == 0
            && let Some(holders) = self.recent.to_read(id, requests)
        {
            let holdings = if holders.is_empty() {
                Vec::new()
            } else {
                store::claim::holdings(tx, id, &holders).await?
            };
            let screened = self.screened(tx, id, (requests, assessed), &holdings).await?;
            let decision =
                decide(&desk(locked, now, &holdings, &HashSet::new(), &screened), requests);
            let is_certain = |(request, verdict): (&Request, &Verdict)| {
                matches!(verdict, Verdict::Granted { .. } | Verdict::Held { .. })
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
        let screened = self.screened(tx, id, (requests, assessed), &holdings).await?;
        Ok(decide(&desk(locked, now, &holdings, &with_pack_in_campaign, &screened), requests))
    }

    /// What risk control says of the batch. Whether an appeal was upheld is asked only for those who would not simply
    /// be given a pack, so nearly never.
    async fn screened(
        &self,
        tx: &mut Tx,
        round: &RoundId,
        (requests, assessed): (&[Request], &HashMap<ClaimId, Assessment>),
        holdings: &[Holding],
    ) -> Result<Screened, store::Error> {
        let enforced = assessed.iter().map(|(id, assessment)| (*id, assessment.enforced));
        let flagged = enforced.filter(|(_, verdict)| *verdict > risk::Verdict::Allow).collect();
        let hold_ms = self.screen.configurations().of(Some(round)).1.hold_ms();
        let mut screened = Screened { flagged, hold_ms, ..Screened::default() };
        let flagged = requests.iter().filter(|request| screened.flagged.contains_key(&request.id));
        let refused = holdings.iter().filter(|holding| holding.kept == Kept::Refusal);
        let persons = flagged.map(|it| it.person).chain(refused.map(|it| it.person));
        let persons: HashSet<PersonId> = persons.collect();
        if !persons.is_empty() {
            screened.cleared = store::appeal::cleared(tx, round, persons).await?;
        }
        Ok(screened)
    }
}

fn desk<'a>(
    locked: &'a LockedRound,
    now: Timestamp,
    holdings: &'a [Holding],
    with_pack_in_campaign: &'a HashSet<PersonId>,
    screened: &'a Screened,
) -> Desk<'a> {
    let last_serial = locked.last_serial;
    Desk { round: &locked.round, now, last_serial, holdings, with_pack_in_campaign, screened }
}

fn distinct_persons(requests: &[Request]) -> Vec<PersonId> {
    let persons: HashSet<PersonId> = requests.iter().map(|request| request.person).collect();
    persons.into_iter().collect()
}

fn note_failure(round: &RoundId, error: &store::Error) {
    tracing::error!(round.id = %round, error = ?error, "a batch of claims could not be settled");
    metrics::counter!("jinquan_batches_failed_total").increment(1);
}
