//! Writes the media types of file names as one text, sorted by extension.
//!
//! `mime_guess` keeps them as 3,800 pointers, which the loader would have to adjust, page by page, at
//! every start of a program that may never ask.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let extensions = mime_guess::get_extensions("*", "*").ok_or("no extensions")?;
    let kind = |extension| mime_guess::from_ext(extension).first_raw();
    let known: BTreeMap<_, _> = extensions
        .iter()
        .filter_map(|extension| Some((extension.to_ascii_lowercase(), kind(extension)?)))
        .collect();
    let lines: String = known.iter().map(|(name, kind)| format!("{name} {kind}\n")).collect();
    let folder = env::var_os("OUT_DIR").ok_or("no OUT_DIR")?;
    fs::write(Path::new(&folder).join("media_types.txt"), lines)?;
    Ok(())
}
