//! What the figures were measured on and with.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::options::Options;

/// A few lines of Markdown: date, machine, versions, and the command that measures again.
pub(crate) fn description(options: &Options) -> io::Result<String> {
    let cores = std::thread::available_parallelism()?.get();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split(' ').take(3).collect();
    let sizes =
        if options.quick { " (quick: sizes are a fraction of what the titles say)" } else { "" };
    let lines = [
        format!("- measured {} at {}", first_line("date", &["-u", "+%F %H:%M UTC"]), commit()),
        format!("- machine: {cores} cores, {}, {}", cpu(), first_line("uname", &["-srm"])),
        format!("- load averages before the run: {} (1, 5, 15 min)", load.join(", ")),
        format!("- {}", tools()),
        format!("- libraries: {}", libraries()),
        format!("- again: `{}`{sizes}", options.command()),
    ];
    Ok(lines.join("\n") + "\n\n")
}

fn commit() -> String {
    let hash = first_line("git", &["rev-parse", "--short", "HEAD"]);
    let is_clean = first_line("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty();
    format!("commit {hash}{}", if is_clean { "" } else { " with changes" })
}

fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| "an unnamed processor".to_owned(), |(_, name)| name.trim().to_owned())
}

fn tools() -> String {
    ["curl", "wget", "wget2", "aria2c", "rustc"]
        .map(|tool| first_line(tool, &["--version"]))
        .map(|line| line.split(" (").next().unwrap_or_default().to_owned())
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// The rivals' versions as locked, and libcurl's own.
fn libraries() -> String {
    let lock = fs::read_to_string(root().join("bench/Cargo.lock")).unwrap_or_default();
    let version = |name: &str| {
        let entry = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?.1;
        Some(format!("{name} {}", entry.split('"').next()?))
    };
    let names = [
        "hyper",
        "hyper-util",
        "ureq",
        "reqwest",
        "curl",
        "suppaftp",
        "lettre",
        "async-imap",
        "tokio",
        "rustls",
    ];
    let mut all: Vec<String> = names.iter().filter_map(|name| version(name)).collect();
    let rivals = std::env::current_exe().map(|here| here.with_file_name("rivals"));
    all.extend(rivals.ok().map(|rivals| first_line(&rivals.display().to_string(), &["version"])));
    all.join(", ")
}

/// The first line a command prints, or nothing.
fn first_line(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).current_dir(root()).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().next().unwrap_or_default().trim().to_owned()
}

/// The repository this was built in.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}
