//! Many claims, redemptions and refunds at once, handed straight to the desk's lanes: for tests of what they add up to.

use domain::claim::{Choice, Request, Standing};
use domain::code::Step;
use domain::id::{AccountId, ClaimId, PersonId, RedemptionId, RefundId, RoundId, VoucherId};
use domain::money::Amount;
use domain::pack::VoucherTerms;
use domain::redemption::{Order, Presented, Redemption, Scene, desk};
use domain::refund::{self, Refund};
use domain::round::RealNameLevel;
use domain::till::Actor;
use futures::{StreamExt as _, stream};
use server::lane::Undecided;
use server::lane::claim::{ClaimTicket, Settled};
use server::lane::till::{TillAnswer, TillTicket};

use super::App;

/// How many wait at once: less than a batch, so that nobody is told to come again.
const AT_ONCE: usize = server::lane::BATCH_MAX - 1;

/// A voucher in somebody's hands.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) person: usize,
    pub(crate) claim: ClaimId,
    pub(crate) slot: u8,
    pub(crate) round: RoundId,
    pub(crate) terms: VoucherTerms,
}

/// The tills of the campaign's shops, by category.
pub(crate) struct Tills(Vec<(String, Actor)>);

impl Tills {
    /// Where that person uses that voucher: another shop for each slot.
    fn of(&self, held: &Held) -> Actor {
        let kind = held.terms.kind.as_str();
        let takes = |(category, _): &&(String, Actor)| match kind {
            "fuel" | "dining" => category == kind,
            _ => category == "retail",
        };
        let able: Vec<&(String, Actor)> = self.0.iter().filter(takes).collect();
        able[(held.person + usize::from(held.slot)) % able.len()].1
    }
}

fn person(number: usize) -> PersonId {
    PersonId::mint(1, number as u128)
}

fn is_whole<T>(answer: Result<T, Undecided>) -> T {
    answer.unwrap_or_else(|undecided| panic!("busy: {undecided:?}"))
}

impl App {
    fn ms(&self) -> u64 {
        u64::try_from(self.hall.clock.campaign().millis()).unwrap()
    }

    /// The sample merchants' tills.
    pub(crate) async fn bulk_tills(&self) -> Tills {
        let mut tills = Vec::new();
        for sample in self.sample_merchants().await {
            let till = self.hall.store.tills(&sample.id).await.unwrap().remove(0);
            tills.push((sample.category, Actor { till: till.id, merchant: sample.id }));
        }
        Tills(tills)
    }

    /// Persons claim the first pack of a round; gives their vouchers. Who is refused gets none.
    pub(crate) async fn bulk_claim(
        &self,
        round: &RoundId,
        persons: std::ops::Range<usize>,
    ) -> Vec<Held> {
        let offered = self.hall.board.round(round).unwrap();
        let pack = &offered.packs[0];
        let claims = stream::iter(persons).map(async |number| {
            let request = Request {
                id: ClaimId::mint(self.ms(), self.hall.chance.bits()),
                person: person(number),
                account: AccountId::mint(2, number as u128),
                key: "claim".parse().unwrap(),
                choice: Choice { pack: pack.id.clone(), named: false },
                standing: Standing {
                    real_name_level: RealNameLevel::HIGHEST,
                    consented: true,
                    division: "140500".into(),
                },
            };
            let ticket = ClaimTicket::unseen(round.clone(), request, self.hall.clock.campaign());
            match is_whole(self.hall.claims.submit(ticket).await) {
                Settled::Recorded { claim, .. } => Some((number, claim.id)),
                Settled::Refused(..) => None,
            }
        });
        let granted: Vec<_> = claims.buffer_unordered(AT_ONCE).collect().await;
        let vouchers = granted.into_iter().flatten().flat_map(|(person, claim)| {
            pack.slots().map(move |(slot, terms)| {
                let (round, terms) = (round.clone(), terms.clone());
                Held { person, claim, slot, round, terms }
            })
        });
        vouchers.collect()
    }

    /// A voucher is to be used on an order of ¥50, at a shop of its own.
    pub(crate) fn bulk_sale(&self, tills: &Tills, held: &Held) -> TillTicket {
        let campaign = self.hall.board.posted().campaign.clone().unwrap();
        let kind = campaign.kinds.iter().find(|kind| kind.id == held.terms.kind).unwrap();
        let voucher = VoucherId { claim: held.claim, slot: held.slot };
        TillTicket::Redeem(Box::new(desk::Request {
            id: RedemptionId::mint(self.ms(), self.hall.chance.bits()),
            actor: tills.of(held),
            key: voucher.to_string().parse().unwrap(),
            body: [0; 32],
            presented: Some(Presented {
                voucher,
                step: Step::at(self.hall.clock.campaign()),
                person: person(held.person),
                holder: "張*".to_owned(),
                round: held.round.clone(),
                kind: kind.id.clone(),
                accepts: kind.accepts.clone(),
                face: held.terms.face,
                minimum_spend: held.terms.minimum_spend,
            }),
            order: Order {
                code: String::new(),
                order: Amount::from_fen(5_000).unwrap(),
                merchant_coupon: Amount::ZERO,
                scene: Scene::InStore,
                position: None,
                reference: None,
            },
        }))
    }

    /// Vouchers are used, each at a shop of its own; gives what was redeemed.
    pub(crate) async fn bulk_redeem(&self, tills: &Tills, vouchers: &[Held]) -> Vec<Redemption> {
        let uses = stream::iter(vouchers).map(async |held| {
            match is_whole(self.hall.tills.submit(self.bulk_sale(tills, held)).await) {
                TillAnswer::Redeemed(redemption, _) => Some(*redemption),
                _ => None,
            }
        });
        let done: Vec<_> = uses.buffer_unordered(AT_ONCE).collect().await;
        done.into_iter().flatten().collect()
    }

    /// A whole sale is to be refunded.
    pub(crate) fn bulk_return(&self, sale: &Redemption) -> TillTicket {
        TillTicket::Refund(Box::new(refund::Request {
            id: RefundId::mint(self.ms(), self.hall.chance.bits()),
            redemption: sale.id,
            actor: sale.actor,
            key: "refund".parse().unwrap(),
            amount: sale.price.to_pay,
        }))
    }

    /// Whole sales are refunded; gives the refunds.
    pub(crate) async fn bulk_refund(&self, sales: &[Redemption]) -> Vec<Refund> {
        let refunds = stream::iter(sales).map(async |sale| {
            match is_whole(self.hall.tills.submit(self.bulk_return(sale)).await) {
                TillAnswer::Refunded(refund, _) => *refund,
                other => panic!("not refunded: {other:?}"),
            }
        });
        refunds.buffer_unordered(AT_ONCE).collect().await
    }
}
