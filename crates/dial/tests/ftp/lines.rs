//! Whole lines as people type them, and what they are told.

use landline_testkit::ftp::{Answer, End, Server};
use landline_testkit::tls::Authority;

use crate::room::{DIAL, Room};
use crate::twin::{CURL, house};

#[test]
fn an_upload_takes_the_name_of_its_file() {
    let server = Server::builder().folder("/dir").login("user", "pass").start();
    let room = Room::new();
    room.put("a file", "text");
    let output = room.run(&["-sS", "-u", "user:pass", "-T", "a file", &server.url("/dir/")]);
    assert_eq!((output.exit(), &*output.errors()), (0, ""));
    assert_eq!(server.read("/dir/a file").as_deref(), Some(&b"text"[..]));
}

#[test]
fn a_broken_download_goes_on_where_it_was() {
    let server = house().answer_nth("QUIT", 1, "221 bye").start();
    let room = Room::new();
    room.put("file.txt", "0123");
    let line = ["-sS", "-C", "-", "-O", &server.url("/file.txt")];
    assert_eq!(room.run(&line).exit(), 0);
    assert_eq!(room.get("file.txt").as_deref(), Some(&b"0123456789"[..]));
    assert!(server.commands().contains(&"REST 4".to_owned()));
    // Once more: it is complete, and stays as it is.
    assert_eq!(room.run(&line).exit(), 0);
    assert_eq!(room.get("file.txt").as_deref(), Some(&b"0123456789"[..]));
}

#[test]
fn j3_a_download_from_an_offset_never_splices() {
    let server = house().start();
    let room = Room::new();
    let url = server.url("/file.txt");
    for (have, offset, result) in [
        ("abcdefghijkl", "0", (0, "0123456789")),
        ("abcdefghijkl", "5", (0, "abcde56789")),
        ("abcdefghijkl", "10", (0, "abcdefghij")),
        ("abcd", "5", (36, "abcd")),
        ("abcdefghijkl", "12", (36, "abcdefghijkl")),
    ] {
        room.put("file", have);
        let output = room.run(&["-sS", "-C", offset, "-o", "file", &url]);
        let (code, file) = (output.exit(), room.get("file").unwrap_or_default());
        assert_eq!((code, &*String::from_utf8_lossy(&file)), result, "{have} {offset}");
    }
}

#[test]
fn a_broken_upload_goes_on_where_it_was() {
    let server = house().start();
    let room = Room::new();
    room.put("ten", "0123456789");
    for (resume, there) in [("-", "/five"), ("5", "/five"), ("-", "/a/new")] {
        server.put("/five", "01234");
        let output = room.run(&["-sS", "-C", resume, "-T", "ten", &server.url(there)]);
        assert_eq!((output.exit(), &*output.errors()), (0, ""), "{resume} {there}");
        assert_eq!(server.read(there).as_deref(), Some(&b"0123456789"[..]), "{resume} {there}");
    }
    assert!(server.commands().contains(&"APPE five".to_owned()));
    // There is more than we have, or less than we were told: nothing is added to that.
    for (resume, there) in [("-", "/twelve"), ("5", "/twelve"), ("12", "/five")] {
        server.put("/five", "01234");
        let before = server.read(there);
        let output = room.run(&["-sS", "-C", resume, "-T", "ten", &server.url(there)]);
        assert_eq!(output.exit(), 36, "{resume} {there}: {}", output.errors());
        assert_eq!(server.read(there), before, "{resume} {there}");
    }
}

#[test]
fn a_part_that_is_not_there_is_refused() {
    let server = house().start();
    let room = Room::new();
    room.put("long", "0123456789AB");
    let url = server.url("/file.txt");
    let lines = [&["-r", "20-"][..], &["-r", "20-30"], &["-C", "12"], &["-C", "-", "-o", "long"]];
    for line in lines {
        let output = room.run(&[&["-sS"], line, &[&url]].concat());
        assert_eq!((output.exit(), &*output.text()), (36, ""), "{line:?}: {}", output.errors());
    }
    assert_eq!(room.get("long").as_deref(), Some(&b"0123456789AB"[..]));
    for (range, part) in [("5-6", "56"), ("0-3", "0123"), ("-3", "789"), ("5-", "56789")] {
        let output = room.run(&["-sS", "-r", range, &url, &url]);
        assert_eq!((output.exit(), output.text()), (0, part.repeat(2)), "{range}");
    }
}

#[test]
fn only_what_is_new_enough_is_read() {
    let server = house().start();
    let (url, room) = (server.url("/a/file.txt"), Room::new());
    for (date, text) in [("19800101", "0123456789"), ("20500101", ""), ("-20500101", "0123456789")]
    {
        let output = room.run(&["-sS", "-z", date, &url]);
        assert_eq!((output.exit(), &*output.text()), (0, text), "{date}");
    }
}

#[test]
fn a_folder_becomes_rows_of_the_best_listing_there_is() {
    for without in ["NOTHING", "MLSD"] {
        let server = house().without(without).start();
        let line = ["-sS", "--format", "json", &server.url("/a/")];
        let output = Room::new().run(&line);
        let text = output.text();
        assert_eq!((output.exit(), &*output.errors()), (0, ""), "{without}");
        assert!(text.starts_with("[\n{\"kind\":") && text.ends_with("}\n]\n"), "{text}");
        assert!(text.contains("\"kind\":\"file\",\"size\":10,"), "{text}");
        assert!(text.contains("\"kind\":\"folder\"") && text.contains("\"name\":\"b\""), "{text}");
        let table = Room::new().run(&["-sS", "--format", "table", &server.url("/a/")]);
        assert!(table.text().starts_with("KIND"), "{}", table.text());
        let raw = Room::new().run(&["-sS", "--format", "raw", &server.url("/a/")]);
        assert!(raw.text().contains("rw-"), "{}", raw.text());
    }
    let server = house().start();
    let output = Room::new().run(&["-sS", "--format", "json", &server.url("/file.txt")]);
    assert_eq!((output.exit(), server.connections()), (4, 0), "{}", output.errors());
}

#[test]
fn names_are_listed_one_a_line() {
    let server = house().start();
    let output = Room::new().run(&["-sS", "-l", &server.url("/a/")]);
    let mut names = output.text().lines().map(str::to_owned).collect::<Vec<_>>();
    names.sort();
    assert_eq!((output.exit(), names), (0, vec!["b".to_owned(), "file.txt".to_owned()]));
}

#[test]
fn tls_is_required_and_trusted() {
    let authority = Authority::new();
    let server = house().tls(&authority.issue(&["127.0.0.1"])).demand_tls().start();
    let room = Room::new();
    authority.write_to(room.path());
    let url = server.url("/file.txt");
    let output = room.run(&["-sS", "--ssl-reqd", "--cacert", "ca.pem", &url]);
    assert_eq!((output.exit(), &*output.text()), (0, "0123456789"));
    assert!(server.data_connections().iter().all(|data| data.is_protected));
    assert_eq!(room.run(&["-sS", "--ssl-reqd", &url]).exit(), 60);
}

#[test]
fn verbose_shows_the_dialogue_and_no_password() {
    let server = house().account("canary-acc").start();
    let url = server.url("/file.txt").replace("ftp://", "ftp://me:secret@");
    let line = ["-sv", "--ftp-account", "canary-acc", &url];
    let output = Room::new().run(&line);
    let told = output.errors();
    assert_eq!(output.exit(), 0, "{told}");
    for shown in ["> USER me\n", "> RETR file.txt\n", "< 226"] {
        assert!(told.contains(shown), "{told}");
    }
    assert!(!told.contains("secret") && !told.contains("canary-acc"), "{told}");
}

/// What `-w` says after transfers from a house whose login leads to `/a`.
fn written_out(program: &str, line: &[&str]) -> String {
    let format = "%{http_code} %{response_code} [%{ftp_entry_path}] %{size_download} \
                  %{size_upload} %{method} %{http_version} %{exitcode}|";
    let (server, room) = (house().home("/a").start(), Room::new());
    room.put("ten", "0123456789");
    let word = |word: &&str| match word.strip_prefix('U') {
        Some(path) => server.url(path),
        None => (*word).to_owned(),
    };
    let words = line.iter().map(word).collect::<Vec<_>>();
    let words = words.iter().map(String::as_str).collect::<Vec<_>>();
    room.of(program, &[&["-sS", "-w", format], &words[..]].concat()).run().text()
}

#[test]
fn write_out_knows_the_last_reply() {
    let has_curl = std::path::Path::new(CURL).exists();
    for line in [
        &["U/file.txt"][..],
        &["-T", "ten", "U/b/x"],
        &["U/b/file.txt", "U/file.txt"],
        &["U/none"],
        &["-u", "nobody:x", "U/file.txt"],
    ] {
        let (ours, theirs) = (written_out(DIAL, line), written_out(CURL, line));
        assert!(ours == theirs || !has_curl, "{line:?}: {ours} {theirs}");
    }
    assert!(written_out(DIAL, &["U/none"]).starts_with("550 550 [/a] 0 0 "));
}

#[test]
fn an_address_that_cannot_be_offered_is_told_before_anything_is_connected() {
    let server = house().start();
    let url = server.url("/file.txt");
    for (address, code) in [("no.such.invalid", 30), ("127.0.0.1:9-8", 2), ("[::1", 2)] {
        assert_eq!(Room::new().run(&["-sS", "-P", address, &url]).exit(), code, "{address}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn active_ports_are_taken_from_the_range() {
    let server = house().start();
    let line = ["-sS", "-P", "127.0.0.1:48000-48050", &server.url("/file.txt")];
    let output = Room::new().run(&line);
    assert_eq!((output.exit(), &*output.text()), (0, "0123456789"));
    let offer = server.commands().into_iter().find(|line| line.starts_with("EPRT"));
    assert!(offer.is_some_and(|line| line.starts_with("EPRT |1|127.0.0.1|480")));
}

#[test]
fn passing_errors_are_tried_again() {
    let server = house().answer_nth("RETR", 1, "450 busy").start();
    let line = ["--no-progress-meter", "--retry", "2", "--retry-delay", "1"];
    let output = Room::new().run(&[&line[..], &[&server.url("/file.txt")]].concat());
    assert_eq!((output.exit(), &*output.text()), (0, "0123456789"), "{}", output.errors());
    assert!(output.errors().starts_with("Warning: Problem: FTP error."), "{}", output.errors());

    let refusing = house().no_anonymous().start();
    let output = Room::new().run(&["-sS", "--retry", "2", &refusing.url("/file.txt")]);
    assert_eq!((output.exit(), refusing.connections()), (67, 1));
}

#[test]
fn a_connection_the_server_has_closed_is_made_anew() {
    let closing = Answer::from("421 Time is over.").then(End::Fin);
    let server = house().after_transfer(1, closing).start();
    let url = server.url("/file.txt");
    let output = Room::new().run(&["-sS", &url, &url]);
    assert_eq!((output.exit(), &*output.text()), (0, "01234567890123456789"));
    assert_eq!(server.connections(), 2);
}

/// curl goes to where it is: one more command for each new folder.
#[test]
fn unlike_curl_nobody_goes_where_the_connection_stands() {
    let server = house().start();
    let urls = [server.url("/file.txt"), server.url("/a/file.txt")];
    assert_eq!(Room::new().run(&["-sS", &urls[0], &urls[1]]).exit(), 0);
    let folders = server.commands().into_iter().filter(|line| line.starts_with("CWD"));
    assert_eq!(folders.collect::<Vec<_>>(), ["CWD a"]);
}

#[test]
fn a_missing_file_leaves_none_behind() {
    let server = house().start();
    let room = Room::new();
    let output = room.run(&["-sS", "-O", &server.url("/a/none.txt")]);
    assert_eq!((output.exit(), room.names()), (78, Vec::<String>::new()));
    assert!(output.errors().contains("550"), "{}", output.errors());
}

#[test]
fn the_conversation_up_to_the_document_stands_before_it() {
    let (server, room) = (house().start(), Room::new());
    let text = room.of(DIAL, &["-sS", "-D", "-", &server.url("/file.txt")]).run().text();
    let places = ["220 ", "150 ", "0123456789", "226 "].map(|piece| text.find(piece));
    assert!(places.is_sorted() && places[0] == Some(0), "{text}");
}
