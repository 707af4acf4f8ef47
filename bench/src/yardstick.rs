//! The yardstick: the plain handler, which stands beside every subject. The speed of a shared machine changes by half
//! within seconds; whatever is measured is measured in turn with it, second by second, and counts as a part of it.

use std::path::Path;

use anyhow::Result;

use crate::closed::{Act, Persons, requests};
use crate::measure::CONNECTIONS;
use crate::subject::Subject;

/// A plain handler that rests while it is not asked.
pub(crate) struct Yardstick {
    server: Subject,
}

/// One for each answer that the product gives in a rush: the same bytes are compared.
pub(crate) struct Yardsticks {
    /// With the answer to a claim that is granted.
    pub(crate) granted: Yardstick,
    /// With the answer to one that is refused.
    pub(crate) refused: Yardstick,
}

impl Yardstick {
    /// Starts it with the answer in `file`; `program` is this one.
    pub(crate) async fn set_up(program: &Path, file: &Path) -> Result<Self> {
        let arguments = ["rival", "plain", "--answer", &file.display().to_string()];
        Ok(Self { server: Subject::start(program, &arguments).await? })
    }

    /// Answers a second.
    pub(crate) async fn rate(&self, seconds: u64) -> Result<f64> {
        let persons = Persons { first: 1, share: 1, again: 0, act: Act::Claim };
        Ok(requests(&[self.server.address], CONNECTIONS, seconds, persons).await?.rate)
    }
}
