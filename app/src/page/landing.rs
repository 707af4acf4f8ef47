//! `/`: the campaign, the current round, the one button that matters.

use std::sync::Arc;

use domain::campaign::Campaign;
use domain::id::{ClaimId, PackId};
use domain::refusal::Refusal;
use domain::round::{Phase, Round};
use domain::time::{SECOND_MS, Timestamp};

use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::act::AnswerCode;
use crate::act::answer::Said;
use crate::art;
use crate::text::Text;

/// How long before the opening a page without JavaScript waits for it, in milliseconds.
const REFRESH_WITHIN_MS: i64 = 3_600 * SECOND_MS;

/// What the landing page shows.
pub struct LandingModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The current round, with its stock as last known.
    pub round: Arc<Round>,
    /// The next round after it, if one is known.
    pub next_opens_at: Option<Timestamp>,
    /// The campaign clock when the page was made.
    pub now: Timestamp,
    /// Seconds, 0 to 3, by which this browser comes back later than the opening: not all at once.
    pub jitter_s: u8,
    /// The person's part, if somebody is signed in.
    pub own: Option<Own>,
    /// What a form just sent was answered, when it was not a yes.
    pub answer: Option<Said>,
}

/// The signed-in person's part of the landing page.
pub struct Own {
    /// For each pack of the round, in order: what the person has of it or can do.
    pub packs: Vec<OwnPack>,
    /// Why this person cannot claim although the round is open: real name, consent or audience.
    pub refusal: Option<Refusal>,
    /// The person's place in the line in front of the desk.
    pub waiting: Option<WaitingPlace>,
}

impl LandingModel {
    /// What is said of a pack to whoever is signed in: an answer belongs to the pack that was asked for. One that names
    /// none is to another form, and a pack that said it is busy would ask again by itself.
    fn answer_of(&self, pack: &PackId) -> Option<AnswerCode> {
        let said = self.answer.as_ref().filter(|_| self.own.is_some())?;
        (said.pack.as_ref() == Some(pack)).then_some(said.code)
    }

    /// An answer that belongs to none of the packs.
    fn answer_of_none(&self) -> Option<AnswerCode> {
        let said = self.answer.as_ref().filter(|_| self.own.is_some())?;
        let mut packs = self.round.packs.iter();
        packs.all(|pack| self.answer_of(&pack.id).is_none()).then_some(said.code)
    }

    /// The person's place in the line, while the round gives packs.
    fn waiting(&self) -> Option<WaitingPlace> {
        let waiting = self.own.as_ref()?.waiting?;
        (self.round.phase(self.now) == Phase::Open).then_some(waiting)
    }
}

/// A place in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingPlace {
    /// How many are decided until it is their turn, this person included.
    pub place: u32,
    /// Until then, in whole seconds; 0 when it is their turn.
    pub seconds: u32,
}

/// The person's part of one pack.
pub struct OwnPack {
    /// The pack.
    pub pack: PackId,
    /// The form's key: a MAC of session, round and pack.
    pub form_key: String,
    /// What the person holds that stands against another claim of this pack: its serial, and through which account.
    pub held: Option<HeldPack>,
}

/// A claim that the person made already.
pub struct HeldPack {
    /// The claim.
    pub claim: ClaimId,
    /// The number of the grant in the round; none while the risk desk looks at it.
    pub serial: Option<u32>,
    /// Until when the risk desk decides, while it does.
    pub decide_by: Option<Timestamp>,
    /// Whether it was this pack (with one claim a round it may have been another).
    pub this_pack: bool,
    /// Whether it was made through another account of the same person.
    pub other_account: bool,
}

mod card;

/// The page.
pub fn page(frame: &Frame, model: &LandingModel) -> Page {
    let text = Text(frame.visitor.language);
    let campaign = &model.campaign;
    let slogan = campaign.slogan.get(text.0).to_owned();
    let over = frame.demo
        && model.next_opens_at.is_none()
        && model.round.phase(model.now) == Phase::Closed;
    let main = view! {
        <section class="hero" aria-labelledby="slogan">
            {art::hero()}
            {art::lanterns()}
            <div class="wrap hero__inner">
                <h1 class="hero__title" id="slogan" lang=text.foreign(&slogan)>{slogan.clone()}</h1>
                <p class="hero__lead">{campaign.theme.get(text.0).to_owned()}</p>
            </div>
        </section>
        <div class="wrap landing">
            {card::round(model, text)}
            {over.then(|| demo_over(text))}
            {steps(text)}
            {tiles(text)}
        </div>
    };
    Page {
        title: slogan,
        refresh_after_s: refresh_after(model),
        shape: Shape::Landing,
        main: main.into_any(),
    }
}

/// A browser without JavaScript comes back by itself when the round opens, if that is soon.
/// So does one that waits in the line, when it is its turn.
fn refresh_after(model: &LandingModel) -> Option<u32> {
    if let Some(waiting) = model.waiting() {
        return (waiting.seconds > 0).then_some(waiting.seconds);
    }
    let wait = model.round.window.opens_at().millis_since(model.now);
    let soon = model.round.phase(model.now) == Phase::Upcoming && wait <= REFRESH_WITHIN_MS;
    let seconds = soon.then_some(wait / SECOND_MS + 1)?;
    u32::try_from(seconds).ok().map(|seconds| seconds + u32::from(model.jitter_s))
}

fn demo_over(text: Text) -> AnyView {
    view! {
        <div class="notice notice--info" data-testid="demo-over">
            {art::attention()}
            <p class="notice__next">{text.demo_over()}</p>
        </div>
    }
    .into_any()
}

fn steps(text: Text) -> AnyView {
    let steps = [
        (text.step_sign_in(), text.step_sign_in_text()),
        (text.step_claim(), text.step_claim_text()),
        (text.step_show(), text.step_show_text()),
    ];
    let steps = steps.into_iter().enumerate().map(|(place, (title, sentence))| {
        view! {
            <li class="steps__item">
                <span class="steps__numeral" aria-hidden="true">{text.numeral(place + 1)}</span>
                <h3 class="steps__title">{title}</h3>
                <p class="steps__text">{sentence}</p>
            </li>
        }
    });
    view! {
        <section class="card" aria-labelledby="steps">
            <h2 class="card__title card__title--small" id="steps">{text.three_steps()}</h2>
            <ol class="steps">{steps.collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn tiles(text: Text) -> AnyView {
    let tiles = [
        ("/merchants", text.merchants(), text.merchants_tile()),
        ("/rules", text.rules(), text.rules_tile()),
        ("/results", text.results(), text.results_tile()),
    ];
    let tiles = tiles.map(|(path, title, sentence)| {
        view! {
            <div class="tile">
                <h2 class="tile__title">
                    <a class="tile__link" href=path>{title}</a>
                </h2>
                <p class="tile__text">{sentence}</p>
            </div>
        }
    });
    view! { <nav class="tiles" aria-label=text.about()>{tiles}</nav> }.into_any()
}
