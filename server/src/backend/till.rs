//! Tills and the keys of machines: the manager registers, rotates and revokes them; a key is shown once. A machine is
//! known by its key anew for each request, so that a revocation counts at once on every server.

use app::failure::Failure;
use app::visitor::Visitor;
use domain::id::{MerchantId, TillId, TillKeyId};
use domain::merchant::{Merchant, MerchantState, Who};
use domain::till::{ROTATION_GRACE_MS, Scopes, Till};
use store::Tx;
use store::till::{KeyHolder, NewKey, TillKey};

use super::merchant::{lock, mark};
use super::wallet::signed_in;
use super::{busy, merchant};
use crate::hall::Hall;
use crate::key::{hex, sha256, unhex};

/// The longest name of a till or a key, in characters.
pub const NAME_MAX: usize = 30;
/// What every key begins with, so that one that was published by mistake is recognised.
const PREFIX: &str = "jqk_";

/// A key before it is hashed. It has no `Debug`, so that it cannot slip into a log.
pub struct Secret([u8; 32]);

impl Secret {
    /// A key of these random bits.
    pub const fn of(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of a text.
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text.strip_prefix(PREFIX)?).map(Self)
    }

    /// The key as its owner keeps it.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", hex(&self.0))
    }

    /// What is stored.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.0)
    }

    /// Its last four characters.
    pub fn hint(&self) -> String {
        hex(&self.0[30..])
    }
}

/// Who stands behind a key that a machine sent, if it works now.
///
/// # Errors
/// When the store does not answer.
pub async fn holder(hall: &Hall, key: &str) -> Result<Option<KeyHolder>, Failure> {
    let Some(secret) = Secret::parse(key) else { return Ok(None) };
    Ok(hall.counters.key_holder(secret.hash()).await?)
}

/// What a manager's page shows of tills and keys.
pub struct Desk {
    /// The tills, those that work first.
    pub tills: Vec<Till>,
    /// The keys that work.
    pub keys: Vec<TillKey>,
}

/// A merchant's tills and keys.
///
/// # Errors
/// When the store does not answer.
pub async fn desk(hall: &Hall, merchant: &MerchantId) -> Result<Desk, Failure> {
    let tills = hall.store.tills(merchant).await.map_err(busy)?;
    let keys = hall.store.till_keys(merchant, hall.clock.system()).await.map_err(busy)?;
    Ok(Desk { tills, keys })
}

/// Registers a till of the visitor's merchant.
///
/// # Errors
/// [`Failure::Invalid`] for a name that is none; [`Failure::Forbidden`] when the merchant may have no tills (or no
/// further one).
pub async fn add_till(hall: &Hall, visitor: &Visitor, name: &str) -> Result<(), Failure> {
    let name = name_of(name)?;
    let (mut tx, merchant, who) = own(hall, visitor).await?;
    let till = Till {
        id: TillId::mint(now_ms(hall), hall.chance.bits()),
        merchant: merchant.id,
        name: name.clone(),
        position: None,
        created_at: hall.clock.system(),
        closed_at: None,
    };
    let mark = mark(hall, who, name);
    if !store::till::add(&mut tx, &till, &mark).await.map_err(busy)? {
        return Err(Failure::Forbidden);
    }
    tx.commit().await.map_err(busy)
}

/// Closes a till of the visitor's merchant, with its keys.
///
/// # Errors
/// [`Failure::NotFound`] when it has no such till that works.
pub async fn close_till(hall: &Hall, visitor: &Visitor, till: &TillId) -> Result<(), Failure> {
    let (mut tx, merchant, who) = own(hall, visitor).await?;
    let (now, mark) = (hall.clock.system(), mark(hall, who, String::new()));
    if !store::till::close(&mut tx, &merchant.id, till, now, &mark).await.map_err(busy)? {
        return Err(Failure::NotFound);
    }
    tx.commit().await.map_err(busy)
}

/// Makes a key of the visitor's merchant: of a till, or of the whole merchant.
///
/// # Errors
/// [`Failure::Invalid`] for a name or scopes that cannot be; [`Failure::Forbidden`] when there is no such till that
/// works, or there are as many keys as there may be.
pub async fn add_key(
    hall: &Hall,
    visitor: &Visitor,
    till: Option<TillId>,
    (name, scopes): (&str, Scopes),
) -> Result<Secret, Failure> {
    let name = name_of(name)?;
    let most = if till.is_some() { Scopes::OF_TILL } else { Scopes::OF_MERCHANT };
    if scopes.is_empty() || !scopes.within(most) {
        return Err(Failure::invalid("scopes", "scopes that a key of this sort can have"));
    }
    let (mut tx, merchant, who) = own(hall, visitor).await?;
    let secret = draw(hall);
    let key = new_key(hall, &secret, merchant.id, (till, name.clone(), scopes));
    let mark = mark(hall, who, name);
    if !store::till::add_key(&mut tx, &key, "add_key", &mark).await.map_err(busy)? {
        return Err(Failure::Forbidden);
    }
    tx.commit().await.map_err(busy)?;
    Ok(secret)
}

/// Replaces a key: the new one works at once, the old one for a day more.
///
/// # Errors
/// [`Failure::NotFound`] when the merchant has no such key that works.
pub async fn rotate_key(hall: &Hall, visitor: &Visitor, id: &TillKeyId) -> Result<Secret, Failure> {
    let (mut tx, merchant, who) = own(hall, visitor).await?;
    let now = hall.clock.system();
    let until = (now, now.plus_millis(ROTATION_GRACE_MS));
    let old = store::till::end_key(&mut tx, &merchant.id, id, until).await.map_err(busy)?;
    let old = old.ok_or(Failure::NotFound)?;
    let secret = draw(hall);
    let key = new_key(hall, &secret, merchant.id, (old.till, old.name.clone(), old.scopes));
    let mark = mark(hall, who, old.name);
    if !store::till::add_key(&mut tx, &key, "rotate_key", &mark).await.map_err(busy)? {
        return Err(Failure::Forbidden);
    }
    tx.commit().await.map_err(busy)?;
    Ok(secret)
}

/// Ends a key at once, on every server.
///
/// # Errors
/// [`Failure::NotFound`] when the merchant has no such key that works.
pub async fn revoke_key(hall: &Hall, visitor: &Visitor, id: &TillKeyId) -> Result<(), Failure> {
    let (mut tx, merchant, who) = own(hall, visitor).await?;
    let now = hall.clock.system();
    let old = store::till::end_key(&mut tx, &merchant.id, id, (now, now)).await.map_err(busy)?;
    let mark = mark(hall, who, old.ok_or(Failure::NotFound)?.name);
    store::merchant::note(&mut tx, &merchant.id, "revoke_key", &mark).await.map_err(busy)?;
    tx.commit().await.map_err(busy)
}

/// The visitor's merchant, locked. Only one that takes part, or did, has tills.
async fn own(hall: &Hall, visitor: &Visitor) -> Result<(Tx, Merchant, Who), Failure> {
    let who = Who::Person(signed_in(visitor)?.person);
    let merchant = merchant::own(hall, visitor).await?.ok_or(Failure::NotFound)?;
    let mut tx = hall.store.begin().await.map_err(busy)?;
    let merchant = lock(&mut tx, &merchant.id).await?;
    match merchant.state {
        MerchantState::Approved | MerchantState::Suspended => Ok((tx, merchant, who)),
        MerchantState::Applied | MerchantState::Refused => Err(Failure::Forbidden),
    }
}

fn draw(hall: &Hall) -> Secret {
    Secret::of(hall.chance.bytes())
}

fn new_key(
    hall: &Hall,
    secret: &Secret,
    merchant: MerchantId,
    (till, name, scopes): (Option<TillId>, String, Scopes),
) -> NewKey {
    NewKey {
        id: TillKeyId::mint(now_ms(hall), hall.chance.bits()),
        hash: secret.hash(),
        merchant,
        till,
        name,
        hint: secret.hint(),
        scopes,
        created_at: hall.clock.system(),
    }
}

fn now_ms(hall: &Hall) -> u64 {
    u64::try_from(hall.clock.system().millis()).unwrap_or_default()
}

fn name_of(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    let fits =
        (1..=NAME_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned()).ok_or(Failure::invalid("name", "1 to 30 characters"))
}
