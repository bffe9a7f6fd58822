//! Where it all happens: the server, the files, and what the words in braces stand for.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::options::Options;

/// A server that runs, and a folder that is removed in the end.
pub(crate) struct Scene {
    pub(crate) floor: PathBuf,
    pub(crate) dir: PathBuf,
    /// Whether server and clients have a core each.
    pub(crate) is_pinned: bool,
    words: Vec<(&'static str, String)>,
    server: Child,
}

impl Scene {
    pub(crate) fn set_up(options: &Options) -> io::Result<Self> {
        let here = std::env::current_exe()?;
        let bin = here.parent().unwrap_or(Path::new("."));
        let dir = scratch();
        fs::create_dir_all(dir.join("many"))?;
        let is_pinned = std::thread::available_parallelism()?.get() > 1;
        let ca = dir.join("ca.pem");
        let mut server = start_server(&bin.join("server"), &ca, is_pinned)?;
        let [http, https, ftp, smtp, pop3, nntp, imap, http2] = ports(&mut server)?;
        let own_dial = bin.join("../dial/release/dial").display().to_string();
        let dial = options.dial.clone().unwrap_or(own_dial);
        let (big, upload, message, count, files, articles, runs, zipped) = if options.quick {
            (64 << 20, 16 << 20, 8_000_000, 200, 50, 100, 200, 16 << 20)
        } else {
            (1 << 30, 300 << 20, 200_000_000, 5000, 500, 1000, 4000, 256 << 20)
        };
        let upload = make_upload(&dir, upload)?;
        let mail = make_mail(&dir, message)?;
        let list = make_list(&dir.join("list"), "http", http, count)?;
        let ftp_list = make_list(&dir.join("ftp-list"), "ftp", ftp, files)?;
        let words = vec![
            ("{floor}", bin.join("floor").display().to_string()),
            ("{faces}", bin.join("faces").display().to_string()),
            ("{rivals}", bin.join("rivals").display().to_string()),
            ("{dial}", dial),
            ("{host}", format!("127.0.0.1:{http}")),
            ("{http}", format!("http://127.0.0.1:{http}")),
            ("{https}", format!("https://localhost:{https}")),
            ("{http2}", format!("https://localhost:{http2}")),
            ("{ftp-host}", format!("127.0.0.1:{ftp}")),
            ("{ftp}", format!("ftp://127.0.0.1:{ftp}")),
            ("{smtp}", format!("smtp://127.0.0.1:{smtp}")),
            ("{smtp-port}", smtp.to_string()),
            ("{pop3}", format!("pop3://127.0.0.1:{pop3}")),
            ("{pop3-port}", pop3.to_string()),
            ("{nntp}", format!("nntp://127.0.0.1:{nntp}")),
            ("{nntp-port}", nntp.to_string()),
            ("{imap}", format!("imap://127.0.0.1:{imap}")),
            ("{imap-port}", imap.to_string()),
            ("{mail.py}", concat!(env!("CARGO_MANIFEST_DIR"), "/mail.py").to_owned()),
            ("{mail}", mail),
            ("{message}", usize::to_string(&message)),
            ("{articles}", u32::to_string(&articles)),
            ("{ca}", ca.display().to_string()),
            ("{dir}", dir.display().to_string()),
            ("{upload}", upload),
            ("{list}", list),
            ("{ftp-list}", ftp_list),
            ("{big}", u64::to_string(&big)),
            ("{count}", count.to_string()),
            ("{count2}", (count * 2 / 5).to_string()),
            ("{zipped}", u64::to_string(&zipped)),
            ("{files}", u32::to_string(&files)),
            ("{runs}", u32::to_string(&runs)),
        ];
        Ok(Self { floor: bin.join("floor"), dir, is_pinned, words, server })
    }

    /// The command line with every word in braces replaced.
    pub(crate) fn command(&self, template: &str) -> Vec<String> {
        let replace = |word: &str| {
            self.words.iter().fold(word.to_owned(), |word, (name, value)| word.replace(name, value))
        };
        template.split(' ').map(replace).collect()
    }

    /// Takes away what the last command left behind.
    pub(crate) fn tidy(&self) {
        // Most commands leave nothing.
        let _ = fs::remove_file(self.dir.join("out"));
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // Nothing to be done about a server or a folder that is gone already.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A folder of our own, in memory where the system offers that: disks are not what is measured.
fn scratch() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
    base.join(format!("landline-bench-{}", std::process::id()))
}

fn start_server(program: &Path, ca: &Path, is_pinned: bool) -> io::Result<Child> {
    let mut command = Command::new(program);
    command.arg(ca);
    if is_pinned {
        command.arg("1");
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

/// Those of HTTP, HTTPS, FTP, SMTP, POP3, NNTP, IMAP and HTTP/2.
fn ports(server: &mut Child) -> io::Result<[u16; 8]> {
    let mut line = String::new();
    if let Some(output) = server.stdout.take() {
        BufReader::new(output).read_line(&mut line)?;
    }
    let ports: Vec<u16> =
        line.split_whitespace().skip(1).map_while(|port| port.parse().ok()).collect();
    ports.try_into().map_err(|_| io::Error::other("the server did not say its ports"))
}

fn make_upload(dir: &Path, bytes: usize) -> io::Result<String> {
    let path = dir.join("upload");
    let mut file = File::create(&path)?;
    let piece = vec![b'u'; 1 << 20];
    for _ in 0..bytes / piece.len() {
        file.write_all(&piece)?;
    }
    Ok(path.display().to_string())
}

/// A message of many lines, some of which begin with a dot.
fn make_mail(dir: &Path, bytes: usize) -> io::Result<String> {
    const LINE: &str = "The quick brown fox jumps over the lazy dog, and again and aga\r\n";
    const LINES: usize = 1000;
    let path = dir.join("mail");
    let mut file = File::create(&path)?;
    file.write_all(b"Subject: bench\r\n\r\n")?;
    let piece = LINE.repeat(LINES - 1) + ".\r\n";
    for _ in 0..bytes / piece.len() {
        file.write_all(piece.as_bytes())?;
    }
    Ok(path.display().to_string())
}

fn make_list(path: &Path, scheme: &str, port: u16, count: u32) -> io::Result<String> {
    let url = |n| format!("{scheme}://127.0.0.1:{port}/s/{n}\n");
    fs::write(path, (1..=count).map(url).collect::<String>())?;
    Ok(path.display().to_string())
}
