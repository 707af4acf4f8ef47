//! The use cases, on the hall: one file for each subject. Both doors call them; a transaction begins and ends inside.

pub mod account;
pub mod appeal;
pub mod cashier;
pub mod claim;
pub mod closing;
pub mod code;
pub mod dishonest;
pub mod entrance;
pub mod export;
pub mod held;
pub mod history;
pub mod landing;
pub mod me;
pub mod merchant;
pub mod merchants;
pub mod own_account;
pub mod plan;
pub mod redemption;
pub mod refund;
pub mod risk;
pub mod round;
pub mod settlement;
pub mod sign_in;
pub mod staff;
pub mod till;
pub mod wallet;

use std::sync::Arc;

use app::backend::{CitizenBackend, Claimed};
use app::failure::Failure;
use app::island::live::LiveStock;
use app::visitor::Visitor;
use async_trait::async_trait;
use domain::id::{PackId, RequestKey, RoundId};
use domain::refusal::Refusal;
use http::HeaderMap;

use crate::board::live;
use crate::hall::Hall;
use crate::lane::Undecided;
use crate::{measure, session};

/// How long a person waits when the database did not answer, in milliseconds.
const STORE_RETRY_MS: u32 = 2_000;

/// What the pages may ask of the hall.
pub struct HallBackend(pub Arc<Hall>);

#[async_trait]
impl CitizenBackend for HallBackend {
    async fn claim(
        &self,
        visitor: &Visitor,
        round: &RoundId,
        pack: Option<PackId>,
        key: RequestKey,
    ) -> Result<Claimed, Failure> {
        let round = self.0.board.round(round).ok_or_else(|| claim::no_such_round(visitor))?;
        let pack = pack.as_ref().map(PackId::as_str);
        let asked = claim::Asked { pack, key, came: self.0.clock.now() };
        let recorded = claim::claim(&self.0, visitor, &round, asked).await?;
        // As it was answered first: a claim that was held is told so again, whatever became of it since.
        let claim = recorded.claim;
        let serial = claim.serial.filter(|_| claim.decide_by.is_none());
        Ok(Claimed { pack: claim.choice.pack, serial })
    }

    fn is_own_form_key(
        &self,
        visitor: &Visitor,
        round: &RoundId,
        pack: &PackId,
        key: &RequestKey,
    ) -> bool {
        visitor
            .citizen
            .as_ref()
            .is_some_and(|citizen| self.0.keys.is_form_key(&citizen.session, round, pack, key))
    }

    async fn sign_out(&self, request: &HeaderMap) -> Result<(), Failure> {
        // Where a site of ours frames a page, the browser brings two sessions. Whoever signs out means both: the other
        // one would sign them in again with the next page.
        let sessions = session::carried(&self.0, request).await?;
        if sessions.is_empty() {
            return Ok(());
        }
        session::end(&self.0, &sessions).await.map_err(busy)
    }

    fn live(&self, round: &RoundId) -> Result<LiveStock, Failure> {
        let round = self.0.board.round(round).ok_or(Failure::refused(Refusal::RoundNotFound))?;
        Ok(live(&round, self.0.clock.campaign()))
    }
}

impl From<Undecided> for Failure {
    fn from(undecided: Undecided) -> Self {
        Self::Busy { retry_after_ms: undecided.retry_after_ms }
    }
}

/// What a person is told when the store did not answer: undecided. The cause is logged, once, here.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
pub fn busy(error: store::Error) -> Failure {
    measure::busy(measure::Busy::Store);
    tracing::error!(error = ?error, "the store did not answer");
    Failure::Busy { retry_after_ms: STORE_RETRY_MS }
}
