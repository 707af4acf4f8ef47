//! `/till/receipts/{id}/refund`: giving money back, all of it or a part.

use domain::id::RequestKey;
use domain::money::Amount;
use domain::refusal::TillRefusal;
use domain::round::RefundPolicy;
use leptos::prelude::*;

use super::receipt::left;
use super::{Desk, framed, money};
use crate::art;
use crate::backend::till::Sale;
use crate::page::Page;
use crate::page::frame::Frame;
use crate::text::Text;

/// Why a refund did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRefunded {
    /// The amount cannot be read, or is nothing.
    Amount,
    /// A rule says no.
    Refused(TillRefusal),
    /// Undecided: the same form again settles it.
    Undecided,
}

/// What the page shows.
pub struct RefundModel {
    /// Who stands here.
    pub desk: Desk,
    /// The redemption.
    pub sale: Sale,
    /// What was typed, if something was.
    pub typed: Option<String>,
    /// The key of this refund.
    pub key: RequestKey,
    /// Why it did not happen, if it was tried.
    pub not: Option<NotRefunded>,
}

/// The page.
pub fn page(frame: &Frame, model: &RefundModel) -> Page {
    let text = Text(frame.visitor.language);
    let redemption = &model.sale.redemption;
    let content = view! {
        <div class="wrap till__day">
            <h1 class="till__title">{text.till_refund_title()}</h1>
            {model.not.and_then(|not| refused(text, not))}
            <section class="card" aria-label=text.till_refund_title()>
                <dl class="facts">
                    <div class="facts__row">
                        <dt>{text.till_customer()}</dt>
                        <dd>{redemption.holder.clone()}</dd>
                    </div>
                    <div class="facts__row">
                        <dt>{text.till_was_paid()}</dt>
                        <dd>{money(redemption.price.to_pay)}</dd>
                    </div>
                    <div class="facts__row">
                        <dt>{text.till_left()}</dt>
                        <dd>{money(left(redemption))}</dd>
                    </div>
                </dl>
                {form(text, model)}
            </section>
        </div>
    };
    framed(text, &model.desk, text.till_refund_title(), content.into_any())
}

/// The amount, all that is left unless something was typed, and the act.
fn form(text: Text, model: &RefundModel) -> AnyView {
    let id = model.sale.redemption.id.to_string();
    view! {
        <form method="post" action="/till/refund" data-refund>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="key" value=model.key.as_str().to_owned()/>
            {amount(text, model)}
            <p class="form__act">
                <button class="button button--primary button--wide" type="submit">
                    {text.refund()}
                </button>
            </p>
            <p class="till__change">
                <a class="button button--wide" href="/till/today">{text.till_no_refund()}</a>
            </p>
        </form>
    }
    .into_any()
}

fn amount(text: Text, model: &RefundModel) -> AnyView {
    let redemption = &model.sale.redemption;
    let typed = model.typed.clone().unwrap_or_else(|| left(redemption).receipt().replace(',', ""));
    let is_wrong = model.not == Some(NotRefunded::Amount);
    let wrong = is_wrong.then(|| {
        view! {
            <p class="field__error" id="amount-error" data-error="amount" role="alert">
                {text.till_refund_error()}
            </p>
        }
    });
    let described = if is_wrong { "amount-error refund-policy" } else { "refund-policy" };
    view! {
        <div class="field">
            <label class="field__label" for="amount">{text.till_refund_amount()}</label>
            <div class="till__money">
                <span class="till__sign" aria-hidden="true">"¥"</span>
                <input
                    class="field__input field__input--number till__amount"
                    id="amount"
                    name="amount"
                    inputmode="decimal"
                    autocomplete="off"
                    maxlength="20"
                    required
                    value=typed
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=described
                />
            </div>
            {wrong}
            <p class="field__hint" id="refund-policy">{policy(text, &model.sale)}</p>
        </div>
    }
    .into_any()
}

/// What becomes of the voucher (R13).
fn policy(text: Text, sale: &Sale) -> &'static str {
    let is_whole = sale.redemption.refunded == Amount::ZERO;
    match sale.policy {
        RefundPolicy::FullRefundReturnsVoucher if is_whole => text.till_refund_returns(),
        RefundPolicy::FullRefundReturnsVoucher => text.till_refund_later(),
        RefundPolicy::Never => text.till_refund_never(),
    }
}

fn refused(text: Text, not: NotRefunded) -> Option<AnyView> {
    let (code, reason, next) = match not {
        NotRefunded::Amount => return None,
        NotRefunded::Refused(refusal) => {
            let advice = text.till_refusal(refusal);
            (refusal.code(), advice.reason, advice.next)
        }
        NotRefunded::Undecided => ("busy", text.till_undecided(), text.till_refund_again()),
    };
    Some(
        view! {
            <div class="notice notice--bad" data-refusal=code role="alert">
                {art::attention()}
                <div>
                    <p class="notice__reason">{reason}</p>
                    <p class="notice__next">{next}</p>
                </div>
            </div>
        }
        .into_any(),
    )
}
