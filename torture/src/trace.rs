//! The trace of a disk, and the folder that is left when the power goes at any place of it.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    path::Path,
};

use anyhow::{Context as _, Result, bail};

use crate::dice::Dice;

/// As in `shim/disk.c`: act, file, two unused bytes, length, offset.
const HEADER: usize = 16;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// A trace in memory.
pub(crate) struct Trace(Vec<u8>);

struct Record<'a> {
    act: u8,
    file: u8,
    offset: usize,
    content: &'a [u8],
}

/// A file as the disk has it, and what was done to it since its last flush.
#[derive(Default)]
struct OnDisk<'a> {
    durable: Vec<u8>,
    pending: Vec<Change<'a>>,
}

enum Change<'a> {
    Write(usize, &'a [u8]),
    Truncate(usize),
}

impl Trace {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        Ok(Self(fs::read(path)?))
    }

    /// Takes a record off the end that a kill has cut in two, so that the next process can go on.
    pub(crate) fn mend(path: &Path) -> Result<()> {
        let trace = Self::read(path)?;
        let mut end = 0;
        while let Some((_, next)) = trace.record(end) {
            end = next;
        }
        Ok(OpenOptions::new().write(true).open(path)?.set_len(end as u64)?)
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Makes the folder as it is on the disk when the power goes after `until` bytes of the trace:
    /// what was flushed, and of the rest any sectors, so many of four.
    pub(crate) fn cut(
        &self,
        until: u64,
        of_four: u64,
        dice: &mut Dice,
        folder: &Path,
    ) -> Result<()> {
        let mut files: BTreeMap<&[u8], OnDisk<'_>> = BTreeMap::new();
        let mut names: BTreeMap<u8, &[u8]> = BTreeMap::new();
        let mut place = 0;
        while let Some((record, next)) =
            self.record(place).filter(|(_, next)| *next as u64 <= until)
        {
            place = next;
            if record.act == b'N' {
                names.insert(record.file, record.content);
                files.entry(record.content).or_default();
                continue;
            }
            let name = *names.get(&record.file).context("a trace with a file that has no name")?;
            let file = files.entry(name).or_default();
            match record.act {
                b'W' => file.pending.push(Change::Write(record.offset, record.content)),
                b'T' => file.pending.push(Change::Truncate(record.offset)),
                b'S' => file.settle(|| true),
                // After a failed flush nobody knows, and no later one brings it back.
                b'F' => file.settle(|| dice.below(2) == 0),
                b'U' => drop(files.remove(name)),
                act => bail!("a trace with an act {act}"),
            }
        }
        for (name, mut file) in files {
            file.settle(|| dice.below(4) < of_four);
            fs::write(folder.join(std::str::from_utf8(name)?), file.durable)?;
        }
        Ok(())
    }

    /// The record that begins at a place, and where the next one does.
    fn record(&self, place: usize) -> Option<(Record<'_>, usize)> {
        let header = self.0.get(place..place + HEADER)?;
        let length = u32::from_ne_bytes(header[4..8].try_into().ok()?) as usize;
        let offset = u64::from_ne_bytes(header[8..16].try_into().ok()?);
        let end = place + HEADER + length;
        let content = self.0.get(place + HEADER..end)?;
        let offset = usize::try_from(offset).ok()?;
        Some((Record { act: header[0], file: header[1], offset, content }, end))
    }
}

impl OnDisk<'_> {
    /// Makes durable what survives.
    fn settle(&mut self, mut survives: impl FnMut() -> bool) {
        for change in std::mem::take(&mut self.pending) {
            match change {
                Change::Write(offset, content) => {
                    let mut done = 0;
                    while done < content.len() {
                        let at = offset + done;
                        let length = (SECTOR - at % SECTOR).min(content.len() - done);
                        if survives() {
                            self.write(at, &content[done..done + length]);
                        }
                        done += length;
                    }
                }
                Change::Truncate(length) if survives() => self.durable.resize(length, 0),
                Change::Truncate(_) => {}
            }
        }
    }

    fn write(&mut self, at: usize, content: &[u8]) {
        let end = at + content.len();
        if self.durable.len() < end {
            self.durable.resize(end, 0);
        }
        self.durable[at..end].copy_from_slice(content);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(act: u8, offset: u64, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).expect("short");
        let header = [&[act, 1, 0, 0][..], &length.to_ne_bytes(), &offset.to_ne_bytes()].concat();
        [&header, content].concat()
    }

    #[test]
    fn what_was_flushed_stays_and_what_was_not_may_go() {
        let flushed =
            [record(b'N', 0, b"a"), record(b'W', 0, &[1; 1_024]), record(b'S', 0, b"")].concat();
        let trace =
            [flushed.clone(), record(b'W', 256, &[2; 512]), record(b'W', 4, b"cut")].concat();
        let trace = Trace(trace[..trace.len() - 1].to_vec());
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..100 {
            let folder = tempfile::tempdir().expect("a folder");
            trace.cut(trace.len(), 2, &mut Dice::part(seed, ""), folder.path()).expect("a cut");
            let left = fs::read(folder.path().join("a")).expect("a file");
            assert_eq!((left.len(), left[0], left[1_023]), (1_024, 1, 1));
            seen.insert((left[256], left[512]));
            trace
                .cut(flushed.len() as u64, 0, &mut Dice::part(seed, ""), folder.path())
                .expect("a cut");
            assert_eq!(fs::read(folder.path().join("a")).expect("a file"), [1; 1_024]);
        }
        // The write lies over two sectors: neither, one, the other, both.
        assert_eq!(seen.len(), 4);
    }
}
