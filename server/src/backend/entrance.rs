//! Through an entrance and back: setting out, arriving, and, where the provider gives no identity number, asking it
//! whether a name and a number are those of the account. What comes out is an [`Identity`].

use domain::id::EntranceId;
use domain::identity_number::IdentityNumber;
use domain::round::RealNameLevel;
use domain::time::Timestamp;
use http::HeaderMap;
use http::HeaderValue;
use serde::{Deserialize, Serialize};

use super::sign_in::{Agreed, Identity};
use crate::entrance::attempt::{Attempt, Crumb, LASTS_MS, is_over, state};
use crate::entrance::fault::Fault;
use crate::entrance::returned::Returned;
use crate::entrance::secret::Secret;
use crate::entrance::{Entrance, Vouched};
use crate::hall::Hall;
use crate::key::sha256;

/// How often a name and a number may be tried for one account on one way.
const TRIES_MAX: u8 = 5;

/// Somebody who sets out.
pub struct Departure {
    /// What belongs to it.
    pub attempt: Attempt,
    /// The `Set-Cookie` that binds it to this browser.
    pub cookie: HeaderValue,
}

/// Somebody who has come back.
pub enum Arrival {
    /// The provider says who it is, as far as it ever will.
    Known {
        /// Who.
        identity: Identity,
        /// Where the person wants to go.
        next: String,
    },
    /// The provider knows the account, and checks a name and a number.
    ToMatch(Pending),
}

/// Between the provider and the matching of name and number. It has no `Debug`: a token is in it.
#[derive(Serialize, Deserialize)]
pub struct Pending {
    entrance: EntranceId,
    subject: String,
    token: String,
    next: String,
    agreed: Agreed,
    started_at: Timestamp,
    tries: u8,
    /// Each try is good once.
    key: String,
}

/// What became of a try.
pub enum Matched {
    /// It is this person, or somebody who does not want to say.
    Known {
        /// Who.
        identity: Identity,
        /// Where the person wants to go.
        next: String,
    },
    /// It is not; there may be another try.
    No(Pending),
}

/// Sets out for a provider.
///
/// # Errors
/// Never, as long as there is a key to seal with.
pub fn depart(
    hall: &Hall,
    entrance: &Entrance,
    next: &str,
    agreed: Agreed,
) -> Result<Departure, Fault> {
    let state = state(&hall.chance, &entrance.state_alphabet, entrance.state_length);
    let now = hall.clock.system();
    let attempt = Attempt::draw(&hall.chance, entrance.id.clone(), state, next, agreed, now);
    let cookie = Crumb::Attempt.set(hall, &attempt)?;
    Ok(Departure { attempt, cookie })
}

/// Comes back from a provider, with the query of the way back.
///
/// # Errors
/// The first [`Fault`] that is found: what this browser can be blamed for before anything is asked of the provider.
pub async fn arrive(
    hall: &Hall,
    entrance: &Entrance,
    query: &str,
    headers: &HeaderMap,
) -> Result<Arrival, Fault> {
    let returned = Returned::read(query)?;
    let attempt =
        use_attempt(hall, entrance, &returned, entrance.state_parameter(), headers).await?;
    returned.check_error()?;
    let vouched = entrance.vouch(&returned, &attempt, &hall.clock).await?;
    Ok(arrival(hall, entrance, vouched, attempt.next, attempt.agreed))
}

/// Takes the account that a mini-program has handed over, once the person has pressed the button.
///
/// # Errors
/// As [`arrive`].
pub async fn take_over(
    hall: &Hall,
    entrance: &Entrance,
    returned: &Returned,
    agreed: Agreed,
    headers: &HeaderMap,
) -> Result<Arrival, Fault> {
    let attempt = use_attempt(hall, entrance, returned, "state", headers).await?;
    let vouched = entrance.vouch(returned, &attempt, &hall.clock).await?;
    Ok(arrival(hall, entrance, vouched, attempt.next, agreed))
}

/// The way out that this browser comes back from. From now on it is used.
async fn use_attempt(
    hall: &Hall,
    entrance: &Entrance,
    returned: &Returned,
    parameter: &str,
    headers: &HeaderMap,
) -> Result<Attempt, Fault> {
    let attempt: Attempt = Crumb::Attempt.read(&hall.keys, headers, hall.tls)?;
    if is_over(attempt.started_at, hall.clock.system()) {
        return Err(Fault::AttemptExpired);
    }
    if attempt.entrance != entrance.id {
        return Err(Fault::OtherEntrance);
    }
    if !returned.has_state(parameter, &attempt.state) {
        return Err(Fault::StateWrong);
    }
    use_in_turn(hall, &attempt.state_hash(), attempt.started_at).await?;
    Ok(attempt)
}

/// For somebody who comes in: one of the few who do at once, on a connection of citizens. Tills and the console keep
/// their own.
async fn use_in_turn(hall: &Hall, hash: &[u8; 32], started_at: Timestamp) -> Result<(), Fault> {
    let _coming = hall.limits.come_in().await.map_err(|_| Fault::Crowded)?;
    let used = hall.citizens_store.use_once(hash, started_at.plus_millis(LASTS_MS)).await;
    first(used, Fault::StateReplayed)
}

/// What it means that something was used for the first time, or not, or that the store does not say.
fn first(used: Result<bool, store::Error>, again: Fault) -> Result<(), Fault> {
    match used {
        Ok(true) => Ok(()),
        Ok(false) => Err(again),
        Err(error) => {
            tracing::error!(error = ?error, "what an entrance gave could not be used");
            Err(Fault::StoreBroken)
        }
    }
}

fn arrival(
    hall: &Hall,
    entrance: &Entrance,
    vouched: Vouched,
    next: String,
    agreed: Agreed,
) -> Arrival {
    let Vouched { subject, name, number, level, token } = vouched;
    if let Some(token) = token {
        return Arrival::ToMatch(Pending {
            entrance: entrance.id.clone(),
            subject,
            token: token.reveal().to_owned(),
            next,
            agreed,
            started_at: hall.clock.system(),
            tries: 0,
            key: crate::key::hex(&hall.chance.bytes::<16>()),
        });
    }
    let identity = Identity {
        name,
        number,
        entrance: entrance.id.clone(),
        subject,
        real_name_level: level,
        agreed,
    };
    Arrival::Known { identity, next }
}

impl Pending {
    /// The matching that this browser is at.
    ///
    /// # Errors
    /// When there is none, it is over, or it belongs to another entrance.
    pub fn read(hall: &Hall, entrance: &Entrance, headers: &HeaderMap) -> Result<Self, Fault> {
        let pending: Self = Crumb::Match.read(&hall.keys, headers, hall.tls)?;
        if is_over(pending.started_at, hall.clock.system()) {
            return Err(Fault::AttemptExpired);
        }
        if pending.entrance != entrance.id {
            return Err(Fault::OtherEntrance);
        }
        Ok(pending)
    }

    /// The `Set-Cookie` that binds it to this browser.
    ///
    /// # Errors
    /// Never, as long as there is a key to seal with.
    pub fn cookie(&self, hall: &Hall) -> Result<HeaderValue, Fault> {
        Crumb::Match.set(hall, self)
    }

    /// Goes on without a name: the account alone.
    ///
    /// # Errors
    /// When it was used before.
    pub async fn skip(self, hall: &Hall) -> Result<Matched, Fault> {
        self.used(hall).await?;
        Ok(self.known(String::new(), None, RealNameLevel::default()))
    }

    /// Asks the provider whether a name and a number are those of the account.
    ///
    /// # Errors
    /// When the provider does not answer, or it was tried too often.
    pub async fn check(
        mut self,
        hall: &Hall,
        entrance: &Entrance,
        name: &str,
        number: IdentityNumber,
    ) -> Result<Matched, Fault> {
        let alipay = entrance.alipay().ok_or(Fault::OtherEntrance)?;
        self.used(hall).await?;
        let token = Secret::new(self.token.clone());
        let name = name.trim();
        if alipay.matches(&token, name, &number, hall.clock.system()).await? {
            return Ok(self.known(name.to_owned(), Some(number), alipay.level));
        }
        self.tries += 1;
        if self.tries >= TRIES_MAX {
            return Err(Fault::MatchedTooOften);
        }
        self.key = crate::key::hex(&hall.chance.bytes::<16>());
        Ok(Matched::No(self))
    }

    async fn used(&self, hall: &Hall) -> Result<(), Fault> {
        let hash = sha256(format!("match\n{}", self.key).as_bytes());
        use_in_turn(hall, &hash, self.started_at).await
    }

    fn known(self, name: String, number: Option<IdentityNumber>, level: RealNameLevel) -> Matched {
        let identity = Identity {
            name,
            number,
            entrance: self.entrance,
            subject: self.subject,
            real_name_level: level,
            agreed: self.agreed,
        };
        Matched::Known { identity, next: self.next }
    }
}

/// Takes what a provider tells by itself. Somebody who took back what they allowed there is signed out here.
///
/// # Errors
/// A [`Fault`] of the notify. After [`Fault::StoreBroken`] nothing of it has happened, and the repeat counts.
pub async fn hear(hall: &Hall, entrance: &Entrance, form: &str) -> Result<(), Fault> {
    let alipay = entrance.alipay().ok_or(Fault::NotifyApp)?;
    let notify = alipay.notify(form, hall.clock.system())?;
    let (hash, until) = (&notify.hash, notify.repeated_until);
    let used = match &notify.signed_out {
        Some(subject) => hall.store.sign_out_once(hash, until, (&entrance.id, subject)).await,
        None => hall.store.use_once(hash, until).await,
    };
    first(used, Fault::NotifyReplayed)
}
