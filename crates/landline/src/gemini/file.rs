//! Known hosts in a file, one a line.

use std::fs::{DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{KnownHost, KnownHosts};
use crate::whole_file;

/// The longest file that is read: 1 MiB, some 8,000 hosts.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Known hosts in a file: `HOST PORT sha256:FINGERPRINT EXPIRY`, one a line, the expiry in seconds
/// since 1970. Lines that begin with `#` are left alone.
///
/// The file is replaced as a whole whenever somebody new is met, never changed in place, and is
/// for its owner alone. It and its folder are made when they are needed. Where several processes meet
/// somebody at the same moment, the last one's file stays.
#[derive(Clone, Debug)]
pub struct KnownHostsFile {
    path: PathBuf,
}

impl KnownHostsFile {
    /// A memory at `path`; nothing has to be there yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn read(&self) -> io::Result<String> {
        let bytes = match File::open(&self.path) {
            Ok(file) => whole_file::read(file, MAX_FILE_BYTES)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        String::from_utf8(bytes).map_err(|_| unreadable("the file is no text".to_owned()))
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            make_folder(folder)?;
        }
        whole_file::replace(&self.path, text.as_bytes())
    }
}

impl KnownHosts for KnownHostsFile {
    fn find(&self, host: &str, port: u16) -> io::Result<Option<KnownHost>> {
        let text = self.read()?;
        let Some(line) = text.lines().rev().find(|line| is_of(line, host, port)) else {
            return Ok(None);
        };
        parse(line)
            .map(Some)
            .ok_or_else(|| unreadable(format!("the line of {host} {port} is not readable")))
    }

    fn remember(&self, host: &str, port: u16, known: KnownHost) -> io::Result<()> {
        let mut text = String::new();
        for line in self.read()?.lines().filter(|line| !is_of(line, host, port)) {
            text.push_str(line);
            text.push('\n');
        }
        let since = known.expires.duration_since(SystemTime::UNIX_EPOCH);
        let expires = since.unwrap_or_default().as_secs();
        text.push_str(&format!("{host} {port} {} {expires}\n", known.fingerprint));
        // A file that is too long to be read again would lock everybody out.
        if text.len() as u64 > MAX_FILE_BYTES {
            return Err(unreadable(format!("the file has more than {MAX_FILE_BYTES} bytes")));
        }
        self.replace(&text)
    }

    fn place(&self) -> String {
        landline_wire::escape::escape(self.path.as_os_str().as_encoded_bytes())
    }
}

fn unreadable(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn is_of(line: &str, host: &str, port: u16) -> bool {
    let mut words = line.split_ascii_whitespace();
    words.next() == Some(host) && words.next().and_then(|word| word.parse().ok()) == Some(port)
}

fn parse(line: &str) -> Option<KnownHost> {
    let mut words = line.split_ascii_whitespace().skip(2);
    let fingerprint = words.next()?.parse().ok()?;
    let expires = Duration::from_secs(words.next()?.parse().ok()?);
    let expires = SystemTime::UNIX_EPOCH.checked_add(expires)?;
    words.next().is_none().then_some(KnownHost { fingerprint, expires })
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::Fingerprint;
    use super::*;

    fn known(byte: u8) -> KnownHost {
        let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(4_102_444_800);
        KnownHost { fingerprint: Fingerprint([byte; 32]), expires }
    }

    #[test]
    fn what_is_remembered_is_found_and_nothing_else_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made/when/needed");
        let hosts = KnownHostsFile::at(&path);
        assert_eq!(hosts.find("a.test", 1965).unwrap(), None);
        hosts.remember("a.test", 1965, known(1)).unwrap();
        fs::write(&path, format!("# mine\n{}", fs::read_to_string(&path).unwrap())).unwrap();
        hosts.remember("a.test", 1966, known(2)).unwrap();
        hosts.remember("::1", 1965, known(3)).unwrap();
        hosts.remember("a.test", 1965, known(4)).unwrap();
        for (host, port, byte) in [("a.test", 1965, 4), ("a.test", 1966, 2), ("::1", 1965, 3)] {
            assert_eq!(hosts.find(host, port).unwrap(), Some(known(byte)));
        }
        assert_eq!(hosts.find("test", 1965).unwrap(), None);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# mine\n") && text.lines().count() == 4, "{text}");
        let left = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(left, 1, "nothing lies beside it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
    }

    #[test]
    fn a_file_that_is_broken_is_no_file_without_hosts() {
        let folder = tempfile::tempdir().unwrap();
        let hosts = KnownHostsFile::at(folder.path().join("hosts"));
        for line in ["a.test 1965", "a.test 1965 sha256:00 1", "a.test 1965 x y"] {
            fs::write(&hosts.path, line).unwrap();
            assert!(hosts.find("a.test", 1965).is_err(), "{line}");
            assert_eq!(hosts.find("b.test", 1965).unwrap(), None);
        }
        fs::write(&hosts.path, vec![b'x'; (MAX_FILE_BYTES + 1) as usize]).unwrap();
        assert!(hosts.find("a.test", 1965).is_err());
        assert!(hosts.remember("a.test", 1965, known(1)).is_err());
        fs::write(&hosts.path, "#\n".repeat(MAX_FILE_BYTES as usize / 2)).unwrap();
        assert!(hosts.remember("a.test", 1965, known(1)).is_err(), "too long to be read again");
        assert_eq!(hosts.find("a.test", 1965).unwrap(), None);
        assert!(KnownHostsFile::at(folder.path()).find("a.test", 1965).is_err());
    }
}
