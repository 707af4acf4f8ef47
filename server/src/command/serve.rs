//! `jinquan serve`.

use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures::future::try_join_all;
use tokio::sync::watch;
use tokio::time::timeout;

use super::say;
use crate::gate::unread;
use crate::hall::Hall;
use crate::listen::{Served, listen, raise_file_limit, serve_apart};
use crate::setting::{ServeOptions, Settings};
use crate::start::{CannotStart, furnish};
use crate::{admin, measure, router};

/// How long open requests may take after the server was told to stop, and then connections to the database.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until it is told to stop.
pub(super) async fn serve(options: &ServeOptions) -> Result<ExitCode, CannotStart> {
    let settings = Settings::gather(options).map_err(|wrong| CannotStart(wrong.to_string()))?;
    // Before anything can be counted.
    let measures =
        settings.admin_listen.map(|_| measure::begin()).transpose().map_err(CannotStart)?;
    let (stop, stopping) = watch::channel(false);
    let hall = Box::pin(furnish(&settings, stopping.clone())).await?;
    if !crate::asset::are_complete(&hall.assets) {
        tracing::warn!(
            "the styles and scripts are not built: run `cargo xtask site`, then build again"
        );
    }
    let listener = listen("--listen", settings.listen)?;
    raise_file_limit(settings.live_streams);
    let address = listener.local_addr().map_err(|error| CannotStart(error.to_string()))?;
    if let (Some(admin_address), Some(measures)) = (settings.admin_listen, measures) {
        let operations = listen("--admin-listen", admin_address)?;
        let own = hall.clone();
        let open = move || admin::router(own, measures);
        serve_apart("operations", operations, open, until(stopping.clone()))?;
    }
    let mut served = Vec::new();
    if let Some(address) = settings.staff_listen {
        let staff = listen("JINQUAN_STAFF_LISTEN", address)?;
        let house = router::house(hall.clone());
        served.push(serve_apart("staff", staff, move || house, until(stopping.clone()))?);
    }
    // Before anybody is told that it is there: an order to stop would end it in the middle of what it has begun.
    let told_to_stop = told_to_stop();
    say(&format!("listening on http://{address}"));
    tokio::spawn(async move {
        told_to_stop.await;
        tracing::info!("stopping");
        // The receivers live as long as the server: nobody to tell means it has stopped.
        let _ = stop.send(true);
    });
    served.extend(serve_citizens(&hall, listener, &stopping)?);
    let served = served.into_iter().map(async |served| served.await.unwrap_or(Ok(())));
    tokio::select! {
        served = try_join_all(served) => {
            served.map_err(|error| CannotStart(error.to_string()))?;
        }
        () = async { until(stopping).await; tokio::time::sleep(GRACE).await } => {
            tracing::warn!("some requests did not end in time");
        }
    }
    // What was seen by the last requests: the background has ended with the order to stop.
    match timeout(GRACE, hall.screen.write(&hall.own_store)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(error = ?error, "what was seen last could not be written"),
        Err(_) => tracing::warn!("what was seen last could not be written in time"),
    }
    if timeout(GRACE, hall.store.close()).await.is_err() {
        tracing::warn!("some connections to the database did not come back in time");
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads what citizens send on a thread for each core. The listener ends with the last of them: whoever comes later is
/// turned away at once, instead of waiting for an answer until the process has ended.
fn serve_citizens(
    hall: &Arc<Hall>,
    listener: TcpListener,
    stopping: &watch::Receiver<bool>,
) -> Result<Vec<Served>, CannotStart> {
    let house = router::house(hall.clone());
    let fronts = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let serve = |front: usize| {
        let (house, hall) = (house.clone(), Arc::downgrade(hall));
        let open = move || {
            // One of them tells how long all of them wait: connections are spread over them.
            if front == 0 {
                tokio::spawn(unread::watch(hall));
            }
            house
        };
        let listener = listener.try_clone().map_err(|error| CannotStart(error.to_string()))?;
        serve_apart("front", listener, open, until(stopping.clone()))
    };
    (0..fronts).map(serve).collect()
}

async fn until(mut stopping: watch::Receiver<bool>) {
    // An error means that nobody can say stop any more: then it is over as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Resolves with the first Ctrl-C or termination signal from now on.
fn told_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}
