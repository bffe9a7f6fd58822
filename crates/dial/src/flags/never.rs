//! Flags of curl that there is nothing to wait for, and why.

const SSH: &str = "there is no SSH here";
const SRP: &str = "TLS with passwords (SRP) is not spoken";

const REASONS: [(&str, &str); 16] = [
    ("compressed-ssh", SSH),
    ("dump-ca-embed", "no certificates are embedded for it to print"),
    ("engine", "there is no OpenSSL here, and so none of its engines"),
    ("hostpubmd5", SSH),
    ("hostpubsha256", SSH),
    ("ipfs-gateway", "IPFS is reached by the URL of a gateway, such as https://ipfs.io/ipfs/…"),
    ("knownhosts", SSH),
    ("libcurl", "no C code is written"),
    ("proxy-tlsauthtype", SRP),
    ("proxy-tlspassword", SRP),
    ("proxy-tlsuser", SRP),
    ("pubkey", SSH),
    ("sigalgs", "the TLS library chooses signature algorithms by itself"),
    ("tlsauthtype", SRP),
    ("tlspassword", SRP),
    ("tlsuser", SRP),
];

/// Why there will be no such flag.
pub(super) fn reason(long: &str) -> Option<&'static str> {
    REASONS.iter().find(|(name, _)| *name == long).map(|(_, why)| *why)
}
