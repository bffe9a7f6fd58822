//! The few calls that differ between the faces by more than `.await`.

/// Makers of the blocking face's values.
pub mod blocking {
    pub use crate::support::mail::blocking::*;
    use landline::ftp::Entry;
    use landline::http::{Client, Reply};
    use landline::net::NetOptions;
    use landline::tftp::{self, Options};
    use landline::{Headers, Limits, LineStream, Opener, Timeouts};

    pub fn client() -> Client {
        Client::new().expect("an event queue")
    }

    pub fn client_with(net: NetOptions, timeouts: Timeouts, limits: Limits) -> Client {
        Client::with_options(net, timeouts, limits).expect("an event queue")
    }

    pub fn opener() -> Opener {
        Opener::new().expect("an event queue")
    }

    pub fn ftp_client() -> landline::ftp::Client {
        landline::ftp::Client::new().unwrap()
    }

    pub fn ftp_client_with(net: NetOptions, timeouts: Timeouts) -> landline::ftp::Client {
        landline::ftp::Client::with_options(net, timeouts, Limits::default()).unwrap()
    }

    pub fn all_entries(mut listing: landline::ftp::Listing) -> (landline::Result<Vec<Entry>>, u64) {
        let entries = listing.by_ref().collect();
        (entries, listing.skipped())
    }

    pub fn all_records<T: std::fmt::Debug + Send>(
        records: landline::nntp::Records<'_, T>,
    ) -> landline::Result<String> {
        Ok(format!("{:?}", records.collect::<landline::Result<Vec<_>>>()?))
    }

    pub fn tftp_with(timeouts: Timeouts, options: Options) -> tftp::Client {
        tftp::Client::with_options(NetOptions::default(), timeouts, options)
            .expect("an event queue")
    }

    pub fn line_over(stream: std::net::TcpStream) -> LineStream {
        LineStream::over(stream).expect("a stream of TCP")
    }

    pub fn line_over_socket(socket: landline::socket::Socket) -> LineStream {
        LineStream::over_socket(socket).expect("a stream socket")
    }

    pub fn announced(reply: &Reply) -> Option<u64> {
        reply.announced_len()
    }

    pub fn trailers(reply: &Reply) -> Headers {
        reply.trailers().clone()
    }
}

/// Makers of the async face's values.
pub mod aio {
    pub use crate::support::mail::aio::*;
    use landline::aio::http::{Client, Reply};
    use landline::aio::{LineStream, Opener, tftp};
    use landline::net::{NetOptions, Stream};
    use landline::tftp::Options;
    use landline::{Headers, Limits, Timeouts};

    pub fn client() -> Client {
        Client::new()
    }

    pub fn client_with(net: NetOptions, timeouts: Timeouts, limits: Limits) -> Client {
        Client::with_options(net, timeouts, limits)
    }

    pub fn opener() -> Opener {
        Opener::new()
    }

    pub fn ftp_client() -> landline::aio::ftp::Client {
        landline::aio::ftp::Client::new()
    }

    pub fn ftp_client_with(net: NetOptions, timeouts: Timeouts) -> landline::aio::ftp::Client {
        landline::aio::ftp::Client::with_options(net, timeouts, Limits::default())
    }

    pub async fn all_entries(
        mut listing: landline::aio::ftp::Listing,
    ) -> (landline::Result<Vec<landline::ftp::Entry>>, u64) {
        let mut all = Vec::new();
        let entries = loop {
            match listing.next().await {
                Ok(Some(entry)) => all.push(entry),
                Ok(None) => break Ok(all),
                Err(error) => break Err(error),
            }
        };
        (entries, listing.skipped())
    }

    pub async fn all_records<T: std::fmt::Debug + Send>(
        mut records: landline::aio::nntp::Records<'_, T>,
    ) -> landline::Result<String> {
        let mut all = Vec::new();
        while let Some(one) = records.next_record().await? {
            all.push(one);
        }
        Ok(format!("{all:?}"))
    }

    pub fn tftp_with(timeouts: Timeouts, options: Options) -> tftp::Client {
        tftp::Client::with_options(NetOptions::default(), timeouts, options)
    }

    pub fn line_over(stream: std::net::TcpStream) -> LineStream {
        LineStream::new(Stream::from_std(stream).expect("a stream of TCP"))
    }

    pub fn line_over_socket(socket: landline::socket::Socket) -> LineStream {
        LineStream::new(Stream::from_socket(socket).expect("a stream socket"))
    }

    pub fn announced(reply: &Reply) -> Option<u64> {
        reply.body().announced_len()
    }

    pub fn trailers(reply: &Reply) -> Headers {
        reply.body().trailers().clone()
    }
}
