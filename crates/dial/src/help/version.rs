//! `--version`, and the names we go by on the wire.

use landline::SCHEMES;

use crate::messages::Name;

/// The curl that a link named `curl` claims to be: scripts look at this number.
const CURL_VERSION: &str = "8.22.0";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// curl's words for what we have, sorted as curl sorts them.
const FEATURES: [&str; 3] = [
    "alt-svc AsynchDNS brotli HSTS HTTP2",
    if cfg!(feature = "http3") { " HTTP3" } else { "" },
    " HTTPS-proxy IDN IPv6 Largefile libz PSL SSL threadsafe UnixSockets zstd",
];

/// The default `User-Agent`.
pub(crate) fn user_agent(name: Name) -> String {
    match name {
        Name::Dial => format!("dial/{VERSION}"),
        Name::Curl => format!("curl/{CURL_VERSION}"),
    }
}

pub(crate) fn has_scheme(name: &str) -> bool {
    SCHEMES.contains(&name)
}

/// What stands under the command, in `%{json}` too.
pub(crate) fn library() -> String {
    format!("libcurl/{CURL_VERSION} landline/{VERSION}")
}

pub(crate) fn text(name: Name) -> String {
    let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
    let first = match name {
        Name::Dial => format!("dial {VERSION} ({target}) landline/{VERSION}"),
        Name::Curl => format!("curl {CURL_VERSION} ({target}) {}", library()),
    };
    format!("{first}\nProtocols: {}\nFeatures: {}\n", SCHEMES.join(" "), FEATURES.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_shows_itself() {
        assert!(text(Name::Dial).starts_with(&format!("dial {VERSION} (")));
        assert!(text(Name::Curl).starts_with("curl 8.22.0 ("));
        assert!(text(Name::Curl).contains(") libcurl/8.22.0 landline/"));
        assert_eq!(user_agent(Name::Curl), "curl/8.22.0");
        assert_eq!(user_agent(Name::Dial), format!("dial/{VERSION}"));
    }
}
