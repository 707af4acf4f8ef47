//! What risk control says, where a test wants it said.

use domain::risk::{Assessment, Finding, Reason, Verdict};

use super::App;

/// What is said of every act from now on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Says {
    Allow,
    Hold,
    Refuse,
    /// It would be held; in shadow nothing follows.
    Shadow,
}

impl App {
    pub(crate) fn risk_says(&self, says: Says) {
        let (verdict, enforced) = match says {
            Says::Allow => (Verdict::Allow, Verdict::Allow),
            Says::Hold => (Verdict::Hold, Verdict::Hold),
            Says::Refuse => (Verdict::Refuse, Verdict::Refuse),
            Says::Shadow => (Verdict::Hold, Verdict::Allow),
        };
        let findings = vec![
            Finding { reason: Reason::ImpossibleSpeed, points: 40, measured: 800, limit: 200 },
            Finding { reason: Reason::NetworkWithoutDevices, points: 30, measured: 24, limit: 24 },
        ];
        let assessment = Assessment { verdict, enforced, score: 70, findings, configuration: 0 };
        self.hall.screen.set(Some(assessment));
    }
}
