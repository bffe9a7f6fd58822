use super::super::{Category, Flag, LowArgs, Refusal, Value, values};
use super::{store, switch};
use crate::settings::TlsVersion;

pub(super) static FLAGS: &[Flag] = &[
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
        long: "cert",
        short: Some('E'),
        value: Value::One("file"),
        category: Category::Tls,
        help: "The client's certificate",
        doc: "Shows this certificate to a server that asks for one. Its key stands in the same \
              file or in that of --key. In the name \\: is a colon and \\\\ a backslash.",
        update: Some(|low, given| {
            low.group.tls.cert = Some(values::client_cert(given.value));
            Ok(())
        }),
    },
    Flag {
        long: "cert-type",
        short: None,
        value: Value::One("type"),
        category: Category::Tls,
        help: "The form of --cert: PEM or DER",
        doc: "PEM is the default.",
        update: store!(group.tls.cert_type = text),
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
        doc: "The private key that belongs to the certificate of --cert.",
        update: store!(group.tls.key = path),
    },
    Flag {
        long: "key-type",
        short: None,
        value: Value::One("type"),
        category: Category::Tls,
        help: "The form of --key: PEM or DER",
        doc: "PEM is the default.",
        update: store!(group.tls.key_type = text),
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
