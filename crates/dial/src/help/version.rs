//! `--version`, and the names we go by on the wire.

use crate::messages::Name;

/// The curl that a link named `curl` claims to be: scripts look at this number.
const CURL_VERSION: &str = "8.22.0";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// URL schemes that are built in, sorted.
const SCHEMES: &str = "data dict file ftp ftps gemini gopher gophers http https news nntp nntps tcp telnet tftp tls unix";
/// curl's words for what we have, sorted as curl sorts them.
const FEATURES: &str = "AsynchDNS brotli HSTS HTTP2 HTTPS-proxy IDN IPv6 Largefile libz PSL SSL \
     threadsafe UnixSockets zstd";

/// The default `User-Agent`.
pub(crate) fn user_agent(name: Name) -> String {
    match name {
        Name::Dial => format!("dial/{VERSION}"),
        Name::Curl => format!("curl/{CURL_VERSION}"),
    }
}

pub(crate) fn has_scheme(name: &str) -> bool {
    SCHEMES.split(' ').any(|scheme| scheme == name)
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
    format!("{first}\nProtocols: {SCHEMES}\nFeatures: {FEATURES}\n")
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
