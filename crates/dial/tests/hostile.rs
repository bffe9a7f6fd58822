//! Valid replies, damaged at random: whatever comes of it, success means the right bytes.
//!
//! The right bytes are what a second, simple-minded reader makes of the same reply: it is laxer
//! than RFC 9112 in what it reads, and strict about where a message ends. Deterministic: a case is
//! its number. `LANDLINE_CASES=20000` looks further.

// A test that cannot make its room or server has nothing to say.
#![allow(clippy::expect_used)]

mod room;

use std::io;
use std::thread;

use landline_testkit::{Conn, Server};
use room::{Room, sound};

const CASES: u64 = 320;
/// So many in one process, on connections that live on where the server lets them.
const AT_ONCE: u64 = 20;
const PROCESSES: u64 = 4;

const WHOLE: [&[u8]; 7] = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A: b\r\n\r\nhello world",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nT: v\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello world",
    b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nsorry",
    b"HTTP/1.1 204 None\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
];

const PIECES: [&[u8]; 20] = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b" ",
    b":",
    b"0\r\n\r\n",
    b"5\r\nhello\r\n",
    b"ffffffffffffffff\r\n",
    b"Content-Length: 3\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"content-length:11\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
    b"\r\n\r\n",
    b"-",
    b"+",
    b"\x1b[2J",
];

/// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough to choose with.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((word ^ (word >> 31)) % sides.max(1) as u64).expect("a small number")
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Fin,
    Reset,
    Open,
}

/// What the server says in this case, and how it ends.
fn case(number: u64) -> (Vec<u8>, End) {
    let mut dice = Dice(number);
    let mut reply = WHOLE[dice.roll(WHOLE.len())].to_vec();
    for _ in 0..dice.roll(4) {
        damage(&mut reply, &mut dice);
    }
    let end = [End::Fin, End::Fin, End::Reset, End::Open, End::Open][dice.roll(5)];
    (reply, end)
}

fn damage(reply: &mut Vec<u8>, dice: &mut Dice) {
    let start = dice.roll(reply.len());
    let end = (start + 1 + dice.roll(12)).min(reply.len());
    match dice.roll(7) {
        0 => drop(reply.drain(start..end)),
        1 => {
            let again = reply[start..end].to_vec();
            drop(reply.splice(end..end, again));
        }
        2 => reply.truncate(start),
        3 if start < reply.len() => reply[start] ^= 1 << dice.roll(8),
        4 if start < reply.len() => reply[start] = b"0123456789aF"[dice.roll(12)],
        _ => {
            let piece = PIECES[dice.roll(PIECES.len())];
            drop(reply.splice(start..start, piece.iter().copied()));
        }
    }
}

/// Says the case that each request asks for.
fn attend(conn: &mut Conn) -> io::Result<()> {
    loop {
        let head = conn.read_head()?;
        let head = String::from_utf8_lossy(&head);
        let number = head.split(['/', ' ']).nth(2).and_then(|word| word.parse().ok());
        let Some(number) = number else { return Ok(()) };
        let (reply, end) = case(number);
        conn.say(reply)?;
        match end {
            End::Open => {}
            End::Fin => return conn.fin(),
            End::Reset => return conn.reset(),
        }
    }
}

/// The second reader: the body, where the reply is a whole message.
fn body(mut reply: &[u8], end: End) -> Option<Vec<u8>> {
    loop {
        let (head, rest) = head(reply)?;
        let status: u16 = head[0].split(' ').nth(1)?.parse().ok()?;
        let values = |name: &str| {
            let named = head[1..].iter().filter_map(|line| line.split_once(':'));
            let named = named.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.trim().to_ascii_lowercase()).collect::<Vec<_>>()
        };
        match status {
            // Nobody has asked for another protocol.
            101 => return None,
            100..=199 => {
                reply = rest;
                continue;
            }
            204 | 304 => return Some(Vec::new()),
            _ => {}
        }
        let (codings, lengths) = (values("transfer-encoding"), values("content-length"));
        return match (&codings[..], &lengths[..]) {
            ([], []) => (end == End::Fin).then(|| rest.to_vec()),
            ([], [length, others @ ..]) => {
                let length = length.parse().ok().filter(|_| others.iter().all(|o| o == length))?;
                rest.get(..length).map(<[u8]>::to_vec)
            }
            ([coding], _) if coding == "chunked" => chunks(rest),
            _ => None,
        };
    }
}

/// Lines up to the empty one, folded ones put together, and what stands behind.
fn head(mut rest: &[u8]) -> Option<(Vec<String>, &[u8])> {
    let mut lines: Vec<String> = Vec::new();
    loop {
        let end = rest.iter().position(|&byte| byte == b'\n')?;
        let line = String::from_utf8_lossy(&rest[..end]).trim_end_matches('\r').to_owned();
        rest = &rest[end + 1..];
        match (line.is_empty(), lines.last_mut()) {
            (true, Some(_)) => return Some((lines, rest)),
            (true, None) => {}
            (false, Some(last)) if line.starts_with([' ', '\t']) => last.push_str(&line),
            (false, _) => lines.push(line),
        }
    }
}

fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let digits = rest[..end].split(|&byte| byte == b';').next()?.trim_ascii_end();
        let size = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        rest = &rest[end + 2..];
        if size == 0 {
            // The trailer is lines like those of a head, with or without CR.
            let lines = [&b"0\r\n"[..], rest].concat();
            return head(&lines).map(|_| body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest[size..].strip_prefix(b"\r\n")?;
    }
}

/// Runs some cases in one process and returns how many of them were a success.
fn run(server: &Server, numbers: &[u64]) -> usize {
    let room = Room::new();
    let mut line: Vec<String> =
        ["-s", "-m", "0.3", "-w", "%{exitcode}\\n"].map(str::to_owned).into();
    for number in numbers {
        line.extend(["-o".to_owned(), number.to_string(), server.url(&format!("/{number}"))]);
    }
    let words: Vec<&str> = line.iter().map(String::as_str).collect();
    let output = sound(room.dial(&words).run());
    let text = output.text();
    let codes: Vec<&str> = text.lines().collect();
    assert_eq!(codes.len(), numbers.len(), "{text}{}", output.errors());
    let mut successes = 0;
    for (number, code) in numbers.iter().zip(codes) {
        let (file, (reply, end)) = (room.get(&number.to_string()), case(*number));
        let right = body(&reply, end);
        let shown = reply.escape_ascii();
        let told = format!("case {number}: exit {code}\n{shown}\n{end:?}: {file:?} for {right:?}");
        if code == "0" {
            successes += 1;
            assert!(right.is_some() && file == right, "{told}");
        }
        // Curl's numbers and no others: 101 would be a panic, 134 an abort.
        let known = ["0", "1", "8", "18", "28", "52", "55", "56", "61", "100"];
        assert!(known.contains(&code), "{told}");
    }
    successes
}

#[test]
fn success_means_the_right_bytes() {
    let cases = std::env::var("LANDLINE_CASES").ok().and_then(|text| text.parse().ok());
    let cases: u64 = cases.unwrap_or(CASES);
    let server = Server::tcp(attend);
    let successes: usize = thread::scope(|scope| {
        let work = |process: u64| {
            let server = &server;
            let numbers: Vec<u64> = (0..cases).filter(|n| n % PROCESSES == process).collect();
            move || numbers.chunks(AT_ONCE as usize).map(|some| run(server, some)).sum::<usize>()
        };
        let threads: Vec<_> = (0..PROCESSES).map(|process| scope.spawn(work(process))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no case failed")).sum()
    });
    // Neither all nor none of them are broken, or nothing was tested.
    let share = successes as u64 * 100 / cases;
    assert!((15..75).contains(&share), "{successes} of {cases} were a success");
}

#[test]
fn the_second_reader_reads_what_is_whole() {
    let whole: [&[u8]; 7] =
        [b"hello world", b"hello world", b"abc", b"hello world", b"sorry", b"", b"hello"];
    for (reply, expected) in WHOLE.iter().zip(whole) {
        assert_eq!(body(reply, End::Fin).as_deref(), Some(expected));
        for end in 0..reply.len() {
            let cut = body(&reply[..end], End::Reset);
            assert!(cut.is_none() || cut.as_deref() == Some(expected), "{end}: {cut:?}");
        }
    }
}

#[test]
fn a_switch_of_protocols_that_nobody_asked_for_is_no_success() {
    let server = Server::tcp(|conn| {
        conn.read_head()?;
        conn.say(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello",
        )
    });
    let room = Room::new();
    let output = room.run(&["-sS", "-o", "out", "-m", "5", &server.url("/")]);
    assert_eq!((output.exit(), room.get("out")), (8, None), "{}", output.errors());
    let asked =
        ["-sS", "-H", "Connection: Upgrade", "-H", "Upgrade: x", "-m", "5", &server.url("/")];
    assert_eq!(room.run(&asked).exit(), 0);
}
