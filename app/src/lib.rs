//! What people see: pages (rendered by the server), islands (woken in the browser) and the typed server functions
//! that both use. It knows the rules (`domain`) and what it asks of the server (`backend`), and nothing of storage.
//!
//! To add a page: a model and a view in `page/`, its words in `text/`, its handler in the server's `page/`.

// A view is one nested type: a page is deeper than the compiler expects by itself.
#![recursion_limit = "512"]

pub mod act;
#[cfg(feature = "ssr")]
pub mod address;

#[cfg(feature = "ssr")]
pub mod art;
#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod cookie;
pub mod failure;

pub mod island;
#[cfg(feature = "ssr")]
pub mod page;
pub mod text;
pub mod visitor;
#[cfg(feature = "ssr")]
pub mod widget;
