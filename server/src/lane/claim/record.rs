//! What a batch leaves: its grants with their one transfer, the packs that are set aside, an answer for each request.

use std::collections::HashMap;

use domain::claim::{Claim, ClaimState, Decision, Request, Verdict};
use domain::id::{ClaimId, PersonId, RoundId};
use domain::ledger::{Digest, Link, Transfer};
use domain::money::Amount;
use domain::refusal::Refusal;
use domain::risk::record::Record;
use domain::risk::{Act, Assessment, Kept};
use domain::round::Round;
use domain::time::{Timestamp, Window};
use store::Tx;
use store::claim::{GrantBatch, LockedRound};

use super::Settled;
use crate::campaign_file::seal;
use crate::key::sha256;

/// The claims that a batch has made, in order of their requests.
pub(super) struct New {
    /// Those that are granted, in order of their serials.
    pub(super) granted: Vec<Claim>,
    /// Those that wait for the risk desk.
    pub(super) held: Vec<Claim>,
    /// The round's window under the lock.
    window: Window,
}

/// Writes what was decided under the round's lock, and what risk control said of everybody who was decided on.
pub(super) async fn write(
    tx: &mut Tx,
    (locked, now): (&LockedRound, Timestamp),
    requests: &[Request],
    decision: &Decision,
    seen: &[&Record],
) -> Result<New, store::Error> {
    let round = &locked.round;
    let pairs = requests.iter().zip(&decision.verdicts);
    let claims = pairs.filter_map(|(request, verdict)| claim(round, now, request, verdict));
    let (granted, held): (Vec<Claim>, Vec<Claim>) = claims.partition(Claim::is_granted);
    if !held.is_empty() {
        store::held::record(tx, round, &held, &decision.stocks, now).await?;
    }
    if granted.is_empty() {
        store::risk::record(tx, seen).await?;
    } else {
        let transfer = seal(grant_transfer(round, now, &granted, locked.link)?);
        let batch = GrantBatch {
            round,
            claims: &granted,
            stocks: &decision.stocks,
            last_serial: decision.last_serial,
            transfer: &transfer,
            seen,
        };
        store::claim::record(tx, &batch).await?;
    }
    Ok(New { granted, held, window: round.window })
}

/// What is kept of risk control's assessments: of everything that it had to do with (R19).
pub(super) fn kept(
    round: &RoundId,
    now: Timestamp,
    requests: &[Request],
    decision: &Decision,
    mut assessed: HashMap<ClaimId, Assessment>,
) -> Vec<Kept> {
    if assessed.is_empty() {
        return Vec::new();
    }
    let pairs = requests.iter().zip(&decision.verdicts);
    let kept = pairs.filter_map(|(request, verdict)| {
        let concerns = matches!(
            verdict,
            Verdict::Granted { .. }
                | Verdict::Held { .. }
                | Verdict::Refused(Refusal::RefusedByRisk, _)
        );
        let assessment = assessed.remove(&request.id).filter(|_| concerns)?;
        Some(Kept {
            id: request.id.into(),
            act: Act::Claim,
            person: Some(request.person),
            account: Some(request.account),
            merchant: None,
            till: None,
            round: Some(round.clone()),
            at: now,
            assessment,
        })
    });
    kept.collect()
}

/// What is kept of what was seen: what is answered again is no act of its own, so a batch of replays writes nothing.
pub(super) fn seen<'a>(seen: &'a [Box<Record>], decision: &Decision) -> Vec<&'a Record> {
    let pairs = seen.iter().zip(&decision.verdicts);
    let acts = pairs.filter(|(_, verdict)| !matches!(verdict, Verdict::Replayed(_)));
    acts.map(|(record, _)| &**record).collect()
}

impl New {
    pub(super) fn persons(&self) -> impl Iterator<Item = PersonId> {
        self.all().map(|claim| claim.person)
    }

    fn all(&self) -> impl Iterator<Item = &Claim> {
        self.granted.iter().chain(&self.held)
    }

    /// The replayed claims that are not of this very batch.
    pub(super) fn replayed_before(&self, decision: &Decision) -> Vec<ClaimId> {
        let replayed = decision.verdicts.iter().filter_map(|verdict| match verdict {
            Verdict::Replayed(id) if !self.all().any(|claim| claim.id == *id) => Some(*id),
            _ => None,
        });
        replayed.collect()
    }

    /// An answer for each request; `earlier` are the replayed claims of other batches.
    pub(super) fn answers(
        self,
        decision: &Decision,
        earlier: &[Claim],
    ) -> Result<Vec<Settled>, store::Error> {
        let missing =
            || store::Error::Broken("a claim that was decided on is not there".to_owned());
        let replayed = decision.verdicts.iter().filter_map(|verdict| match verdict {
            Verdict::Replayed(id) => Some(*id),
            _ => None,
        });
        let replayed = replayed.map(|id| {
            let found = self.all().chain(earlier).find(|claim| claim.id == id);
            found.cloned().ok_or_else(missing)
        });
        let mut replayed = replayed.collect::<Result<Vec<_>, _>>()?.into_iter();
        let window = Some(self.window);
        let (mut granted, mut held) = (self.granted.into_iter(), self.held.into_iter());
        let verdicts = decision.verdicts.iter().map(|verdict| {
            let (claim, under) = match verdict {
                Verdict::Refused(refusal, claim) => return Ok(Settled::Refused(*refusal, *claim)),
                Verdict::Granted { .. } => (granted.next(), window),
                Verdict::Held { .. } => (held.next(), window),
                Verdict::Replayed(_) => (replayed.next(), None),
            };
            Ok(Settled::Recorded { claim: Box::new(claim.ok_or_else(missing)?), under })
        });
        verdicts.collect()
    }
}

/// The claim that a verdict makes of a request, if it makes one.
fn claim(round: &Round, now: Timestamp, request: &Request, verdict: &Verdict) -> Option<Claim> {
    let (state, serial, decide_by) = match verdict {
        Verdict::Granted { serial } => (ClaimState::Granted, Some(*serial), None),
        Verdict::Held { decide_by } => (ClaimState::Held, None, Some(*decide_by)),
        Verdict::Replayed(_) | Verdict::Refused(..) => return None,
    };
    Some(Claim {
        id: request.id,
        round: round.id.clone(),
        person: request.person,
        account: request.account,
        key: request.key.clone(),
        choice: request.choice.clone(),
        serial,
        state,
        claimed_at: now,
        decide_by,
        decided_at: None,
    })
}

/// The one transfer of a batch: the faces of its packs, the digest of its claims, the link to the one before (R20).
///
/// # Errors
/// When the faces come to no amount.
pub fn grant_transfer(
    round: &Round,
    now: Timestamp,
    claims: &[Claim],
    link: Link,
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
