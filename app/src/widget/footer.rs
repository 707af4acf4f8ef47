//! The foot of every page: who answers for it, and where to ask.

use leptos::prelude::*;

use crate::page::frame::Frame;
use crate::text::Text;

/// The footer. The landing page has its own ways to the other pages, so `with_links` is for all others.
pub fn footer(frame: &Frame, with_links: bool) -> AnyView {
    let text = Text(frame.visitor.language);
    let language = frame.visitor.language;
    let facts = frame.campaign.as_ref().map(|campaign| {
        let hotline = campaign.hotline.clone();
        view! {
            <dl class="footer__facts">
                <div class="footer__fact">
                    <dt>{text.organiser()}</dt>
                    <dd>{campaign.organiser.get(language).to_owned()}</dd>
                </div>
                <div class="footer__fact">
                    <dt>{text.hotline()}</dt>
                    <dd><a href=format!("tel:{hotline}")>{hotline.clone()}</a></dd>
                </div>
            </dl>
        }
    });
    let remark = frame.campaign.as_ref().and_then(|campaign| campaign.remark.as_ref());
    let remark = remark
        .map(|remark| view! { <p class="footer__remark">{remark.get(language).to_owned()}</p> });
    let links = with_links.then(|| {
        view! {
            <nav class="footer__links" aria-label=text.more()>
                <a href="/merchants">{text.merchants()}</a>
                <a href="/rules">{text.rules()}</a>
                <a href="/results">{text.results()}</a>
            </nav>
        }
    });
    view! {
        <footer class="footer">
            <div class="wrap footer__inner">
                {facts}{remark}{links}
                // Shown by the bridge of an app that can be gone back to.
                <button class="link-button" type="button" data-host-close hidden>
                    {text.back_to_app()}
                </button>
            </div>
        </footer>
    }
    .into_any()
}
