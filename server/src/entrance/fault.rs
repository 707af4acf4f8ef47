//! Every way in which an entrance can fail, as a closed list. The log gets the code, the person one of a few sentences.

use app::page::entrance::Setback;

/// The list: a fault, its code, and what the person is told.
macro_rules! faults {
    ($($(#[$doc:meta])+ $name:ident, $code:literal, $said:ident;)+) => {
        /// Why an entrance let nobody in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fault {
            $($(#[$doc])+ $name,)+
        }

        impl Fault {
            /// Every fault.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code in the log and in the metrics.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// What the person is told.
            pub const fn said(self) -> Setback {
                match self {
                    $(Self::$name => Setback::$said,)+
                }
            }
        }
    };
}

faults! {
    /// The person said no at the provider.
    Cancelled, "cancelled", Cancelled;

    // The way back does not fit a way out of this browser: nothing to be afraid of, the person begins again.
    /// The query is too long, cannot be read, or names a parameter twice.
    ReturnMalformed, "return_malformed", BeginAgain;
    /// This browser has not set out, or too long ago for its cookie.
    NoAttempt, "no_attempt", BeginAgain;
    /// The cookie is not one of ours.
    AttemptForged, "attempt_forged", BeginAgain;
    /// The person took too long.
    AttemptExpired, "attempt_expired", BeginAgain;
    /// This browser set out for another entrance.
    OtherEntrance, "other_entrance", BeginAgain;
    /// The state is missing, or not the one this browser set out with.
    StateWrong, "state_wrong", BeginAgain;
    /// The state was used before.
    StateReplayed, "state_replayed", BeginAgain;
    /// Name and number were tried too often.
    MatchedTooOften, "matched_too_often", BeginAgain;

    // The provider's answer cannot be trusted or used.
    /// The answer on the way back names another issuer, or none where it should.
    ReturnedIssuer, "returned_issuer", NotAccepted;
    /// The answer on the way back is an error of the provider.
    ReturnedError, "returned_error", NotAccepted;
    /// The answer on the way back has no code, or one that cannot be.
    NoCode, "no_code", NotAccepted;
    /// The provider describes itself as somebody else.
    MetadataIssuer, "metadata_issuer", NotAccepted;
    /// The provider's description of itself cannot be read, or names an address without TLS.
    MetadataMalformed, "metadata_malformed", NotAccepted;
    /// The provider's keys cannot be read.
    KeysMalformed, "keys_malformed", NotAccepted;
    /// The provider did not take the code.
    CodeRefused, "code_refused", NotAccepted;
    /// The provider's answer is not what it should be.
    AnswerMalformed, "answer_malformed", NotAccepted;
    /// The provider's answer names something twice.
    AnswerDuplicate, "answer_duplicate", NotAccepted;
    /// The provider's answer says no.
    AnswerRefused, "answer_refused", NotAccepted;
    /// The provider's answer carries no signature.
    AnswerUnsigned, "answer_unsigned", NotAccepted;
    /// The provider's signature does not fit its answer.
    AnswerSignature, "answer_signature", NotAccepted;
    /// The answer is signed with another certificate than was configured.
    AnswerCertificate, "answer_certificate", NotAccepted;
    /// There is no ID token in the answer.
    TokenMissing, "token_missing", NotAccepted;
    /// The ID token does not have three parts in base64url, or is too long.
    TokenMalformed, "token_malformed", NotAccepted;
    /// The ID token's header or content names something twice.
    TokenDuplicate, "token_duplicate", NotAccepted;
    /// The ID token is signed in a way that was not agreed on: `none` and the shared-secret family among them.
    TokenAlgorithm, "token_algorithm", NotAccepted;
    /// The ID token demands something of its reader that we do not know (`crit`).
    TokenCritical, "token_critical", NotAccepted;
    /// The provider has no such key.
    TokenKey, "token_key", NotAccepted;
    /// The key is not for this sort of signature.
    TokenKeyKind, "token_key_kind", NotAccepted;
    /// The signature does not fit.
    TokenSignature, "token_signature", NotAccepted;
    /// Another issuer's ID token.
    TokenIssuer, "token_issuer", NotAccepted;
    /// The ID token is for somebody else.
    TokenAudience, "token_audience", NotAccepted;
    /// The ID token was issued to somebody else.
    TokenParty, "token_party", NotAccepted;
    /// The ID token is over, or does not say when it is.
    TokenExpired, "token_expired", NotAccepted;
    /// The ID token is not valid yet.
    TokenNotYet, "token_not_yet", NotAccepted;
    /// The ID token does not say when it was issued, or says a time that cannot be.
    TokenIssuedAt, "token_issued_at", NotAccepted;
    /// The ID token answers another sign-in than this one.
    TokenNonce, "token_nonce", NotAccepted;
    /// The answer does not say whose account it is, or not in a form that can be.
    NoSubject, "no_subject", NotAccepted;
    /// Two answers are about two accounts.
    SubjectDiffers, "subject_differs", NotAccepted;
    /// The identity number that the provider gave is none.
    NumberInvalid, "number_invalid", NotAccepted;

    // The provider cannot be asked.
    /// It does not answer, or not in time.
    Unreachable, "unreachable", Unavailable;
    /// It answers with an error of its own.
    ProviderBroken, "provider_broken", Unavailable;
    /// It answers with more than is read.
    AnswerTooLong, "answer_too_long", Unavailable;
    /// It leads elsewhere, which is not followed.
    AnswerRedirects, "answer_redirects", Unavailable;
    /// As many of its answers are awaited as may be.
    TooManyCalls, "too_many_calls", Unavailable;

    // We are full, or broken.
    /// As many come in as may at once, and as many wait for that as may.
    Crowded, "crowded", Busy;
    /// The database did not answer.
    StoreBroken, "store_broken", Busy;
    /// The provider has vouched for the person, and the database did not answer to that.
    NotEntered, "not_entered", Unfinished;

    // A notify.
    /// The notify is not a form, or names something twice.
    NotifyMalformed, "notify_malformed", NotAccepted;
    /// The notify is not signed with RSA2.
    NotifyAlgorithm, "notify_algorithm", NotAccepted;
    /// The notify's signature does not fit.
    NotifySignature, "notify_signature", NotAccepted;
    /// The notify is for another app.
    NotifyApp, "notify_app", NotAccepted;
    /// The notify was taken before.
    NotifyReplayed, "notify_replayed", NotAccepted;
    /// The notify is too old, or from the future.
    NotifyTime, "notify_time", NotAccepted;
}

impl Fault {
    /// Whether nothing was used of the way that this browser is on, so that it can go on with it: the same address
    /// again (R6), or another tab, which a stray link must not send back to the beginning.
    pub const fn keeps_the_way(self) -> bool {
        matches!(
            self,
            Self::Crowded
                | Self::StoreBroken
                | Self::ReturnMalformed
                | Self::NoAttempt
                | Self::OtherEntrance
                | Self::StateWrong
        )
    }

    /// Whether somebody's server does not do what it should, ours or the provider's; later it may.
    pub const fn is_trouble(self) -> bool {
        matches!(self.said(), Setback::Unavailable | Setback::Busy | Setback::Unfinished)
    }

    /// Notes it in the log and in the metrics: the code, and nothing of the person.
    pub fn note(self, entrance: &str) {
        metrics::counter!("jinquan_entrance_faults_total", "entrance" => entrance.to_owned(), "fault" => self.code())
            .increment(1);
        if self.is_trouble() {
            tracing::warn!(entrance, fault = self.code(), "an entrance did not answer");
        } else {
            tracing::info!(entrance, fault = self.code(), "an entrance let nobody in");
        }
    }
}
