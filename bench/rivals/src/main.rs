//! Keep-alive GETs through other people's HTTP clients: `rivals CLIENT URL N`; files over FTP through
//! suppaftp: `rivals ftp HOST:PORT PATH [FILE]` and `rivals ftp-many HOST:PORT PREFIX N`; a message through
//! lettre and async-imap: `rivals smtp PORT FILE`, `rivals imap PORT UID` and `rivals append PORT FILE`.
//!
//! Each reads the whole body of every reply, over one connection, on one thread where the library
//! allows it. TLS is left out of all of them, which can only help them.

mod ftp;
mod mail;

use std::error::Error;
use std::fs::File;
use std::io;
use std::process::ExitCode;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use meter::Stopwatch;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rivals: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args == ["version"] {
        println!("libcurl {}", curl::Version::get().version());
        return Ok(());
    }
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["ftp", server, path] => return ftp::get(server, path, &mut io::sink()),
        ["ftp", server, path, file] => return ftp::get(server, path, &mut File::create(file)?),
        ["ftp-many", server, prefix, count] => return ftp::many(server, prefix, count.parse()?),
        ["smtp", port, file] => return mail::send(port.parse()?, file),
        ["imap", port, uid] => return block_on(mail::fetch(port.parse()?, uid)),
        ["append", port, file] => return block_on(mail::append(port.parse()?, file)),
        _ => (),
    }
    let [client, url, runs] = args.as_slice() else { return Err("CLIENT URL N".into()) };
    let runs = runs.parse()?;
    match client.as_str() {
        "ureq" => ureq_client(url, runs),
        "libcurl" => libcurl(url, runs),
        "reqwest-blocking" => reqwest_blocking(url, runs),
        "reqwest" => block_on(reqwest_async(url, runs)),
        "hyper" => block_on(hyper_connection(url, runs)),
        "hyper-util" => block_on(hyper_client(url, runs)),
        other => Err(format!("no client {other}").into()),
    }
}

fn block_on(work: impl Future<Output = Result>) -> Result {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Runs `once` to warm up, then `runs` times against the stopwatch.
fn repeat(runs: u32, mut once: impl FnMut() -> Result) -> Result {
    once()?;
    let watch = Stopwatch::start()?;
    for _ in 0..runs {
        once()?;
    }
    Ok(watch.report(runs)?)
}

async fn repeat_async(runs: u32, mut once: impl AsyncFnMut() -> Result) -> Result {
    once().await?;
    let watch = Stopwatch::start()?;
    for _ in 0..runs {
        once().await?;
    }
    Ok(watch.report(runs)?)
}

fn ureq_client(url: &str, runs: u32) -> Result {
    let agent = ureq::Agent::new_with_defaults();
    repeat(runs, || {
        agent.get(url).call()?.body_mut().read_to_vec()?;
        Ok(())
    })
}

fn libcurl(url: &str, runs: u32) -> Result {
    let mut easy = curl::easy::Easy::new();
    easy.url(url)?;
    repeat(runs, || {
        let mut body = Vec::new();
        let mut transfer = easy.transfer();
        transfer.write_function(|piece| {
            body.extend_from_slice(piece);
            Ok(piece.len())
        })?;
        Ok(transfer.perform()?)
    })
}

fn reqwest_blocking(url: &str, runs: u32) -> Result {
    let client = reqwest::blocking::Client::new();
    repeat(runs, || {
        client.get(url).send()?.bytes()?;
        Ok(())
    })
}

async fn reqwest_async(url: &str, runs: u32) -> Result {
    let client = reqwest::Client::new();
    repeat_async(runs, async || {
        client.get(url).send().await?.bytes().await?;
        Ok(())
    })
    .await
}

async fn hyper_client(url: &str, runs: u32) -> Result {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let url: Uri = url.parse()?;
    repeat_async(runs, async || read(client.get(url.clone()).await?).await).await
}

async fn hyper_connection(url: &str, runs: u32) -> Result {
    let url: Uri = url.parse()?;
    let authority = url.authority().ok_or("the URL names no server")?.as_str();
    let socket = tokio::net::TcpStream::connect(authority).await?;
    socket.set_nodelay(true)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(socket)).await?;
    tokio::spawn(connection);
    repeat_async(runs, async || {
        let request = Request::get(url.path()).header("Host", authority);
        sender.ready().await?;
        read(sender.send_request(request.body(Empty::<Bytes>::new())?).await?).await
    })
    .await
}

async fn read(response: Response<Incoming>) -> Result {
    response.into_body().collect().await?;
    Ok(())
}
