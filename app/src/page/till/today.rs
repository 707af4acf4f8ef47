//! `/till/today`: what the till has redeemed today, and the totals.

use domain::money::Amount;
use domain::redemption::Redemption;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::receipt::{is_refundable, state};
use super::{Desk, framed, money};
use crate::page::Page;
use crate::page::frame::Frame;
use crate::text::Text;
use crate::widget::moment::time;

/// The sums of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many were redeemed.
    pub count: usize,
    /// The orders.
    pub order: Amount,
    /// What vouchers took off, of the sales that were not taken back.
    pub voucher: Amount,
    /// What customers paid, less what was refunded.
    pub paid: Amount,
    /// What was refunded.
    pub refunded: Amount,
}

impl Totals {
    /// The sums of these redemptions. A sum beyond every amount stays at the greatest.
    pub fn of(redemptions: &[Redemption]) -> Self {
        let sum = |part: fn(&Redemption) -> Amount| {
            let add = |sum: Amount, it| sum.plus(part(it)).unwrap_or(Amount::MAX);
            redemptions.iter().fold(Amount::ZERO, add)
        };
        let refunded = sum(|it| it.refunded);
        Self {
            count: redemptions.len(),
            order: sum(|it| it.price.order),
            voucher: sum(|it| if it.undone { Amount::ZERO } else { it.price.voucher }),
            paid: sum(|it| it.price.to_pay).minus(refunded).unwrap_or_default(),
            refunded,
        }
    }
}

/// What the page shows.
pub struct TodayModel {
    /// Who stands here.
    pub desk: Desk,
    /// The redemptions, the newest first.
    pub redemptions: Vec<Redemption>,
    /// The campaign time.
    pub now: Timestamp,
}

/// The page.
pub fn page(frame: &Frame, model: &TodayModel) -> Page {
    let text = Text(frame.visitor.language);
    let totals = Totals::of(&model.redemptions);
    let entries: Vec<_> = model.redemptions.iter().map(|it| entry(text, it)).collect();
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
            {list}
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
