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
