//! `/me/delete`: what leaving means, said before it is done; and `/me/deleted`, afterwards.

use leptos::prelude::*;

use super::super::frame::Frame;
use super::super::{Page, Shape};
use crate::text::Text;
use crate::widget::empty::Empty;

/// What the page shows.
pub struct LeaveModel {
    /// What the form carries: made for this session.
    pub key: String,
    /// How many days after a round it is kept who knew it.
    pub retention_days: u32,
    /// How many vouchers could still be used.
    pub usable: usize,
    /// Whether the form was sent without the box.
    pub is_missing: bool,
}

/// The page before.
pub fn leave(frame: &Frame, model: &LeaveModel) -> Page {
    let text = Text(frame.visitor.language);
    let vouchers = if model.usable == 0 {
        text.leave_vouchers_none().to_owned()
    } else {
        text.leave_vouchers_text(model.usable)
    };
    let facts = [
        (text.leave_gone(), text.leave_gone_text().to_owned()),
        (text.leave_vouchers(), vouchers),
        (text.leave_stays(), text.leave_stays_text(model.retention_days)),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .map(|(title, sentence)| {
            view! { <div class="me__fact"><dt>{title}</dt><dd>{sentence}</dd></div> }
        })
        .collect();
    let error = model.is_missing.then(|| {
        view! {
            <p class="field__error" id="understood-error" data-error="understood" role="alert">
                {text.leave_not_understood()}
            </p>
        }
    });
    let main = view! {
        <div class="wrap wrap--narrow me">
            <div class="page__head">
                <h1 class="page__title">{text.me_leave()}</h1>
                <p class="page__lead">{text.leave_again()}</p>
            </div>
            <dl class="card me__leaving">{facts}</dl>
            <form class="card" method="post" action="/me/delete" novalidate>
                <input type="hidden" name="key" value=model.key.clone()/>
                <label class="check" for="understood">
                    <input
                        class="check__box"
                        type="checkbox"
                        id="understood"
                        name="understood"
                        value="yes"
                        required
                        aria-describedby=model.is_missing.then_some("understood-error")
                    />
                    <span>{text.leave_is_understood()}</span>
                </label>
                {error}
                <p class="me__acts">
                    <button class="button button--primary" type="submit">{text.leave_confirm()}</button>
                    <a class="button" href="/me">{text.leave_back()}</a>
                </p>
            </form>
        </div>
    };
    let title = if model.is_missing { text.please_check() } else { text.me_leave() };
    Page {
        title: title.to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

/// The page after.
pub fn left(frame: &Frame) -> Page {
    let text = Text(frame.visitor.language);
    let heading = view! { <h1 class="empty__title">{text.left_title()}</h1> }.into_any();
    let main = view! {
        <div class="wrap wrap--narrow round__section">
            <Empty heading=heading sentence=text.left_text().to_owned()>
                <p class="empty__text">{text.leave_again()}</p>
                <p class="empty__act">
                    <a class="button button--primary" href="/">{text.back_home()}</a>
                </p>
            </Empty>
        </div>
    };
    Page {
        title: text.left_title().to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}
