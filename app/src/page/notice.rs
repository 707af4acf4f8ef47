//! The pages that say that something is not there, or did not work.

use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::empty::Empty;

/// What the notice page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// There is no such page, voucher or round.
    NotFound,
    /// No campaign was imported yet.
    NoCampaign,
    /// The request came from another site.
    Forbidden,
    /// Somebody who works here, and whose role may not do this.
    NotAllowed,
    /// The method does not fit the page.
    MethodNotAllowed,
    /// What was sent is too large.
    TooLarge,
    /// What was sent could not be read.
    Unreadable,
    /// The server is busy: try again.
    Busy,
    /// Risk control lets nobody in so (R19).
    SignInRefused,
    /// Somebody came with an account that belongs to another person (R1).
    AccountOfAnother,
    /// Something broke here; it was logged.
    Broken,
}

/// What a notice consists of.
struct Words {
    /// The status, for whoever reports it; none where nothing went wrong.
    number: Option<u16>,
    title: &'static str,
    sentence: &'static str,
    /// Whether somebody may be waiting for an answer, and the hotline can give it.
    hotline: bool,
}

/// The page. `number` is that of the request, for whoever reports that something did not work.
pub fn page(frame: &Frame, model: &Notice, number: Option<String>) -> Page {
    let text = Text(frame.visitor.language);
    let words = words(text, *model);
    let busy = *model == Notice::Busy;
    let turned_away = matches!(model, Notice::SignInRefused | Notice::AccountOfAnother);
    let heading = view! { <h1 class="empty__title">{words.title}</h1> }.into_any();
    let (way, name) = if busy {
        (frame.path.clone(), text.try_again())
    } else if turned_away {
        ("/sign-in".to_owned(), text.sign_in_again())
    } else {
        ("/".to_owned(), text.back_home())
    };
    let hotline = words.hotline.then(|| hotline(frame));
    let number = number.filter(|_| words.hotline || busy).map(|number| {
        let number = view! { <span data-testid="request-number">{number}</span> };
        view! { <p class="empty__text">{text.request_number()}{number}</p> }
    });
    let main = view! {
        <div class="wrap wrap--narrow round__section" data-refusal=busy.then_some("busy")>
            <Empty heading=heading sentence=words.sentence.to_owned() number=words.number>
                {hotline}
                {number}
                <p class="empty__act">
                    <a class="button button--primary" href=way.clone()>{name}</a>
                </p>
            </Empty>
        </div>
    };
    Page {
        title: words.title.to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

/// The number to call, where the campaign names one.
fn hotline(frame: &Frame) -> Option<AnyView> {
    let text = Text(frame.visitor.language);
    let hotline = frame.campaign.as_ref().map(|campaign| campaign.hotline.clone())?;
    let link = view! { <a href=format!("tel:{hotline}")>{hotline.clone()}</a> };
    Some(
        view! { <p class="empty__text">{text.call_hotline()}{link}{text.full_stop()}</p> }
            .into_any(),
    )
}

fn words(text: Text, notice: Notice) -> Words {
    let (number, title, sentence) = match notice {
        Notice::NotFound => (Some(404), text.not_found_title(), text.not_found_text()),
        Notice::NoCampaign => (None, text.no_campaign_title(), text.no_campaign_text()),
        Notice::Forbidden => (Some(403), text.forbidden_title(), text.forbidden_text()),
        Notice::NotAllowed => (Some(403), text.not_allowed_title(), text.not_allowed_text()),
        Notice::MethodNotAllowed => (Some(405), text.method_title(), text.method_text()),
        Notice::TooLarge => (Some(413), text.too_large_title(), text.too_large_text()),
        Notice::Unreadable => (Some(400), text.unreadable_title(), text.unreadable_text()),
        Notice::Busy => (None, text.busy_title(), text.busy_text()),
        Notice::SignInRefused => (None, text.sign_in_refused_title(), text.sign_in_refused_text()),
        Notice::AccountOfAnother => {
            (None, text.account_of_another_title(), text.account_of_another_text())
        }
        Notice::Broken => (Some(500), text.broken_title(), text.broken_text()),
    };
    let hotline =
        matches!(notice, Notice::SignInRefused | Notice::AccountOfAnother | Notice::Broken);
    Words { number, title, sentence, hotline }
}
