use super::super::{Category, Flag, Value, values};
use super::{Refusal, store, switch};
use crate::flags::LowArgs;
use crate::flags::values::Given;
use crate::secret::Secret;
use crate::settings::{Proxies, ProxyUrl};

/// A proxy as typed, with a scheme; empty for none.
fn url(text: &str, scheme: &str) -> ProxyUrl {
    let has_scheme = text.is_empty() || text.contains("://");
    let url = if has_scheme { text.to_owned() } else { format!("{scheme}://{text}") };
    ProxyUrl(Secret::new(url))
}

/// Notes the one proxy to use; a scheme in the value goes before what the option names.
fn choose(low: &mut LowArgs, given: &Given<'_>, scheme: &'static str) -> Result<(), Refusal> {
    let proxies: &mut Proxies = &mut low.group.proxies;
    proxies.url = Some(url(given.text_or_blank()?, scheme));
    proxies.http10 = false;
    Ok(())
}

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "haproxy-clientip",
        short: None,
        value: Value::One("address"),
        category: Category::Proxy,
        help: "Address to tell with --haproxy-protocol",
        doc: "Begins connections with a PROXY line that names this address as the client's.",
        update: Some(|low, given| {
            let address = given.text()?.parse();
            let bad = |_| Refusal::BadUse("expected an IP address".into());
            low.group.proxies.line_client = Some(address.map_err(bad)?);
            Ok(())
        }),
    },
    Flag {
        long: "haproxy-protocol",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "Send a PROXY line first",
        doc: "Begins connections with the line of HAProxy's PROXY protocol (version 1) that names \
              both ends, for servers that stand behind a balancer.",
        update: switch!(group.proxies.line),
    },
    Flag {
        long: "noproxy",
        short: None,
        value: Value::One("hosts"),
        category: Category::Proxy,
        help: "Hosts to reach without a proxy",
        doc: "Goes straight to these hosts, in place of those in NO_PROXY: names with all below \
              them, addresses, blocks such as 10.0.0.0/8, each with a port or without; * is \
              every host. Commas stand between them.",
        update: Some(|low, given| {
            low.group.proxies.except = Some(given.text_or_blank()?.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "preproxy",
        short: None,
        value: Value::One("[protocol://]host[:port]"),
        category: Category::Proxy,
        help: "Use this proxy first",
        doc: "Reaches the proxy through this one, which speaks SOCKS: socks4:// unless given, \
              socks4a://, socks5:// or socks5h://. Without another proxy it is the only one.",
        update: Some(|low, given| {
            low.group.proxies.first = Some(url(given.text_or_blank()?, "socks4"));
            Ok(())
        }),
    },
    Flag {
        long: "proxy",
        short: Some('x'),
        value: Value::One("[protocol://]host[:port]"),
        category: Category::Proxy,
        help: "Use this proxy",
        doc: "Goes through this proxy, whatever the variables of the environment say: http://, \
              https://, socks4://, socks4a://, socks5:// or socks5h://, and http:// without any \
              of them. The port is 1080 unless given, and 443 for https. With 4a and 5h the \
              proxy looks names up. socks5h://localhost/PATH is a Unix socket. An empty one goes \
              straight.",
        update: Some(|low, given| choose(low, given, "http")),
    },
    Flag {
        long: "proxy-anyauth",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "Choose the authentication the proxy asks for",
        doc: "Sends user and password when the proxy asks for them, in the best way of those it \
              offers: Digest, else Basic.",
        update: switch!(group.proxies.any_auth),
    },
    Flag {
        long: "proxy-basic",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "Basic authentication at the proxy (default)",
        doc: "Logs in at HTTP proxies by Basic authentication, as -U does by itself.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "proxy-ca-native",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "Trust the system's certificates for the proxy",
        doc: "Is for the TLS with https proxies what --ca-native is for that with servers.",
        update: switch!(group.proxies.tls.ca_native),
    },
    Flag {
        long: "proxy-cacert",
        short: None,
        value: Value::One("file"),
        category: Category::Proxy,
        help: "Trust this file's certificates for the proxy",
        doc: "Trusts the authorities in this PEM file for https proxies, instead of the \
              system's. Those of --cacert are for servers only.",
        update: store!(group.proxies.tls.ca_file = path),
    },
    Flag {
        long: "proxy-capath",
        short: None,
        value: Value::One("dir"),
        category: Category::Proxy,
        help: "Trust this folder's certificates for the proxy",
        doc: "Is for the TLS with https proxies what --capath is for that with servers. The \
              folder of --capath is for servers only.",
        update: store!(group.proxies.tls.ca_folder = path),
    },
    Flag {
        long: "proxy-cert",
        short: None,
        value: Value::One("file[:password]"),
        category: Category::Proxy,
        help: "Client certificate for the proxy",
        doc: "Is for the TLS with https proxies what --cert is for that with servers.",
        update: Some(|low, given| {
            let cert = values::client_cert(given.value);
            let tls = &mut low.group.proxies.tls;
            tls.cert = Some(cert.file);
            tls.passphrase = cert.password.or(tls.passphrase.take());
            Ok(())
        }),
    },
    Flag {
        long: "proxy-cert-type",
        short: None,
        value: Value::One("type"),
        category: Category::Proxy,
        help: "Form of --proxy-cert",
        doc: "Is for the TLS with https proxies what --cert-type is for that with servers.",
        update: store!(group.proxies.tls.cert_type = text),
    },
    Flag {
        long: "proxy-ciphers",
        short: None,
        value: Value::One("list"),
        category: Category::Proxy,
        help: "Ciphers for TLS 1.2 with the proxy",
        doc: "Is for the TLS with https proxies what --ciphers is for that with servers.",
        update: store!(group.proxies.tls.ciphers = text),
    },
    Flag {
        long: "proxy-crlfile",
        short: None,
        value: Value::One("file"),
        category: Category::Proxy,
        help: "Refuse what this file revokes for the proxy",
        doc: "Is for the TLS with https proxies what --crlfile is for that with servers.",
        update: store!(group.proxies.tls.crl_file = path),
    },
    Flag {
        long: "proxy-digest",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "Digest authentication at the proxy",
        doc: "Logs in at HTTP proxies without the password on the wire, once they ask.",
        update: switch!(group.proxies.digest),
    },
    Flag {
        long: "proxy-header",
        short: None,
        value: Value::Many("header/@file"),
        category: Category::Proxy,
        help: "Send a header to the proxy",
        doc: "Sends this header line to HTTP proxies, in the forms that -H has. What goes to the \
              server through a tunnel does not have it.",
        update: Some(|low, given| {
            low.group.proxies.headers.push(given.value.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "proxy-http2",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "HTTP/2 with an https proxy",
        doc: "Offers HTTP/2 to https proxies that are asked for a tunnel, one over each connection; \
              where the proxy chooses HTTP/1.1, that is spoken.",
        update: switch!(group.proxies.http2),
    },
    Flag {
        long: "proxy-insecure",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "Do not check the proxy's certificate",
        doc: "Accepts whatever certificate an https proxy shows, and so anybody on the way to it.",
        update: switch!(group.proxies.tls.insecure),
    },
    Flag {
        long: "proxy-key",
        short: None,
        value: Value::One("file"),
        category: Category::Proxy,
        help: "Private key of --proxy-cert",
        doc: "Is for the TLS with https proxies what --key is for that with servers.",
        update: store!(group.proxies.tls.key = path),
    },
    Flag {
        long: "proxy-key-type",
        short: None,
        value: Value::One("type"),
        category: Category::Proxy,
        help: "Form of --proxy-key",
        doc: "Is for the TLS with https proxies what --key-type is for that with servers.",
        update: store!(group.proxies.tls.key_type = text),
    },
    Flag {
        long: "proxy-pass",
        short: None,
        value: Value::One("phrase"),
        category: Category::Proxy,
        help: "Passphrase of --proxy-key",
        doc: "Is for the TLS with https proxies what --pass is for that with servers.",
        update: Some(|low, given| {
            low.group.proxies.tls.passphrase = Some(Secret::new(given.text_or_blank()?));
            Ok(())
        }),
    },
    Flag {
        long: "proxy-pinnedpubkey",
        short: None,
        value: Value::One("hashes"),
        category: Category::Proxy,
        help: "The public key the proxy must have",
        doc: "Is for the TLS with https proxies what --pinnedpubkey is for that with \
              servers.",
        update: store!(group.proxies.tls.pinned = text),
    },
    Flag {
        long: "proxy-ssl-allow-beast",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "Nothing: what it is about is gone",
        doc: "Does nothing: it is about TLS 1.0, which is not spoken.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "proxy-ssl-auto-client-cert",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "Nothing: it is for Windows' own TLS",
        doc: "Does nothing: no certificate is shown that is not named.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "proxy-tls13-ciphers",
        short: None,
        value: Value::One("list"),
        category: Category::Proxy,
        help: "Ciphers for TLS 1.3 with the proxy",
        doc: "Is for the TLS with https proxies what --tls13-ciphers is for that with \
              servers.",
        update: store!(group.proxies.tls.tls13_ciphers = text),
    },
    Flag {
        long: "proxy-tlsv1",
        short: None,
        value: Value::None,
        category: Category::Proxy,
        help: "TLS 1.0 or higher for the proxy",
        doc: "The lowest version built in is TLS 1.2, so this asks for nothing more.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "proxy-user",
        short: Some('U'),
        value: Value::One("user:password"),
        category: Category::Proxy,
        help: "Log in at the proxy",
        doc: "Sends user and password to the proxy and to nobody else. They go before those in \
              the proxy's URL. Without a colon the password is asked for.",
        update: Some(|low, given| {
            low.group.proxies.user = Some(Secret::new(given.text_or_blank()?));
            Ok(())
        }),
    },
    Flag {
        long: "proxy1.0",
        short: None,
        value: Value::One("host[:port]"),
        category: Category::Proxy,
        help: "Use this HTTP/1.0 proxy",
        doc: "As --proxy, with an HTTP proxy that is asked for tunnels in HTTP/1.0.",
        update: Some(|low, given| {
            choose(low, given, "http")?;
            low.group.proxies.http10 = true;
            Ok(())
        }),
    },
    Flag {
        long: "proxytunnel",
        short: Some('p'),
        value: Value::Switch,
        category: Category::Proxy,
        help: "Tunnel through the proxy",
        doc: "Has HTTP proxies open a tunnel (CONNECT) for http as well, and not only for all \
              other protocols.",
        update: switch!(group.proxies.tunnel),
    },
    Flag {
        long: "socks4",
        short: None,
        value: Value::One("host[:port]"),
        category: Category::Proxy,
        help: "Use this SOCKS4 proxy",
        doc: "As --proxy socks4://host: names are looked up here, and IPv4 only.",
        update: Some(|low, given| choose(low, given, "socks4")),
    },
    Flag {
        long: "socks4a",
        short: None,
        value: Value::One("host[:port]"),
        category: Category::Proxy,
        help: "Use this SOCKS4a proxy, names looked up there",
        doc: "As --proxy socks4a://host: the proxy looks names up.",
        update: Some(|low, given| choose(low, given, "socks4a")),
    },
    Flag {
        long: "socks5",
        short: None,
        value: Value::One("host[:port]"),
        category: Category::Proxy,
        help: "Use this SOCKS5 proxy",
        doc: "As --proxy socks5://host: names are looked up here.",
        update: Some(|low, given| choose(low, given, "socks5")),
    },
    Flag {
        long: "socks5-basic",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "User and password for SOCKS5 (default)",
        doc: "Logs in at SOCKS5 proxies by user and password, as -U does by itself.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "socks5-hostname",
        short: None,
        value: Value::One("host[:port]"),
        category: Category::Proxy,
        help: "Use this SOCKS5 proxy, names looked up there",
        doc: "As --proxy socks5h://host: the proxy looks names up.",
        update: Some(|low, given| choose(low, given, "socks5h")),
    },
    Flag {
        long: "suppress-connect-headers",
        short: None,
        value: Value::Switch,
        category: Category::Proxy,
        help: "Do not show the reply to CONNECT",
        doc: "Leaves out of -i and -D what the proxy answers to CONNECT.",
        update: switch!(group.proxies.suppress_head),
    },
];
