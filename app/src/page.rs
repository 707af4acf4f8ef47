//! The pages: a model each (plain data that the server fills) and a component that shows it. A page reads nothing by
//! itself, so it renders in one pass and can be prepared.

pub mod appeals;
pub mod audit;
pub mod console;
pub mod dashboard;
pub mod entrance;
pub mod export;
pub mod frame;
pub mod landing;
pub mod ledger;
pub mod me;
pub mod merchant;
pub mod merchants;
pub mod notice;
pub mod own_account;
pub mod planner;
pub mod results;
pub mod review;
pub mod risk;
pub mod rounds;
pub mod rules;
pub mod sign_in;
pub mod staff;
pub mod staff_sign_in;
pub mod till;
pub mod voucher;
pub mod wallet;

use std::sync::Arc;

use leptos::prelude::*;

/// A page with its title, ready to be put into the frame.
pub struct Page {
    /// The title, without the product's name.
    pub title: String,
    /// Seconds after which a browser without JavaScript asks again, if the page goes stale by itself.
    pub refresh_after_s: Option<u32>,
    /// How the page stands in its frame.
    pub shape: Shape,
    /// What stands in `<main>`.
    pub main: AnyView,
}

/// How a page stands in its frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Text and cards.
    #[default]
    Plain,
    /// With a bar under the thumb.
    WithBar,
    /// The landing page: under the sky, with the bar.
    Landing,
    /// A cashier's page: the script of the till, and no island.
    Till,
    /// A page of the city's own people: no script at all.
    Console,
}

/// Renders a whole document. `build` runs inside the reactive owner that the views need.
pub fn render(frame: Arc<frame::Frame>, build: impl FnOnce(&frame::Frame) -> Page) -> String {
    let owner = Owner::new_root(Some(Arc::new(hydration_context::SsrSharedContext::new())));
    let html = owner.with(|| {
        let page = build(&frame);
        frame::document(&frame, page).to_html()
    });
    owner.unset_with_forced_cleanup();
    format!("<!DOCTYPE html>{html}")
}
