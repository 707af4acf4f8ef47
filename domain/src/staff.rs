//! Those who work here (CAMPAIGN 4): what each role may do, and how a sign-in is tried.
//!
//! A sign-in that fails is counted before it is looked at, so that many at once cannot pass the count, and for each
//! login and device apart: whoever types wrong passwords elsewhere does not lock out the device that signed in before.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::NotAnId;
use crate::time::{DAY_MS, Timestamp};

/// The wrong try in a row that locks first.
pub const LOCKING_TRY: u32 = 5;
/// How long that one locks, in milliseconds; each further one doubles it.
pub const LOCK_MS: i64 = 60_000;
/// The longest lock, in milliseconds: a quarter of an hour.
pub const LOCK_MAX_MS: i64 = 900_000;
/// Tries older than this no longer count, in milliseconds: a day.
pub const TRIES_KEPT_MS: i64 = DAY_MS;
/// How long a one-time password is good, in milliseconds (RFC 6238).
pub const STEP_MS: i64 = 30_000;
/// How long a password that somebody else handed over lets its owner in, in milliseconds: a week.
pub const RENEW_MS: i64 = 7 * DAY_MS;
/// By how many steps the clock of a phone may differ.
const SKEW: i64 = 1;

/// What somebody is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 收銀員: redeems at one till of one merchant.
    Cashier,
    /// 營運: plans rounds, reviews merchants.
    Operator,
    /// 覆核: the second pair of eyes; never approves an own act.
    Approver,
    /// 審計: reads everything, changes nothing.
    Auditor,
    /// 管理員: accounts and keys; sees no citizen's data.
    Administrator,
}

/// What a role may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permit {
    /// Redeem and refund at the own till.
    UseTill,
    /// See rounds, plans, what was done to them and what they wait for.
    ReadRounds,
    /// Plan rounds, submit them, pause a round, ask for another change of it (R21).
    PlanRounds,
    /// Approve or return what others planned; confirm or decline what they asked for. Never an own act.
    ApproveRounds,
    /// See merchants, their applications and what became of them.
    ReadMerchants,
    /// Approve, refuse, suspend and lift; import the list of dishonest subjects (R16, R17).
    ReviewMerchants,
    /// See settlements and the ledger.
    ReadMoney,
    /// Add and end the accounts of staff, and end their sessions.
    ManageStaff,
    /// See the audit record, in which nothing of a citizen stands.
    ReadAudit,
    /// See what risk control held and refused with its evidence, and what persons say against it (R19).
    ReadRisk,
    /// Decide held claims and answer appeals.
    DecideRisk,
    /// Take claims, redemptions and refunds out as files.
    ExportActs,
    /// See whose they are, by an identifier that says nothing of the person.
    SeePersons,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] =
        [Self::Cashier, Self::Operator, Self::Approver, Self::Auditor, Self::Administrator];

    /// Whether the role may do that: the one table of it.
    pub const fn may(self, permit: Permit) -> bool {
        match self {
            Self::Cashier => matches!(permit, Permit::UseTill),
            Self::Operator => matches!(
                permit,
                Permit::ReadRounds
                    | Permit::PlanRounds
                    | Permit::ReadMerchants
                    | Permit::ReviewMerchants
                    | Permit::ReadMoney
                    | Permit::ReadRisk
                    | Permit::DecideRisk
                    | Permit::ExportActs
            ),
            Self::Approver => matches!(
                permit,
                Permit::ReadRounds
                    | Permit::ApproveRounds
                    | Permit::ReadMerchants
                    | Permit::ReadMoney
                    | Permit::ExportActs
            ),
            Self::Auditor => matches!(
                permit,
                Permit::ReadRounds
                    | Permit::ReadMerchants
                    | Permit::ReadMoney
                    | Permit::ReadAudit
                    | Permit::ReadRisk
                    | Permit::ExportActs
                    | Permit::SeePersons
            ),
            Self::Administrator => matches!(permit, Permit::ManageStaff | Permit::ReadAudit),
        }
    }

    /// Whether the role works at the console, where a one-time password is asked for; a cashier works at a till.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Cashier)
    }

    /// The role as it is stored and as it stands on a command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// How long a session lasts in all, in milliseconds: a long day at a till, a working day at the console.
    pub const fn session_ms(self) -> i64 {
        if self.is_staff() { 8 * 3_600_000 } else { 14 * 3_600_000 }
    }

    /// How long a session lasts unused, in milliseconds: a quiet afternoon at a till, half an hour at the console.
    pub const fn idle_ms(self) -> i64 {
        if self.is_staff() { 1_800_000 } else { 4 * 3_600_000 }
    }
}

/// What somebody signs in with: 3 to 64 of `a-z`, `0-9`, `-`, `_` and `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Login(String);

impl Login {
    /// The login as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Login {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
        if (3..=64).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnId)
        }
    }
}

/// What is known of the wrong tries of one login on one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How many there were in a row.
    pub failed: u32,
    /// Until when no try is looked at.
    pub locked_until: Timestamp,
    /// When the last one was.
    pub tried_at: Timestamp,
}

impl Tries {
    /// What stands there once a try at `now` has been counted as a wrong one, which a right one takes back.
    ///
    /// # Errors
    /// The end of the lock, where there is one: then the try is neither looked at nor counted, so that nobody
    /// lengthens a lock by trying.
    pub fn counting(before: Option<Self>, now: Timestamp) -> Result<Self, Timestamp> {
        let kept = before.filter(|tries| now.millis_since(tries.tried_at) < TRIES_KEPT_MS);
        if let Some(tries) = kept.filter(|tries| now < tries.locked_until) {
            return Err(tries.locked_until);
        }
        let failed = kept.map_or(0, |tries| tries.failed).saturating_add(1);
        Ok(Self { failed, locked_until: now.plus_millis(lock_ms(failed)), tried_at: now })
    }
}

/// How long a wrong try locks that is the `failed`th in a row, in milliseconds.
fn lock_ms(failed: u32) -> i64 {
    match failed.checked_sub(LOCKING_TRY) {
        None => 0,
        Some(beyond) => LOCK_MAX_MS.min(LOCK_MS << beyond.min(8)),
    }
}

/// The step of a one-time password at `now` (RFC 6238).
pub const fn step_at(now: Timestamp) -> i64 {
    now.millis().div_euclid(STEP_MS)
}

/// The steps whose passwords are taken at `now`, the likeliest first, without those up to `used`, which are spent.
pub fn steps_taken(now: Timestamp, used: i64) -> impl Iterator<Item = i64> {
    let here = step_at(now);
    std::iter::once(here)
        .chain((1..=SKEW).flat_map(move |skew| [here - skew, here + skew]))
        .filter(move |step| *step > used)
}
