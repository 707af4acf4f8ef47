//! The lower line of the bar: the act, or what stands in its place.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::Bar;
use super::state::{Face, Stage};
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
    use domain::refusal::Refusal;
    match face {
        Face::Waiting => Act::Remind,
        Face::Last => Act::Seconds,
        Face::Enter if one_pack => Act::Enter,
        Face::Open | Face::Working | Face::Busy | Face::Settling if one_pack => Act::Claim,
        Face::Enter | Face::Open | Face::Working | Face::Busy | Face::Settling => Act::WalletBeside,
        Face::Granted(_) | Face::Held { .. } => Act::Wallet,
        Face::Barred(Refusal::RealNameRequired | Refusal::ConsentRequired) => Act::SignIn,
        Face::Outdated => Act::Reload,
        Face::Barred(_) | Face::SoldOut | Face::Paused | Face::Stopped | Face::Closed => Act::Still(face),
    }
}

/// The line.
pub(super) fn acts(bar: Bar) -> impl IntoView {
    let one_pack = bar.has_one_pack();
    let act = Memo::new(move |_| act(bar.face.get(), one_pack));
    let alone = move || matches!(act.get(), Act::Wallet | Act::WalletBeside);
    let wallet = move || match act.get() {
        Act::Wallet => "button button--primary",
        Act::WalletBeside => "button button--wide",
        _ => "button",
    };
    view! {
        <div class="claim-bar__acts" class=("claim-bar__acts--one", alone)>
            <a class=wallet href="/wallet">{bar.text.bar_wallet()}</a>
            {move || beside(bar, act.get())}
        </div>
    }
}

fn beside(bar: Bar, act: Act) -> AnyView {
    let text = bar.text;
    match act {
        Act::Wallet | Act::WalletBeside => ().into_any(),
        Act::Remind => link(reminder(bar), text.bar_remind()),
        Act::SignIn => link("/sign-in?next=/".to_owned(), text.bar_sign_in_again()),
        Act::Reload => link("/".to_owned(), text.bar_reload()),
        Act::Enter => enter_form(bar, "button button--primary").into_any(),
        Act::Claim => claim_form(bar, 0, "button button--primary").into_any(),
        Act::Seconds => view! { <p class="claim-bar__still" aria-hidden="true">{move || seconds(bar)}</p> }.into_any(),
        Act::Still(face) => view! { <p class="claim-bar__still">{still(bar, face)}</p> }.into_any(),
    }
}

fn link(href: String, words: &'static str) -> AnyView {
    view! { <a class="button button--primary" href=href>{words}</a> }.into_any()
}

fn reminder(bar: Bar) -> String {
    bar.model.with_value(|model| ["/rounds/", model.round.as_str(), ".ics"].concat())
}

fn seconds(bar: Bar) -> String {
    let opens_at = bar.model.with_value(|model| model.gate.window.opens_at());
    bar.text.bar_seconds_to_open(seconds_to(opens_at, bar.pulse.now.get()))
}

fn still(bar: Bar, face: Face) -> &'static str {
    let text = bar.text;
    match face {
        Face::Paused => text.bar_paused_still(),
        Face::Barred(_) => text.bar_barred(),
        // The phase's own sentence.
        _ => {
            let now = bar.pulse.now.get_untracked();
            let gate = bar.model.with_value(|model| model.gate);
            let live = bar.pulse.live.with_untracked(|live| live.as_ref().map(|live| live.gate(gate)));
            live.unwrap_or(gate).phase(now).refusal().map_or("", |refusal| text.refusal(refusal).reason)
        }
    }
}

/// The button for a visitor who is not signed in: first the entrances, then this page again.
pub(super) fn enter_form(bar: Bar, class: &'static str) -> impl IntoView {
    view! {
        <form method="get" action="/sign-in">
            <input type="hidden" name="next" value="/" />
            <button class=class type="submit">{bar.text.bar_claim()}</button>
        </form>
    }
}

/// The form that claims one pack.
pub(super) fn claim_form(bar: Bar, index: usize, class: &'static str) -> impl IntoView {
    let Some(row) = bar.rows().get(index).copied() else { return ().into_any() };
    let (round, pack, key) = bar.model.with_value(|model| {
        let pack = &model.packs[index];
        (model.round.to_string(), pack.id.to_string(), pack.form_key.clone())
    });
    let working = move || (row.stage.get() == Stage::Working).then_some("true");
    // Pressing a second time while an answer is awaited sends nothing; nor would it count (R4).
    let press = move |event: leptos::ev::MouseEvent| {
        if row.stage.get_untracked() == Stage::Working {
            event.prevent_default();
        } else {
            row.stage.set(Stage::Working);
        }
    };
    view! {
        <ActionForm action=row.action>
            <input type="hidden" name="round" value=round />
            <input type="hidden" name="pack" value=pack />
            <input type="hidden" name="key" value=key />
            <button class=class type="submit" aria-busy=working on:click=press>{bar.text.bar_claim()}</button>
        </ActionForm>
    }
    .into_any()
}
