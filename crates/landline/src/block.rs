//! How the blocking face runs the async code: to completion, on the caller's own thread.

use std::cell::RefCell;
use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, ReadBuf};
use tokio::runtime::{Builder, Handle};

use crate::{Error, ErrorKind, Phase, Result};

/// A current-thread Tokio runtime, shared by everything that one blocking value gives out.
#[derive(Clone, Debug)]
pub(crate) struct Runtime(Arc<Inner>);

#[derive(Debug)]
struct Inner(Option<tokio::runtime::Runtime>);

/// A blocking value has few connections; room for Tokio's usual 1024 events is start-up time.
const IO_EVENTS: usize = 64;

impl Runtime {
    pub(crate) fn new() -> Result<Self> {
        let built = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_io_events_per_tick(IO_EVENTS)
            .build();
        let runtime = built.map_err(|error| {
            let what = "the system gives no event queue";
            Error::new(ErrorKind::Io, Phase::Preparing, what).because(error)
        })?;
        Ok(Self(Arc::new(Inner(Some(runtime)))))
    }

    /// Runs `work` to its end. Inside somebody else's runtime, where a thread must not block on
    /// another one, a scoped thread runs it instead. Inside of this very runtime's own work it
    /// would wait for itself, and is refused.
    pub(crate) fn block_on<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send,
        T: Send,
        E: From<Error> + Send,
    {
        if self.is_running_here() {
            let what =
                "a blocking value was used inside its own work; take another, or the async face";
            return Err(Error::usage(what).into());
        }
        let runtime = self.0.get();
        let _running = Running::begin(self.id());
        // Tokio moves what it is given to run; a pinned reference moves for nothing.
        let work = std::pin::pin!(work);
        if Handle::try_current().is_err() {
            return runtime.block_on(work);
        }
        let waiting = RUNNING.with_borrow(Clone::clone);
        let run = || {
            RUNNING.set(waiting);
            runtime.block_on(work)
        };
        match std::thread::scope(|scope| scope.spawn(run).join()) {
            Ok(output) => output,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    fn id(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Whether this very runtime is what runs the caller: waiting for itself it would wait for
    /// ever.
    fn is_running_here(&self) -> bool {
        RUNNING.with_borrow(|all| all.contains(&self.id()))
    }

    /// Reads from an async reader of ours. What is at hand is given without entering the runtime.
    pub(crate) fn read(
        &self,
        from: &mut (impl AsyncRead + AtHand + Send + Unpin),
        into: &mut [u8],
    ) -> io::Result<usize> {
        if from.is_at_hand() {
            let mut buf = ReadBuf::new(into);
            let mut cx = Context::from_waker(Waker::noop());
            if let Poll::Ready(read) = Pin::new(&mut *from).poll_read(&mut cx, &mut buf) {
                return read.map(|()| buf.filled().len());
            }
        }
        self.block_on(from.read(into))
    }

    /// Shows what an async reader of ours has buffered, waiting for some when it has nothing.
    pub(crate) fn fill<'a, R>(&self, from: &'a mut R) -> io::Result<&'a [u8]>
    where
        R: AsyncBufRead + Send + Unpin,
    {
        self.block_on(from.fill_buf())
    }
}

/// Reads to the end, with room made at once for the `expected` bytes; std would begin with 32 and
/// double that again and again.
pub(crate) fn read_to_end(
    from: &mut impl Read,
    expected: Option<u64>,
    into: &mut Vec<u8>,
) -> io::Result<usize> {
    into.reserve(first_room(expected));
    OnlyRead(from).read_to_end(into)
}

/// For how many bytes of a document to make room before they have come.
pub(crate) fn first_room(expected: Option<u64>) -> usize {
    const MAX_BYTES: u64 = 64 << 10;
    let room = expected.map_or(0, |expected| expected.min(MAX_BYTES));
    usize::try_from(room).unwrap_or(0)
}

/// A reader with the `read_to_end` of std.
struct OnlyRead<'a, R>(&'a mut R);

impl<R: Read> Read for OnlyRead<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

/// A reader that knows whether it can answer without waiting.
pub(crate) trait AtHand {
    /// Whether the next read gives bytes, or the end, at once.
    fn is_at_hand(&self) -> bool {
        false
    }
}

thread_local! {
    /// The runtimes of ours that wait for this thread, the innermost last.
    static RUNNING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Marks a runtime as running on this thread for as long as it lives.
struct Running;

impl Running {
    fn begin(id: usize) -> Self {
        RUNNING.with_borrow_mut(|all| all.push(id));
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.with_borrow_mut(Vec::pop);
    }
}

impl Inner {
    fn get(&self) -> &tokio::runtime::Runtime {
        match &self.0 {
            Some(runtime) => runtime,
            None => unreachable!("taken only by drop"),
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Dropping a runtime waits for its name lookups, and panics inside another runtime;
        // `shutdown_background` does neither.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

pub(crate) fn consume(from: &mut (impl AsyncBufRead + Unpin), amount: usize) {
    Pin::new(from).consume(amount);
}

/// Writes the blocking twin of async methods: same name, same arguments, run on the caller's
/// thread.
macro_rules! blocking {
    ($($(#[$meta:meta])* fn $name:ident(&mut self $(, $arg:ident: $type:ty)*) $(-> $out:ty)?;)*) => {
        $(
            $(#[$meta])*
            pub fn $name(&mut self $(, $arg: $type)*) $(-> $out)? {
                let work = self.inner.$name($($arg),*);
                self.runtime.block_on(work)
            }
        )*
    };
}
pub(crate) use blocking;
