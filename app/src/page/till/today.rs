//! `/till/today`: what the till has redeemed today, and the totals.

use domain::redemption::Redemption;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::receipt::{is_refundable, state};
use super::{Desk, framed, money};
use crate::backend::Today;
use crate::page::Page;
use crate::page::frame::Frame;
use crate::text::Text;
use crate::widget::moment::time;

/// What the page shows.
pub struct TodayModel {
    /// Who stands here.
    pub desk: Desk,
    /// The day, or a part of its sales.
    pub today: Today,
    /// The campaign time.
    pub now: Timestamp,
}

/// The page.
pub fn page(frame: &Frame, model: &TodayModel) -> Page {
    let text = Text(frame.visitor.language);
    let Today { totals, sales, has_more } = &model.today;
    let entries: Vec<_> = sales.iter().map(|it| entry(text, it)).collect();
    let is_part = u64::try_from(sales.len()).is_ok_and(|listed| listed < totals.count);
    let part = is_part.then(|| {
        view! { <p class="till__next" data-testid="part">{text.till_listed(sales.len())}</p> }
    });
    let earlier = sales.last().filter(|_| *has_more).map(|last| {
        let way = format!("/till/today?before={}", last.id);
        view! {
            <p class="till__next">
                <a class="button button--wide" href=way>{text.till_earlier()}</a>
            </p>
        }
    });
    let list = if entries.is_empty() {
        view! { <p class="card card__text">{text.till_nothing_yet()}</p> }.into_any()
    } else {
        view! { <ol class="day" data-testid="today">{entries}</ol> }.into_any()
    };
    let fact = |name: &'static str, said: String| {
        view! { <div class="totals__fact"><dt>{name}</dt><dd>{said}</dd></div> }
    };
    let content = view! {
        <div class="wrap till__day">
            <h1 class="till__title">{text.till_today()}</h1>
            <dl class="card totals" data-testid="totals">
                {fact(text.till_total_count(), text.till_count(totals.count))}
                {fact(text.till_total_voucher(), money(totals.voucher))}
                {fact(text.till_total_order(), money(totals.order))}
                {fact(text.till_total_paid(), money(totals.paid))}
                {fact(text.till_refunded_sum(), money(totals.refunded))}
            </dl>
            {part}
            {list}
            {earlier}
            <p class="till__act">
                <a class="button button--primary button--wide" href="/till">{text.till_next_customer()}</a>
            </p>
            <p class="till__next">
                <a class="button button--wide" href="/till/account">{text.own_account()}</a>
            </p>
        </div>
    };
    framed(text, &model.desk, text.till_today(), content.into_any())
}

fn entry(text: Text, redemption: &Redemption) -> AnyView {
    let at = redemption.redeemed_at;
    let clock = at.beijing().strftime("%H:%M").to_string();
    let receipt = format!("/till/receipts/{}", redemption.id);
    let refund = is_refundable(redemption).then(|| {
        let way = format!("{receipt}/refund");
        view! { <a class="button day__refund" href=way>{text.refund()}</a> }
    });
    let price = redemption.price;
    view! {
        <li class="card day__entry">
            <a class="day__sale" href=receipt>
                <span class="day__time">{time(at, clock)}</span>
                <span class="day__holder">{redemption.holder.clone()}</span>
                <span class="day__paid">{money(price.to_pay)}</span>
                <span class="day__parts">
                    {text.till_parts(&money(price.order), &money(price.voucher))}
                </span>
            </a>
            <div class="day__foot">{state(text, redemption)}{refund}</div>
        </li>
    }
    .into_any()
}
