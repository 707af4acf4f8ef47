//! Running a round: pausing at once, and what two persons do (R21).

use domain::round::change::{Proposal, Verdict};
use domain::round::{Phase, Round};
use leptos::prelude::*;

use super::{RoundModel, Typed, acts, list, words};
use crate::text::Text;
use crate::widget::moment;

/// The proposals for the round; those that wait with what can be done.
pub(super) fn proposals(model: &RoundModel, round: &Round, text: Text) -> Option<AnyView> {
    if model.proposals.is_empty() {
        return None;
    }
    let rows: Vec<_> =
        model.proposals.iter().map(|proposal| row(model, round, proposal, text)).collect();
    Some(
        view! {
            <section class="card round__section" aria-labelledby="proposals">
                <h2 class="card__title card__title--small" id="proposals">
                    {text.round_proposals()}
                </h2>
                <ul class="rows">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn row(model: &RoundModel, round: &Round, proposal: &Proposal, text: Text) -> AnyView {
    let mark = &proposal.proposed;
    let decided = proposal.decided.as_ref().map(|(verdict, mark)| {
        let facts = [text.verdict(*verdict).to_owned(), text.who(&mark.who), mark.why.clone()];
        view! { <p class="row__facts">{text.facts(&facts)}</p> }
    });
    let is_over = round.phase(model.now) == Phase::Closed;
    let open = (proposal.decided.is_none() && !is_over).then(|| decide(model, proposal, text));
    view! {
        <li class="row" data-testid="proposal">
            <div class="row__what">
                <p class="row__name">{words::change(round, &proposal.change, text)}</p>
                <p class="row__facts">{text.facts(&[text.who(&mark.who), mark.why.clone()])}</p>
                {decided}
            </div>
            <p class="row__facts figures">
                {moment::time(mark.at, text.done_at(mark.at, Some(model.now)))}
            </p>
            {open}
        </li>
    }
    .into_any()
}

/// What whoever looks may do with a proposal that waits.
fn decide(model: &RoundModel, proposal: &Proposal, text: Text) -> AnyView {
    let own = proposal.proposed.who == model.me;
    let verdicts = match (own, model.may.approve) {
        (true, _) if model.may.plan => vec![(Verdict::Withdrawn, text.proposal_withdraw())],
        (false, true) => vec![
            (Verdict::Confirmed, text.proposal_confirm()),
            (Verdict::Declined, text.proposal_decline()),
        ],
        _ => Vec::new(),
    };
    if verdicts.is_empty() {
        return view! { <p class="row__facts row__wide">{text.proposal_waits()}</p> }.into_any();
    }
    let to = format!("{}/proposals/{}", list::path(&model.id), proposal.id);
    let buttons: Vec<_> = verdicts
        .into_iter()
        .map(|(verdict, word)| {
            let class = match verdict {
                Verdict::Confirmed => "button button--accent",
                Verdict::Declined | Verdict::Withdrawn => "button",
            };
            view! {
                <button class=class type="submit" formaction=format!("{to}/{}", act(verdict))>
                    {word}
                </button>
            }
        })
        .collect();
    let typed = model.stayed.as_ref().map(|(_, typed)| typed);
    let typed = typed.filter(|typed| typed.proposal == Some(proposal.id));
    let why = typed.map(|typed| typed.why.clone()).unwrap_or_default();
    let id = format!("why-{}", proposal.id);
    view! {
        <form class="row__decide" method="post" action=format!("{to}/{}", if own { "withdraw" } else { "decline" })>
            {own.then(|| view! { <p class="row__facts">{text.proposal_own()}</p> })}
            <div class="field">
                <label class="field__label" for=id.clone()>{text.round_why()}</label>
                <input class="field__input" id=id name="why" value=why required autocomplete="off"/>
            </div>
            <div class="row__acts">{buttons}</div>
        </form>
    }
    .into_any()
}

const fn act(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Confirmed => "confirm",
        Verdict::Declined => "decline",
        Verdict::Withdrawn => "withdraw",
    }
}

/// What can be done with the round, for whoever plans.
pub(super) fn acts(model: &RoundModel, round: &Round, text: Text) -> AnyView {
    let phase = round.phase(model.now);
    if !model.may.plan || phase == Phase::Closed {
        return ().into_any();
    }
    let pause = (!round.stopped && !round.paused).then(|| pause(model, text));
    let issuing = (!round.stopped).then(|| {
        let resume = round.paused.then(|| plain(model, "resume", text.round_resume(), None, text));
        view! {
            {resume}
            {folded(text.round_add(), add(model, round, text))}
            {folded(
                text.round_stop(),
                plain(model, "stop", text.round_stop(), Some(text.round_stop_text()), text),
            )}
        }
    });
    view! {
        {pause}
        <section class="card round__section" aria-labelledby="propose">
            <h2 class="card__title card__title--small" id="propose">{text.round_acts()}</h2>
            <p class="card__text">{text.round_propose_text()}</p>
            {folded(text.round_extend(), extend(model, round, text))}
            {issuing}
        </section>
    }
    .into_any()
}

fn pause(model: &RoundModel, text: Text) -> AnyView {
    view! {
        <section class="card" aria-label=text.round_pause()>
            <form method="post" action=format!("{}/pause", list::path(&model.id))>
                {acts::reason(model, "pause", text.round_why())}
                <p class="form__act">
                    <button class="button button--primary button--wide" type="submit">
                        {text.round_pause()}
                    </button>
                </p>
                <p class="form__small">{text.round_pause_text()}</p>
            </form>
        </section>
    }
    .into_any()
}

fn folded(word: &'static str, content: AnyView) -> AnyView {
    view! {
        <details class="more">
            <summary class="more__word">{word}</summary>
            {content}
        </details>
    }
    .into_any()
}

/// A proposal of that kind, with its own fields before the reason.
fn proposing(
    model: &RoundModel,
    kind: &'static str,
    (word, fields): (&'static str, AnyView),
    text: Text,
) -> AnyView {
    view! {
        <form method="post" action=format!("{}/proposals", list::path(&model.id))>
            <input type="hidden" name="change" value=kind/>
            {fields}
            {acts::reason(model, kind, text.round_why())}
            <p class="form__act">
                <button class="button button--wide" type="submit">{word}</button>
            </p>
        </form>
    }
    .into_any()
}

fn plain(
    model: &RoundModel,
    kind: &'static str,
    word: &'static str,
    told: Option<&'static str>,
    text: Text,
) -> AnyView {
    let told = told.map(|told| view! { <p class="card__text">{told}</p> });
    proposing(model, kind, (word, told.into_any()), text)
}

fn typed<'a>(model: &'a RoundModel, kind: &str) -> Option<&'a Typed> {
    model.stayed.as_ref().map(|(_, typed)| typed).filter(|typed| typed.act == kind)
}

fn extend(model: &RoundModel, round: &Round, text: Text) -> AnyView {
    let present = domain::plan::draft::typed_time(round.window.closes_at());
    let value = typed(model, "extend").map_or(present, |typed| typed.closes.clone());
    let field = view! {
        <div class="field">
            <label class="field__label" for="closes">{text.round_extend_to()}</label>
            <input
                class="field__input"
                id="closes"
                name="closes"
                type="datetime-local"
                value=value
                required
                aria-describedby="closes-hint"
            />
            <p class="field__hint" id="closes-hint">{text.plan_time_hint()}</p>
        </div>
    };
    proposing(model, "extend", (text.round_extend(), field.into_any()), text)
}

fn add(model: &RoundModel, round: &Round, text: Text) -> AnyView {
    let typed = typed(model, "add_packs").cloned().unwrap_or_default();
    let packs: Vec<_> = round
        .packs
        .iter()
        .map(|pack| {
            let chosen = pack.id.as_str() == typed.pack;
            view! {
                <option value=pack.id.to_string() selected=chosen>
                    {pack.name.get(text.0).to_owned()}
                </option>
            }
        })
        .collect();
    let fields = view! {
        <div class="field">
            <label class="field__label" for="pack">{text.round_add_pack()}</label>
            <select class="field__input field__input--select" id="pack" name="pack">{packs}</select>
        </div>
        <div class="field">
            <label class="field__label" for="count">{text.round_add_count()}</label>
            <input
                class="field__input field__input--number"
                id="count"
                name="count"
                inputmode="numeric"
                value=typed.count
                required
                autocomplete="off"
            />
        </div>
    };
    proposing(model, "add_packs", (text.round_add(), fields.into_any()), text)
}
