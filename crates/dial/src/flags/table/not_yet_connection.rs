//! Flags of curl that `dial` knows by name only: connection, TLS, proxies.
//!
//! A row moves to the table of its field when it is built, and gets a paragraph there.

use super::super::{Category, DROPPED, Flag, NOT_BUILT_IN, Value};
use super::not_yet::not_yet;

// A row is a line: this is a list to look through.
#[rustfmt::skip]
pub(super) static FLAGS: &[Flag] = &[
    not_yet("compressed-ssh", None, Value::Switch, Category::Ssh, "Compress SSH"),
    not_yet("ech", None, Value::One("config"), Category::Tls, "Encrypted Client Hello"),
    not_yet("engine", None, Value::One("name"), Category::Tls, "OpenSSL engine"),
    not_yet("hostpubmd5", None, Value::One("md5"), Category::Ssh, "MD5 of the host's key"),
    not_yet("hostpubsha256", None, Value::One("sha256"), Category::Ssh, "SHA-256 of the host's key"),
    not_yet("ipfs-gateway", None, Value::One("url"), Category::Misc, "Gateway for IPFS"),
    not_yet("knownhosts", None, Value::One("file"), Category::Ssh, "File of known hosts"),
    not_yet("libcurl", None, Value::One("file"), Category::Tool, "Write C code that does the same"),
    not_yet("metalink", None, Value::Switch, Category::Misc, DROPPED),
    not_yet("proxy-negotiate", None, Value::Switch, Category::Proxy, NOT_BUILT_IN),
    not_yet("proxy-ntlm", None, Value::Switch, Category::Proxy, NOT_BUILT_IN),
    not_yet("proxy-service-name", None, Value::One("name"), Category::Proxy, NOT_BUILT_IN),
    not_yet("proxy-tlsauthtype", None, Value::One("type"), Category::Proxy, "TLS authentication at the proxy"),
    not_yet("proxy-tlspassword", None, Value::One("string"), Category::Proxy, "TLS password at the proxy"),
    not_yet("proxy-tlsuser", None, Value::One("name"), Category::Proxy, "TLS user at the proxy"),
    not_yet("pubkey", None, Value::One("file"), Category::Ssh, "Public key"),
    not_yet("socks5-gssapi", None, Value::Switch, Category::Proxy, NOT_BUILT_IN),
    not_yet("socks5-gssapi-nec", None, Value::Switch, Category::Proxy, NOT_BUILT_IN),
    not_yet("socks5-gssapi-service", None, Value::One("name"), Category::Proxy, NOT_BUILT_IN),
    not_yet("ssl-sessions", None, Value::One("file"), Category::Tls, "Keep TLS sessions in a file"),
    not_yet("tlsauthtype", None, Value::One("type"), Category::Tls, "TLS authentication"),
    not_yet("tlspassword", None, Value::One("string"), Category::Tls, "TLS password"),
    not_yet("tlsuser", None, Value::One("name"), Category::Tls, "TLS user"),
];
