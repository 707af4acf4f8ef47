//! Processes of this machine, as Linux tells of them.

use std::fs;

/// A process with its children: for PostgreSQL, the postmaster and everybody who works for it.
/// Whoever came and went meanwhile is missing; their processor time is in the parent's `cutime`.
pub fn with_children(parent: u32) -> Vec<u32> {
    let everybody = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = everybody.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let children = ids.filter(|id| parent_of(*id) == Some(parent));
    std::iter::once(parent).chain(children).collect()
}

/// The parent of a process that is there.
pub fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name stands in brackets and may hold anything: what follows the last bracket is numbers.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_found_with_its_parent() {
        let mut sleeper =
            std::process::Command::new("sleep").arg("60").spawn().expect("`sleep` starts");
        let found = with_children(std::process::id());
        sleeper.kill().expect("it is ours");
        sleeper.wait().expect("it ends");
        assert_eq!(found.first(), Some(&std::process::id()));
        assert!(found.contains(&sleeper.id()));
    }
}
