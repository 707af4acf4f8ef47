//! The lane's job for tills: redemptions and refunds, each a batch and a transaction of its own, before any claim.

use std::sync::Arc;

use domain::redemption::Redemption;
use domain::refund::Refund;
use domain::refusal::TillRefusal;
use domain::{redemption, refund};
use store::Store;

use super::{Job, Late, Undecided};
use crate::board::Board;
use crate::clock::Clock;
use crate::screen::Screen;

/// How long a batch that met contention in the database asks its tills to wait, in milliseconds.
const CONTENDED_RETRY_MS: u32 = 500;

/// Settles what tills ask.
pub struct TillJob {
    /// Where it is written.
    pub store: Arc<Store>,
    /// What time it is.
    pub clock: Clock,
    /// Where the campaign hangs.
    pub board: Arc<Board>,
    /// What risk control looks with.
    pub screen: Arc<Screen>,
}

/// What a till asks.
pub enum TillTicket {
    /// To redeem a voucher.
    Redeem(Box<redemption::desk::Request>),
    /// To refund.
    Refund(Box<refund::Request>),
}

/// The desk's answer.
#[derive(Clone, Debug)]
pub enum TillAnswer {
    /// Redeemed now, or by the same request before.
    Redeemed(Box<Redemption>, Replayed),
    /// Refunded now, or by the same request before.
    Refunded(Box<Refund>, Replayed),
    /// A refund of nothing.
    NothingAsked,
    /// No.
    Refused(TillRefusal),
}

/// Whether the same request was answered before.
pub type Replayed = bool;

impl Job for TillJob {
    type Request = TillTicket;
    type Answer = TillAnswer;

    const NAME: &'static str = "tills";

    async fn settle(
        &self,
        batch: Vec<TillTicket>,
        _: Late<'_, TillTicket>,
    ) -> Vec<Result<TillAnswer, Undecided>> {
        let undecided = Undecided { retry_after_ms: CONTENDED_RETRY_MS };
        let mut answers = vec![Err(undecided); batch.len()];
        let (mut redeem_places, mut redeems) = (Vec::new(), Vec::new());
        let (mut refund_places, mut refunds) = (Vec::new(), Vec::new());
        for (place, ticket) in batch.into_iter().enumerate() {
            match ticket {
                TillTicket::Redeem(request) => {
                    redeem_places.push(place);
                    redeems.push(*request);
                }
                TillTicket::Refund(request) => {
                    refund_places.push(place);
                    refunds.push(*request);
                }
            }
        }
        // Each has its transaction: what was committed by one is said, whatever becomes of the other.
        if !redeems.is_empty() {
            fill(&mut answers, redeem_places, self.redeem(&redeems).await);
        }
        if !refunds.is_empty() {
            fill(&mut answers, refund_places, self.refund(&refunds).await);
        }
        answers
    }
}

/// Puts a part's answers in their places; where there are none, nothing is decided.
fn fill(
    answers: &mut [Result<TillAnswer, Undecided>],
    places: Vec<usize>,
    settled: Result<Vec<TillAnswer>, store::Error>,
) {
    match settled {
        Ok(settled) => {
            for (place, answer) in places.into_iter().zip(settled) {
                answers[place] = Ok(answer);
            }
        }
        Err(error) => {
            tracing::error!(error = ?error, "a batch of the tills could not be settled");
            metrics::counter!("jinquan_batches_failed_total").increment(1);
        }
    }
}

/// A sum that is no amount: a defect, and no answer.
pub fn no_amount() -> store::Error {
    store::Error::Broken("the sums of a batch are no amounts".to_owned())
}
