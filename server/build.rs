//! Makes sure that there is a folder to embed, and embeds again when the site was built anew.

fn main() {
    let site = std::path::Path::new("../target/site");
    if let Err(error) = std::fs::create_dir_all(site) {
        // Without the folder the embedding says what is missing.
        println!("cargo:warning=target/site could not be made: {error}");
    }
    println!("cargo:rerun-if-changed=../target/site");
}
