//! Whether what was typed can be a plan.

use std::collections::HashSet;

use super::super::{Plan, PlannedPack};
use super::{
    Draft, DraftPack, DraftVoucher, Fault, Field, NAME_MAX, NOTE_MAX, Words, read_time, whole,
};
use crate::audience::{Audience, is_division};
use crate::campaign::Campaign;
use crate::id::PackId;
use crate::language::LocalText;
use crate::money::Amount;
use crate::pack::{Pack, Stock, VoucherTerms};
use crate::round::{LimitPer, Note, RealNameLevel, RefundPolicy, Round, UseOrder};
use crate::time::Window;

type Faults = Vec<(Field, Fault)>;

impl Draft {
    /// The plan that was typed, checked against the campaign's kinds and categories. A district is any that a campaign
    /// file may name, so that a plan may address whom an earlier round did (R24).
    ///
    /// # Errors
    /// Each place that is wrong, in the order of the form.
    pub fn check(&self, campaign: &Campaign) -> Result<Plan, Faults> {
        let mut faults = Faults::new();
        let name = self.name.check(NAME_MAX).map_err(|fault| faults.push((Field::Name, fault)));
        let window = self.window(&mut faults);
        let packs = self.packs(campaign, &mut faults);
        let real_name_level = self.real_name_level.trim().parse().ok().map(RealNameLevel);
        let real_name_level = real_name_level.filter(|level| *level <= RealNameLevel::HIGHEST);
        let limit_per = LimitPer::from_code(&self.limit_per);
        let refund_policy = RefundPolicy::from_code(&self.refund_policy);
        let use_order = UseOrder::from_code(&self.use_order);
        for (is_there, field) in [
            (limit_per.is_some(), Field::Limit),
            (use_order.is_some(), Field::UseOrder),
            (refund_policy.is_some(), Field::Refunds),
            (real_name_level.is_some(), Field::RealName),
        ] {
            if !is_there {
                faults.push((field, Fault::Wrong));
            }
        }
        if !self.districts.iter().all(|code| is_division(code)) {
            faults.push((Field::Districts, Fault::Wrong));
        }
        let notes = self.notes(campaign, &mut faults);
        let audience = Audience {
            districts: self.districts.clone(),
            without_pack_only: self.without_pack_only,
        };
        let plan = (|| {
            Some(Plan {
                name: name.ok()?,
                window: window?,
                budget: Amount::ZERO,
                limit_per: limit_per?,
                refund_policy: refund_policy?,
                use_order: use_order?,
                real_name_level: real_name_level?,
                audience,
                packs: packs?,
                notes,
            })
        })();
        let budget = self.budget(plan.as_ref(), &mut faults);
        match (plan, budget) {
            (Some(plan), Some(budget)) if faults.is_empty() => Ok(Plan { budget, ..plan }),
            _ => Err(faults),
        }
    }

    fn window(&self, faults: &mut Faults) -> Option<Window> {
        let mut read = |typed: &str, field: Field| {
            let read = read_time(typed);
            if read.is_none() {
                let empty = typed.trim().is_empty();
                faults.push((field, if empty { Fault::Missing } else { Fault::Wrong }));
            }
            read
        };
        let opens = read(&self.opens, Field::Opens);
        let closes = read(&self.closes, Field::Closes);
        let window = Window::new(opens?, closes?);
        if window.is_none() {
            faults.push((Field::Closes, Fault::NotAfter));
        }
        window
    }

    /// The budget, which must cover the cost; where the plan cannot be read it is not judged.
    fn budget(&self, plan: Option<&Plan>, faults: &mut Faults) -> Option<Amount> {
        let cost = plan?.cost();
        let Some(cost) = cost else {
            faults.push((Field::Packs, Fault::TooMuch));
            return None;
        };
        if self.budget.trim().is_empty() {
            return Some(cost);
        }
        let budget = Amount::from_yuan(&self.budget);
        match budget {
            None => faults.push((Field::Budget, Fault::Wrong)),
            Some(budget) if budget < cost => faults.push((Field::Budget, Fault::BelowCost)),
            Some(_) => {}
        }
        budget
    }

    fn packs(&self, campaign: &Campaign, faults: &mut Faults) -> Option<Vec<PlannedPack>> {
        let most = u32::try_from(Round::PACKS_MAX).unwrap_or(u32::MAX);
        if self.packs.is_empty() || self.packs.len() > Round::PACKS_MAX {
            faults.push((Field::Packs, Fault::OutOf(most)));
        }
        let rows = self.packs.iter().enumerate();
        let checked: Vec<_> =
            rows.map(|(place, pack)| pack.check(place, campaign, faults)).collect();
        let checked: Vec<PlannedPack> = checked.into_iter().collect::<Option<_>>()?;
        // An identifier that is given twice, or is none, gives way to a fresh one.
        let mut taken = HashSet::new();
        let given: Vec<Option<PackId>> = self
            .packs
            .iter()
            .map(|pack| pack.id.parse().ok().filter(|id: &PackId| taken.insert(id.clone())))
            .collect();
        let packs = given.into_iter().zip(checked).map(|(given, pack)| {
            let mut free = (1..).filter_map(|number: u32| format!("p{number}").parse().ok());
            let fresh = || free.find(|id: &PackId| taken.insert(id.clone()));
            Some(PlannedPack { id: given.or_else(fresh)?, ..pack })
        });
        packs.collect()
    }

    fn notes(&self, campaign: &Campaign, faults: &mut Faults) -> Vec<Note> {
        let mut notes = Vec::new();
        for (category, words) in self.notes.iter().filter(|(_, words)| !words.is_empty()) {
            let known = campaign.category(category).ok_or(Fault::Wrong);
            match known.and_then(|_| words.check(NOTE_MAX)) {
                Ok(text) => notes.push(Note { category: category.clone(), text }),
                Err(fault) => faults.push((Field::Note(category.clone()), fault)),
            }
        }
        notes
    }
}

impl DraftPack {
    /// The pack, whose identifier is yet to be given.
    fn check(&self, place: usize, campaign: &Campaign, faults: &mut Faults) -> Option<PlannedPack> {
        let name = self.name.check(NAME_MAX);
        let name = name.map_err(|fault| faults.push((Field::PackName(place), fault))).ok();
        let stock = whole(&self.stock).filter(|stock| (1..=Stock::TOTAL_MAX).contains(stock));
        if stock.is_none() {
            faults.push((Field::PackStock(place), Fault::OutOf(Stock::TOTAL_MAX)));
        }
        let rows = self.vouchers.iter().enumerate();
        let vouchers: Vec<Option<VoucherTerms>> =
            rows.map(|(row, voucher)| voucher.check((place, row), campaign, faults)).collect();
        let vouchers: Option<Vec<VoucherTerms>> = vouchers.into_iter().collect();
        if let Some(vouchers) = &vouchers {
            let slots: usize = vouchers.iter().map(|terms| usize::from(terms.count)).sum();
            if !(1..=Pack::VOUCHERS_MAX).contains(&slots) {
                let most = u32::try_from(Pack::VOUCHERS_MAX).unwrap_or(u32::MAX);
                faults.push((Field::PackVouchers(place), Fault::OutOf(most)));
            }
        }
        let id = "p0".parse().ok()?;
        Some(PlannedPack { id, name: name?, stock: stock?, vouchers: vouchers? })
    }
}

impl DraftVoucher {
    fn check(
        &self,
        (pack, row): (usize, usize),
        campaign: &Campaign,
        faults: &mut Faults,
    ) -> Option<VoucherTerms> {
        let kind = self.kind.parse().ok().filter(|kind| campaign.kind(kind).is_some());
        let face = Amount::from_yuan(&self.face).filter(|face| *face > Amount::ZERO);
        let minimum = Amount::from_yuan(&self.minimum);
        let count = whole(&self.count).and_then(|count| u8::try_from(count).ok());
        let count = count.filter(|count| *count > 0);
        for (is_there, field) in [
            (kind.is_some(), Field::Kind(pack, row)),
            (face.is_some(), Field::Face(pack, row)),
            (minimum.is_some(), Field::Minimum(pack, row)),
            (count.is_some(), Field::Count(pack, row)),
        ] {
            if !is_there {
                faults.push((field, Fault::Wrong));
            }
        }
        if minimum < face && minimum.is_some() {
            faults.push((Field::Minimum(pack, row), Fault::BelowFace));
        }
        Some(VoucherTerms { kind: kind?, face: face?, minimum_spend: minimum?, count: count? })
    }
}

impl Words {
    fn check(&self, most: usize) -> Result<LocalText, Fault> {
        let first = self.hant.trim();
        if first.is_empty() {
            return Err(Fault::Missing);
        }
        let or_first = |typed: &str| {
            let typed = typed.trim();
            let said = if typed.is_empty() { first } else { typed };
            if said.chars().count() > most {
                return Err(Fault::TooLong(most));
            }
            if said.chars().any(char::is_control) {
                return Err(Fault::Wrong);
            }
            Ok(said.to_owned())
        };
        let (hans, english) = (or_first(&self.hans)?, or_first(&self.english)?);
        Ok(LocalText { hant: or_first(first)?, hans, english })
    }
}
