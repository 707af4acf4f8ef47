//! `/till`: the cashier's page.

/// A cross: something did not work. The words beside it say what.
pub const CROSS: &str = "<svg viewBox=\"0 0 24 24\"><path d=\"M6 6l12 12M18 6L6 18\" fill=\"none\" \
                         stroke=\"currentColor\" stroke-width=\"3\" stroke-linecap=\"round\"/></svg>";
