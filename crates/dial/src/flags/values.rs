//! Reading the values of flags: numbers, seconds, sizes, ranges.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;

use landline::ftp::{Quote, QuoteTime};

use super::Refusal;
use crate::os_text;
use crate::secret::Secret;
use crate::settings::{Active, ClientCert, Format, Resume, TlsVersion};

/// What the command line gave for one flag.
pub(crate) struct Given<'a> {
    /// False for `--no-flag`, and for a short letter that switches off (`-N`).
    pub(crate) on: bool,
    /// Empty for switches.
    pub(crate) value: &'a OsStr,
}

impl Given<'_> {
    /// The value as text; may be empty.
    pub(crate) fn text_or_blank(&self) -> Result<&str, Refusal> {
        self.value.to_str().ok_or(Refusal::NotText)
    }

    pub(crate) fn text(&self) -> Result<&str, Refusal> {
        if self.value.is_empty() { Err(Refusal::Blank) } else { self.text_or_blank() }
    }

    pub(crate) fn path(&self) -> Result<PathBuf, Refusal> {
        if self.value.is_empty() { Err(Refusal::Blank) } else { Ok(self.value.into()) }
    }

    pub(crate) fn number(&self) -> Result<u64, Refusal> {
        number(self.text_or_blank()?)
    }

    pub(crate) fn seconds(&self) -> Result<Duration, Refusal> {
        seconds(self.text_or_blank()?)
    }

    pub(crate) fn size(&self) -> Result<u64, Refusal> {
        size(self.text_or_blank()?)
    }
}

/// A count: digits only, with curl's words for what else people type.
pub(crate) fn number(text: &str) -> Result<u64, Refusal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::NotANumber);
    }
    if digits.len() < text.len() {
        return Err(Refusal::Negative);
    }
    // Counts above 2^63 are no use anywhere and overflow in sums.
    match digits.parse::<u64>() {
        Ok(n) if n <= i64::MAX as u64 => Ok(n),
        _ => Err(Refusal::TooLarge),
    }
}

/// How many of something at once; curl takes what makes no sense for its default.
pub(crate) fn crowd(number: u64) -> Option<usize> {
    u16::try_from(number).ok().filter(|&number| number > 0).map(usize::from)
}

/// `--rate`: the time from one beginning to the next.
pub(crate) fn interval(text: &str) -> Result<Duration, Refusal> {
    let (count, unit) = text.split_once('/').unwrap_or((text, "h"));
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(Refusal::BadUse("expected a rate like 2/s, 30/m, 5/h or 9/d".into())),
    };
    match u32::try_from(number(count)?) {
        Ok(0) => Err(Refusal::BadUse("no transfer would ever begin".into())),
        Ok(count) => Ok(Duration::from_secs(seconds) / count),
        Err(_) => Err(Refusal::TooLarge),
    }
}

/// Seconds with an optional fraction: `10`, `2.5`, `.5`.
pub(crate) fn seconds(text: &str) -> Result<Duration, Refusal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(Refusal::NotANumber);
    }
    let whole = if whole.is_empty() { 0 } else { number(whole)? };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::NotANumber);
    }
    let nanos = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = nanos.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Ok(Duration::new(whole, nanos))
}

/// Zero seconds are "no limit" for every time limit curl has.
pub(crate) fn limit(duration: Duration) -> Option<Duration> {
    (!duration.is_zero()).then_some(duration)
}

/// Bytes with one of the suffixes `K`, `M`, `G`, `T`, `P` (powers of 1024) or `B`.
pub(crate) fn size(text: &str) -> Result<u64, Refusal> {
    let (digits, shift) = match text.bytes().last().map(|b| b.to_ascii_lowercase()) {
        Some(b'b') => (&text[..text.len() - 1], 0),
        Some(b'k') => (&text[..text.len() - 1], 10),
        Some(b'm') => (&text[..text.len() - 1], 20),
        Some(b'g') => (&text[..text.len() - 1], 30),
        Some(b't') => (&text[..text.len() - 1], 40),
        Some(b'p') => (&text[..text.len() - 1], 50),
        _ => (text, 0),
    };
    let count = number(digits).map_err(|why| match why {
        Refusal::NotANumber => Refusal::BadUse("expected a size like 100, 20K, 3M or 1G".into()),
        other => other,
    })?;
    count.checked_mul(1 << shift).filter(|&n| n <= i64::MAX as u64).ok_or(Refusal::TooLarge)
}

/// `--create-file-mode`
pub(crate) fn file_mode(text: &str) -> Result<u32, Refusal> {
    const MAX: u32 = 0o777;
    if text.is_empty() || !text.bytes().all(|b| matches!(b, b'0'..=b'7')) {
        return Err(Refusal::NotANumber);
    }
    match u32::from_str_radix(text, 8) {
        Ok(mode) if mode <= MAX => Ok(mode),
        _ => Err(Refusal::TooLarge),
    }
}

/// `-C`: an offset, or `-` for the size of the file.
pub(crate) fn resume(text: &str) -> Result<Resume, Refusal> {
    if text == "-" { Ok(Resume::Auto) } else { number(text).map(Resume::At) }
}

/// `--format`
pub(crate) fn format(text: &str) -> Result<Format, Refusal> {
    match text {
        "raw" => Ok(Format::Raw),
        "table" => Ok(Format::Table),
        "json" => Ok(Format::Json),
        _ => Err(Refusal::BadUse(format!("--format is raw, table or json, not {text}"))),
    }
}

/// `-r`. A bare number is no range in HTTP; curl made it an open one long ago. The second
/// value is a warning.
pub(crate) fn range(text: &str) -> (String, Option<&'static str>) {
    if number(text).is_ok() {
        let warning = "A specified range MUST include at least one dash (-). \
                       Appending one for you";
        return (format!("{text}-"), Some(warning));
    }
    let odd = text.bytes().any(|b| !(b.is_ascii_digit() || b == b'-' || b == b','));
    let warning = "Invalid character is found in given range. A specified range MUST have \
                   only digits in 'start'-'stop'. The server's response to this request is \
                   uncertain.";
    (text.to_owned(), odd.then_some(warning))
}

/// `--tls-max`; `default` is no limit.
pub(crate) fn tls_max(text: &str) -> Result<Option<TlsVersion>, Refusal> {
    match text {
        "default" => Ok(None),
        "1.0" => Ok(Some(TlsVersion::V1_0)),
        "1.1" => Ok(Some(TlsVersion::V1_1)),
        "1.2" => Ok(Some(TlsVersion::V1_2)),
        "1.3" => Ok(Some(TlsVersion::V1_3)),
        _ => Err(Refusal::BadUse("expected default, 1.0, 1.1, 1.2 or 1.3".into())),
    }
}

/// `-E file[:password]`, where `\:` is a colon and `\\` a backslash of the file's name.
pub(crate) fn client_cert(value: &OsStr) -> ClientCert {
    let bytes = os_text::bytes(value);
    let (mut file, mut at) = (Vec::new(), 0);
    while let Some(&byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b':', _) => break,
            (b'\\', Some(&next @ (b':' | b'\\'))) => {
                file.push(next);
                at += 1;
            }
            _ => file.push(byte),
        }
        at += 1;
    }
    let password = bytes.get(at + 1..).filter(|rest| !rest.is_empty());
    ClientCert {
        file: os_text::from_bytes(&file).into(),
        password: password.map(|text| Secret::new(String::from_utf8_lossy(text))),
    }
}

/// `-Q`: `-` sends it after the transfer, `+` right before, `*` lets the server refuse it.
pub(crate) fn quote(text: &str) -> Result<Quote, Refusal> {
    let (when, rest) = match text.as_bytes() {
        [b'-', ..] => (QuoteTime::Done, &text[1..]),
        [b'+', ..] => (QuoteTime::Prepared, &text[1..]),
        _ => (QuoteTime::First, text),
    };
    let (may_fail, command) = rest.strip_prefix('*').map_or((false, rest), |rest| (true, rest));
    if command.trim().is_empty() {
        return Err(Refusal::Blank);
    }
    Ok(Quote { command: command.to_owned(), may_fail, when })
}

/// `-P`: `-`, an interface, an address or a host, and behind a colon a port or two.
pub(crate) fn active(text: &str) -> Result<Active, Refusal> {
    let (host, ports) = match text.strip_prefix('[').map(|inside| inside.split_once(']')) {
        Some(Some((address, rest))) => (address, rest),
        Some(None) => return Err(Refusal::BadUse("expected ']' behind the address".into())),
        // More than one colon is an address without its brackets.
        None if text.matches(':').count() > 1 => (text, ""),
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let ports = match ports.strip_prefix(':') {
        Some(ports) => Some(port_range(ports)?),
        None if ports.is_empty() => None,
        None => return Err(bad_ports()),
    };
    Ok(Active { host: (!matches!(host, "" | "-")).then(|| host.to_owned()), ports })
}

pub(super) fn port_range(text: &str) -> Result<(u16, u16), Refusal> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port = |text| number(text).ok().and_then(|n| u16::try_from(n).ok()).filter(|&n| n > 0);
    match (port(first), port(last)) {
        (Some(first), Some(last)) if first <= last => Ok((first, last)),
        _ => Err(bad_ports()),
    }
}

fn bad_ports() -> Refusal {
    Refusal::BadUse("expected a port, or two like 4000-4010, behind the colon".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits() {
        assert_eq!(number("10").ok(), Some(10));
        assert_eq!(number("abc").unwrap_err(), Refusal::NotANumber);
        assert_eq!(number("").unwrap_err(), Refusal::NotANumber);
        assert_eq!(number("1e3").unwrap_err(), Refusal::NotANumber);
        assert_eq!(number("-1").unwrap_err(), Refusal::Negative);
        assert_eq!(number("99999999999999999999").unwrap_err(), Refusal::TooLarge);
    }

    #[test]
    fn seconds_may_have_a_fraction() {
        assert_eq!(seconds("10").ok(), Some(Duration::from_secs(10)));
        assert_eq!(seconds("2.5").ok(), Some(Duration::from_millis(2500)));
        assert_eq!(seconds(".5").ok(), Some(Duration::from_millis(500)));
        assert_eq!(seconds("3.").ok(), Some(Duration::from_secs(3)));
        assert_eq!(seconds("0.0000000019").ok(), Some(Duration::from_nanos(1)));
        for bad in ["", ".", "1e3", "1.5s", "1.-5", "x"] {
            assert_eq!(seconds(bad).unwrap_err(), Refusal::NotANumber, "{bad}");
        }
        assert_eq!(seconds("-1").unwrap_err(), Refusal::Negative);
    }

    #[test]
    fn rates_are_intervals() {
        for (text, millis) in [("2/s", 500), ("3/m", 20_000), ("3600", 1000), ("2/d", 43_200_000)] {
            assert_eq!(interval(text).ok(), Some(Duration::from_millis(millis)), "{text}");
        }
        for bad in ["0", "-1", "abc", "2/x", "5/", "/s"] {
            assert!(interval(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn modes_are_octal() {
        assert_eq!(file_mode("0644").ok(), Some(0o644));
        assert_eq!(file_mode("777").ok(), Some(0o777));
        for bad in ["", "-1", "+7", "8", "0x1", "rw"] {
            assert_eq!(file_mode(bad).unwrap_err(), Refusal::NotANumber, "{bad}");
        }
        for large in ["1000", "77777777777777"] {
            assert_eq!(file_mode(large).unwrap_err(), Refusal::TooLarge, "{large}");
        }
    }

    #[test]
    fn sizes_take_a_suffix() {
        assert_eq!(size("100").ok(), Some(100));
        assert_eq!(size("100b").ok(), Some(100));
        assert_eq!(size("2K").ok(), Some(2048));
        assert_eq!(size("3m").ok(), Some(3 << 20));
        assert_eq!(size("1G").ok(), Some(1 << 30));
        assert!(size("3x").is_err() && size("k").is_err() && size("").is_err());
        assert_eq!(size("9999999999P").unwrap_err(), Refusal::TooLarge);
    }

    #[test]
    fn a_range_gets_its_dash() {
        assert_eq!(range("5").0, "5-");
        assert_eq!(range("0-4,-3"), ("0-4,-3".to_owned(), None));
        assert!(range("a-b").1.is_some());
    }

    #[test]
    fn certificate_and_password_are_told_apart() {
        let cert = |text: &str| {
            let cert = client_cert(text.as_ref());
            let password = cert.password.map(|secret| secret.reveal().to_owned());
            (cert.file.display().to_string(), password)
        };
        assert_eq!(cert("me.pem"), ("me.pem".to_owned(), None));
        assert_eq!(cert("me.pem:"), ("me.pem".to_owned(), None));
        assert_eq!(cert("me.pem:a:b"), ("me.pem".to_owned(), Some("a:b".to_owned())));
        assert_eq!(cert("a\\:b\\\\c\\d:x"), ("a:b\\c\\d".to_owned(), Some("x".to_owned())));
    }

    #[test]
    fn quotes_say_when_and_whether_they_may_fail() {
        let told = |text: &str| {
            let quote = quote(text).expect(text);
            (quote.when, quote.may_fail, quote.command)
        };
        assert_eq!(told("DELE a"), (QuoteTime::First, false, "DELE a".to_owned()));
        assert_eq!(told("*DELE a"), (QuoteTime::First, true, "DELE a".to_owned()));
        assert_eq!(told("-*DELE a"), (QuoteTime::Done, true, "DELE a".to_owned()));
        assert_eq!(told("+DELE a"), (QuoteTime::Prepared, false, "DELE a".to_owned()));
        assert_eq!(told("+-x"), (QuoteTime::Prepared, false, "-x".to_owned()));
        for bad in ["-", "+", "*", "-*", " "] {
            assert_eq!(quote(bad).unwrap_err(), Refusal::Blank, "{bad}");
        }
    }

    #[test]
    fn an_active_address_has_ports_behind_it() {
        let told = |text: &str| {
            let active = active(text).expect(text);
            (active.host.unwrap_or_default(), active.ports)
        };
        let plain = |host: &str| (host.to_owned(), None);
        assert_eq!(told("-"), plain(""));
        assert_eq!(told("eth0"), plain("eth0"));
        assert_eq!(told("::1"), plain("::1"));
        assert_eq!(told("[::1]"), plain("::1"));
        assert_eq!(told("127.0.0.1:4000-4010"), ("127.0.0.1".to_owned(), Some((4000, 4010))));
        assert_eq!(told("-:4000"), (String::new(), Some((4000, 4000))));
        assert_eq!(told(":4000-4001"), (String::new(), Some((4000, 4001))));
        assert_eq!(told("[fe80::1]:4000"), ("fe80::1".to_owned(), Some((4000, 4000))));
        for bad in ["a:", "a:x", "a:5-4", "a:0", "a:70000", "a:+5", "[::1", "[::1]x", "[::1]:"] {
            assert!(active(bad).is_err(), "{bad}");
        }
    }
}
