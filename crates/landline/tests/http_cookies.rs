//! Cookies between servers: which hop sends which, and what is kept. Host names are real ones, all of
//! which lead to loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use landline::http::{CookieJar, RedirectPolicy};
use landline::{Event, Limits, Location, Observer, Timeouts};
use landline_testkit::http::{Request, Server};
use landline_testkit::tls::Authority;
use support::{any_host, faces, trusting};

/// A server that sets the cookies of the query, `|` between them, and leads on to what is behind a `^`.
fn server() -> Server {
    Server::new().route("/set*", |request, conn| {
        let (cookies, next) = asked(request);
        let mut headers: Vec<_> =
            cookies.iter().map(|line| ("Set-Cookie", line.as_str())).collect();
        headers.extend(next.as_ref().map(|url| ("Location", url.as_str())));
        request.reply(conn, if next.is_some() { 302 } else { 200 }, &headers, "")
    })
}

fn asked(request: &Request) -> (Vec<String>, Option<String>) {
    let query = request.query().unwrap_or_default().replace("%20", " ");
    let (cookies, next) = match query.split_once('^') {
        Some((cookies, next)) => (cookies, Some(next.to_owned())),
        None => (query.as_str(), None),
    };
    let cookies = cookies.split('|').filter(|line| !line.is_empty()).map(str::to_owned);
    (cookies.collect(), next)
}

/// Host, path and cookies of each request, connection by connection.
fn log(server: &Server) -> Vec<String> {
    let cookies = |request: &Request| request.all("Cookie").join(" + ");
    let line = |request: &Request| {
        let host = request.header("Host").unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        format!("{host}{} {}", request.path(), cookies(request))
    };
    server.requests().iter().map(line).collect()
}

fn at(server: &Server, host: &str, path: &str) -> String {
    format!("http://{host}:{}{path}", server.port())
}

faces! {
    async fn get(request: face::http::Request) -> landline::Result<u16> {
        Ok(w!(request.send())?.status())
    }

    async fn with_jar(server: &Server, jar: &CookieJar) -> landline::Result<face::http::Client> {
        let net = any_host(server.port());
        Ok(client_with(net, Timeouts::default(), Limits::default()).cookies(jar))
    }

    fn what_is_set_is_sent_again_and_goes_by_host_and_path() {
        let (server, jar) = (server(), CookieJar::new());
        let client = w!(with_jar(&server, &jar))?;
        let set = "/set/in?a=1|b=2;path=/deep|c=3;domain=shop.test;path=/|d=4;path=/";
        for (host, path) in [
            ("www.shop.test", set),
            ("www.shop.test", "/"),
            ("www.shop.test", "/set/in"),
            ("www.shop.test", "/deep/er"),
            ("www.shop.test", "/deeper"),
            ("shop.test", "/"),
            ("WWW.SHOP.TEST", "/"),
            ("www.shop.test.", "/"),
            ("wwwshop.test", "/"),
            ("127.0.0.1", "/"),
        ] {
            w!(get(client.get(&at(&server, host, path))))?;
        }
        assert_eq!(log(&server), [
            "www.shop.test/set/in ",
            "www.shop.test/ d=4; c=3",
            "www.shop.test/set/in a=1; d=4; c=3",
            "www.shop.test/deep/er b=2; d=4; c=3",
            "www.shop.test/deeper d=4; c=3",
            "www.shop.test/ d=4; c=3",
            "shop.test/ c=3",
            "www.shop.test./ d=4; c=3",
            "wwwshop.test/ ",
            "127.0.0.1/ ",
        ]);
    }

    fn b2_each_hop_of_a_redirect_sends_its_own_cookies() {
        let (server, jar) = (server(), CookieJar::new());
        let client = w!(with_jar(&server, &jar))?;
        // From a to b, which has cookies of its own, and back: what was set on the way is there.
        w!(get(client.get(&at(&server, "b.test", "/set?b=1;path=/"))))?;
        let home = at(&server, "a.test", "/end");
        let there = at(&server, "b.test", &format!("/set?b2=2;path=/^{home}"));
        w!(get(client.get(&at(&server, "a.test", &format!("/set?a=1;path=/^{there}")))))?;
        assert_eq!(log(&server), [
            "b.test/set ",
            "b.test/set b=1",
            "a.test/set ",
            "a.test/end a=1",
        ]);
        let sent = jar.header_for(&Location::parse("http://b.test/")?, SystemTime::now());
        assert_eq!(sent.as_deref(), Some(&b"b2=2; b=1"[..]));
    }

    fn b2_cookies_given_for_one_origin_stay_there() {
        let (server, jar) = (server(), CookieJar::new());
        let client = w!(with_jar(&server, &jar))?;
        let end = at(&server, "a.test", "/end");
        let away = at(&server, "b.test", &format!("/set?b=1;path=/^{end}"));
        let here = at(&server, "a.test", &format!("/set?^{away}"));
        let next = at(&server, "a.test", "/set?j=1;path=/^/end");
        w!(get(client.get(&here).cookie("secret=1")))?;
        w!(get(client.get(&here).header("Cookie", "secret=2")))?;
        w!(get(client.get(&next).cookie("own=3")))?;
        w!(get(client.get(&next).header("Cookie", "own=4").cookie("own=5")))?;
        let mut trusting = RedirectPolicy::default();
        trusting.trust_all = true;
        w!(get(client.get(&here).cookie("own=6").redirects(trusting)))?;
        assert_eq!(log(&server), [
            // The first server sees them, and not again when it is come back to.
            "a.test/set secret=1",
            "a.test/end ",
            "a.test/set secret=2",
            "a.test/end ",
            "a.test/set own=3",
            "a.test/end j=1; own=3",
            "a.test/set j=1; own=4",
            "a.test/end j=1; own=4",
            "a.test/set j=1; own=6",
            "a.test/end j=1; own=6",
            // The second one sees them when it is trusted.
            "b.test/set ",
            "b.test/set b=1",
            "b.test/set b=1; own=6",
        ]);
    }

    fn b2_another_port_or_scheme_has_the_cookies_of_its_host_but_none_that_were_given() {
        let other = server();
        let (server, jar) = (server(), CookieJar::new());
        let mut net = any_host(server.port());
        net.resolve.extend(any_host(other.port()).resolve);
        let client = client_with(net, Timeouts::default(), Limits::default()).cookies(&jar);
        let there = at(&other, "a.test", "/end");
        w!(get(client.get(&at(&server, "a.test", &format!("/set?j=1;path=/^{there}"))).cookie("own=1")))?;
        // Cookies do not know of ports (RFC 6265 section 8.5).
        assert_eq!(log(&other), ["a.test/end j=1"]);
    }

    fn c1_domains_of_strangers_and_public_suffixes_are_refused() {
        let (server, jar) = (server(), CookieJar::new());
        let client = w!(with_jar(&server, &jar))?;
        let lines = "a=1;domain=other.co.uk|b=2;domain=co.uk|c=3;domain=.co.uk|d=4;domain=CO.UK.\
            |e=5;domain=uk|f=6;domain=shop.co.uk|g=7;domain=xshop.co.uk|h=8;domain=a.www.shop.co.uk";
        w!(get(client.get(&at(&server, "www.shop.co.uk", &format!("/set?{lines}")))))?;
        for host in ["www.shop.co.uk", "shop.co.uk", "other.co.uk", "xshop.co.uk", "co.uk"] {
            w!(get(client.get(&at(&server, host, "/end"))))?;
        }
        assert_eq!(log(&server)[1..], [
            "www.shop.co.uk/end f=6", "shop.co.uk/end f=6", "other.co.uk/end ",
            "xshop.co.uk/end ", "co.uk/end ",
        ]);
    }

    fn c1_the_host_field_of_the_caller_is_the_host_and_never_a_stale_one() {
        let (server, jar) = (server(), CookieJar::new());
        let client = w!(with_jar(&server, &jar))?;
        let away = at(&server, "b.test", "/end");
        let url = at(&server, "127.0.0.1", &format!("/set?a=1;path=/^{away}"));
        w!(get(client.get(&url).header("Host", "A.test")))?;
        w!(get(client.get(&at(&server, "127.0.0.1", "/end"))))?;
        w!(get(client.get(&at(&server, "a.test", "/end"))))?;
        assert_eq!(log(&server)[1..], ["127.0.0.1/end ", "b.test/end ", "a.test/end a=1"]);
    }

    fn c2_secure_cookies_stay_under_tls() {
        let authority = Authority::new();
        let secure = Server::tls(&authority.issue(&["a.test"])).route("/set", |request, conn| {
            let line = "s=1; Secure; Path=/; Domain=a.test";
            request.reply(conn, 200, &[("Set-Cookie", line)], "")
        });
        let plain = server();
        let mut net = trusting(authority.ca_der());
        net.resolve = [any_host(secure.port()), any_host(plain.port())].map(|o| o.resolve).concat();
        let jar = CookieJar::new();
        let client = client_with(net, Timeouts::default(), Limits::default()).cookies(&jar);
        let at_tls = |path| format!("https://a.test:{}{path}", secure.port());
        w!(get(client.get(&at_tls("/set"))))?;
        let set = "/set?s=2;path=/|s=;path=/;max-age=0|t=3;secure|__Host-u=4;path=/";
        w!(get(client.get(&at(&plain, "a.test", set))))?;
        w!(get(client.get(&at(&plain, "a.test", "/end"))))?;
        w!(get(client.get(&at_tls("/end"))))?;
        assert_eq!(log(&plain), ["a.test/set ", "a.test/end "]);
        assert_eq!(log(&secure)[1..], ["a.test/end s=1"]);
    }

    fn c3_a_reply_sets_no_more_than_fifty_and_a_request_sends_no_more_than_fit() {
        let server = Server::new().route("/bomb", |request, conn| {
            let lines: Vec<_> = (0..2000).map(|n| format!("n{n}=x; path=/")).collect();
            let headers: Vec<_> = lines.iter().map(|line| ("Set-Cookie", line.as_str())).collect();
            request.reply(conn, 200, &headers, "")
        }).route("/long", |request, conn| {
            let lines: Vec<_> = (0..50).map(|n| format!("l{n}={}; path=/", "x".repeat(4000))).collect();
            let headers: Vec<_> = lines.iter().map(|line| ("Set-Cookie", line.as_str())).collect();
            request.reply(conn, 200, &headers, "")
        });
        let jar = CookieJar::new();
        let notes = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&notes);
        let observer = Observer::new(move |event| {
            if let Event::Note(text) = event {
                kept.lock().unwrap().push((*text).to_owned());
            }
        });
        let client = w!(with_jar(&server, &jar))?;
        w!(get(client.get(&server.url("/bomb")).observe(observer)))?;
        assert_eq!(jar.cookies().len(), 50);
        assert_eq!(*notes.lock().unwrap(), ["the reply sets too many cookies: the first 50 are kept"]);
        w!(get(client.get(&server.url("/long"))))?;
        w!(get(client.get(&server.url("/end"))))?;
        let last = server.requests().pop().unwrap();
        assert!(last.header("Cookie").unwrap().len() <= 8182);
    }

    fn c5_jars_are_saved_and_loaded() {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("jar");
        let (server, jar) = (server(), CookieJar::new());
        let client = w!(with_jar(&server, &jar))?;
        w!(get(client.get(&at(&server, "a.test", "/set?a=1;path=/;max-age=99|b=2;path=/"))))?;
        jar.save(&path)?;
        let again = CookieJar::new();
        again.load(&path)?;
        again.end_session();
        w!(get(client.get(&at(&server, "a.test", "/end")).cookies(&again)))?;
        assert_eq!(log(&server)[1..], ["a.test/end a=1"]);
    }

    fn cookies_stand_in_their_place_and_can_be_left_out() {
        let (server, jar) = (server(), CookieJar::new());
        let client = w!(with_jar(&server, &jar))?;
        w!(get(client.get(&server.url("/set?a=1;path=/"))))?;
        let request = client.get(&server.url("/end")).header("X-Mine", "x").referer("http://r.test/");
        w!(get(request.header("If-None-Match", "*")))?;
        w!(get(client.get(&server.url("/end")).without_header("Cookie")))?;
        let requests = server.requests();
        let names: Vec<_> = requests[1].headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, [
            "Host", "User-Agent", "Accept", "Referer", "Cookie", "X-Mine", "If-None-Match",
        ]);
        assert_eq!(requests[2].header("Cookie"), None);
    }

    fn a_redirect_that_asks_for_a_cookie_gets_it_from_an_opener_too() {
        let (server, jar) = (server(), CookieJar::new());
        let opener = opener().net(any_host(server.port())).cookies(&jar);
        let url = at(&server, "a.test", "/set?a=1;path=/^/echo");
        let mut document = w!(opener.open(&url))?;
        assert!(w!(document.text())?.contains("\r\nCookie: a=1\r\n"));
        assert_eq!(jar.cookies().len(), 1);
    }

    fn without_a_jar_nothing_is_kept() {
        let server = server();
        w!(get(client().get(&server.url("/set?a=1;path=/^/end"))))?;
        assert_eq!(log(&server)[1..], ["127.0.0.1/end "]);
    }

    fn a1_cookies_with_line_ends_are_refused_before_anything_is_sent() {
        let server = server();
        for pairs in ["a=b\r\nX-Evil: 1", "a=b\n", "a=\0"] {
            let error = w!(get(client().get(&server.url("/")).cookie(pairs))).unwrap_err();
            assert_eq!(error.kind(), landline::ErrorKind::Usage, "{pairs:?}");
        }
        assert_eq!(server.connections(), 0);
    }
}
