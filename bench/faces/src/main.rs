//! Landline's own faces: `faces FACE URL N` for keep-alive GETs, `faces read URL [FILE]` for one
//! document, `faces articles URL N` for the articles of a group; they show what the library costs without
//! the command around it.

use std::error::Error;
use std::io::{Read, Write};
use std::process::ExitCode;

use landline::{aio, http, nntp};
use meter::Stopwatch;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("faces: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["read", url] => read(url, &mut std::io::sink()),
        ["read", url, "-"] => read(url, &mut meter::stdout()?),
        ["read", url, file] => read(url, &mut std::fs::File::create(file)?),
        ["articles", url, count] => articles(url, count.parse()?),
        ["client", url, runs] => client(url, runs.parse()?),
        ["open", url, runs] => opener(url, runs.parse()?),
        ["steps", url, runs] => steps(url, runs.parse()?),
        ["aio-client", url, runs] => block_on(aio_client(url, runs.parse()?)),
        ["aio-open", url, runs] => block_on(aio_opener(url, runs.parse()?)),
        _ => Err("FACE URL N, read URL [FILE], or articles URL N".into()),
    }
}

fn block_on(work: impl Future<Output = Result>) -> Result {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn read(url: &str, to: &mut impl Write) -> Result {
    let mut document = landline::open(url)?;
    let mut piece = vec![0; 64 << 10];
    loop {
        match document.read(&mut piece)? {
            0 => return Ok(()),
            count => to.write_all(&piece[..count])?,
        }
    }
}

/// Reads the first articles of a group, with several commands under way.
fn articles(url: &str, count: u64) -> Result {
    let group = url.rsplit('/').next().unwrap_or_default();
    let mut news = nntp::Connection::with(&landline::Opener::new()?, url)?;
    news.group(group)?;
    let mut articles = news.fetch(nntp::Part::Article, (1..=count).map(nntp::Article::Number));
    while let Some(article) = articles.next_article() {
        std::io::copy(&mut article?, &mut std::io::sink())?;
    }
    Ok(news.quit()?)
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

fn client(url: &str, runs: u32) -> Result {
    let client = http::Client::new()?;
    repeat(runs, || {
        let mut body = Vec::new();
        client.get(url).send()?.read_to_end(&mut body)?;
        Ok(())
    })
}

fn opener(url: &str, runs: u32) -> Result {
    let opener = landline::Opener::new()?;
    repeat(runs, || {
        let mut body = Vec::new();
        opener.open(url)?.read_to_end(&mut body)?;
        Ok(())
    })
}

fn steps(url: &str, runs: u32) -> Result {
    let server = url.split('/').nth(2).ok_or("the URL names no server")?;
    let mut connection = http::Connection::connect(server)?;
    repeat(runs, || {
        connection.put_request("GET", "/")?;
        connection.put_header("User-Agent", "landline")?;
        connection.put_header("Accept", "*/*")?;
        connection.end_headers()?;
        connection.get_reply()?;
        let mut body = Vec::new();
        connection.body().read_to_end(&mut body)?;
        Ok(())
    })
}

async fn aio_client(url: &str, runs: u32) -> Result {
    let client = aio::http::Client::new();
    repeat_async(runs, async || {
        client.get(url).send().await?.read_to_vec().await?;
        Ok(())
    })
    .await
}

async fn aio_opener(url: &str, runs: u32) -> Result {
    let opener = aio::Opener::new();
    repeat_async(runs, async || {
        opener.open(url).await?.read_to_vec().await?;
        Ok(())
    })
    .await
}
