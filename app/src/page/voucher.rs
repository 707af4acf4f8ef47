//! `/wallet/{voucher}`: the rotating code of one voucher.

use std::sync::Arc;

use domain::campaign::Campaign;
use domain::code::Digits;
use domain::round::{RefundPolicy, Round};
use domain::time::{SECOND_MS, Timestamp};
use domain::voucher::{Voucher, VoucherState};

use leptos::prelude::*;

use super::frame::Frame;
use super::merchants::Asked;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::kind::KindWords;

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
    /// The code, or none when the voucher cannot be used any more, or no code can be given out for the moment.
    pub code: Option<ShownCode>,
}

/// A code on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCode {
    /// The payload of the QR code.
    pub payload: String,
    /// The same for typing; none while as many are live in the city as may be, or while none can be written down.
    pub digits: Option<Digits>,
    /// When the next one follows.
    pub expires_at: Timestamp,
}

mod card;

/// Seconds after which the page of a usable voucher is asked for again when it came without a code.
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
            <div class="split">{card::card(model, &kind, text)} {before_use(model, &kind, text)}</div>
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
    let kind_of = Some(model.voucher.kind.clone());
    let merchants = Asked { kind: kind_of, ..Asked::default() }.path();
    let facts = facts.map(|(name, value)| {
        view! { <div class="facts__row"><dt>{name}</dt><dd>{value}</dd></div> }
    });
    view! {
        <section class="card code-page__side" aria-labelledby="how">
            <h2 class="card__title card__title--small" id="how">{text.before_use()}</h2>
            <dl class="facts">{facts}</dl>
            <p class="form__act">
                <a class="button button--wide" href=merchants>{text.see_merchants()}</a>
            </p>
        </section>
    }
    .into_any()
}
