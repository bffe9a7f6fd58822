//! Rows 1–3 and 52–56 of the fault table: nobody answers, and nothing can be written.
// Addresses that swallow, /dev/full and /proc are as Linux has them.
#![cfg(target_os = "linux")]
// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use landline_testkit::process::{Output, Run, Running};
use landline_testkit::{Blackhole, ClosedPort, Server, http};
use room::{DEADLINE, DIAL, Room, is_one_message, run, sound};

/// Runs the command through a shell that sets the stage for it.
fn shell(room: &Room, script: &str, arguments: &[&str]) -> Output {
    let script = format!("{script}; exec \"$0\" \"$@\"");
    let run = room.of("/bin/sh", &["-c", &script, DIAL]);
    sound(run.args(arguments.iter().copied()).run())
}

fn message(output: &Output, code: i32) -> String {
    let errors = output.errors();
    assert_eq!(output.code, Some(code), "{errors}");
    assert!(is_one_message(&errors, code), "{errors}");
    errors
}

/// Waits for something that another process does; fails when it does not.
fn wait_until(what: &str, mut reached: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !reached() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn row_1_a_refused_connection_names_address_and_port() {
    let port = ClosedPort::new();
    let output = run(&["-sS", "-o", "out", &format!("http://{}/", port.addr())]);
    let errors = message(&output, 7);
    let number = port.addr().port().to_string();
    assert!(errors.contains("127.0.0.1") && errors.contains(&number), "{errors}");
    assert!(errors.contains("refused"), "{errors}");
}

#[test]
fn row_1_every_address_tried_is_named() {
    let port = ClosedPort::new().addr().port();
    let addresses = format!("a.test:{port}:127.0.0.1,127.0.0.2,127.0.0.3");
    let output = run(&["-sS", "--resolve", &addresses, &format!("http://a.test:{port}/")]);
    let errors = message(&output, 7);
    for part in ["a.test", &port.to_string(), "127.0.0.1:", "127.0.0.2:", "127.0.0.3:"] {
        assert!(errors.contains(part), "{part}: {errors}");
    }
}

#[test]
fn row_1_a_unix_socket_that_is_not_there_is_named() {
    let output = run(&["-sS", "--unix-socket", "nobody.sock", "http://a.test/"]);
    assert!(message(&output, 7).contains("nobody.sock"));
}

#[test]
fn row_2_an_unknown_host_is_named() {
    let output = run(&["-sS", "--connect-timeout", "5", "http://nobody.invalid/"]);
    // A resolver that is out of reach may use up all its time.
    let code = if output.took < Duration::from_secs(5) { 6 } else { 28 };
    assert!(message(&output, code).contains("nobody.invalid"));
}

#[test]
fn row_2_a_lookup_without_an_answer_is_part_of_connecting() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let servers = silent.local_addr().expect("an address").to_string();
    for limit in ["--connect-timeout", "-m"] {
        let output = run(&["-sS", limit, "0.3", "--dns-servers", &servers, "http://a.test/"]);
        let errors = message(&output, 28);
        assert!(errors.contains("300 ms") && errors.contains("a.test"), "{errors}");
        assert!(output.took >= Duration::from_millis(300), "{:?}", output.took);
    }
}

#[test]
fn row_3_a_connection_that_does_not_come_about_ends_in_time() {
    let hole = Blackhole::new();
    let url = format!("http://{}/", hole.addr());
    for limit in ["--connect-timeout", "-m"] {
        let output = run(&["-sS", limit, "0.3", &url]);
        let errors = message(&output, 28);
        assert!(errors.contains("300 ms") && errors.contains("127.0.0.1"), "{errors}");
        assert!(output.took >= Duration::from_millis(300), "{:?}", output.took);
    }
}

#[test]
fn row_3_the_next_address_gets_its_turn() {
    let hole = Blackhole::new();
    let port = hole.addr().port();
    let on = Server::builder().bind(([127, 0, 0, 2], port));
    let _server = http::Server::on(on);
    let rule = format!("a.test:{port}:127.0.0.1,127.0.0.2");
    let url = format!("http://a.test:{port}/hello");
    let output = run(&["-sS", "--connect-timeout", "10", "--resolve", &rule, &url]);
    assert_eq!((output.exit(), &*output.text()), (0, "hello, world\n"), "{}", output.errors());
    assert!(output.took < Duration::from_secs(8), "{:?}", output.took);
}

#[test]
fn row_52_a_full_disk_is_told_with_its_reason() {
    let server = http::Server::new();
    let (room, url) = (Room::new(), server.url("/bytes/100000"));
    let file = room.run(&["-sS", "-o", "/dev/full", &url]);
    let errors = message(&file, 23);
    assert!(errors.contains("No space left") && errors.contains("/dev/full"), "{errors}");
    for arguments in [&["-sS", &url][..], &["-sS", "-i", &url], &["-sS", "-o", "-", &url]] {
        let output = shell(&room, "exec >/dev/full", arguments);
        assert!(message(&output, 23).contains("No space left"), "{arguments:?}");
    }
    let output = shell(&room, "exec >/dev/full", &["-sS", "-o", "x", "-w", "%{http_code}", &url]);
    assert!(message(&output, 23).contains("No space left"));
    let output = room.run(&["-sS", "-D", "/dev/full", "-o", "x", &url]);
    assert!(message(&output, 23).contains("No space left"));
}

#[test]
fn row_52_a_file_size_limit_is_told_with_its_reason() {
    let server = http::Server::new();
    let (room, url) = (Room::new(), server.url("/bytes/100000"));
    let output = shell(&room, "ulimit -f 8", &["-sS", "-o", "out", &url]);
    assert!(message(&output, 23).to_lowercase().contains("file too large"));
    // What fits is there: a block of `ulimit` has 512 bytes or 1024.
    let kept = room.get("out").expect("a file");
    assert!(http::is_pattern(&kept) && [4096, 8192].contains(&kept.len()), "{}", kept.len());
}

#[test]
fn row_53_a_reader_who_goes_away_gets_no_message() {
    let server = http::Server::new();
    let url = server.url("/bytes/10000000");
    for arguments in [&["-sS", &url][..], &["-sS", "-i", &url], &["-sSN", &url, "--retry", "1"]] {
        let mut running = Room::new().dial(arguments).spawn();
        drop(running.stdout.take());
        let status = running.wait_at_most(DEADLINE);
        assert_eq!((status.code(), &*stderr(&mut running)), (Some(23), ""), "{arguments:?}");
    }
}

/// Returns all that a child has said on its stderr, which must have ended.
fn stderr(running: &mut Running) -> String {
    let pipe = running.stderr.take().expect("it is piped");
    std::io::read_to_string(pipe).expect("text")
}

/// Waits until the child listens for SIGINT.
fn wait_for_listening(running: &Running) {
    let status = format!("/proc/{}/status", running.id());
    let is_listening = || {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let mask = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask & 0b10 != 0)
    };
    wait_until("a handler for SIGINT", is_listening);
}

/// Sends SIGINT once the child listens for it.
fn interrupt(running: &Running) {
    wait_for_listening(running);
    let kill = Run::new("/bin/sh").args(["-c", &format!("kill -INT {}", running.id())]);
    assert_eq!(kill.run().exit(), 0);
}

#[test]
fn row_54_ctrl_c_keeps_what_came_and_says_how_to_go_on() {
    let server = http::Server::new().route("/part", |request, conn| {
        request.reply(conn, 200, &[("Content-Length", "10")], "hello")?;
        conn.stall()
    });
    let room = Room::new();
    let mut running = room.dial(&["-sS", "-o", "out", &server.url("/part")]).spawn();
    wait_until("the first bytes", || room.get("out").is_some_and(|file| file == b"hello"));
    interrupt(&running);
    assert_eq!(running.wait_at_most(DEADLINE).code(), Some(130));
    let errors = stderr(&mut running);
    assert!(is_one_message(&errors, 130), "{errors}");
    assert!(errors.contains("5 bytes") && errors.contains("-C -"), "{errors}");
    assert_eq!(room.get("out").as_deref(), Some(&b"hello"[..]));
}

#[test]
fn row_54_the_remaining_transfers_are_not_begun() {
    let server = http::Server::new().route("/part", |request, conn| {
        request.reply(conn, 200, &[("Content-Length", "10")], "hello")?;
        conn.stall()
    });
    let room = Room::new();
    let (first, second) = (server.url("/part"), server.url("/hello"));
    let line = ["-sS", "--retry", "3", "--retry-all-errors", "-o", "1", &first, "-o", "2", &second];
    let mut running = room.dial(&line).spawn();
    wait_until("the first bytes", || room.get("1").is_some_and(|file| file == b"hello"));
    interrupt(&running);
    assert_eq!(running.wait_at_most(DEADLINE).code(), Some(130));
    assert_eq!((room.get("2"), server.requests().len()), (None, 1));
}

/// Once a body has had to wait, the signal no longer ends the process by itself.
#[test]
fn row_54_ctrl_c_is_heard_between_the_bodies_too() {
    for path in ["/never", "/busy"] {
        let (go, wait) = mpsc::channel();
        let wait = Mutex::new(wait);
        let server = http::Server::new()
            .route("/slow", move |request, conn| {
                request.reply(conn, 200, &[("Content-Length", "7")], "hello")?;
                let _ = wait.lock().expect("nobody panics").recv_timeout(DEADLINE);
                conn.say("!\n")
            })
            .route("/never", |_, conn| conn.stall())
            .route("/busy", |request, conn| {
                request.reply(conn, 503, &[("Retry-After", "60")], "busy")
            });
        let room = Room::new();
        let (slow, last) = (server.url("/slow"), server.url(path));
        let line = ["-sS", "--retry", "1", "-o", "1", &slow, "-o", "2", &last];
        let mut running = room.dial(&line).spawn();
        wait_for_listening(&running);
        go.send(()).expect("the server waits");
        wait_until("the second request", || server.requests().len() == 2);
        if path == "/busy" {
            wait_until("its reply", || room.get("2").is_some_and(|file| file == b"busy"));
        }
        interrupt(&running);
        assert_eq!(running.wait_at_most(DEADLINE).code(), Some(130), "{path}");
        assert_eq!(stderr(&mut running), "dial: (130) interrupted\n", "{path}");
        assert_eq!(room.get("1").as_deref(), Some(&b"hello!\n"[..]));
        let kept = (path == "/busy").then(|| b"busy".to_vec());
        assert_eq!(room.get("2"), kept, "{path}");
    }
}

#[test]
fn row_55_without_descriptors_there_is_a_message() {
    let server = http::Server::new();
    let (room, url) = (Room::new(), server.url("/hello"));
    let mut codes = Vec::new();
    for count in 6..=16 {
        let script = format!("ulimit -n {count}");
        let output = shell(&room, &script, &["-sS", "-o", "out", &url]);
        let errors = output.errors();
        if errors.contains("shared libraries") {
            // Not even the loader had enough.
            continue;
        }
        let code = output.exit();
        codes.push(code);
        if code == 0 {
            assert_eq!(room.get("out").as_deref(), Some(&b"hello, world\n"[..]));
            continue;
        }
        assert!([7, 23].contains(&code) && is_one_message(&errors, code), "{count}: {errors}");
        assert!(errors.to_lowercase().contains("too many open files"), "{count}: {errors}");
    }
    assert!(codes.contains(&7) && codes.last() == Some(&0), "{codes:?}");
}

#[test]
fn row_56_an_impossible_output_is_refused_before_the_request() {
    let server = http::Server::new();
    let room = Room::new();
    std::fs::create_dir(room.at("folder")).expect("a folder");
    room.put("file", "kept");
    let url = server.url("/hello");
    for (path, reason) in [
        ("folder", "is a directory"),
        ("folder/", "is a directory"),
        ("missing/out", "No such file"),
        ("file/out", "Not a directory"),
    ] {
        let errors = message(&room.run(&["-sS", "-o", path, &url]), 23);
        assert!(errors.contains(path), "{errors}");
        assert!(errors.to_lowercase().contains(&reason.to_lowercase()), "{errors}");
    }
    let errors = message(&room.run(&["-sS", "-O", "--output-dir", "missing", &url]), 23);
    assert!(errors.contains("missing/hello"), "{errors}");
    assert_eq!((server.connections(), room.names()), (0, vec!["file".into(), "folder".into()]));
    assert_eq!(room.get("file").as_deref(), Some(&b"kept"[..]));
}
