//! The sessions, and the form that ends them.

use leptos::prelude::*;

use super::{Act, OwnAccountModel, OwnSession, current};
use crate::text::Text;
use crate::widget::moment;

pub(super) fn list(model: &OwnAccountModel, text: Text) -> AnyView {
    let (this, others): (Vec<_>, Vec<_>) =
        model.sessions.iter().partition(|session| session.is_this);
    let this: Vec<_> = this
        .into_iter()
        .map(|session| {
            view! {
                <p class="own__this" data-testid="session">
                    {facts(model, session, text)}
                    <span class="me__facts me__facts--good">{text.own_session_this()}</span>
                </p>
            }
        })
        .collect();
    let rest = if others.is_empty() {
        view! { <p class="card__text">{text.own_sessions_alone()}</p> }.into_any()
    } else {
        form(model, &others, text)
    };
    view! {
        <section class="card" aria-labelledby="sessions">
            <h2 class="card__title" id="sessions">{text.own_sessions()}</h2>
            {this}
            {rest}
        </section>
    }
    .into_any()
}

fn form(model: &OwnAccountModel, others: &[&OwnSession], text: Text) -> AnyView {
    let choices: Vec<_> = others
        .iter()
        .map(|session| {
            view! {
                <label class="check own__choice" data-testid="session">
                    <input class="check__box" type="radio" name="session" value=session.name.clone()/>
                    <span>{facts(model, session, text)}</span>
                </label>
            }
        })
        .collect();
    view! {
        <form method="post" action=model.around.path()>
            <input type="hidden" name="act" value="sessions"/>
            <fieldset class="own__choices">
                <legend class="own__which">{text.own_sessions_which()}</legend>
                <label class="check own__choice">
                    <input class="check__box" type="radio" name="session" value="others" checked/>
                    <span>{text.own_sessions_others()}</span>
                </label>
                {choices}
            </fieldset>
            {current(model, Act::Sessions, "current-sessions", text)}
            <p class="own__act">
                <button class="button" type="submit">{text.own_sessions_act()}</button>
            </p>
        </form>
    }
    .into_any()
}

fn facts(model: &OwnAccountModel, session: &OwnSession, text: Text) -> AnyView {
    let said = |at| moment::time(at, text.done_at(at, Some(model.now)));
    view! {
        <b class="me__name">{text.device(&session.device)}</b>
        <span class="me__facts figures">
            <span class="own__fact">{text.staff_from()}" "{said(session.since)}</span>" "
            <span class="own__fact">{text.staff_seen()}" "{said(session.seen)}</span>
        </span>
    }
    .into_any()
}
