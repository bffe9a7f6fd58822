//! The library's errors as curl's exit codes, with a word on what to do next.

use landline::net::CertificateFault;
use landline::{Error, ErrorKind, Location, Phase};

use crate::exit::{Code, Failure};
use crate::help::version;
use crate::settings::Fail;

/// An error of the library, for the user.
pub(super) fn of(error: &Error) -> Failure {
    let mut text = error.chain();
    if let Some(server) = whose(error, &text) {
        text += &format!(" ({server})");
    }
    if let Some(advice) = advice(error) {
        text.push_str("; ");
        text.push_str(advice);
    }
    Failure::new(code(error), text)
}

/// The same for a transfer with these rules: as with curl, `-f` means a proxy's answer too.
pub(super) fn of_transfer(error: &Error, fail: Fail) -> Failure {
    let mut failure = of(error);
    let is_refused = error.kind() == ErrorKind::Proxy && error.command() == Some("CONNECT");
    if is_refused && fail == Fail::WithoutBody && error.status().is_some_and(|it| it >= 400) {
        failure.code = Code::HTTP_STATUS;
    }
    failure
}

/// The server, where `text` does not name it. HTTP's errors name it themselves.
fn whose(error: &Error, text: &str) -> Option<String> {
    let location = Location::parse(error.url()?).ok()?;
    let is_asked = error.phase() != Phase::Preparing;
    let is_named = location.host().is_none_or(|host| text.contains(host));
    let is_http = matches!(location.scheme(), "http" | "https");
    (is_asked && !is_named && !is_http).then(|| location.host_header())
}

/// Whether the peer refused the connection, rather than not being there.
pub(super) fn is_refused(error: &Error) -> bool {
    is_because(error, std::io::ErrorKind::ConnectionRefused)
}

/// Whether it is only that there is no such document.
pub(super) fn is_absent(error: &Error) -> bool {
    let is_file = error.kind() == ErrorKind::File;
    error.kind() == ErrorKind::NotFound
        || is_file && is_because(error, std::io::ErrorKind::NotFound)
}

fn is_because(error: &Error, kind: std::io::ErrorKind) -> bool {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let io = cause.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == kind) {
            return true;
        }
        next = cause.source();
    }
    false
}

fn code(error: &Error) -> Code {
    if error.kind() == ErrorKind::Proxy {
        return proxy(error);
    }
    if let Some(code) = error.command().and_then(|verb| by_command(error, verb)) {
        return code;
    }
    match error.kind() {
        ErrorKind::Usage => Code::BAD_CALL,
        ErrorKind::Url => Code::MALFORMED_URL,
        ErrorKind::Scheme | ErrorKind::Version => Code::UNSUPPORTED_SCHEME,
        ErrorKind::Resolve => Code::HOST_NAME,
        ErrorKind::Connect => Code::CONNECT,
        ErrorKind::Bind => Code::INTERFACE,
        ErrorKind::Timeout => Code::TIMED_OUT,
        ErrorKind::Tls => Code::TLS_HANDSHAKE,
        ErrorKind::Certificate => Code::CERTIFICATE,
        ErrorKind::ClientCertificate => Code::CLIENT_CERTIFICATE,
        ErrorKind::PinnedKey => Code::PINNED_KEY,
        ErrorKind::CertificateStatus => Code::CERTIFICATE_STATUS,
        ErrorKind::Ciphers => Code::CIPHERS,
        ErrorKind::RevocationLists => Code::CRL_FILE,
        ErrorKind::Authorities => Code::CA_FILE,
        ErrorKind::EmptyReply => Code::EMPTY_REPLY,
        ErrorKind::Truncated => Code::PARTIAL_FILE,
        ErrorKind::Protocol => Code::WEIRD_REPLY,
        ErrorKind::Http2 => Code::HTTP2,
        ErrorKind::Http3 => match error.phase() {
            Phase::Connecting | Phase::TlsHandshake => Code::QUIC,
            _ => Code::HTTP3,
        },
        ErrorKind::Stream => Code::HTTP2_STREAM,
        ErrorKind::Encoding => Code::ENCODING,
        ErrorKind::Limit => Code::TOO_LARGE,
        ErrorKind::Status => Code::HTTP_STATUS,
        ErrorKind::Redirects => Code::TOO_MANY_REDIRECTS,
        ErrorKind::Rewind => Code::REWIND,
        ErrorKind::Upload => Code::READ,
        ErrorKind::File if error.phase() == Phase::Sending => Code::SEND,
        ErrorKind::File => Code::FILE_UNREADABLE,
        ErrorKind::Login => Code::LOGIN,
        ErrorKind::NotFound => Code::NOT_FOUND,
        ErrorKind::Denied => Code::ACCESS_DENIED,
        ErrorKind::Refused => Code::WEIRD_REPLY,
        ErrorKind::TlsUnavailable => Code::TLS_UNAVAILABLE,
        // What was refused before anybody was asked cannot be asked for.
        ErrorKind::Range if error.phase() == Phase::Preparing => Code::RANGE,
        ErrorKind::Range => Code::CANNOT_RESUME,
        _ => by_phase(error.phase()),
    }
}

/// curl's numbers tell which command went wrong.
fn by_command(error: &Error, verb: &str) -> Option<Code> {
    /// Service not available, closing (RFC 959 section 4.2): curl's word for it is time-out.
    const CLOSING: Option<u16> = Some(421);
    Some(match (error.kind(), verb) {
        (_, "RRQ" | "WRQ") => return tftp(error),
        // What is not taken was not uploaded; a connection that ends there is a failure to send.
        (ErrorKind::Refused, "POST" | "IHAVE") if is_mail(error) => Code::UPLOAD,
        (ErrorKind::Refused, "MAIL" | "RCPT" | "DATA") if is_mail(error) => Code::SEND,
        _ if is_imap(error) => return imap(error, verb),
        _ if is_mail(error) => return None,
        (_, _) if error.status() == CLOSING => Code::TIMED_OUT,
        (ErrorKind::Protocol, "PASV") => Code::WEIRD_227,
        (ErrorKind::Protocol | ErrorKind::Refused, "EPSV" | "PASV") => Code::WEIRD_PASV_REPLY,
        (ErrorKind::Refused, "EPRT" | "PORT") => Code::PORT,
        (ErrorKind::Refused, "PRET") => Code::PRET,
        (ErrorKind::Refused, "ACCT") => Code::WEIRD_PASS_REPLY,
        (ErrorKind::Refused, "TYPE") => Code::SET_TYPE,
        (ErrorKind::Refused, "REST") => Code::REST,
        (ErrorKind::Refused, "RETR") => Code::RETRIEVE,
        (ErrorKind::Refused | ErrorKind::NotFound, "LIST" | "NLST" | "MLSD") => Code::RETRIEVE,
        (ErrorKind::Truncated, "STOR" | "APPE") if error.status() == Some(552) => Code::TFTP_FULL,
        (ErrorKind::Refused | ErrorKind::Denied, "STOR" | "APPE") => Code::UPLOAD,
        (ErrorKind::Refused, "QUOTE") => Code::QUOTE,
        _ => return None,
    })
}

fn is_imap(error: &Error) -> bool {
    let scheme = error.url().and_then(|url| url.split(':').next());
    scheme.is_some_and(|scheme| matches!(scheme, "imap" | "imaps"))
}

/// curl has a mailbox that cannot be opened for a login that failed, and what is asked there for a quote.
fn imap(error: &Error, verb: &str) -> Option<Code> {
    Some(match (error.kind(), verb) {
        (ErrorKind::Refused, "SELECT") => Code::LOGIN,
        (ErrorKind::Refused | ErrorKind::Upload, "APPEND") => Code::UPLOAD,
        (ErrorKind::Refused, "CONNECT" | "CAPABILITY") => Code::WEIRD_REPLY,
        (ErrorKind::Refused, _) => Code::QUOTE,
        _ => return None,
    })
}

/// FTP's verbs mean something else there.
pub(super) fn is_mail(error: &Error) -> bool {
    let scheme = error.url().and_then(|url| url.split(':').next());
    scheme.is_some_and(|scheme| {
        matches!(scheme, "pop3" | "pop3s" | "smtp" | "smtps" | "lmtp" | "nntp" | "nntps" | "news")
    })
}

/// The codes of RFC 1350's error packets.
fn tftp(error: &Error) -> Option<Code> {
    let Some(code) = error.status() else {
        let is_theirs = matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Refused);
        return is_theirs.then_some(Code::TFTP_ILLEGAL);
    };
    Some(match code {
        1 => Code::TFTP_NOT_FOUND,
        2 => Code::TFTP_DENIED,
        3 => Code::TFTP_FULL,
        4 => Code::TFTP_ILLEGAL,
        5 => Code::TFTP_UNKNOWN_ID,
        6 => Code::TFTP_EXISTS,
        7 => Code::TFTP_NO_USER,
        _ => Code::TFTP_ILLEGAL,
    })
}

/// What curl has for proxies that do not let us through.
fn proxy(error: &Error) -> Code {
    match (error.phase(), error.command()) {
        (Phase::Connecting, Some("SOCKS")) => Code::PROXY_HANDSHAKE,
        (Phase::Connecting, _) => Code::RECEIVE,
        _ => Code::PROXY_NAME,
    }
}

fn by_phase(phase: Phase) -> Code {
    match phase {
        Phase::Connecting => Code::CONNECT,
        Phase::TlsHandshake => Code::TLS_HANDSHAKE,
        Phase::Sending => Code::SEND,
        _ => Code::RECEIVE,
    }
}

fn advice(error: &Error) -> Option<&'static str> {
    Some(match (error.kind(), error.phase()) {
        (ErrorKind::Certificate, _) => return about_certificate(error),
        (ErrorKind::ClientCertificate, Phase::Preparing) => "see --cert and --key",
        (ErrorKind::Connect, _) if is_refused(error) => "is the server running, on that port?",
        (ErrorKind::Resolve, _) => "is the name right, and the network up?",
        (ErrorKind::Proxy, _) if error.status() == Some(407) => "--proxy-user says who asks",
        (ErrorKind::Scheme, Phase::Preparing) if !is_built_in(error) => {
            "see 'Protocols:' in --version"
        }
        (ErrorKind::Redirects, _) => "--max-redirs allows more",
        (ErrorKind::Tls, _) if error.url().is_some_and(|url| url.starts_with("ftps:")) => {
            "ftp: with --ssl-reqd begins TLS after the greeting"
        }
        (ErrorKind::Version, _) => "the server does not speak HTTP/1.0 or 1.1 there",
        (ErrorKind::Refused, _) if error.command() == Some("RRQ") && error.status() == Some(8) => {
            "--tftp-no-options asks for the file alone"
        }
        _ => return None,
    })
}

fn is_built_in(error: &Error) -> bool {
    let scheme = error.url().and_then(|url| url.split(':').next());
    scheme.is_some_and(version::has_scheme)
}

fn about_certificate(error: &Error) -> Option<&'static str> {
    use CertificateFault::{Dates, Issuer, Names, Revoked};
    let fault = std::error::Error::source(error)?.downcast_ref()?;
    Some(match fault {
        Issuer(_) => "trust it with --cacert FILE, or anyone with -k",
        Dates(_) => "is the clock here right? -k goes on all the same",
        Names(_) => "is it the host you mean? -k goes on all the same",
        Revoked(_) => return None,
        _ => "-k goes on all the same",
    })
}
