//! The binary `jinquan`: its commands are in `command`.

use std::process::ExitCode;

/// A claim makes some hundred small allocations on one thread and frees many of them on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is served has threads of its own; this one has what the server does by itself, or the command.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    #[cfg(feature = "fail-points")]
    let _armed = server::fault::arm();
    server::command::run().await
}
