//! The blocking face.

use std::io::{self, Read};

use super::{Options, aio};
use crate::block::Runtime;
use crate::net::{NetOptions, Peer};
use crate::observe::Observer;
use crate::{Result, Timeouts, Upload};

/// Reads and writes files by TFTP.
///
/// ```
/// use landline::tftp::{Client, Options};
/// use landline::{Timeouts, Upload};
/// use landline::net::NetOptions;
/// # let server = landline_testkit::tftp::Server::new().file("motd", "hello");
/// # let url = |file: &str| server.url(file);
///
/// let mut options = Options::default();
/// options.block_bytes = 1428;
/// let client = Client::with_options(NetOptions::default(), Timeouts::default(), options)?;
/// assert_eq!(client.put(&url("greeting"), Upload::bytes(*b"good day"))?, 8);
/// let mut file = client.get(&url("greeting"))?;
/// assert_eq!(file.announced_len(), Some(8));
/// assert_eq!(std::io::read_to_string(&mut file).unwrap(), "good day");
/// # Ok::<(), landline::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    inner: aio::Client,
    runtime: Runtime,
}

impl Client {
    /// A client with default options.
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn new() -> Result<Self> {
        Ok(Self { inner: aio::Client::new(), runtime: Runtime::new()? })
    }

    /// A client that reaches servers and speaks to them like this.
    ///
    /// # Errors
    /// When the system gives no event queue.
    pub fn with_options(net: NetOptions, timeouts: Timeouts, options: Options) -> Result<Self> {
        let inner = aio::Client::with_options(net, timeouts, options);
        Ok(Self { inner, runtime: Runtime::new()? })
    }

    /// Has everything that happens told to `observer`.
    #[must_use]
    pub fn observe(self, observer: Observer) -> Self {
        Self { inner: self.inner.observe(observer), ..self }
    }

    /// Asks for the file of a `tftp:` URL.
    ///
    /// # Errors
    /// See [the module](crate::tftp#errors).
    pub fn get(&self, url: &str) -> Result<Reader> {
        let inner = self.runtime.block_on(self.inner.get(url))?;
        Ok(Reader { inner, runtime: self.runtime.clone() })
    }

    /// Writes a file to a `tftp:` URL and gives how many bytes it has there; of a text, with the
    /// line ends it travels with.
    ///
    /// # Errors
    /// As for [`get`](Self::get); [`Upload`](crate::ErrorKind::Upload) when the source fails or
    /// ends early.
    pub fn put(&self, url: &str, upload: Upload) -> Result<u64> {
        self.runtime.block_on(self.inner.put(url, upload))
    }
}

/// A file that is being read; the end is known exactly, and a file cut short is an error.
///
/// Memory holds one block. Dropped before the end, it tells the server that the transfer is over.
#[derive(Debug)]
pub struct Reader {
    inner: aio::Reader,
    runtime: Runtime,
}

impl Reader {
    /// How long the file is, as far as the server has told.
    pub fn announced_len(&self) -> Option<u64> {
        self.inner.announced_len()
    }

    /// Who sends it.
    pub fn peer(&self) -> Peer {
        self.inner.peer()
    }
}

impl Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.runtime.read(&mut self.inner, into)
    }
}
