//! The card of the current round: what there is, until when, on which terms, and the one button.

use domain::money::Amount;
use domain::pack::Pack;
use domain::round::LimitPer;
use leptos::prelude::*;

use super::{LandingModel, OwnPack, WaitingPlace};
use crate::act::AnswerCode;
use crate::art;
use crate::island::{
    ClaimBar, ClaimBarModel, ClaimBarPack, Countdown, Glance, Held, PhaseWord, Said, Stock, Ticket,
    provide,
};
use crate::page::rules;
use crate::text::Text;
use crate::widget::amount::sign_and_digits;
use crate::widget::held;
use crate::widget::kind::KindWords;
use crate::widget::moment;

/// The card of the round. What changes while people look is an island each.
pub(super) fn round(model: &LandingModel, text: Text) -> AnyView {
    let round = &model.round;
    let given = provide(&bar(model, text));
    let contents = match round.packs.as_slice() {
        [pack] => Some(contents(model, pack, text)),
        _ => None,
    };
    let until = round.window.closes_at();
    let until = moment::time(until, text.closing(until, Some(model.now)));
    view! {
        <section class="card card--raised round" data-model=given aria-labelledby="round-name">
            <div class="card__head">
                <h2 class="card__title" id="round-name">
                    {text.round_title(round.name.get(text.0), round.budget)}
                </h2>
                <PhaseWord/>
            </div>
            <Countdown/>
            <Stock/>
            {contents}
            <p class="card__note">{terms(model, text)}{moment::around(text.use_before(), until)}</p>
            {held_claim(model, text)}
            {model.waiting().map(|waiting| line(waiting, text))}
            {model.answer_of_none().map(|answer| said_once(answer, text))}
            <ClaimBar/>
        </section>
    }
    .into_any()
}

/// What it means that the person's claim is held: said once, whatever packs there are.
fn held_claim(model: &LandingModel, text: Text) -> Option<AnyView> {
    let packs = model.own.iter().flat_map(|own| &own.packs);
    let held = packs.filter_map(|own| own.held.as_ref());
    let (by, claim) = held.filter_map(|held| Some((held.decide_by?, held.claim))).min()?;
    let notice = held::notice(held::Held::Waits(by), model.now, text);
    let awaits = held::state_path(claim);
    Some(view! { <div class="round__section" data-awaits=awaits>{notice}</div> }.into_any())
}

/// The place in the line, for a browser that does not ask again by itself.
fn line(waiting: WaitingPlace, text: Text) -> AnyView {
    let (reason, next) = match waiting.seconds {
        0 => (text.line_turn().to_owned(), text.line_turn_next()),
        seconds => (text.line_place(waiting.place, seconds), text.line_place_next()),
    };
    view! {
        <noscript>
            <div class="notice notice--info" data-testid="line">
                {art::attention()}
                <div>
                    <p class="notice__reason">{reason}</p>
                    <p class="notice__next">{next}</p>
                </div>
            </div>
        </noscript>
    }
    .into_any()
}

/// An answer of which nobody knows which pack it is about: the packs cannot say it.
fn said_once(answer: AnswerCode, text: Text) -> AnyView {
    let advice = match answer {
        AnswerCode::Refused(refusal) => text.refusal(refusal),
        AnswerCode::Busy => text.advice_busy(),
        AnswerCode::Forbidden => text.advice_forbidden(),
        AnswerCode::Unknown => text.advice_unknown(),
    };
    view! {
        <div class="round__section notice notice--bad" data-refusal=answer.code()>
            {art::attention()}
            <div>
                <p class="notice__reason">{advice.reason}</p>
                <p class="notice__next">{advice.next}</p>
            </div>
        </div>
    }
    .into_any()
}

/// What one pack holds, a small ticket each.
fn contents(model: &LandingModel, pack: &Pack, text: Text) -> AnyView {
    let tickets = pack.slots().map(|(_, terms)| {
        let kind = KindWords::of(&model.campaign, &terms.kind, text.0);
        view! {
            <li class="contents__item" data-tone=kind.tone>
                <span class="amount">{sign_and_digits(terms.face)}</span>
                <span class="contents__name">{kind.name.clone()}</span>
                {kind.mark()}
            </li>
        }
    });
    let class = if pack.slots().count() < 5 { "contents contents--few" } else { "contents" };
    view! {
        <div class="round__section">
            <ul class=class aria-label=text.in_each_pack()>{tickets.collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// The terms in a sentence, up to the time until which vouchers are used.
fn terms(model: &LandingModel, text: Text) -> String {
    let limit = match model.round.limit_per {
        LimitPer::Round => text.once_a_round(),
        LimitPer::Pack => text.once_a_pack(),
    };
    match alike(model) {
        Some((worth, minimum_spend, face)) => {
            text.terms(worth, &text.discount(minimum_spend, face), limit)
        }
        None => text.terms_by_voucher(limit),
    }
}

/// The worth of the only pack, and the minimum spend and face that all of its vouchers share.
fn alike(model: &LandingModel) -> Option<(Amount, Amount, Amount)> {
    let [pack] = model.round.packs.as_slice() else { return None };
    let first = pack.vouchers.first()?;
    let same = |terms: &domain::pack::VoucherTerms| {
        (terms.minimum_spend, terms.face) == (first.minimum_spend, first.face)
    };
    pack.vouchers.iter().all(same).then_some((pack.face()?, first.minimum_spend, first.face))
}

/// What every island of the round is told.
fn glance(model: &LandingModel, text: Text) -> Glance {
    let round = &model.round;
    Glance {
        round: round.id.clone(),
        gate: round.gate(),
        stock: round.stock(),
        server_time: model.now,
        language: text.0,
    }
}

/// What the claim bar is told.
fn bar(model: &LandingModel, text: Text) -> ClaimBarModel {
    let round = &model.round;
    ClaimBarModel {
        glance: glance(model, text),
        said: said(model, text),
        limit_per: round.limit_per,
        packs: round.packs.iter().map(|pack| bar_pack(model, pack, text)).collect(),
        signed_in: model.own.is_some(),
        refusal: model.own.as_ref().and_then(|own| own.refusal),
    }
}

fn said(model: &LandingModel, text: Text) -> Said {
    let (window, now) = (model.round.window, model.now);
    Said {
        opens: text.countdown_opens(window.opens_at(), now),
        closes: text.countdown_closes(window.closes_at(), now),
        closed: text.bar_closed_at(window.closes_at(), now),
        next: match model.next_opens_at {
            Some(opens_at) => text.bar_next_round(opens_at, now),
            None => text.bar_no_next_round().to_owned(),
        },
    }
}

fn bar_pack(model: &LandingModel, pack: &Pack, text: Text) -> ClaimBarPack {
    let own = model.own.iter().flat_map(|own| &own.packs).find(|own| own.pack == pack.id);
    ClaimBarPack {
        id: pack.id.clone(),
        name: pack.name.get(text.0).to_owned(),
        worth: worth(model, pack, text),
        total: pack.stock.total,
        remaining: pack.stock.remaining(),
        tickets: tickets(model, pack, text),
        form_key: own.map(|own| own.form_key.clone()),
        held: own.and_then(held),
        answer: model.answer_of(&pack.id),
    }
}

fn held(own: &OwnPack) -> Option<Held> {
    own.held.as_ref().map(|held| Held {
        serial: held.serial,
        this_pack: held.this_pack,
        other_account: held.other_account,
    })
}

/// What a pack gives, in one line: its content, and its discount where all of its vouchers share one.
fn worth(model: &LandingModel, pack: &Pack, text: Text) -> String {
    let discounts =
        pack.vouchers.iter().map(|terms| text.discount(terms.minimum_spend, terms.face));
    let mut facts = vec![rules::contents(&model.campaign, pack, text)];
    for discount in discounts {
        if !facts.contains(&discount) {
            facts.push(discount);
        }
    }
    text.facts(&facts)
}

fn tickets(model: &LandingModel, pack: &Pack, text: Text) -> Vec<Ticket> {
    let ticket = |(_, terms): (u8, &domain::pack::VoucherTerms)| {
        let kind = KindWords::of(&model.campaign, &terms.kind, text.0);
        Ticket {
            name: kind.name,
            seal: kind.seal,
            tone: kind.tone.to_owned(),
            face: terms.face.to_string(),
        }
    };
    pack.slots().map(ticket).collect()
}
