//! The variables of `-w`, by name.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use landline::net::Peer;
use landline::wire::head::Version;

use super::{Facts, urls};
use crate::run::certificates;

pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) value: fn(&Facts) -> Value<'_>,
}

pub(super) enum Value<'a> {
    Text(Option<&'a str>),
    /// Made for the occasion, such as a part of a URL.
    Part(Option<String>),
    /// What only those see who ask for it by name.
    Secret(Option<String>),
    /// Three digits: `000`, `200`.
    Status(u16),
    Number(u64),
    /// -1 where there is none.
    Id(i64),
    /// Seconds with six decimals.
    Time(Duration),
}

use Value::{Id, Number, Part, Secret, Status, Text, Time};

/// As `-w` prints it.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Text(text) => f.write_str(text.unwrap_or_default()),
            Part(text) | Secret(text) => f.write_str(text.as_deref().unwrap_or_default()),
            Id(number) => write!(f, "{number}"),
            Status(code) => write!(f, "{code:03}"),
            Number(number) => write!(f, "{number}"),
            Time(time) => write!(f, "{}.{:06}", time.as_secs(), time.subsec_micros()),
        }
    }
}

pub(super) fn find(name: &str) -> Option<&'static Variable> {
    // curl compares without regard to case.
    ALL.iter().find(|variable| variable.name.eq_ignore_ascii_case(name))
}

const fn variable(name: &'static str, value: fn(&Facts) -> Value<'_>) -> Variable {
    Variable { name, value }
}

/// `1.1`, and `1` for HTTP/1.0 as curl says it; `0` where no reply came.
fn http_version(facts: &Facts) -> String {
    match facts.http_version {
        None => "0".into(),
        Some(Version::Http10) => "1".into(),
        Some(version) => version.to_string().replace("HTTP/", ""),
    }
}

fn ip(address: Option<SocketAddr>) -> Option<String> {
    Some(address?.ip().to_string())
}

fn port(address: Option<SocketAddr>) -> u64 {
    address.map_or(0, |address| address.port().into())
}

fn address(peer: Option<&Peer>) -> Option<SocketAddr> {
    match peer {
        Some(Peer::Ip(address)) => Some(*address),
        _ => None,
    }
}

/// As with curl a Unix socket has its path there.
fn place(peer: Option<&Peer>) -> Option<String> {
    match peer {
        Some(Peer::Unix(path)) => Some(path.clone()),
        _ => ip(address(peer)),
    }
}

/// In the order of `%{json}`.
pub(super) static ALL: [Variable; 68] = [
    variable("certs", |f| Part(Some(certificates::listed(&f.certificates)))),
    variable("conn_id", |f| Id(f.conn_id)),
    variable("content_type", |f| Text(f.content_type.as_deref())),
    variable("errormsg", |f| Text(f.errormsg.as_deref())),
    variable("exitcode", |f| Number(f.exitcode.into())),
    variable("filename_effective", |f| Text(f.filename_effective.as_deref())),
    variable("ftp_entry_path", |f| Text(f.ftp_entry_path.as_deref())),
    variable("http_code", |f| Status(f.http_code)),
    variable("http_connect", |f| Status(f.http_connect)),
    variable("http_version", |f| Part(Some(http_version(f)))),
    variable("local_ip", |f| Part(ip(f.local))),
    variable("local_port", |f| Number(port(f.local))),
    variable("method", |f| Text(Some(&f.method))),
    variable("num_certs", |f| Number(f.certificates.len() as u64)),
    variable("num_connects", |f| Number(f.num_connects)),
    variable("num_headers", |f| Number(f.headers.len() as u64)),
    variable("num_redirects", |f| Number(f.num_redirects)),
    variable("num_retries", |f| Number(f.num_retries)),
    variable("proxy_ssl_verify_result", |f| Number(f.proxy_ssl_verify_result)),
    variable("proxy_used", |f| Number(f.proxy_used.into())),
    variable("redirect_url", |f| Text(f.redirect_url.as_deref())),
    variable("referer", |f| Text(f.referer.as_deref())),
    variable("remote_ip", |f| Part(place(f.remote.as_ref()))),
    variable("remote_port", |f| Number(port(address(f.remote.as_ref())))),
    variable("response_code", |f| Status(f.http_code)),
    variable("scheme", |f| Text(f.scheme.as_deref())),
    variable("size_delivered", |f| Number(f.size_delivered)),
    variable("size_download", |f| Number(f.size_download)),
    variable("size_header", |f| Number(f.size_header)),
    variable("size_request", |f| Number(f.size_request)),
    variable("size_upload", |f| Number(f.size_upload)),
    variable("speed_download", |f| Number(f.speed(f.size_download))),
    variable("speed_upload", |f| Number(f.speed(f.size_upload))),
    variable("ssl_verify_result", |f| Number(f.ssl_verify_result)),
    variable("time_appconnect", |f| Time(f.time_appconnect)),
    variable("time_connect", |f| Time(f.time_connect)),
    variable("time_namelookup", |f| Time(f.time_namelookup)),
    variable("time_posttransfer", |f| Time(f.time_posttransfer)),
    variable("time_pretransfer", |f| Time(f.time_pretransfer)),
    // Nothing waits in a queue once its transfer has begun.
    variable("time_queue", |_| Time(Duration::ZERO)),
    variable("time_redirect", |f| Time(f.time_redirect)),
    variable("time_starttransfer", |f| Time(f.time_starttransfer)),
    variable("time_total", |f| Time(f.time_total)),
    // No early data is sent.
    variable("tls_earlydata", |_| Number(0)),
    variable("url", |f| Text(Some(&f.url))),
    variable("url.fragment", |f| Part(urls::fragment(f.location.as_ref()))),
    variable("url.host", |f| Part(urls::host(f.location.as_ref()))),
    variable("url.options", |_| Part(None)),
    variable("url.password", |f| Secret(urls::password(f.location.as_ref()))),
    variable("url.path", |f| Part(urls::path(f.location.as_ref()))),
    variable("url.port", |f| Part(urls::port(f.location.as_ref()))),
    variable("url.query", |f| Part(urls::query(f.location.as_ref()))),
    variable("url.scheme", |f| Part(urls::scheme(f.location.as_ref()))),
    variable("url.user", |f| Part(urls::user(f.location.as_ref()))),
    variable("url.zoneid", |f| Part(urls::zone(f.location.as_ref()))),
    variable("url_effective", |f| Part(Some(urls::whole(f.effective.as_ref())))),
    variable("urle.fragment", |f| Part(urls::fragment(f.effective.as_ref()))),
    variable("urle.host", |f| Part(urls::host(f.effective.as_ref()))),
    variable("urle.options", |_| Part(None)),
    variable("urle.password", |f| Secret(urls::password(f.effective.as_ref()))),
    variable("urle.path", |f| Part(urls::path(f.effective.as_ref()))),
    variable("urle.port", |f| Part(urls::port(f.effective.as_ref()))),
    variable("urle.query", |f| Part(urls::query(f.effective.as_ref()))),
    variable("urle.scheme", |f| Part(urls::scheme(f.effective.as_ref()))),
    variable("urle.user", |f| Part(urls::user(f.effective.as_ref()))),
    variable("urle.zoneid", |f| Part(urls::zone(f.effective.as_ref()))),
    variable("urlnum", |f| Number(f.urlnum)),
    variable("xfer_id", |f| Id(f.xfer_id)),
];
