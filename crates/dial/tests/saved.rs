//! What becomes of files on this side: those that are there already, and what is noted with new ones.
#![cfg(unix)]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::os::unix::fs::PermissionsExt;

use landline_testkit::http::Server;
use room::Room;

#[test]
fn a_file_that_exists_is_not_asked_for() {
    let (server, room) = (Server::new(), Room::new());
    room.put("hello", "mine");
    let url = server.url("/hello");
    for line in [
        &["-sSO", "--skip-existing", &url][..],
        &["-sSOJ", "--skip-existing", &url],
        &["-sS", "--skip-existing", "-o", "hello", &url],
    ] {
        let output = room.run(line);
        assert_eq!((output.exit(), &*output.errors()), (0, ""), "{line:?}");
    }
    assert_eq!(server.connections(), 0);
    let told = room.run(&["-svO", "--skip-existing", &url, "-w", "%{http_code}"]);
    assert!(told.errors().contains("* skips transfer, file exists: hello"), "{}", told.errors());
    assert_eq!((told.text(), room.get("hello")), ("000".into(), Some(b"mine".to_vec())));
    assert_eq!(room.run(&["-sS", "--skip-existing", "-o", "new", &url]).exit(), 0);
    assert_eq!(room.run(&["-sSO", "--skip-existing", "--no-skip-existing", &url]).exit(), 0);
    assert_eq!((room.get("hello"), server.connections()), (room.get("new"), 2));
}

/// The values of the attributes that are looked for.
#[cfg(target_os = "linux")]
fn attributes(room: &Room, name: &str) -> Vec<Option<String>> {
    let file = std::fs::File::open(room.at(name)).expect("it is there");
    let value = |name: &&str| {
        let mut value = [0; 256];
        let len = rustix::fs::fgetxattr(&file, *name, &mut value[..]).ok()?;
        Some(String::from_utf8_lossy(&value[..len]).into_owned())
    };
    let names = ["user.xdg.origin.url", "user.xdg.referrer.url", "user.mime_type", "user.creator"];
    names.iter().map(value).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn b1_a_file_knows_where_it_came_from_but_no_password() {
    let server = Server::new().route("/doc", |request, conn| {
        request.reply(conn, 200, &[("Content-Type", "text/x-test")], "document")
    });
    let room = Room::new();
    let url = format!("http://me:secret@{}/doc?q", server.addr());
    let from = "http://you:secret@a.test/from";
    let output = room.run(&["-sS", "--xattr", "-e", from, "-o", "out", &url]);
    if output.errors().contains("Error setting extended attributes on 'out'") {
        eprintln!("skipped: no extended attributes here");
        return;
    }
    let origin = format!("http://{}/doc?q", server.addr());
    let expected = [&*origin, "http://a.test/from", "text/x-test", "dial"];
    assert_eq!(attributes(&room, "out"), expected.map(|value| Some(value.to_owned())));
    assert_eq!(room.run(&["-sS", "-o", "plain", &url]).exit(), 0);
    assert_eq!(attributes(&room, "plain"), [const { None::<String> }; 4]);
    let nowhere = room.run(&["-sS", "--xattr", "-o", "/dev/null", &url]);
    assert_eq!(nowhere.exit(), 0, "{}", nowhere.errors());
}

#[test]
fn a_file_that_is_made_gets_its_mode() {
    let room = Room::new();
    room.put("src", "x");
    room.put("there", "y");
    let mode = |name: &str| {
        let facts = std::fs::metadata(room.at(name)).expect("it is there");
        facts.permissions().mode() & 0o777
    };
    let before = mode("there");
    for (name, expected) in [("new", 0o600), ("there", before)] {
        let url = format!("file://{}/{name}", room.path().display());
        let output = room.run(&["-sS", "--create-file-mode", "0600", "-T", "src", &url]);
        assert_eq!((output.exit(), mode(name)), (0, expected), "{}", output.errors());
    }
    for bad in ["0888", "1000", "-1", "rw"] {
        let output = room.run(&["--create-file-mode", bad, "http://127.0.0.1:1/"]);
        assert_eq!(output.exit(), 2, "{bad}");
    }
}

/// Of `hello, world\n`.
fn hash(room: &Room, name: &str) -> String {
    let output = room.of("/usr/bin/sha256sum", &[name]).run();
    output.text().split(' ').next().expect("a hash").to_owned()
}

#[test]
fn a_file_appears_when_its_checksum_is_right() {
    let (server, room) = (Server::new(), Room::new());
    let url = server.url("/hello");
    room.put("right", "hello, world\n");
    let right = format!("sha256={}", hash(&room, "right"));
    let wrong = format!("sha256={}", "0".repeat(64));
    room.put("out", "before");
    std::fs::set_permissions(room.at("out"), PermissionsExt::from_mode(0o640)).expect("ours");
    for (path, code) in [("/hello", 23), ("/none", 23)] {
        let line = ["-sS", "--checksum", &wrong, "-o", "out", &server.url(path)];
        let output = room.run(&line);
        assert_eq!((output.exit(), room.get("out")), (code, Some(b"before".to_vec())), "{path}");
        assert!(output.errors().contains(&wrong), "{}", output.errors());
    }
    assert_eq!(room.names(), ["out", "right"]);
    assert_eq!(room.run(&["-sS", "--checksum", &right, "-o", "out", &url]).exit(), 0);
    assert_eq!((room.get("out"), room.names().len()), (room.get("right"), 2));
    let facts = std::fs::metadata(room.at("out")).expect("it is there");
    assert_eq!(facts.permissions().mode() & 0o777, 0o640);
    let line = ["-sSO", "--no-clobber", "--checksum", &right, &url, &url];
    assert_eq!(room.run(&[&line[..], &["-O"]].concat()).exit(), 0);
    assert_eq!(room.names(), ["hello", "hello.1", "out", "right"]);
}

#[test]
fn a_checksum_tells_of_what_cannot_be_taken_back() {
    let (server, room) = (Server::new(), Room::new());
    room.put("right", "hello, world\n");
    let right = format!("sha256={}", hash(&room, "right"));
    let wrong = format!("sha512={}", "0".repeat(128));
    let url = server.url("/hello");
    for place in ["-", "/dev/stdout", "/dev/null"] {
        let run = |sum: &str| room.run(&["-sSi", "--checksum", sum, "-o", place, &url]);
        assert_eq!((run(&right).exit(), run(&wrong).exit()), (0, 23), "{place}");
    }
    for bad in ["md5=00", "sha256=00", "x", "sha1=00"] {
        let output = room.run(&["--checksum", bad, &url]);
        assert_eq!(output.exit(), 2, "{bad}: {}", output.errors());
    }
    assert_eq!(room.run(&["--checksum", &right, "-C", "-", "-o", "x", &url]).exit(), 2);
}

#[test]
fn what_breaks_off_leaves_nothing_under_a_checksum() {
    let server = Server::new().route("/part", |request, conn| {
        request.reply(conn, 200, &[("Content-Length", "10")], "hello")?;
        conn.fin()
    });
    let room = Room::new();
    let sum = format!("sha256={}", "0".repeat(64));
    let output = room.run(&["-sS", "--checksum", &sum, "-o", "out", &server.url("/part")]);
    assert_eq!((output.exit(), room.names()), (18, Vec::<String>::new()));
    assert!(!output.errors().contains("-C -"), "{}", output.errors());
}
