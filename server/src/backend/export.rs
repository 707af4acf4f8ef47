//! Files that are taken out of the console: one snapshot, read page by page and sent as it is read, so that the lines
//! and the sums of a file are those of one instant and its size costs no memory.

mod source;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use app::failure::Failure;
use axum::body::{Body, Bytes};
use domain::audit::{Act, Entry, Who};
use domain::export::Export;
use domain::id::{PackId, RoundId};
use domain::settlement::ClosedDay;
use domain::staff::{Login, Permit, Role};
use futures::stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;

use super::busy;
use crate::hall::Hall;
use crate::measure;
use source::Source;

/// How many files may be under way at once: each keeps a connection.
const AT_ONCE: usize = 2;
/// How many pages wait for whoever takes the file.
const PAGES_AHEAD: usize = 2;
/// How long somebody may leave the next page lying: a snapshot must not stay open for ever.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long whoever finds no place is asked to wait, in milliseconds.
const RETRY_MS: u32 = 5_000;

/// How many files are being taken out.
pub struct Exports(Arc<Semaphore>);

impl Default for Exports {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Begins to send a file to somebody of the city, and writes down who took it. `day` is that of a file that is of one.
///
/// # Errors
/// [`Failure::Forbidden`] where the role may not; busy where too many files are under way or the store does not
/// answer.
pub async fn export(
    hall: &Hall,
    (login, role): (&Login, Role),
    export: Export,
    day: ClosedDay,
) -> Result<Body, Failure> {
    if !role.may(export.permit()) {
        return Err(Failure::Forbidden);
    }
    let place = hall.exports.0.clone().try_acquire_owned();
    let place = place.map_err(|_| {
        measure::busy(measure::Busy::Exports);
        Failure::Busy { retry_after_ms: RETRY_MS }
    })?;
    let mut tx = hall.store.begin().await.map_err(busy)?;
    let entry = Entry {
        at: hall.clock.campaign(),
        who: Who::Staff(login.clone()),
        act: Act::ExportTaken,
        subject: format!("export:{}", export.code()),
        detail: if export.is_of_a_day() { day.day().to_string() } else { String::new() },
    };
    store::audit::record(&mut tx, &entry).await.map_err(busy)?;
    tx.commit().await.map_err(busy)?;
    // Packs never change, so those that are known now are all that the snapshot's claims can be of, or more.
    let tx = hall.store.snapshot().await.map_err(busy)?;
    hall.board.refresh(&hall.store).await.map_err(busy)?;
    let source = Source::new(tx, export, role.may(Permit::SeePersons), faces(hall), day);
    let (pages, taken) = mpsc::channel(PAGES_AHEAD);
    tokio::spawn(send(source, pages, place));
    let body = stream::unfold(taken, async |mut taken| {
        let page = taken.recv().await?;
        Some((page, taken))
    });
    Ok(Body::from_stream(body))
}

/// The faces of every pack, in fen.
fn faces(hall: &Hall) -> HashMap<(RoundId, PackId), i64> {
    let posted = hall.board.posted();
    let packs = posted.rounds.iter().flat_map(|round| {
        round.packs.iter().map(|pack| ((round.id.clone(), pack.id.clone()), pack))
    });
    packs.map(|(key, pack)| (key, pack.face().map_or(0, domain::money::Amount::fen))).collect()
}

/// Reads and sends until the end. A file that cannot be finished breaks off, without its last line, and the transfer
/// fails: nobody takes half of it for the whole.
async fn send(
    mut source: Source,
    pages: mpsc::Sender<Result<Bytes, io::Error>>,
    _place: OwnedSemaphorePermit,
) {
    loop {
        let page = match source.next().await {
            Ok(None) => return,
            Ok(Some(text)) => Ok(Bytes::from(text)),
            Err(error) => {
                tracing::error!(error = ?error, "an export broke off");
                Err(io::Error::other("the file could not be read to its end"))
            }
        };
        let is_broken = page.is_err();
        let sent = timeout(PATIENCE, pages.send(page)).await;
        if is_broken || !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
}
