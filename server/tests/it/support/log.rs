//! Where the servers of the tests log, when the test run says so: it searches all of it afterwards.

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Mutex, Once};

/// The folder in which every log is kept.
#[expect(clippy::disallowed_methods, reason = "the test run says where its logs are")]
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os("TEST_LOGS").map(PathBuf::from)
}

/// Lets the servers inside this process log there, as a server by itself does.
pub(crate) fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        if let Some(folder) = folder() {
            let name = format!("it-{}.log", std::process::id());
            let file = Mutex::new(File::create(folder.join(name)).unwrap());
            tracing_subscriber::fmt().json().with_writer(file).init();
        }
    });
}
