//! HTTP/3 against Caddy, by choice and by what it says of itself.

use landline::http::{AltSvcCache, HttpVersion, Upload, Version};
use landline_interop::{caddy, is_installed};
use landline_testkit::http::pattern;

use crate::http2::certified;
use crate::{folder_with_documents, reads_documents};

#[test]
fn caddy_speaks_http3() {
    if !is_installed("caddy") {
        return;
    }
    let folder = folder_with_documents();
    let (client, files) = certified(folder.path());
    let server = caddy(folder, &files, "h1 h2 h3");
    let url = |path: &str| server.url("https", path);
    let get = |path: &str| client.get(&url(path)).version(HttpVersion::Http3Only);
    for connects in [1, 0, 0] {
        let mut reply = get("/small.txt").decode(true).send().unwrap();
        assert_eq!((reply.version(), reply.counts().connects), (Version::Http3, connects));
        assert_eq!(reply.text().unwrap(), "hello\n");
    }
    let mut big = get("/big").send().unwrap();
    assert!(big.read_to_vec().unwrap() == pattern(0, crate::BIG_BYTES), "changed on the way");
    let mut part = get("/big").range("1000-1999").send().unwrap();
    assert_eq!((part.status(), part.read_to_vec().unwrap()), (206, pattern(1000, 1000)));
    assert_eq!(get("/none").send().unwrap().status(), 404);
    // Refused as a whole, large as it is, and the connection goes on.
    let body = Upload::bytes(pattern(0, 3_000_000));
    let request = client.post(&url("/small.txt")).version(HttpVersion::Http3Only).body(body);
    let reply = request.send().unwrap();
    assert!(matches!(reply.status(), 200 | 405), "{}", reply.status());
    assert_eq!(get("/empty").send().unwrap().read_to_vec().unwrap(), b"");
    let raced = client.get(&url("/small.txt")).version(HttpVersion::Http3).send().unwrap();
    assert!(raced.version() >= Version::Http2);
}

#[test]
fn caddy_is_found_over_http3_by_what_it_says() {
    if !is_installed("caddy") {
        return;
    }
    let folder = folder_with_documents();
    let (client, files) = certified(folder.path());
    let server = caddy(folder, &files, "h1 h2 h3");
    let url = |path: &str| server.url("https", path);
    let client = client.alt_svc(&AltSvcCache::new());
    for version in [Version::Http2, Version::Http3] {
        let mut reply = client.get(&url("/small.txt")).send().unwrap();
        assert_eq!(reply.version(), version);
        assert_eq!(reply.text().unwrap(), "hello\n");
    }
    reads_documents(&client, url);
}
