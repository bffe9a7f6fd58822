//! Where the document goes, and what is written about it.

use landline_testkit::http::Server;

use crate::twin::Twin;

fn naming() -> Twin {
    let server = Server::new().route("/named*", |request, conn| {
        let name = request.query().unwrap_or_default().replace("%20", " ").replace("%22", "\"");
        let name = name.replace("%1b", "\u{1b}");
        let disposition = format!("attachment; filename={name}");
        let date = ("Last-Modified", "Thu, 01 Jan 2015 12:00:00 GMT");
        request.reply(conn, 200, &[("Content-Disposition", &disposition), date], "named\n")
    });
    Twin::of(server)
}

#[test]
fn files() {
    Twin::new().file("there", "old contents, longer").same(&[
        &["-s", "-o", "a", "U/hello"],
        &["-s", "-oa", "U/hello"],
        &["-s", "--output", "a", "U/hello"],
        &["-s", "-o", "there", "U/hello"],
        &["-s", "-o", "-", "U/hello"],
        &["-s", "-o", "a", "U/hello", "-o", "b", "U/bytes/3"],
        &["-s", "-o", "a", "-o", "b", "U/hello", "U/bytes/3"],
        &["-s", "-o", "a", "U/hello", "U/bytes/3"],
        &["-s", "-O", "U/hello"],
        &["-s", "-O", "U/a/hello?b=c/d"],
        &["-s", "-O", "U/hello", "-O", "U/bytes/3"],
        &["-s", "-O", "U/hello", "U/bytes/3"],
        &["-s", "--remote-name-all", "U/hello", "U/bytes/3"],
        &["-s", "-O", "U/"],
        &["-s", "-O", "U/a%20b"],
        &["-s", "-o", "a", "U/bytes/0"],
        &["-s", "-o", "sub/dir/a", "--create-dirs", "-w", "%{filename_effective}", "U/hello"],
        &["-s", "-o", "a", "--output-dir", ".", "U/hello"],
        &[
            "-s",
            "-O",
            "--output-dir",
            "new",
            "--create-dirs",
            "-w",
            "%{filename_effective}",
            "U/hello",
        ],
        &["-s", "--no-clobber", "-o", "there", "U/hello"],
        &["-s", "--no-clobber", "-o", "new", "U/hello"],
        &["-s", "--remove-on-error", "-o", "a", "-f", "U/status/404"],
        &["-si", "-o", "a", "U/hello"],
        &["-s", "-D", "h", "U/hello"],
        &["-s", "-D", "h", "-o", "a", "U/redirect/1", "-L"],
        &["-s", "-D", "-", "U/hello"],
        &["-s", "-D", "h", "U/hello", "U/bytes/3"],
        &["-s", "-D", "h", "-D", "g", "U/hello"],
        &["-sI", "-o", "a", "U/hello"],
    ]);
}

#[test]
fn globs() {
    Twin::new().same(&[
        &["-s", "U/bytes/{1,2}"],
        &["-s", "-o", "f_#1", "U/bytes/{1,2}"],
        &["-s", "-o", "f_#1_#2", "U/bytes/[1-3]?{x,y}"],
        &["-s", "-o", "f_#1", "U/bytes/[1-9:4]"],
        &["-s", "-o", "f_#1", "U/bytes/[01-03]"],
        &["-s", "-o", "f_#1", "U/bytes/[a-c]"],
        &["-s", "-o", "f_#2", "U/bytes/[1-2]"],
        &["-s", "-O", "U/bytes/[1-2]"],
        &["-s", "-g", "U/bytes/{1,2}"],
        &["-s", "U/bytes/{1"],
        &["-s", "U/bytes/[1-"],
        &["-s", "U/bytes/[2-1]"],
        &["-s", "U/bytes/\\{1"],
        &["-s", "-w", "%{urlnum} %{url}\\n", "U/bytes/{1,2}", "U/hello"],
    ]);
}

#[test]
fn names_by_the_server() {
    naming().file("there", "kept").same(&[
        &["-sOJ", "U/named?plain.txt"],
        &["-sOJ", "U/named?%22quoted%20name.txt%22"],
        &["-sOJ", "U/named?../../up"],
        &["-sOJ", "U/named?/etc/absolute"],
        &["-sOJ", "U/named?%22a\\b%22"],
        &["-sOJ", "U/hello"],
        &["-sO", "U/named?ignored"],
        &["-sJ", "U/named?ignored"],
        &["-sOJ", "U/named?there"],
        &["-sJ", "-o", "mine", "U/named?ignored"],
        &["-sOJ", "--output-dir", "d", "--create-dirs", "U/named?x"],
    ]);
}

#[test]
fn hostile_names_are_made_harmless_where_curl_takes_some_as_they_are() {
    let names = [
        ".bashrc",
        "..",
        ".",
        "/",
        "a/",
        "C:evil",
        "nul",
        "CON.txt",
        "a%00b",
        "-rf",
        "~root",
        "%22..\\..\\up%22",
        "%22%1b[2Jx%22",
        "....//....//up",
        ".ssh/authorized_keys",
    ];
    for name in names {
        let room = crate::room::Room::new();
        let twin = naming();
        let url = twin.server.url(&format!("/named/fallback?{name}"));
        let output = room.run(&["-gsSOJ", &url]);
        let left = room.names();
        assert!(left.len() <= 1, "{name}: {left:?}");
        for file in left {
            let is_plain = !file.starts_with(['.', '-', '~']) || file == "-rf" || file == "~root";
            assert!(is_plain && !file.chars().any(char::is_control), "{name}: {file:?}");
        }
        assert!([0, 23].contains(&output.exit()), "{name}: {}", output.errors());
    }
}

#[test]
fn dates() {
    let room = crate::room::Room::new();
    let twin = naming();
    assert_eq!(room.run(&["-sSRO", &twin.server.url("/named")]).exit(), 0);
    let modified = room.at("named").metadata().and_then(|data| data.modified()).expect("a date");
    let seconds = modified.duration_since(std::time::UNIX_EPOCH).expect("a late date").as_secs();
    assert_eq!(seconds, 1_420_113_600);
}

#[test]
fn write_out() {
    let all = "%{http_code} %{response_code} %{size_download} %{size_upload} %{num_redirects} \
               %{num_connects} %{redirect_url} %{content_type} %{url_effective} %{url} %{method} \
               %{http_version} %{exitcode} %{urlnum} %{filename_effective} %{remote_ip} \
               %{remote_port} %{local_ip} %{size_header} %{errormsg} %{num_headers} \
               %{ssl_verify_result} %{http_connect} %{referer} %%";
    let twin = Twin::new().file("format", "%{http_code}\n");
    twin.same(&[
        &["-s", "-w", all, "U/hello"],
        &["-sL", "-w", all, "U/redirect/2"],
        &["-s", "-w", all, "U/redirect/2"],
        &["-s", "-w", all, "-d", "abc", "U/sink"],
        &["-sI", "-w", all, "U/hello"],
        &["-s", "-w", all, "-o", "x", "U/bytes/1000"],
        &["-s", "-w", all, "U/status/204"],
        &["-sf", "-w", "%{http_code} %{exitcode} %{size_download}", "U/status/404"],
        &["-s", "-w", "%{http_code} %{exitcode}", "http://127.0.0.1:1/"],
        &["-s", "-w", "%{num_connects} ", "U/hello", "U/hello"],
        &["-s", "-w", "\\t%{http_code}\\n\\r\\q", "U/hello"],
        &["-s", "-w", "@format", "U/hello"],
        &["-s", "-w", "%{stderr}%{http_code}", "U/hello"],
        &["-s", "-w", "a%{onerror}b", "U/hello"],
        &["-sf", "-w", "a%{onerror}b", "U/status/500"],
        &["-s", "-w", "%header{content-type} %header{nosuch}", "U/hello"],
        &["-w", "%{nosuch}", "U/hello"],
        &["-s", "-w", "%{http_code", "U/hello"],
    ]);
}

#[test]
fn statuses() {
    Twin::new().same(&[
        &["-s", "U/status/404"],
        &["-sf", "U/status/404"],
        &["-sSf", "U/status/404"],
        &["-sS", "-f", "-o", "a", "U/status/500"],
        &["-s", "--fail-with-body", "U/status/404"],
        &["-s", "--fail-with-body", "-o", "a", "U/status/404"],
        &["-sf", "U/status/399"],
        &["-sf", "U/status/204"],
        &["-sfi", "U/status/404"],
        &["-sfI", "U/status/404"],
        &["-sf", "U/status/404", "U/hello"],
        &["-sf", "--fail-early", "U/status/404", "U/hello"],
        &["-sf", "U/hello", "U/status/404"],
        &["-s", "--max-filesize", "100", "U/bytes/200"],
        &["-s", "--max-filesize", "200", "U/bytes/200"],
        &["-s", "U/chunked/2500"],
        &["-s", "U/close/2500"],
    ]);
}

#[test]
fn the_scheme_is_written_in_small_letters_as_in_newer_curl() {
    let output = Twin::new().dial(&["-s", "-o", "x", "-w", "%{scheme}", "U/hello"]);
    assert_eq!(output.text(), "http");
}

#[test]
fn an_empty_name_from_the_server_is_none_where_curl_fails() {
    let (room, twin) = (crate::room::Room::new(), naming());
    let output = room.run(&["-sSOJ", &twin.server.url("/named?")]);
    assert_eq!((output.exit(), room.names()), (0, vec!["named".to_owned()]));
}
