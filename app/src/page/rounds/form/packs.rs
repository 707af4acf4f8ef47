//! The packs of a plan, each with its rows of vouchers.

use domain::plan::draft::{DraftPack, DraftVoucher, Field, NAME_MAX};
use domain::round::Round;
use leptos::prelude::*;

use super::cell::Cell;
use super::{PlanFormModel, error, words};
use crate::art;
use crate::text::Text;

/// All packs, and the button for one more.
pub(super) fn packs(model: &PlanFormModel, text: Text) -> AnyView {
    let packs = &model.draft.packs;
    let each: Vec<_> =
        packs.iter().enumerate().map(|(place, one)| pack(model, place, one, text)).collect();
    let more = (packs.len() < Round::PACKS_MAX).then(|| {
        view! {
            <button class="button" type="submit" name="step" value="add_pack">
                {text.plan_more_packs()}
            </button>
        }
    });
    view! {
        {each}
        {error(model, &Field::Packs, text).map(|error| fault("packs", error))}
        <p class="plan__more">{more}<span class="field__hint">{text.plan_empty_rows()}</span></p>
    }
    .into_any()
}

fn pack(model: &PlanFormModel, place: usize, pack: &DraftPack, text: Text) -> AnyView {
    let name = format!("pack{place}");
    let stock = Cell {
        name: format!("{name}_stock"),
        label: text.plan_stock().to_owned(),
        value: pack.stock.clone(),
        error: error(model, &Field::PackStock(place), text),
        number: true,
        ..Cell::default()
    };
    let rows: Vec<_> = pack
        .vouchers
        .iter()
        .enumerate()
        .map(|(row, voucher)| voucher_row(model, (place, row), voucher, text))
        .collect();
    let vouchers = error(model, &Field::PackVouchers(place), text);
    let label = (text.plan_pack_name(), NAME_MAX);
    view! {
        <section class="card round__section" aria-labelledby=name.clone()>
            <h2 class="card__title card__title--small" id=name.clone()>
                {text.plan_pack(place + 1)}
            </h2>
            <input type="hidden" name=format!("{name}_id") value=pack.id.clone()/>
            {words(model, &name, &pack.name, label, &Field::PackName(place), text)}
            <div class="plan__stock">{stock.input()}</div>
            <div class="plan__rows">{rows}</div>
            {vouchers.map(|error| fault("vouchers", error))}
            <p class="plan__more">
                <button class="button" type="submit" name="step" value=format!("add_voucher:{place}")>
                    {text.plan_more_vouchers()}
                </button>
            </p>
        </section>
    }
    .into_any()
}

/// One kind with its face, minimum spend and count. The labels name the row for whoever does not see it.
fn voucher_row(
    model: &PlanFormModel,
    (pack, row): (usize, usize),
    voucher: &DraftVoucher,
    text: Text,
) -> AnyView {
    let cell = |code: &str, label: &'static str, value: &str, at: &Field| Cell {
        name: format!("pack{pack}_{row}_{code}"),
        label: label.to_owned(),
        value: value.to_owned(),
        error: error(model, at, text),
        number: true,
        ..Cell::default()
    };
    let kinds = model.campaign.kinds.iter();
    let kinds = kinds.map(|kind| (kind.id.to_string(), kind.name.get(text.0).to_owned()));
    let kind = cell("kind", text.plan_kind(), &voucher.kind, &Field::Kind(pack, row));
    let face = cell("face", text.plan_face(), &voucher.face, &Field::Face(pack, row));
    let minimum = &Field::Minimum(pack, row);
    let minimum = cell("minimum", text.plan_minimum(), &voucher.minimum, minimum);
    let count = cell("count", text.plan_count(), &voucher.count, &Field::Count(pack, row));
    view! {
        <div class="plan__row" role="group" aria-label=text.plan_row(pack + 1, row + 1)>
            {kind.choice(Some(text.plan_choose()), kinds.collect())}
            {face.input()}
            {minimum.input()}
            {count.input()}
        </div>
    }
    .into_any()
}

fn fault(of: &'static str, error: String) -> AnyView {
    view! {
        <p class="field__error" role="alert" data-error=of>{art::attention()}{error}</p>
    }
    .into_any()
}
