//! `jinquan pos selftest`: what a machine at a till meets, case by case, against a demonstration server, through the
//! API alone. Whoever connects a machine reads the same cases in `docs/pos/`.

mod case;
mod client;
mod number;

use std::process::ExitCode;

use super::{complain, say};
use crate::start::CannotStart;
use case::Bench;

/// What became of a case.
struct Graded {
    name: &'static str,
    /// What was wrong, if anything was.
    wrong: Option<String>,
}

/// Runs every case and grades the server; ends with 0 only when each one passes.
pub(super) async fn selftest(server: &str, json: bool) -> Result<ExitCode, CannotStart> {
    let mut bench = match Bench::set_up(server).await {
        Ok(bench) => bench,
        Err(reason) => {
            complain(&format!("The test could not begin: {reason}."));
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut graded = Vec::new();
    for name in case::NAMES {
        let wrong = bench.run(name).await.err();
        if !json {
            match &wrong {
                None => say(&format!("pass  {name}")),
                Some(wrong) => say(&format!("FAIL  {name}: {wrong}")),
            }
        }
        graded.push(Graded { name, wrong });
    }
    let failed = graded.iter().filter(|it| it.wrong.is_some()).count();
    if json {
        let cases = graded.iter().map(|it| {
            serde_json::json!({ "case": it.name, "ok": it.wrong.is_none(), "problem": it.wrong })
        });
        let cases: Vec<_> = cases.collect();
        say(&serde_json::json!({ "ok": failed == 0, "cases": cases }).to_string());
    } else {
        say(&format!("{} passed, {failed} failed", graded.len() - failed));
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
