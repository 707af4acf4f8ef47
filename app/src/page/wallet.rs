//! `/wallet` 我的卡包: the person's packs and vouchers.

use std::sync::Arc;

use domain::campaign::Campaign;
use domain::claim::{Claim, ClaimState};
use domain::money::Amount;
use domain::round::Round;
use domain::time::Timestamp;
use domain::voucher::{Voucher, VoucherState};

use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::amount::sign_and_digits;
use crate::widget::empty::Empty;
use crate::widget::held::{self, Held};
use crate::widget::kind::KindWords;
use crate::widget::moment;

/// How often a browser without JavaScript asks whether a held claim is decided, in seconds.
const REFRESH_HELD_S: u32 = 30;

/// What the wallet shows.
pub struct WalletModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The campaign clock when the page was made.
    pub now: Timestamp,
    /// The person's claims, newest first, each with its round and vouchers.
    pub claims: Vec<WalletClaim>,
}

/// A claim in the wallet.
pub struct WalletClaim {
    /// The claim.
    pub claim: Claim,
    /// Its round.
    pub round: Arc<Round>,
    /// Its vouchers, as they stand now.
    pub vouchers: Vec<Voucher>,
}

mod ticket;

/// The page.
pub fn page(frame: &Frame, model: &WalletModel) -> Page {
    let text = Text(frame.visitor.language);
    let (shape, content) = if model.claims.is_empty() {
        (Shape::Plain, empty(text))
    } else {
        let shape = if next_voucher(model).is_some() { Shape::WithBar } else { Shape::Plain };
        (shape, filled(model, text))
    };
    // What is said of a held or refused claim leads there already.
    let appeals_are_offered = model
        .claims
        .iter()
        .any(|it| matches!(held_of(&it.claim), Some(Held::Waits(_) | Held::Refused)));
    let main = view! {
        <div class="wrap wallet">
            <div class="page__head">
                <h1 class="page__title">{text.wallet()}</h1>
            </div>
            {content}
            {(!appeals_are_offered).then(|| view! {
                <p class="card__note round__section">
                    <a class="link-button" href="/me/appeals">{text.wallet_appeals()}</a>
                </p>
            })}
        </div>
    };
    let waits = model.claims.iter().any(|it| it.claim.state == ClaimState::Held);
    Page {
        title: text.wallet().to_owned(),
        refresh_after_s: waits.then_some(REFRESH_HELD_S),
        shape,
        main: main.into_any(),
    }
}

fn empty(text: Text) -> AnyView {
    let heading = view! { <h2 class="empty__title">{text.wallet_empty()}</h2> }.into_any();
    view! {
        <Empty heading=heading sentence=text.wallet_empty_text().to_owned()>
            <p class="empty__act">
                <a class="button button--primary" href="/">{text.see_round()}</a>
            </p>
        </Empty>
    }
    .into_any()
}

fn filled(model: &WalletModel, text: Text) -> AnyView {
    let groups: Vec<_> = model.claims.iter().map(|claim| group(model, claim, text)).collect();
    let Some(sum) = sum(model, text) else {
        // Nothing can be used: what there is takes the place of the sum.
        return view! { <div class="wallet__all">{groups}</div> }.into_any();
    };
    view! {
        <div class="split split--side-first">
            <div class="split__stay">
                {sum} {next_voucher(model).map(|voucher| bar(model, voucher, text))}
            </div>
            <div>{groups}</div>
        </div>
    }
    .into_any()
}

fn usable(model: &WalletModel) -> impl Iterator<Item = &Voucher> {
    let vouchers = model.claims.iter().flat_map(|claim| &claim.vouchers);
    vouchers.filter(|voucher| voucher.state == VoucherState::Usable)
}

/// The voucher that the wallet points at: the one that saves most (R10), and of these the one that lapses first.
fn next_voucher(model: &WalletModel) -> Option<&Voucher> {
    usable(model).min_by_key(|voucher| (std::cmp::Reverse(voucher.face), voucher.usable_until))
}

/// What can be used, in one figure, and until when.
fn sum(model: &WalletModel, text: Text) -> Option<AnyView> {
    let total = usable(model).try_fold(Amount::ZERO, |sum, voucher| sum.plus(voucher.face))?;
    let (first, last) = (
        usable(model).map(|voucher| voucher.usable_until).min()?,
        usable(model).map(|voucher| voucher.usable_until).max()?,
    );
    let left = text.usable_for(usable(model).count(), first.millis_since(model.now));
    let lapses = moment::time(first, text.closing(first, Some(model.now)));
    Some(
        view! {
            <section class="sum" aria-label=text.usable_sum()>
                <div class="sum__line">
                    <div>
                        <p class="sum__label">{text.usable()}</p>
                        <p class="sum__amount">{sign_and_digits(total)}</p>
                    </div>
                    <div class="sum__facts">
                        <p>{left}</p>
                        <p>{moment::around(text.lapses_at(first < last), lapses)}</p>
                    </div>
                </div>
            </section>
        }
        .into_any(),
    )
}

/// The one primary act of the page.
fn bar(model: &WalletModel, voucher: &Voucher, text: Text) -> AnyView {
    let kind = KindWords::of(&model.campaign, &voucher.kind, text.0);
    view! {
        <div class="claim-bar claim-bar--open">
            <div class="claim-bar__inner">
                <p class="claim-bar__status">
                    <span class="claim-bar__moment">{text.next_voucher()}</span>
                    <span class="claim-bar__detail">{text.use_conditions(voucher.minimum_spend)}</span>
                </p>
                <div class="claim-bar__acts claim-bar__acts--one">
                    <a class="button button--primary" href=format!("/wallet/{}", voucher.id)>
                        {text.use_voucher(voucher.face, &kind.name)}
                    </a>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// A claim with its vouchers: what can be used comes first.
fn group(model: &WalletModel, claim: &WalletClaim, text: Text) -> AnyView {
    let id = format!("claim-{}", claim.claim.id);
    let mut vouchers: Vec<&Voucher> = claim.vouchers.iter().collect();
    vouchers.sort_by_key(|voucher| match voucher.state {
        VoucherState::Usable => 0,
        VoucherState::Used => 1,
        VoucherState::Lapsed => 2,
    });
    let word = held_of(&claim.claim).map(|held| {
        // Awake, the page asks for the decision until there is one.
        let awaits = matches!(held, Held::Waits(_)).then(|| held::state_path(claim.claim.id));
        view! { <div data-awaits=awaits>{held::notice(held, model.now, text)}</div> }
    });
    let tickets: Vec<_> = vouchers
        .into_iter()
        .map(|voucher| view! { <li>{ticket::ticket(model, voucher, text)}</li> })
        .collect();
    let count = (!tickets.is_empty()).then(|| text.vouchers(tickets.len()));
    let list = (!tickets.is_empty()).then(|| view! { <ul class="tickets">{tickets}</ul> });
    view! {
        <section class="wallet__group" aria-labelledby=id.clone() data-testid="claim">
            <h2 class="wallet__title" id=id.clone()>
                {claim_name(claim, text)}
                {count.map(|count| view! { <span class="wallet__count">{count}</span> })}
            </h2>
            {word}
            {list}
        </section>
    }
    .into_any()
}

fn held_of(claim: &Claim) -> Option<Held> {
    match claim.state {
        ClaimState::Granted => None,
        ClaimState::Held => claim.decide_by.map(Held::Waits),
        ClaimState::Refused if claim.has_lapsed() => Some(Held::Lapsed),
        ClaimState::Refused => Some(Held::Refused),
    }
}

/// A claim by its round, its pack where the round offers several, and its number.
fn claim_name(claim: &WalletClaim, text: Text) -> String {
    let round = &claim.round;
    let mut facts = vec![round.name.get(text.0).to_owned()];
    if round.packs.len() > 1 {
        let pack = round.packs.iter().find(|pack| pack.id == claim.claim.choice.pack);
        facts.extend(pack.map(|pack| pack.name.get(text.0).to_owned()));
    }
    facts.extend(claim.claim.serial.map(|serial| text.serial(serial)));
    text.facts(&facts)
}
