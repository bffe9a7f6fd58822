//! Gophernicus, which serves one request per process, as inetd starts it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use landline_testkit::Server;
use landline_testkit::tls::{Authority, Identity};
use tempfile::TempDir;

use crate::{free_port, installed};

/// Finds one document, named for what was looked for.
const SEARCH: &str = "#!/bin/sh\nprintf '0%s\\t/small.txt\\n' \"$SEARCHREQUEST\"\n";

/// A listener that has Gophernicus answer each connection.
#[derive(Debug)]
pub struct Gophernicus {
    server: Server,
    folder: TempDir,
}

impl Gophernicus {
    /// Listens without TLS.
    pub fn start() -> Option<Self> {
        Self::start_with(None)
    }

    /// Listens with TLS, as a proxy in front of it would; its certificate is for `localhost`.
    pub fn start_tls(authority: &Authority) -> Option<Self> {
        Self::start_with(Some(authority.issue(&["localhost"])))
    }

    fn start_with(identity: Option<Identity>) -> Option<Self> {
        let program = installed("gophernicus")?;
        let (folder, port) = (TempDir::new().unwrap(), free_port());
        lay_out(folder.path());
        let root = folder.path().to_owned();
        let mut listener = Server::builder().bind(([127, 0, 0, 1], port));
        if let Some(identity) = identity {
            listener = listener.tls(&identity);
        }
        let server = listener.start(move |conn| {
            let request = conn.read_line()?;
            conn.say(answer(&program, &root, port, &request)?)
        });
        Some(Self { server, folder })
    }

    /// `gopher://localhost:port/path`, or `gophers:`.
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.server.is_tls() { "gophers" } else { "gopher" };
        format!("{scheme}://localhost:{}{path}", self.server.port())
    }

    /// The folder whose documents it shows.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }
}

fn lay_out(root: &Path) {
    crate::allow_all(root);
    std::fs::create_dir(root.join("a folder")).unwrap();
    std::fs::write(root.join("small.txt"), "hello\n").unwrap();
    std::fs::write(root.join("dots.txt"), "one\n.two\n.\nlast\n").unwrap();
    std::fs::write(root.join("picture.png"), &crate::big()[..300_000]).unwrap();
    std::fs::write(root.join("a folder/inside.txt"), "inside\n").unwrap();
    std::fs::create_dir(root.join("cgi-bin")).unwrap();
    let search = root.join("cgi-bin/search");
    std::fs::write(&search, SEARCH).unwrap();
    crate::allow_all(&search);
}

/// Runs it for one request. `-nr`: also as root.
fn answer(program: &Path, root: &Path, port: u16, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut process = Command::new(program)
        .arg("-r")
        .arg(root)
        .args(["-h", "localhost", "-p", &port.to_string(), "-nr", "-ns", "-nm", "-nu", "-np"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    process.stdin.take().unwrap().write_all(request)?;
    Ok(process.wait_with_output()?.stdout)
}
