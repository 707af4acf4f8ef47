//! The packs of a round that offers several: a named group each, with its own stock and its own act.

use domain::money::grouped;
use domain::refusal::Refusal;
use domain::round::Phase;
use leptos::either::Either;
use leptos::prelude::*;

use super::Bar;
use super::acts::form;
use super::model::ClaimBarPack;
use super::state::Stage;
use crate::island::changing::{class, value, words};
use crate::island::stock::is_low;

/// What stands beside a pack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Nothing: the bar says why.
    None,
    /// The button.
    Button,
    /// It is theirs; a no only where it was so before this page.
    Theirs(Option<Refusal>),
    /// It is set aside for them.
    Review,
    /// None is left of it.
    SoldOut,
}

fn act(stage: Stage, phase: Phase, remaining: u32, barred: bool) -> Act {
    match stage {
        Stage::Granted(_) => Act::Theirs(None),
        Stage::Held { other_account: false, .. } => Act::Theirs(Some(Refusal::AlreadyClaimed)),
        Stage::Held { other_account: true, .. } => {
            Act::Theirs(Some(Refusal::AlreadyClaimedThroughOtherAccount))
        }
        Stage::Review => Act::Review,
        stage if stage.is_undecided() => Act::Button,
        _ if !matches!(phase, Phase::Open | Phase::SoldOut) || barred => Act::None,
        _ if remaining == 0 => Act::SoldOut,
        _ => Act::Button,
    }
}

/// The list.
pub(super) fn packs(bar: Bar) -> impl IntoView {
    let packs = bar.known().model.packs.clone();
    let items: Vec<_> =
        packs.into_iter().enumerate().map(|(index, pack)| pack_row(bar, index, pack)).collect();
    view! { <ul class="packs round__section">{items}</ul> }
}

fn pack_row(bar: Bar, index: usize, pack: ClaimBarPack) -> impl IntoView {
    let known = bar.known();
    let barred = known.model.refusal.is_some();
    let stage = known.rows[index].stage;
    let total = pack.total;
    let remaining = move || {
        let pack = &known.model.packs[index];
        let live = bar.pulse.live.get().and_then(|live| live.of_pack(&pack.id));
        live.unwrap_or(pack.remaining)
    };
    let left = remaining.clone();
    let shade = move || match left() {
        0 => "pack__stock stock--none",
        left if is_low(left, total) => "pack__stock stock--low",
        _ => "pack__stock",
    };
    let left = remaining.clone();
    let act = move || act(stage.get(), bar.phase(), left(), barred);
    let left = remaining.clone();
    let name_id = ["pack-", pack.id.as_str()].concat();
    let labelled_by = name_id.clone();
    let first = pack.tickets.first();
    let tone = first.map(|ticket| ticket.tone.clone());
    let seal = first.map(|ticket| ticket.seal.clone());
    let (before, of) = bar.text.stock_of_pack();
    let label = [pack.name.as_str(), " ", before.trim_end()].concat();
    view! {
        <li>
            <div class="pack" role="group" aria-labelledby=labelled_by data-tone=tone>
                <span class="kind kind--large" lang="zh-Hant" aria-hidden="true">{seal}</span>
                <div>
                    <h3 class="pack__name" id=name_id>{pack.name}</h3>
                    <p class="pack__worth">{pack.worth}</p>
                </div>
                <div class="pack__act">{move || beside(bar, index, act())}</div>
                <div class=class(shade)>
                    <p>
                        {before}
                        <b class="pack__number">{words(move || grouped(i64::from(left())))}</b>
                        {of}
                        {bar.text.packs(total)}
                    </p>
                    <progress
                        class="meter meter--small"
                        max=total
                        value=value(move || Some(remaining().to_string()))
                        aria-label=label
                    ></progress>
                </div>
            </div>
        </li>
    }
}

fn beside(bar: Bar, index: usize, act: Act) -> Option<Either<impl IntoView, impl IntoView>> {
    let word = |word: &'static str, refusal: Option<Refusal>| {
        view! { <p class="pack__word" data-refusal=refusal.map(Refusal::code)>{word}</p> }
    };
    Some(match act {
        Act::None => return None,
        Act::Button => Either::Left(form(bar, index, "button button--accent")),
        Act::Theirs(refusal) => Either::Right(word(bar.text.bar_yours(), refusal)),
        Act::Review => Either::Right(word(bar.text.bar_review(), None)),
        Act::SoldOut => Either::Right(word(bar.text.bar_sold_out(), Some(Refusal::SoldOut))),
    })
}
