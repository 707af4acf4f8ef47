//! A plan as somebody typed it.

mod check;

use super::{Plan, PlannedPack};
use crate::campaign::Campaign;
use crate::id::CategoryId;
use crate::language::LocalText;
use crate::money::Amount;
use crate::pack::VoucherTerms;
use crate::time::Timestamp;
use crate::typed::{half_width, ungrouped};

/// The longest name of a round or a pack, in characters.
pub const NAME_MAX: usize = 30;
/// The longest sentence on a category, in characters.
pub const NOTE_MAX: usize = 200;

/// A plan as it was typed; nothing of it is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The name.
    pub name: Words,
    /// When it opens, as `2020-04-29T09:00` in Beijing time.
    pub opens: String,
    /// When it closes.
    pub closes: String,
    /// The budget in yuan; empty: what the packs cost.
    pub budget: String,
    /// `round` or `pack`.
    pub limit_per: String,
    /// The code of the policy.
    pub refund_policy: String,
    /// The code of the order.
    pub use_order: String,
    /// The real-name level.
    pub real_name_level: String,
    /// The division codes that were ticked, districts of the campaign or not; none: everybody (R24).
    pub districts: Vec<String>,
    /// Only persons who have no pack so far.
    pub without_pack_only: bool,
    /// The packs, in order.
    pub packs: Vec<DraftPack>,
    /// A sentence for each category of the campaign.
    pub notes: Vec<(CategoryId, Words)>,
}

/// Words in the three languages. The other two may be left out where the first says it for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Traditional Chinese.
    pub hant: String,
    /// Simplified Chinese.
    pub hans: String,
    /// English.
    pub english: String,
}

/// A pack as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftPack {
    /// Its identifier, once it has one.
    pub id: String,
    /// Its name.
    pub name: Words,
    /// How many.
    pub stock: String,
    /// What is in it, in order.
    pub vouchers: Vec<DraftVoucher>,
}

/// Vouchers of one kind in a pack, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftVoucher {
    /// The kind.
    pub kind: String,
    /// The face in yuan.
    pub face: String,
    /// The minimum spend in yuan.
    pub minimum: String,
    /// How many.
    pub count: String,
}

/// A place in the form; packs and vouchers by their place in the draft, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The name.
    Name,
    /// The opening.
    Opens,
    /// The closing.
    Closes,
    /// The budget.
    Budget,
    /// The limit.
    Limit,
    /// The refunds.
    Refunds,
    /// The order of use.
    UseOrder,
    /// The real-name level.
    RealName,
    /// The districts.
    Districts,
    /// All packs together.
    Packs,
    /// The name of a pack.
    PackName(usize),
    /// The stock of a pack.
    PackStock(usize),
    /// What is in a pack.
    PackVouchers(usize),
    /// A kind in a pack.
    Kind(usize, usize),
    /// A face in a pack.
    Face(usize, usize),
    /// A minimum spend in a pack.
    Minimum(usize, usize),
    /// A count in a pack.
    Count(usize, usize),
    /// The sentence on a category.
    Note(CategoryId),
}

/// What is wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is written there.
    Missing,
    /// More characters than this.
    TooLong(usize),
    /// It is not what is asked for.
    Wrong,
    /// The closing is not after the opening.
    NotAfter,
    /// A minimum spend below the face.
    BelowFace,
    /// The packs cost more.
    BelowCost,
    /// Fewer than one or more than this.
    OutOf(u32),
    /// The sums are beyond any campaign.
    TooMuch,
}

impl Draft {
    /// The draft that says the same as a plan.
    pub fn of(plan: &Plan, campaign: &Campaign) -> Self {
        let note = |category: &CategoryId| {
            let note = plan.notes.iter().find(|note| note.category == *category);
            note.map(|note| Words::of(&note.text)).unwrap_or_default()
        };
        let categories = campaign.categories.iter();
        Self {
            name: Words::of(&plan.name),
            opens: typed_time(plan.window.opens_at()),
            closes: typed_time(plan.window.closes_at()),
            // What is only the cost of the packs follows them.
            budget: if plan.cost() == Some(plan.budget) {
                String::new()
            } else {
                plan.budget.to_string()
            },
            limit_per: plan.limit_per.code().to_owned(),
            refund_policy: plan.refund_policy.code().to_owned(),
            use_order: plan.use_order.code().to_owned(),
            real_name_level: plan.real_name_level.0.to_string(),
            districts: plan.audience.districts.clone(),
            without_pack_only: plan.audience.without_pack_only,
            packs: plan.packs.iter().map(DraftPack::of).collect(),
            notes: categories.map(|it| (it.id.clone(), note(&it.id))).collect(),
        }
    }

    /// The draft without the rows in which nothing was typed.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        for pack in &mut self.packs {
            pack.vouchers.retain(|voucher| *voucher != DraftVoucher::default());
        }
        self.packs.retain(|pack| {
            let DraftPack { id: _, name, stock, vouchers } = pack;
            !(name.is_empty() && stock.is_empty() && vouchers.is_empty())
        });
        self
    }

    /// What all packs cost, as far as they can be read.
    pub fn cost(&self) -> Option<Amount> {
        self.packs.iter().try_fold(Amount::ZERO, |sum, pack| {
            let face = pack.vouchers.iter().try_fold(Amount::ZERO, |sum, voucher| {
                let count = whole(&voucher.count)?;
                sum.plus(Amount::from_yuan(&voucher.face)?.times(i64::from(count))?)
            })?;
            sum.plus(face.times(i64::from(whole(&pack.stock)?))?)
        })
    }
}

impl DraftPack {
    fn of(pack: &PlannedPack) -> Self {
        let voucher = |terms: &VoucherTerms| DraftVoucher {
            kind: terms.kind.to_string(),
            face: terms.face.to_string(),
            minimum: terms.minimum_spend.to_string(),
            count: terms.count.to_string(),
        };
        Self {
            id: pack.id.to_string(),
            name: Words::of(&pack.name),
            stock: pack.stock.to_string(),
            vouchers: pack.vouchers.iter().map(voucher).collect(),
        }
    }
}

impl Words {
    fn of(text: &LocalText) -> Self {
        Self { hant: text.hant.clone(), hans: text.hans.clone(), english: text.english.clone() }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An instant as a form's field has it: Beijing time to the minute, to the second where it must be.
pub fn typed_time(at: Timestamp) -> String {
    let civil = at.beijing();
    let (date, time) = (civil.date(), civil.time());
    let (year, month, day) = (date.year(), date.month(), date.day());
    let minute = format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", time.hour(), time.minute());
    if time.second() == 0 { minute } else { format!("{minute}:{:02}", time.second()) }
}

/// The instant that a form's field says. A space between day and time is taken as well.
pub fn read_time(typed: &str) -> Option<Timestamp> {
    let typed = typed.trim().replacen(' ', "T", 1);
    let seconds = if typed.matches(':').count() == 1 { ":00" } else { "" };
    format!("{typed}{seconds}+08:00").parse().ok()
}

/// A whole number as somebody types it: `60000`, `60,000`, `６００００`.
pub fn whole(typed: &str) -> Option<u32> {
    let plain: String = typed.chars().map(half_width).filter(|letter| *letter != ' ').collect();
    ungrouped(plain.trim())?.parse().ok()
}
