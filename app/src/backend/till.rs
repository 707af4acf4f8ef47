//! What a cashier can do.

use async_trait::async_trait;
use domain::id::{RedemptionId, RequestKey};
use domain::money::Amount;
use domain::redemption::{Order, Quote, Redemption, Totals};
use domain::round::RefundPolicy;
use domain::till::Actor;

use crate::failure::Failure;

/// A redemption as it stands, with what a refund of it does.
#[derive(Clone, Debug)]
pub struct Sale {
    /// The redemption.
    pub redemption: Redemption,
    /// What becomes of the voucher when the whole sale is refunded now (R13).
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

    /// What this till's sales of today come to.
    async fn totals(&self, actor: &Actor) -> Result<Totals, Failure>;

    /// The same, with the newest of the sales before that one.
    async fn today(&self, actor: &Actor, before: Option<RedemptionId>) -> Result<Today, Failure>;
}

/// The day of a till.
#[derive(Clone, Debug, Default)]
pub struct Today {
    /// What the whole day comes to.
    pub totals: Totals,
    /// Some of its sales, the newest first.
    pub sales: Vec<Redemption>,
    /// Whether there are earlier ones.
    pub has_more: bool,
}
