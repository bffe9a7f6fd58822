//! The async client.

use landline_wire::target::Location;

use super::Options;
use super::put::{Written, put};
use super::reader::Reader;
use super::request::Means;
use crate::net::{Dialer, NetOptions};
use crate::observe::Observer;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Phase, Result, Timeouts};

/// Reads and writes files by TFTP.
///
/// See [the blocking twin](crate::tftp::Client) for the whole documentation.
#[derive(Clone, Debug)]
pub struct Client {
    dialer: Dialer,
    timeouts: Timeouts,
    observer: Observer,
    options: Options,
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// A client with default options.
    pub fn new() -> Self {
        Self::with_options(NetOptions::default(), Timeouts::default(), Options::default())
    }

    /// A client that reaches servers and speaks to them like this.
    pub fn with_options(net: NetOptions, timeouts: Timeouts, options: Options) -> Self {
        Self { dialer: Dialer::new(net), timeouts, observer: Observer::default(), options }
    }

    /// Has everything that happens told to `observer`.
    #[must_use]
    pub fn observe(self, observer: Observer) -> Self {
        Self { observer, ..self }
    }

    /// Asks for the file of a `tftp:` URL.
    ///
    /// # Errors
    /// See [the module](crate::tftp#errors).
    pub async fn get(&self, url: &str) -> Result<Reader> {
        let location = parse(url)?;
        let opened = Reader::open(self.means(), &location).await;
        opened.map(|(reader, _)| reader).map_err(|error| error.at(shown(&location)))
    }

    /// Writes a file to a `tftp:` URL and gives how many bytes it has there; of a text, with the
    /// line ends it travels with.
    ///
    /// # Errors
    /// As for [`get`](Self::get); [`ErrorKind::Upload`] when the source fails or ends early.
    pub async fn put(&self, url: &str, upload: Upload) -> Result<u64> {
        let location = parse(url)?;
        let written = put(self.means(), &location, upload).await;
        let written = written.map_err(|error| error.at(shown(&location)))?;
        let Written { bytes, .. } = written;
        Ok(bytes)
    }

    fn means(&self) -> Means<'_> {
        Means {
            dialer: &self.dialer,
            timeouts: self.timeouts,
            observer: &self.observer,
            options: &self.options,
        }
    }
}

fn parse(url: &str) -> Result<Location> {
    let location = Location::parse(url).map_err(|error| {
        Error::new(ErrorKind::Url, Phase::Preparing, "the URL is malformed").because(error)
    })?;
    match location.scheme() {
        "tftp" => Ok(location),
        _ => Err(Error::new(ErrorKind::Scheme, Phase::Preparing, "the URL is not one of tftp:")),
    }
}

fn shown(location: &Location) -> String {
    landline_wire::escape::escape(location.without_secrets().as_bytes())
}
