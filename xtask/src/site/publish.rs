//! Writes the site to its folder, so that a running server never finds half of an old and half of a new one.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Result;

use super::{Asset, Mode, files, relative};

const MANIFEST: &str = "manifest.json";

/// Writes every file, compressed too where that helps, then the manifest; prints the sizes.
pub(crate) fn write(folder: &Path, assets: &[Asset], mode: Mode) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    println!("    {:>9} {:>9} {:>9}  file", "raw", "gzip", "brotli");
    let mut manifest = BTreeMap::new();
    for asset in assets {
        put(folder, &asset.name, &asset.bytes)?;
        if asset.is_hashed() {
            manifest.insert(asset.logical.as_str(), asset.name.as_str());
        }
        let raw = asset.bytes.len();
        if asset.is_compressible() {
            let (gzip, brotli) = (asset.gzip()?, asset.brotli(mode)?);
            println!("    {raw:>9} {:>9} {:>9}  {}", gzip.len(), brotli.len(), asset.name);
            put(folder, &format!("{}.gz", asset.name), &gzip)?;
            put(folder, &format!("{}.br", asset.name), &brotli)?;
        } else {
            println!("    {raw:>9} {:>9} {:>9}  {}", "-", "-", asset.name);
        }
    }
    put(folder, MANIFEST, serde_json::to_string_pretty(&manifest)?.as_bytes())
}

/// Moves the new files beside the old ones, then the manifest over the old manifest, and only then
/// removes what no manifest names any more. A file that did not change is not touched.
pub(crate) fn swap(fresh: &Path, site: &Path) -> Result<()> {
    let mut names = Vec::new();
    for path in files(fresh)? {
        names.push(relative(fresh, &path)?);
    }
    names.sort_by_key(|name| name == MANIFEST);
    for name in &names {
        let (from, to) = (fresh.join(name), site.join(name));
        let is_same = fs::read(&to).is_ok_and(|old| fs::read(&from).is_ok_and(|new| new == old));
        if !is_same {
            make_room(&to)?;
            fs::rename(from, to)?;
        }
    }
    for path in files(site)? {
        if !names.contains(&relative(site, &path)?) {
            fs::remove_file(path)?;
        }
    }
    Ok(fs::remove_dir_all(fresh)?)
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    make_room(&path)?;
    Ok(fs::write(path, bytes)?)
}

fn make_room(path: &Path) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Name;

    #[test]
    fn the_old_names_go_and_the_manifest_leads_to_the_new() {
        let root = std::env::temp_dir().join(format!("xtask-publish-{}", std::process::id()));
        let (fresh, site) = (root.join("new"), root.join("site"));
        for text in ["one", "two"] {
            let asset = Asset::new("page.js", Name::Hashed, text.into());
            write(&fresh, &[asset], Mode::Dev).expect("written");
            swap(&fresh, &site).expect("swapped");
        }
        let manifest = fs::read_to_string(site.join(MANIFEST)).expect("a manifest");
        let names: BTreeMap<String, String> = serde_json::from_str(&manifest).expect("JSON");
        let found: Vec<String> = files(&site)
            .expect("files")
            .iter()
            .map(|it| relative(&site, it).expect("UTF-8"))
            .collect();
        let page = &names["page.js"];
        let wanted =
            [MANIFEST.to_owned(), page.clone(), format!("{page}.br"), format!("{page}.gz")];
        assert_eq!(found, wanted);
        fs::remove_dir_all(root).expect("removed");
    }
}
