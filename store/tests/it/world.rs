//! A small campaign, its citizens and its claim desk.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::audience::Audience;
use domain::audit::Who;
use domain::campaign::Campaign;
use domain::claim::{
    Choice, Claim, ClaimState, Decision, Desk, Request, Standing, Verdict, decide,
};
use domain::held::Screened;
use domain::id::{AccountId, ClaimId, PersonId, RoundId};
use domain::language::LocalText;
use domain::ledger::{Digest, Transfer};
use domain::money::Amount;
use domain::pack::{Pack, Stock, VoucherTerms};
use domain::round::{LimitPer, RealNameLevel, RefundPolicy, Round, UseOrder};
use domain::time::{Timestamp, Window};
use store::campaign::{ImportPlan, Imported};
use store::claim::{GrantBatch, LockedRound};
use store::ledger::SealedTransfer;
use store::{Error, Store};

/// Inside the first round's window.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_000_000);

pub(crate) fn text(word: &str) -> LocalText {
    LocalText { hant: word.to_owned(), hans: word.to_owned(), english: word.to_owned() }
}

pub(crate) fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).unwrap()
}

pub(crate) fn round_id(text: &str) -> RoundId {
    text.parse().unwrap()
}

pub(crate) fn person(number: u128) -> PersonId {
    PersonId::mint(1, number)
}

pub(crate) fn account(number: u128) -> AccountId {
    AccountId::mint(2, number)
}

pub(crate) fn campaign() -> Campaign {
    Campaign {
        id: "spring".parse().unwrap(),
        city: text("晉城市"),
        slogan: text("晉善·晉美·晉城"),
        theme: text("1500萬消費券"),
        appropriation: fen(1_500_000_000),
        organiser: text("晉城市商務局"),
        hotline: "12345".to_owned(),
        remark: None,
        kinds: Vec::new(),
        categories: Vec::new(),
        districts: Vec::new(),
        boundary: None,
    }
}

/// A round whose packs have a face of ¥50 each.
pub(crate) fn round(id: &str, opens_ms: i64, limit_per: LimitPer, packs: &[(&str, u32)]) -> Round {
    let opens_at = Timestamp::from_millis(opens_ms);
    let pack = |(id, stock): &(&str, u32)| Pack {
        id: id.parse().unwrap(),
        name: text(id),
        stock: Stock::full(*stock),
        vouchers: vec![VoucherTerms {
            kind: "general".parse().unwrap(),
            face: fen(1_000),
            minimum_spend: fen(4_000),
            count: 5,
        }],
    };
    Round {
        id: round_id(id),
        name: text("第一輪"),
        window: Window::new(opens_at, opens_at.plus_millis(2_000_000)).unwrap(),
        budget: fen(300_000_000),
        limit_per,
        refund_policy: RefundPolicy::default(),
        use_order: UseOrder::default(),
        real_name_level: RealNameLevel(1),
        audience: Audience::default(),
        packs: packs.iter().map(pack).collect(),
        notes: Vec::new(),
        paused: false,
        stopped: false,
        version: 1,
        returned: 0,
    }
}

/// Not the server's hash, but one.
pub(crate) fn seal(transfer: Transfer) -> SealedTransfer {
    let mut hasher = DefaultHasher::new();
    transfer.canonical_bytes().hash(&mut hasher);
    let mut hash: Digest = [7; 32];
    hash[..8].copy_from_slice(&hasher.finish().to_be_bytes());
    SealedTransfer { transfer, hash }
}

pub(crate) async fn import(
    store: &Store,
    rounds: &[Round],
    checksum: &str,
) -> Result<Imported, Error> {
    let campaign = campaign();
    let at = Timestamp::from_millis(5);
    let approvals = rounds.iter().map(|round| {
        let face = |pack: &Pack| pack.face().unwrap().fen() * i64::from(pack.stock.total);
        Transfer::approval(at, &round.id, fen(round.packs.iter().map(face).sum()))
    });
    let first = Transfer::appropriation(at, campaign.appropriation);
    let transfers = std::iter::once(first).chain(approvals).map(seal).collect();
    let plan = ImportPlan {
        campaign: &campaign,
        checksum,
        rounds,
        transfers,
        imported_at: at,
        who: Who::Command,
    };
    store.import(&plan).await
}

/// A campaign of one round `r1` with one pack `p1`.
pub(crate) async fn with_stock(store: &Store, stock: u32) -> RoundId {
    let rounds = [round("r1", 0, LimitPer::Round, &[("p1", stock)])];
    assert_eq!(import(store, &rounds, "sum").await.unwrap(), Imported::Done);
    round_id("r1")
}

/// A request of the person (and account) of that number.
pub(crate) fn request(number: u128) -> Request {
    Request {
        id: ClaimId::mint(3, number),
        person: person(number),
        account: account(number),
        key: format!("key-{number}").parse().unwrap(),
        choice: Choice { pack: "p1".parse().unwrap(), named: false },
        standing: Standing {
            real_name_level: RealNameLevel::HIGHEST,
            consented: true,
            division: "140500".into(),
        },
    }
}

/// What a decision grants, as it is recorded.
pub(crate) struct Grants {
    pub(crate) claims: Vec<Claim>,
    pub(crate) transfer: SealedTransfer,
}

impl Grants {
    pub(crate) fn of(
        locked: &LockedRound,
        requests: &[Request],
        decision: &Decision,
    ) -> Option<Self> {
        let claims: Vec<Claim> = requests
            .iter()
            .zip(&decision.verdicts)
            .filter_map(|(request, verdict)| match verdict {
                Verdict::Granted { serial } => Some(claim(locked, request, *serial)),
                _ => None,
            })
            .collect();
        let amount = fen(5_000 * i64::try_from(claims.len()).unwrap());
        let digest = [u8::try_from(decision.last_serial % 251).unwrap(); 32];
        let transfer = Transfer::grant(NOW, &locked.round.id, amount, digest, locked.link);
        (!claims.is_empty()).then(|| Self { claims, transfer: seal(transfer) })
    }

    pub(crate) fn batch<'a>(
        &'a self,
        locked: &'a LockedRound,
        decision: &'a Decision,
    ) -> GrantBatch<'a> {
        GrantBatch {
            round: &locked.round,
            claims: &self.claims,
            stocks: &decision.stocks,
            last_serial: decision.last_serial,
            transfer: &self.transfer,
            seen: &[],
        }
    }
}

fn claim(locked: &LockedRound, request: &Request, serial: u32) -> Claim {
    Claim {
        id: request.id,
        round: locked.round.id.clone(),
        person: request.person,
        account: request.account,
        key: request.key.clone(),
        choice: request.choice.clone(),
        serial: Some(serial),
        state: ClaimState::Granted,
        claimed_at: NOW,
        decide_by: None,
        decided_at: None,
    }
}

pub(crate) fn decided(
    locked: &LockedRound,
    requests: &[Request],
    holdings: &[domain::claim::Holding],
) -> Decision {
    let desk = Desk {
        round: &locked.round,
        now: NOW,
        last_serial: locked.last_serial,
        holdings,
        with_pack_in_campaign: &HashSet::new(),
        screened: &Screened::default(),
    };
    decide(&desk, requests)
}

/// A batch as the server serves it.
pub(crate) async fn serve(
    store: &Store,
    round: &RoundId,
    requests: &[Request],
) -> Result<Vec<Verdict>, Error> {
    let mut tx = store.begin().await?;
    let locked = store::claim::lock_round(&mut tx, round).await?.unwrap();
    let persons: Vec<PersonId> = requests.iter().map(|request| request.person).collect();
    let holdings = store::claim::holdings(&mut tx, round, &persons).await?;
    let decision = decided(&locked, requests, &holdings);
    if let Some(grants) = Grants::of(&locked, requests, &decision) {
        store::claim::record(&mut tx, &grants.batch(&locked, &decision)).await?;
        tx.commit().await?;
    }
    Ok(decision.verdicts)
}
