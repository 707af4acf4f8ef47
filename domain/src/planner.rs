//! What a plan may come to, judged by what came of earlier ones. A range, never one number: from the lowest to the
//! highest that was seen, with a margin that is the wider the less was seen. Where nothing was seen, nothing is said.

use crate::history::Programme;
use crate::money::Amount;
use crate::results::{Multiplier, RoundResult, Share};
use crate::time::{SECOND_MS, Timestamp};

/// What is asked: so many packs that cost so much together, for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The packs.
    pub packs: u32,
    /// What they cost, if all of them are claimed.
    pub budget: Amount,
    /// How long they can be claimed, in seconds.
    pub length_s: u32,
}

impl Plan {
    /// A plan of the packs of a round that is not yet one.
    pub fn of(plan: &crate::plan::Plan) -> Option<Self> {
        let ms = plan.window.closes_at().millis_since(plan.window.opens_at());
        Some(Self {
            packs: plan.packs.iter().map(|pack| pack.stock).fold(0, u32::saturating_add),
            budget: plan.cost()?,
            length_s: u32::try_from(ms / SECOND_MS).unwrap_or(u32::MAX),
        })
    }

    /// What is issued with so many of its packs, each as dear as another.
    fn issued(&self, packs: u32) -> Option<Amount> {
        let fen = i128::from(self.budget.fen()) * i128::from(packs) / i128::from(self.packs.max(1));
        i64::try_from(fen).ok().and_then(Amount::from_fen)
    }
}

/// From the lowest to the highest, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range<T> {
    /// The lowest.
    pub low: T,
    /// The highest.
    pub high: T,
}

impl<T: Ord + Copy> Range<T> {
    /// The range of what was seen; `None` where nothing was.
    fn of(seen: impl IntoIterator<Item = Self>) -> Option<Self> {
        seen.into_iter().reduce(|one, other| Self {
            low: one.low.min(other.low),
            high: one.high.max(other.high),
        })
    }

    const fn only(value: T) -> Self {
        Self { low: value, high: value }
    }
}

/// When the packs are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SellOut {
    /// At the earliest, in seconds after the opening; `None`: not within the plan's time.
    pub earliest_s: Option<u32>,
    /// At the latest; `None`: perhaps not within the plan's time.
    pub latest_s: Option<u32>,
}

/// On how much a forecast stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Rounds that are over and of which packs were claimed.
    pub rounds: usize,
    /// Rounds and programmes whose redemption rate is known.
    pub rates: usize,
    /// Rounds and programmes whose multiplier is known.
    pub multipliers: usize,
}

/// What a plan may come to. What nothing is known of is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// What the plan costs at most.
    pub budget: Amount,
    /// When the packs are gone.
    pub sell_out: Option<SellOut>,
    /// The packs that are claimed.
    pub claimed: Option<Range<u32>>,
    /// The share of what is issued that is redeemed.
    pub rate: Option<Range<Share>>,
    /// What returns to the pool (R15).
    pub rollover: Option<Range<Amount>>,
    /// Sales for each yuan that is redeemed.
    pub per_redeemed: Option<Range<Multiplier>>,
    /// The sales.
    pub sales: Option<Range<Amount>>,
    /// On how much this stands.
    pub basis: Basis,
}

/// By how much of a figure a range is widened, in hundredths, where so many cases were seen.
pub const fn margin_percent(seen: usize) -> u32 {
    match seen {
        0 | 1 => 30,
        2 => 20,
        _ => 10,
    }
}

/// What a plan may come to at `now`.
pub fn forecast(
    plan: Plan,
    rounds: &[RoundResult],
    programmes: &[Programme],
    now: Timestamp,
) -> Forecast {
    let past: Vec<&RoundResult> =
        rounds.iter().filter(|it| it.is_over(now) && it.claimed > 0).collect();
    let rates: Vec<Share> = past
        .iter()
        .filter_map(|it| Share::of(it.redeemed, it.issued))
        .chain(programmes.iter().filter_map(Programme::redemption_rate))
        .collect();
    let multipliers: Vec<Multiplier> = past
        .iter()
        .filter_map(|it| Multiplier::of(it.sales, it.redeemed))
        .chain(programmes.iter().filter_map(Programme::per_redeemed))
        .collect();
    let claimed = claimed(plan, &past);
    let rate = widened(&rates, |it| it.permille(), Share::from_permille, 1_000);
    let per_redeemed =
        widened(&multipliers, |it| it.hundredths(), Multiplier::from_hundredths, u64::MAX);
    let redeemed = claimed.zip(rate).and_then(|(claimed, rate)| {
        let redeemed = |packs: u32, rate: Share| {
            let permille = i64::try_from(rate.permille()).ok()?;
            let issued = plan.issued(packs)?;
            Amount::from_fen(issued.fen().checked_mul(permille)? / 1_000)
        };
        Some(Range {
            low: redeemed(claimed.low, rate.low)?,
            high: redeemed(claimed.high, rate.high)?,
        })
    });
    let sales = redeemed.zip(per_redeemed).and_then(|(redeemed, times)| {
        let sales = |amount: Amount, times: Multiplier| {
            let hundredths = i64::try_from(times.hundredths()).ok()?;
            Amount::from_fen(amount.fen().checked_mul(hundredths)? / 100)
        };
        Some(Range {
            low: sales(redeemed.low, times.low)?,
            high: sales(redeemed.high, times.high)?,
        })
    });
    Forecast {
        budget: plan.budget,
        sell_out: sell_out(plan, &past),
        claimed,
        rate,
        rollover: redeemed.map(|it| Range {
            low: plan.budget.minus(it.high).unwrap_or_default(),
            high: plan.budget.minus(it.low).unwrap_or_default(),
        }),
        per_redeemed,
        sales,
        basis: Basis { rounds: past.len(), rates: rates.len(), multipliers: multipliers.len() },
    }
}

/// As many as wanted a pack before want one again, as far as there are any; of a round that sold out or was stopped
/// only the least is known of how many would have.
fn claimed(plan: Plan, past: &[&RoundResult]) -> Option<Range<u32>> {
    let margin = margin_percent(past.len());
    let seen = past.iter().map(|it| {
        let low = less(u64::from(it.claimed), margin).min(u64::from(plan.packs));
        let is_cut = it.stopped || it.claimed == it.stock;
        let high = if is_cut { u64::MAX } else { more(u64::from(it.claimed), margin) };
        let high = high.min(u64::from(plan.packs));
        let narrow = |packs| u32::try_from(packs).unwrap_or(plan.packs);
        Range { low: narrow(low), high: narrow(high) }
    });
    Range::of(seen)
}

/// When as many packs were gone before as the plan has. Beyond what a sold-out round had, its pace is carried on for
/// the earliest and nothing is said of the latest. A round that was stopped before shows neither.
fn sell_out(plan: Plan, past: &[&RoundResult]) -> Option<SellOut> {
    // `u64::MAX` is never.
    let of_one = |it: &&RoundResult| match (it.curve.reached(plan.packs), it.sold_out_after_s()) {
        (Some(second), _) => Some(Range::only(u64::from(second))),
        (None, Some(second)) => {
            let pace = u64::from(second).max(1) * u64::from(plan.packs) / u64::from(it.stock);
            Some(Range { low: pace, high: u64::MAX })
        }
        (None, None) => (!it.stopped).then_some(Range::only(u64::MAX)),
    };
    let seen: Vec<Range<u64>> = past.iter().filter_map(of_one).collect();
    let margin = margin_percent(seen.len());
    let range = Range::of(seen)?;
    let within = |second: u64| u32::try_from(second).ok().filter(|second| *second < plan.length_s);
    let never = |second: u64, act: fn(u64, u32) -> u64| {
        if second == u64::MAX { second } else { act(second, margin) }
    };
    Some(SellOut {
        earliest_s: within(never(range.low, less)),
        // A second is as exact as this can be.
        latest_s: within(never(range.high.saturating_add(u64::from(range.high == 0)), more)),
    })
}

fn widened<T>(
    seen: &[T],
    number: fn(&T) -> u64,
    make: fn(u64) -> T,
    most: u64,
) -> Option<Range<T>> {
    let margin = margin_percent(seen.len());
    let low = seen.iter().map(number).min()?;
    let high = seen.iter().map(number).max()?;
    Some(Range { low: make(less(low, margin)), high: make(more(high, margin).min(most)) })
}

fn less(number: u64, percent: u32) -> u64 {
    number.saturating_mul(u64::from(100 - percent)) / 100
}

fn more(number: u64, percent: u32) -> u64 {
    number.saturating_mul(u64::from(100 + percent)).div_ceil(100)
}
