//! `/till/receipts/{id}`: one redemption; right after it was made or refunded it fills the screen.

use domain::money::Amount;
use domain::redemption::{Redemption, RedemptionState};
use domain::time::Timestamp;
use leptos::prelude::*;

use super::verdict::{sum, tick};
use super::{Desk, framed, money};
use crate::backend::till::Sale;
use crate::page::Page;
use crate::page::frame::Frame;
use crate::text::Text;
use crate::widget::moment::time;

/// What has just happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It was redeemed.
    Redeemed,
    /// It was refunded, in part or whole.
    Refunded,
}

/// What the page shows.
pub struct ReceiptModel {
    /// Who stands here.
    pub desk: Desk,
    /// The redemption.
    pub sale: Sale,
    /// What has just happened to it; nothing when somebody only looks.
    pub moment: Option<Moment>,
    /// The campaign time.
    pub now: Timestamp,
}

/// The page.
pub fn page(frame: &Frame, model: &ReceiptModel) -> Page {
    let text = Text(frame.visitor.language);
    let redemption = &model.sale.redemption;
    let title = match model.moment {
        Some(Moment::Redeemed) => text.till_done(),
        Some(Moment::Refunded) => text.till_refunded(),
        None => text.till_receipt(),
    };
    let head = match model.moment {
        Some(moment) => filled(text, title, moment, redemption),
        None => view! { <h1 class="wrap till__title till__title--paper">{title}</h1> }.into_any(),
    };
    let content = view! {
        {head}
        <div class="wrap till__paper">
            {paper(text, model)}
            <p class="till__ways">
                <a class="button" href="/till/today">{text.till_today()}</a>
                {refund_way(text, redemption)}
            </p>
            <p class="till__act">
                <a class="button button--primary button--wide" href="/till">{text.till_next_customer()}</a>
            </p>
        </div>
    };
    framed(text, &model.desk, title, content.into_any())
}

/// It fills the screen, with the amount to collect in the largest type.
fn filled(text: Text, title: &'static str, moment: Moment, redemption: &Redemption) -> AnyView {
    let (code, said, amount) = match moment {
        Moment::Redeemed => ("redeemed", text.till_collect(), redemption.price.to_pay),
        Moment::Refunded => ("refunded", text.till_give_back(), redemption.refunded),
    };
    view! {
        <section class="verdict verdict--yes" data-moment=code role="status">
            <div class="wrap">
                {tick()}
                <h1 class="verdict__title" tabindex="-1">{title}</h1>
                <p class="verdict__said">{said}</p>
                <p class="verdict__amount" data-testid="to-pay">{money(amount)}</p>
            </div>
        </section>
    }
    .into_any()
}

fn paper(text: Text, model: &ReceiptModel) -> AnyView {
    let redemption = &model.sale.redemption;
    let at = redemption.redeemed_at;
    view! {
        <section class="card receipt" data-testid="receipt" aria-label=text.till_receipt()>
            <p class="receipt__state">{state(text, redemption)}</p>
            {sum(text, redemption.price, "", text.till_to_pay())}
            <dl class="facts">
                <div class="facts__row">
                    <dt>{text.till_customer()}</dt>
                    <dd>{redemption.holder.clone()}</dd>
                </div>
                <div class="facts__row">
                    <dt>{text.till_time()}</dt>
                    <dd>{time(at, text.opening(at, Some(model.now)))}</dd>
                </div>
                {refunded_row(text, redemption)}
                <div class="facts__row">
                    <dt>{text.till_number()}</dt>
                    <dd class="receipt__number">{redemption.id.to_string()}</dd>
                </div>
            </dl>
        </section>
    }
    .into_any()
}

fn refunded_row(text: Text, redemption: &Redemption) -> Option<AnyView> {
    let is_refunded = redemption.state() != RedemptionState::Redeemed;
    let returned = redemption.voucher_returned.then(|| text.till_voucher_back());
    is_refunded.then(|| {
        view! {
            <div class="facts__row">
                <dt>{text.till_refunded_sum()}</dt>
                <dd>{money(redemption.refunded)}{returned.map(|words| format!(" · {words}"))}</dd>
            </div>
        }
        .into_any()
    })
}

/// The way to a refund, while something is left.
fn refund_way(text: Text, redemption: &Redemption) -> Option<AnyView> {
    is_refundable(redemption).then(|| {
        let way = format!("/till/receipts/{}/refund", redemption.id);
        view! { <a class="button" href=way>{text.refund()}</a> }.into_any()
    })
}

/// Whether there is something left to refund. A sale on which nothing was to pay can be taken back as well.
pub fn is_refundable(redemption: &Redemption) -> bool {
    redemption.state() != RedemptionState::Refunded
}

/// What is left of what was paid.
pub fn left(redemption: &Redemption) -> Amount {
    redemption.price.to_pay.minus(redemption.refunded).unwrap_or_default()
}

/// The state of a redemption: its word, with its tone.
pub(super) fn state(text: Text, redemption: &Redemption) -> AnyView {
    let (code, word) = match redemption.state() {
        RedemptionState::Redeemed => ("redeemed", text.till_state_redeemed()),
        RedemptionState::PartlyRefunded => ("partly", text.till_state_partly()),
        RedemptionState::Refunded => ("refunded", text.till_state_refunded()),
    };
    view! { <span class="state" data-state=code>{word}</span> }.into_any()
}
