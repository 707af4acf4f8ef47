//! Signing in. An entrance hands over an [`Identity`] once it has made sure of it; nothing behind this line knows which
//! sort of entrance it was.

use app::failure::Failure;
use app::text::Text;
use app::visitor::Visitor;
use domain::consent::Purpose;
use domain::id::{AccountId, EntranceId, PersonId};
use domain::identity_number::IdentityNumber;
use domain::language::Language;
use domain::risk::{self, Origin};
use domain::round::RealNameLevel;
use domain::time::Timestamp;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use store::consent::Shown;
use store::person::{Entered, Entry};
use store::session::{NewSession, SessionRow};

use super::busy;
use crate::hall::Hall;
use crate::key::sha256;
use crate::measure;
use crate::screen::event::{self, Somebody};
use crate::screen::origin::origin;
use crate::session::{ABSOLUTE_MS, Session, Token, device};

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
    /// What the person agreed to on the way in.
    pub agreed: Agreed,
}

/// What somebody agreed to, in the text that was before their eyes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Agreed {
    /// Each purpose that was agreed to; nothing is taken for granted.
    pub purposes: Vec<Purpose>,
    /// The language of the text.
    pub language: Language,
}

/// What a sign-in takes from the browser that asks for it.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The session that it has: it ends.
    pub had: Option<[u8; 32]>,
    /// What kind of device it is.
    pub device: String,
    /// Whence it comes, for risk control (R19).
    pub origin: Origin,
}

impl Browser {
    /// The browser of a request for a page, through whichever entrance it comes.
    pub fn of(hall: &Hall, headers: &HeaderMap, visitor: &Visitor) -> Self {
        Self {
            had: visitor.citizen.as_ref().map(|citizen| citizen.session),
            device: device(headers),
            origin: origin(hall, visitor),
        }
    }
}

/// Why somebody whom an entrance vouches for does not come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnedAway {
    /// Nothing is decided: too many come in, or the store does not answer.
    Undecided(Failure),
    /// Risk control says no (R19).
    Refused,
    /// The account at the entrance belongs to another person (R1).
    Bound,
}

impl From<Failure> for TurnedAway {
    fn from(failure: Failure) -> Self {
        Self::Undecided(failure)
    }
}

/// Signs a person in: a new session, and the end of the one that the browser had (rotation).
///
/// An identity number is used only if the person agrees to that, now or since an earlier time. Without one the account
/// opens nothing: it can look around and cannot claim (R1, R18).
///
/// # Errors
/// [`TurnedAway`].
pub async fn sign_in(
    hall: &Hall,
    identity: &Identity,
    browser: &Browser,
) -> Result<Token, TurnedAway> {
    let _coming = hall.limits.come_in().await?;
    let_in(hall, identity, browser).await
}

/// The same for whom a provider has vouched on a way that is used by now: no crowd sends them back to its beginning.
///
/// # Errors
/// [`TurnedAway`].
pub async fn finish_sign_in(
    hall: &Hall,
    identity: &Identity,
    browser: &Browser,
) -> Result<Token, TurnedAway> {
    let _coming = hall.limits.go_on_in().await?;
    let_in(hall, identity, browser).await
}

async fn let_in(hall: &Hall, identity: &Identity, browser: &Browser) -> Result<Token, TurnedAway> {
    let token = Token::draw(hall);
    let now = hall.clock.system();
    let number = usable_number(hall, identity).await?;
    let entry = entry(hall, identity, number, browser, &token, now);
    match hall.citizens_store.enter(&entry).await {
        Ok(entered) => {
            // It has ended, whatever is said of the one that follows.
            if let Some(ended) = &browser.had {
                hall.sessions.forget(ended);
            }
            let seen = Somebody {
                person: entered.person,
                account: entered.account,
                real_name_level: entry.real_name_level,
                division: &entry.division,
                origin: browser.origin,
            };
            let assessment = hall.screen.note(event::sign_in(hall, seen));
            // A sign-in that is held goes on: what it is for is looked at by itself.
            if assessment.enforced == risk::Verdict::Refuse {
                measure::sign_in(Some(false));
                crate::session::end(hall, &[token.hash()]).await.map_err(busy)?;
                return Err(TurnedAway::Refused);
            }
            measure::sign_in(Some(true));
            // The page that comes next need not read what was just written.
            let is_whole =
                Purpose::REQUIRED.iter().all(|one| identity.agreed.purposes.contains(one));
            if number.is_some() && is_whole {
                let session = Session::of(token.hash(), row(&entry, entered));
                hall.sessions.note(token.hash(), session);
            }
            Ok(token)
        }
        Err(store::Error::Bound) => {
            measure::sign_in(Some(false));
            Err(TurnedAway::Bound)
        }
        Err(error) => {
            measure::sign_in(None);
            Err(busy(error).into())
        }
    }
}

/// The number, if the person agrees to its use.
async fn usable_number<'a>(
    hall: &Hall,
    identity: &'a Identity,
) -> Result<Option<&'a IdentityNumber>, Failure> {
    let Some(number) = &identity.number else { return Ok(None) };
    let purpose = Purpose::IdentityNumber;
    if identity.agreed.purposes.contains(&purpose) {
        return Ok(Some(number));
    }
    let wanted = [(purpose.code(), purpose.version())];
    let agrees =
        hall.citizens_store.agrees(identity.entrance.as_str(), &identity.subject, &wanted).await;
    Ok(agrees.map_err(busy)?.then_some(number))
}

fn entry<'a>(
    hall: &Hall,
    identity: &'a Identity,
    number: Option<&IdentityNumber>,
    browser: &Browser,
    token: &Token,
    now: Timestamp,
) -> Entry<'a> {
    // By its identifier an account's age is known: that must not hang on how this machine's clock is set.
    let ms = u64::try_from(hall.clock.real().millis()).unwrap_or_default();
    let shown = |purpose: &Purpose| shown(hall, *purpose, identity.agreed.language);
    Entry {
        identities: number.map(|number| hall.keys.identity_hashes(number)).unwrap_or_default(),
        masked_name: masked(&identity.name),
        division: number.map(|number| number.division().to_owned()).unwrap_or_default(),
        entrance: identity.entrance.as_str(),
        subject: identity.subject.clone(),
        real_name_level: identity.real_name_level,
        consents: identity.agreed.purposes.iter().map(shown).collect(),
        session: Some(NewSession {
            token_hash: token.hash(),
            created_at: now,
            expires_at: now.plus_millis(ABSOLUTE_MS),
        }),
        device: browser.device.clone(),
        end_session: browser.had,
        new_person: PersonId::mint(ms, hall.chance.bits()),
        new_account: AccountId::mint(ms, hall.chance.bits()),
        at: now,
    }
}

/// The text of a purpose, as it is shown now in a language.
pub fn shown(hall: &Hall, purpose: Purpose, language: Language) -> Shown {
    let text = Text(language).consent_text(purpose, hall.retention_days);
    Shown {
        purpose: purpose.code(),
        version: purpose.version(),
        text_hash: sha256(text.as_bytes()),
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
