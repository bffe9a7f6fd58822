//! The variables of `-w`, by name.

use std::fmt;
use std::time::Duration;

use super::Facts;

pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) value: fn(&Facts) -> Value<'_>,
}

pub(super) enum Value<'a> {
    Text(Option<&'a str>),
    /// Three digits: `000`, `200`.
    Status(u16),
    Number(u64),
    /// Seconds with six decimals.
    Time(Duration),
}

use Value::{Number, Status, Text, Time};

/// As `-w` prints it.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Text(text) => f.write_str(text.unwrap_or_default()),
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

/// In the order of `%{json}`.
pub(super) static ALL: [Variable; 41] = [
    variable("certs", |_| Text(Some(""))),
    variable("content_type", |f| Text(f.content_type.as_deref())),
    variable("errormsg", |f| Text(f.errormsg.as_deref())),
    variable("exitcode", |f| Number(f.exitcode.into())),
    variable("filename_effective", |f| Text(f.filename_effective.as_deref())),
    variable("ftp_entry_path", |f| Text(f.ftp_entry_path.as_deref())),
    variable("http_code", |f| Status(f.http_code)),
    variable("http_connect", |f| Status(f.http_connect)),
    variable("http_version", |f| Text(Some(f.http_version.as_deref().unwrap_or("0")))),
    variable("local_ip", |f| Text(f.local_ip.as_deref())),
    variable("local_port", |f| Number(f.local_port.into())),
    variable("method", |f| Text(Some(&f.method))),
    variable("num_certs", |_| Number(0)),
    variable("num_connects", |f| Number(f.num_connects)),
    variable("num_headers", |f| Number(f.headers.len() as u64)),
    variable("num_redirects", |f| Number(f.num_redirects)),
    variable("num_retries", |f| Number(f.num_retries)),
    variable("proxy_ssl_verify_result", |_| Number(0)),
    variable("redirect_url", |f| Text(f.redirect_url.as_deref())),
    variable("referer", |f| Text(f.referer.as_deref())),
    variable("remote_ip", |f| Text(f.remote_ip.as_deref())),
    variable("remote_port", |f| Number(f.remote_port.into())),
    variable("response_code", |f| Status(f.http_code)),
    variable("scheme", |f| Text(f.scheme.as_deref())),
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
    variable("time_pretransfer", |f| Time(f.time_pretransfer)),
    variable("time_redirect", |f| Time(f.time_redirect)),
    variable("time_starttransfer", |f| Time(f.time_starttransfer)),
    variable("time_total", |f| Time(f.time_total)),
    variable("url", |f| Text(Some(&f.url))),
    variable("url_effective", |f| Text(Some(&f.url_effective))),
    variable("urlnum", |f| Number(f.urlnum)),
];
