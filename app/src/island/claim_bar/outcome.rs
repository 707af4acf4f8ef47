//! What stands above the bar when there is more to say than fits into it: the grant, or a no that waiting does not
//! help. It comes only with the page or after the person's own act, so nothing moves by itself.

use std::sync::atomic::Ordering;

use domain::money::grouped;
use leptos::either::Either;
use leptos::prelude::*;

use super::Bar;
use super::model::Ticket;
use super::state::{Face, Stage};
use crate::act::AnswerCode;
use crate::text::Advice;

/// What there is to say.
#[derive(Clone, Copy)]
enum Outcome {
    /// Nothing.
    None,
    /// A pack is theirs, by this number; the pack whose tickets are fanned, when it was granted on this page.
    Granted(u32, Option<usize>),
    /// A no, by its code.
    No(&'static str, Advice),
}

impl Outcome {
    /// A grant is shown for its own pack, also while another one is asked for.
    fn of(bar: Bar) -> Self {
        let (known, face) = (bar.known(), bar.face());
        let stages: Vec<Stage> = known.rows.iter().map(|row| row.stage.get()).collect();
        let last = known.granted.load(Ordering::Relaxed);
        if let Some(Stage::Granted(serial)) = stages.get(last) {
            return Self::Granted(*serial, Some(last));
        }
        match face {
            Face::Held { serial: Some(serial), .. } if bar.has_one_pack() => {
                Self::Granted(serial, None)
            }
            Face::Barred(refusal) => Self::No(refusal.code(), bar.text.barred(refusal)),
            Face::Outdated => Self::No(AnswerCode::Forbidden.code(), bar.text.advice_forbidden()),
            _ => Self::None,
        }
    }
}

/// The outcome, if there is one.
pub(super) fn outcome(bar: Bar) -> impl IntoView {
    move || match Outcome::of(bar) {
        Outcome::None => None,
        Outcome::Granted(serial, pack) => Some(Either::Left(granted(bar, serial, pack))),
        Outcome::No(code, advice) => Some(Either::Right(notice(advice, code))),
    }
}

fn granted(bar: Bar, serial: u32, pack: Option<usize>) -> impl IntoView {
    let (before, after) = bar.text.granted_serial();
    let known = bar.known();
    let tickets = pack.map(|pack| known.model.packs[pack].tickets.clone()).unwrap_or_default();
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

fn notice(advice: Advice, code: &'static str) -> impl IntoView {
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
}
