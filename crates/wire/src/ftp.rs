//! What FTP's replies and commands say: addresses, paths, times, features.
//!
//! Out of scope: the dialogue, the framing of replies (see [`reply`](crate::reply)) and lists of files (see
//! [`listing`](crate::listing)).
//!
//! Specifications: RFC 959 (PASV, PORT, PWD), RFC 2428 (EPSV, EPRT), RFC 2389 (FEAT), RFC 3659 (SIZE,
//! MDTM, MLST), RFC 4217 (AUTH TLS), RFC 1738 section 3.2 (URLs).
//!
//! ```
//! use landline_wire::ftp::{CwdMethod, FtpPath, parse_epsv, parse_pasv};
//!
//! assert_eq!(parse_epsv("Entering Extended Passive Mode (|||6446|)")?, 6446);
//! let (address, port) = parse_pasv("Entering Passive Mode (192,0,2,1,25,46)")?;
//! assert_eq!((address.to_string().as_str(), port), ("192.0.2.1", 6446));
//!
//! let path = FtpPath::parse("//pub/my%20songs/1.ogg;type=i")?;
//! let steps = path.steps(CwdMethod::Multi);
//! assert_eq!(steps.folders, [&b"/"[..], b"pub", b"my songs"]);
//! assert_eq!(steps.file.as_deref(), Some(&b"1.ogg"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | limit | value | unit |
//! |---|---|---|
//! | [`MAX_FOLDERS`] | 1,000 | folders of a URL's path |
//!
//! Errors: an [`FtpFormatError`] is the peer's fault: the data connection cannot be made. An
//! [`FtpPathError`] is the fault of whoever wrote the URL, and comes before anything is connected. What a
//! server may as well not tell (size, time, working directory) is `None` when it cannot be understood.
//!
//! Deviations: 227 replies are searched for the address wherever it stands, because RFC 959 does not say
//! where, and servers do as they like. Paths follow curl where it differs from RFC 1738, see [`FtpPath`].

mod error;
mod features;
mod passive;
mod path;
mod value;

pub use error::{FtpFormatError, FtpPathError};
pub use features::{Features, MlstFact};
pub use passive::{eprt_argument, parse_epsv, parse_pasv, port_argument};
pub use path::{CwdMethod, FtpPath, MAX_FOLDERS, PathSteps, TransferType};
pub use value::{parse_announced_size, parse_pwd, parse_size, parse_time, render_time};

#[cfg(test)]
mod tests;
