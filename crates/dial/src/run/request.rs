//! From a transfer to the library's request.

use landline::aio::http::Request;
use landline::http::{AuthScheme, HttpVersion};
use landline::wire::validator::Validator;
use landline::{Location, Login};

use super::{Means, etag, form, upload, watch::Watch};
use crate::exit::{Code, Failure};
use crate::high::{self, HeaderValue, Settings, Transfer};
use crate::settings::Resume;

/// Above this many bytes a body waits for the server's go-ahead, as curl has it.
const EXPECT_BYTES: u64 = 1 << 20;
const EXPECT_PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

pub(super) fn location(transfer: &Transfer) -> Result<Location, Failure> {
    let parse = if transfer.settings.path_as_is { Location::parse_as_is } else { Location::parse };
    let location = parse(&transfer.target).map_err(|error| {
        let text = format!("URL rejected: {error}");
        Failure::new(Code::MALFORMED_URL, text)
    })?;
    if transfer.settings.auth.no_user_in_url && location.username().is_some() {
        let text = "URL rejected: it has a user, which --disallow-username-in-url forbids";
        return Err(Failure::new(Code::LOGIN, text));
    }
    Ok(location)
}

pub(super) async fn build(
    transfer: &Transfer,
    location: Location,
    means: &Means,
    watch: &std::sync::Arc<Watch>,
    resume_at: u64,
    known: Option<&Validator>,
) -> Result<Request, Failure> {
    let settings = &*transfer.settings;
    let mut request = means
        .client
        .request_at(transfer.method(), location)
        // The file has the bytes before they were compressed, a range would count those after.
        .decode(settings.compressed && resume_at == 0)
        .version(settings.http_version)
        .transfer_codings(settings.reading.transfer_codings)
        .raw(settings.reading.raw)
        .allow_http09(settings.reading.http09)
        .ignore_content_length(settings.reading.ignore_length)
        .observe(watch.observer());
    request = headers(condition(request, settings), settings);
    request = etag::compare(request, &settings.etag)?;
    request = identity(request, settings);
    if settings.cookies.are_kept() {
        request = request.cookies(&means.jar);
    }
    if let Some(data) = &settings.cookies.data {
        request = request.cookie(data);
    }
    if let Some(referer) = &settings.referer {
        request = request.referer(referer);
    }
    if let Some(target) = &settings.request_target {
        request = request.request_target(target);
    }
    request = match (resume_at, &settings.range) {
        _ if transfer.upload.is_some() => request,
        (0, None) => request,
        (0, Some(range)) => request.range(range),
        (offset, _) => match known {
            Some(known) => request.range(&format!("{offset}-")).if_range(known),
            None => request.range(&format!("{offset}-")),
        },
    };
    let patience = settings.timeouts.expect_continue.unwrap_or(EXPECT_PATIENCE);
    request = request.expect_continue(EXPECT_BYTES, patience);
    body(request, transfer).await
}

/// Who asks: `--oauth2-bearer`, else `-u`, else what a netrc file or the URL says.
fn identity(request: Request, settings: &Settings) -> Request {
    let is_asked_for = settings.auth.basic || settings.auth.digest;
    let mut request = match settings.bearer.is_some() && is_asked_for {
        // As with curl a token is one way among those named: whichever the server offers.
        true => request.auth(AuthScheme::Any),
        false => request.auth(settings.auth.scheme()),
    };
    if let Some(scope) = &settings.auth.sigv4 {
        request = request.aws_sigv4(scope.clone());
    }
    match (&settings.bearer, &settings.user, &settings.netrc) {
        (Some(token), _, _) => request.bearer_auth(token.reveal()),
        (None, Some(user), _) => {
            request.login(Login::new(user.user.as_str(), user.password.reveal()))
        }
        (None, None, Some(netrc)) => request.netrc(netrc.clone()),
        (None, None, None) => request,
    }
}

/// `-z`, unless the user speaks of it with `-H`.
fn condition(request: Request, settings: &Settings) -> Request {
    let Some(condition) = settings.time_condition else { return request };
    let (name, date) = condition.header();
    let is_spoken_of = settings.headers.iter().any(|line| line.name.eq_ignore_ascii_case(name));
    if is_spoken_of { request } else { request.header(name, date) }
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

async fn body(request: Request, transfer: &Transfer) -> Result<Request, Failure> {
    let settings = &*transfer.settings;
    match (&transfer.upload, &settings.request) {
        (Some(upload), _) => uploading(request, upload, settings).await,
        (None, high::Request::Post(body)) => {
            let request = request.bytes(body.bytes.clone());
            Ok(match body.content_type() {
                Some(kind) => request.content_type(kind),
                None => request,
            })
        }
        (None, high::Request::Form(form)) => Ok(request.form(form::build(form)?)),
        (None, _) => Ok(request),
    }
}

/// `-T`, and what `-C` and `-r` make of it: as curl has it, they tell the server which part this is.
async fn uploading(
    request: Request,
    upload: &high::Upload,
    settings: &Settings,
) -> Result<Request, Failure> {
    let skip = match settings.output.resume {
        Some(Resume::At(offset)) => offset,
        Some(Resume::Auto) | None => 0,
    };
    let source = upload::source(upload, skip, settings.crlf).await?;
    if source.len().is_none() && settings.http_version == HttpVersion::Http10 {
        let text = "HTTP/1.0 cannot carry an upload of unknown length";
        return Err(Failure::new(Code::UPLOAD, text));
    }
    let range = match (settings.output.resume, &settings.range, source.len()) {
        // What comes from stdin is sent in chunks, as curl does it, even where a file is behind it.
        (None | Some(Resume::At(0)), None, _)
            if matches!(upload, high::Upload::Stdin)
                && settings.http_version != HttpVersion::Http10 =>
        {
            return Ok(request.body(source.without_len()));
        }
        (None | Some(Resume::At(0)), None, _) => return Ok(request.body(source)),
        (_, _, None) => {
            let text = "over HTTP a part needs a length, and that of what is sent is not known";
            return Err(Failure::new(Code::CANNOT_RESUME, text));
        }
        (_, Some(range), Some(len)) => format!("bytes {range}/{len}"),
        (_, None, Some(0)) if skip > 0 => {
            let text = format!("nothing comes behind the first {skip} bytes of what is to be sent");
            return Err(Failure::new(Code::CANNOT_RESUME, text));
        }
        (_, None, Some(0)) => return Ok(request.body(source)),
        (_, None, Some(len)) => format!("bytes {skip}-{}/{}", skip + len - 1, skip + len),
    };
    Ok(request.content_range(&range).body(source))
}
