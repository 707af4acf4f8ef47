//! What was asked for on the command line.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

pub(crate) const HELP: &str = "\
torture [--short] [--seed N] [--kills N] [--till-kills N] [--stops N] [--cuts N] [--only WORD,…] [--server PATH]

  --short   a few faults of each sort, with a fixed seed
  --seed    the chance of the run; without it a new one, which is printed
  --kills   how many servers are killed on each engine while people claim (200)
  --till-kills  the same while tills redeem and refund as well (200)
  --stops   how often PostgreSQL is stopped in the middle (50); a quarter as often once more with tills
  --cuts    how often the power is cut (300); a quarter as often once more with tills
  --only    the parts whose names contain one of the words
  --server  the server under test, built with the feature `fail-points`";

/// A run as it was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) seed: Option<u64>,
    pub(crate) kills: u64,
    pub(crate) till_kills: u64,
    pub(crate) stops: u64,
    pub(crate) cuts: u64,
    /// How often the disk fails in each way.
    pub(crate) failures: u64,
    pub(crate) only: Vec<String>,
    pub(crate) server: Option<PathBuf>,
}

/// The seed of the short form.
const SHORT_SEED: u64 = 20_200_422;

impl Options {
    /// Reads the words after the program's name.
    pub(crate) fn read(words: &[String]) -> Result<Self> {
        let short = words.iter().any(|word| word == "--short");
        let mut options = Self {
            seed: short.then_some(SHORT_SEED),
            kills: if short { 8 } else { 200 },
            till_kills: if short { 6 } else { 200 },
            stops: if short { 3 } else { 50 },
            cuts: if short { 12 } else { 300 },
            failures: if short { 2 } else { 12 },
            only: Vec::new(),
            server: None,
        };
        let mut words = words.iter().filter(|word| *word != "--short");
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--seed" => options.seed = Some(value()?.parse().context("--seed")?),
                "--kills" => options.kills = value()?.parse().context("--kills")?,
                "--till-kills" => options.till_kills = value()?.parse().context("--till-kills")?,
                "--stops" => options.stops = value()?.parse().context("--stops")?,
                "--cuts" => options.cuts = value()?.parse().context("--cuts")?,
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                "--server" => options.server = Some(PathBuf::from(value()?)),
                _ => bail!("no option {word}\n{HELP}"),
            }
        }
        Ok(options)
    }

    /// Whether each word of `--only` is in the name of a part: a word that is in none would leave out what was meant.
    pub(crate) fn are_all_known<'a>(
        &self,
        parts: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<()> {
        let is_known = |word: &&String| parts.clone().any(|part| part.contains(word.as_str()));
        match self.only.iter().find(|word| !is_known(word)) {
            Some(word) => bail!("no part is called {word}; see --help"),
            None => Ok(()),
        }
    }

    pub(crate) fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| part.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_read() {
        let read =
            |text: &str| Options::read(&text.split(' ').map(str::to_owned).collect::<Vec<_>>());
        let options = read("--kills 7 --only stop,power --seed 3").expect("options");
        assert_eq!((options.kills, options.stops, options.seed), (7, 50, Some(3)));
        assert!(options.wants("postgres-stopped") && !options.wants("disk-full"));
        assert!(options.are_all_known(["postgres-stopped", "power-cut"].into_iter()).is_ok());
        assert!(options.are_all_known(["postgres-stopped"].into_iter()).is_err(), "no power");
        assert_eq!(read("--short").expect("options").seed, Some(SHORT_SEED));
        assert!(read("--kills").is_err() && read("--kill 3").is_err());
    }
}
