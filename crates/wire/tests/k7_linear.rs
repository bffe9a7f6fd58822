//! Class K7: eight times as many bytes take every parser about eight times as long, whatever they
//! are.
// A test that fails says so by a panic.
#![allow(clippy::expect_used)]

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime};

use landline_wire::chunked::{ChunkLimits, Decoder};
use landline_wire::cookie::{self, Cookie, SetCookie, SuffixList};
use landline_wire::dot::Unstuffer;
use landline_wire::gopher::MenuParser;
use landline_wire::head::{self, HeadLimits, HeadScanner};
use landline_wire::listing::{ListingParser, parse_mlst};
use landline_wire::message::BlockReader;
use landline_wire::no_proxy::NoProxy;
use landline_wire::reply::{ReplyReader, ReplyStyle};
use landline_wire::target::{self, Location};
use landline_wire::{
    certificate, challenge, date, dict, digest, escape, ftp, gemini, hsts, netrc, pop3, range,
};

const BYTES: usize = 1 << 20;
const TIMES: usize = 8;
/// What is linear takes 8 times as long, a square 64 times: halfway between, so that neither is
/// taken for the other on a machine that is three times as slow one moment as the next.
const MAX_RATIO: f64 = 24.0;
/// A square of so many bytes takes seconds at least; less than this is measured too coarsely.
const NOTHING: Duration = Duration::from_millis(250);
/// A machine that is busy with something else is given more than one chance.
const TRIES: usize = 8;

type Parse = fn(&[u8]);

/// What is confusing to one parser or another: blanks, quotes, lists, ends of lines, dots.
const PIECES: [&str; 9] = ["a", " ", "\"", "\\\"", "a=b, ", "; a=b", "a\r\n", "/../", "%41"];

/// Uses a value, so that it has to be made.
fn see<T>(value: T) {
    black_box(value);
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

fn each_line(bytes: &[u8], parse: impl FnMut(&[u8])) {
    bytes.split(|&byte| byte == b'\n').for_each(parse);
}

/// Every parser of bytes out of the network or out of files.
const PARSERS: [(&str, Parse); 30] = [
    ("head", |bytes| {
        let limits =
            HeadLimits { total_bytes: usize::MAX, line_bytes: usize::MAX, count: usize::MAX };
        let head = [b"HTTP/1.1 200 OK\r\na: ", bytes, b"\r\n\r\n"].concat();
        // In pieces, as it comes: what has been looked at is not looked at again.
        let mut scanner = HeadScanner::new(limits);
        let ends = (1..=head.len() / 16_384).map(|piece| piece * 16_384).chain([head.len()]);
        ends.for_each(|end| see(scanner.find(&head[..end])));
        let _ = black_box(head::parse_response_head(&head));
    }),
    ("chunked", |bytes| {
        let limits = ChunkLimits::default();
        let mut decoder = Decoder::new(limits);
        let _ = black_box(decoder.step(&[b"1;", bytes, b"\r\n"].concat()));
    }),
    ("set-cookie", |bytes| see(SetCookie::parse(bytes))),
    ("cookie file", |bytes| {
        each_line(bytes, |line| see(Cookie::from_file_line(line, SystemTime::UNIX_EPOCH)));
    }),
    ("cookie date", |bytes| see(cookie::parse_date(bytes))),
    ("suffixes", |bytes| {
        black_box(SuffixList::new(bytes.to_vec()).is_public_suffix("a.b.test"));
    }),
    ("challenge", |bytes| {
        challenge::challenges(bytes).for_each(see);
    }),
    ("digest", |bytes| see(digest::Challenge::best(challenge::challenges(bytes)))),
    ("next nonce", |bytes| see(digest::next_nonce(bytes))),
    ("netrc", |bytes| see(netrc::Netrc::parse(bytes))),
    ("no_proxy", |bytes| {
        black_box(NoProxy::parse(text(bytes)).covers("a.b.test", 80));
    }),
    ("hsts", |bytes| see(hsts::StrictTransport::parse(bytes))),
    ("hsts file", |bytes| {
        each_line(bytes, |line| see(hsts::KnownHost::from_file_line(line)));
    }),
    ("date", |bytes| see(date::parse(text(bytes)))),
    ("content-range", |bytes| see(range::ContentRange::parse(text(bytes)))),
    ("location", |bytes| see(Location::parse(&format!("http://a.test/{}", text(bytes))))),
    ("authority", |bytes| see(target::split_host_port(text(bytes), 80))),
    ("escape", |bytes| see(escape::escape(bytes))),
    ("reply", |bytes| {
        let mut reader = ReplyReader::new(ReplyStyle::Ftp);
        each_line(bytes, |line| see(reader.push_line(line)));
    }),
    ("listing", |bytes| {
        let mut parser = ListingParser::new(SystemTime::UNIX_EPOCH);
        each_line(bytes, |line| see(parser.push_line(line)));
    }),
    ("mlst", |bytes| see(parse_mlst(bytes))),
    ("menu", |bytes| {
        let mut parser = MenuParser::new();
        parser.push(bytes);
        while let Ok(Some(item)) = parser.next_item() {
            black_box(item);
        }
    }),
    ("dot", |bytes| {
        black_box(Unstuffer::new().decode(bytes, &mut Vec::new()));
    }),
    ("message", |bytes| {
        let mut reader = BlockReader::new(usize::MAX);
        reader.push(bytes);
        see(reader.into_headers());
    }),
    ("gemini", |bytes| see(gemini::ReplyHead::parse(bytes))),
    ("dict", |bytes| see(dict::arguments(text(bytes)))),
    ("pasv", |bytes| see((ftp::parse_pasv(text(bytes)), ftp::parse_epsv(text(bytes))))),
    ("ftp path", |bytes| see(ftp::FtpPath::parse(text(bytes)))),
    ("timestamp", |bytes| see(pop3::timestamp(text(bytes)).map(str::len))),
    ("certificate", |bytes| see(certificate::Certificate::parse(bytes))),
];

/// The time that this thread has been given by the system; by the clock where it does not say.
fn used() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGAN.elapsed(), Duration::from_nanos)
}

fn time(parse: Parse, piece: &str, bytes: usize) -> Duration {
    let input = piece.repeat(bytes / piece.len());
    let began = used();
    parse(input.as_bytes());
    used() - began
}

#[test]
fn k7_eight_times_as_much_takes_about_eight_times_as_long() {
    let mut problems = Vec::new();
    for (name, parse) in PARSERS {
        for piece in PIECES {
            // The shortest of each is the one least disturbed.
            let (mut part, mut whole) = (Duration::MAX, Duration::MAX);
            let is_linear = (0..TRIES).any(|_| {
                whole = whole.min(time(parse, piece, BYTES));
                if whole < NOTHING {
                    return true;
                }
                part = part.min(time(parse, piece, BYTES / TIMES));
                whole.as_secs_f64() < MAX_RATIO * part.as_secs_f64()
            });
            if !is_linear {
                problems.push(format!("{name} of {piece:?}: {part:?}, then {whole:?}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
