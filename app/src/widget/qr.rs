//! The QR code of a payload: dark on white in every theme, with its quiet zone, as one crisp path.

use std::fmt::Write as _;

use fast_qr::qr::QRBuilder;
use fast_qr::{ECL, QRCode};
use leptos::prelude::*;

use crate::art::raw;

/// The white margin that a scanner needs, in modules.
const QUIET_ZONE: usize = 4;

/// The QR code of `payload`, or nothing when the payload is longer than any code holds: the digits remain.
pub fn qr_code(payload: &str, label: &str) -> Option<AnyView> {
    let code = QRBuilder::new(payload).ecl(ECL::M).build().ok()?;
    let side = code.size + 2 * QUIET_ZONE;
    let path = modules(&code);
    // Only our own words and numbers stand in this markup; nothing that a person typed.
    let ground = format!(r##"<path fill="#fff" d="M0 0h{side}v{side}H0z"/>"##);
    let dark = format!(r##"<path fill="#000" d="{path}"/>"##);
    Some(
        view! {
            <svg
                viewBox=format!("0 0 {side} {side}")
                shape-rendering="crispEdges"
                role="img"
                aria-label=label.to_owned()
            >
                {raw(ground + &dark)}
            </svg>
        }
        .into_any(),
    )
}

/// The dark modules: one rectangle for each run in a row.
fn modules(code: &QRCode) -> String {
    let mut path = String::new();
    for row in 0..code.size {
        let line = &code[row];
        let mut column = 0;
        while column < code.size {
            let run = line[column..code.size].iter().take_while(|module| module.value()).count();
            if run > 0 {
                // Writing to a String cannot fail.
                let _ =
                    write!(path, "M{} {}h{run}v1h-{run}z", column + QUIET_ZONE, row + QUIET_ZONE);
            }
            column += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_drawn_once_and_no_light_one() {
        let code = QRBuilder::new(
            "JQ1-01ARZ3NDEKTSV4RRFFQ69G5FAV-3-31A2B3C-0123456789ABCDEF0123456789ABCDEF",
        )
        .ecl(ECL::M)
        .build()
        .expect("a code");
        let mut drawn = vec![vec![false; code.size]; code.size];
        for run in modules(&code).split_terminator('z') {
            let (start, rest) = run.trim_start_matches('M').split_once('h').expect("a run");
            let (x, y) = start.split_once(' ').expect("a place");
            let (x, y): (usize, usize) = (x.parse().expect("x"), y.parse().expect("y"));
            let length: usize =
                rest.split('v').next().expect("a length").parse().expect("a number");
            for cell in &mut drawn[y - QUIET_ZONE][x - QUIET_ZONE..x - QUIET_ZONE + length] {
                assert!(!*cell, "drawn twice");
                *cell = true;
            }
        }
        for (row, line) in drawn.iter().enumerate() {
            for (column, cell) in line.iter().enumerate() {
                assert_eq!(*cell, code[row][column].value());
            }
        }
    }
}
