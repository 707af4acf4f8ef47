//! What every page has around it.

use domain::campaign::Campaign;
use std::sync::Arc;

use leptos::prelude::*;

use super::{Page, Shape};
use crate::art::raw;
use crate::text::Text;
use crate::visitor::Visitor;
use crate::widget::footer::footer;
use crate::widget::masthead::masthead;

/// Where the assets are: addresses with the content's hash in them.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The style sheet.
    pub style: String,
    /// The page script: wakes the islands, moves between pages.
    pub script: String,
    /// What `integrity` says of it.
    pub script_digest: String,
    /// The glue of the WASM module.
    pub glue: String,
    /// What `integrity` says of it.
    pub glue_digest: String,
    /// The WASM module.
    pub module: String,
    /// The style sheet of those who work here, beside the common one.
    pub staff_style: String,
    /// The bridge to the app that shows the pages in a web view.
    pub host: String,
    /// The till's script.
    pub till_script: String,
    /// What it has at hand: keypad, camera, sound.
    pub till_kit: String,
    /// The decoder of QR codes, for browsers that have none.
    pub decoder: String,
}

/// What every page has around it.
pub struct Frame {
    /// The campaign, once one was imported.
    pub campaign: Option<Arc<Campaign>>,
    /// Who looks.
    pub visitor: Visitor,
    /// Whether this is a demonstration: every page says so.
    pub demo: bool,
    /// The path and query of the page, for coming back after a choice of language, view or account.
    pub path: String,
    /// Where the assets are.
    pub assets: Arc<Assets>,
    /// By what the browser knows the scripts of this answer. A page that is the same for everybody has none: its
    /// scripts are known by their digests.
    pub nonce: Option<String>,
}

/// The colour of the browser's own bars in either theme: that of the paper, or of the sky. As markup, because the
/// typed `<meta>` does not know `media`.
const PAPER: &str = "<meta name=\"theme-color\" media=\"(prefers-color-scheme: light)\" content=\"#fbf7f0\">\
                     <meta name=\"theme-color\" media=\"(prefers-color-scheme: dark)\" content=\"#17120f\">";
const SKY: &str = "<meta name=\"theme-color\" media=\"(prefers-color-scheme: light)\" content=\"#6d110d\">\
                   <meta name=\"theme-color\" media=\"(prefers-color-scheme: dark)\" content=\"#16090c\">";

/// The whole document.
pub fn document(frame: &Frame, page: Page) -> impl IntoView + use<> {
    let text = Text(frame.visitor.language);
    let class = match page.shape {
        Shape::Plain | Shape::Till | Shape::Console => "page",
        Shape::WithBar | Shape::Landing => "page page--bar",
    };
    let landing = page.shape == Shape::Landing;
    view! {
        <html lang=frame.visitor.language.tag() data-view=frame.visitor.view.code()>
            {head(frame, &page)}
            <body>
                <a class="skip-link" href="#main">{text.skip_to_main()}</a>
                <div class=class>
                    {frame.demo.then(|| demo_banner(text))}
                    {masthead(frame, landing)}
                    <main class="page__main" id="main" tabindex="-1">{page.main}</main>
                    {footer(frame, !landing)}
                </div>
            </body>
        </html>
    }
}

fn head(frame: &Frame, page: &Page) -> AnyView {
    let text = Text(frame.visitor.language);
    let theme = frame.campaign.as_ref().map(|campaign| campaign.theme.get(frame.visitor.language));
    let description = theme
        .map_or(text.description().to_owned(), |theme| text.facts(&[theme, text.description()]));
    let theme_colour = if page.shape == Shape::Landing { SKY } else { PAPER };
    let refresh = page.refresh_after_s.map(|seconds| {
        view! { <noscript><meta http-equiv="refresh" content=seconds.to_string()/></noscript> }
    });
    view! {
        <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
            <title>{text.window_title(&page.title)}</title>
            <meta name="description" content=description/>
            <meta name="color-scheme" content="light dark"/>
            {raw(theme_colour)}
            <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
            {assets(frame, page.shape)}
            {refresh}
        </head>
    }
    .into_any()
}

/// The style and the scripts that a page asks for. Those who work here load no island, and people none of theirs.
fn assets(frame: &Frame, shape: Shape) -> AnyView {
    let Assets {
        style,
        script,
        glue,
        module,
        staff_style,
        till_script,
        till_kit,
        decoder,
        host,
        ..
    } = (*frame.assets).clone();
    let nonce = frame.nonce.clone();
    let digest = |digest: &String| nonce.is_none().then(|| digest.clone());
    let (script_digest, glue_digest) =
        (digest(&frame.assets.script_digest), digest(&frame.assets.glue_digest));
    let common = view! { <link rel="stylesheet" href=style/> };
    match shape {
        Shape::Till => view! {
            {common}
            <link rel="stylesheet" href=staff_style/>
            <script src=host defer nonce=nonce.clone()></script>
            <script src=till_kit defer nonce=nonce.clone() data-decoder=decoder></script>
            <script src=till_script defer nonce=nonce></script>
        }
        .into_any(),
        Shape::Console => view! { {common}<link rel="stylesheet" href=staff_style/> }.into_any(),
        Shape::Plain | Shape::WithBar | Shape::Landing => view! {
            {common}
            <link
                rel="modulepreload"
                href=glue.clone()
                nonce=nonce.clone()
                integrity=glue_digest
            />
            <script
                src=script
                defer
                nonce=nonce
                integrity=script_digest
                data-glue=glue
                data-module=module
                data-host=host
            ></script>
        }
        .into_any(),
    }
}

fn demo_banner(text: Text) -> AnyView {
    view! {
        <aside class="banner" aria-label=text.demo_word()>
            <p>
                <b class="banner__word">{text.demo_word()}</b>
                {text.demo_sentence()}
            </p>
        </aside>
    }
    .into_any()
}
