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
    if sqlite.is_empty() && postgres.is_empty() {
        return vec!["store/migrations: there are none".to_owned()];
    }
    let lonely = |from: &[String], to: &[String], engine: &str| -> Vec<String> {
        let alone = from.iter().filter(|name| !to.contains(name));
        alone.map(|name| format!("store/migrations: {name} is missing for {engine}")).collect()
    };
    [lonely(&sqlite, &postgres, "postgres"), lonely(&postgres, &sqlite, "sqlite")].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_without_its_twin_is_named() {
        let root = std::env::temp_dir().join(format!("xtask-pairs-{}", std::process::id()));
        let put = |name: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, "").expect("written");
        };
        assert_eq!(pairs(&root), ["store/migrations: there are none"]);
        put("sqlite/0001_a.sql");
        assert_eq!(pairs(&root), ["store/migrations: 0001_a.sql is missing for postgres"]);
        put("postgres/0001_a.sql");
        assert!(pairs(&root).is_empty());
        put("postgres/0002_b.sql");
        assert_eq!(pairs(&root), ["store/migrations: 0002_b.sql is missing for sqlite"]);
        fs::remove_dir_all(root).expect("removed");
    }
}
