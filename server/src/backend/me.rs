//! What is a person's own: their accounts, what they agreed to, where they are signed in, and leaving.

pub mod export;

use app::failure::Failure;
use app::visitor::{Citizen, Visitor};
use domain::consent::Purpose;
use domain::round::RealNameLevel;
use domain::time::{DAY_MS, Timestamp};
use domain::voucher::VoucherState;
use store::consent::ConsentRow;
use store::me::{AccountRow, OwnSession};

use super::busy;
use super::sign_in::shown;
use super::wallet::{signed_in, wallet};
use crate::hall::Hall;
use crate::key::hex;

/// How long somebody may take to sign in elsewhere after asking for their account to be matched, in milliseconds.
pub const MATCH_MS: i64 = 600_000;
/// How much of a session's hash names it in a form.
const NAME_DIGITS: usize = 16;

/// Everything of a person that is not in the wallet.
pub struct Own {
    /// The accounts, the first first.
    pub accounts: Vec<AccountRow>,
    /// Every consent that was given or taken back, the first first.
    pub consents: Vec<ConsentRow>,
    /// Where the person is signed in, the last used first.
    pub sessions: Vec<OwnSession>,
}

/// What a person agrees to of one purpose, with the account that they are here with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Never asked, or taken back.
    No,
    /// To the text as it is now, since then.
    Yes(Timestamp),
    /// To an earlier text: asked again.
    Outdated,
}

/// A person's own things.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn own(hall: &Hall, visitor: &Visitor) -> Result<Own, Failure> {
    let person = signed_in(visitor)?.person;
    let now = hall.clock.system();
    Ok(Own {
        accounts: hall.citizens_store.accounts_of(person).await.map_err(busy)?,
        consents: hall.citizens_store.consents_of(person).await.map_err(busy)?,
        sessions: hall.citizens_store.sessions_of(person, now).await.map_err(busy)?,
    })
}

impl Own {
    /// Whether the person agrees to a purpose with the account that they are here with.
    pub fn agreement(&self, citizen: &Citizen, purpose: Purpose) -> Agreement {
        let of_purpose =
            |fact: &&ConsentRow| fact.account == citizen.account && fact.purpose == purpose.code();
        match self.consents.iter().rev().find(of_purpose) {
            Some(fact) if !fact.given => Agreement::No,
            Some(fact) if fact.version == purpose.version() => Agreement::Yes(fact.at),
            Some(_) => Agreement::Outdated,
            None => Agreement::No,
        }
    }
}

/// What a session is called in a form: enough to tell one person's apart, and it opens nothing.
pub fn name_of(session: &OwnSession) -> String {
    hex(&session.token_hash[..NAME_DIGITS / 2])
}

/// Gives a consent, or takes one back; here that counts at once, on other servers within the time of a refresh.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn consent(
    hall: &Hall,
    visitor: &Visitor,
    purpose: Purpose,
    given: bool,
) -> Result<(), Failure> {
    let citizen = signed_in(visitor)?;
    let now = hall.clock.system();
    let shown = shown(hall, purpose, visitor.language);
    if given {
        let recorded =
            hall.citizens_store.give_consent(citizen.person, citizen.account, &shown, now).await;
        recorded.map_err(busy)?;
    } else {
        hall.citizens_store.withdraw_consent(citizen.person, &shown, now).await.map_err(busy)?;
    }
    forget(hall, citizen).await
}

/// Forgets here what was known of a person's sessions.
async fn forget(hall: &Hall, citizen: &Citizen) -> Result<(), Failure> {
    hall.sessions.forget(&citizen.session);
    let now = hall.clock.system();
    for session in hall.citizens_store.sessions_of(citizen.person, now).await.map_err(busy)? {
        hall.sessions.forget(&session.token_hash);
    }
    Ok(())
}

/// Ends one of the person's sessions, by its name; that there is none is no error.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn end_session(hall: &Hall, visitor: &Visitor, name: &str) -> Result<(), Failure> {
    let citizen = signed_in(visitor)?;
    let now = hall.clock.system();
    let sessions = hall.citizens_store.sessions_of(citizen.person, now).await.map_err(busy)?;
    if let Some(session) = sessions.iter().find(|session| name_of(session) == name) {
        crate::session::end(hall, &[session.token_hash]).await.map_err(busy)?;
    }
    Ok(())
}

/// Ends every session of the person but this one.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn end_other_sessions(hall: &Hall, visitor: &Visitor) -> Result<(), Failure> {
    let citizen = signed_in(visitor)?;
    let ended = hall.citizens_store.end_other_sessions(citizen.person, &citizen.session).await;
    for token_hash in ended.map_err(busy)? {
        hall.sessions.forget(&token_hash);
    }
    Ok(())
}

/// Lets the account that the person is here with, and behind which nobody is known, go to whoever signs in next in this
/// browser: the person themselves, through an entrance that knows them. They ask for it, so that a phone that goes from
/// hand to hand joins nobody by chance (R1).
///
/// # Errors
/// When nobody is signed in or the store does not answer; [`Failure::Forbidden`] for somebody who is known.
pub async fn ask_to_match(hall: &Hall, visitor: &Visitor) -> Result<(), Failure> {
    let citizen = signed_in(visitor)?;
    if is_known(citizen) {
        return Err(Failure::Forbidden);
    }
    let until = hall.clock.system().plus_millis(MATCH_MS);
    hall.citizens_store.ask_to_match(&citizen.session, until).await.map_err(busy)
}

/// Whether anybody knows which natural person this is.
pub fn is_known(citizen: &Citizen) -> bool {
    citizen.standing.real_name_level > RealNameLevel::UNKNOWN
}

/// How many vouchers a person could still use, if they stayed.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn usable_vouchers(hall: &Hall, visitor: &Visitor) -> Result<usize, Failure> {
    let claims = wallet(hall, visitor).await?;
    let vouchers = claims.iter().flat_map(|claim| &claim.vouchers);
    Ok(vouchers.filter(|voucher| voucher.state == VoucherState::Usable).count())
}

/// The person leaves: accounts, sessions and the name go at once. Claims stay theirs, and no second one is free (R1).
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn delete(hall: &Hall, visitor: &Visitor) -> Result<(), Failure> {
    let citizen = signed_in(visitor)?;
    let left_at = hall.clock.campaign();
    let ended = hall.citizens_store.delete_accounts(citizen.person, left_at).await.map_err(busy)?;
    for token_hash in ended {
        hall.sessions.forget(&token_hash);
    }
    Ok(())
}

/// Forgets who those were who left, once nothing is left that they could claim twice.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_persons(hall: &Hall) -> Result<(), store::Error> {
    let kept_ms = i64::from(hall.retention_days) * DAY_MS;
    loop {
        let forgotten = hall.store.forget_persons(hall.clock.campaign(), kept_ms).await?;
        if forgotten > 0 {
            tracing::info!(forgotten, "persons who left were forgotten");
        }
        if forgotten < store::me::FORGET_MAX.unsigned_abs() {
            return Ok(());
        }
    }
}
