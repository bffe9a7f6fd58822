//! What is sent: methods, bodies, headers.

use crate::twin::Twin;

#[test]
fn methods() {
    Twin::new().same(&[
        &["-s", "U/hello"],
        &["-sI", "U/hello"],
        &["-si", "U/hello"],
        &["-siI", "U/hello"],
        &["-s", "-X", "DELETE", "U/hello"],
        &["-s", "-X", "PURGE", "U/hello"],
        &["-s", "-X", "OPTIONS", "--request-target", "*", "U/"],
        &["-sI", "-X", "GET", "U/hello"],
        &["-s", "-0", "U/hello"],
        &["-s", "--http1.1", "U/hello"],
        &["-s", "U"],
        &["-s", "U?a=b"],
        &["-s", "U/a/../b/./c"],
        &["-s", "--path-as-is", "U/a/../b/./c"],
        &["-s", "U/%41?x=%20#fragment"],
        &["-s", "127.0.0.1:PORT/hello"],
        &["-s", "HTTP://127.0.0.1:PORT/hello"],
        &["-s", "http://user@127.0.0.1:PORT/hello"],
    ]);
}

#[test]
fn data() {
    let twin = Twin::new().file("f", "one\r\ntwo\nthree\n").file("e", "").stdin("from\nstdin");
    twin.same(&[
        &["-s", "-d", "a=b", "U/sink"],
        &["-s", "-d", "a=b", "-d", "c=d", "U/sink"],
        &["-s", "-d", "", "U/sink"],
        &["-s", "-d", "@f", "U/sink"],
        &["-s", "-d", "@e", "U/sink"],
        &["-s", "-d", "@-", "U/sink"],
        &["-s", "--data-ascii", "@f", "U/sink"],
        &["-s", "--data-binary", "@f", "U/sink"],
        &["-s", "--data-binary", "@-", "U/sink"],
        &["-s", "--data-raw", "@f", "U/sink"],
        &["-s", "--data-urlencode", "a b&c=d", "U/sink"],
        &["-s", "--data-urlencode", "=a b&c", "U/sink"],
        &["-s", "--data-urlencode", "n=a b&c/ä~._-", "U/sink"],
        &["-s", "--data-urlencode", "@f", "U/sink"],
        &["-s", "--data-urlencode", "n@f", "U/sink"],
        &["-s", "-d", "x=y", "--data-urlencode", "z=&", "--data-binary", "@f", "U/sink"],
        &["-s", "-G", "-d", "a=b", "-d", "c=d+e", "U/sink"],
        &["-s", "-G", "-d", "a=b", "U/sink?x=y"],
        &["-s", "-G", "-d", "a=b", "U/sink?x=y#frag"],
        &["-s", "-G", "--data-urlencode", "q=a b&c", "U/sink"],
        &["-s", "-G", "U/sink"],
        &["-sI", "-G", "-d", "a=b", "U/sink"],
        &["-s", "-G", "--json", "[1]", "U/sink"],
        &["-sI", "-G", "--json", "[1]", "-H", "Accept: x/y", "U/sink"],
        &["-s", "--url-query", "a=b c", "U/sink"],
        &["-s", "--url-query", "+a=b%20c", "--url-query", "d=e", "U/sink?x"],
        &["-s", "--url-query", "a=b", "-d", "body", "U/sink"],
        &["-s", "--json", "{\"a\": 1}", "U/sink"],
        &["-s", "--json", "{", "--json", "}", "U/sink"],
        &["-s", "--json", "@f", "U/sink"],
        &["-s", "--json", "{}", "-H", "Content-Type: x/y", "U/sink"],
        &["-s", "--json", "{}", "-H", "accept: x/y", "-X", "PUT", "U/sink"],
        &["-s", "-X", "PATCH", "-d", "a", "U/sink"],
        &["-s", "-X", "GET", "-d", "a", "U/sink"],
        &["-s", "-d", "a", "-H", "Content-Type: text/plain", "U/sink"],
        &["-s", "-d", "a", "-H", "Content-Type:", "U/sink"],
        &["-s", "-d", "a", "-H", "Content-Length: 1", "U/sink"],
        &["-s", "-d", "a", "-H", "Transfer-Encoding: chunked", "U/sink"],
        &["-s", "-d", "a", "-H", "Expect: 100-continue", "U/sink"],
        &["-s", "-0", "-d", "a", "U/sink"],
    ]);
}

#[test]
fn large_bodies() {
    let twin = Twin::new().file("big", vec![b'x'; 1_100_000]);
    twin.same(&[
        &["-s", "--data-binary", "@big", "U/sink"],
        &["-s", "--data-binary", "@big", "-H", "Expect:", "U/sink"],
        &["-s", "-0", "--data-binary", "@big", "U/sink"],
        &["-s", "-T", "big", "U/sink"],
        &["-s", "-T", "big", "-H", "Expect:", "U/sink"],
    ]);
}

#[test]
fn uploads() {
    let twin = Twin::new().file("f", "contents\n").file("e", "").stdin("from stdin");
    twin.same(&[
        &["-sS", "-H", "Expect:", "-T", "f", "U/sink"],
        &["-sS", "-H", "Expect:", "-T", "f", "U/sink/"],
        &["-sS", "-H", "Expect:", "-T", "f", "U"],
        &["-sS", "-H", "Expect:", "-T", "e", "U/sink"],
        &["-s", "-T", "-", "U/sink"],
        &["-sS", "-H", "Expect:", "-T", "-", "U/sink"],
        &["-sS", "-H", "Expect:", "-T", "-", "-X", "POST", "U/sink"],
        &["-sS", "-H", "Expect:", "-T", "f", "-X", "POST", "U/sink"],
        &["-sS", "-H", "Expect:", "-T", "f", "-H", "Transfer-Encoding: chunked", "U/sink"],
        &["-sS", "-H", "Expect:", "-T", "f", "-H", "Content-Type: text/plain", "U/sink"],
        &["-sS", "-H", "Expect:", "-T", "{f,e}", "U/sink/"],
        &["-sS", "-H", "Expect:", "-T", "f", "U/sink/1", "-T", "e", "U/sink/2"],
        &["-sS", "-H", "Expect:", "-T", "missing", "U/sink"],
        &["-s", "-0", "-T", "f", "U/sink"],
    ]);
}

#[test]
fn headers() {
    let twin = Twin::new().file("h", "X-One: 1\nX-Two: 2\n\nX-Three: 3\n").stdin("X-In: 1\n");
    twin.same(&[
        &["-s", "-H", "X-A: b", "U/hello"],
        &["-s", "-H", "X-A: b", "-H", "X-A: c", "U/hello"],
        &["-s", "-H", "X-Empty;", "U/hello"],
        &["-s", "-H", "X-None:", "U/hello"],
        &["-s", "-H", "Accept: text/html", "U/hello"],
        &["-s", "-H", "Accept:", "U/hello"],
        &["-s", "-H", "accept;", "U/hello"],
        &["-s", "-H", "User-Agent: me", "U/hello"],
        &["-s", "-H", "User-Agent:", "U/hello"],
        &["-s", "-H", "Host: b.test", "-H", "X-A: b", "U/hello"],
        &["-s", "-H", "Host:", "U/hello"],
        &["-s", "-H", "X-A: b", "-H", "Host: b.test:99", "-d", "x", "U/sink"],
        &["-s", "-H", "Connection: close", "U/hello", "U/hello"],
        &["-s", "-H", "nonsense", "U/hello"],
        &["-s", "-H", "@h", "U/hello"],
        &["-s", "-H", "@-", "U/hello"],
        &["-s", "-H", "Authorization: Bearer x", "U/hello"],
        &["-s", "-H", "Authorization: x", "-u", "a:b", "U/hello"],
        &["-s", "-u", "user:pass", "U/auth/user/pass"],
        &["-s", "-u", "user:", "U/hello"],
        &["-s", "-u", ":", "U/hello"],
        &["-s", "-u", "a:b:c", "U/hello"],
        &["-s", "-u", "ä:ö", "U/hello"],
        &["-s", "--basic", "-u", "a:b", "U/hello"],
        &["-s", "http://us%65r:p%40ss@127.0.0.1:PORT/hello"],
        &["-s", "-u", "x:y", "http://a:b@127.0.0.1:PORT/hello"],
        &["-s", "-A", "agent/1", "U/hello"],
        &["-s", "-A", "", "U/hello"],
        &["-s", "-e", "http://from.test/", "U/hello"],
        &["-s", "-e", "", "U/hello"],
        &["-s", "-r", "0-4", "U/bytes/10"],
        &["-s", "-r", "5-", "U/bytes/10"],
        &["-s", "-r", "-3", "U/bytes/10"],
        &["-s", "-r", "20-30", "U/bytes/10"],
        &["-s", "-r", "0-1,4-5", "U/bytes/10"],
        &["-s", "-r", "5", "U/bytes/10"],
        &["-s", "--http1.1", "-H", "Connection: Keep-Alive", "U/hello"],
        &["-s", "-A", "x", "-e", "y", "-u", "a:b", "-d", "z", "-H", "Q: r", "U/sink"],
        &["-s", "-A", "x", "-e", "y", "-r", "1-2", "-u", "a:b", "-H", "Q: r", "U/hello"],
    ]);
}

#[test]
fn a_put_of_a_small_file_does_not_wait_for_permission_as_in_newer_curl() {
    let twin = Twin::new().file("f", "contents\n");
    assert_eq!(twin.dial(&["-sS", "-T", "f", "U/sink"]).text(), "9\n");
    assert!(!twin.server.received_text()[0].contains("Expect"));
}

#[test]
fn a_missing_file_of_data_sends_nothing_where_older_curl_posts_an_empty_body() {
    let twin = Twin::new();
    let output = twin.dial(&["-sS", "-d", "@missing", "U/sink"]);
    assert_eq!((output.exit(), twin.server.connections()), (26, 0), "{}", output.errors());
}

#[test]
fn nul_is_stripped_from_data_where_older_curl_stops_at_it() {
    let twin = Twin::new().file("f", "one\0two\n");
    twin.dial(&["-sS", "-d", "@f", "U/sink"]);
    assert!(twin.server.received_text()[0].ends_with("\r\n\r\nonetwo"));
}

#[test]
fn a_range_stays_a_range_where_curl_makes_a_content_range_of_it_in_a_post() {
    let twin = Twin::new();
    twin.dial(&["-sS", "-r", "1-2", "-d", "z", "U/sink"]);
    assert!(twin.server.received_text()[0].contains("\r\nRange: bytes=1-2\r\n"));
}

#[test]
fn blanks_in_urls_are_encoded_where_curl_refuses_them() {
    let twin = Twin::new();
    assert_eq!(twin.dial(&["-sS", "-G", "-d", "c=d e", "U/a b"]).exit(), 0);
    assert!(twin.server.received_text()[0].starts_with("GET /a%20b?c=d%20e HTTP/1.1\r\n"));
}

#[test]
fn what_is_not_ascii_in_urls_is_encoded_in_capitals() {
    let twin = Twin::new();
    twin.dial(&["-sS", "U/ä"]);
    assert!(twin.server.received_text()[0].starts_with("GET /%C3%A4 HTTP/1.1\r\n"));
}

#[test]
fn header_values_are_sent_behind_one_blank_and_without_one_at_the_end() {
    let twin = Twin::new();
    twin.dial(&["-sS", "-H", "X-A:b", "-H", "X-B:  c  ", "U/hello"]);
    assert!(twin.server.received_text()[0].contains("\r\nX-A: b\r\nX-B: c\r\n"));
}

#[test]
fn a_length_beside_chunks_is_refused_where_curl_sends_both() {
    let twin = Twin::new().stdin("from stdin");
    let output = twin.dial(&["-sS", "-T", "-", "-H", "Content-Length: 10", "U/sink"]);
    assert_eq!(output.exit(), 43, "{}", output.errors());
    assert!(twin.server.received_text().concat().is_empty());
}
