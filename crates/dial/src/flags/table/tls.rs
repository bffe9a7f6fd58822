use super::super::{Category, Flag, LowArgs, Refusal, Value, values};
use super::{store, switch};
use crate::flags::values::Given;
use crate::secret::Secret;
use crate::settings::TlsVersion;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "alpn",
        short: None,
        value: Value::On,
        category: Category::Tls,
        help: "Do not use ALPN",
        doc: "The handshake names no protocol; without that no server chooses HTTP/2.",
        update: Some(|low, given| {
            low.group.tls.no_alpn = !given.on;
            Ok(())
        }),
    },
    Flag {
        long: "ca-native",
        short: None,
        value: Value::Switch,
        category: Category::Tls,
        help: "Trust the system's certificates too",
        doc: "Trusts the system's authorities besides those of --cacert and --capath. \
              Without these two the system's are trusted anyway.",
        update: switch!(group.tls.ca_native),
    },
    Flag {
        long: "cacert",
        short: None,
        value: Value::One("file"),
        category: Category::Tls,
        help: "Trust the certificates of this file",
        doc: "Trusts the certificates of this PEM file and no others: authorities, or the very \
              certificate of a server.",
        update: store!(group.tls.ca_file = path),
    },
    Flag {
        long: "capath",
        short: None,
        value: Value::One("dir"),
        category: Category::Tls,
        help: "Trust the certificates of this folder",
        doc: "Trusts the certificates in the PEM files of this folder, whatever they are \
              called, and those of --cacert, and no others.",
        update: store!(group.tls.ca_folder = path),
    },
    Flag {
        long: "cert",
        short: Some('E'),
        value: Value::One("file[:password]"),
        category: Category::Tls,
        help: "The client's certificate",
        doc: "Shows this certificate to a server that asks for one: PEM, DER or PKCS #12. Its key \
              stands in the same file or in that of --key. Behind a colon is the passphrase \
              of the key. In the name \\: is a colon and \\\\ a backslash.",
        update: Some(|low, given| {
            let cert = values::client_cert(given.value);
            let tls = &mut low.group.tls;
            tls.cert = Some(cert.file);
            tls.passphrase = cert.password.or(tls.passphrase.take());
            Ok(())
        }),
    },
    Flag {
        long: "cert-status",
        short: None,
        value: Value::Switch,
        category: Category::Tls,
        help: "Demand a proof that no certificate is revoked",
        doc: "Goes on only with servers that staple to their certificate what its authority \
              answers about it (OCSP): that it is not revoked, signed, and good for now. \
              Otherwise the exit code is 91.",
        update: switch!(group.tls.require_staple),
    },
    Flag {
        long: "cert-type",
        short: None,
        value: Value::One("type"),
        category: Category::Tls,
        help: "The form of --cert: PEM, DER or P12",
        doc: "The file itself tells which of them it is. PKCS #12 (P12, .p12 and .pfx) holds \
              the key too, and is opened with --pass.",
        update: store!(group.tls.cert_type = text),
    },
    Flag {
        long: "ciphers",
        short: None,
        value: Value::One("list"),
        category: Category::Tls,
        help: "Ciphers for TLS 1.2",
        doc: "Offers these ciphers for TLS 1.2, in this order, by the names of OpenSSL or \
              IANA. OpenSSL's classes are known too: HIGH:!ECDSA. What is not built in is \
              passed over, as by OpenSSL.",
        update: store!(group.tls.ciphers = text),
    },
    Flag {
        long: "crlfile",
        short: None,
        value: Value::One("file"),
        category: Category::Tls,
        help: "Refuse what this file revokes",
        doc: "Refuses certificates that stand in the lists of this file (PEM or DER), and \
              those of which none of its lists tells. A list past its date tells nothing.",
        update: store!(group.tls.crl_file = path),
    },
    Flag {
        long: "curves",
        short: None,
        value: Value::One("list"),
        category: Category::Tls,
        help: "Groups for the exchange of keys",
        doc: "Offers these groups, in this order: X25519, P-256, P-384, X25519MLKEM768.",
        update: store!(group.tls.curves = text),
    },
    Flag {
        long: "dump-ca-embed",
        short: None,
        value: Value::None,
        category: Category::Tls,
        help: "Not built: print the built-in certificates",
        doc: "Refused: of the authorities that are built in dial has names and keys only, \
              and no certificates.",
        update: Some(|_, given| {
            refuse(
                given,
                "of the built-in authorities there are names and keys only, and no certificates",
            )
        }),
    },
    Flag {
        long: "insecure",
        short: Some('k'),
        value: Value::Switch,
        category: Category::Tls,
        help: "Do not check the server's certificate",
        doc: "Goes on whoever the server is. What is sent and received can be read and changed \
              by others. Prefer --cacert with the certificate of the server.",
        update: switch!(group.tls.insecure),
    },
    Flag {
        long: "key",
        short: None,
        value: Value::One("file"),
        category: Category::Tls,
        help: "The private key of --cert",
        doc: "The private key that belongs to the certificate of --cert: PKCS #8, PKCS #1 or \
              SEC1, in PEM or DER. One that is encrypted by AES is opened with --pass.",
        update: store!(group.tls.key = path),
    },
    Flag {
        long: "key-type",
        short: None,
        value: Value::One("type"),
        category: Category::Tls,
        help: "The form of --key: PEM or DER",
        doc: "The file itself tells which of the two it is.",
        update: store!(group.tls.key_type = text),
    },
    Flag {
        long: "pass",
        short: None,
        value: Value::One("phrase"),
        category: Category::Tls,
        help: "The passphrase of --key",
        doc: "Opens the private key of --key or --cert, or the PKCS #12 of --cert, with this.",
        update: Some(|low, given| {
            low.group.tls.passphrase = Some(Secret::new(given.text_or_blank()?));
            Ok(())
        }),
    },
    Flag {
        long: "pinnedpubkey",
        short: None,
        value: Value::One("hashes"),
        category: Category::Tls,
        help: "The public key a server must have",
        doc: "Goes on only with servers that have this public key: a file in PEM or DER, or \
              sha256// and the hash in base64, of which several may stand with semicolons \
              between them. It is checked with -k too.",
        update: store!(group.tls.pinned = text),
    },
    Flag {
        long: "sessionid",
        short: None,
        value: Value::On,
        category: Category::Tls,
        help: "Resume no TLS session",
        doc: "Shakes hands in full for every connection, instead of resuming the session of \
              an earlier one.",
        update: Some(|low, given| {
            low.group.tls.no_resumption = !given.on;
            Ok(())
        }),
    },
    Flag {
        long: "sigalgs",
        short: None,
        value: Value::One("list"),
        category: Category::Tls,
        help: "Not built: signature algorithms",
        doc: "Refused: the algorithms that signatures are verified by cannot be chosen.",
        update: Some(|_, given| refuse(given, "the algorithms of signatures cannot be chosen")),
    },
    Flag {
        long: "ssl-allow-beast",
        short: None,
        value: Value::Switch,
        category: Category::Tls,
        help: "Nothing: what it is about is gone",
        doc: "Does nothing: it is about TLS 1.0, which is not spoken.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "ssl-auto-client-cert",
        short: None,
        value: Value::Switch,
        category: Category::Tls,
        help: "Nothing: it is for Windows' own TLS",
        doc: "Does nothing: no certificate is shown that is not named.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "ssl-no-revoke",
        short: None,
        value: Value::Switch,
        category: Category::Tls,
        help: "Nothing: it is for Windows' own TLS",
        doc: "Does nothing: revocation is looked at where --crlfile says so.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "ssl-revoke-best-effort",
        short: None,
        value: Value::Switch,
        category: Category::Tls,
        help: "Nothing: it is for Windows' own TLS",
        doc: "Does nothing: revocation is looked at where --crlfile says so.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "tls-earlydata",
        short: None,
        value: Value::Switch,
        category: Category::Tls,
        help: "Not built: early data",
        doc: "Refused: what is sent before the handshake is done can be sent once more by \
              others.",
        update: Some(|_, given| {
            refuse(given, "early data is never sent: others could send it once more")
        }),
    },
    Flag {
        long: "tls-max",
        short: None,
        value: Value::One("version"),
        category: Category::Tls,
        help: "The highest TLS version",
        doc: "Uses no higher version of TLS than this: 1.2 or 1.3, or default.",
        update: Some(|low, given| {
            let max = values::tls_max(given.text()?)?;
            if max.is_some() && max < low.group.tls.min {
                let why = "set lower than the minimum accepted version";
                return Err(Refusal::BadUse(why.into()));
            }
            low.group.tls.max = max;
            Ok(())
        }),
    },
    Flag {
        long: "tls13-ciphers",
        short: None,
        value: Value::One("list"),
        category: Category::Tls,
        help: "Ciphers for TLS 1.3",
        doc: "Offers these ciphers for TLS 1.3, in this order: TLS_AES_256_GCM_SHA384, \
              TLS_AES_128_GCM_SHA256, TLS_CHACHA20_POLY1305_SHA256.",
        update: store!(group.tls.tls13_ciphers = text),
    },
    Flag {
        long: "tlsv1",
        short: Some('1'),
        value: Value::None,
        category: Category::Tls,
        help: "Use TLS 1.0 or higher",
        doc: "The lowest version built in is TLS 1.2, so this asks for nothing more.",
        update: Some(|low, _| at_least(low, TlsVersion::V1_0)),
    },
    Flag {
        long: "tlsv1.0",
        short: None,
        value: Value::None,
        category: Category::Tls,
        help: "Use TLS 1.0 or higher",
        doc: "The lowest version built in is TLS 1.2, so this asks for nothing more.",
        update: Some(|low, _| at_least(low, TlsVersion::V1_0)),
    },
    Flag {
        long: "tlsv1.1",
        short: None,
        value: Value::None,
        category: Category::Tls,
        help: "Use TLS 1.1 or higher",
        doc: "The lowest version built in is TLS 1.2, so this asks for nothing more.",
        update: Some(|low, _| at_least(low, TlsVersion::V1_1)),
    },
    Flag {
        long: "tlsv1.2",
        short: None,
        value: Value::None,
        category: Category::Tls,
        help: "Use TLS 1.2 or higher",
        doc: "Refuses servers that speak only an older version of TLS.",
        update: Some(|low, _| at_least(low, TlsVersion::V1_2)),
    },
    Flag {
        long: "tlsv1.3",
        short: None,
        value: Value::None,
        category: Category::Tls,
        help: "Use TLS 1.3 or higher",
        doc: "Refuses servers that speak only an older version of TLS.",
        update: Some(|low, _| at_least(low, TlsVersion::V1_3)),
    },
];

fn at_least(low: &mut LowArgs, min: TlsVersion) -> Result<(), Refusal> {
    if low.group.tls.max.is_some_and(|max| max < min) {
        return Err(Refusal::BadUse("Minimum TLS version set higher than max".into()));
    }
    low.group.tls.min = Some(min);
    Ok(())
}

/// Refuses what would be less than it asks for; its `--no-` form asks for nothing.
fn refuse(given: &Given<'_>, why: &'static str) -> Result<(), Refusal> {
    if given.on || !given.value.is_empty() { Err(Refusal::NotBuilt(why)) } else { Ok(()) }
}
