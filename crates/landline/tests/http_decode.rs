//! Coded bodies over real connections: what is asked for, what is read, what becomes of the
//! connection.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use landline::{ErrorKind, Phase};
use landline_testkit::http::Server;
use support::{faces, facts};

const PLAIN: &str = "what the page says, says, says, says, says";

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

const GZIP: (&str, &str) = ("Content-Encoding", "gzip");

/// A server of the page, coded in several ways.
fn server() -> Server {
    let coded = gzip(PLAIN.as_bytes());
    let (cut, twice) = (coded[..coded.len() - 4].to_vec(), gzip(&coded));
    let (chunked, whole) = (coded.clone(), coded.clone());
    let (moved, both, closing) = (coded.clone(), twice.clone(), coded.clone());
    let (broken, failed, plain) = (coded.clone(), coded.clone(), coded);
    Server::new()
        .route("/gzip", move |request, conn| request.reply(conn, 200, &[GZIP], &whole))
        .route("/chunked", move |request, conn| {
            let pieces: Vec<&[u8]> = chunked.chunks(7).collect();
            request.reply_chunked(conn, 200, &[GZIP], &pieces, &[("X-After", "all")])
        })
        .route("/on-the-way", move |request, conn| {
            let fields = [("Transfer-Encoding", "gzip")];
            request.reply_chunked(conn, 200, &fields, &[&moved[..9], &moved[9..]], &[])
        })
        .route("/both", move |request, conn| {
            let fields = [("Transfer-Encoding", "gzip"), GZIP];
            request.reply_chunked(conn, 200, &fields, &[&both], &[])
        })
        .route("/until-close", move |request, conn| {
            request.reply_closing(conn, 200, &[("Transfer-Encoding", "gzip")], &closing)
        })
        .route("/twice", move |request, conn| {
            let fields = [("Content-Encoding", "gzip"), ("content-encoding", " X-GZIP")];
            request.reply(conn, 200, &fields, &twice)
        })
        .route("/cut", move |request, conn| request.reply(conn, 200, &[GZIP], &cut))
        .route("/broken", move |request, conn| {
            let length = (broken.len() + 1).to_string();
            let fields = [GZIP, ("Content-Length", length.as_str())];
            request.reply(conn, 200, &fields, &broken)?;
            conn.fin()
        })
        .route("/failed", move |request, conn| request.reply(conn, 404, &[GZIP], &failed))
        .route("/plain", move |request, conn| request.reply(conn, 200, &[], &plain))
        .route("/empty/*", |request, conn| {
            let status = request.path()["/empty/".len()..].parse().unwrap();
            request.reply(conn, status, &[("Content-Encoding", "unheard-of")], "")
        })
        .route("/unknown", |request, conn| {
            request.reply(conn, 200, &[("Content-Encoding", "unheard-of")], "secret")
        })
        .route("/moved", |request, conn| {
            let fields = [("Location", "/gzip"), GZIP];
            request.reply(conn, 302, &fields, "this is not gzip")
        })
}

/// The fields of a request that a coding has to do with, in the order of the wire.
fn asked(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let head = String::from_utf8(requests.last().expect("a request").head.clone()).unwrap();
    let is_about_it = |line: &&str| {
        ["accept", "referer"].iter().any(|name| line.to_ascii_lowercase().contains(name))
    };
    head.lines().filter(is_about_it).map(str::to_owned).collect()
}

/// Lengths before decoding, which the faces show in different places.
trait Encoded {
    fn encoded(&self) -> (Option<u64>, Option<u64>);
}

impl Encoded for landline::http::Reply {
    fn encoded(&self) -> (Option<u64>, Option<u64>) {
        (self.encoded_len(), self.encoded_read())
    }
}

impl Encoded for landline::aio::http::Reply {
    fn encoded(&self) -> (Option<u64>, Option<u64>) {
        (self.body().encoded_len(), self.body().encoded_read())
    }
}

faces! {
    async fn bytes(reply: &mut face::http::Reply) -> landline::Result<Vec<u8>> {
        w!(reply.read_to_vec())
    }

    fn a_coded_body_is_read_decoded_and_the_connection_used_again() {
        let server = server();
        let client = client();
        for path in ["/gzip", "/chunked", "/twice", "/plain", "/gzip"] {
            let mut reply = w!(client.get(&server.url(path)).decode(true).send())?;
            let is_coded = path != "/plain";
            assert_eq!(reply.headers().contains("Content-Encoding"), is_coded);
            assert_eq!(announced(&reply).is_some(), !is_coded, "{path}");
            let body = w!(bytes(&mut reply))?;
            assert_eq!(body == PLAIN.as_bytes(), is_coded, "{path}");
            assert!(reply.timings().total.is_some(), "{path}");
            if path == "/chunked" {
                assert_eq!(trailers(&reply).get("X-After"), Some("all"));
            }
        }
        assert_eq!(server.connections(), 1);
    }

    fn codings_of_the_transfer_are_undone_when_offered() {
        let (server, client) = (server(), client());
        for path in ["/on-the-way", "/until-close", "/on-the-way"] {
            let mut reply = w!(client.get(&server.url(path)).transfer_codings(true).send())?;
            assert_eq!(w!(bytes(&mut reply))?, PLAIN.as_bytes(), "{path}");
        }
        assert_eq!(server.connections(), 2);
        let get = || client.get(&server.url("/both")).transfer_codings(true);
        assert_eq!(w!(bytes(&mut w!(get().send())?))?, gzip(PLAIN.as_bytes()));
        assert_eq!(w!(bytes(&mut w!(get().decode(true).send())?))?, PLAIN.as_bytes());
        let refused = w!(client.get(&server.url("/on-the-way")).send()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Encoding);
    }

    fn lengths_before_decoding_are_known() {
        let server = server();
        let coded = gzip(PLAIN.as_bytes()).len() as u64;
        let mut reply = w!(client().get(&server.url("/gzip")).decode(true).send())?;
        assert_eq!(reply.encoded(), (Some(coded), Some(0)));
        assert_eq!(w!(reply.text())?, PLAIN);
        assert_eq!(reply.encoded(), (Some(coded), Some(coded)));
        let reply = w!(client().get(&server.url("/gzip")).send())?;
        assert_eq!((announced(&reply), reply.encoded()), (Some(coded), (Some(coded), None)));
    }

    fn the_offer_stands_where_curl_puts_it() {
        let server = server();
        let client = client();
        let url = server.url("/gzip");
        let request = client.get(&url).referer("http://a.test/").header("X-Accept", "x");
        w!(request.decode(true).send())?;
        let offer = "Accept-Encoding: deflate, gzip, br, zstd";
        assert_eq!(asked(&server), ["Accept: */*", offer, "Referer: http://a.test/", "X-Accept: x"]);
        let request = client.get(&url).header("accept-encoding", "gzip;q=0.5").decode(true);
        assert_eq!(w!(w!(request.send())?.text())?, PLAIN);
        assert_eq!(asked(&server), ["Accept: */*", "accept-encoding: gzip;q=0.5"]);
        w!(client.get(&url).decode(true).without_header("Accept-Encoding").send())?;
        assert_eq!(asked(&server), ["Accept: */*"]);
        w!(client.get(&url).send())?;
        assert_eq!(asked(&server), ["Accept: */*"]);
    }

    fn without_being_asked_to_nothing_is_decoded() {
        let server = server();
        let mut reply = w!(client().get(&server.url("/gzip")).send())?;
        assert_eq!(w!(bytes(&mut reply))?, gzip(PLAIN.as_bytes()));
    }

    /// Row 31 of the fault table: what came before is delivered.
    fn coded_data_that_ends_early_is_an_error() {
        let server = server();
        let mut reply = w!(client().get(&server.url("/cut")).decode(true).send())?;
        let mut all = Vec::new();
        let error = landline::Error::from(w!(reply.read_to_end(&mut all)).unwrap_err());
        assert_eq!(facts(&error), (ErrorKind::Encoding, Phase::ReadingBody));
        assert!(error.chain().contains("compressed data ended early"), "{}", error.chain());
        assert_eq!(all, PLAIN.as_bytes());
    }

    fn a_broken_connection_is_no_broken_coding() {
        let server = server();
        let mut reply = w!(client().get(&server.url("/broken")).decode(true).send())?;
        let error = w!(bytes(&mut reply)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Truncated, Phase::ReadingBody));
    }

    /// Row 35 of the fault table: the head is there to be looked at all the same.
    fn an_unknown_coding_is_an_error_of_its_body_alone() {
        let server = server();
        let client = client();
        let mut reply = w!(client.get(&server.url("/unknown")).decode(true).send())?;
        assert_eq!(reply.status(), 200);
        let error = w!(bytes(&mut reply)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Encoding, Phase::ReadingBody));
        assert!(error.chain().contains("unheard-of"), "{}", error.chain());
    }

    fn bodies_that_are_not_there_are_not_decoded() {
        let server = server();
        let client = client();
        for path in ["/empty/200", "/empty/204", "/empty/304"] {
            let mut reply = w!(client.get(&server.url(path)).decode(true).send())?;
            assert_eq!(w!(reply.text())?, "", "{path}");
        }
        let mut reply = w!(client.head(&server.url("/gzip")).decode(true).send())?;
        assert_eq!(w!(reply.text())?, "");
        assert_eq!(server.connections(), 1);
    }

    /// Class G1: a body that nobody reads is passed over, whatever it claims to be.
    fn a_redirect_body_is_never_decoded() {
        let server = server();
        let mut reply = w!(client().get(&server.url("/moved")).decode(true).send())?;
        assert_eq!(w!(reply.text())?, PLAIN);
        assert_eq!(server.connections(), 1);
    }

    fn the_body_of_a_failed_reply_is_decoded() {
        let server = server();
        let reply = w!(client().get(&server.url("/failed")).decode(true).send())?;
        let error = w!(reply.error_for_status()).unwrap_err();
        let failed = error.reply().expect("the reply");
        assert_eq!((failed.body(), failed.is_complete()), (PLAIN.as_bytes(), true));
    }

    fn open_decodes_too() {
        let server = server();
        let opener = opener().decode(true);
        let mut document = w!(opener.open(&server.url("/gzip")))?;
        assert_eq!(document.announced_len(), None);
        assert_eq!(document.info().get("Content-Encoding"), Some("gzip"));
        assert_eq!(w!(document.text())?, PLAIN);
        assert_eq!(asked(&server), ["Accept: */*", "Accept-Encoding: deflate, gzip, br, zstd"]);
    }

    /// Row 36 of the fault table: 300 MB out of 300 KB, in memory that does not grow with them.
    fn a_bomb_is_read_in_flat_memory() {
        const MILLIONS: usize = 300;
        let member = gzip(&vec![0; 1_000_000]);
        let server = Server::new().route("/bomb", move |request, conn| {
            request.reply_chunked(conn, 200, &[GZIP], &[member.as_slice(); MILLIONS], &[])
        });
        let mut reply = w!(client().get(&server.url("/bomb")).decode(true).send())?;
        let before = peak_kib();
        let mut total = 0;
        loop {
            let count = w!(reply.fill_buf())?.len();
            if count == 0 {
                break;
            }
            total += count;
            reply.consume(count);
        }
        assert_eq!(total, MILLIONS * 1_000_000);
        // The system counts in batches, so that even a peak may go back a little.
        let grown = peak_kib().saturating_sub(before);
        assert!(grown < 32 << 10, "{grown} KiB more");
    }
}

/// The most memory this process ever had, in KiB; 0 where the system does not tell so.
fn peak_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
