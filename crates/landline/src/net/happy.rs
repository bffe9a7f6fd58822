//! Happy Eyeballs: several addresses are tried one beside the other (RFC 8305 section 5).

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use crate::observe::{Event, Observer};

pub(super) const DELAY: Duration = Duration::from_millis(250);

type Attempt<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

/// Connects to the first address that answers. The error is the list of all failures.
pub(super) async fn connect<T, F>(
    addresses: Vec<SocketAddr>,
    delay: Duration,
    observer: &Observer,
    mut open: impl FnMut(SocketAddr) -> F,
) -> Finish<T>
where
    F: Future<Output = io::Result<T>> + Send + 'static,
{
    let mut race = Race { waiting: addresses.into_iter(), running: Vec::new(), failed: Vec::new() };
    let mut next = None;
    poll_fn(|cx| race.poll(cx, &mut next, delay, observer, &mut |one| Box::pin(open(one)))).await
}

struct Race<T> {
    waiting: std::vec::IntoIter<SocketAddr>,
    running: Vec<(SocketAddr, Attempt<T>)>,
    failed: Vec<(SocketAddr, io::Error)>,
}

type Finish<T> = Result<(T, SocketAddr), Vec<(SocketAddr, io::Error)>>;

impl<T> Race<T> {
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        next: &mut Option<Pin<Box<Sleep>>>,
        delay: Duration,
        observer: &Observer,
        open: &mut dyn FnMut(SocketAddr) -> Attempt<T>,
    ) -> Poll<Finish<T>> {
        loop {
            let failures = self.failed.len();
            if let Some(winner) = self.poll_running(cx, observer) {
                return Poll::Ready(Ok(winner));
            }
            let due = next.as_mut().is_none_or(|sleep| sleep.as_mut().poll(cx).is_ready());
            let has_failed = self.failed.len() > failures;
            if !due && !has_failed && !self.running.is_empty() {
                return Poll::Pending;
            }
            let Some(address) = self.waiting.next() else {
                return match self.running.is_empty() {
                    true => Poll::Ready(Err(std::mem::take(&mut self.failed))),
                    false => Poll::Pending,
                };
            };
            observer.tell(&Event::Trying(address));
            self.running.push((address, open(address)));
            // The timer is only for a race: the last address needs none.
            let more = !self.waiting.as_slice().is_empty();
            *next = more.then(|| Box::pin(sleep(delay)));
        }
    }

    fn poll_running(
        &mut self,
        cx: &mut Context<'_>,
        observer: &Observer,
    ) -> Option<(T, SocketAddr)> {
        let mut at = 0;
        while let Some((address, attempt)) = self.running.get_mut(at) {
            match attempt.as_mut().poll(cx) {
                Poll::Pending => at += 1,
                Poll::Ready(Ok(stream)) => return Some((stream, *address)),
                Poll::Ready(Err(error)) => {
                    let (address, _) = self.running.swap_remove(at);
                    observer.tell(&Event::Failed { address, error: &error });
                    self.failed.push((address, error));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tokio::net::TcpStream;
    use tokio::time::Instant;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap()
    }

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    async fn refused() -> io::Result<TcpStream> {
        Err(io::ErrorKind::ConnectionRefused.into())
    }

    #[test]
    fn all_failures_are_remembered_in_order() {
        let nobody = Observer::default();
        let race = connect(vec![address(1), address(2)], DELAY, &nobody, |_| refused());
        let failed = runtime().block_on(race).unwrap_err();
        assert_eq!(failed.iter().map(|(one, _)| one.port()).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn a_silent_address_gets_company_after_250_ms_and_a_failed_one_at_once() {
        let starts = Arc::new(Mutex::new(Vec::new()));
        let log = starts.clone();
        let nobody = Observer::default();
        runtime().block_on(async {
            let begun = Instant::now();
            let three = vec![address(1), address(2), address(3)];
            let race = connect(three, DELAY, &nobody, |one| {
                log.lock().unwrap().push((one.port(), begun.elapsed().as_millis()));
                async move {
                    if one.port() == 1 {
                        std::future::pending::<()>().await;
                    }
                    refused().await
                }
            });
            let _ = tokio::time::timeout(Duration::from_secs(1), race).await;
        });
        assert_eq!(*starts.lock().unwrap(), [(1, 0), (2, 250), (3, 250)]);
    }
}
