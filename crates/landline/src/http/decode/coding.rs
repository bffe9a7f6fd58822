//! The names of the codings (RFC 9110 section 8.4.1), as a reply lists them.

use super::Decode;
use super::brotli::Brotli;
use super::deflate::Deflate;
use super::gzip::Gzip;
use super::zstd::Zstd;
use crate::{Error, ErrorKind, Headers, Phase};

/// What a request says it can read, in curl's words and order.
pub(in crate::http) const ACCEPTED: &str = "deflate, gzip, br, zstd";

/// More of them on one body is an attack, not a coding.
const MAX_CODINGS: usize = 5;

/// What all windows of one body may take: one of br and two of zstd, for example.
const MAX_WINDOWS_MIB: usize = 32;

/// A coding that can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Deflate,
    Gzip,
    Zstd,
}

impl Coding {
    fn named(name: &str) -> Option<Self> {
        const NAMES: [(&str, Coding); 5] = [
            ("br", Coding::Brotli),
            ("deflate", Coding::Deflate),
            ("gzip", Coding::Gzip),
            ("x-gzip", Coding::Gzip),
            ("zstd", Coding::Zstd),
        ];
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, coding)| *coding)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Deflate => "deflate",
            Coding::Gzip => "gzip",
            Coding::Zstd => "zstd",
        }
    }

    /// The largest window its format allows, rounded down.
    fn window_mib(self) -> usize {
        match self {
            Coding::Brotli => 16,
            Coding::Zstd => 8,
            Coding::Deflate | Coding::Gzip => 0,
        }
    }

    pub(super) fn decoder(self) -> Box<dyn Decode> {
        match self {
            Coding::Brotli => Box::new(Brotli::new()),
            Coding::Deflate => Box::new(Deflate::new()),
            Coding::Gzip => Box::new(Gzip::new()),
            Coding::Zstd => Box::new(Zstd::new()),
        }
    }
}

/// Why a list of codings is not even tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A name that is not known: the peer's words, escaped.
    Unknown(String),
    TooMany,
    TooLarge,
}

impl Refusal {
    pub(super) fn error(&self) -> Error {
        let what = match self {
            Refusal::Unknown(name) => format!("the body's coding is not known: {name}"),
            Refusal::TooMany => format!("the body is coded more than {MAX_CODINGS} times"),
            Refusal::TooLarge => {
                format!("the body's codings need more than {MAX_WINDOWS_MIB} MiB")
            }
        };
        Error::new(ErrorKind::Encoding, Phase::ReadingBody, what)
    }
}

/// The codings of a body, in the order in which they were applied: those of the content come before
/// those of its transfer. `identity`, and `none` as some servers call it, is no coding, and `chunked`
/// is undone where the body is framed.
pub(super) fn codings(
    headers: &Headers,
    content: bool,
    transfer: bool,
) -> Result<Vec<Coding>, Refusal> {
    let mut codings = Vec::new();
    let content = headers.get_all("Content-Encoding").filter(|_| content);
    let transfer = headers.get_all("Transfer-Encoding").filter(|_| transfer);
    for (value, is_transfer) in
        content.map(|one| (one, false)).chain(transfer.map(|one| (one, true)))
    {
        for name in value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii) {
            match name.to_ascii_lowercase().as_slice() {
                b"" | b"identity" | b"none" => continue,
                b"chunked" if is_transfer => continue,
                _ => {}
            }
            let known = std::str::from_utf8(name).ok().and_then(Coding::named);
            codings.push(known.ok_or_else(|| Refusal::Unknown(shown(name)))?);
            if codings.len() > MAX_CODINGS {
                return Err(Refusal::TooMany);
            }
        }
    }
    let windows: usize = codings.iter().map(|coding| coding.window_mib()).sum();
    if windows > MAX_WINDOWS_MIB {
        return Err(Refusal::TooLarge);
    }
    Ok(codings)
}

fn shown(name: &[u8]) -> String {
    const SHOWN_BYTES: usize = 40;
    landline_wire::escape::escape(&name[..name.len().min(SHOWN_BYTES)]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[&str]) -> Result<Vec<Coding>, Refusal> {
        let mut headers = Headers::new();
        headers.push("Content-Type", "text/plain").unwrap();
        for field in fields {
            headers.push("content-encoding", field).unwrap();
        }
        codings(&headers, true, false)
    }

    #[test]
    fn names_in_lists_and_in_several_fields() {
        use Coding::{Brotli, Deflate, Gzip, Zstd};
        assert_eq!(of(&[]), Ok(vec![]));
        assert_eq!(of(&["identity", " none,", ""]), Ok(vec![]));
        assert_eq!(of(&["X-GZip"]), Ok(vec![Gzip]));
        assert_eq!(
            of(&["gzip,br ,\tidentity", "zstd", "Deflate"]),
            Ok(vec![Gzip, Brotli, Zstd, Deflate])
        );
    }

    #[test]
    fn unknown_names_and_long_lists_are_refused() {
        assert_eq!(of(&["compress"]), Err(Refusal::Unknown("compress".to_owned())));
        assert_eq!(of(&["gzip;q=1"]), Err(Refusal::Unknown("gzip;q=1".to_owned())));
        assert_eq!(of(&["gzip"; 5]).map(|codings| codings.len()), Ok(5));
        assert_eq!(of(&["gzip"; 6]), Err(Refusal::TooMany));
        assert_eq!(of(&[&["gzip"; 100].join(",")]), Err(Refusal::TooMany));
        assert_eq!(of(&["br"; 2]).map(|codings| codings.len()), Ok(2));
        assert_eq!(of(&["br, zstd, br"]), Err(Refusal::TooLarge));
    }

    #[test]
    fn a_hostile_name_is_shown_escaped_and_in_part() {
        let error = of(&[&format!("\u{1b}[2J{}", "x".repeat(5000))]).unwrap_err().error();
        let text = error.to_string();
        assert!(text.len() < 200 && !text.contains('\u{1b}'), "{text}");
        assert_eq!(error.kind(), ErrorKind::Encoding);
    }
}
