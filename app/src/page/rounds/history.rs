//! The versions of a plan or round: who, when, why, and what each changed.

use domain::campaign::Campaign;
use domain::plan::Version;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::{RoundModel, words};
use crate::text::Text;
use crate::widget::moment;

/// Every version, the newest first.
pub(super) fn history(model: &RoundModel, text: Text) -> AnyView {
    let befores = model.versions.iter().skip(1).map(Some).chain([None]);
    let rows: Vec<_> = model
        .versions
        .iter()
        .zip(befores)
        .map(|(version, before)| row(&model.campaign, version, before, model.now, text))
        .collect();
    view! {
        <section class="card round__section" aria-labelledby="history">
            <h2 class="card__title card__title--small" id="history">{text.round_history()}</h2>
            <ol class="rows">{rows}</ol>
        </section>
    }
    .into_any()
}

/// What others changed since a version: who, and each part with both its words.
pub(super) fn what_changed(
    campaign: &Campaign,
    versions: &[Version],
    now: Timestamp,
    text: Text,
) -> AnyView {
    let pairs = versions.iter().zip(versions.iter().skip(1));
    let rows: Vec<_> =
        pairs.map(|(version, before)| row(campaign, version, Some(before), now, text)).collect();
    view! { <ol class="rows">{rows}</ol> }.into_any()
}

fn row(
    campaign: &Campaign,
    version: &Version,
    before: Option<&Version>,
    now: Timestamp,
    text: Text,
) -> AnyView {
    let mark = &version.mark;
    let mut facts = vec![text.version_number(version.number), text.who(&mark.who)];
    facts.extend((!mark.why.is_empty()).then(|| mark.why.clone()));
    let changes = before.map(|before| words::changes(campaign, before, version, text));
    let changes: Vec<_> = changes
        .unwrap_or_default()
        .into_iter()
        .map(|change| view! { <li class="row__change">{change}</li> })
        .collect();
    let changes = (!changes.is_empty()).then(|| view! { <ul class="row__changes">{changes}</ul> });
    view! {
        <li class="row" data-testid="version">
            <div class="row__what">
                <p class="row__name">{text.version_act(version.act)}</p>
                <p class="row__facts">{text.facts(&facts)}</p>
                {changes}
            </div>
            <p class="row__facts figures">
                {moment::time(mark.at, text.done_at(mark.at, Some(now)))}
            </p>
        </li>
    }
    .into_any()
}
