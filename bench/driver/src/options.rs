//! The command line of `bench/run`.

use std::io;

use crate::rows::ROWS;

pub(crate) const HELP: &str = "\
bench/run [OPTION…] [ROW…]     measures all rows, or those named

  --quick        one short round of each: does it all still build and run?
  --rounds N     N rounds instead of each row's own number
  --write        puts the result into BENCHMARKS.md
  --dial FILE    measures this dial instead of the one built here
  --list         names the rows and what each of them runs
";

#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) help: bool,
    pub(crate) quick: bool,
    pub(crate) write: bool,
    pub(crate) rounds: Option<usize>,
    pub(crate) dial: Option<String>,
    rows: Vec<String>,
}

impl Options {
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> io::Result<Self> {
        let mut options = Self::default();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| wrong(format!("{arg} wants a value")));
            match arg.as_str() {
                "--help" | "-h" => options.help = true,
                "--list" => list(),
                "--quick" => options.quick = true,
                "--write" => options.write = true,
                "--dial" => options.dial = Some(value()?),
                "--rounds" => {
                    let count = value()?.parse().map_err(|_| wrong("--rounds wants a number"))?;
                    options.rounds = Some(count);
                }
                name if ROWS.iter().any(|row| row.name == name) => options.rows.push(arg),
                other => return Err(wrong(format!("no row or option {other}\n{HELP}"))),
            }
        }
        Ok(options)
    }

    pub(crate) fn wants(&self, row: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|name| name == row)
    }

    pub(crate) fn rounds(&self, usual: usize) -> usize {
        self.rounds.unwrap_or(if self.quick { 1 } else { usual })
    }

    /// The command that makes this run again.
    pub(crate) fn command(&self) -> String {
        let mut words = vec!["bench/run".to_owned()];
        words.extend(self.quick.then(|| "--quick".to_owned()));
        words.extend(self.rounds.map(|count| format!("--rounds {count}")));
        words.extend(self.rows.iter().cloned());
        words.join(" ")
    }
}

fn list() {
    for row in ROWS {
        println!("{}: {}", row.name, row.title);
        for (name, command) in row.contestants {
            println!("    {name:<22} {command}");
        }
    }
    std::process::exit(0);
}

fn wrong(what: impl Into<String>) -> io::Error {
    io::Error::other(what.into())
}
