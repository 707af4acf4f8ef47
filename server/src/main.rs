//! The binary `jinquan`.

use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    #[cfg(feature = "fail-points")]
    let _armed = server::fault::arm();
    // Lines of JSON on standard error: standard output belongs to the commands.
    let filter = EnvFilter::try_from_env("JINQUAN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    server::command::run().await
}
