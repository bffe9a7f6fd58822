//! Heads of HTTP/2, from and to the lists of fields that HTTP/1 has.

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Uri};
use landline_wire::head::ResponseHead;

use crate::{Error, Headers, Result};

/// A request whose body has been told apart.
pub(super) struct RequestHead {
    pub(super) request: http::Request<()>,
    /// What it looks like in HTTP/1's form, for those who watch.
    pub(super) shown: Vec<u8>,
    pub(super) expects: bool,
}

impl RequestHead {
    /// `Host` becomes the authority; what speaks of one HTTP/1 connection is left out (RFC 9113
    /// sections 8.2.2 and 8.3.1).
    pub(super) fn new(
        method: &str,
        scheme: &str,
        host: &str,
        target: &str,
        fields: &Headers,
    ) -> Result<Self> {
        let host = fields.get_bytes("Host").unwrap_or(host.as_bytes());
        let mut kept = Headers::new();
        let mut shown = format!("{method} {target} HTTP/2\r\nHost: ").into_bytes();
        shown.extend_from_slice(host);
        shown.extend_from_slice(b"\r\n");
        for (name, value) in fields {
            if is_sent(name, value) {
                kept.push(&name.to_ascii_lowercase(), value)
                    .map_err(|error| unfit("field", error))?;
            }
        }
        kept.write_to(&mut shown);
        shown.extend_from_slice(b"\r\n");
        let mut request = http::Request::new(());
        *request.method_mut() = method.parse().map_err(|error| unfit("method", error))?;
        *request.uri_mut() = uri(scheme, host, target)?;
        *request.version_mut() = http::Version::HTTP_2;
        *request.headers_mut() = (&kept).try_into().map_err(|error| unfit("field", error))?;
        let expects = kept.get("expect").is_some_and(|it| it.eq_ignore_ascii_case("100-continue"));
        Ok(Self { request, shown, expects })
    }
}

fn uri(scheme: &str, host: &[u8], target: &str) -> Result<Uri> {
    let authority = Authority::try_from(host).map_err(|error| unfit("host", error))?;
    let path = Bytes::copy_from_slice(target.as_bytes());
    let path =
        PathAndQuery::from_maybe_shared(path).map_err(|error| unfit("request target", error))?;
    let uri = Uri::builder().scheme(scheme).authority(authority).path_and_query(path);
    uri.build().map_err(|error| unfit("request target", error))
}

fn unfit(what: &str, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::usage(format!("the {what} cannot be sent in HTTP/2")).because(error)
}

/// Whether a field has a meaning in HTTP/2.
fn is_sent(name: &str, value: &[u8]) -> bool {
    const OF_ONE_CONNECTION: [&str; 6] =
        ["connection", "host", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];
    match name.eq_ignore_ascii_case("te") {
        true => value.eq_ignore_ascii_case(b"trailers"),
        false => !OF_ONE_CONNECTION.iter().any(|other| name.eq_ignore_ascii_case(other)),
    }
}

/// The head of a reply, interim or final.
pub(super) fn response(parts: &http::Response<impl Sized>) -> ResponseHead {
    ResponseHead::http2(parts.status().as_u16(), parts.headers().into())
}
