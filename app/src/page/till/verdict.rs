//! What is known of a sale: what it would come to, or why it cannot be.

use domain::redemption::{Price, Quote};
use domain::refusal::TillRefusal;
use leptos::prelude::*;

use super::{TillModel, money};
use crate::art::raw;
use crate::page::frame::Frame;
use crate::text::Text;
use crate::widget::kind::KindWords;

const TICK: &str = "<path d=\"M4.5 12.5l5 5 10-11\"/>";
const CROSS: &str = "<path d=\"M6 6l12 12M18 6L6 18\"/>";
const WAIT: &str = "<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M12 7v5l3 3\"/>";
const SCAN: &str = "<path d=\"M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3\
                    M8 20H5a1 1 0 0 1-1-1v-3M7 12h10\"/>";
const BACK: &str = "<path d=\"M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5\"/>";

/// A drawing of the till's own.
fn mark(class: &str, path: &str) -> AnyView {
    let markup =
        format!("<svg class=\"{class}\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">{path}</svg>");
    raw(markup).into_any()
}

/// It worked.
pub(super) fn tick() -> AnyView {
    mark("verdict__mark", TICK)
}

/// It did not.
fn cross() -> AnyView {
    mark("verdict__mark", CROSS)
}

/// The frame of a scanner.
pub(super) fn scan_mark() -> AnyView {
    mark("till__icon", SCAN)
}

/// Take the last digit back.
pub(super) fn back_mark() -> AnyView {
    mark("till__icon", BACK)
}

/// What a sale would come to, with the button that does it; or why it cannot be.
pub(super) fn quoted(frame: &Frame, model: &TillModel, quote: &Quote) -> AnyView {
    let text = Text(frame.visitor.language);
    if let Some(refusal) = quote.would_refuse {
        return refused(text, refusal, Some(quote.price), model);
    }
    let presented = quote.presented.as_ref();
    let kind = presented.zip(frame.campaign.as_ref());
    let kind = kind.map(|(it, campaign)| KindWords::of(campaign, &it.kind, frame.visitor.language));
    let holder = presented.map(|it| it.holder.clone()).unwrap_or_default();
    let name = kind.as_ref().map_or_else(String::new, |kind| kind.name.clone());
    view! {
        <section class="wrap till__check" aria-labelledby="check">
            <div class="quote card" data-quote>
                <h1 class="quote__title" id="check" tabindex="-1">{text.till_check()}</h1>
                <p class="quote__holder">
                    {kind.as_ref().map(KindWords::mark)}
                    <span>
                        <span class="quote__name">{text.till_holder(&holder)}</span>
                        <span class="quote__hint">{text.till_holder_hint()}</span>
                    </span>
                </p>
                {sum(text, quote.price, &name, text.till_to_pay())}
                {better(frame, quote)}
            </div>
            <form class="till__act" method="post" action="/till/redeem">
                {carried(model)}
                <button class="button button--primary button--wide" type="submit">{text.redeem()}</button>
                <button class="button button--wide till__change" type="submit" formaction="/till/edit">
                    {text.till_change()}
                </button>
            </form>
        </section>
    }
    .into_any()
}

/// Order, less the merchant's coupon, less the voucher, is what is paid.
pub(super) fn sum(text: Text, price: Price, kind: &str, total: &str) -> AnyView {
    let less = |amount| format!("−{}", money(amount));
    view! {
        <dl class="bill">
            <div class="bill__row">
                <dt>{text.till_order()}</dt>
                <dd>{money(price.order)}</dd>
            </div>
            <div class="bill__row">
                <dt>{text.till_coupon()}</dt>
                <dd>{less(price.merchant_coupon)}</dd>
            </div>
            <div class="bill__row">
                <dt>{text.till_voucher(kind)}</dt>
                <dd>{less(price.voucher)}</dd>
            </div>
            <div class="bill__row bill__row--total">
                <dt>{total.to_owned()}</dt>
                <dd data-testid="to-pay">{money(price.to_pay)}</dd>
            </div>
        </dl>
    }
    .into_any()
}

/// Another voucher of the same person that would save more (R10).
fn better(frame: &Frame, quote: &Quote) -> Option<AnyView> {
    let text = Text(frame.visitor.language);
    let (other, saves) = quote.better.as_ref()?;
    let campaign = frame.campaign.as_ref()?;
    let kind = KindWords::of(campaign, &other.kind, frame.visitor.language);
    Some(
        view! {
            <p class="quote__better" data-better>{text.till_better(&kind.name, &money(*saves))}</p>
        }
        .into_any(),
    )
}

/// Why a sale cannot be, what to do now, and what to take if the customer pays without a voucher.
pub(super) fn refused(
    text: Text,
    refusal: TillRefusal,
    plain: Option<Price>,
    model: &TillModel,
) -> AnyView {
    let advice = text.till_refusal(refusal);
    let full = plain.map(|price| {
        view! { <p class="verdict__full">{text.till_full_amount(&money(price.to_pay))}</p> }
    });
    view! {
        <section class="verdict verdict--no" data-refusal=refusal.code() role="alert">
            <div class="wrap">
                {cross()}
                <h1 class="verdict__title" tabindex="-1">{advice.reason}</h1>
                <p class="verdict__next">{advice.next}</p>
                {full}
                <form class="verdict__acts" method="post" action="/till/edit">
                    {carried(model)}
                    <button class="button button--wide verdict__act" type="submit">
                        {text.till_change()}
                    </button>
                    <a class="button button--wide verdict__act" href="/till">{text.till_next_customer()}</a>
                </form>
            </div>
        </section>
    }
    .into_any()
}

/// Nothing is known yet; the same form, with its key, settles it.
pub(super) fn undecided(text: Text, model: &TillModel) -> AnyView {
    view! {
        <section class="verdict verdict--wait" data-refusal="busy" role="alert">
            <div class="wrap">
                {mark("verdict__mark", WAIT)}
                <h1 class="verdict__title" tabindex="-1">{text.till_undecided()}</h1>
                <p class="verdict__next">{text.till_undecided_next()}</p>
                <form class="verdict__acts" method="post" action="/till/redeem">
                    {carried(model)}
                    <button class="button button--wide verdict__act" type="submit">
                        {text.till_again()}
                    </button>
                </form>
                <p class="verdict__acts">
                    <a class="button button--wide verdict__act" href="/till/today">{text.till_today()}</a>
                </p>
            </div>
        </section>
    }
    .into_any()
}

/// What was typed, carried along with its key.
fn carried(model: &TillModel) -> AnyView {
    let typed = &model.typed;
    view! {
        <input type="hidden" name="key" value=model.key.as_str().to_owned()/>
        <input type="hidden" name="code" value=typed.code.clone()/>
        <input type="hidden" name="order" value=typed.order.clone()/>
        <input type="hidden" name="coupon" value=typed.coupon.clone()/>
        <input type="hidden" name="place" value=typed.place.clone()/>
    }
    .into_any()
}
