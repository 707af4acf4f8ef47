//! `jinquan serve`.

use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::watch;

use super::say;
use crate::listen::{Doors, listen, serve_apart};
use crate::setting::{ServeOptions, Settings};
use crate::start::{CannotStart, furnish};
use crate::{admin, measure, router};

/// How long open requests may take after the server was told to stop.
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
    let address = listener.local_addr().map_err(|error| CannotStart(error.to_string()))?;
    if let (Some(admin_address), Some(measures)) = (settings.admin_listen, measures) {
        let operations = listen("--admin-listen", admin_address)?;
        let own = hall.clone();
        let open = move || admin::router(own, measures);
        serve_apart("operations", operations, open, until(stopping.clone()))?;
    }
    if let Some(address) = settings.staff_listen {
        let staff = listen("JINQUAN_STAFF_LISTEN", address)?;
        let house = router::house(hall.clone());
        serve_apart("staff", staff, move || house, until(stopping.clone()))?;
    }
    say(&format!("listening on http://{address}"));
    tokio::spawn(async move {
        signal().await;
        tracing::info!("stopping");
        // The receivers live as long as the server: nobody to tell means it has stopped.
        let _ = stop.send(true);
    });
    let serving = axum::serve(listener, Doors(router::house(hall.clone())))
        .with_graceful_shutdown(until(stopping.clone()));
    tokio::select! {
        served = async { serving.await } => served.map_err(|error| CannotStart(error.to_string()))?,
        () = async { until(stopping).await; tokio::time::sleep(GRACE).await } => {
            tracing::warn!("some requests did not end in time");
        }
    }
    hall.store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn until(mut stopping: watch::Receiver<bool>) {
    // An error means that nobody can say stop any more: then it is over as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Waits for Ctrl-C or a termination signal.
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
