//! The upper line of the bar: the moment in a word, and what goes with it.

use domain::round::LimitPer;
use leptos::prelude::*;

use super::Bar;
use super::state::Face;
use crate::island::countdown::{padded, parts, seconds_to};

/// The line.
pub(super) fn status(bar: Bar) -> impl IntoView {
    view! {
        <p class="claim-bar__status" role="status">
            <span class="claim-bar__moment">{move || moment(bar, bar.face.get())}</span>
            <span class="claim-bar__detail">{move || detail(bar, bar.face.get())}</span>
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
        Face::Barred(_) | Face::Outdated => text.bar_barred(),
        Face::SoldOut => text.bar_sold_out(),
        Face::Paused => text.bar_paused(),
        Face::Stopped => text.bar_stopped(),
        Face::Closed => text.bar_closed(),
    }
}

fn detail(bar: Bar, face: Face) -> AnyView {
    let text = bar.text;
    let (window, made_at, next) =
        bar.model.with_value(|model| (model.gate.window, model.server_time, model.next_opens_at));
    match face {
        // Digits that change each second are for the eye; the countdown speaks at the moments that matter.
        Face::Waiting => view! {
            {text.bar_opens_in()}
            <span class="claim-bar__clock" aria-hidden="true">{move || clock(bar)}</span>
        }
        .into_any(),
        Face::Busy | Face::Settling => again(bar),
        Face::Last => text.bar_stay().into_any(),
        Face::Enter | Face::Open => limit(bar).into_any(),
        Face::Working => text.bar_working_detail().into_any(),
        Face::Granted(serial) => text.serial(serial).into_any(),
        Face::Held { serial, .. } => serial.map(|serial| text.serial(serial)).into_any(),
        Face::SoldOut => match next {
            Some(opens_at) => text.bar_next_round(opens_at, made_at).into_any(),
            None => text.bar_no_next_round().into_any(),
        },
        Face::Paused => text.bar_paused_detail().into_any(),
        Face::Closed => text.bar_closed_at(window.closes_at(), made_at).into_any(),
        Face::Stopped | Face::Barred(_) | Face::Outdated => ().into_any(),
    }
}

/// Hours, minutes and seconds to the opening, and days where there are any.
fn clock(bar: Bar) -> String {
    let opens_at = bar.model.with_value(|model| model.gate.window.opens_at());
    let [days, hours, minutes, seconds] = parts(seconds_to(opens_at, bar.pulse.now.get()));
    let mut text = if days > 0 { bar.text.bar_days(days) } else { String::new() };
    for (separator, number) in [("", hours), (":", minutes), (":", seconds)] {
        text.push_str(separator);
        text.push_str(&padded(number));
    }
    text
}

/// When the page asks again; where it does not do so by itself, what the person can do.
fn again(bar: Bar) -> AnyView {
    let Some(at) = bar.asks_again_at() else { return bar.text.bar_press_again().into_any() };
    let (before, after) = bar.text.bar_again();
    let seconds = move || seconds_to(at, bar.pulse.now.get()).max(1);
    view! {
        <span aria-hidden="true">{before}<span class="claim-bar__clock">{seconds}</span>{after}</span>
        <span class="visually-hidden">{bar.text.bar_again_by_itself()}</span>
    }
    .into_any()
}

fn limit(bar: Bar) -> &'static str {
    match bar.model.with_value(|model| model.limit_per) {
        LimitPer::Round => bar.text.bar_one_each(),
        LimitPer::Pack if bar.has_one_pack() => bar.text.bar_one_each(),
        LimitPer::Pack => bar.text.bar_one_of_each(),
    }
}
