//! A secret of the configuration.

/// A text that must not leak: it has no `Debug` and no `Display`, so that it cannot slip into a log.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for whoever must send or use it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
