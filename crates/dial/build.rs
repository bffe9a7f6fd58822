//! Has the unwinder of backtraces linked into the binary, where the C compiler brings it as an archive.
//!
//! `libgcc_s.so` is otherwise a second library to find, map and adjust at every start: nine system
//! calls and a tenth of the instructions of a small request.

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let told = |name| env::var(name).unwrap_or_default();
    let is_gnu = told("CARGO_CFG_TARGET_OS") == "linux" && told("CARGO_CFG_TARGET_ENV") == "gnu";
    if is_gnu && told("HOST") == told("TARGET") && has_archive() {
        println!("cargo:rustc-link-lib=static=gcc_eh");
    }
}

/// Asks the compiler that links; it repeats the bare name of what it does not have.
fn has_archive() -> bool {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let said = Command::new(linker).arg("-print-file-name=libgcc_eh.a").output();
    let path = said.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned());
    path.is_ok_and(|path| Path::new(&path).is_absolute())
}
