//! Every "no" that a person can be given: closed lists in order of precedence (CAMPAIGN 3). Shared by pages, API and
//! log. `busy` is not among them: it means undecided.

use serde::{Deserialize, Serialize};

/// Why a claim is refused. Where two hold, the one that stands first is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nobody is signed in.
    NotSignedIn,
    /// The request key was used for another body.
    RequestKeyReused,
    /// The account's real-name level is below the round's (R18).
    RealNameRequired,
    /// The person has not agreed to something that a claim cannot do without
    /// ([`Purpose::REQUIRED`](crate::consent::Purpose::REQUIRED)).
    ConsentRequired,
    /// There is no such round.
    RoundNotFound,
    /// The round is over (R5).
    RoundClosed,
    /// The round has not begun (R5).
    NotOpenYet,
    /// Issuing was ended for good (R21).
    RoundStopped,
    /// The person has this pack already, through this account (R1).
    AlreadyClaimed,
    /// The person has this pack already, through another account (R1).
    AlreadyClaimedThroughOtherAccount,
    /// The round is not for this person (R24).
    NotInAudience,
    /// Issuing is interrupted (R21).
    RoundPaused,
    /// No packs are left (R2).
    SoldOut,
    /// The risk desk said no (R19).
    RefusedByRisk,
}

impl Refusal {
    /// Every refusal, first to last in precedence.
    pub const ALL: [Self; 14] = [
        Self::NotSignedIn,
        Self::RequestKeyReused,
        Self::RealNameRequired,
        Self::ConsentRequired,
        Self::RoundNotFound,
        Self::RoundClosed,
        Self::NotOpenYet,
        Self::RoundStopped,
        Self::AlreadyClaimed,
        Self::AlreadyClaimedThroughOtherAccount,
        Self::NotInAudience,
        Self::RoundPaused,
        Self::SoldOut,
        Self::RefusedByRisk,
    ];

    /// The code as it stands in the API, in the page (`data-refusal`) and in the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSignedIn => "not_signed_in",
            Self::RequestKeyReused => "request_key_reused",
            Self::RealNameRequired => "real_name_required",
            Self::ConsentRequired => "consent_required",
            Self::RoundNotFound => "round_not_found",
            Self::RoundClosed => "round_closed",
            Self::NotOpenYet => "not_open_yet",
            Self::RoundStopped => "round_stopped",
            Self::AlreadyClaimed => "already_claimed",
            Self::AlreadyClaimedThroughOtherAccount => "already_claimed_through_other_account",
            Self::NotInAudience => "not_in_audience",
            Self::RoundPaused => "round_paused",
            Self::SoldOut => "sold_out",
            Self::RefusedByRisk => "refused_by_risk",
        }
    }

    /// The refusal of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }

    /// Whether the same request may succeed later without the person doing anything else.
    pub const fn may_pass_later(self) -> bool {
        matches!(self, Self::NotOpenYet | Self::RoundPaused | Self::SoldOut)
    }
}

/// Why a till is refused, for a redemption or for a refund: two closed lists, each in its order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TillRefusal {
    /// The request key was used for another body.
    RequestKeyReused,
    /// The merchant was never approved (R16).
    MerchantNotApproved,
    /// The merchant is suspended (R16).
    MerchantSuspended,
    /// The till or the position it reported is not in the city (R11).
    OutsideCity,
    /// No voucher has this code.
    UnknownCode,
    /// The code was shown, and its time is over.
    CodeExpired,
    /// The voucher was used.
    VoucherUsed,
    /// The voucher's round is over (R7).
    VoucherLapsed,
    /// The merchant's category does not take this kind (R9).
    CategoryMismatch,
    /// After the merchant's own coupon too little is left to pay (R10).
    BelowMinimumSpend,
    /// The person has used a voucher at this merchant today (R8).
    OnePerMerchantPerDay,
    /// The risk desk looks at it; nothing is moved and nothing kept (R19).
    HeldForReview,
    /// The risk desk said no (R19).
    RefusedByRisk,
    /// The merchant has no such redemption.
    NotFound,
    /// Everything that was paid is refunded.
    AlreadyRefunded,
    /// More than what is left of what was paid.
    RefundExceedsOrder,
}

impl TillRefusal {
    /// What a redemption can be told, first to last in precedence.
    pub const OF_REDEMPTION: [Self; 13] = [
        Self::RequestKeyReused,
        Self::MerchantNotApproved,
        Self::MerchantSuspended,
        Self::OutsideCity,
        Self::UnknownCode,
        Self::CodeExpired,
        Self::VoucherUsed,
        Self::VoucherLapsed,
        Self::CategoryMismatch,
        Self::BelowMinimumSpend,
        Self::OnePerMerchantPerDay,
        Self::HeldForReview,
        Self::RefusedByRisk,
    ];

    /// What a refund can be told, first to last in precedence.
    pub const OF_REFUND: [Self; 4] =
        [Self::RequestKeyReused, Self::NotFound, Self::AlreadyRefunded, Self::RefundExceedsOrder];

    /// The code as it stands in the API, in the page (`data-refusal`) and in the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RequestKeyReused => "request_key_reused",
            Self::MerchantNotApproved => "merchant_not_approved",
            Self::MerchantSuspended => "merchant_suspended",
            Self::OutsideCity => "outside_city",
            Self::UnknownCode => "unknown_code",
            Self::CodeExpired => "code_expired",
            Self::VoucherUsed => "voucher_used",
            Self::VoucherLapsed => "voucher_lapsed",
            Self::CategoryMismatch => "category_mismatch",
            Self::BelowMinimumSpend => "below_minimum_spend",
            Self::OnePerMerchantPerDay => "one_per_merchant_per_day",
            Self::HeldForReview => "held_for_review",
            Self::RefusedByRisk => "refused_by_risk",
            Self::NotFound => "not_found",
            Self::AlreadyRefunded => "already_refunded",
            Self::RefundExceedsOrder => "refund_exceeds_order",
        }
    }

    /// The refusal of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        let all = Self::OF_REDEMPTION.into_iter().chain(Self::OF_REFUND);
        all.into_iter().find(|refusal| refusal.code() == code)
    }

    /// The HTTP status, at both doors.
    pub const fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::MerchantNotApproved
            | Self::MerchantSuspended
            | Self::VoucherUsed
            | Self::VoucherLapsed
            | Self::HeldForReview
            | Self::AlreadyRefunded => 409,
            Self::RequestKeyReused
            | Self::OutsideCity
            | Self::UnknownCode
            | Self::CodeExpired
            | Self::CategoryMismatch
            | Self::BelowMinimumSpend
            | Self::OnePerMerchantPerDay
            | Self::RefusedByRisk
            | Self::RefundExceedsOrder => 422,
        }
    }
}
