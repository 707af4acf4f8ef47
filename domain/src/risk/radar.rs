//! The cash-out radar: what is remembered of each merchant's sales with vouchers, and which merchants the risk desk
//! should look at, with the evidence.

use super::event::Event;
use super::trace::Look;
use super::{Assessment, Configuration, Finding, Reason};
use crate::id::{MerchantId, PersonId};
use crate::time::Timestamp;

/// Sales of one merchant that are remembered.
const SALES: usize = 64;
/// What the sales of one merchant take, in bytes.
#[cfg(test)]
pub(super) const SHOP_BYTES_MAX: usize = SALES * size_of::<Sold>();
/// So many make a share worth looking at.
const SALES_MIN: usize = 24;
/// So many persons of one device make a ring; a household is smaller.
const RING_MIN: usize = 8;
/// Merchants that one list has.
pub const MERCHANTS_MAX: usize = 200;

/// A merchant that stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The merchant.
    pub merchant: MerchantId,
    /// Points of its findings; each dimension to its cap.
    pub score: u32,
    /// What stands out, the weightiest first.
    pub findings: Vec<Finding>,
    /// How many of its sales are remembered, at most 64.
    pub sales: u32,
    /// The last of them.
    pub last_at: Timestamp,
}

/// The sales of every merchant, as they were remembered at one moment.
#[derive(Clone, Debug)]
pub struct Radar(Vec<Shop>);

impl Radar {
    pub(super) fn of(shops: impl Iterator<Item = Shop>) -> Self {
        Self(shops.collect())
    }

    /// The merchants that stand out, the most first, at most [`MERCHANTS_MAX`].
    pub fn suspects(&self, configuration: &Configuration) -> Vec<Suspect> {
        let mut suspects: Vec<Suspect> =
            self.0.iter().filter_map(|shop| shop.suspect(configuration)).collect();
        suspects.sort_by_key(|it| (std::cmp::Reverse(it.score), it.merchant));
        suspects.truncate(MERCHANTS_MAX);
        suspects
    }
}

/// One sale, as much of it as counts.
#[derive(Clone, Copy, Debug, Default)]
struct Sold {
    at_ms: i64,
    till: u32,
    person: u32,
    device: u32,
    at_threshold: bool,
    refunded: bool,
}

/// What is remembered of a merchant.
#[derive(Clone, Debug, Default)]
pub(super) struct Shop {
    id: Option<MerchantId>,
    sold: Box<[Sold]>,
    next: usize,
}

impl Shop {
    /// Notes a sale, or a refund of one, and looks at it. `device` is the one on which the buyer claims; 0 is unknown.
    pub(super) fn see(&mut self, event: &Event, device: u64, look: &mut Look<'_>) {
        let Some(sale) = &event.sale else { return };
        self.id = event.merchant;
        #[expect(clippy::cast_possible_truncation, reason = "tells sixty-four sales apart")]
        let (till, person, device) = (
            sale.till.folded() as u32,
            event.person.map_or(0, PersonId::folded) as u32,
            device as u32,
        );
        if sale.refund {
            let found = self.sold.iter_mut().rev().find(|it| it.person == person && !it.refunded);
            if let Some(sold) = found {
                sold.refunded = true;
            }
            return;
        }
        let limit = look.configuration.rules.of(Reason::AtThreshold).limit;
        let at_threshold = sale.above_minimum_fen <= limit;
        let at_ms = event.at.millis();
        let sold = Sold { at_ms, till, person, device, at_threshold, refunded: false };
        if self.sold.len() < SALES {
            let mut grown = std::mem::take(&mut self.sold).into_vec();
            grown.push(sold);
            self.sold = grown.into_boxed_slice();
        } else {
            self.sold[self.next] = sold;
            self.next = (self.next + 1) % SALES;
        }
        look.at(Reason::AtThreshold, Some(sale.above_minimum_fen.max(0)));
        look.at(Reason::OddHour, Some(i64::from(event.at.beijing().hour())));
        self.look(look);
        if device != 0 {
            look.at(Reason::Ring, self.share_of_device(device));
        }
    }

    /// What holds of all its sales.
    fn look(&self, look: &mut Look<'_>) {
        look.at(Reason::MerchantAtThreshold, self.share(|it| it.at_threshold));
        look.at(Reason::ManyRefunds, self.share(|it| it.refunded));
    }

    /// The share of sales of which something holds, in thousandths; none while there are few.
    fn share(&self, holds: impl Fn(&Sold) -> bool) -> Option<i64> {
        let count = self.sold.iter().filter(|it| holds(it)).count();
        let all = self.sold.len();
        let share = || i64::try_from(count * 1_000 / all).unwrap_or(1_000);
        (all >= SALES_MIN).then(share)
    }

    /// The share of the persons of one device, where there are too many of them for a household.
    fn share_of_device(&self, device: u32) -> Option<i64> {
        let mut persons = [0_u32; SALES];
        let mut count = 0;
        for sold in self.sold.iter().filter(|it| it.device == device) {
            if !persons[..count].contains(&sold.person) {
                persons[count] = sold.person;
                count += 1;
            }
        }
        (count >= RING_MIN).then(|| self.share(|it| it.device == device)).flatten()
    }

    /// Whether and how it stands out, at the lines of a configuration.
    pub(super) fn suspect(&self, configuration: &Configuration) -> Option<Suspect> {
        let mut look = Look { configuration, findings: Vec::new() };
        self.look(&mut look);
        let night = configuration.rules.of(Reason::OddHour).limit;
        let odd = |it: &Sold| i64::from(Timestamp::from_millis(it.at_ms).beijing().hour()) <= night;
        // Of a merchant it counts only where most of the sales are at night.
        if self.share(odd).is_some_and(|share| share >= 500) {
            look.at(Reason::OddHour, Some(0));
        }
        look.at(Reason::TillTooFast, self.fastest_ms());
        let rings = self.sold.iter().filter(|it| it.device != 0);
        look.at(Reason::Ring, rings.filter_map(|it| self.share_of_device(it.device)).max());
        let Assessment { score, findings, .. } =
            configuration.assess(super::Act::Redemption, look.findings, 0);
        let last_ms = self.sold.iter().map(|it| it.at_ms).max()?;
        (score > 0).then_some(Suspect {
            merchant: self.id?,
            score,
            findings,
            sales: u32::try_from(self.sold.len()).unwrap_or(u32::MAX),
            last_at: Timestamp::from_millis(last_ms),
        })
    }

    /// The mean interval of the eight fastest sales in a row at one of its tills.
    fn fastest_ms(&self) -> Option<i64> {
        let mut times: Vec<(u32, i64)> = self.sold.iter().map(|it| (it.till, it.at_ms)).collect();
        times.sort_unstable();
        let of_one_till = times.windows(8).filter(|eight| eight[0].0 == eight[7].0);
        of_one_till.map(|eight| (eight[7].1 - eight[0].1) / 7).min()
    }
}
