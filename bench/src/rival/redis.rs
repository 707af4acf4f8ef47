//! The usual answer to a rush: Redis decides by a script, the database follows later. "Yes" is said before the claim is
//! in the database: a weaker promise than the product's. Sessions are in Redis too, as they would be. The database is
//! filled through the product's own lane, the best batched writer there is here.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use domain::claim::{Choice, Claim, ClaimState, Request, Standing};
use domain::id::{AccountId, ClaimId, PersonId, RequestKey};
use domain::round::{RealNameLevel, Round};
use http::{HeaderMap, StatusCode};
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands as _, Script};
use server::chance::Chance;
use server::lane::claim::{ClaimJob, ClaimTicket};
use server::lane::{Bounds, Lane};
use server::session::SESSION;

use super::desk::Desk;
use super::{broken, created, request_key};

/// How many claims may wait for the database behind Redis's back.
const BEHIND_MAX: usize = 1_000_000;

struct Service {
    desk: Desk,
    gate: Script,
    redis: MultiplexedConnection,
    behind: Lane<ClaimJob>,
    chance: Chance,
}

/// A service on a Redis, with `database` behind it.
pub(super) async fn router(database: &str, redis: &str) -> Result<Router> {
    let (desk, job) = Desk::open(database).await?;
    let mut connection =
        redis::Client::open(redis)?.get_multiplexed_async_connection().await.context("Redis")?;
    let stock = desk.round.remaining();
    let () = connection.set("stock", stock).await?;
    let gate = Script::new(include_str!("gate.lua"));
    // Nobody waits for it, so nobody is sent away.
    let behind = Lane::open(job, Bounds { queue_max: BEHIND_MAX, wait_max_ms: u64::MAX });
    let service = Service { desk, gate, redis: connection, behind, chance: Chance::default() };
    Ok(Router::new()
        .route("/api/v1/rounds/{id}/claims", post(claim))
        .route("/behind", axum::routing::get(behind_now))
        .with_state(Arc::new(service)))
}

/// How many claims are not in the database yet.
async fn behind_now(State(service): State<Arc<Service>>) -> String {
    service.behind.waiting().to_string()
}

async fn claim(
    State(service): State<Arc<Service>>,
    Path(round): Path<String>,
    headers: HeaderMap,
    _: Bytes,
) -> Response {
    let Some(key) = request_key(&headers) else { return StatusCode::BAD_REQUEST.into_response() };
    if !service.desk.is_here(&round) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let entered = match service.session(&headers).await {
        Ok(Some(entered)) => entered,
        Ok(None) => return StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => return broken(error),
    };
    let left = match service.take(&entered, &key).await {
        Ok(left) => left,
        Err(error) => return broken(error),
    };
    let Ok(left) = u32::try_from(left) else { return StatusCode::CONFLICT.into_response() };
    service.answer(entered, key, left)
}

impl Service {
    /// Person and account of a session, which Redis holds as one text.
    async fn session(&self, headers: &HeaderMap) -> Result<Option<(PersonId, AccountId)>> {
        let Some(token) = SESSION.read(headers, false) else { return Ok(None) };
        let held: Option<String> = self.redis.clone().get(format!("session:{token}")).await?;
        let Some((person, account)) = held.as_deref().and_then(|held| held.split_once(' ')) else {
            return Ok(None);
        };
        let wrong = |_| anyhow::anyhow!("a session that cannot be read");
        Ok(Some((person.parse().map_err(wrong)?, account.parse().map_err(wrong)?)))
    }

    /// What is left after the script gave a pack; below zero when it did not.
    async fn take(
        &self,
        (person, account): &(PersonId, AccountId),
        key: &RequestKey,
    ) -> Result<i64> {
        let mut redis = self.redis.clone();
        let left = self
            .gate
            .key("stock")
            .key("persons")
            .key(format!("key:{account}:{}", key.as_str()))
            .arg(person.to_string())
            .invoke_async(&mut redis)
            .await?;
        Ok(left)
    }

    /// Says yes, and lets the database follow.
    fn answer(
        self: &Arc<Self>,
        (person, account): (PersonId, AccountId),
        key: RequestKey,
        left: u32,
    ) -> Response {
        let round: &Round = &self.desk.round;
        let now = self.desk.now();
        let ms = u64::try_from(now.millis()).unwrap_or_default();
        let id = ClaimId::mint(ms, self.chance.bits());
        let Ok(pack) = round.choose(None) else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        let choice = Choice { pack: pack.id.clone(), named: false };
        let standing = Standing {
            real_name_level: RealNameLevel(u8::MAX),
            consented: true,
            division: "".into(),
        };
        let request =
            Request { id, person, account, key: key.clone(), choice: choice.clone(), standing };
        let ticket = ClaimTicket::unseen(round.id.clone(), request, now);
        let service = self.clone();
        tokio::spawn(async move {
            if let Err(undecided) = service.behind.submit(ticket).await {
                eprintln!("rival: a claim was lost: {undecided:?}");
            }
        });
        let claim = Claim {
            id,
            round: round.id.clone(),
            person,
            account,
            key,
            choice,
            serial: Some(round.remaining().saturating_sub(left)),
            state: ClaimState::Granted,
            claimed_at: now,
            decide_by: None,
            decided_at: None,
        };
        created(&claim, round)
    }
}
