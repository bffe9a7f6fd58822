//! HTTP/2 under TLS (RFC 9113): 1 KiB for every request.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use bytes::Bytes;
use h2::server::{self, SendResponse};
use http::{HeaderValue, Response};
use rustls::ServerConfig;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

static BODY: [u8; 1024] = [b'x'; 1024];

/// Answers connections until the process ends.
pub(crate) fn serve(listener: TcpListener, mut config: ServerConfig) -> io::Result<()> {
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    listener.set_nonblocking(true)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (socket, _) = listener.accept().await?;
            // Clients leave in the middle of things; that is no matter for the server.
            tokio::spawn(converse(socket, acceptor.clone()));
        }
    })
}

async fn converse(socket: TcpStream, acceptor: TlsAcceptor) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let stream = acceptor.accept(socket).await?;
    let mut connection = server::handshake(stream).await.map_err(io::Error::other)?;
    while let Some(request) = connection.accept().await {
        let (_, reply) = request.map_err(io::Error::other)?;
        answer(reply).map_err(io::Error::other)?;
    }
    Ok(())
}

/// The head and the body at once: 1 KiB is within every window.
fn answer(mut reply: SendResponse<Bytes>) -> Result<(), h2::Error> {
    let mut head = Response::new(());
    let fields = [("server", "bench"), ("content-type", "text/plain"), ("content-length", "1024")];
    for (name, value) in fields {
        head.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    reply.send_response(head, false)?.send_data(Bytes::from_static(&BODY), true)
}
