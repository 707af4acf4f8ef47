//! Processes of this machine: what they say first, and what Linux tells of them.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::ChildStdout,
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};

/// The first line that a program prints, and the rest of its output, which the caller has to keep: the next line into
/// a closed pipe would end the program. The line is empty when the program has ended without one; that it says nothing
/// for so long is an error.
pub fn first_line(
    output: ChildStdout,
    longest: Duration,
) -> Result<(String, BufReader<ChildStdout>)> {
    let (sender, said) = mpsc::channel();
    thread::spawn(move || {
        let (mut output, mut line) = (BufReader::new(output), String::new());
        let read = output.read_line(&mut line).map(|_| (line, output));
        // Where it took too long nobody listens any more.
        let _ = sender.send(read);
    });
    Ok(said.recv_timeout(longest).context("it says nothing")??)
}

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
    fn a_program_that_says_nothing_is_not_waited_for() {
        let say = |words: &str| {
            let mut shell = std::process::Command::new("sh");
            let shell = shell.args(["-c", words]).stdout(std::process::Stdio::piped());
            let mut child = shell.spawn().expect("`sh` starts");
            let output = child.stdout.take().expect("a pipe");
            (child, output)
        };
        let long = Duration::from_mins(1);
        for (words, wanted) in [("echo one; echo two", "one\n"), ("true", "")] {
            let (mut child, output) = say(words);
            let (line, rest) = first_line(output, long).expect("a line");
            drop(rest);
            child.wait().expect("it ends");
            assert_eq!(line, wanted);
        }
        let (mut child, output) = say("exec sleep 60");
        assert!(first_line(output, Duration::from_millis(50)).is_err());
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
    }

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
