//! What a browser finds at an address that only a form is sent to, when it comes there without the form: whoever signs
//! in again, loads the page anew, tries again or chooses another language is led to the page where the form stands.

use std::sync::Arc;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use http::Uri;

use crate::hall::Hall;

/// Pages, each with what only its forms are sent to, below it.
const FORMS: &[(&str, &[&str])] = &[
    ("/sign-in", &["/demo"]),
    ("/me", &["/consents", "/sessions", "/match"]),
    (
        "/merchant",
        &["/tills", "/tills/{till}/close", "/keys", "/keys/{key}/rotate", "/keys/{key}/revoke"],
    ),
    ("/till", &["/sign-in", "/sign-out", "/quote", "/edit", "/redeem", "/refund"]),
    ("/console", &["/sign-in", "/sign-out"]),
    (
        "/console/rounds/{round}",
        &[
            "/submit",
            "/abandon",
            "/approve",
            "/return",
            "/pause",
            "/proposals",
            "/proposals/{proposal}/confirm",
            "/proposals/{proposal}/decline",
            "/proposals/{proposal}/withdraw",
        ],
    ),
    ("/console/merchants", &["/dishonest"]),
    ("/console/merchants/{merchant}", &["/money", "/place"]),
    ("/console/staff", &["/{login}/end", "/{login}/reset", "/{login}/sessions"]),
];

/// The ways back.
pub(super) fn router() -> Router<Arc<Hall>> {
    let forms = FORMS.iter().flat_map(|(page, forms)| forms.iter().map(move |form| (*page, *form)));
    forms.fold(Router::new(), |router, (page, form)| {
        let back = async move |uri: Uri| Redirect::to(&page_of(page, uri.path()));
        router.route(&format!("{page}{form}"), get(back))
    })
}

/// The page of a form: as many parts of the form's own address as the page's has, spelt as they were asked for.
fn page_of(page: &str, path: &str) -> String {
    path.split('/').take(page.split('/').count()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_to_its_page_as_it_was_asked_for() {
        for (page, path, way) in [
            ("/me", "/me/consents", "/me"),
            ("/merchant", "/merchant/keys/01ARZ/rotate", "/merchant"),
            ("/console/rounds/{round}", "/console/rounds/r%2F1/submit", "/console/rounds/r%2F1"),
        ] {
            assert_eq!(page_of(page, path), way);
        }
    }
}
