//! A netcat with TLS: joins stdin and stdout with a server, both ways at once.
//!
//! `cargo run --example netcat -- tls://example.com:443`

use landline::aio::Opener;
use tokio::io::{AsyncWriteExt, copy, split};

async fn join(url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let (mut from, mut to) = split(Opener::new().connect(url).await?);
    let say = async {
        copy(&mut tokio::io::stdin(), &mut to).await?;
        // The server learns that we have said all; TLS says goodbye before that.
        to.shutdown().await
    };
    let listen = async { copy(&mut from, &mut tokio::io::stdout()).await };
    // The server's end is the end of it; ours is not.
    tokio::select! {
        heard = listen => heard?,
        Err(error) = say => return Err(error.into()),
    };
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(url) = std::env::args().nth(1) else {
        eprintln!("usage: netcat tcp://host:port | tls://host:port | unix:/path");
        std::process::exit(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let joined = runtime.block_on(join(&url));
    // A read of stdin may still hang in its thread: nobody waits for it.
    runtime.shutdown_background();
    joined
}
