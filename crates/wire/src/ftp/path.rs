//! From the path of an FTP URL to the commands that reach it.

use super::FtpPathError;

/// Folders that the path of a URL may have.
pub const MAX_FOLDERS: usize = 1_000;

/// The path of an FTP URL, decoded (RFC 1738 section 3.2.2).
///
/// It starts at the folder that the server puts the user into; `ftp://host//etc/motd` and
/// `ftp://host/%2Fetc/motd` start at the root. Where curl differs from the RFC, curl is followed:
/// `%2F` elsewhere separates folders like any slash, empty segments are skipped, and `;type=` with an
/// unknown letter is taken off and means `i`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FtpPath {
    /// Decoded, without the slash behind the host and without the type.
    decoded: Vec<u8>,
    transfer_type: Option<TransferType>,
}

/// What `;type=` at the end of an FTP URL asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferType {
    /// `a`: text, line ends translated.
    Ascii,
    /// `i`: bytes as they are.
    Image,
    /// `d`: names of a folder (NLST).
    Directory,
}

/// How folders are reached; curl's `--ftp-method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum CwdMethod {
    /// One CWD for each folder, as RFC 1738 says.
    #[default]
    Multi,
    /// No CWD; the whole path is the argument of the last command.
    None,
    /// One CWD with all folders.
    Single,
}

/// The commands that reach a path.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PathSteps {
    /// Arguments of CWD, in order; the first one is `/` if the path starts at the root.
    pub folders: Vec<Vec<u8>>,
    /// Argument of RETR, SIZE, STOR and the like; `None` for a folder.
    pub file: Option<Vec<u8>>,
    /// Argument of LIST or NLST, if they need one.
    pub list: Option<Vec<u8>>,
}

impl FtpPath {
    /// Decodes the path of a URL, still percent-encoded, as
    /// [`Location::path`](crate::target::Location::path) gives it.
    ///
    /// # Errors
    /// [`FtpPathError::Control`] for `%00` to `%1F`, [`FtpPathError::TooDeep`].
    pub fn parse(raw: &str) -> Result<Self, FtpPathError> {
        let (raw, transfer_type) = split_type(raw.strip_prefix('/').unwrap_or(raw));
        let decoded: Vec<u8> = percent_encoding::percent_decode_str(raw).collect();
        if let Some(&byte) = decoded.iter().find(|byte| **byte < b' ') {
            return Err(FtpPathError::Control { byte });
        }
        if decoded.iter().filter(|byte| **byte == b'/').count() > MAX_FOLDERS {
            return Err(FtpPathError::TooDeep);
        }
        Ok(Self { decoded, transfer_type })
    }

    /// Gives what `;type=` asks for.
    #[must_use]
    pub fn transfer_type(&self) -> Option<TransferType> {
        self.transfer_type
    }

    /// Tells whether the path starts at the root of the server.
    #[must_use]
    pub fn is_absolute(&self) -> bool {
        self.decoded.starts_with(b"/")
    }

    /// Gives the whole path decoded, as [`CwdMethod::None`] would send it; empty for the folder of the login.
    #[must_use]
    pub fn decoded(&self) -> &[u8] {
        &self.decoded
    }

    /// Gives the folders in order, `/` first if the path is absolute.
    pub fn folders(&self) -> impl Iterator<Item = &[u8]> {
        let root = self.is_absolute().then_some(&b"/"[..]);
        let before_file = self.last_slash().map_or(&b""[..], |at| &self.decoded[..at]);
        let segments = before_file.split(|byte| *byte == b'/').filter(|name| !name.is_empty());
        root.into_iter().chain(segments)
    }

    /// Gives the file: what follows the last slash; `None` if the path ends there and means a folder.
    #[must_use]
    pub fn file(&self) -> Option<&[u8]> {
        let file = self.last_slash().map_or(&self.decoded[..], |at| &self.decoded[at + 1..]);
        (!file.is_empty()).then_some(file)
    }

    /// Gives the arguments of the commands that reach the path.
    ///
    /// They are those of curl, with one exception: for `;type=d` and a path that does not end in a slash,
    /// `list` is the name, as RFC 1738 says, where curl lists the folder around it.
    #[must_use]
    pub fn steps(&self, method: CwdMethod) -> PathSteps {
        let owned = <[u8]>::to_vec;
        let around = self.folder_around().map(owned);
        let (folders, file, list) = match method {
            CwdMethod::Multi => (self.folders().map(owned).collect(), self.file(), None),
            CwdMethod::Single => (around.into_iter().collect(), self.file(), None),
            CwdMethod::None => (Vec::new(), self.file().map(|_| self.decoded()), around),
        };
        let file = file.map(owned);
        let names_a_folder = self.transfer_type == Some(TransferType::Directory) && file.is_some();
        let list = if names_a_folder { file.clone() } else { list };
        PathSteps { folders, file, list }
    }

    /// Everything before the last slash, or the slash itself if nothing stands before it.
    fn folder_around(&self) -> Option<&[u8]> {
        self.last_slash().map(|at| &self.decoded[..at.max(1)])
    }

    fn last_slash(&self) -> Option<usize> {
        self.decoded.iter().rposition(|byte| *byte == b'/')
    }
}

/// Takes `;type=` and one letter off the end.
fn split_type(raw: &str) -> (&str, Option<TransferType>) {
    let start = raw.len().wrapping_sub(";type=x".len());
    let Some((path, suffix)) = raw.split_at_checked(start) else {
        return (raw, None);
    };
    let suffix = suffix.to_ascii_lowercase();
    match suffix.strip_prefix(";type=") {
        Some("a") => (path, Some(TransferType::Ascii)),
        Some("d") => (path, Some(TransferType::Directory)),
        Some(_) => (path, Some(TransferType::Image)),
        None => (raw, None),
    }
}
