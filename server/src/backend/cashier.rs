//! What the cashier's pages ask of the hall.

use app::backend::till::Sale;
use app::backend::{TillBackend, Today};
use app::failure::Failure;
use async_trait::async_trait;
use domain::id::{RedemptionId, RequestKey};
use domain::money::Amount;
use domain::redemption::{Order, Quote, Totals};
use domain::round::RefundPolicy;
use domain::till::Actor;
use domain::time::Place;

use super::{HallBackend, busy, redemption, refund};

#[async_trait]
impl TillBackend for HallBackend {
    async fn quote(&self, actor: &Actor, order: &Order) -> Result<Quote, Failure> {
        redemption::quote(&self.0, actor, order).await
    }

    async fn redeem(
        &self,
        actor: &Actor,
        order: Order,
        key: RequestKey,
    ) -> Result<RedemptionId, Failure> {
        Ok(redemption::redeem(&self.0, actor, order, key).await?.receipt.id)
    }

    async fn refund(
        &self,
        actor: &Actor,
        redemption: RedemptionId,
        amount: Amount,
        key: RequestKey,
    ) -> Result<(), Failure> {
        refund::refund(&self.0, actor, redemption, amount, key).await.map(|_| ())
    }

    async fn sale(&self, actor: &Actor, redemption: &RedemptionId) -> Result<Sale, Failure> {
        let redemption = redemption::show(&self.0, actor.merchant, redemption).await?;
        let now = self.0.clock.campaign();
        let round = self.0.board.round(&redemption.round);
        // Once the round is over the money goes to the pool, whatever the round says.
        let round = round.filter(|round| round.window.place(now) == Place::Inside);
        let policy = round.map_or(RefundPolicy::Never, |round| round.refund_policy);
        Ok(Sale { redemption, policy })
    }

    async fn totals(&self, actor: &Actor) -> Result<Totals, Failure> {
        let day = self.0.clock.campaign().beijing_day();
        self.0.store.totals_of_till(actor, day).await.map_err(busy)
    }

    async fn today(&self, actor: &Actor, before: Option<RedemptionId>) -> Result<Today, Failure> {
        let day = self.0.clock.campaign().beijing_day();
        redemption::today(&self.0, actor, day, before).await
    }
}
