//! `--retry`: which failures pass, and how long to wait for that.

use std::time::Duration;

use landline::{RetryPolicy, Trouble};

use crate::exit::Code;
use crate::settings::Retry;

/// How a try ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) code: Code,
    /// Of the last reply, HTTP or FTP.
    pub(crate) status: Option<u16>,
    /// It is FTP's, which has its own numbers.
    pub(crate) is_ftp: bool,
    /// Every address refused the connection.
    pub(crate) refused: bool,
    pub(crate) retry_after: Option<Duration>,
}

/// What to do after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Again {
    /// curl's words for the trouble.
    pub(crate) problem: &'static str,
    pub(crate) wait: Duration,
    /// How many tries are left after the next one.
    pub(crate) left: u64,
}

impl Again {
    /// The warning that announces the wait.
    pub(crate) fn warning(&self) -> String {
        let (problem, left) = (self.problem, self.left + 1);
        let (seconds, millis) = (self.wait.as_secs(), self.wait.subsec_millis());
        let ies = if left == 1 { "y" } else { "ies" };
        format!(
            "Problem: {problem}. Will retry in {seconds}.{millis:03} seconds. {left} retr{ies} left."
        )
    }
}

impl Outcome {
    /// What went wrong, as the library calls it.
    fn trouble(&self) -> Option<Trouble> {
        match (self.code, self.status) {
            (Code::TIMED_OUT | Code::HOST_NAME | Code::PROXY_NAME, _) => Some(Trouble::Timeout),
            (Code::OK, Some(status)) if !self.is_ftp => {
                Some(Trouble::Status(status)).filter(|trouble| trouble.is_passing())
            }
            (Code::OK, _) => None,
            (Code::HTTP_STATUS, Some(status)) => Some(Trouble::Status(status)),
            (_, Some(code)) if self.is_ftp => Some(Trouble::Reply(code)),
            (Code::CONNECT, _) if self.refused => Some(Trouble::Refused),
            _ => Some(Trouble::Other),
        }
    }
}

impl Retry {
    /// Whether there is another try after `tries` of them that took `elapsed` together.
    pub(crate) fn again(&self, outcome: &Outcome, tries: u64, elapsed: Duration) -> Option<Again> {
        let trouble = outcome.trouble()?;
        let retries = tries.saturating_sub(1);
        let mut policy = self.policy();
        if outcome.retry_after.is_none_or(|asked| asked.is_zero()) {
            // Our own wait may end behind the limit, as curl has it; what the server asks for may not.
            policy.budget.take_if(|limit| elapsed < *limit);
        }
        let wait = policy.again(trouble, retries, elapsed, outcome.retry_after)?;
        Some(Again { problem: problem(trouble), wait, left: self.times - retries - 1 })
    }

    /// curl's waits are not random.
    fn policy(&self) -> RetryPolicy {
        let mut policy = RetryPolicy::default();
        (policy.retries, policy.fixed_wait, policy.budget) =
            (self.times, self.delay, self.max_time);
        (policy.jitter, policy.all_errors) = (false, self.all_errors);
        policy.connection_refused = self.connection_refused;
        policy
    }
}

fn problem(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Timeout => "timeout",
        Trouble::Refused => "connection refused",
        Trouble::Status(_) if trouble.is_passing() => "HTTP error",
        Trouble::Reply(_) if trouble.is_passing() => "FTP error",
        _ => "(retrying all errors)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    fn three() -> Retry {
        Retry { times: 3, ..Retry::default() }
    }

    fn ended(code: Code, status: Option<u16>) -> Outcome {
        Outcome { code, status, ..Outcome::default() }
    }

    #[test]
    fn only_passing_errors_are_tried_again() {
        let again = |code, status| three().again(&ended(code, status), 1, NOW).is_some();
        assert!(again(Code::TIMED_OUT, None) && again(Code::HOST_NAME, None));
        for status in [408, 429, 500, 502, 503, 504, 522, 524] {
            assert!(again(Code::OK, Some(status)) && again(Code::HTTP_STATUS, Some(status)));
        }
        assert!(!again(Code::OK, Some(200)) && !again(Code::HTTP_STATUS, Some(404)));
        assert!(!again(Code::CONNECT, None) && !again(Code::PARTIAL_FILE, Some(200)));
        let all = Retry { all_errors: true, ..three() };
        assert!(all.again(&ended(Code::PARTIAL_FILE, Some(200)), 1, NOW).is_some());
        assert!(all.again(&ended(Code::OK, Some(200)), 1, NOW).is_none());
        let refused = Outcome { refused: true, ..ended(Code::CONNECT, None) };
        assert!(three().again(&refused, 1, NOW).is_none());
        let connrefused = Retry { connection_refused: true, ..three() };
        assert!(connrefused.again(&refused, 1, NOW).is_some());
        assert!(connrefused.again(&ended(Code::CONNECT, None), 1, NOW).is_none());
    }

    #[test]
    fn ftp_has_its_own_passing_errors() {
        let ftp = |code, status| Outcome { is_ftp: true, ..ended(code, Some(status)) };
        let again = |outcome| three().again(&outcome, 1, NOW).map(|again| again.problem);
        assert_eq!(again(ftp(Code::RETRIEVE, 450)), Some("FTP error"));
        assert_eq!(again(ftp(Code::LOGIN, 430)), Some("FTP error"));
        assert_eq!(again(ftp(Code::LOGIN, 530)), None);
        assert_eq!(again(ftp(Code::OK, 450)), None);
        assert_eq!(again(ended(Code::PARTIAL_FILE, Some(429))), None);
    }

    #[test]
    fn waits_double_and_tries_run_out() {
        let timeout = ended(Code::TIMED_OUT, None);
        let waits = (1..5)
            .map(|tries| three().again(&timeout, tries, NOW).map(|a| (a.wait.as_secs(), a.left)));
        assert_eq!(waits.collect::<Vec<_>>(), [Some((1, 2)), Some((2, 1)), Some((4, 0)), None]);
        let many = Retry { times: u64::MAX, ..Retry::default() };
        for tries in [11, 64, 1000, u64::MAX - 1] {
            assert_eq!(
                many.again(&timeout, tries, NOW).map(|a| a.wait),
                Some(Duration::from_secs(600))
            );
        }
        assert_eq!(Retry::default().again(&timeout, 1, NOW), None);
    }

    #[test]
    fn the_server_and_the_user_may_set_the_wait() {
        let asked = |seconds| Outcome {
            retry_after: Some(Duration::from_secs(seconds)),
            ..ended(Code::OK, Some(503))
        };
        let wait = |retry: &Retry, outcome| retry.again(&outcome, 3, NOW).map(|a| a.wait.as_secs());
        assert_eq!(wait(&three(), asked(7)), Some(7));
        assert_eq!(wait(&three(), asked(1_000_000)), Some(6 * 3600));
        let delay = Retry { delay: Some(Duration::from_secs(5)), ..three() };
        assert_eq!(wait(&delay, ended(Code::TIMED_OUT, None)), Some(5));
        let short = Retry { max_time: Some(Duration::from_secs(6)), ..three() };
        assert_eq!(wait(&short, asked(7)), None);
        assert_eq!(wait(&short, asked(6)), Some(6));
        // A try may begin behind the limit if its wait has begun before.
        let timeout = ended(Code::TIMED_OUT, None);
        let begun = |elapsed| short.again(&timeout, 3, Duration::from_millis(elapsed));
        assert!(begun(5_999).is_some() && begun(6_000).is_none());
    }

    #[test]
    fn the_warning_has_curls_words() {
        let again = Again { problem: "timeout", wait: Duration::from_millis(1500), left: 2 };
        assert_eq!(
            again.warning(),
            "Problem: timeout. Will retry in 1.500 seconds. 3 retries left."
        );
    }
}
