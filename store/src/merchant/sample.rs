//! Merchants of the demonstration, written as they are.

use domain::merchant::Merchant;
use domain::till::Till;

use super::{add, note, row};
use crate::error::Error;
use crate::open::Store;
use crate::till::NewKey;

/// A sample merchant that takes part, with its till and the till's key.
pub struct Sample {
    /// The merchant, approved.
    pub merchant: Merchant,
    /// Its till.
    pub till: Till,
    /// The key of the till.
    pub key: NewKey,
}

impl Store {
    /// Adds the samples that are not there yet, in one transaction; of several servers that start at
    /// once each finds them complete.
    pub async fn add_samples(&self, samples: &[Sample]) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        for Sample { merchant, till, key } in samples {
            let applied = Merchant { version: merchant.version - 1, ..merchant.clone() };
            let applied = Merchant { state: domain::merchant::MerchantState::Applied, ..applied };
            if add(&mut tx, &applied).await? != super::Applied::Done {
                continue;
            }
            note(&mut tx, &merchant.id, "apply", &merchant.mark).await?;
            row::update(&mut tx, merchant).await?;
            note(&mut tx, &merchant.id, "approve", &merchant.mark).await?;
            crate::till::insert(&mut tx, till).await?;
            note(&mut tx, &merchant.id, "add_till", &merchant.mark).await?;
            crate::till::insert_key(&mut tx, key).await?;
            note(&mut tx, &merchant.id, "add_key", &merchant.mark).await?;
        }
        tx.commit().await
    }
}
