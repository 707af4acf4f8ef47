//! Signing in. An entrance hands over an [`Identity`] once it has made sure of it; nothing behind this line knows which
//! sort of entrance it was.

use std::sync::Arc;

use app::failure::Failure;
use domain::id::{AccountId, EntranceId, PersonId};
use domain::identity_number::IdentityNumber;
use domain::round::RealNameLevel;
use store::person::{Entered, Entry};
use store::session::{NewSession, SessionRow};

use super::busy;
use crate::hall::Hall;
use crate::measure;
use crate::session::{ABSOLUTE_MS, CONSENT_PURPOSE, CONSENT_VERSION, Token};

/// The longest name that is taken, in characters.
pub const NAME_MAX: usize = 50;
/// The longest account name that is taken, in bytes.
pub const ACCOUNT_MAX: usize = 64;

/// What an entrance has made sure of.
pub struct Identity {
    /// The name; empty where the entrance does not give one.
    pub name: String,
    /// The identity number; none where the entrance neither gives nor has matched one. Such an account belongs to
    /// nobody yet, and cannot claim (R1, R18).
    pub number: Option<IdentityNumber>,
    /// Which entrance.
    pub entrance: EntranceId,
    /// What names the account there.
    pub subject: String,
    /// How sure the entrance is.
    pub real_name_level: RealNameLevel,
    /// Whether the person agreed to the use of the identity number.
    pub consented: bool,
}

/// Signs a person in: a new session, and the end of the one that the browser had (rotation).
///
/// # Errors
/// When the store does not answer, the account belongs to another person, or nobody knows to whom it belongs.
pub async fn sign_in(
    hall: &Hall,
    identity: &Identity,
    had: Option<[u8; 32]>,
) -> Result<Token, Failure> {
    let number = identity.number.as_ref().ok_or(Failure::Forbidden)?;
    let token = Token::draw(hall);
    let now = hall.clock.system();
    let ms = u64::try_from(now.millis()).unwrap_or_default();
    let consents = identity.consented.then(|| (CONSENT_PURPOSE.to_owned(), CONSENT_VERSION));
    let entry = Entry {
        identities: hall.keys.identity_hashes(number),
        masked_name: masked(&identity.name),
        division: number.division().to_owned(),
        entrance: identity.entrance.as_str(),
        subject: identity.subject.clone(),
        real_name_level: identity.real_name_level,
        consents: consents.into_iter().collect(),
        session: Some(NewSession {
            token_hash: token.hash(),
            created_at: now,
            expires_at: now.plus_millis(ABSOLUTE_MS),
        }),
        end_session: had,
        new_person: PersonId::mint(ms, hall.chance.bits()),
        new_account: AccountId::mint(ms, hall.chance.bits()),
        at: now,
    };
    match hall.store.enter(&entry).await {
        Ok(entered) => {
            measure::sign_in(Some(true));
            if let Some(ended) = &had {
                hall.sessions.forget(ended);
            }
            // The page that comes next need not read what was just written.
            if identity.consented {
                hall.sessions.note(token.hash(), Arc::new(row(&entry, entered)));
            }
            Ok(token)
        }
        Err(store::Error::Bound) => {
            measure::sign_in(Some(false));
            Err(Failure::Forbidden)
        }
        Err(error) => {
            measure::sign_in(None);
            Err(busy(error))
        }
    }
}

/// The session as it was just written.
fn row(entry: &Entry<'_>, entered: Entered) -> SessionRow {
    let expires_at = entry.session.map_or(entry.at, |session| session.expires_at);
    SessionRow {
        person: entered.person,
        account: entered.account,
        masked_name: entry.masked_name.as_str().into(),
        division: entry.division.as_str().into(),
        real_name_level: entry.real_name_level,
        consented: true,
        created_at: entry.at,
        expires_at,
        seen_at: entry.at,
    }
}

/// The surname and a mask. Names of two characters and more keep the first; a surname of two characters is rare enough
/// that hiding its second half is no loss.
fn masked(name: &str) -> String {
    let mut characters = name.trim().chars();
    characters.next().map(|surname| format!("{surname}*")).unwrap_or_default()
}

/// Whether a name can be one: not empty, not endless, no control characters.
pub fn is_name(name: &str) -> bool {
    let name = name.trim();
    (1..=NAME_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

/// Whether an account name can be one: visible ASCII.
pub fn is_account(account: &str) -> bool {
    (1..=ACCOUNT_MAX).contains(&account.len())
        && account.bytes().all(|byte| byte.is_ascii_graphic())
}
