//! Sending to a vanished peer gives an error even where the program lets `SIGPIPE` kill it.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // Functions beside the tests count as not being tests.

mod loopback;

use loopback::{connected, eventually};

#[test]
fn a_vanished_peer_raises_no_signal() {
    // SAFETY: signal(2) with SIG_DFL installs no handler; this process has this one test only.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    let (caller, answerer) = connected();
    drop(answerer);
    let error = eventually("the end", || caller.send(b"more").err());
    assert!(error.is_peer_gone());
    assert!(caller.send_all(b"more").unwrap_err().is_peer_gone());
}
