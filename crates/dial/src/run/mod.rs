//! Runs the transfers, one after the other, and gives the exit code.

mod attempt;
mod body;
mod connect;
mod cookies;
mod failure;
mod form;
mod ftp;
mod gemini;
mod http;
mod interrupt;
mod known;
mod other;
mod pipe;
mod proxy;
mod report;
mod request;
mod resume;
mod tftp;
mod tries;
mod two_way;
mod upload;
mod watch;

use std::sync::Arc;

use landline::aio::Opener;
use landline::aio::http::{Client, CookieJar};
use landline::{Limits, Login};

use crate::exit::{Code, Failure};
use crate::high::{HighArgs, Settings, Transfer};
use crate::messages::Messages;
use interrupt::Interrupt;
pub(crate) use pipe::is_two_way;

/// Runs everything. As with curl the last transfer decides the exit code, unless `--fail-early`
/// ends the run at the first failure.
pub(crate) fn run(args: HighArgs, messages: &mut Messages) -> Code {
    let build = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            // One connection at a time: room for Tokio's usual 1024 events is start-up time.
            .max_io_events_per_tick(64)
            .build()
    };
    let runtime = match check_descriptors().and_then(|()| build()) {
        Ok(runtime) => runtime,
        Err(error) => {
            let reason = crate::data::os_reason(&error);
            let text = format!("the system gives no event queue: {reason}");
            messages.failure(&Failure::new(Code::CONNECT, text));
            return Code::CONNECT;
        }
    };
    let code = runtime.block_on(run_all(args, messages));
    // A lookup or a read of stdin may still hang in its thread: nobody waits for it any more.
    runtime.shutdown_background();
    code
}

/// Building the event queue panics, rather than fails, where it runs out of descriptors.
#[cfg(unix)]
fn check_descriptors() -> std::io::Result<()> {
    use std::os::fd::AsFd;
    const DESCRIPTORS: usize = 8;
    let taken = (0..DESCRIPTORS).map(|_| std::io::stderr().as_fd().try_clone_to_owned());
    taken.collect::<Result<Vec<_>, _>>().map(drop)
}

#[cfg(not(unix))]
fn check_descriptors() -> std::io::Result<()> {
    Ok(())
}

/// A file that has reached its limit (`ulimit -f`) is an error to tell, not the end of us.
#[cfg(unix)]
fn outlive_file_size_limits() {
    use tokio::signal::unix::{SignalKind, signal};
    // With a handler, whatever it does, the write itself fails.
    let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
}

#[cfg(not(unix))]
fn outlive_file_size_limits() {}

async fn run_all(args: HighArgs, messages: &mut Messages) -> Code {
    outlive_file_size_limits();
    let (mut code, mut means) = (Code::OK, None);
    let (global, transfers) = args.into_transfers();
    let (mut is_first, mut interrupt) = (true, Interrupt::default());
    for transfer in transfers {
        if let (true, Ok(transfer)) = (std::mem::take(&mut is_first), &transfer) {
            empty_dump(&transfer.settings);
        }
        let done = match transfer {
            Ok(transfer) => one(&transfer, &global, &mut means, &mut interrupt, messages).await,
            Err(failure) => {
                messages.failure(&failure);
                Err(failure.code)
            }
        };
        code = done.err().unwrap_or(Code::OK);
        let is_over = code == Code::INTERRUPTED || (global.fail_early && code != Code::OK);
        if is_over {
            break;
        }
    }
    if let Some(means) = &means {
        cookies::save(means, messages);
    }
    if let (Some(means), true) = (means, code != Code::INTERRUPTED) {
        means.opener.quit().await;
    }
    code
}

/// The file of `-D` holds the heads of one run: the first transfer finds it empty.
fn empty_dump(settings: &Settings) {
    let path = settings.dump_header.as_deref().filter(|path| path.as_os_str() != "-");
    if let Some(path) = path {
        // If it cannot be made, writing to it will say why.
        let _ = std::fs::File::create(path);
    }
}

async fn one(
    transfer: &Transfer,
    global: &crate::flags::Global,
    means: &mut Option<Means>,
    interrupt: &mut Interrupt,
    messages: &mut Messages,
) -> Result<(), Code> {
    let ready = match means.take_if(|means| Arc::ptr_eq(&means.settings, &transfer.settings)) {
        Some(ready) => Ok(ready),
        None => begin(&transfer.settings, means.as_ref(), messages),
    };
    let ready = ready.map_err(|failure| {
        messages.failure(&failure);
        failure.code
    })?;
    let means = means.insert(ready);
    let done = tries::transfer(transfer, global, means, interrupt, messages).await;
    cookies::show(means, messages);
    done
}

/// Ends one group of options and begins another.
fn begin(
    settings: &Arc<Settings>,
    before: Option<&Means>,
    messages: &mut Messages,
) -> Result<Means, Failure> {
    if let Some(before) = before {
        cookies::save(before, messages);
    }
    let means = Means::new(settings, before)?;
    cookies::load(&settings.cookies, &means.jar, messages);
    Ok(means)
}

/// The library's clients for one group of options: connections are shared within it.
struct Means {
    settings: Arc<Settings>,
    client: Client,
    opener: Opener,
    /// One for the whole run; a group may use it or not.
    jar: CookieJar,
}

impl Means {
    /// Connections are shared with the groups before, where all options that matter agree.
    fn new(settings: &Arc<Settings>, before: Option<&Means>) -> Result<Means, Failure> {
        let net = connect::net_options(settings)?;
        let timeouts = connect::timeouts(&settings.timeouts);
        let limits = Limits::default();
        let opener = before.map_or_else(Opener::new, |before| before.opener.sibling());
        let opener = opener.net(net.clone()).timeouts(timeouts);
        let mut opener = opener.gemini(gemini::options());
        if let Some(user) = &settings.user {
            opener = opener.login(Login::new(user.user.as_str(), user.password.reveal()));
        }
        if let Some(netrc) = &settings.netrc {
            opener = opener.netrc(netrc.clone());
        }
        let client = match before {
            Some(before) => before.client.sibling(net, timeouts, limits),
            None => Client::with_options(net, timeouts, limits),
        };
        let jar = before.map(|before| before.jar.clone()).unwrap_or_default();
        Ok(Means { settings: Arc::clone(settings), client, opener, jar })
    }
}
