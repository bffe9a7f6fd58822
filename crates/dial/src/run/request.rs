//! From a transfer to the library's request.

use std::fs::File;

use landline::Location;
use landline::aio::http::Request;
use landline::http::Upload;

use super::{Means, connect, watch::Watch};
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::high::{self, HeaderValue, Settings, Transfer};
use crate::settings::HttpVersion;

/// Above this many bytes a body waits for the server's go-ahead, as curl has it.
const EXPECT_BYTES: u64 = 1 << 20;
const EXPECT_PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

pub(super) fn location(transfer: &Transfer) -> Result<Location, Failure> {
    let parse = if transfer.settings.path_as_is { Location::parse_as_is } else { Location::parse };
    parse(&transfer.target).map_err(|error| {
        let text = format!("URL rejected: {error}");
        Failure::new(Code::MALFORMED_URL, text)
    })
}

pub(super) fn build(
    transfer: &Transfer,
    location: Location,
    means: &Means,
    watch: &std::sync::Arc<Watch>,
    resume_at: u64,
) -> Result<Request, Failure> {
    let settings = &*transfer.settings;
    let mut request = means
        .client
        .request_at(transfer.method(), location)
        .user_agent(settings.user_agent.as_deref().unwrap_or_default())
        .redirects(connect::redirects(settings))
        .decode(settings.compressed)
        .observe(watch.observer());
    request = headers(request, settings);
    if let Some(user) = &settings.user {
        request = request.basic_auth(&user.user, user.password.reveal());
    }
    if let Some(referer) = &settings.referer {
        request = request.referer(referer);
    }
    if let Some(target) = &settings.request_target {
        request = request.request_target(target);
    }
    if settings.http_version == HttpVersion::V1_0 {
        request = request.http10();
    }
    request = match (resume_at, &settings.range) {
        (0, None) => request,
        (0, Some(range)) => request.range(range),
        (offset, _) => request.range(&format!("{offset}-")),
    };
    let patience = settings.timeouts.expect_continue.unwrap_or(EXPECT_PATIENCE);
    request = request.expect_continue(EXPECT_BYTES, patience);
    body(request, transfer)
}

fn headers(mut request: Request, settings: &Settings) -> Request {
    for line in &settings.headers {
        request = match &line.value {
            HeaderValue::Set(value) => request.header(&line.name, value),
            HeaderValue::Empty => request.header(&line.name, ""),
            HeaderValue::Remove => request.without_header(&line.name),
        };
    }
    request
}

fn body(request: Request, transfer: &Transfer) -> Result<Request, Failure> {
    match (&transfer.upload, &transfer.settings.request) {
        (Some(upload), _) => Ok(request.body(source(upload)?)),
        (None, high::Request::Post(body)) => {
            let request = request.bytes(body.bytes.clone());
            Ok(match body.content_type() {
                Some(kind) => request.content_type(kind),
                None => request,
            })
        }
        (None, _) => Ok(request),
    }
}

pub(super) fn source(upload: &high::Upload) -> Result<Upload, Failure> {
    match upload {
        high::Upload::Stdin => Ok(Upload::stream(tokio::io::stdin(), None)),
        high::Upload::File(path) => {
            let unreadable = |reason: String| {
                let text = format!("cannot open '{}': {reason}", path.display());
                Failure::new(Code::READ, text)
            };
            let file = File::open(path).map_err(|error| unreadable(os_reason(&error)))?;
            // A folder can be opened, and says what it is only when it is read.
            if file.metadata().is_ok_and(|facts| facts.is_dir()) {
                return Err(unreadable("Is a directory".to_owned()));
            }
            Upload::file(file).map_err(|error| unreadable(error.chain()))
        }
    }
}
