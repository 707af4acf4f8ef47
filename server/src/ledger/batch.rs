//! The acts of a round that name the transfer which settled them, batch by batch.

use std::collections::VecDeque;

use domain::id::{RedemptionId, RefundId, RoundId};
use domain::redemption::Redemption;
use domain::refund::Refund;
use store::Tx;

use super::{PAGE, Problems};

/// An act that names its transfer.
pub(super) trait Act: Sized {
    /// What identifies it.
    type Id: Copy + std::fmt::Display;
    /// Where it stands.
    const TABLE: &str;

    /// Which it is.
    fn id(&self) -> Self::Id;

    /// The acts of a round in the order of their transfers, after that one, with the numbers of the transfers.
    async fn page(
        tx: &mut Tx,
        round: &RoundId,
        after: Option<(i64, Self::Id)>,
    ) -> Result<Vec<(i64, Self)>, store::Error>;
}

impl Act for Redemption {
    type Id = RedemptionId;
    const TABLE: &str = "redemption";

    fn id(&self) -> RedemptionId {
        self.id
    }

    async fn page(
        tx: &mut Tx,
        round: &RoundId,
        after: Option<(i64, RedemptionId)>,
    ) -> Result<Vec<(i64, Self)>, store::Error> {
        store::redemption::redemptions_of_round(tx, round, after, PAGE).await
    }
}

impl Act for Refund {
    type Id = RefundId;
    const TABLE: &str = "refund";

    fn id(&self) -> RefundId {
        self.id
    }

    async fn page(
        tx: &mut Tx,
        round: &RoundId,
        after: Option<(i64, RefundId)>,
    ) -> Result<Vec<(i64, Self)>, store::Error> {
        store::refund::refunds_of_round(tx, round, after, PAGE).await
    }
}

/// The acts of a round, in the order of its chain.
pub(super) struct Batches<A: Act> {
    round: RoundId,
    after: Option<(i64, A::Id)>,
    waiting: VecDeque<(i64, A)>,
    /// Whether there is nothing left to read.
    is_over: bool,
    /// Whether a row could not be read, so that what comes behind it is not known.
    pub(super) is_broken: bool,
}

impl<A: Act> Batches<A> {
    pub(super) fn of(round: &RoundId) -> Self {
        let round = round.clone();
        Self { round, after: None, waiting: VecDeque::new(), is_over: false, is_broken: false }
    }

    /// The batches whose transfers have numbers up to that one, each with the number.
    pub(super) async fn up_to(
        &mut self,
        tx: &mut Tx,
        sequence: i64,
        problems: &mut Problems,
    ) -> Result<Vec<(i64, Vec<A>)>, store::Error> {
        let mut batches: Vec<(i64, Vec<A>)> = Vec::new();
        loop {
            if self.waiting.is_empty() && !self.is_over {
                self.read(tx, problems).await?;
            }
            let Some((of, act)) = self.waiting.pop_front_if(|(of, _)| *of <= sequence) else {
                return Ok(batches);
            };
            match batches.last_mut().filter(|(last, _)| *last == of) {
                Some((_, batch)) => batch.push(act),
                None => batches.push((of, vec![act])),
            }
        }
    }

    async fn read(&mut self, tx: &mut Tx, problems: &mut Problems) -> Result<(), store::Error> {
        match A::page(tx, &self.round, self.after).await {
            Ok(page) => {
                self.is_over = page.len() < PAGE as usize;
                self.after = page.last().map(|(of, act)| (*of, act.id())).or(self.after);
                self.waiting.extend(page);
                Ok(())
            }
            Err(error) => {
                (self.is_over, self.is_broken) = (true, true);
                problems.take(error)
            }
        }
    }
}
