//! What the dialogue tests share: one macro that runs every test under both faces, and means to
//! make clients of each.
//!
//! `faces!` takes tests and steps. A test is `fn name() { … }`; a step is what several tests do,
//! `async fn name(…) -> T { … }`, and loses its `async` under the blocking face. Inside of both,
//! `w!(x)` waits for `x`, `face` is the face (`landline` or `landline::aio`), and the functions of
//! [`blocking`] or [`aio`] are in scope.
#![allow(dead_code, unused_imports, unused_macros, unreachable_pub, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod both;
pub mod mail;
pub mod transcripts;

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use landline::net::{NetOptions, ResolveRule};
use landline::{ErrorKind, Phase, Timeouts};

pub use both::{aio, blocking};

/// How long one test may take; the slowest needs about a second.
const WATCHDOG: Duration = Duration::from_secs(20);

pub type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Runs a test's body on a thread of its own and fails when it does not end in time.
pub fn bounded(body: impl FnOnce() -> Outcome + Send + 'static) {
    let (tell, told) = channel();
    let thread = std::thread::spawn(move || {
        let outcome = body();
        let _ = tell.send(());
        outcome
    });
    if let Err(RecvTimeoutError::Timeout) = told.recv_timeout(WATCHDOG) {
        panic!("still running after {WATCHDOG:?}");
    }
    match thread.join() {
        Ok(Ok(())) => {}
        Ok(Err(error)) => panic!("{error}\n{error:?}"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Runs async code as its users do, on a current-thread runtime.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work)
}

/// Kind and phase of an error, to be compared in one go.
pub fn facts(error: &landline::Error) -> (ErrorKind, Phase) {
    (error.kind(), error.phase())
}

/// Any host name leads to loopback for this port, so that rules about hosts are tested for real.
pub fn any_host(port: u16) -> NetOptions {
    let mut options = NetOptions::default();
    options.resolve = vec![ResolveRule {
        host: "*".to_owned(),
        port,
        addresses: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
    }];
    options
}

/// Options that trust one authority, or one certificate, and nobody else.
pub fn trusting(certificate: rustls::pki_types::CertificateDer<'static>) -> NetOptions {
    let mut options = NetOptions::default();
    options.tls.only_authorities = Some(vec![certificate]);
    options
}

/// Deadlines of so many milliseconds, changed from those that never matter in a test.
pub fn timeouts(change: impl FnOnce(&mut Timeouts)) -> Timeouts {
    let mut timeouts = Timeouts::default();
    change(&mut timeouts);
    timeouts
}

pub fn ms(count: u64) -> Option<Duration> {
    Some(Duration::from_millis(count))
}

/// Expands tests and steps into the modules `blocking` and `aio`.
macro_rules! faces {
    ($($items:tt)*) => {
        pub(crate) mod blocking {
            use super::*;
            #[allow(unused_imports)]
            use landline as face;
            #[allow(unused_imports)]
            use std::io::{BufRead, BufRead as BufReadLine, Read, Write};
            #[allow(unused_imports)]
            use $crate::support::blocking::*;
            #[allow(unused_imports)]
            use $crate::support::waits_blocking as w;

            $crate::support::blocking_items! { $($items)* }
        }

        pub(crate) mod aio {
            use super::*;
            #[allow(unused_imports)]
            use landline::aio as face;
            #[allow(unused_imports)]
            use tokio::io::{
                AsyncBufReadExt, AsyncBufReadExt as BufReadLine, AsyncReadExt, AsyncWriteExt,
            };
            #[allow(unused_imports)]
            use $crate::support::aio::*;
            #[allow(unused_imports)]
            use $crate::support::waits_async as w;

            $crate::support::aio_items! { $($items)* }
        }
    };
}

macro_rules! blocking_items {
    () => {};
    ($(#[$meta:meta])* fn $name:ident() $body:block $($rest:tt)*) => {
        $(#[$meta])*
        #[test]
        fn $name() {
            $crate::support::bounded(|| { $body; Ok(()) });
        }
        $crate::support::blocking_items! { $($rest)* }
    };
    ($(#[$meta:meta])* $vis:vis async fn $name:ident($($args:tt)*) -> $out:ty $body:block $($rest:tt)*) => {
        $(#[$meta])*
        $vis fn $name($($args)*) -> $out $body
        $crate::support::blocking_items! { $($rest)* }
    };
}

macro_rules! aio_items {
    () => {};
    ($(#[$meta:meta])* fn $name:ident() $body:block $($rest:tt)*) => {
        $(#[$meta])*
        #[test]
        fn $name() {
            $crate::support::bounded(|| $crate::support::run(async { $body; Ok(()) }));
        }
        $crate::support::aio_items! { $($rest)* }
    };
    ($(#[$meta:meta])* $vis:vis async fn $name:ident($($args:tt)*) -> $out:ty $body:block $($rest:tt)*) => {
        $(#[$meta])*
        $vis async fn $name($($args)*) -> $out $body
        $crate::support::aio_items! { $($rest)* }
    };
}

macro_rules! waits_blocking {
    ($step:expr) => {
        $step
    };
}

macro_rules! waits_async {
    ($step:expr) => {
        $step.await
    };
}

pub(crate) use {aio_items, blocking_items, faces, waits_async, waits_blocking};
