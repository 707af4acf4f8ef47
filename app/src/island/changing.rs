//! What changes in a view while somebody looks.
//!
//! Each closure has a type of its own, and a view is compiled once for each type it is made of. Boxed, all closures
//! with the same result are one type, so the browser loads the code for it once.

/// A part of a view that follows the signals it reads.
pub(super) type Changing<T> = Box<dyn FnMut() -> T + Send>;

/// Words.
pub(super) fn words(follow: impl FnMut() -> String + Send + 'static) -> Changing<String> {
    Box::new(follow)
}

/// The value of an attribute that is not always there.
pub(super) fn value(
    follow: impl FnMut() -> Option<String> + Send + 'static,
) -> Changing<Option<String>> {
    Box::new(follow)
}

/// Whether an element is hidden.
pub(super) fn hidden(follow: impl FnMut() -> bool + Send + 'static) -> Changing<bool> {
    Box::new(follow)
}

/// The value of `class`.
pub(super) fn class(
    follow: impl FnMut() -> &'static str + Send + 'static,
) -> Changing<&'static str> {
    Box::new(follow)
}
