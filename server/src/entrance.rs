//! Real entrances: where a city's people have an account already, and somebody who knows their names. An entrance is
//! configuration ([`crate::setting`]); what it vouches for goes to the use case [`crate::backend::sign_in`].

pub mod alipay;
pub mod attempt;
pub mod fault;
pub mod gov;
pub mod json;
pub mod mapping;
pub mod oidc;
pub mod outbound;
pub mod returned;
pub mod rsa2;
pub mod secret;

use domain::id::EntranceId;
use domain::identity_number::IdentityNumber;
use domain::language::LocalText;
use domain::round::RealNameLevel;

use self::alipay::Alipay;
use self::attempt::Attempt;
use self::fault::Fault;
use self::gov::Gov;
use self::oidc::Oidc;
use self::returned::Returned;
use self::secret::Secret;
use crate::clock::Clock;

/// The letters of a state, where nothing else is configured: they need no encoding anywhere.
pub const STATE_ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// How many of them: 256 bits.
pub const STATE_LENGTH: usize = 43;

/// The real entrances of this installation, in the order in which they are offered.
#[derive(Default)]
pub struct Entrances(Vec<Entrance>);

/// A real entrance.
pub struct Entrance {
    /// Its identifier: in addresses, and in accounts.
    pub id: EntranceId,
    /// What its button says.
    pub names: LocalText,
    /// Where it sends people back to.
    pub redirect_uri: String,
    /// The letters of its states.
    pub state_alphabet: String,
    /// How many letters its states have.
    pub state_length: usize,
    /// Who is behind it.
    pub provider: Provider,
}

/// Who is behind an entrance.
pub enum Provider {
    /// An OpenID provider.
    Oidc(Box<Oidc>),
    /// Alipay.
    Alipay(Box<Alipay>),
    /// A government app with an OAuth 2.0 of its own.
    Gov(Box<Gov>),
}

/// What a provider vouches for. It has no `Debug`: a name and a number are in it.
pub struct Vouched {
    /// What names the account there.
    pub subject: String,
    /// The name; empty where it is not given.
    pub name: String,
    /// The identity number, where it is given.
    pub number: Option<IdentityNumber>,
    /// How sure the provider is.
    pub level: RealNameLevel,
    /// What opens the provider's check of name and number; none where it has no such check.
    pub token: Option<Secret>,
}

impl Entrances {
    /// Those entrances.
    pub const fn new(entrances: Vec<Entrance>) -> Self {
        Self(entrances)
    }

    /// Each of them.
    pub fn all(&self) -> &[Entrance] {
        &self.0
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one of that name.
    pub fn find(&self, id: &str) -> Option<&Entrance> {
        self.0.iter().find(|entrance| entrance.id.as_str() == id)
    }

    /// Asks each provider for what it says of itself, so that the first person does not wait for it. One that does not
    /// answer is asked again when somebody comes.
    pub async fn warm(&self, clock: &Clock) {
        for entrance in &self.0 {
            if let Provider::Oidc(oidc) = &entrance.provider
                && let Err(fault) = oidc.warm(clock).await
            {
                let entrance = entrance.id.as_str();
                tracing::warn!(entrance, fault = fault.code(), "a provider does not say who it is");
            }
        }
    }
}

impl Entrance {
    /// Where the browser is sent.
    ///
    /// # Errors
    /// When the provider does not say where.
    pub async fn address(&self, attempt: &Attempt, clock: &Clock) -> Result<String, Fault> {
        match &self.provider {
            Provider::Oidc(oidc) => oidc.address(attempt, &self.redirect_uri, clock).await,
            Provider::Alipay(alipay) => Ok(alipay.address(attempt, &self.redirect_uri)),
            Provider::Gov(gov) => gov.address(attempt, &self.redirect_uri, clock.system()),
        }
    }

    /// What the provider vouches for, of whoever came back with the state they set out with.
    ///
    /// # Errors
    /// The first [`Fault`] that is found.
    pub async fn vouch(
        &self,
        returned: &Returned,
        attempt: &Attempt,
        clock: &Clock,
    ) -> Result<Vouched, Fault> {
        match &self.provider {
            Provider::Oidc(oidc) => oidc.vouch(returned, attempt, &self.redirect_uri, clock).await,
            Provider::Alipay(alipay) => alipay.vouch(returned, clock.system()).await,
            Provider::Gov(gov) => {
                gov.vouch(returned, attempt, &self.redirect_uri, clock.system()).await
            }
        }
    }

    /// What the state is called on the way back.
    pub fn state_parameter(&self) -> &str {
        match &self.provider {
            Provider::Gov(gov) => &gov.state_parameter,
            Provider::Oidc(_) | Provider::Alipay(_) => "state",
        }
    }

    /// Alipay, if it is behind this entrance.
    pub fn alipay(&self) -> Option<&Alipay> {
        match &self.provider {
            Provider::Alipay(alipay) => Some(alipay),
            Provider::Oidc(_) | Provider::Gov(_) => None,
        }
    }
}

/// Whether an address can be called: with TLS, or on this very machine.
pub fn is_address(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else { return false };
    let Some(authority) = uri.authority() else { return false };
    let is_here = || {
        let host = authority.host();
        matches!(host, "localhost" | "[::1]")
            || host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
    };
    let plain = authority.as_str().contains('@') || url.contains('#');
    !plain && (uri.scheme_str() == Some("https") || uri.scheme_str() == Some("http") && is_here())
}

/// An address with these parameters after those that it has.
pub fn address_with(url: &str, parameters: &[(&str, &str)]) -> String {
    let query = serde_urlencoded::to_string(parameters).unwrap_or_default();
    let joint = if url.contains('?') { '&' } else { '?' };
    // A space as %20: a plus is a space in forms alone, and not every provider takes an address for one.
    format!("{url}{joint}{}", query.replace('+', "%20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_called_over_tls_or_on_this_machine() {
        for good in [
            "https://id.example/a?b=c",
            "http://127.0.0.1:80/x",
            "http://[::1]/",
            "http://localhost:1",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "id.example",
            "http://id.example/",
            "http://127.0.0.1.example/",
            "ftp://id.example",
            "https://a@b/",
            "http://localhost.example/",
            "https://id.example/#a",
            "/local",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn parameters_follow_those_that_are_there() {
        let parameters = [("a", "b c"), ("d", "+&=中")];
        assert_eq!(
            address_with("https://x/y", &parameters),
            "https://x/y?a=b%20c&d=%2B%26%3D%E4%B8%AD"
        );
        assert_eq!(address_with("https://x/y?z=1", &[("a", "")]), "https://x/y?z=1&a=");
    }
}
