//! `/wallet/{voucher}`: the rotating code of one voucher.

use std::sync::Arc;

use domain::campaign::Campaign;
use domain::code::Digits;
use domain::round::{RefundPolicy, Round};
use domain::time::{SECOND_MS, Timestamp};
use domain::voucher::{Voucher, VoucherState};

use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::art;
use crate::island::CodeRing;
use crate::text::{Advice, Text};
use crate::widget::amount::sign_and_digits;
use crate::widget::kind::KindWords;
use crate::widget::moment;
use crate::widget::qr::qr_code;

/// What the code page shows.
pub struct VoucherModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The voucher.
    pub voucher: Voucher,
    /// Its round.
    pub round: Arc<Round>,
    /// The campaign clock when the page was made.
    pub now: Timestamp,
    /// The code, or none when the voucher cannot be used any more, or too many codes are live.
    pub code: Option<ShownCode>,
}

/// A code on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCode {
    /// The payload of the QR code.
    pub payload: String,
    /// The same for typing.
    pub digits: Digits,
    /// When the next one follows.
    pub expires_at: Timestamp,
}

/// Seconds after which a page without a code is asked for again, when the reason is that too many codes are live.
const RETRY_S: u32 = 5;

/// The page.
pub fn page(frame: &Frame, model: &VoucherModel) -> Page {
    let text = Text(frame.visitor.language);
    let kind = KindWords::of(&model.campaign, &model.voucher.kind, text.0);
    let main = view! {
        <div class="wrap code-page">
            <div class="page__head">
                <h1 class="page__title">{text.show_code()}</h1>
                <p class="page__aside">
                    <a class="link-button" href="/wallet">{text.back_to_wallet()}</a>
                </p>
            </div>
            <div class="split">{card(model, &kind, text)} {before_use(model, &kind, text)}</div>
        </div>
    };
    let title = text.facts(&[text.show_code(), &text.voucher_name(&kind.name, model.voucher.face)]);
    Page {
        title,
        refresh_after_s: refresh_after(model),
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

/// When a browser without JavaScript asks again: just after the step, so that it never shows a code of the past.
fn refresh_after(model: &VoucherModel) -> Option<u32> {
    if model.voucher.state != VoucherState::Usable {
        return None;
    }
    let Some(code) = &model.code else { return Some(RETRY_S) };
    let seconds = code.expires_at.millis_since(model.now).max(0) / SECOND_MS + 1;
    u32::try_from(seconds).ok()
}

/// What is held out to the cashier, or why there is nothing to hold out.
fn card(model: &VoucherModel, kind: &KindWords, text: Text) -> AnyView {
    let voucher = &model.voucher;
    let until =
        moment::time(voucher.usable_until, text.closing(voucher.usable_until, Some(model.now)));
    let conditions = format!("{} · ", text.usable_from(voucher.minimum_spend));
    let (class, content) = match (voucher.state, &model.code) {
        (VoucherState::Usable, Some(code)) => ("card code", shown(model, code, text).into_any()),
        (VoucherState::Usable, None) => ("card code code--refused", busy(voucher, text).into_any()),
        (VoucherState::Used, _) => {
            let seal = ("seal seal--large seal--used", text.used());
            (
                "card code code--refused ticket--used",
                refused("voucher_used", seal, text.advice_voucher_used(), text).into_any(),
            )
        }
        (VoucherState::Lapsed, _) => {
            let seal = ("seal seal--large seal--lapsed", text.lapsed());
            (
                "card code code--refused ticket--lapsed",
                refused("voucher_lapsed", seal, text.advice_voucher_lapsed(), text).into_any(),
            )
        }
    };
    view! {
        <section class=class data-tone=kind.tone aria-label=text.voucher_name(&kind.name, voucher.face)>
            <div class="code__head">
                <div class="code__voucher">
                    {kind.large_mark()}
                    <div>
                        <h2 class="code__name">{kind.name.clone()}</h2>
                        <p class="code__minimum">
                            {conditions}{moment::around(text.usable_before(), until)}
                        </p>
                    </div>
                </div>
                <p class="amount">{sign_and_digits(voucher.face)}</p>
            </div>
            {content}
        </section>
    }
    .into_any()
}

/// The code, for a scanner and for a keyboard.
fn shown(model: &VoucherModel, code: &ShownCode, text: Text) -> AnyView {
    let grouped = code.digits.grouped();
    let digits: Vec<_> = grouped
        .split(' ')
        .map(|group| view! { <span class="code__group">{group.to_owned()}</span>" " })
        .collect();
    view! {
        <div class="code__frame">
            {art::code_corners()}
            <div class="code__qr">{qr_code(&code.payload, text.qr_code())}</div>
        </div>
        <p class="code__digits" data-testid="voucher-code">{digits}</p>
        <CodeRing expires_at=code.expires_at server_time=model.now language=text.0/>
        <p class="code__hint">{art::bright()}<span>{text.bright_hint()}</span></p>
    }
    .into_any()
}

/// The voucher is good, but no code can be given out for the moment.
fn busy(voucher: &Voucher, text: Text) -> AnyView {
    view! {
        <div class="code__refusal" data-refusal="busy" role="status">
            <p class="notice__reason">{text.codes_busy()}</p>
            <p class="card__text">{text.codes_busy_next()}</p>
            <p class="form__act">
                <a class="button button--primary button--wide" href=format!("/wallet/{}", voucher.id)>
                    {text.try_again()}
                </a>
            </p>
        </div>
    }
    .into_any()
}

/// The voucher can no longer be used.
fn refused(
    code: &'static str,
    (class, word): (&'static str, &'static str),
    advice: Advice,
    text: Text,
) -> AnyView {
    view! {
        <div class="code__refusal" data-refusal=code>
            <p class=class>{word}</p>
            <p class="notice__reason">{advice.reason}</p>
            <p class="card__text">{advice.next}</p>
            <p class="form__act">
                <a class="button button--primary button--wide" href="/wallet">{text.other_vouchers()}</a>
            </p>
        </div>
    }
    .into_any()
}

/// The rules that matter at the till.
fn before_use(model: &VoucherModel, kind: &KindWords, text: Text) -> AnyView {
    let refund = match model.round.refund_policy {
        RefundPolicy::FullRefundReturnsVoucher => text.refund_returns(),
        RefundPolicy::Never => text.refund_never(),
    };
    let facts = [
        (text.fact_where(), kind.place.clone()),
        (text.fact_how(), text.fact_how_text().to_owned()),
        (text.fact_times(), text.once_a_day().to_owned()),
        (text.fact_refund(), refund.to_owned()),
    ];
    let facts = facts.map(|(name, value)| {
        view! { <div class="facts__row"><dt>{name}</dt><dd>{value}</dd></div> }
    });
    view! {
        <section class="card code-page__side" aria-labelledby="how">
            <h2 class="card__title card__title--small" id="how">{text.before_use()}</h2>
            <dl class="facts">{facts}</dl>
            <p class="form__act">
                <a class="button button--wide" href="/merchants">{text.see_merchants()}</a>
            </p>
        </section>
    }
    .into_any()
}
