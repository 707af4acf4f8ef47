//! Where risk control looks at acts before they are decided (R19).

use std::collections::HashMap;
use std::hash::Hash;

use arc_swap::ArcSwapOption;
use domain::risk::Assessment;

/// What looks at every act: the assessments of a batch, of those acts alone that are no plain yes.
#[derive(Default)]
pub struct Screen(ArcSwapOption<Assessment>);

impl Screen {
    /// Gives every act that assessment, or none.
    pub fn set(&self, assessment: Option<Assessment>) {
        self.0.store(assessment.map(Into::into));
    }

    /// What is said of the acts of a batch that have those identifiers.
    pub fn look_at<I: Copy + Eq + Hash>(
        &self,
        acts: impl Iterator<Item = I>,
    ) -> HashMap<I, Assessment> {
        let said = self.0.load();
        let Some(assessment) = said.as_deref().filter(|it| it.is_noteworthy()) else {
            return HashMap::new();
        };
        acts.map(|id| (id, assessment.clone())).collect()
    }
}
