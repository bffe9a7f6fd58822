//! Addresses of data connections: told by the server (EPSV, PASV) and told to it (EPRT, PORT).

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};

use super::FtpFormatError;

/// Digits that a port number may have.
const MAX_PORT_DIGITS: usize = 5;

/// Reads the port out of the text of a 229 reply: `(|||port|)` somewhere in it, with any visible character in
/// place of the bar (RFC 2428 section 3).
///
/// # Errors
/// [`FtpFormatError::Epsv`] if there is no such thing or the port is not from 1 to 65535.
pub fn parse_epsv(text: &str) -> Result<u16, FtpFormatError> {
    let found = text.as_bytes().split(|byte| *byte == b'(').skip(1).find_map(delimited_port);
    found.ok_or_else(|| FtpFormatError::epsv(text))
}

/// What follows an opening parenthesis, if it is three times the same delimiter, a port and the delimiter again.
fn delimited_port(rest: &[u8]) -> Option<u16> {
    let (&[first, second, third], rest) = rest.split_first_chunk()?;
    if !first.is_ascii_graphic() || first != second || first != third {
        return None;
    }
    let window = &rest[..rest.len().min(MAX_PORT_DIGITS + 1)];
    let digits = window.iter().position(|byte| *byte == first)?;
    parse_number(&window[..digits]).filter(|port| *port > 0)
}

/// Reads the address out of the text of a 227 reply: the first six numbers joined by commas, wherever they
/// stand, each up to 255 (RFC 959 section 4.1.2; RFC 1123 section 4.1.2.6 asks to search).
///
/// Whether the address may be used is another question: the peer of the control connection is the only safe
/// one.
///
/// # Errors
/// [`FtpFormatError::Pasv`] if there are no such numbers or the port is 0.
pub fn parse_pasv(text: &str) -> Result<(Ipv4Addr, u16), FtpFormatError> {
    let bytes = text.as_bytes();
    let is_digit_at = |at: usize| bytes[at].is_ascii_digit();
    let starts =
        (0..bytes.len()).filter(|&at| is_digit_at(at) && (at == 0 || !is_digit_at(at - 1)));
    let [a, b, c, d, high, low] = starts
        .into_iter()
        .find_map(|at| six_numbers(&bytes[at..]))
        .ok_or_else(|| FtpFormatError::pasv(text))?;
    match u16::from_be_bytes([high, low]) {
        0 => Err(FtpFormatError::pasv(text)),
        port => Ok((Ipv4Addr::new(a, b, c, d), port)),
    }
}

/// Six numbers up to 255 with commas between them at the start of `bytes`; looks at 24 bytes at most.
fn six_numbers(bytes: &[u8]) -> Option<[u8; 6]> {
    let mut numbers = [0; 6];
    let mut rest = bytes;
    for (i, number) in numbers.iter_mut().enumerate() {
        if i > 0 {
            rest = rest.strip_prefix(b",")?;
        }
        let digits = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 4 {
            return None;
        }
        *number = parse_number(&rest[..digits])?;
        rest = &rest[digits..];
    }
    Some(numbers)
}

fn parse_number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    // `parse` would take a sign as well.
    let is_number = digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()
}

/// Writes the argument of PORT: `h1,h2,h3,h4,p1,p2` (RFC 959 section 4.1.2).
#[must_use]
pub fn port_argument(address: SocketAddrV4) -> String {
    let [a, b, c, d] = address.ip().octets();
    let [high, low] = address.port().to_be_bytes();
    format!("{a},{b},{c},{d},{high},{low}")
}

/// Writes the argument of EPRT: `|1|132.235.1.2|6275|` or `|2|1080::8:800:200C:417A|5282|` (RFC 2428
/// section 2). An IPv4 address in IPv6 clothes is written as IPv4; zones are left out.
#[must_use]
pub fn eprt_argument(address: SocketAddr) -> String {
    let port = address.port();
    match address.ip().to_canonical() {
        IpAddr::V4(ip) => format!("|1|{ip}|{port}|"),
        IpAddr::V6(ip) => format!("|2|{ip}|{port}|"),
    }
}
