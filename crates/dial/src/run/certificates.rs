//! The certificates a peer has shown, for `-v` and `-w`, as curl words them.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use landline::net::PeerCertificate;
use landline::wire::certificate::Certificate;

/// The lines of `-v` about the peer's own certificate, without their marks.
pub(super) fn shown(chain: &[PeerCertificate]) -> Vec<String> {
    let Some(read) = chain.first().and_then(|own| own.read().ok()) else { return Vec::new() };
    let mut lines = vec![
        "Server certificate:".to_owned(),
        format!(" subject: {}", read.subject),
        format!(" start date: {}", date(read.not_before)),
        format!(" expire date: {}", date(read.not_after)),
    ];
    if !read.names.is_empty() {
        lines.push(format!(" subjectAltName: {}", names(&read)));
    }
    lines.push(format!(" issuer: {}", read.issuer));
    let bits = read.key.bits.map(|bits| format!(", {bits} bits")).unwrap_or_default();
    lines.push(format!(" public key: {}{bits}", read.key.algorithm));
    lines
}

/// `%{certs}`: what stands in each, and each in PEM.
pub(crate) fn listed(chain: &[PeerCertificate]) -> String {
    let mut text = String::new();
    for certificate in chain {
        if let Ok(read) = certificate.read() {
            describe(&mut text, &read);
        }
        text += &certificate.to_pem();
    }
    text
}

fn describe(text: &mut String, read: &Certificate) {
    let serial = read.serial.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let mut lines = vec![
        ("Subject", read.subject.to_string()),
        ("Issuer", read.issuer.to_string()),
        // The number in the certificate, one less than what it means.
        ("Version", read.version.saturating_sub(1).to_string()),
        ("Serial Number", serial),
        ("Signature Algorithm", read.signature_algorithm.clone()),
        ("Public Key Algorithm", read.key.algorithm.clone()),
    ];
    if !read.names.is_empty() {
        lines.push(("X509v3 Subject Alternative Name", names(read)));
    }
    lines.push(("Start date", date(read.not_before)));
    lines.push(("Expire date", date(read.not_after)));
    for (name, value) in lines {
        let _ = writeln!(text, "{name}:{value}");
    }
}

fn names(read: &Certificate) -> String {
    read.names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// `Nov 22 14:34:56 2026 GMT`
fn date(time: SystemTime) -> String {
    /// The end of the year 9999.
    const END: Duration = Duration::from_secs(253_402_300_800);
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    if since.map_or(true, |since| since >= END) {
        return "out of range".to_owned();
    }
    let text = httpdate::fmt_http_date(time);
    match text.split_whitespace().collect::<Vec<_>>()[..] {
        [_, day, month, year, clock, zone] => {
            format!("{month} {:>2} {clock} {year} {zone}", day.trim_start_matches('0'))
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_openssls_and_none_is_too_far() {
        let at = |seconds| date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(1_795_358_096), "Nov 22 14:34:56 2026 GMT");
        assert_eq!(at(0), "Jan  1 00:00:00 1970 GMT");
        assert_eq!(at(253_402_300_799), "Dec 31 23:59:59 9999 GMT");
        assert_eq!(at(253_402_300_800), "out of range");
        assert_eq!(date(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), "out of range");
    }
}
