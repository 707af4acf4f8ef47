//! The steps of the schema are read when the store is compiled: a new file among them is a reason
//! to compile anew.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
