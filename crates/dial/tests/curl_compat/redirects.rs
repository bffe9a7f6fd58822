//! Where redirects lead, and what becomes of the request on the way.

use landline_testkit::http::Server;

use crate::twin::Twin;

#[test]
fn methods_and_bodies() {
    let twin = Twin::new().file("f", "contents\n");
    for code in ["301", "302", "303", "307", "308"] {
        let url = format!("U/redirect-to/{code}?/sink");
        let url = &*url;
        twin.same(&[
            &["-s", url],
            &["-sL", url],
            &["-sIL", url],
            &["-sL", "-d", "a=b", url],
            &["-sL", "-d", "a=b", "-H", "Accept: x/y", "-H", "X-A: b", url],
            &["-sL", "-X", "POST", "-d", "a=b", url],
            &["-sL", "-X", "DELETE", url],
            &["-sL", "-T", "f", "-H", "Expect:", url],
            &["-sL", "--post301", "--post302", "--post303", "-d", "a=b", url],
        ]);
    }
}

#[test]
fn targets() {
    let twin = Twin::new();
    twin.same(&[
        &["-sL", "U/redirect/3"],
        &["-sLi", "U/redirect/2"],
        &["-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "U/redirect/2"],
        &["-sL", "-w", " %{num_redirects} %{url_effective} %{http_code}", "U/redirect/2"],
        &["-sL", "-w", " %{num_redirects}", "--max-redirs", "3", "U/redirect/3"],
        &["-sL", "--max-redirs", "2", "-w", "%{http_code} %{num_redirects}", "U/redirect/3"],
        &["-sL", "--max-redirs", "0", "U/redirect/1"],
        &["-sL", "--max-redirs", "-1", "U/redirect/60"],
        &["-sL", "U/redirect/51"],
        &["-sL", "-w", "%{num_redirects} %{redirect_url}", "U/redirect-to/302?"],
        &["-sL", "U/redirect-to/302?hello"],
        &["-sL", "U/redirect-to/302?../hello"],
        &["-sL", "U/redirect-to/302?//127.0.0.1:PORT/hello"],
        &["-sL", "U/redirect-to/302?http://127.0.0.1:PORT/hello"],
        &["-sL", "U/redirect-to/302?HTTP://127.0.0.1:PORT/hello"],
        &["-sL", "U/redirect-to/302?/hello#fragment"],
        &["-sL", "U/redirect-to/302?file:///etc/passwd"],
        &["-sL", "U/redirect-to/302?nosuch://x/"],
        &["-sL", "-f", "U/redirect-to/302?/status/404"],
        &["-sL", "--proto-redir", "https", "U/redirect/1"],
        &["-sL", "--proto-redir", "=http", "U/redirect/1"],
        &["-sL", "-e", "http://from.test/;auto", "U/redirect/2"],
        &["-sL", "-e", ";auto", "U/redirect/1"],
        &["-sL", "-o", "a", "U/redirect/1"],
        &["-sLO", "U/redirect/1"],
    ]);
}

#[test]
fn secrets_and_headers() {
    // Another port is another origin.
    let other = Server::new();
    let twin = Twin::new();
    let (here, there) = ("U/redirect-to/302?/hello", other.url("/hello"));
    let away = format!("U/redirect-to/302?{there}");
    twin.same(&[
        &["-sL", "-u", "a:b", here],
        &["-sL", "http://a:b@127.0.0.1:PORT/redirect-to/302?/hello"],
        &["-sL", "-H", "Authorization: x", "-H", "Cookie: c=d", "-H", "X-A: b", here],
        &["-sL", "-H", "Host: a.test", here],
        &["-sL", "-u", "a:b", &away],
        &["-sL", "-u", "a:b", "-H", "Cookie: c", "--location-trusted", &away],
    ]);
    let before = other.connections();
    twin.dial(&["-sL", "-u", "a:b", "-H", "Authorization: x", "-H", "X-Api-Key: y", &away]);
    let sent = &other.received_text()[before];
    let expected = format!(
        "GET /hello HTTP/1.1\r\nHost: {}\r\nUser-Agent: dial/{}\r\nAccept: */*\r\n\r\n",
        other.addr(),
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(*sent, expected, "curl sends X-Api-Key to strangers, dial does not");
}

#[test]
fn five_statuses_are_redirects_where_curl_follows_whatever_begins_with_3() {
    let twin = Twin::new();
    for code in ["300", "304", "305", "306", "399"] {
        let line =
            ["-sSL", "-o", "x", "-w", "%{http_code}", &format!("U/redirect-to/{code}?/sink")];
        let output = twin.dial(&line);
        assert_eq!((output.exit(), output.text()), (0, code.to_owned()));
    }
}

#[test]
fn a_301_keeps_the_body_of_a_put_where_curl_sends_one_without() {
    for code in ["301", "302", "307", "308"] {
        let twin = Twin::new();
        let url = format!("U/redirect-to/{code}?/sink");
        assert_eq!(twin.dial(&["-sL", "-X", "PUT", "-d", "a=b", &url]).text(), "3\n");
    }
}

#[test]
fn the_type_of_a_body_goes_with_the_body_where_curl_keeps_it() {
    let twin = Twin::new();
    let url = "U/redirect-to/302?/sink";
    twin.dial(&["-sL", "--json", "{}", url]);
    twin.dial(&["-sL", "-d", "a", "-H", "Content-Type: x/y", url]);
    for request in twin.server.requests().iter().filter(|request| request.method == "GET") {
        assert_eq!(request.header("Content-Type"), None);
    }
}
