//! What stands above the bar when there is more to say than fits into it: the grant, or a no that waiting does not
//! help. It comes only with the page or after the person's own act, so nothing moves by itself.

use domain::money::grouped;
use leptos::prelude::*;

use super::Bar;
use super::model::Ticket;
use super::state::Face;
use crate::act::AnswerCode;
use crate::text::Advice;

/// The outcome, if there is one.
pub(super) fn outcome(bar: Bar) -> impl IntoView {
    let refused = move || match bar.face.get() {
        Face::Barred(refusal) => Some(notice(bar.text.refusal(refusal), refusal.code())),
        Face::Outdated => Some(notice(bar.text.advice_forbidden(), AnswerCode::Forbidden.code())),
        _ => None,
    };
    // A grant is shown for its own pack, also while another one is asked for.
    let granted = move || match (bar.fresh.get(), bar.face.get()) {
        (Some(index), _) => fresh(bar, index),
        (None, Face::Held { serial: Some(serial), .. }) if bar.has_one_pack() => {
            Some(granted(bar, serial, Vec::new()))
        }
        _ => None,
    };
    view! { {granted} {refused} }
}

fn fresh(bar: Bar, index: usize) -> Option<AnyView> {
    use super::state::Stage;
    let Stage::Granted(serial) = bar.rows().get(index)?.stage.get_untracked() else { return None };
    let tickets = bar.model.with_value(|model| model.packs[index].tickets.clone());
    Some(granted(bar, serial, tickets))
}

fn granted(bar: Bar, serial: u32, tickets: Vec<Ticket>) -> AnyView {
    let (before, after) = bar.text.granted_serial();
    let fan = (!tickets.is_empty()).then(|| {
        let tickets: Vec<_> = tickets.into_iter().map(ticket).collect();
        view! { <ul class="fan" aria-label=bar.text.granted_tickets()>{tickets}</ul> }
    });
    view! {
        <div class="round__section granted" data-testid="granted">
            <p><span class="seal seal--large seal--pressed">{bar.text.granted_word()}</span></p>
            <p class="granted__serial">
                {before}
                <span class="granted__number" data-testid="serial">{grouped(i64::from(serial))}</span>
                {after}
            </p>
            {fan}
        </div>
    }
    .into_any()
}

fn ticket(ticket: Ticket) -> impl IntoView {
    let tone = ticket.tone.clone();
    view! {
        <li class="fan__ticket" data-tone=ticket.tone>
            <span class="amount"><span class="amount__sign">"¥"</span>{ticket.face}</span>
            <span class="contents__name">{ticket.name}</span>
            <span class="kind" data-tone=tone lang="zh-Hant" aria-hidden="true">{ticket.seal}</span>
        </li>
    }
}

fn notice(advice: Advice, code: &'static str) -> AnyView {
    view! {
        <div class="round__section notice notice--bad" data-refusal=code>
            <svg class="notice__icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                <circle cx="12" cy="12" r="9"></circle>
                <path d="M12 7.5v5.5M12 16.5v.01"></path>
            </svg>
            <div>
                <p class="notice__reason">{advice.reason}</p>
                <p class="notice__next">{advice.next}</p>
            </div>
        </div>
    }
    .into_any()
}
