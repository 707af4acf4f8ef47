//! Migrations come in pairs: each has the same name in the folders of both engines.

use std::{fs, path::Path};

/// Each migration exists for both engines, under the same name.
pub(crate) fn pairs(folder: &Path) -> Vec<String> {
    let names = |engine: &str| -> Vec<String> {
        let entries = fs::read_dir(folder.join(engine)).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| Path::new(name).extension().is_some_and(|it| it == "sql")).collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    let lonely = |from: &[String], to: &[String], engine: &str| -> Vec<String> {
        let alone = from.iter().filter(|name| !to.contains(name));
        alone.map(|name| format!("store/migrations: {name} is missing for {engine}")).collect()
    };
    [lonely(&sqlite, &postgres, "postgres"), lonely(&postgres, &sqlite, "sqlite")].concat()
}
