//! The decision on a batch of claims (R1 to R5): pure. Requests in arrival order go in with the round as it stands
//! under its lock and with what their persons hold already; grants and refusals come out.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::held::{Screened, decide_by};
use crate::id::{AccountId, ClaimId, PackId, PersonId, RequestKey, RoundId};
use crate::pack::Stock;
use crate::refusal::Refusal;
use crate::risk;
use crate::round::{LimitPer, Phase, RealNameLevel, Round};
use crate::time::Timestamp;

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// The pack is the person's.
    Granted,
    /// The pack is set aside until the risk desk decides (CAMPAIGN 3).
    Held,
    /// The risk desk said no; the pack returned.
    Refused,
}

/// A claim that has been recorded: one row, from which its vouchers follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its identifier.
    pub id: ClaimId,
    /// The round.
    pub round: RoundId,
    /// Whose it is.
    pub person: PersonId,
    /// Through which account it was made.
    pub account: AccountId,
    /// With which key.
    pub key: RequestKey,
    /// For which pack.
    pub choice: Choice,
    /// The number of the grant in the round, once it is granted.
    pub serial: Option<u32>,
    /// What became of it.
    pub state: ClaimState,
    /// When it was made, by the campaign clock.
    pub claimed_at: Timestamp,
    /// Until when the risk desk decides, where it was answered with "held" first; it stays when it is decided.
    pub decide_by: Option<Timestamp>,
    /// When a held claim was decided.
    pub decided_at: Option<Timestamp>,
}

impl Claim {
    /// Whether the pack is the person's.
    pub fn is_granted(&self) -> bool {
        self.state == ClaimState::Granted
    }

    /// What it means for another claim of the same person.
    pub fn kept(&self) -> Kept {
        Kept::of(self.state, self.decide_by, self.decided_at)
    }

    /// Whether it was held and nobody decided in time.
    pub fn has_lapsed(&self) -> bool {
        self.kept() == Kept::Key
    }
}

/// What a claim that is there means for another one of the same person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// A pack is theirs or set aside for them: it counts against the limit (R1).
    #[default]
    Pack,
    /// The risk desk said no: nothing more of this round, until an appeal is upheld.
    Refusal,
    /// Nobody decided in time, which is not the person's fault: only the answer to its key is left (R4).
    Key,
}

impl Kept {
    /// Of a claim in that state. The desk decides before `decide_by` only, so a later instant says that it did not.
    pub fn of(
        state: ClaimState,
        decide_by: Option<Timestamp>,
        decided_at: Option<Timestamp>,
    ) -> Self {
        let is_late = decide_by.zip(decided_at).is_some_and(|(by, at)| at >= by);
        match state {
            ClaimState::Granted | ClaimState::Held => Self::Pack,
            ClaimState::Refused if is_late => Self::Key,
            ClaimState::Refused => Self::Refusal,
        }
    }
}

/// What the desk knows of a person, beyond who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The real-name level of the account (R18).
    pub real_name_level: RealNameLevel,
    /// Whether the person agreed to everything that a claim cannot do without, in its current text.
    pub consented: bool,
    /// The division of registration (R24).
    pub division: Arc<str>,
}

/// The choice of a pack, as the body of a request makes it. Bodies are compared as parsed values, so naming the only
/// pack and naming none are two bodies.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    /// The pack that is meant.
    pub pack: PackId,
    /// Whether the body named it.
    pub named: bool,
}

/// A request to claim a pack.
#[derive(Clone, Debug)]
pub struct Request {
    /// The identifier that the claim gets if it is granted.
    pub id: ClaimId,
    /// Who asks.
    pub person: PersonId,
    /// Through which account.
    pub account: AccountId,
    /// The key made before the request left the page (R4).
    pub key: RequestKey,
    /// Which pack.
    pub choice: Choice,
    /// What is known of the person.
    pub standing: Standing,
}

/// A claim that a person of the batch has in the round already.
#[derive(Clone, Debug)]
pub struct Holding {
    /// The claim.
    pub id: ClaimId,
    /// Whose it is.
    pub person: PersonId,
    /// Through which account it was made.
    pub account: AccountId,
    /// With which key.
    pub key: RequestKey,
    /// For which pack.
    pub choice: Choice,
    /// What is left of it.
    pub kept: Kept,
}

/// The answer to one request, in the order of the requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The pack is the person's. `serial` counts the grants of the round from 1 without gaps.
    Granted {
        /// The number of the grant in the round.
        serial: u32,
    },
    /// The pack is set aside until the risk desk decides, at the latest at that instant (R19).
    Held {
        /// When it is refused if nobody has decided.
        decide_by: Timestamp,
    },
    /// The same request was answered before: the same answer again (R4).
    Replayed(ClaimId),
    /// No, and where the person holds the pack already, by which claim.
    Refused(Refusal, Option<ClaimId>),
}

/// What surrounds a batch.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The round, under its lock.
    pub round: &'a Round,
    /// The instant of the act, read once after the lock (R5).
    pub now: Timestamp,
    /// Grants of the round so far.
    pub last_serial: u32,
    /// The claims that the batch's persons have in the round.
    pub holdings: &'a [Holding],
    /// The batch's persons who have a pack in any round of the campaign. Read only where the audience asks (R24).
    pub with_pack_in_campaign: &'a HashSet<PersonId>,
    /// What risk control says of the batch (R19).
    pub screened: &'a Screened,
}

/// The decision on a whole batch.
#[derive(Debug)]
pub struct Decision {
    /// One verdict for each request, in the same order.
    pub verdicts: Vec<Verdict>,
    /// The stock of each pack afterwards, in the order of the round's packs.
    pub stocks: Vec<Stock>,
    /// The number of the last grant afterwards.
    pub last_serial: u32,
}

/// Decides a batch: first come, first served, in the order of `requests` (R2).
///
/// Replay by key comes first and does not depend on phase or stock; then refusals by precedence. A request of the
/// same batch counts as earlier than those behind it.
pub fn decide(desk: &Desk<'_>, requests: &[Request]) -> Decision {
    let mut book = Book::open(desk, requests.len());
    let verdicts = requests.iter().map(|request| book.settle(desk, request)).collect();
    Decision { verdicts, stocks: book.stocks, last_serial: book.last_serial }
}

/// What changes while a batch is decided.
struct Book {
    stocks: Vec<Stock>,
    last_serial: u32,
    by_key: HashMap<(AccountId, RequestKey), (ClaimId, Choice)>,
    by_person: HashMap<(PersonId, Option<PackId>), (ClaimId, AccountId)>,
    refused: HashSet<(PersonId, Option<PackId>)>,
    /// Who was given a pack here; kept only where the audience asks (R24).
    newcomers: HashSet<PersonId>,
}

impl Book {
    /// With room for `count` requests: growing to it was two fifths of deciding.
    fn open(desk: &Desk<'_>, count: usize) -> Self {
        let room = desk.holdings.len() + count;
        let mut book = Self {
            stocks: desk.round.packs.iter().map(|pack| pack.stock).collect(),
            last_serial: desk.last_serial,
            by_key: HashMap::with_capacity(room),
            by_person: HashMap::with_capacity(room),
            refused: HashSet::new(),
            newcomers: HashSet::new(),
        };
        for holding in desk.holdings {
            book.by_key.insert(
                (holding.account, holding.key.clone()),
                (holding.id, holding.choice.clone()),
            );
            let limit = (holding.person, limit_key(desk.round, &holding.choice.pack));
            match holding.kept {
                Kept::Pack => {
                    book.by_person.insert(limit, (holding.id, holding.account));
                }
                Kept::Refusal => {
                    book.refused.insert(limit);
                }
                Kept::Key => {}
            }
        }
        book
    }

    fn settle(&mut self, desk: &Desk<'_>, request: &Request) -> Verdict {
        let key = (request.account, request.key.clone());
        if let Some((claim, choice)) = self.by_key.get(&key) {
            return if *choice == request.choice {
                Verdict::Replayed(*claim)
            } else {
                Verdict::Refused(Refusal::RequestKeyReused, None)
            };
        }
        let Some(position) = desk.round.position_of(&request.choice.pack) else {
            // Packs are never taken from a round, and the door has looked the name up: unreachable, and still a no.
            return Verdict::Refused(Refusal::SoldOut, None);
        };
        if let Some((refusal, claim)) = self.refusal(desk, request, position) {
            return Verdict::Refused(refusal, claim);
        }
        let limit = (request.person, limit_key(desk.round, &request.choice.pack));
        let verdict = desk.screened.verdict(request, self.refused.contains(&limit));
        let stock = match verdict {
            risk::Verdict::Allow => self.stocks[position].grant(),
            risk::Verdict::Hold => self.stocks[position].hold(),
            risk::Verdict::Refuse => return Verdict::Refused(Refusal::RefusedByRisk, None),
        };
        let Some(stock) = stock else {
            return Verdict::Refused(Refusal::SoldOut, None);
        };
        // From here it must succeed.
        self.stocks[position] = stock;
        self.by_key.insert(key, (request.id, request.choice.clone()));
        self.by_person.insert(limit, (request.id, request.account));
        if desk.round.audience.without_pack_only {
            self.newcomers.insert(request.person);
        }
        if verdict == risk::Verdict::Hold {
            let decide_by = decide_by(desk.round.window, desk.now, desk.screened.hold_ms);
            return Verdict::Held { decide_by };
        }
        self.last_serial += 1;
        Verdict::Granted { serial: self.last_serial }
    }

    fn refusal(
        &self,
        desk: &Desk<'_>,
        request: &Request,
        position: usize,
    ) -> Option<(Refusal, Option<ClaimId>)> {
        let round = desk.round;
        let mut gate = round.gate();
        gate.remaining = self.stocks[position].remaining();
        let limit = limit_key(round, &request.choice.pack);
        let held = self.by_person.get(&(request.person, limit)).map(|(claim, account)| {
            let same = *account == request.account;
            let other = Refusal::AlreadyClaimedThroughOtherAccount;
            (if same { Refusal::AlreadyClaimed } else { other }, *claim)
        });
        let with_pack = desk.with_pack_in_campaign.contains(&request.person)
            || self.newcomers.contains(&request.person);
        first_refusal(round, gate.phase(desk.now), &request.standing, held, with_pack)
    }
}

/// What a person is told who is certain to hold no pack of the round and, where the audience asks, of the campaign:
/// `None` if the pack at `position` would be theirs. The same as [`decide`] says to their request, without making one.
pub fn refusal_of_stranger(
    round: &Round,
    position: usize,
    now: Timestamp,
    standing: &Standing,
) -> Option<Refusal> {
    let mut gate = round.gate();
    gate.remaining = round.packs.get(position).map_or(0, |pack| pack.stock.remaining());
    first_refusal(round, gate.phase(now), standing, None, false).map(|(refusal, _)| refusal)
}

/// The first refusal that holds, in order of precedence. `held` is what is said of the pack that the person holds.
fn first_refusal(
    round: &Round,
    phase: Phase,
    standing: &Standing,
    held: Option<(Refusal, ClaimId)>,
    with_pack: bool,
) -> Option<(Refusal, Option<ClaimId>)> {
    let no = |refusal| Some((refusal, None));
    match phase {
        _ if !standing.real_name_level.meets(round.real_name_level) => {
            no(Refusal::RealNameRequired)
        }
        _ if !standing.consented => no(Refusal::ConsentRequired),
        Phase::Closed => no(Refusal::RoundClosed),
        Phase::Upcoming => no(Refusal::NotOpenYet),
        Phase::Stopped => no(Refusal::RoundStopped),
        _ if held.is_some() => held.map(|(refusal, claim)| (refusal, Some(claim))),
        _ if !round.audience.admits(&standing.division, with_pack) => no(Refusal::NotInAudience),
        Phase::Paused => no(Refusal::RoundPaused),
        Phase::SoldOut => no(Refusal::SoldOut),
        Phase::Open => None,
    }
}

/// What a person may hold one claim of: the round, or each of its packs (R1).
pub fn limit_key(round: &Round, pack: &PackId) -> Option<PackId> {
    match round.limit_per {
        LimitPer::Round => None,
        LimitPer::Pack => Some(pack.clone()),
    }
}
