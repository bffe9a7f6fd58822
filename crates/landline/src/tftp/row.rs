//! The row of the scheme table.

use super::Options;
use super::put::put;
use super::reader::Reader;
use super::request::Means;
use crate::open::{Parts, StoreMode, Visit};
use crate::upload::Upload;
use crate::{Error, Headers, Result};

/// Reads a file.
pub(crate) async fn open(visit: &Visit, options: &Options) -> Result<Parts> {
    let (reader, times) = Reader::open(means(visit, options), visit.location()).await?;
    visit.meet(reader.peer(), times);
    let mut info = Headers::new();
    if let Some(len) = reader.announced_len() {
        let _ = info.push("Content-Length", len.to_string());
    }
    Ok(Parts::stream(visit.location().clone(), info, reader))
}

/// Writes a file; the server has nothing to say to it.
pub(crate) async fn store(
    visit: &Visit,
    options: &Options,
    upload: Upload,
    mode: StoreMode,
) -> Result<Parts> {
    if mode != StoreMode::Replace {
        return Err(Error::usage("TFTP replaces files whole"));
    }
    let written = put(means(visit, options), visit.location(), upload).await?;
    visit.meet(written.peer, written.times);
    Ok(Parts::memory(visit.location().clone(), Headers::new(), Vec::new()))
}

fn means<'a>(visit: &'a Visit, options: &'a Options) -> Means<'a> {
    Means { dialer: &visit.dialer, timeouts: visit.timeouts, observer: &visit.observer, options }
}
