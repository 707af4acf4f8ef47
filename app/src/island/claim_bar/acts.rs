//! The lower line of the bar: the act, or what stands in its place.

use domain::refusal::Refusal;
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use server_fn::ServerFn;

use super::Bar;
use super::state::{Face, Stage};
use crate::act::ClaimPack;
use crate::island::changing::{class, value, words};
use crate::island::countdown::seconds_to;

/// What stands in the lower line. Faces that share one keep it, so that a button keeps its focus.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    /// The way to the wallet, and a link to the reminder.
    Remind,
    /// The last seconds.
    Seconds,
    /// The button that leads to the entrances.
    Enter,
    /// The button that claims.
    Claim,
    /// Only the way to the wallet: the one thing left to do.
    Wallet,
    /// Only the way to the wallet; the acts stand with their packs.
    WalletBeside,
    /// Sign in again, with more than before.
    SignIn,
    /// Open the page again.
    Reload,
    /// A word.
    Still(Face),
}

fn act(face: Face, one_pack: bool) -> Act {
    match face {
        Face::Waiting => Act::Remind,
        Face::Last => Act::Seconds,
        Face::Enter if one_pack => Act::Enter,
        Face::Open | Face::Working | Face::Busy | Face::Settling if one_pack => Act::Claim,
        Face::Enter | Face::Open | Face::Working | Face::Busy | Face::Settling => Act::WalletBeside,
        Face::Granted(_) | Face::Held { .. } | Face::Review => Act::Wallet,
        Face::Barred(Refusal::RealNameRequired | Refusal::ConsentRequired) => Act::SignIn,
        Face::Outdated => Act::Reload,
        Face::Barred(_) | Face::SoldOut | Face::Paused | Face::Stopped | Face::Closed => {
            Act::Still(face)
        }
    }
}

/// The line.
pub(super) fn acts(bar: Bar) -> impl IntoView {
    let one_pack = bar.has_one_pack();
    let act = move || act(bar.face(), one_pack);
    let shade = move || match act() {
        Act::Wallet | Act::WalletBeside => "claim-bar__acts claim-bar__acts--one",
        _ => "claim-bar__acts",
    };
    let wallet = move || match act() {
        Act::Wallet => "button button--primary",
        Act::WalletBeside => "button button--wide",
        _ => "button",
    };
    view! {
        <div class=class(shade)>
            <a class=class(wallet) href="/wallet">{bar.text.bar_wallet()}</a>
            {move || beside(bar, act())}
        </div>
    }
}

fn beside(bar: Bar, act: Act) -> Option<EitherOf3<impl IntoView, impl IntoView, impl IntoView>> {
    let text = bar.text;
    Some(match act {
        Act::Wallet | Act::WalletBeside => return None,
        Act::Remind => EitherOf3::A(link(reminder(bar), text.bar_remind())),
        Act::SignIn => EitherOf3::A(link("/sign-in?next=/".to_owned(), text.bar_sign_in_again())),
        Act::Reload => EitherOf3::A(link("/".to_owned(), text.bar_reload())),
        Act::Seconds => EitherOf3::B(still(bar, None)),
        Act::Still(face) => EitherOf3::B(still(bar, Some(face))),
        Act::Enter | Act::Claim => EitherOf3::C(form(bar, 0, "button button--primary")),
    })
}

fn link(href: String, words: &'static str) -> impl IntoView {
    view! { <a class="button button--primary" href=href>{words}</a> }
}

/// A word in the place of the act. The last seconds are for the eye: the status beside them is spoken.
fn still(bar: Bar, face: Option<Face>) -> impl IntoView {
    let said = move || match face {
        Some(face) => sentence(bar, face).to_owned(),
        None => seconds(bar),
    };
    view! { <p class="claim-bar__still" aria-hidden=face.is_none().then_some("true")>{words(said)}</p> }
}

/// The link to the reminder in the last seconds, when the bar needs its place for the count. It keeps its own place
/// from the first, so that nothing moves.
pub(super) fn late_reminder(bar: Bar) -> impl IntoView {
    let place = move || match bar.face() {
        Face::Last => "card__remind",
        _ => "card__remind card__remind--hidden",
    };
    view! {
        <p class=class(place)>
            <a class="link-button" href=reminder(bar)>{bar.text.bar_remind()}</a>
        </p>
    }
}

fn reminder(bar: Bar) -> String {
    ["/rounds/", bar.known().model.glance.round.as_str(), ".ics"].concat()
}

fn seconds(bar: Bar) -> String {
    let opens_at = bar.known().model.glance.gate.window.opens_at();
    bar.text.bar_seconds_to_open(seconds_to(opens_at, bar.pulse.now.get()))
}

fn sentence(bar: Bar, face: Face) -> &'static str {
    let text = bar.text;
    match face {
        Face::Paused => text.bar_paused_still(),
        Face::SoldOut => text.sold_out(),
        Face::Stopped => text.round_stopped(),
        Face::Closed => text.round_closed(),
        _ => text.bar_barred(),
    }
}

/// The button for one pack. Signed in, it claims; else it leads to the entrances, and then to this page again.
pub(super) fn form(bar: Bar, index: usize, shape: &'static str) -> impl IntoView {
    if bar.known().model.signed_in {
        Either::Left(claim_form(bar, index, shape))
    } else {
        Either::Right(view! {
            <form method="get" action="/sign-in">
                <input type="hidden" name="next" value="/" />
                <button class=shape type="submit">{bar.text.bar_claim()}</button>
            </form>
        })
    }
}

fn claim_form(bar: Bar, index: usize, shape: &'static str) -> impl IntoView {
    let known = bar.known();
    let (stage, pack) = (known.rows[index].stage, &known.model.packs[index]);
    let round = known.model.glance.round.as_str().to_owned();
    let (pack, key) = (pack.id.as_str().to_owned(), pack.form_key.clone());
    let working = move || (stage.get() == Stage::Working).then(|| "true".to_owned());
    // Awake, the bar sends the same request itself. Pressing again while an answer is awaited sends nothing; nor
    // would it count (R4).
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        bar.send(index);
    };
    view! {
        <form method="post" action=ClaimPack::url() on:submit:capture=submit>
            <input type="hidden" name="round" value=round />
            <input type="hidden" name="pack" value=pack />
            <input type="hidden" name="key" value=key />
            <button class=shape type="submit" aria-busy=value(working)>{bar.text.bar_claim()}</button>
        </form>
    }
}
