//! A campaign file: TOML, checked whole before anything is written. Every finding names its line and field.

mod check;
mod raw;

use domain::campaign::Campaign;
use domain::ledger::Transfer;
use domain::round::Round;
use domain::time::Timestamp;
use store::ledger::SealedTransfer;

use crate::key::{hex, sha256};

/// The largest campaign file that is read, in bytes.
pub const BYTES_MAX: usize = 1_048_576;

/// A campaign file that may be imported.
#[derive(Debug)]
pub struct CampaignFile {
    /// The campaign.
    pub campaign: Campaign,
    /// Its rounds, in the order of the file.
    pub rounds: Vec<Round>,
    /// The SHA-256 of the file, in hexadecimal: the same file again changes nothing (R21).
    pub checksum: String,
}

/// What is wrong with a campaign file, in the order of its lines.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Findings(pub Vec<Finding>);

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("line {line}: {field}: {problem}")]
pub struct Finding {
    /// The line, from 1.
    pub line: usize,
    /// The field, such as `rounds.packs.stock`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl CampaignFile {
    /// Reads and checks a file's text.
    ///
    /// # Errors
    /// [`Findings`] holds everything that is wrong, so that one reading mends it all.
    pub fn parse(text: &str) -> Result<Self, Findings> {
        if text.len() > BYTES_MAX {
            let problem = format!("larger than {BYTES_MAX} bytes");
            return Err(Findings(vec![Finding { line: 1, field: "file".to_owned(), problem }]));
        }
        let raw: raw::RawFile =
            toml::from_str(text).map_err(|error| Findings(vec![raw::finding(text, &error)]))?;
        let (campaign, rounds) = check::check(text, raw)?;
        Ok(Self { campaign, rounds, checksum: hex(&sha256(text.as_bytes())) })
    }

    /// The transfers that bring the money in and set each round's aside (R14), sealed.
    pub fn opening_transfers(&self, at: Timestamp) -> Vec<SealedTransfer> {
        let appropriation = Transfer::appropriation(at, self.campaign.appropriation);
        let approvals = self.rounds.iter().filter_map(|round| {
            // The check has made sure that the sums fit.
            let cost = round.cost()?;
            Some(Transfer::approval(at, &round.id, cost))
        });
        std::iter::once(appropriation).chain(approvals).map(seal).collect()
    }
}

/// A transfer with the hash that the next of its chain carries.
pub fn seal(transfer: Transfer) -> SealedTransfer {
    let hash = sha256(&transfer.canonical_bytes());
    SealedTransfer { transfer, hash }
}
