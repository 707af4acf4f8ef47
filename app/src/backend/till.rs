//! What a cashier can do.

use async_trait::async_trait;
use domain::id::{RedemptionId, RequestKey};
use domain::money::Amount;
use domain::redemption::{Order, Quote, Redemption};
use domain::round::RefundPolicy;
use domain::till::Actor;

use crate::failure::Failure;

/// A redemption as it stands, with what a refund of it does.
#[derive(Clone, Debug)]
pub struct Sale {
    /// The redemption.
    pub redemption: Redemption,
    /// What becomes of the voucher when the whole sale is refunded (R13).
    pub policy: RefundPolicy,
}

/// What a cashier can do at the till where they signed in.
#[async_trait]
pub trait TillBackend: Send + Sync {
    /// What a redemption would come to now; changes nothing.
    async fn quote(&self, actor: &Actor, order: &Order) -> Result<Quote, Failure>;

    /// Redeems (R7 to R12). The same key again gives the same redemption.
    async fn redeem(
        &self,
        actor: &Actor,
        order: Order,
        key: RequestKey,
    ) -> Result<RedemptionId, Failure>;

    /// Refunds a part of what was paid, or all of it (R13). The same key again refunds nothing more.
    async fn refund(
        &self,
        actor: &Actor,
        redemption: RedemptionId,
        amount: Amount,
        key: RequestKey,
    ) -> Result<(), Failure>;

    /// A redemption of the cashier's merchant; another merchant's is not found.
    async fn sale(&self, actor: &Actor, redemption: &RedemptionId) -> Result<Sale, Failure>;

    /// What this till has redeemed today, the newest first.
    async fn today(&self, actor: &Actor) -> Result<Vec<Redemption>, Failure>;
}
