//! The upper line of the bar: the moment in a word, and what goes with it.

use domain::round::LimitPer;
use leptos::prelude::*;

use super::Bar;
use super::state::Face;
use crate::island::changing::words;
use crate::island::countdown::{padded, parts, seconds_to};

/// The line.
pub(super) fn status(bar: Bar) -> impl IntoView {
    view! {
        <p class="claim-bar__status" role="status">
            <span class="claim-bar__moment">{words(move || moment(bar, bar.face()).to_owned())}</span>
            <span class="claim-bar__detail">
                {words(move || detail(bar, bar.face()))}
                <span class="claim-bar__clock" aria-hidden="true">{words(move || clock(bar))}</span>
            </span>
        </p>
    }
}

fn moment(bar: Bar, face: Face) -> &'static str {
    let text = bar.text;
    match face {
        Face::Waiting => text.bar_upcoming(),
        Face::Last => text.bar_last(),
        Face::Enter | Face::Open => text.bar_open(),
        Face::Working => text.bar_working(),
        Face::Busy => text.bar_busy(),
        Face::Settling => text.bar_settling(),
        Face::Granted(_) | Face::Held { .. } => text.bar_yours(),
        Face::Review => text.bar_review(),
        Face::Barred(_) | Face::Outdated => text.bar_barred(),
        Face::SoldOut => text.bar_sold_out(),
        Face::Paused => text.bar_paused(),
        Face::Stopped => text.bar_stopped(),
        Face::Closed => text.bar_closed(),
    }
}

fn detail(bar: Bar, face: Face) -> String {
    let text = bar.text;
    let known = bar.known();
    let model_said = &known.model.said;
    let said = match face {
        Face::Waiting => text.bar_opens_in(),
        Face::Busy | Face::Settling if bar.asks_again_at().is_some() => text.bar_again(),
        // Without JavaScript nothing happens by itself.
        Face::Busy | Face::Settling => text.bar_press_again(),
        Face::Last => text.bar_stay(),
        Face::Enter | Face::Open => limit(bar),
        Face::Working => text.bar_working_detail(),
        Face::Granted(serial) | Face::Held { serial: Some(serial), .. } => {
            return text.serial(serial);
        }
        Face::SoldOut => &model_said.next,
        Face::Paused => text.bar_paused_detail(),
        Face::Closed => &model_said.closed,
        // Why is said above the bar too; but this line alone is spoken.
        Face::Barred(refusal) => text.barred(refusal).reason,
        Face::Outdated => text.advice_forbidden().reason,
        Face::Held { serial: None, .. } | Face::Review | Face::Stopped => "",
    };
    said.to_owned()
}

/// What changes each second: the time to the opening, or to the next try. For the eye only: the countdown speaks at
/// the moments that matter.
fn clock(bar: Bar) -> String {
    match (bar.face(), bar.asks_again_at()) {
        (Face::Waiting, _) => to_opening(bar),
        (Face::Busy | Face::Settling, Some(at)) => {
            bar.text.bar_in_seconds(seconds_to(at, bar.pulse.now.get()).max(1))
        }
        _ => String::new(),
    }
}

/// Hours, minutes and seconds, and days where there are any.
fn to_opening(bar: Bar) -> String {
    let opens_at = bar.known().model.glance.gate.window.opens_at();
    let [days, hours, minutes, seconds] = parts(seconds_to(opens_at, bar.pulse.now.get()));
    let mut text = if days > 0 { bar.text.bar_days(days) } else { String::new() };
    for (separator, number) in [("", hours), (":", minutes), (":", seconds)] {
        text.push_str(separator);
        text.push_str(&padded(number));
    }
    text
}

fn limit(bar: Bar) -> &'static str {
    match bar.known().model.limit_per {
        LimitPer::Round => bar.text.bar_one_each(),
        LimitPer::Pack if bar.has_one_pack() => bar.text.bar_one_each(),
        LimitPer::Pack => bar.text.bar_one_of_each(),
    }
}
