//! What must hold of a campaign file beyond its shape.

use std::collections::HashSet;
use std::hash::Hash;
use std::ops::Range;

use domain::audience::is_division;
use domain::campaign::{Accepts, Campaign, VoucherKind};
use domain::id::{CategoryId, KindId};
use domain::money::Amount;
use domain::pack::{Pack, Stock, VoucherTerms};
use domain::round::{Note, RealNameLevel, Round};
use domain::time::{Timestamp, Window};
use toml::Spanned;

use super::raw::{RawFile, RawPack, RawRound, line_of};
use super::{Finding, Findings};

/// The most of each thing that a campaign may have.
const KINDS_MAX: usize = 50;
const ROUNDS_MAX: usize = 100;
const PACKS_MAX: usize = Round::PACKS_MAX;
const STOCK_MAX: i64 = Stock::TOTAL_MAX as i64;

/// Checks everything and gathers what is wrong.
pub(super) fn check(text: &str, raw: RawFile) -> Result<(Campaign, Vec<Round>), Findings> {
    let mut desk = Desk { text, findings: Vec::new() };
    desk.check_campaign(&raw);
    let kinds: HashSet<KindId> = raw.kinds.iter().map(|kind| kind.as_ref().id.clone()).collect();
    let categories: HashSet<CategoryId> =
        raw.categories.iter().map(|category| category.as_ref().id.clone()).collect();
    let rounds_span = raw.rounds.span();
    let rounds = raw.rounds.into_inner().into_iter();
    let rounds: Vec<Option<Placed>> =
        rounds.map(|round| desk.round(round, &kinds, &categories)).collect();
    desk.require(
        (1..=ROUNDS_MAX).contains(&rounds.len()),
        &rounds_span,
        "rounds",
        "1 to 100 rounds are needed",
    );
    let complete = rounds.iter().all(Option::is_some);
    let rounds: Vec<Placed> = rounds.into_iter().flatten().collect();
    desk.check_rounds_together(
        &rounds,
        *raw.appropriation_fen.as_ref(),
        &raw.appropriation_fen.span(),
    );
    if !complete || !desk.findings.is_empty() {
        desk.findings.sort();
        return Err(Findings(desk.findings));
    }
    let rounds = rounds.into_iter().map(|placed| placed.round).collect();
    let campaign = Campaign {
        id: raw.id,
        city: raw.city,
        slogan: raw.slogan,
        theme: raw.theme,
        appropriation: raw.appropriation_fen.into_inner(),
        organiser: raw.organiser,
        hotline: raw.hotline.into_inner(),
        remark: raw.remark,
        kinds: raw.kinds.into_iter().map(Spanned::into_inner).collect(),
        categories: raw.categories.into_iter().map(Spanned::into_inner).collect(),
        districts: raw.districts.into_iter().map(Spanned::into_inner).collect(),
        boundary: raw.boundary,
    };
    Ok((campaign, rounds))
}

/// A round with the places of what is compared across rounds.
struct Placed {
    round: Round,
    id: Range<usize>,
    opens_at: Range<usize>,
}

struct Desk<'a> {
    text: &'a str,
    findings: Vec<Finding>,
}

impl Desk<'_> {
    fn require(&mut self, holds: bool, span: &Range<usize>, field: &str, problem: &str) {
        if !holds {
            let line = line_of(self.text, span.start);
            self.findings.push(Finding {
                line,
                field: field.to_owned(),
                problem: problem.to_owned(),
            });
        }
    }

    fn check_campaign(&mut self, raw: &RawFile) {
        let appropriation = &raw.appropriation_fen;
        let positive = *appropriation.as_ref() > Amount::ZERO;
        self.require(positive, &appropriation.span(), "appropriation_fen", "must be more than 0");
        let hotline = raw.hotline.as_ref();
        let dialable = !hotline.is_empty()
            && hotline.len() <= 20
            && hotline.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'+');
        self.require(dialable, &raw.hotline.span(), "hotline", "must be 1 to 20 digits, + or -");
        self.distinct(&raw.categories, "categories.id", |category| category.id.clone());
        self.distinct(&raw.districts, "districts.code", |district| district.code.clone());
        self.distinct(&raw.kinds, "kinds.id", |kind| kind.id.clone());
        for district in &raw.districts {
            let code = &district.as_ref().code;
            let fits = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
            self.require(fits, &district.span(), "districts.code", "must be six digits");
        }
        let categories: HashSet<_> =
            raw.categories.iter().map(|category| &category.as_ref().id).collect();
        for kind in &raw.kinds {
            let VoucherKind { seal, accepts, .. } = kind.as_ref();
            self.require(
                seal.chars().count() == 1,
                &kind.span(),
                "kinds.seal",
                "must be one character",
            );
            if let Accepts::Categories(accepted) = accepts {
                let known =
                    !accepted.is_empty() && accepted.iter().all(|id| categories.contains(id));
                self.require(
                    known,
                    &kind.span(),
                    "kinds.accepts",
                    "must be \"any\" or categories of this file",
                );
            }
        }
        let span = raw.kinds.first().map_or(0..0, Spanned::span);
        self.require(
            (1..=KINDS_MAX).contains(&raw.kinds.len()),
            &span,
            "kinds",
            "1 to 50 kinds are needed",
        );
    }

    fn distinct<T, K: Eq + Hash>(
        &mut self,
        items: &[Spanned<T>],
        field: &str,
        key: impl Fn(&T) -> K,
    ) {
        let mut seen = HashSet::new();
        for item in items {
            self.require(seen.insert(key(item.as_ref())), &item.span(), field, "stands twice");
        }
    }

    fn instant(&mut self, text: &Spanned<String>, field: &str) -> Option<Timestamp> {
        let instant = text.as_ref().parse().ok();
        let problem = "must be an instant with its offset, such as 2020-04-22T09:00:00+08:00";
        self.require(instant.is_some(), &text.span(), field, problem);
        instant
    }

    fn round(
        &mut self,
        raw: Spanned<RawRound>,
        kinds: &HashSet<KindId>,
        categories: &HashSet<CategoryId>,
    ) -> Option<Placed> {
        let raw = raw.into_inner();
        let (id_place, opens_place) = (raw.id.span(), raw.opens_at.span());
        let opens_at = self.instant(&raw.opens_at, "rounds.opens_at");
        let closes_at = self.instant(&raw.closes_at, "rounds.closes_at");
        let window = opens_at.zip(closes_at).and_then(|(opens, closes)| Window::new(opens, closes));
        if opens_at.is_some() && closes_at.is_some() {
            self.require(
                window.is_some(),
                &raw.closes_at.span(),
                "rounds.closes_at",
                "must be after opens_at",
            );
        }
        let level = RealNameLevel(*raw.real_name_level.as_ref());
        let known = level <= RealNameLevel::HIGHEST;
        let level_place = raw.real_name_level.span();
        self.require(known, &level_place, "rounds.real_name_level", "must be 0 to 3");
        if let Some(audience) = &raw.audience {
            let fits = audience.as_ref().districts.iter().all(|code| is_division(code));
            let problem = "must be division codes of 2 to 6 digits";
            self.require(fits, &audience.span(), "rounds.audience.districts", problem);
        }
        self.notes(&raw.notes, categories);
        let packs_span = raw.packs.span();
        let packs: Vec<Option<Pack>> =
            raw.packs.into_inner().into_iter().map(|pack| self.pack(pack, kinds)).collect();
        self.require(
            (1..=PACKS_MAX).contains(&packs.len()),
            &packs_span,
            "rounds.packs",
            "1 to 20 packs are needed",
        );
        let packs: Option<Vec<Pack>> = packs.into_iter().collect();
        let (window, packs) = (window?, packs?);
        let mut ids = HashSet::new();
        let distinct = packs.iter().all(|pack| ids.insert(pack.id.clone()));
        self.require(distinct, &packs_span, "rounds.packs.id", "stands twice");
        let round = Round {
            id: raw.id.as_ref().clone(),
            name: raw.name,
            window,
            budget: *raw.budget_fen.as_ref(),
            limit_per: raw.limit_per,
            refund_policy: raw.refund_policy,
            use_order: raw.use_order,
            real_name_level: level,
            audience: raw.audience.map(Spanned::into_inner).unwrap_or_default(),
            packs,
            notes: raw.notes.into_iter().map(Spanned::into_inner).collect(),
            paused: false,
            stopped: false,
            version: 1,
            returned: 0,
        };
        let fits = round.cost() == Some(round.budget);
        let problem = "must be what all its packs cost: the sum of stock times faces";
        self.require(fits, &raw.budget_fen.span(), "rounds.budget_fen", problem);
        Some(Placed { round, id: id_place, opens_at: opens_place })
    }

    fn notes(&mut self, notes: &[Spanned<Note>], categories: &HashSet<CategoryId>) {
        for note in notes {
            let known = categories.contains(&note.as_ref().category);
            let problem = "must be a category of this file";
            self.require(known, &note.span(), "rounds.notes.category", problem);
        }
        self.distinct(notes, "rounds.notes.category", |note| note.category.clone());
    }

    fn pack(&mut self, raw: Spanned<RawPack>, kinds: &HashSet<KindId>) -> Option<Pack> {
        let raw = raw.into_inner();
        let stock = *raw.stock.as_ref();
        let in_range = (1..=STOCK_MAX).contains(&stock);
        self.require(in_range, &raw.stock.span(), "rounds.packs.stock", "must be 1 to 100000000");
        let mut slots = 0;
        for terms in raw.vouchers.as_ref() {
            slots += usize::from(terms.as_ref().count);
            self.terms(terms, kinds);
        }
        let problem = "1 to 20 vouchers make a pack";
        let some = (1..=Pack::VOUCHERS_MAX).contains(&slots);
        self.require(some, &raw.vouchers.span(), "rounds.packs.vouchers", problem);
        Some(Pack {
            id: raw.id.into_inner(),
            name: raw.name,
            stock: Stock::full(u32::try_from(stock).ok()?),
            vouchers: raw.vouchers.into_inner().into_iter().map(Spanned::into_inner).collect(),
        })
    }

    fn terms(&mut self, terms: &Spanned<VoucherTerms>, kinds: &HashSet<KindId>) {
        let VoucherTerms { kind, face, minimum_spend, count } = terms.as_ref();
        let span = terms.span();
        let known = kinds.contains(kind);
        self.require(known, &span, "rounds.packs.vouchers.kind", "must be a kind of this file");
        let worth = *face > Amount::ZERO;
        self.require(worth, &span, "rounds.packs.vouchers.face_fen", "must be more than 0");
        let sensible = minimum_spend >= face;
        let problem = "must not be less than face_fen";
        self.require(sensible, &span, "rounds.packs.vouchers.minimum_spend_fen", problem);
        self.require(*count > 0, &span, "rounds.packs.vouchers.count", "must be at least 1");
    }

    fn check_rounds_together(
        &mut self,
        rounds: &[Placed],
        appropriation: Amount,
        span: &Range<usize>,
    ) {
        let mut ids = HashSet::new();
        for (place, Placed { round, id, opens_at }) in rounds.iter().enumerate() {
            self.require(ids.insert(&round.id), id, "rounds.id", "stands twice");
            let apart =
                rounds[..place].iter().all(|other| !other.round.window.overlaps(round.window));
            self.require(apart, opens_at, "rounds.opens_at", "windows of rounds must not overlap");
        }
        let budgets = rounds.iter().map(|placed| placed.round.budget);
        let total = budgets.into_iter().try_fold(Amount::ZERO, Amount::plus);
        let covered = total.is_some_and(|total| total <= appropriation);
        self.require(covered, span, "appropriation_fen", "must cover the budgets of all rounds");
    }
}
