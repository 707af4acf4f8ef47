//! Charts, drawn on the server: no script, the colours of the theme, a size that follows the page while the letters
//! keep theirs. Across, everything is a percentage; down, pixels. Beside each stands its table.

use std::fmt::Write as _;

use leptos::prelude::*;

use crate::art::raw;

/// The height of a chart, in pixels.
const HEIGHT: f64 = 190.0;
/// Where the plot begins and ends, from the top.
const TOP: f64 = 28.0;
const BOTTOM: f64 = 160.0;
/// The most labels under a chart that a narrow phone has room for.
const LABELS_MAX: usize = 6;

/// The colours of a chart; each chart has one, so that nothing is told by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Red: what vouchers took off.
    Cinnabar,
    /// Blue: sales.
    Indigo,
    /// Green: packs.
    Pine,
}

impl Tone {
    /// The name that the style sheet knows.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cinnabar => "cinnabar",
            Self::Indigo => "indigo",
            Self::Pine => "pine",
        }
    }
}

/// A bar: its name under it, its value, and the value in words.
pub struct Bar {
    /// What stands under it, where there is room.
    pub name: String,
    /// How high it is.
    pub value: i64,
    /// The value in few characters: said above the highest.
    pub said: String,
}

/// Bars side by side. `label` says in a sentence what is seen; `top` says a value in few characters.
pub fn bars(label: &str, tone: Tone, bars: &[Bar], top: impl Fn(i64) -> String) -> AnyView {
    let peak = bars.iter().map(|bar| bar.value).max().unwrap_or_default();
    let ceiling = ceiling(peak);
    let mut drawn = grid(ceiling, &top);
    let slot = 100.0 / as_f64(bars.len().max(1));
    let width = (slot * 0.72).min(9.0);
    let step = bars.len().div_ceil(LABELS_MAX).max(1);
    let mut peak_said = false;
    for (place, bar) in bars.iter().enumerate() {
        let middle = slot * (as_f64(place) + 0.5);
        let height = (BOTTOM - TOP) * share(bar.value, ceiling);
        let (x, y) = (middle - width / 2.0, BOTTOM - height);
        // Writing to a string cannot fail.
        let _ = write!(
            drawn,
            r#"<rect class="chart__bar" x="{x:.2}%" y="{y:.1}" width="{width:.2}%" height="{height:.1}" rx="2"/>"#
        );
        if bar.value == peak && peak > 0 && !peak_said {
            peak_said = true;
            text(&mut drawn, "chart__peak", middle, y - 7.0, &bar.said);
        }
        if place.is_multiple_of(step) {
            text(&mut drawn, "chart__name", middle, BOTTOM + 20.0, &bar.name);
        }
    }
    figure(label, tone, drawn)
}

/// A line that rises from nothing: `points` are (across, up) between 0 and 1, `names` stand under it at their places,
/// `end` at its end, `top` says what the highest line of the grid is.
pub fn rise(
    label: &str,
    tone: Tone,
    points: &[(f64, f64)],
    names: &[(f64, String)],
    end: &str,
    top: &str,
) -> AnyView {
    let mut drawn = String::new();
    for (y, said) in [(TOP, top), (f64::midpoint(TOP, BOTTOM), ""), (BOTTOM, "")] {
        line(&mut drawn, y, said);
    }
    let height = BOTTOM - TOP;
    let mut path = String::from("M0 100");
    let mut before = 0.0;
    for (across, up) in points {
        // Packs go in leaps, not along a slope.
        let _ = write!(path, "H{:.2}V{:.2}", across * 100.0, 100.0 - up * 100.0);
        before = *up;
    }
    let area = format!("{path}H100V100Z");
    let frame = r#"viewBox="0 0 100 100" preserveAspectRatio="none""#;
    let _ = write!(drawn, r#"<svg x="0" y="{TOP}" width="100%" height="{height}" {frame}>"#);
    let _ = write!(
        drawn,
        r#"<path class="chart__area" d="{area}"/><path class="chart__line" d="{path}H100"/></svg>"#
    );
    let y = (BOTTOM - height * before - 8.0).max(12.0);
    text(&mut drawn, "chart__peak", 100.0, y, end);
    for (across, name) in names {
        text(&mut drawn, "chart__name", across * 100.0, BOTTOM + 20.0, name);
    }
    figure(label, tone, drawn)
}

/// The part of a whole as a bar in a table's cell, between 0 and 1; the cell says it in figures too.
pub fn part(tone: Tone, part: f64) -> AnyView {
    let width = part.clamp(0.0, 1.0) * 100.0;
    let track = r#"<rect class="chart__track" width="100%" height="6" rx="3"/>"#;
    let drawn =
        format!(r#"{track}<rect class="chart__bar" width="{width:.1}%" height="6" rx="3"/>"#);
    view! {
        <svg class="chart__part" data-tone=tone.code() height="6" aria-hidden="true">{raw(drawn)}</svg>
    }
    .into_any()
}

fn figure(label: &str, tone: Tone, drawn: String) -> AnyView {
    view! {
        <svg
            class="chart"
            data-tone=tone.code()
            height=format!("{HEIGHT}")
            role="img"
            aria-label=label.to_owned()
        >
            {raw(drawn)}
        </svg>
    }
    .into_any()
}

fn grid(ceiling: i64, top: &impl Fn(i64) -> String) -> String {
    let mut drawn = String::new();
    line(&mut drawn, TOP, &top(ceiling));
    line(&mut drawn, f64::midpoint(TOP, BOTTOM), &top(ceiling / 2));
    line(&mut drawn, BOTTOM, "");
    drawn
}

fn line(drawn: &mut String, y: f64, said: &str) {
    let class = if (y - BOTTOM).abs() < 0.5 { "chart__ground" } else { "chart__grid" };
    let _ = write!(drawn, r#"<line class="{class}" x1="0" x2="100%" y1="{y:.1}" y2="{y:.1}"/>"#);
    if !said.is_empty() {
        let above = y - 6.0;
        let _ = write!(
            drawn,
            r#"<text class="chart__scale" x="0" y="{above:.1}">{}</text>"#,
            escaped(said)
        );
    }
}

/// A text at a place across: near the edges it stands inside them.
fn text(drawn: &mut String, class: &str, across: f64, y: f64, said: &str) {
    let anchor = if across < 8.0 {
        "start"
    } else if across > 88.0 {
        "end"
    } else {
        "middle"
    };
    let x = match anchor {
        "start" => 0.0,
        "end" => 100.0,
        _ => across,
    };
    let said = escaped(said);
    let _ = write!(
        drawn,
        r#"<text class="{class}" x="{x:.2}%" y="{y:.1}" text-anchor="{anchor}">{said}</text>"#
    );
}

/// The next round number: 1, 2, 2.5 or 5 times a power of ten.
fn ceiling(peak: i64) -> i64 {
    let mut unit = 1_i64;
    while unit.saturating_mul(10) < peak {
        unit = unit.saturating_mul(10);
    }
    let tenths = [10, 15, 20, 25, 30, 40, 50, 60, 80, 100];
    let fits = tenths.into_iter().map(|tenth| unit.saturating_mul(tenth) / 10);
    fits.into_iter().find(|it| *it >= peak).unwrap_or(peak).max(1)
}

fn share(value: i64, of: i64) -> f64 {
    let hundred_thousandths = value.saturating_mul(100_000).checked_div(of).unwrap_or_default();
    i32::try_from(hundred_thousandths).map(f64::from).unwrap_or_default() / 100_000.0
}

fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_is_a_round_number_above_the_peak() {
        let found = [0, 1, 9, 12, 126, 1_265_000, 14_131_000].map(ceiling);
        assert_eq!(found, [1, 1, 10, 15, 150, 1_500_000, 15_000_000]);
    }

    #[test]
    fn words_of_a_chart_are_no_markup() {
        assert_eq!(escaped("<b>&"), "&lt;b&gt;&amp;");
    }
}
