//! The tour: starts servers on loopback and reads one document over every scheme there is.
//!
//! `cargo run --release --example tour`

use std::time::Duration;

use landline::net::NetOptions;
use landline::{Document, Headers, LineEnding, Opener, Parts, Result, Visit};
use landline_testkit::{Conn, Server, ftp, http, tftp, tls::Authority};

fn main() -> Result<()> {
    let plain = http::Server::new();
    let authority = Authority::new();
    let secure = http::Server::tls(&authority.issue(&["localhost", "127.0.0.1"]));
    let fingerd = Server::tcp(|conn| {
        let user = String::from_utf8_lossy(&conn.read_line()?).trim_end().to_owned();
        std::io::Write::write_all(
            conn,
            format!("Login: {user}\r\nPlan: read everything\r\n").as_bytes(),
        )
    });
    let gopherd = Server::tcp(gopher_hole);
    let secure_gopherd = Server::tls(&authority.issue(&["localhost", "127.0.0.1"]), gopher_hole);
    let geminid = Server::tls(&authority.issue(&["localhost", "127.0.0.1"]), |conn| {
        conn.read_line()?;
        conn.say("20 text/gemini\r\n# All about cats\r\n")
    });
    let files = || ftp::Server::builder().pattern("/pub/large", 268_435_456);
    let ftpd = files().start();
    let secure_ftpd = files().tls(&authority.issue(&["127.0.0.1"])).implicit().start();
    let tftpd = tftp::Server::new().file("boot.img", http::pattern(0, 100_000));
    let dictd = Server::tcp(dictionary);
    let newsd = Server::tcp(|conn| dialogue(conn, &NEWS));
    let mailbox = Server::tcp(|conn| dialogue(conn, &MAILBOX));
    let folders = Server::tcp(mail_folders);
    let relay = Server::tcp(|conn| dialogue(conn, &RELAY));
    let daytime = Server::tcp(date);
    let secure_daytime = Server::tls(&authority.issue(&["127.0.0.1"]), date);
    let socket = std::env::temp_dir().join(format!("landline-tour-{}", std::process::id()));
    let local_daytime = Server::unix(&socket, date);
    let folder = std::env::current_dir().unwrap_or_default();

    let mut net = NetOptions::default();
    net.tls.trust_only_pem(authority.ca_pem().as_bytes())?;
    let opener = Opener::new()?.net(net).scheme("finger", finger);

    let stops = [
        ("a bare GET", plain.url("/bytes/1024")),
        ("the same connection again", plain.url("/bytes/1024")),
        ("a body in chunks", plain.url("/chunked/100000")),
        ("three redirects", plain.url("/redirect/3")),
        ("a large document", plain.url("/bytes/268435456")),
        ("the same over TLS", secure.url("/bytes/268435456")),
        ("a file by FTP", ftpd.url("/pub/large")),
        ("a folder, the same connection", ftpd.url("/pub/")),
        ("a file by FTP over TLS", secure_ftpd.url("/pub/large")),
        ("a local folder", format!("file://{}/", folder.display())),
        ("a document inside its URL", "data:text/plain,hello%20from%20the%20URL".to_owned()),
        ("a gopher menu", gopherd.url_for("gopher", "/1/cats")),
        ("the same over TLS", secure_gopherd.url_for("gophers", "/1/cats")),
        ("a gemini page", geminid.url_for("gemini", "/cats")),
        ("a file by datagrams", tftpd.url("boot.img")),
        ("a word in a dictionary", dictd.url_for("dict", "/d:landline")),
        ("an article of a newsgroup", newsd.url_for("nntp", "/misc.test/5")),
        ("a message in a mailbox", mailbox.url_for("pop3", "/1")),
        ("a message in a folder", folders.url_for("imap", "/INBOX;UID=7")),
        ("what a mail server can do", relay.url_for("smtp", "/reader.example")),
        ("a bare connection", daytime.url_for("tcp", "")),
        ("the same over TLS", secure_daytime.url_for("tls", "")),
        ("the same, a Unix socket", format!("unix:{}", socket.display())),
        ("the same, telnet spoken", daytime.url_for("telnet", "")),
        ("a protocol of one's own", fingerd.url_for("finger", "/reader")),
    ];
    println!(
        "{:<28} {:>11} {:>9} {:>9} {:>9} {:>9}  from",
        "what", "bytes", "connect", "TLS", "first", "total"
    );
    for (what, url) in stops {
        let mut document = opener.open(&url)?;
        let count = std::io::copy(&mut document, &mut std::io::sink())?;
        show(what, &document, count);
    }
    drop(local_daytime);
    println!("\nand a status that is not success is an error:");
    if let Err(error) = opener.open(&plain.url("/status/404")) {
        println!("  {}", error.chain());
    }
    Ok(())
}

/// RFC 867: no question, one answer.
fn date(conn: &mut Conn) -> std::io::Result<()> {
    conn.say("Sun Nov 22 12:00:00 2026\r\n")
}

/// What a gopher server says, whatever it is asked for.
fn gopher_hole(conn: &mut Conn) -> std::io::Result<()> {
    conn.read_line()?;
    conn.say("iAll about cats\tx\tx\t1\r\n0Siamese\t/cats/siamese\texample.com\t70\r\n.\r\n")
}

/// RFC 2229, for one word.
fn dictionary(conn: &mut Conn) -> std::io::Result<()> {
    let word = "150 1\r\n151 landline tour \"Tour\"\r\nA line on land.\r\n.\r\n250 ok\r\n";
    dialogue(conn, &["220 hello\r\n", "250 ok\r\n", word, "221 bye\r\n"])
}

/// RFC 3977, for one article.
const NEWS: [&str; 5] = [
    "200 hello\r\n",
    "101\r\nREADER\r\n.\r\n",
    "211 1 5 5 misc.test\r\n",
    "220 5 <a@b>\r\nSubject: news\r\n\r\nA line on land.\r\n.\r\n",
    "205 bye\r\n",
];

/// RFC 1939, for one message and nobody in particular.
const MAILBOX: [&str; 3] =
    ["+OK\r\n", "+OK\r\nSubject: mail\r\n\r\nA line on land.\r\n.\r\n", "+OK\r\n"];

/// RFC 5321, for whoever asks for help.
const RELAY: [&str; 4] = ["220 hello\r\n", "250 hello\r\n", "214 Send mail.\r\n", "221 bye\r\n"];

/// RFC 9051, for one message and somebody who is known.
fn mail_folders(conn: &mut Conn) -> std::io::Result<()> {
    conn.say("* PREAUTH hello\r\n")?;
    let text = "* 1 FETCH (UID 7 BODY[] {34}\r\nSubject: mail\r\n\r\nA line on land.\r\n)\r\n";
    for answer in ["* 1 EXISTS\r\n", text, "* BYE\r\n"] {
        let line = String::from_utf8_lossy(&conn.read_line()?).into_owned();
        let tag = line.split(' ').next().unwrap_or_default();
        conn.say(format!("{answer}{tag} OK\r\n"))?;
    }
    Ok(())
}

/// Says the first, and one more behind every line that comes.
fn dialogue(conn: &mut Conn, answers: &[&str]) -> std::io::Result<()> {
    let (greeting, answers) = answers.split_first().unwrap_or((&"", &[]));
    conn.say(greeting)?;
    for answer in answers {
        conn.read_line()?;
        conn.say(answer)?;
    }
    Ok(())
}

/// RFC 1288 on the line client: see the example of that name.
async fn finger(visit: Visit) -> Result<Parts> {
    let user = visit.location().path().trim_start_matches('/').to_owned();
    let mut line = visit.connect(79).await?.with_ending(LineEnding::Lenient);
    line.write_line(user).await?;
    Ok(Parts::stream(visit.location().clone(), Headers::new(), line))
}

fn show(what: &str, document: &Document, count: u64) {
    let times = document.timings();
    let url: String = document.url().chars().take(60).collect();
    println!(
        "{what:<28} {count:>11} {:>9} {:>9} {:>9} {:>9}  {url}",
        step(times.connect),
        step(times.tls),
        step(times.first_byte),
        step(times.total),
    );
}

fn step(time: Option<Duration>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| format!("{:.2} ms", time.as_secs_f64() * 1e3))
}
