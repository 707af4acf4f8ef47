//! The binary `jinquan`.

use std::process::ExitCode;

/// A claim makes some hundred small allocations on one thread and frees many of them on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    #[cfg(feature = "fail-points")]
    let _armed = server::fault::arm();
    server::log::begin();
    server::command::run().await
}
