//! The binary `jinquan`.

use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

/// A claim makes some hundred small allocations on one thread and frees many of them on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    #[cfg(feature = "fail-points")]
    let _armed = server::fault::arm();
    // Lines of JSON on standard error: standard output belongs to the commands.
    let filter = EnvFilter::try_from_env("JINQUAN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    server::command::run().await
}
