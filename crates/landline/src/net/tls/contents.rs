//! What is in a file of certificates or keys, in words, for whoever named the wrong one.

use std::path::Path;

use landline_wire::certificate::{Certificate, is_public_key};
use landline_wire::sealed::{BadSealed, Sealed};
use rustls::pki_types::PrivateKeyDer;

/// The label of each section of PEM (RFC 7468 section 2), whatever may stand between them.
fn labels(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    lines.filter_map(|line| line.trim_ascii().strip_prefix(b"-----BEGIN ")?.strip_suffix(b"-----"))
}

/// Whether a file is PEM, and not DER.
pub(super) fn is_pem(bytes: &[u8]) -> bool {
    labels(bytes).next().is_some()
}

/// Says what a file holds instead of what it should.
pub(super) fn misfit(path: &Path, bytes: &[u8], wanted: &str) -> String {
    let path = path.display();
    match describe(bytes) {
        Some(found) => format!("{path} holds {found}, not {wanted}"),
        None => format!("{path} holds nothing that is {wanted}, in PEM or DER"),
    }
}

fn describe(bytes: &[u8]) -> Option<String> {
    if let Some(label) = labels(bytes).next() {
        return Some(match label {
            b"CERTIFICATE" | b"X509 CERTIFICATE" => "a certificate".to_owned(),
            b"TRUSTED CERTIFICATE" => "a certificate in OpenSSL's own form".to_owned(),
            b"PRIVATE KEY" | b"RSA PRIVATE KEY" | b"EC PRIVATE KEY" => "a private key".to_owned(),
            b"ENCRYPTED PRIVATE KEY" => "an encrypted private key".to_owned(),
            b"OPENSSH PRIVATE KEY" => "a private key of SSH".to_owned(),
            b"PUBLIC KEY" | b"RSA PUBLIC KEY" => "a public key".to_owned(),
            b"CERTIFICATE REQUEST" | b"NEW CERTIFICATE REQUEST" => {
                "a request for a certificate".to_owned()
            }
            b"X509 CRL" => "a list of revoked certificates".to_owned(),
            b"EC PARAMETERS" => "parameters of a curve".to_owned(),
            other => format!("PEM with the label {}", landline_wire::escape::excerpt(other, 40)),
        });
    }
    let found = match bytes {
        [] => "nothing",
        _ if Certificate::parse(bytes).is_ok() => "a certificate in DER",
        _ if !matches!(Sealed::key(bytes), Err(BadSealed::Malformed)) => {
            "an encrypted private key in DER"
        }
        _ if is_pkcs12(bytes) => "PKCS #12",
        _ if is_public_key(bytes) => "a public key in DER",
        _ if PrivateKeyDer::try_from(bytes).is_ok() => "a private key in DER",
        _ => return None,
    };
    Some(found.to_owned())
}

/// A sequence that begins with the number 3 (RFC 7292 section 4).
pub(super) fn is_pkcs12(bytes: &[u8]) -> bool {
    const BEGIN: [u8; 4] = [2, 1, 3, 0x30];
    match bytes {
        [0x30, 0x82, _, _, inside @ ..] => inside.starts_with(&BEGIN),
        [0x30, 0x81, _, inside @ ..] | [0x30, 0x80, inside @ ..] => inside.starts_with(&BEGIN),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_what_it_holds() {
        let told = |text: &str| misfit(Path::new("a.pem"), text.as_bytes(), "a private key");
        let certificate = "words\r\n-----BEGIN CERTIFICATE-----\r\nAA==\r\n";
        assert_eq!(told(certificate), "a.pem holds a certificate, not a private key");
        assert_eq!(told(""), "a.pem holds nothing, not a private key");
        assert_eq!(
            told("-----BEGIN A\x1bB-----"),
            "a.pem holds PEM with the label A\\x1bB, not a private key"
        );
        assert_eq!(told("words"), "a.pem holds nothing that is a private key, in PEM or DER");
    }
}
