//! A fast server for the measurements, of HTTP/1.1, FTP, SMTP, POP3, NNTP and IMAP: blocking
//! threads, large writes, keep-alive, TLS for HTTP; and of HTTP/2 under TLS, on one thread, 1 KiB a reply.
//!
//! `server CA_FILE [CORE]` writes its CA's certificate to `CA_FILE`, prints `ports PLAIN TLS FTP SMTP POP3
//! NNTP IMAP H2`, and serves on loopback until its standard input ends. Paths:
//!
//! | path | reply |
//! |---|---|
//! | `/bytes/N` | N bytes |
//! | `/slow` (HTTP) | 100 bytes at once, and 100 more every 100 ms for 2 s |
//! | `/digest/…` (HTTP) | 1 KiB for a request with an answer to a challenge; what it says is not looked at |
//! | `/paced/…` (HTTP) | the same in 1.88 s |
//! | `/gzip/N` (HTTP) | a gzip of N bytes of text |
//! | any other | 1 KiB |
//!
//! A request's body, or what STOR brings, is read and forgotten, whatever the method.

mod exchange;
mod ftp;
mod http2;
mod mail;
mod tls;
mod zipped;

use std::io::{self, Read};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let ca_file = args.next().ok_or_else(|| io::Error::other("usage: server CA_FILE [CORE]"))?;
    if let Some(core) = args.next() {
        meter::pin(core.parse().map_err(io::Error::other)?)?;
    }
    let config = tls::config(&ca_file)?;
    let [plain, secure, ftp, smtp, pop3, nntp, imap, http2] = listen()?;
    let config2 = ServerConfig::clone(&config);
    std::thread::spawn(move || http2::serve(http2, config2));
    std::thread::spawn(move || accept(&plain, exchange::serve));
    std::thread::spawn(move || accept(&secure, move |socket| serve_tls(socket, config.clone())));
    std::thread::spawn(move || accept(&ftp, ftp::serve));
    std::thread::spawn(move || accept(&smtp, mail::smtp));
    std::thread::spawn(move || accept(&pop3, mail::pop3));
    std::thread::spawn(move || accept(&nntp, mail::nntp));
    std::thread::spawn(move || accept(&imap, mail::imap));
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Listens for all, and says where.
fn listen<const N: usize>() -> io::Result<[TcpListener; N]> {
    let mut listeners = Vec::new();
    let mut ports = "ports".to_owned();
    for _ in 0..N {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        ports += &format!(" {}", listener.local_addr()?.port());
        listeners.push(listener);
    }
    println!("{ports}");
    listeners.try_into().map_err(|_| io::Error::other("not as many as were bound"))
}

fn accept(
    listener: &TcpListener,
    serve: impl Fn(TcpStream) -> io::Result<()> + Clone + Send + 'static,
) {
    for socket in listener.incoming().flatten() {
        let serve = serve.clone();
        // Clients leave in the middle of things; that is no matter for the server.
        std::thread::spawn(move || socket.set_nodelay(true).and_then(|()| serve(socket)));
    }
}

fn serve_tls(socket: TcpStream, config: Arc<ServerConfig>) -> io::Result<()> {
    let mut session = ServerConnection::new(config).map_err(io::Error::other)?;
    session.set_buffer_limit(Some(exchange::PIECE_BYTES));
    exchange::serve(StreamOwned::new(session, socket))
}
