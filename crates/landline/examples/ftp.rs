//! FTP by URL: shows a folder as a table, or reads a file.
//!
//! `cargo run --example ftp -- ftp://127.0.0.1/pub/`

use std::io::{BufWriter, Write, stdout};

use landline::ftp::{Client, EntryKind};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: ftp ftp://HOST/FOLDER/ or ftp://HOST/FILE");
        std::process::exit(2);
    };
    let client = Client::new()?;
    let mut out = BufWriter::new(stdout().lock());
    if url.ends_with('/') {
        for entry in client.entries(&url)? {
            let entry = entry?;
            let size = entry.size.map_or("-".to_owned(), |size| size.to_string());
            let slash = if entry.kind == EntryKind::Folder { "/" } else { "" };
            // A server names its files as it likes: what moves a cursor is shown, not done.
            let name = landline::wire::escape::escape(&entry.name);
            writeln!(out, "{size:>12}  {name}{slash}")?;
        }
    } else {
        std::io::copy(&mut client.get(&url)?, &mut out)?;
    }
    out.flush()?;
    client.quit();
    Ok(())
}
