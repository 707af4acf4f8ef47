//! A voucher in the wallet: a paper ticket with its state.

use domain::voucher::{Voucher, VoucherState};
use leptos::prelude::*;

use super::WalletModel;
use crate::page::merchants::Asked;
use crate::text::Text;
use crate::widget::amount::sign_and_digits;
use crate::widget::kind::KindWords;
use crate::widget::moment;

/// A voucher as a ticket.
pub(super) fn ticket(model: &WalletModel, voucher: &Voucher, text: Text) -> AnyView {
    let kind = KindWords::of(&model.campaign, &voucher.kind, text.0);
    let id = format!("voucher-{}", voucher.id);
    let class = match voucher.state {
        VoucherState::Usable => "ticket ticket--usable",
        VoucherState::Used => "ticket ticket--used",
        VoucherState::Lapsed => "ticket ticket--lapsed",
    };
    let rest = match voucher.state {
        VoucherState::Usable => usable(model, voucher, &kind, &id, text),
        VoucherState::Used => used(voucher, text),
        VoucherState::Lapsed => lapsed(model, voucher, text),
    };
    view! {
        <article class=class data-tone=kind.tone data-testid="voucher" aria-labelledby=id.clone()>
            <div class="ticket__face">
                <p class="amount">{sign_and_digits(voucher.face)}</p>
                <p class="ticket__minimum">{text.minimum(voucher.minimum_spend)}</p>
            </div>
            <div class="ticket__body">
                <h3 class="ticket__name" id=id.clone()>{kind.mark()}{kind.name.clone()}</h3>
                {rest}
            </div>
        </article>
    }
    .into_any()
}

/// Where and until when, and the way to the code. The link is called the same on each ticket; `id` says of which.
fn usable(
    model: &WalletModel,
    voucher: &Voucher,
    kind: &KindWords,
    id: &str,
    text: Text,
) -> AnyView {
    let until = voucher.usable_until;
    let until = moment::time(until, text.closing(until, Some(model.now)));
    let merchants = Asked { kind: Some(voucher.kind.clone()), ..Asked::default() }.path();
    view! {
        <p class="ticket__facts">
            <a href=merchants aria-describedby=id.to_owned()>{kind.place.clone()}</a>
            " · "
            <span class="ticket__state">{text.usable()}</span>
        </p>
        <div class="ticket__foot">
            <p class="ticket__facts figures">{moment::around(text.usable_before(), until)}</p>
            <a
                class="button button--accent"
                href=format!("/wallet/{}", voucher.id)
                aria-describedby=id.to_owned()
            >
                {text.show_code()}
            </a>
        </div>
    }
    .into_any()
}

/// Where and when it was used.
fn used(voucher: &Voucher, text: Text) -> AnyView {
    let place = match &voucher.used_for {
        Some(used_for) => {
            let at = moment::time(
                used_for.redeemed_at,
                text.opening(used_for.redeemed_at, Some(used_for.redeemed_at)),
            );
            let name = used_for.merchant_name.clone();
            let foreign = text.foreign(&name);
            view! {
                <p class="ticket__facts" data-testid="used-at"><span lang=foreign>{name}</span> " · " {at}</p>
            }
            .into_any()
        }
        None => view! { <p class="ticket__facts">{text.was_used()}</p> }.into_any(),
    };
    view! {
        {place}
        <p class="seal seal--used">{text.used()}</p>
    }
    .into_any()
}

fn lapsed(model: &WalletModel, voucher: &Voucher, text: Text) -> AnyView {
    let until = voucher.usable_until;
    let until = moment::time(until, text.closing(until, Some(model.now)));
    view! {
        <p class="ticket__facts figures">{moment::around(text.was_usable_until(), until)}</p>
        <p class="ticket__facts">{text.has_lapsed()}</p>
        <p class="seal seal--lapsed">{text.lapsed()}</p>
    }
    .into_any()
}
