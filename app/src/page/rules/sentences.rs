//! The rules in sentences. Every one follows from the campaign's or the round's data, or from a rule of the campaign
//! that no data changes; nothing is promised here that is not enforced.

use domain::audience::Audience;
use domain::campaign::Campaign;
use domain::pack::Pack;
use domain::round::{LimitPer, RealNameLevel, RefundPolicy, UseOrder};

use super::RulesModel;
use crate::text::Text;
use crate::widget::kind::KindWords;

/// A section of the rules.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) sentences: Vec<String>,
}

/// All sections, in order.
pub(super) fn sections(model: &RulesModel, text: Text) -> Vec<Section> {
    let section = |title, sentences| Section { title, sentences };
    let sections = vec![
        section(text.rules_claiming(), claiming(model, text)),
        section(text.rules_who(), who(model, text)),
        section(text.rules_using(), using(model, text)),
        section(text.rules_refunds(), refunds(model, text)),
        section(text.rules_lapse(), lapse(model, text)),
        section(text.rules_data(), data(model, text)),
    ];
    sections
}

fn claiming(model: &RulesModel, text: Text) -> Vec<String> {
    let round = &model.round;
    let (opens_at, closes_at) = (round.window.opens_at(), round.window.closes_at());
    let limit = match round.limit_per {
        LimitPer::Round => text.rule_limit_round(),
        LimitPer::Pack => text.rule_limit_pack(),
    };
    let mut sentences = packs(model, text);
    let opens = text.opening(opens_at, None);
    sentences.push(text.rule_window(&opens, &text.closing(closes_at, Some(opens_at))));
    sentences.extend([text.rule_first_come(), limit, text.rule_busy()].map(str::to_owned));
    sentences
}

/// What there is to claim.
fn packs(model: &RulesModel, text: Text) -> Vec<String> {
    let said = |pack: &Pack| {
        let face = pack.face().map(|face| text.yuan(face)).unwrap_or_default();
        (text.packs(pack.stock.total), face, contents(&model.campaign, pack, text))
    };
    match model.round.packs.as_slice() {
        [only] => {
            let (packs, face, contents) = said(only);
            vec![text.rule_pack(&packs, &face, &contents)]
        }
        several => several
            .iter()
            .map(|pack| {
                let (packs, face, contents) = said(pack);
                text.rule_pack_of_several(pack.name.get(text.0), &packs, &face, &contents)
            })
            .collect(),
    }
}

/// What a pack holds: 通用券 10 元 3 張、加油券 10 元 1 張.
pub(in crate::page) fn contents(campaign: &Campaign, pack: &Pack, text: Text) -> String {
    let line = |terms: &domain::pack::VoucherTerms| {
        let kind = KindWords::of(campaign, &terms.kind, text.0);
        text.pack_line(&kind.name, terms.face, terms.count)
    };
    text.list(&pack.vouchers.iter().map(line).collect::<Vec<_>>())
}

fn who(model: &RulesModel, text: Text) -> Vec<String> {
    let Audience { districts, without_pack_only } = &model.round.audience;
    let mut sentences = Vec::new();
    if districts.is_empty() {
        sentences.push(text.rule_everybody().to_owned());
    } else {
        sentences.push(text.rule_districts(&district_names(&model.campaign, districts, text)));
    }
    if *without_pack_only {
        sentences.push(text.rule_new_only().to_owned());
    }
    if model.round.real_name_level > RealNameLevel(0) {
        sentences.push(text.rule_real_name().to_owned());
    }
    sentences
}

/// The names of the divisions that a round addresses: the city where all its districts are meant, and the code itself
/// where the campaign has no name for it.
pub(in crate::page) fn district_names(
    campaign: &Campaign,
    codes: &[String],
    text: Text,
) -> Vec<String> {
    let inside = |code: &str| codes.iter().any(|prefix| code.starts_with(prefix.as_str()));
    let meant: Vec<_> =
        campaign.districts.iter().filter(|district| inside(&district.code)).collect();
    let unknown = codes
        .iter()
        .filter(|prefix| !meant.iter().any(|district| district.code.starts_with(prefix.as_str())));
    let mut names: Vec<String> = if !meant.is_empty() && meant.len() == campaign.districts.len() {
        vec![campaign.city.get(text.0).to_owned()]
    } else {
        meant.iter().map(|district| district.name.get(text.0).to_owned()).collect()
    };
    names.extend(unknown.cloned());
    names
}

fn using(model: &RulesModel, text: Text) -> Vec<String> {
    let mut sentences: Vec<String> = discounts(model, text)
        .into_iter()
        .map(|(kinds, discount)| {
            text.rule_minimum(&kinds.iter().map(String::as_str).collect::<Vec<_>>(), &discount)
        })
        .collect();
    sentences.extend(places(model, text));
    sentences.extend(notes(model, text));
    sentences.push(text.rule_one_a_day().to_owned());
    sentences.push(text.rule_order().to_owned());
    let terms = || model.round.packs.iter().flat_map(|pack| &pack.vouchers);
    if terms().any(|terms| terms.minimum_spend < terms.face) {
        sentences.push(text.rule_no_change().to_owned());
    }
    match model.round.use_order {
        UseOrder::LargestDiscountFirst => sentences.push(text.rule_largest_first().to_owned()),
    }
    sentences.push(text.rule_scene().to_owned());
    sentences.push(text.rule_city(model.campaign.city.get(text.0)));
    sentences
}

/// Each discount of the round with the kinds that give it.
pub(super) fn discounts(model: &RulesModel, text: Text) -> Vec<(Vec<String>, String)> {
    let mut discounts: Vec<(Vec<String>, String)> = Vec::new();
    for terms in model.round.packs.iter().flat_map(|pack| &pack.vouchers) {
        let kind = KindWords::of(&model.campaign, &terms.kind, text.0).name;
        let discount = text.discount(terms.minimum_spend, terms.face);
        match discounts.iter_mut().find(|(_, known)| *known == discount) {
            Some((kinds, _)) if kinds.contains(&kind) => {}
            Some((kinds, _)) => kinds.push(kind),
            None => discounts.push((vec![kind], discount)),
        }
    }
    discounts
}

/// Where each kind of the round can be used.
fn places(model: &RulesModel, text: Text) -> Vec<String> {
    let mut places = Vec::new();
    for terms in model.round.packs.iter().flat_map(|pack| &pack.vouchers) {
        let kind = KindWords::of(&model.campaign, &terms.kind, text.0);
        let sentence = text.rule_place(&kind.name, &kind.place);
        if !places.contains(&sentence) {
            places.push(sentence);
        }
    }
    places
}

/// What the round says of categories.
fn notes(model: &RulesModel, text: Text) -> Vec<String> {
    let said = model.round.notes.iter().filter_map(|note| {
        let category = model.campaign.category(&note.category)?;
        Some(text.note_on(category.name.get(text.0), note.text.get(text.0)))
    });
    said.collect()
}

fn refunds(model: &RulesModel, text: Text) -> Vec<String> {
    let sentence = match model.round.refund_policy {
        RefundPolicy::FullRefundReturnsVoucher => text.rule_refund_returns(),
        RefundPolicy::Never => text.rule_refund_never(),
    };
    vec![sentence.to_owned()]
}

fn lapse(model: &RulesModel, text: Text) -> Vec<String> {
    let closes = text.closing(model.round.window.closes_at(), None);
    vec![text.rule_until(&closes), text.rule_rollover().to_owned(), text.rule_stop().to_owned()]
}

fn data(model: &RulesModel, text: Text) -> Vec<String> {
    vec![text.rule_data().to_owned(), text.rule_hotline(&model.campaign.hotline)]
}
