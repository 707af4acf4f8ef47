//! The ledger: every fen is in exactly one place (R14). A posting moves money from one account to another, so a
//! transfer balances by construction; there is no way to write one that does not.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use crate::id::{MerchantId, NotAnId, RoundId};
use crate::money::Amount;
use crate::time::Timestamp;

/// A place where the campaign's money is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// Free for later rounds.
    Pool,
    /// Set aside for a round's packs.
    Stock(RoundId),
    /// In the hands of citizens as vouchers of a round.
    Issued(RoundId),
    /// Owed to a merchant.
    Payable(MerchantId),
    /// Paid to a merchant.
    Paid(MerchantId),
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool => f.write_str("pool"),
            Self::Stock(round) => write!(f, "stock:{round}"),
            Self::Issued(round) => write!(f, "issued:{round}"),
            Self::Payable(merchant) => write!(f, "payable:{merchant}"),
            Self::Paid(merchant) => write!(f, "paid:{merchant}"),
        }
    }
}

impl FromStr for Account {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        match text.split_once(':') {
            None if text == "pool" => Ok(Self::Pool),
            Some(("stock", round)) => Ok(Self::Stock(round.parse()?)),
            Some(("issued", round)) => Ok(Self::Issued(round.parse()?)),
            Some(("payable", merchant)) => Ok(Self::Payable(merchant.parse()?)),
            Some(("paid", merchant)) => Ok(Self::Paid(merchant.parse()?)),
            _ => Err(NotAnId),
        }
    }
}

/// Money moved from one account to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Whence. `None` only in the transfer that brings the appropriation in.
    pub source: Option<Account>,
    /// Whither.
    pub target: Account,
    /// How much; never zero.
    pub amount: Amount,
}

/// Why money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The campaign's money came in.
    Appropriation,
    /// A round was approved, or packs were added.
    Approval,
    /// Packs were granted.
    Grant,
    /// Vouchers were redeemed: what they took off is owed to the merchants, the rest of their face is free.
    Redemption,
    /// Whole sales were refunded: what the vouchers took off is no longer owed.
    Refund,
    /// A bank paid a merchant.
    Settlement,
    /// A round ended: what was not claimed and not used is free again.
    Closing,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Appropriation,
        Self::Approval,
        Self::Grant,
        Self::Redemption,
        Self::Refund,
        Self::Settlement,
        Self::Closing,
    ];

    /// The reason as it stands in the ledger.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Appropriation => "appropriation",
            Self::Approval => "approval",
            Self::Grant => "grant",
            Self::Redemption => "redemption",
            Self::Refund => "refund",
            Self::Settlement => "settlement",
            Self::Closing => "closing",
        }
    }
}

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// A digest as 64 lower-case hexadecimal digits.
pub fn hex(digest: &Digest) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    digest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The digest of 64 lower-case hexadecimal digits; `None` of any other text.
pub fn unhex(text: &str) -> Option<Digest> {
    let digits = text.as_bytes();
    let mut digest = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    // One digest, one spelling.
    (hex(&digest) == text).then_some(digest)
}

/// The chains of transfers: one for each round, and one for what concerns no round. Within a chain transfers are
/// numbered from 1 and each carries the hash of the one before (R20).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chain {
    /// What concerns no round.
    Campaign,
    /// What concerns a round.
    Round(RoundId),
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Campaign => f.write_str("campaign"),
            Self::Round(round) => write!(f, "round:{round}"),
        }
    }
}

/// One entry of the ledger: written once, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The chain it belongs to.
    pub chain: Chain,
    /// Its number in the chain, from 1.
    pub sequence: i64,
    /// Why.
    pub reason: Reason,
    /// When, by the campaign clock.
    pub at: Timestamp,
    /// What moved.
    pub postings: Vec<Posting>,
    /// The digest of the acts that it settles; zeros where it settles none.
    pub digest: Digest,
    /// The hash of the chain's previous transfer; zeros at its head.
    pub previous: Digest,
}

impl Transfer {
    /// Brings the appropriation into the pool.
    pub fn appropriation(at: Timestamp, amount: Amount) -> Self {
        let posting = Posting { source: None, target: Account::Pool, amount };
        Self::first(Chain::Campaign, Reason::Appropriation, at, posting)
    }

    /// Sets the money of a round's packs aside.
    pub fn approval(at: Timestamp, round: &RoundId, amount: Amount) -> Self {
        let posting =
            Posting { source: Some(Account::Pool), target: Account::Stock(round.clone()), amount };
        Self::first(Chain::Round(round.clone()), Reason::Approval, at, posting)
    }

    /// Sets the money of packs aside that are added to a round (R15).
    pub fn addition(at: Timestamp, round: &RoundId, amount: Amount, link: Link) -> Self {
        let first = Self::approval(at, round, amount);
        Self { sequence: link.sequence + 1, previous: link.hash, ..first }
    }

    /// Moves the face of granted packs into the hands of citizens: one transfer for a whole batch.
    pub fn grant(
        at: Timestamp,
        round: &RoundId,
        amount: Amount,
        digest: Digest,
        link: Link,
    ) -> Self {
        let source = Some(Account::Stock(round.clone()));
        let posting = Posting { source, target: Account::Issued(round.clone()), amount };
        let first = Self::first(Chain::Round(round.clone()), Reason::Grant, at, posting);
        Self { sequence: link.sequence + 1, digest, previous: link.hash, ..first }
    }

    /// Settles a batch of acts of one chain: redemptions, refunds, a payment by the bank, or a closing.
    pub fn batch(
        reason: Reason,
        chain: Chain,
        at: Timestamp,
        postings: Vec<Posting>,
        digest: Digest,
        link: Link,
    ) -> Self {
        let (sequence, previous) = (link.sequence + 1, link.hash);
        Self { chain, sequence, reason, at, postings, digest, previous }
    }

    fn first(chain: Chain, reason: Reason, at: Timestamp, posting: Posting) -> Self {
        let postings = vec![posting];
        Self { chain, sequence: 1, reason, at, postings, digest: [0; 32], previous: [0; 32] }
    }

    /// The bytes whose hash the next transfer carries: every field, in an order and form that never change.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut text = format!(
            "jinquan-transfer-1\n{}\n{}\n{}\n{}\n",
            self.chain,
            self.sequence,
            self.reason.code(),
            self.at.millis()
        );
        for Posting { source, target, amount } in &self.postings {
            if let Some(source) = source {
                text.push_str(&source.to_string());
            }
            // Writing to a string cannot fail.
            let _ = writeln!(text, ">{target}:{}", amount.fen());
        }
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.digest);
        bytes.extend_from_slice(&self.previous);
        bytes
    }
}

/// The end of a chain: what the next transfer is tied to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The number of the last transfer; 0 when there is none.
    pub sequence: i64,
    /// Its hash; zeros when there is none.
    pub hash: Digest,
}
