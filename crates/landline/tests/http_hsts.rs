//! Strict transport security (RFC 6797) between servers; class C4. Host names are real ones, all of
//! which lead to loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::SystemTime;

use landline::http::HstsCache;
use landline::net::NetOptions;
use landline::{Limits, Timeouts};
use landline_testkit::http::Server;
use landline_testkit::tls::Authority;
use support::{any_host, faces, trusting};

const ASK: &str = "max-age=60";

/// A server under TLS for `a.test` that asks for HSTS in the words of the query.
fn secure(authority: &Authority) -> Server {
    Server::tls(&authority.issue(&["a.test", "b.a.test", "127.0.0.1"])).route("/ask", |r, conn| {
        let asked = r.query().unwrap_or_default().replace("%20", " ");
        let fields: Vec<_> =
            asked.split('|').map(|value| ("Strict-Transport-Security", value)).collect();
        r.reply(conn, 200, &fields, "")
    })
}

fn net(server: &Server, authority: &Authority) -> NetOptions {
    let mut net = trusting(authority.ca_der());
    net.resolve = any_host(server.port()).resolve;
    net
}

fn knowing(host: &str) -> HstsCache {
    let cache = HstsCache::new();
    cache.learn(host, ASK.as_bytes(), SystemTime::now());
    cache
}

fn covers(cache: &HstsCache, host: &str) -> bool {
    cache.covers(host, SystemTime::now())
}

faces! {
    async fn client(net: NetOptions, cache: &HstsCache) -> landline::Result<face::http::Client> {
        Ok(client_with(net, Timeouts::default(), Limits::default()).hsts(cache))
    }

    fn c4_a_host_that_asks_is_reached_through_tls_from_then_on() {
        let authority = Authority::new();
        let (server, cache) = (secure(&authority), HstsCache::new());
        let client = w!(client(net(&server, &authority), &cache))?;
        let at = |scheme, path| format!("{scheme}://a.test:{}{path}", server.port());
        w!(client.get(&at("https", "/ask?max-age=60|max-age=0")).send())?;
        assert!(covers(&cache, "a.test") && !covers(&cache, "b.a.test"), "the first field counts");
        let reply = w!(client.get(&at("http", "/hello")).send())?;
        assert_eq!((reply.status(), reply.location().scheme()), (200, "https"));
        // A name below speaks for itself alone, the final dot or not.
        let below = format!("https://b.a.test.:{}/ask?max-age=0;includeSubDomains", server.port());
        w!(client.get(&below).send())?;
        assert!(covers(&cache, "a.test"));
        w!(client.get(&at("http", "/ask?max-age=0")).send())?;
        assert!(!covers(&cache, "a.test"));
    }

    fn c4_every_redirect_is_looked_at() {
        let authority = Authority::new();
        let (server, cache) = (secure(&authority), knowing("a.test"));
        let plain = Server::new().route("/go", move |r, conn| {
            r.reply(conn, 302, &[("Location", r.query().unwrap_or_default())], "")
        });
        let mut net = net(&server, &authority);
        net.resolve.extend(any_host(plain.port()).resolve);
        let client = w!(client(net, &cache))?;
        for host in ["a.test", "A.test.", "a%E3%80%82test"] {
            let url = format!("http://x.test:{}/go?http://{host}:{}/hello", plain.port(), server.port());
            let reply = w!(client.get(&url).send())?;
            assert_eq!((reply.status(), reply.location().scheme()), (200, "https"), "{host}");
        }
    }

    fn c4_what_proves_nothing_teaches_nothing() {
        let authority = Authority::new();
        let (server, cache) = (secure(&authority), HstsCache::new());
        let plain = Server::new().route("/ask", |r, conn| {
            r.reply(conn, 200, &[("Strict-Transport-Security", ASK)], "")
        });
        let mut options = net(&server, &authority);
        options.resolve.extend(any_host(plain.port()).resolve);
        let trusting = w!(client(options.clone(), &cache))?;
        w!(trusting.get(&format!("http://a.test:{}/ask", plain.port())).send())?;
        w!(trusting.get(&format!("https://127.0.0.1:{}/ask?max-age=60", server.port())).send())?;
        options.tls.insecure = true;
        let careless = w!(client(options, &cache))?;
        w!(careless.get(&format!("https://a.test:{}/ask?max-age=60", server.port())).send())?;
        assert!(cache.hosts().is_empty(), "{:?}", cache.hosts());
    }
}
