//! Prepared pages: what everybody sees who is not signed in is rendered and packed once in a while, not once for each
//! of a million. There is one for each language, view, form and phase; when a round changes its phase, the next one is
//! made.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use app::visitor::View;
use axum::body::Bytes;
use domain::language::Language;
use domain::round::Phase;
use domain::time::Timestamp;

use crate::encoding::Encoding;

/// How long a page is shown to others, in milliseconds: its time and its stock are at most as old as this.
const KEPT_MS: i64 = 250;

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Face {
    /// In this language.
    pub language: Language,
    /// In this view.
    pub view: View,
    /// Packed like this.
    pub encoding: Option<Encoding>,
    /// While the round does this.
    pub phase: Phase,
}

/// The landing page as it was made last, for each face.
#[derive(Default)]
pub struct PreparedPages {
    latest: Mutex<HashMap<Face, Made>>,
}

struct Made {
    page: Bytes,
    /// What the page says the time is.
    at: Timestamp,
}

impl PreparedPages {
    /// The page, made now unless it was made just before. Whoever comes meanwhile waits for it rather than making
    /// another one.
    pub fn get(&self, face: Face, now: Timestamp, make: impl FnOnce() -> Bytes) -> Bytes {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        // The campaign clock may be moved, also backwards.
        if let Some(known) = latest.get(&face)
            && (0..KEPT_MS).contains(&now.millis_since(known.at))
        {
            return known.page.clone();
        }
        let page = make();
        latest.insert(face, Made { page: page.clone(), at: now });
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_made_again_when_it_is_old_or_the_round_has_moved_on() {
        let pages = PreparedPages::default();
        let face = Face {
            language: Language::Hant,
            view: View::Standard,
            encoding: None,
            phase: Phase::Open,
        };
        let get = |face, ms: i64, text: &'static str| {
            pages.get(face, Timestamp::from_millis(ms), || Bytes::from_static(text.as_bytes()))
        };
        assert_eq!(get(face, 0, "first"), "first");
        assert_eq!(get(face, KEPT_MS - 1, "second"), "first");
        let sold_out = Face { phase: Phase::SoldOut, ..face };
        assert_eq!(get(sold_out, KEPT_MS - 1, "sold out"), "sold out");
        assert_eq!(get(face, KEPT_MS, "old"), "old");
        assert_eq!(get(face, KEPT_MS - 1, "moved back"), "moved back");
    }
}
