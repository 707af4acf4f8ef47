//! The card that is held out to the cashier.

use domain::voucher::{Voucher, VoucherState};
use leptos::prelude::*;

use super::{ShownCode, VoucherModel};
use crate::art;
use crate::island::{CodeRing, CodeStep, provide};
use crate::text::{Advice, Text};
use crate::widget::amount::sign_and_digits;
use crate::widget::kind::KindWords;
use crate::widget::moment;
use crate::widget::qr::qr_code;

/// What is held out to the cashier, or why there is nothing to hold out.
pub(super) fn card(model: &VoucherModel, kind: &KindWords, text: Text) -> AnyView {
    let voucher = &model.voucher;
    let until =
        moment::time(voucher.usable_until, text.closing(voucher.usable_until, Some(model.now)));
    let conditions = format!("{} · ", text.usable_from(voucher.minimum_spend));
    let step = model.code.as_ref().map(|code| {
        let expires_at = code.expires_at;
        provide(&CodeStep { expires_at, server_time: model.now, language: text.0 })
    });
    let (class, content) = match (voucher.state, &model.code) {
        (VoucherState::Usable, Some(code)) => ("card code", shown(code, text)),
        (VoucherState::Usable, None) => ("card code code--refused", busy(voucher, text)),
        (VoucherState::Used, _) => ("card code code--refused ticket--used", used(voucher, text)),
        (VoucherState::Lapsed, _) => ("card code code--refused ticket--lapsed", lapsed(text)),
    };
    view! {
        <section
            class=class
            data-tone=kind.tone
            data-model=step
            aria-label=text.voucher_name(&kind.name, voucher.face)
        >
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

/// The code, for a scanner and for a keyboard; or for a scanner alone, which is said.
fn shown(code: &ShownCode, text: Text) -> AnyView {
    let digits = match code.digits {
        Some(digits) => {
            let grouped = digits.grouped();
            let groups: Vec<_> = grouped
                .split(' ')
                .map(|group| view! { <span class="code__group">{group.to_owned()}</span>" " })
                .collect();
            view! { <p class="code__digits" data-testid="voucher-code">{groups}</p> }.into_any()
        }
        None => view! { <p class="card__text" data-testid="scan-only">{text.scan_only()}</p> }
            .into_any(),
    };
    view! {
        <div class="code__frame">
            {art::code_corners()}
            <div class="code__qr">{qr_code(&code.payload, text.qr_code())}</div>
        </div>
        {digits}
        <CodeRing/>
        <p class="code__hint">{art::bright()}<span>{text.bright_hint()}</span></p>
    }
    .into_any()
}

/// The voucher is good, but no code can be given out for the moment. The page is asked for until it has one.
fn busy(voucher: &Voucher, text: Text) -> AnyView {
    let here = format!("/wallet/{}", voucher.id);
    let awaited = here.clone();
    view! {
        <div class="code__refusal" data-refusal="busy" data-awaits=awaited role="status">
            <p class="notice__reason">{text.codes_busy()}</p>
            <p class="card__text">{text.codes_busy_next()}</p>
            <p class="form__act">
                <a class="button button--primary button--wide" href=here>
                    {text.try_again()}
                </a>
            </p>
        </div>
    }
    .into_any()
}

fn used(voucher: &Voucher, text: Text) -> AnyView {
    let seal = ("seal seal--large seal--used", text.used());
    let place = used_at(voucher, text);
    refused("voucher_used", seal, place, text.advice_voucher_used(), text)
}

/// Where and when it was used.
fn used_at(voucher: &Voucher, text: Text) -> Option<AnyView> {
    let used_for = voucher.used_for.as_ref()?;
    let at = moment::time(
        used_for.redeemed_at,
        text.opening(used_for.redeemed_at, Some(used_for.redeemed_at)),
    );
    let view = view! {
        <p class="notice__reason" data-testid="used-at">
            <span lang=text.foreign(&used_for.merchant_name)>{used_for.merchant_name.clone()}</span>
            " · "
            {at}
        </p>
    };
    Some(view.into_any())
}

fn lapsed(text: Text) -> AnyView {
    let seal = ("seal seal--large seal--lapsed", text.lapsed());
    refused("voucher_lapsed", seal, None, text.advice_voucher_lapsed(), text)
}

/// The voucher can no longer be used.
fn refused(
    code: &'static str,
    (class, word): (&'static str, &'static str),
    place: Option<AnyView>,
    advice: Advice,
    text: Text,
) -> AnyView {
    view! {
        <div class="code__refusal" data-refusal=code>
            <p class=class>{word}</p>
            {place}
            <p class="notice__reason">{advice.reason}</p>
            <p class="card__text">{advice.next}</p>
            <p class="form__act">
                <a class="button button--primary button--wide" href="/wallet">{text.other_vouchers()}</a>
            </p>
        </div>
    }
    .into_any()
}
