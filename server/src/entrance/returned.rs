//! What a browser brings back from a provider: the query of the way back, in which nothing is named twice.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::fault::Fault;

/// The longest query that is read, in bytes.
const QUERY_BYTES_MAX: usize = 8_192;
/// The longest code that is taken, in bytes.
const CODE_BYTES_MAX: usize = 2_048;

/// The parameters of the way back. It has no `Debug`: a code is in it.
pub struct Returned(Vec<(String, String)>);

impl Returned {
    /// Reads a query.
    ///
    /// # Errors
    /// [`Fault::ReturnMalformed`] when it is too long, or names something twice.
    pub fn read(query: &str) -> Result<Self, Fault> {
        if query.len() > QUERY_BYTES_MAX {
            return Err(Fault::ReturnMalformed);
        }
        Self::of(serde_urlencoded::from_str(query).map_err(|_| Fault::ReturnMalformed)?)
    }

    /// The same from a form that was read.
    ///
    /// # Errors
    /// [`Fault::ReturnMalformed`] when it names something twice.
    pub fn of(pairs: Vec<(String, String)>) -> Result<Self, Fault> {
        let mut names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|two| two[0] == two[1]) {
            return Err(Fault::ReturnMalformed);
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// Whether it carries that state, in constant time.
    pub fn has_state(&self, name: &str, state: &str) -> bool {
        let value = self.value(name).unwrap_or_default();
        !state.is_empty() && verify_slices_are_equal(value.as_bytes(), state.as_bytes()).is_ok()
    }

    /// What an error on the way back means, if there is one (RFC 6749, 4.1.2.1).
    ///
    /// # Errors
    /// [`Fault::Cancelled`], [`Fault::ProviderBroken`] or [`Fault::ReturnedError`].
    pub fn check_error(&self) -> Result<(), Fault> {
        match self.value("error") {
            None => Ok(()),
            Some("access_denied") => Err(Fault::Cancelled),
            Some("server_error" | "temporarily_unavailable") => Err(Fault::ProviderBroken),
            Some(_) => Err(Fault::ReturnedError),
        }
    }

    /// The code, which is visible ASCII.
    ///
    /// # Errors
    /// [`Fault::NoCode`].
    pub fn code(&self, name: &str) -> Result<&str, Fault> {
        let is_code = |code: &&str| {
            (1..=CODE_BYTES_MAX).contains(&code.len())
                && code.bytes().all(|byte| byte.is_ascii_graphic())
        };
        self.value(name).filter(is_code).ok_or(Fault::NoCode)
    }
}
