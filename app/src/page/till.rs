//! `/till`: the cashier's page. With JavaScript its script keeps the quote up to date and reads codes by the camera;
//! without, the form leads to the quote, the quote to the receipt.

pub mod receipt;
pub mod refund;
pub mod today;
pub mod verdict;

use domain::id::RequestKey;
use domain::money::Amount;
use domain::redemption::{Quote, Totals};
use domain::refusal::TillRefusal;
use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;

/// Who stands at which till.
#[derive(Clone, Debug)]
pub struct Desk {
    /// What the cashier signed in with.
    pub login: String,
    /// The till's name.
    pub till: String,
    /// The merchant's name.
    pub merchant: String,
}

/// What was typed, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The code.
    pub code: String,
    /// The order in yuan.
    pub order: String,
    /// The merchant's own coupon in yuan.
    pub coupon: String,
    /// Where the till's own device says it is, once the cashier has asked it: degrees, WGS-84 (R11).
    pub place: String,
}

/// A field that is empty or cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The code.
    Code,
    /// The order.
    Order,
    /// The merchant's own coupon.
    Coupon,
}

impl Field {
    /// The field's name in the form, and its mark in the page (`data-error`).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Order => "order",
            Self::Coupon => "coupon",
        }
    }
}

/// What is known of the sale that was typed.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Nothing yet.
    Typing,
    /// Some fields are wrong.
    Wrong(Vec<Field>),
    /// What it would come to.
    Quoted(Box<Quote>),
    /// It was refused, whatever a quote said before.
    Refused(TillRefusal),
    /// Undecided: the same form again settles it.
    Undecided,
}

/// What the page shows.
pub struct TillModel {
    /// Who stands here.
    pub desk: Desk,
    /// What was typed.
    pub typed: Typed,
    /// The key of this sale: the same until it is settled.
    pub key: RequestKey,
    /// What is known of it.
    pub outcome: Outcome,
    /// What the till's sales of today come to.
    pub today: Totals,
}

/// The page: the form, or what is known of the sale that was typed.
pub fn page(frame: &Frame, model: &TillModel) -> Page {
    let text = Text(frame.visitor.language);
    match &model.outcome {
        Outcome::Typing | Outcome::Wrong(_) => typing(frame, model),
        Outcome::Quoted(quote) => {
            let title =
                if quote.would_refuse.is_some() { text.till_no() } else { text.till_check() };
            let body = verdict::quoted(frame, model, quote);
            framed(text, &model.desk, title, body)
        }
        Outcome::Refused(refusal) => {
            let body = verdict::refused(text, *refusal, None, model);
            framed(text, &model.desk, text.till_no(), body)
        }
        Outcome::Undecided => {
            framed(text, &model.desk, text.till_undecided(), verdict::undecided(text, model))
        }
    }
}

/// A page of the till: who stands where, then the content, which holds the heading.
pub(super) fn framed(text: Text, desk: &Desk, title: &str, content: AnyView) -> Page {
    let main = view! {
        <div class="till">
            <div class="wrap till__bar">
                <a class="till__place" href="/till">
                    <b class="till__merchant" lang=text.foreign(&desk.merchant)>{desk.merchant.clone()}</b>
                    <span class="till__name">{text.facts(&[&desk.till, &desk.login])}</span>
                </a>
                <form method="post" action="/till/sign-out">
                    <button class="button" type="submit">{text.sign_out()}</button>
                </form>
            </div>
            {content}
            {spoken(text)}
        </div>
    };
    Page {
        title: title.to_owned(),
        refresh_after_s: None,
        shape: Shape::Till,
        main: main.into_any(),
    }
}

fn typing(frame: &Frame, model: &TillModel) -> Page {
    let text = Text(frame.visitor.language);
    let none = Vec::new();
    let wrong = if let Outcome::Wrong(fields) = &model.outcome { fields } else { &none };
    let title = if wrong.is_empty() { text.till_title() } else { text.please_check() };
    let content = view! {
        <div class="wrap till__desk">
            <h1 class="visually-hidden">{text.till_title()}</h1>
            <form
                class="till__sale"
                id="sale"
                method="post"
                action="/till/quote"
                data-redeem="/till/redeem"
                novalidate
            >
                <input type="hidden" name="key" value=model.key.as_str().to_owned()/>
                <input type="hidden" name="place" value=model.typed.place.clone()/>
                {scanner(text)}
                <div class="card till__fields">
                    {code_field(text, model, wrong)}
                    <div class="till__amounts">
                        {amount_field(text, Field::Order, &model.typed.order, wrong)}
                        {amount_field(text, Field::Coupon, &model.typed.coupon, wrong)}
                    </div>
                    {pad(text)}
                </div>
                <div class="till__act">
                    <div class="till__live" data-live aria-live="polite"></div>
                    <button class="button button--primary button--wide" type="submit" data-confirm>
                        {text.redeem()}
                    </button>
                    <p class="till__hint" data-plain>{text.till_next_page()}</p>
                </div>
            </form>
            {summary(text, model.today)}
        </div>
    };
    framed(text, &model.desk, title, content.into_any())
}

/// The camera: shown by the script where it can read a code.
fn scanner(text: Text) -> AnyView {
    view! {
        <div class="till__scan" data-scan hidden>
            <button class="button till__scan-button" type="button" data-scan-start>
                {verdict::scan_mark()}
                {text.till_scan()}
            </button>
            <p class="till__note" data-scan-note role="alert" hidden>{text.till_no_camera()}</p>
            <p class="visually-hidden" aria-live="polite" data-scan-done></p>
            <div class="till__camera" data-camera hidden>
                <video class="till__video" muted playsinline aria-label=text.till_camera()></video>
                <p class="till__camera-hint">{text.till_camera_hint()}</p>
                <button class="button till__camera-stop" type="button" data-scan-stop>
                    {text.till_scan_stop()}
                </button>
            </div>
        </div>
    }
    .into_any()
}

fn code_field(text: Text, model: &TillModel, wrong: &[Field]) -> AnyView {
    let error = wrong.contains(&Field::Code).then(|| text.till_code_error());
    let described = if error.is_some() { "code-error code-hint" } else { "code-hint" };
    view! {
        <div class="field">
            <label class="field__label" for="code">{text.till_code()}</label>
            <input
                class="field__input field__input--number till__code"
                id="code"
                name="code"
                inputmode="numeric"
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                maxlength="200"
                required
                value=model.typed.code.clone()
                aria-invalid=error.map(|_| "true")
                aria-describedby=described
            />
            {error.map(|error| field_error(Field::Code, error))}
            <p class="field__hint" id="code-hint">{text.till_code_hint()}</p>
        </div>
    }
    .into_any()
}

fn amount_field(text: Text, field: Field, typed: &str, wrong: &[Field]) -> AnyView {
    let label = match field {
        Field::Coupon => text.till_coupon(),
        Field::Code | Field::Order => text.till_order(),
    };
    let error = wrong.contains(&field).then(|| text.till_amount_error());
    let id = field.name();
    view! {
        <div class="field">
            <label class="field__label" for=id>{label}</label>
            <div class="till__money">
                <span class="till__sign" aria-hidden="true">"¥"</span>
                <input
                    class="field__input field__input--number till__amount"
                    id=id
                    name=id
                    inputmode="decimal"
                    autocomplete="off"
                    maxlength="20"
                    placeholder=(field == Field::Coupon).then_some("0.00")
                    required=field == Field::Order
                    value=typed.to_owned()
                    data-amount
                    aria-invalid=error.map(|_| "true")
                    aria-describedby=error.map(|_| format!("{id}-error"))
                />
            </div>
            {error.map(|error| field_error(field, error))}
        </div>
    }
    .into_any()
}

/// Why a field was not accepted, beside it.
fn field_error(field: Field, error: &'static str) -> AnyView {
    let name = field.name();
    view! {
        <p class="field__error" id=format!("{name}-error") data-error=name role="alert">{error}</p>
    }
    .into_any()
}

/// The keys for amounts: shown by the script, which types with them into the amount that was touched last.
fn pad(text: Text) -> AnyView {
    let key = |key: &'static str| {
        view! { <button class="pad__key" type="button" data-key=key>{key}</button> }
    };
    let keys: Vec<_> = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "00"]
        .into_iter()
        .map(key)
        .collect();
    view! {
        <div class="pad" data-pad hidden role="group" aria-label=text.till_pad()>
            <div class="pad__keys">{keys}</div>
            <div class="pad__side">
                <button class="pad__key" type="button" data-key="back" aria-label=text.till_pad_back()>
                    {verdict::back_mark()}
                </button>
                <button class="pad__key" type="button" data-key="clear">{text.till_pad_clear()}</button>
            </div>
        </div>
    }
    .into_any()
}

/// What the script says by itself: it has no words of its own.
fn spoken(text: Text) -> AnyView {
    view! {
        <div hidden>
            <span data-say="working">{text.till_working()}</span>
            <span data-say="settling">{text.till_settling()}</span>
            <span data-say="offline">{text.till_offline()}</span>
            <span data-say="scanned">{text.till_scanned()}</span>
            <span data-say="placed">{text.till_placed()}</span>
            <span data-say="no-place">{text.till_no_place()}</span>
            <span data-say="sound-on">{text.till_sound_on()}</span>
            <span data-say="sound-off">{text.till_sound_off()}</span>
        </div>
    }
    .into_any()
}

/// What the till has done today, in a line, and the way to all of it.
fn summary(text: Text, totals: Totals) -> AnyView {
    view! {
        <div class="till__foot">
            <a class="till__today" href="/till/today">
                <span class="till__today-name">{text.till_today()}</span>
                <span class="till__today-count">
                    {text.facts(&[text.till_count(totals.count), money(totals.voucher)])}
                </span>
            </a>
            <div class="till__switches">
                <button class="button" type="button" data-place hidden>{text.till_place()}</button>
                <button class="button" type="button" data-sound hidden>
                    {text.till_sound_off()}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// An amount as a receipt has it.
pub(super) fn money(amount: Amount) -> String {
    format!("¥{}", amount.receipt())
}
