//! Where risk control looks at acts before they are decided (R19).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};

use domain::claim::Request;
use domain::held::Screened;
use domain::id::RedemptionId;
use domain::redemption;
use domain::risk::Verdict;

/// What looks at every act.
#[derive(Default)]
pub struct Screen(AtomicU8);

impl Screen {
    /// Lets every claim meet that verdict.
    pub fn set(&self, verdict: Verdict) {
        self.0.store(verdict as u8, Ordering::Relaxed);
    }

    fn verdict(&self) -> Verdict {
        [Verdict::Allow, Verdict::Hold, Verdict::Refuse][usize::from(self.0.load(Ordering::Relaxed))]
    }

    /// What is said of a batch of claims.
    pub fn look_at(&self, requests: &[Request]) -> Screened {
        let verdict = self.verdict();
        let mut screened = Screened::default();
        if verdict != Verdict::Allow {
            screened.flagged = requests.iter().map(|request| (request.id, verdict)).collect();
        }
        screened
    }

    /// What is said of a batch of redemptions.
    pub fn look_at_redemptions(
        &self,
        requests: &[redemption::desk::Request],
    ) -> HashMap<RedemptionId, Verdict> {
        let verdict = self.verdict();
        let flagged = requests.iter().filter(|_| verdict != Verdict::Allow);
        flagged.map(|request| (request.id, verdict)).collect()
    }
}
