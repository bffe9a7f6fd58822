//! Handshake failures in words: what is wrong, with which name and dates.

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

use landline_wire::escape;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error as TlsError, InvalidMessage};

use super::facts::PeerCertificate;
use super::staple::BadStaple;
use super::tls_error;
use super::verify::OtherKey;
use crate::net::Peer;
use crate::{Error, ErrorKind, Phase};

/// What is wrong with a server's certificate, in words without its host: the
/// [`source`](std::error::Error::source) of an error of kind [`ErrorKind::Certificate`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateFault {
    /// It has expired, or is not valid yet; the words give the date and the time of this machine.
    Dates(String),
    /// It is for other hosts, which the words give.
    Names(String),
    /// Nobody who is trusted here signed it.
    Issuer(String),
    /// It is revoked, or no list tells whether it is.
    Revoked(String),
    /// Anything else.
    Other(String),
}

impl fmt::Display for CertificateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dates(words)
            | Self::Names(words)
            | Self::Issuer(words)
            | Self::Revoked(words)
            | Self::Other(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for CertificateFault {}

pub(super) fn handshake(
    error: io::Error,
    host: &str,
    peer: &Peer,
    first: &[u8],
    refused: Option<PeerCertificate>,
) -> Error {
    // Byte by byte, rustls may give up before there is more than an H, which TLS never begins with.
    if !first.is_empty() && first.iter().zip(b"HTTP/").all(|(came, http)| came == http) {
        return tls_error(format!("{host} ({peer}) spoke plain HTTP where TLS was expected"));
    }
    let Some(cause) = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>()) else {
        return broken(error, host, peer);
    };
    let fault = match cause {
        TlsError::InvalidCertificate(reason) => Some(certificate(reason, refused.as_ref())),
        TlsError::InvalidCertRevocationList(why) => Some(CertificateFault::Revoked(format!(
            "may be revoked: the list of its issuer's name is not good ({why:?})"
        ))),
        _ => None,
    };
    if let Some(fault) = fault {
        let message = format!("the certificate of {host} {fault}");
        let error = Error::new(ErrorKind::Certificate, Phase::TlsHandshake, message);
        return error.because(fault).showing(refused);
    }
    if let TlsError::Other(other) = cause
        && let Some(key) = other.0.downcast_ref::<OtherKey>()
    {
        let message = format!("the public key of {host} {key}");
        return Error::new(ErrorKind::PinnedKey, Phase::TlsHandshake, message).showing(refused);
    }
    if let TlsError::Other(other) = cause
        && let Some(staple) = other.0.downcast_ref::<BadStaple>()
    {
        let message = format!("the certificate of {host} {staple}");
        return Error::new(ErrorKind::CertificateStatus, Phase::TlsHandshake, message)
            .showing(refused);
    }
    let message = match cause {
        TlsError::AlertReceived(alert) => {
            return tls_error(format!("{host} ({peer}) {}", alert_words(*alert)));
        }
        TlsError::InvalidMessage(_) => {
            format!("{host} ({peer}) answered with something that is not TLS")
        }
        _ => format!("TLS handshake with {host} ({peer}) failed"),
    };
    tls_error(message).because(error_of(error))
}

/// Whether a handshake failed because what came was no TLS at all.
pub(crate) fn is_plain_text(error: &Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref());
    matches!(cause, Some(TlsError::InvalidMessage(InvalidMessage::InvalidContentType)))
}

/// Words for an alert that comes after the handshake: in TLS 1.3 a server judges our certificate,
/// or the lack of one, only then (RFC 8446 section 4.4.2.4).
pub(in crate::net) fn late_alert(error: &io::Error) -> Option<String> {
    match error.get_ref()?.downcast_ref()? {
        TlsError::AlertReceived(alert) => Some(alert_words(*alert)),
        _ => None,
    }
}

fn error_of(error: io::Error) -> Box<dyn std::error::Error + Send + Sync> {
    match error.into_inner() {
        Some(inner) => inner,
        None => "unknown".into(),
    }
}

fn broken(error: io::Error, host: &str, peer: &Peer) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            tls_error(format!("{host} ({peer}) closed the connection during the TLS handshake"))
        }
        _ => tls_error(format!("TLS handshake with {host} ({peer}) broke off")).because(error),
    }
}

pub(super) fn alert_words(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::ProtocolVersion => {
            "speaks no TLS version that is accepted here (1.2 and 1.3 at most)".to_owned()
        }
        AlertDescription::CertificateRequired => "demands a client certificate".to_owned(),
        other => format!("refused the TLS handshake with the alert {other:?}"),
    }
}

fn certificate(reason: &CertificateError, shown: Option<&PeerCertificate>) -> CertificateFault {
    use CertificateFault::{Dates, Issuer, Names, Other, Revoked};
    match reason {
        CertificateError::NotValidForNameContext { presented, .. } => {
            Names(names(presented, shown))
        }
        CertificateError::ExpiredContext { time, not_after } => {
            Dates(format!("expired on {} (it is {} now)", date(*not_after), date(*time)))
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            let (begins, now) = (date(*not_before), date(*time));
            Dates(format!("is not valid before {begins} (it is {now} now)"))
        }
        CertificateError::Revoked => Revoked("is revoked".to_owned()),
        CertificateError::UnknownRevocationStatus => {
            Revoked("may be revoked: none of the lists is its issuer's".to_owned())
        }
        CertificateError::ExpiredRevocationListContext { next_update, .. } => Revoked(format!(
            "may be revoked: the list of its issuer is good until {} only",
            date(*next_update)
        )),
        CertificateError::UnknownIssuer => {
            Issuer("is signed by an authority that is not trusted here".to_owned())
        }
        CertificateError::BadSignature => {
            let text =
                "is signed by an authority that is not trusted here, though one of its name is";
            Issuer(text.to_owned())
        }
        other if is_authority(other) => {
            Issuer("is self-signed, or an authority's own, and not trusted here".to_owned())
        }
        other => Other(format!("is not acceptable: {other}")),
    }
}

/// Most certificates signed by hand say they are an authority's, because that is OpenSSL's default.
fn is_authority(reason: &CertificateError) -> bool {
    let CertificateError::Other(other) = reason else { return false };
    matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

fn names(presented: &[String], shown: Option<&PeerCertificate>) -> String {
    if presented.is_empty() {
        let read = shown.and_then(|shown| shown.read().ok());
        let common = read.as_ref().and_then(|read| read.subject.common_name());
        let common = common.map(|name| escape::excerpt(name.as_bytes(), 255));
        let common = common
            .map_or_else(|| "a common name".to_owned(), |name| format!("its common name {name}"));
        return format!("names no host ({common} alone does not count)");
    }
    let shown: Vec<_> = presented.iter().take(8).map(|name| readable(name)).collect();
    let more = if presented.len() > shown.len() { ", …" } else { "" };
    format!("is for {}{more}, not for this host", shown.join(", "))
}

/// `DnsName("a.test")` as rustls words it, to `a.test`; the name comes from the peer.
fn readable(presented: &str) -> String {
    let bare = presented.split_once('(').map_or(presented, |(_, rest)| rest);
    escape::excerpt(bare.trim_end_matches(')').trim_matches('"').as_bytes(), 255)
}

pub(super) fn date(time: UnixTime) -> String {
    let since = Duration::from_secs(time.as_secs());
    match SystemTime::UNIX_EPOCH.checked_add(since) {
        Some(time) if since.as_secs() < 253_402_300_800 => httpdate::fmt_http_date(time),
        _ => "the far future".to_owned(),
    }
}
