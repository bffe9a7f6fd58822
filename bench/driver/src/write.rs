//! The measured part of BENCHMARKS.md; what stands around it is written by hand.

use std::fs;
use std::io;

use crate::machine::root;

const BEGIN: &str = "<!-- bench/run --write begins -->\n";
const END: &str = "<!-- bench/run --write ends -->\n";

pub(crate) fn into_benchmarks(report: &str) -> io::Result<()> {
    let path = root().join("BENCHMARKS.md");
    let page = fs::read_to_string(&path)?;
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let Some((before, after)) = parts else {
        return Err(io::Error::other("BENCHMARKS.md has lost the two lines to write between"));
    };
    fs::write(&path, format!("{before}{BEGIN}{}\n{END}{after}", report.trim_end()))
}
