//! A session as a server remembers it: who has it is made once and shared by all of its requests.

use std::sync::Arc;

use app::visitor::Citizen;
use domain::claim::Standing;
use domain::time::Timestamp;
use store::session::SessionRow;

/// A session as it is remembered.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who has it.
    pub citizen: Arc<Citizen>,
    /// The first instant at which it no longer counts.
    pub expires_at: Timestamp,
    /// When it was last used, as far as this server knows.
    pub seen_at: Timestamp,
}

impl Session {
    /// The session of a token.
    pub fn of(token_hash: [u8; 32], row: SessionRow) -> Self {
        let (expires_at, seen_at) = (row.expires_at, row.seen_at);
        let standing = Standing {
            real_name_level: row.real_name_level,
            consented: row.consented,
            division: row.division,
        };
        let citizen = Citizen {
            person: row.person,
            account: row.account,
            masked_name: row.masked_name,
            standing,
            session: token_hash,
        };
        Self { citizen: Arc::new(citizen), expires_at, seen_at }
    }
}
