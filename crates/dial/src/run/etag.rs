//! `--etag-save` and `--etag-compare`: a document is read again only when it is another one.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use landline::aio::http::{Reply, Request};

use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::settings::Etag;
use crate::whole;

/// No field of a request can be longer.
const MAX_TAG_BYTES: u64 = 64 << 10;

/// Asks with the tag that was kept, if it is still that one. Without one it is an empty tag.
pub(super) fn compare(request: Request, etag: &Etag) -> Result<Request, Failure> {
    let Some(path) = &etag.compare else { return Ok(request) };
    let kept = match whole::read_file(path, MAX_TAG_BYTES) {
        Ok(bytes) => bytes.into_iter().filter(|byte| !matches!(byte, b'\r' | b'\n' | 0)).collect(),
        Err(_) if etag.save.is_some() => Vec::new(),
        Err(error) => return Err(failure("open", path, &error)),
    };
    let tag = if kept.is_empty() { b"\"\"".to_vec() } else { kept };
    Ok(request.header("If-None-Match", tag))
}

/// Looks before anything is asked whether the tag can be kept.
pub(super) fn check(etag: &Etag) -> Result<(), Failure> {
    let Some(path) = etag.save.as_ref().filter(|path| !is_stdout(path)) else { return Ok(()) };
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.map(drop).map_err(|error| failure("create", path, &error))
}

/// Keeps the tag of a document that is there as a whole. One that was not read to its end would be
/// taken for up to date the next time; and what is not found has no tag worth keeping.
pub(super) fn save(etag: &Etag, reply: &Reply) -> Result<(), Failure> {
    let is_document = reply.is_success() || reply.status() == 304;
    let tag = reply.headers().get_bytes("ETag").map(<[u8]>::trim_ascii).unwrap_or_default();
    let Some(path) = etag.save.as_ref().filter(|_| is_document && !tag.is_empty()) else {
        return Ok(());
    };
    let line = [tag, b"\n"].concat();
    let written =
        if is_stdout(path) { io::stdout().write_all(&line) } else { fs::write(path, line) };
    written.map_err(|error| failure("write", path, &error))
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn failure(verb: &str, path: &Path, error: &io::Error) -> Failure {
    let (path, reason) = (path.display(), os_reason(error));
    let code = if verb == "write" { Code::WRITE } else { Code::READ };
    Failure::new(code, format!("Failed to {verb} the file of the ETag '{path}': {reason}"))
}
