//! `-Z`: transfers side by side, seen from outside.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use landline_testkit::http::Server;
use room::{DIAL, Room};

/// A server whose `/slow…` come when they are released, and whose `/bad…` are not there.
fn server() -> Server {
    Server::new()
        .route("/slow*", |request, conn| {
            conn.wait_for_release();
            request.reply(conn, 200, &[], request.path().as_bytes())
        })
        .route("/bad*", |request, conn| request.reply(conn, 404, &[], b"no"))
        .route("/*", |request, conn| {
            let line = format!("{}\n", request.path());
            request.reply(conn, 200, &[], line.as_bytes())
        })
}

#[test]
fn a_glob_of_many_takes_few_connections_and_little_memory() {
    let (room, server) = (Room::new(), server());
    let output = room.run(&["-sS", "-Z", &server.url("/[1-2000]")]);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    let text = output.text();
    let lines: BTreeSet<&str> = text.lines().collect();
    assert_eq!((lines.len(), text.lines().count()), (2000, 2000));
    assert!(server.connections() <= 50, "{} connections", server.connections());
    // Without optimisation the program alone takes 17 MiB.
    assert!(output.peak_rss_bytes < 28 << 20, "{} bytes resident", output.peak_rss_bytes);
}

#[test]
fn all_run_at_once_and_no_more_than_allowed() {
    let (room, server) = (Room::new(), server());
    let url = server.url("/slow[1-9]");
    let running = room.dial(&["-sS", "-Z", "--parallel-max", "4", &url]).spawn();
    assert!(server.wait_for(|all| all.len() == 4, Duration::from_secs(10)));
    assert!(!server.wait_for(|all| all.len() > 4, Duration::from_millis(300)));
    (0..9).for_each(|_| server.release());
    let output = running_output(running);
    assert!(output.status.success());
    assert_eq!(server.connections(), 4);
    assert_eq!(server.requests().len(), 9);
}

#[test]
fn no_host_has_more_connections_than_allowed() {
    let (room, first, second) = (Room::new(), server(), server());
    let mut urls = vec![first.url("/[1-40]"), second.url("/[1-40]")];
    for arguments in [&["--parallel-max-host", "1"][..], &["--parallel-max-host", "3", "-m", "30"]]
    {
        let (before, after) = (first.connections(), second.connections());
        let line = [&["-sS", "-Z"], arguments, &[&urls[0], &urls[1]]].concat();
        let output = room.run(&line);
        assert_eq!(output.exit(), 0, "{}", output.errors());
        assert_eq!(output.text().lines().count(), 80);
        let max = arguments[1].parse().expect("a number");
        let made = [first.connections() - before, second.connections() - after];
        assert!(made.iter().all(|&made| (1..=max).contains(&made)), "{made:?} of {max}");
    }
    // Without -Z it says nothing, and 0 is no limit.
    urls.truncate(1);
    assert_eq!(room.run(&["-sS", "--parallel-max-host", "0", "-Z", &urls[0]]).exit(), 0);
}

fn running_output(mut running: landline_testkit::process::Running) -> std::process::Output {
    use std::io::Read;
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let pipes = (running.stdout.take(), running.stderr.take());
    let status = running.wait_at_most(room::DEADLINE);
    pipes.0.expect("a pipe").read_to_end(&mut stdout).expect("read");
    pipes.1.expect("a pipe").read_to_end(&mut stderr).expect("read");
    std::process::Output { status, stdout, stderr }
}

#[test]
fn the_last_failure_is_the_exit_code_and_a_success_behind_it_is_none() {
    let (room, server) = (Room::new(), server());
    let (bad, good) = (server.url("/bad"), server.url("/good"));
    let nobody = landline_testkit::ClosedPort::new();
    let nobody = format!("http://{}/", nobody.addr());
    let run = |urls: &[&str]| {
        let output = room.run(&[&["-sS", "-f", "-Z", "--parallel-max", "1"], urls].concat());
        (output.exit(), output.text())
    };
    assert_eq!(run(&[&bad, &good]), (22, "/good\n".into()));
    assert_eq!(run(&[&nobody, &bad, &good]).0, 22);
    assert_eq!(run(&[&bad, &nobody, &good]).0, 7);
    assert_eq!(run(&[&good, &good]).0, 0);
}

#[test]
fn what_cannot_be_set_up_ends_the_run_and_what_runs_is_finished() {
    let (room, server) = (Room::new(), server());
    let (one, other) = (server.url("/1"), server.url("/2"));
    let output = room.run(&["-sS", "-Z", &one, "http://a/[1-", &other]);
    assert_eq!(output.exit(), 3);
    assert_eq!((&*output.text(), server.requests().len()), ("/1\n", 1));
    assert!(output.errors().starts_with("dial: (3) bad range"), "{}", output.errors());

    // A failure of what still runs does not hide it; with --fail-early all end at once.
    let (slow, bad) = (server.url("/slow"), server.url("/bad"));
    let line = ["-sS", "-f", "-Z", "-o", "a", &slow, &bad, "--next", "-T", "none", &one];
    server.release();
    let output = room.run(&line);
    assert_eq!(output.exit(), 26, "{}", output.errors());
    assert_eq!(room.names(), ["a"]);
    assert_eq!(server.requests().len(), 3);
    let output = room.run(&[&["--fail-early"], &line[..]].concat());
    assert_eq!(output.exit(), 26, "{}", output.errors());
    assert!(output.errors().contains("(42) Transfer aborted"), "{}", output.errors());
}

#[test]
fn fail_early_ends_the_others_and_says_so_with_their_w() {
    let (room, server) = (Room::new(), server());
    let (bad, slow) = (server.url("/bad"), server.url("/slow"));
    let w = "%{urlnum} %{exitcode}\\n";
    let arguments = ["-sS", "-f", "-Z", "--fail-early", "-w", w, &slow, &bad, &slow];
    let output = room.run(&[&["--parallel-max", "2"][..], &arguments[..]].concat());
    assert_eq!(output.exit(), 22, "{}", output.errors());
    // The third never began.
    assert_eq!(output.text(), "1 22\n0 42\n");
    let errors = output.errors();
    assert!(errors.contains("(42) Transfer aborted due to critical error"), "{errors}");
}

#[test]
fn a_w_follows_its_own_document() {
    let (room, server) = (
        Room::new(),
        Server::new().route("/*", |request, conn| {
            request.reply(conn, 200, &[], format!("<{}>", request.path()).as_bytes())
        }),
    );
    let w = " %{url} %{http_code} %{size_download}\\n";
    let output = room.run(&["-sS", "-Z", "-w", w, &server.url("/[100-199]")]);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    let expected: BTreeSet<String> = (100..200)
        .map(|number| format!("</{number}> {} 200 6", server.url(&format!("/{number}"))))
        .collect();
    assert_eq!(output.text().lines().map(str::to_owned).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn lines_of_several_documents_stay_whole() {
    // Each line comes in two parts, those of all transfers between each other.
    let server = Server::new().route("/*", |request, conn| {
        conn.say("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
        for line in 0..20 {
            conn.say(format!("{} {line} be", request.path()))?;
            conn.pause(Duration::from_millis(2));
            conn.say("gins and ends\n")?;
        }
        conn.say("without an end")?;
        conn.fin()
    });
    let room = Room::new();
    let output = room.run(&["-sS", "-Z", "-i", "-w", "\\n", &server.url("/[1-8]")]);
    assert_eq!(output.exit(), 0, "{}", output.errors());
    let text = output.text();
    assert_eq!(text.matches(" begins and ends\n").count(), 160, "{text}");
    assert_eq!(text.lines().filter(|line| *line == "without an end").count(), 8, "{text}");
    for document in 1..=8 {
        let path = format!("/{document} ");
        let lines = text.lines().filter_map(|line| line.strip_prefix(&path));
        let lines: Vec<_> = lines.map(|line| line.replace(" begins and ends", "")).collect();
        assert_eq!(lines, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
    }
}

#[test]
fn a_retry_holds_nobody_up() {
    let tries = AtomicUsize::new(0);
    let server = Server::new()
        .route("/busy", move |request, conn| match tries.fetch_add(1, Ordering::Relaxed) {
            0 => request.reply_closing(conn, 503, &[("Retry-After", "1")], b""),
            _ => request.reply(conn, 200, &[], b"busy\n"),
        })
        .route("/good", |request, conn| request.reply(conn, 200, &[], b"good\n"));
    let room = Room::new();
    let (busy, good) = (server.url("/busy"), server.url("/good"));
    let arguments = ["-sS", "-Z", "--parallel-max", "1", "--retry", "1", &busy, &good];
    let output = room.run(&arguments);
    assert_eq!((output.exit(), &*output.text()), (0, "good\nbusy\n"), "{}", output.errors());
}

#[test]
fn outputs_of_all_kinds_are_kept_apart() {
    let (room, server) = (Room::new(), server());
    let (bad, glob) = (server.url("/bad"), server.url("/[1-20]"));
    let w = "%output{>>w}%{filename_effective}\\n";
    let output = room.run(&[
        "-sS",
        "-Z",
        "-f",
        "--create-dirs",
        "--output-dir",
        "d",
        "-o",
        "#1/x",
        "-D",
        "heads",
        "--remove-on-error",
        "-w",
        w,
        &glob,
        "--next",
        "-f",
        "-O",
        "-c",
        "jar",
        &bad,
        "--next",
        "-b",
        "a=1",
        "-o",
        "y",
        &server.url("/last"),
    ]);
    assert_eq!(output.exit(), 22, "{}", output.errors());
    for number in 1..=20 {
        let name = format!("d/{number}/x");
        assert_eq!(room.get(&name), Some(format!("/{number}\n").into()), "{name}");
    }
    assert_eq!(room.get("y").as_deref(), Some(&b"/last\n"[..]));
    assert_eq!(room.names(), ["d", "heads", "jar", "w", "y"]);
    let heads = String::from_utf8(room.get("heads").unwrap_or_default()).expect("text");
    assert_eq!(heads.matches("HTTP/1.1 200 OK\r\n").count(), 20);
    assert_eq!(heads.matches("\r\n\r\n").count(), 20);
    let told = String::from_utf8(room.get("w").unwrap_or_default()).expect("text");
    assert_eq!(told.lines().collect::<BTreeSet<_>>().len(), 20);
    let with_cookie = server.requests().iter().filter(|one| one.header("Cookie").is_some()).count();
    assert_eq!(with_cookie, 1);
}

#[test]
fn cookies_of_one_transfer_are_there_for_the_next() {
    let server = Server::new()
        .route("/set", |request, conn| request.reply(conn, 200, &[("Set-Cookie", "a=1")], b""))
        .route("/get", |request, conn| {
            request.reply(conn, 200, &[], request.header("Cookie").unwrap_or("none").as_bytes())
        });
    let room = Room::new();
    let (set, get) = (server.url("/set"), server.url("/get"));
    let output = room.run(&["-sS", "-Z", "--parallel-max", "1", "-b", "", "-c", "jar", &set, &get]);
    assert_eq!((output.exit(), &*output.text()), (0, "a=1"), "{}", output.errors());
    let jar = String::from_utf8(room.get("jar").unwrap_or_default()).expect("text");
    assert_eq!(jar.lines().filter(|line| line.ends_with("\ta\t1")).count(), 1, "{jar}");
}

#[test]
fn the_meter_is_one_line_and_messages_have_their_own() {
    let (room, server) = (Room::new(), server());
    let (bad, good) = (server.url("/bad"), server.url("/[1-3]"));
    let output = room.run(&["-Z", "-f", "-o", "x#1", &good, "-o", "y", &bad]);
    assert_eq!(output.exit(), 22);
    let errors = output.errors();
    let header = "DL% UL%  Dled  Uled  Xfers  Live Total     Current  Left    Speed\n";
    assert!(errors.contains(header), "{errors}");
    let message = errors.lines().find(|line| line.contains("(22)")).expect("a message");
    assert!(message.starts_with("dial: (22) "), "{errors}");
    let last = errors.trim_end().rsplit('\r').next().unwrap_or_default();
    assert!(last.contains("     4     0  "), "{last}");
    let bars = room.run(&["-Z", "-#", "-o", "x#1", &good]).errors();
    assert_eq!(bars.matches("100.0%\n").count(), 3, "{bars}");
    assert_eq!(room.run(&["-sS", "-Z", "-o", "x#1", &good]).errors(), "");
    assert_eq!(room.run(&["--no-progress-meter", "-Z", "-o", "x#1", &good]).errors(), "");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_all_with_what_is_there_and_how_to_go_on() {
    let server = Server::new().route("/*", |_, conn| {
        conn.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun")?;
        conn.hold();
        Ok(())
    });
    let room = Room::new();
    let url = server.url("/[1-9]");
    let running = room.dial(&["-sS", "-Z", "--parallel-max", "3", "-O", &url]).spawn();
    let begun = |name| room.get(name).is_some_and(|bytes| bytes == b"begun");
    let deadline = std::time::Instant::now() + room::DEADLINE;
    while !["1", "2", "3"].into_iter().all(begun) {
        assert!(std::time::Instant::now() < deadline, "{:?}", room.names());
        std::thread::yield_now();
    }
    let kill = room.of("/bin/sh", &["-c", &format!("kill -INT {}", running.id())]);
    assert_eq!(kill.run().exit(), 0);
    let output = running_output(running);
    assert_eq!(output.status.code(), Some(130));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("with 3 transfers running"), "{errors}");
    for name in ["1", "2", "3"] {
        let hint = format!("they are in '{name}', and -C - goes on from there");
        assert!(errors.contains(&hint), "{errors}");
    }
    assert_eq!(room.names(), ["1", "2", "3"]);
}

#[test]
fn slow_servers_are_waited_for_together() {
    let server = Server::new().route("/*", |request, conn| {
        conn.pause(Duration::from_millis(500));
        request.reply(conn, 200, &[], b"late\n")
    });
    let output = Room::new().run(&["-sS", "-Z", &server.url("/[1-30]")]);
    assert_eq!((output.exit(), output.text().lines().count()), (0, 30));
    assert!(output.took < Duration::from_secs(5), "{:?}", output.took);
}

#[test]
fn numbers_are_taken_as_curl_takes_them() {
    let (room, server) = (Room::new(), server());
    let urls = server.url("/[1-3]");
    for (number, code) in [("0", 0), ("65535", 0), ("65536", 0), ("-1", 2), ("abc", 2)] {
        let arguments = ["-s", "-Z", "--parallel-max", number, "--parallel-immediate", &urls];
        assert_eq!(room.run(&arguments).exit(), code, "{number}");
        let curl = room.of("curl", &[&["-q"][..], &arguments].concat()).run();
        assert_eq!(curl.exit(), code, "curl and {number}");
    }
}

#[test]
fn codes_and_files_are_those_of_curl() {
    let server = server();
    let (bad, good) = (server.url("/bad"), server.url("/[1-9]"));
    let told = |program: &str, arguments: &[&str]| {
        let room = Room::new();
        let common = ["-q", "-sS", "-Z", "-f", "-w", "%{stderr}", "-o", "f#1", &good];
        let output = room.of(program, &[&common[..], arguments].concat()).run();
        let files: Vec<_> = room.names().into_iter().map(|name| room.get(&name)).collect();
        (output.exit(), room.names(), files)
    };
    let cases: [&[&str]; 4] = [
        &[],
        &["-o", "b", &bad],
        &["--next", "-s", "-o", "b", &bad],
        &["--next", "-s", "-f", "-o", "b", &bad, "--next", "-s", "-o", "c#1", &good],
    ];
    for arguments in cases {
        assert_eq!(told(DIAL, arguments), told("curl", arguments), "{arguments:?}");
    }
}

#[test]
fn a_rate_is_kept_by_each_transfer_in_both_directions() {
    let body = vec![b'x'; 60_000];
    let server = Server::new()
        .route("/get", move |request, conn| request.reply(conn, 200, &[], &body))
        .route("/put", |request, conn| request.reply(conn, 200, &[], b""));
    let (room, get, put) = (Room::new(), server.url("/get"), server.url("/put"));
    room.put("up", vec![b'x'; 60_000]);
    let cases: [&[&str]; 3] = [&[&get], &["-Z", "-o", "b", &get, &get], &["-T", "up", &put]];
    for arguments in cases {
        let common = ["-sS", "--limit-rate", "60K", "-o", "a"];
        let output = room.run(&[&common, arguments].concat());
        assert_eq!(output.exit(), 0, "{}", output.errors());
        let took = output.took.as_secs_f64();
        assert!((0.85..3.0).contains(&took), "{arguments:?}: {took} s");
    }
    assert_eq!(room.get("a").map(|bytes| bytes.len()), Some(0));
    assert_eq!(room.get("b").map(|bytes| bytes.len()), Some(60_000));
}

#[test]
fn beginnings_are_spaced_by_the_rate() {
    let (room, server) = (Room::new(), server());
    let output = room.run(&["-sS", "--rate", "5/s", &server.url("/[1-4]")]);
    assert_eq!((output.exit(), &*output.text()), (0, "/1\n/2\n/3\n/4\n"));
    assert!(output.took >= Duration::from_millis(600), "{:?}", output.took);
}
