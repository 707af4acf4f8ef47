//! The sessions of those who work here, as a request finds them.

use domain::id::{MerchantId, TillId};
use domain::staff::{Login, Role};
use domain::till::Actor;
use domain::time::Timestamp;

use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// A session with whoever is behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSessionRow {
    /// The account.
    pub login: Login,
    /// What its owner is here for.
    pub role: Role,
    /// Until when its owner is to renew a password that was handed over, before anything else.
    pub renew_by: Option<Timestamp>,
    /// The till of a cashier, as long as it is open.
    pub till: Option<CashierTill>,
    /// When it was last used, as far as that was written down; an idle limit is the caller's.
    pub seen_at: Timestamp,
}

/// Where a cashier works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashierTill {
    /// The till and its merchant.
    pub actor: Actor,
    /// The till's name.
    pub name: String,
    /// The merchant's name.
    pub merchant_name: String,
}

impl Store {
    /// The session of a token that has not expired at `now`, of an account that has not ended.
    pub async fn staff_session(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<StaffSessionRow>, Error> {
        let row: Option<SessionRow> = self
            .db
            .read(
                "select a.login, a.role, a.renew_by, s.seen_at, t.id as till_id, t.merchant_id,
                        t.name as till_name, m.name as merchant_name
                 from staff_session s
                 join staff a on a.login = s.login and a.ended_at is null
                 left join till t on t.id = a.till_id and t.closed_at is null
                 left join merchant m on m.id = t.merchant_id
                 where s.token_hash = $1 and s.expires_at > $2",
            )
            .bind(token_hash.to_vec())
            .bind(now.millis())
            .fetch_optional()
            .await?;
        row.map(SessionRow::read).transpose()
    }

    /// Writes down that a session was used; never to an earlier time.
    pub async fn touch_staff_session(
        &self,
        token_hash: &[u8; 32],
        seen_at: Timestamp,
    ) -> Result<(), Error> {
        self.db
            .write("update staff_session set seen_at = $2 where token_hash = $1 and seen_at < $2")
            .bind(token_hash.to_vec())
            .bind(seen_at.millis())
            .execute()
            .await?;
        Ok(())
    }

    /// Ends a session before its time; that there is none is no error.
    pub async fn end_staff_session(&self, token_hash: &[u8; 32]) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        end(&mut tx, token_hash).await?;
        tx.commit().await
    }
}

/// Ends a session; that there is none is no error.
pub(super) async fn end(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<(), Error> {
    tx.query("delete from staff_session where token_hash = $1")
        .bind(token_hash.to_vec())
        .execute()
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    login: String,
    role: String,
    renew_by: Option<i64>,
    seen_at: i64,
    till_id: Option<String>,
    merchant_id: Option<String>,
    till_name: Option<String>,
    merchant_name: Option<String>,
}

impl SessionRow {
    fn read(self) -> Result<StaffSessionRow, Error> {
        let place = Place { table: "staff", row: &self.login };
        let till = match (&self.till_id, &self.merchant_id, self.till_name, self.merchant_name) {
            (Some(till), Some(merchant), Some(name), Some(merchant_name)) => {
                let till: TillId = place.parse("till_id", till)?;
                let merchant: MerchantId = place.parse("merchant_id", merchant)?;
                Some(CashierTill { actor: Actor { till, merchant }, name, merchant_name })
            }
            _ => None,
        };
        Ok(StaffSessionRow {
            login: place.parse("login", &self.login)?,
            role: place.code("role", self.role)?,
            renew_by: self.renew_by.map(Timestamp::from_millis),
            till,
            seen_at: Timestamp::from_millis(self.seen_at),
        })
    }
}
