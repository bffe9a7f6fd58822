//! Trying again: after which troubles, how often, and when.

use std::time::{Duration, SystemTime};

use crate::{Error, ErrorKind, Headers, Phase};

/// When a failed request is made again, and after how long.
///
/// Given to a [`Request`](crate::http::Request::retry), a [`Client`](crate::http::Client::retry) or an
/// [`Opener`](crate::Opener::retry). Only what can be repeated without harm is: methods that may be
/// (RFC 9110 section 9.2.2), others when nothing was sent yet, and a body only if it can be read a second
/// time. A time-out of the whole ends the tries too.
///
/// ```
/// use landline::RetryPolicy;
/// use landline::http::Client;
/// # let server = landline_testkit::http::Server::new();
/// # let url = server.url("/hello");
///
/// let mut policy = RetryPolicy::default();
/// policy.resume = true;
/// assert_eq!(Client::new()?.retry(policy).get(&url).send()?.text()?, "hello, world\n");
/// # Ok::<(), landline::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many tries there are after the first: 3.
    pub retries: u64,
    /// The wait before the first of them; each next one is twice as long: 1 s.
    pub first_wait: Duration,
    /// The longest of these waits: 10 min.
    pub max_wait: Duration,
    /// Wait this long each time instead: no.
    pub fixed_wait: Option<Duration>,
    /// Shorten waits at random by up to a half, so that not all clients come back at once: yes. Those that a
    /// server asks for are not shortened.
    pub jitter: bool,
    /// The longest wait that a server gets by `Retry-After` (RFC 9110 section 10.2.3): 6 h. One that asks for
    /// more is asked again after this.
    pub max_retry_after: Duration,
    /// No try begins when so much time will have passed since the first one: no such limit.
    pub budget: Option<Duration>,
    /// Try again when the connection was refused: no.
    pub connection_refused: bool,
    /// Try again after every trouble whatsoever: no.
    pub all_errors: bool,
    /// Go on with a body that breaks off where it did, if the server has parts and can tell that the
    /// document is still the same (a strong `ETag`, or a date that is settled): no. The reader does not see
    /// it; two documents are never put together.
    pub resume: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            retries: 3,
            first_wait: Duration::from_secs(1),
            max_wait: Duration::from_secs(600),
            fixed_wait: None,
            jitter: true,
            max_retry_after: Duration::from_secs(6 * 3600),
            budget: None,
            connection_refused: false,
            all_errors: false,
            resume: false,
        }
    }
}

/// What went wrong, as far as another try is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// Something took too long, or a name could not be found now.
    Timeout,
    /// The status of an HTTP reply.
    Status(u16),
    /// The code of another protocol's reply (FTP and its kin).
    Reply(u16),
    /// The connection was refused.
    Refused,
    /// Anything else.
    Other,
}

impl Trouble {
    /// What kind of trouble an error is.
    pub fn of(error: &Error) -> Self {
        match (error.kind(), error.status()) {
            (ErrorKind::Timeout | ErrorKind::Resolve, _) => Self::Timeout,
            (ErrorKind::Proxy, None) if error.phase() == Phase::Resolving => Self::Timeout,
            (ErrorKind::Status, Some(status)) => Self::Status(status),
            (_, Some(code)) if error.command().is_some() => Self::Reply(code),
            _ if is_refused(error) => Self::Refused,
            _ => Self::Other,
        }
    }

    /// Whether it is likely to pass by itself: what curl's `--retry` takes for that.
    pub fn is_passing(self) -> bool {
        match self {
            Self::Timeout => true,
            Self::Status(status) => {
                matches!(status, 408 | 429 | 500 | 502 | 503 | 504 | 522 | 524)
            }
            // A transient negative completion (RFC 959 section 4.2.1).
            Self::Reply(code) => (400..500).contains(&code),
            Self::Refused | Self::Other => false,
        }
    }
}

impl RetryPolicy {
    /// After which wait there is another try, when `retries` were made and `elapsed` has passed since the
    /// first try began; `None` when it was the last. `asked` is what the server wants waited; zero is no wish.
    pub fn again(
        &self,
        trouble: Trouble,
        retries: u64,
        elapsed: Duration,
        asked: Option<Duration>,
    ) -> Option<Duration> {
        let is_refusal = self.connection_refused && trouble == Trouble::Refused;
        if !(trouble.is_passing() || is_refusal || self.all_errors) || retries >= self.retries {
            return None;
        }
        let wait = match asked.filter(|asked| !asked.is_zero()) {
            Some(asked) => asked.min(self.max_retry_after),
            None => self.jittered(self.wait(retries)),
        };
        let in_time = self.budget.is_none_or(|budget| elapsed.saturating_add(wait) <= budget);
        in_time.then_some(wait)
    }

    fn wait(&self, retries: u64) -> Duration {
        self.fixed_wait.unwrap_or_else(|| {
            let factor = 1u32.checked_shl(u32::try_from(retries).unwrap_or(u32::MAX));
            self.first_wait.saturating_mul(factor.unwrap_or(u32::MAX)).min(self.max_wait)
        })
    }

    fn jittered(&self, wait: Duration) -> Duration {
        let mut random = [0; 4];
        // Without random numbers the wait is as long as it is.
        if !self.jitter || self.fixed_wait.is_some() || getrandom::fill(&mut random).is_err() {
            return wait;
        }
        wait - wait.mul_f64(0.5 * f64::from(u32::from_ne_bytes(random)) / f64::from(u32::MAX))
    }
}

/// What `Retry-After` asks for at `now`: seconds, or a date (RFC 9110 section 10.2.3).
pub(crate) fn retry_after(headers: &Headers, now: SystemTime) -> Option<Duration> {
    let value = headers.get("Retry-After")?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    date.duration_since(now).ok()
}

fn is_refused(error: &Error) -> bool {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let io = cause.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused) {
            return true;
        }
        next = cause.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    fn steady() -> RetryPolicy {
        RetryPolicy { jitter: false, ..RetryPolicy::default() }
    }

    #[test]
    fn only_passing_troubles_are_tried_again() {
        let again = |policy: RetryPolicy, trouble| policy.again(trouble, 0, NOW, None).is_some();
        for status in [408, 429, 500, 502, 503, 504, 522, 524] {
            assert!(again(steady(), Trouble::Status(status)), "{status}");
        }
        assert!(again(steady(), Trouble::Timeout) && again(steady(), Trouble::Reply(450)));
        let others = [Trouble::Status(404), Trouble::Reply(530), Trouble::Refused, Trouble::Other];
        for other in others {
            assert!(!again(steady(), other), "{other:?}");
            assert!(again(RetryPolicy { all_errors: true, ..steady() }, other), "{other:?}");
        }
        let refused = RetryPolicy { connection_refused: true, ..steady() };
        assert!(again(refused, Trouble::Refused) && !again(refused, Trouble::Other));
    }

    #[test]
    fn waits_double_up_to_the_longest_and_tries_run_out() {
        let wait = |policy: RetryPolicy, retries| {
            policy.again(Trouble::Timeout, retries, NOW, None).map(|wait| wait.as_secs())
        };
        let waits: Vec<_> = (0..4).map(|retries| wait(steady(), retries)).collect();
        assert_eq!(waits, [Some(1), Some(2), Some(4), None]);
        let many = RetryPolicy { retries: u64::MAX, ..steady() };
        for retries in [10, 64, 1000, u64::MAX - 1] {
            assert_eq!(wait(many, retries), Some(600));
        }
        let fixed = RetryPolicy { fixed_wait: Some(Duration::from_secs(5)), ..many };
        assert_eq!((wait(fixed, 0), wait(fixed, 9)), (Some(5), Some(5)));
    }

    #[test]
    fn jitter_takes_no_more_than_half() {
        let policy = RetryPolicy { retries: 100, ..RetryPolicy::default() };
        let mut waits: Vec<_> =
            (0..50).filter_map(|_| policy.again(Trouble::Timeout, 3, NOW, None)).collect();
        let bounds = Duration::from_secs(4)..=Duration::from_secs(8);
        assert!(waits.iter().all(|wait| bounds.contains(wait)), "{waits:?}");
        waits.dedup();
        assert!(waits.len() > 1);
    }

    #[test]
    fn the_server_and_the_budget_have_a_say() {
        let wait = |policy: RetryPolicy, asked| {
            let wait = policy.again(Trouble::Status(503), 2, NOW, Some(Duration::from_secs(asked)));
            wait.map(|wait| wait.as_secs())
        };
        let wait_unasked = |policy: RetryPolicy| {
            policy.again(Trouble::Status(503), 2, NOW, None).map(|wait| wait.as_secs())
        };
        assert_eq!((wait(steady(), 7), wait(steady(), 1_000_000)), (Some(7), Some(6 * 3600)));
        let short = RetryPolicy { budget: Some(Duration::from_secs(6)), ..steady() };
        assert_eq!((wait(short, 6), wait(short, 7)), (Some(6), None));
        assert_eq!(wait(steady(), 0), wait_unasked(steady()));
        let late = short.again(Trouble::Timeout, 0, Duration::from_secs(6), None);
        assert_eq!(late, None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let asked = |value: &str| {
            let mut headers = Headers::new();
            headers.push("Retry-After", value).unwrap();
            retry_after(&headers, now).map(|wait| wait.as_secs())
        };
        assert_eq!((asked("120"), asked(" 0 ")), (Some(120), Some(0)));
        assert_eq!(asked("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        for other in ["Sun, 06 Nov 1994 08:48:37 GMT", "soon", "-1", ""] {
            assert_eq!(asked(other), None, "{other}");
        }
    }
}
