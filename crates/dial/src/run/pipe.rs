//! One try over a connection without a protocol, or with telnet's alone: what comes in goes out, both
//! ways at once.

use std::sync::Arc;

use landline::net::Stream;
use landline::telnet::{OptionError, Options};
use landline::wire::escape::escape;
use landline::{Location, Timeouts};
use tokio::io::BufReader;

use super::attempt::Attempt;
use super::two_way::{End, Input, TwoWay};
use super::{connect, failure};
use crate::exit::{Code, Failure};

/// Whether a scheme is a way to connect, and both sides speak as they like.
pub(crate) fn is_two_way(scheme: &str) -> bool {
    matches!(scheme, "tcp" | "tls" | "unix" | "telnet")
}

impl Attempt<'_> {
    pub(super) async fn pipe(&mut self, location: Location) -> Result<(), Failure> {
        self.check_pipe(&location)?;
        let end = match location.scheme() {
            // Telnet's server ends the conversation, as with curl.
            "telnet" => End::Open,
            _ => End::Finish,
        };
        let input = Input::open(self.transfer.upload.as_ref())?;
        let stream = self.connect_pipe(location).await?;
        self.converse(TwoWay::new(stream, input, end)).await?;
        self.finish(None)
    }

    /// What makes no sense without a document.
    fn check_pipe(&self, location: &Location) -> Result<(), Failure> {
        if self.transfer.settings.range.is_none() && self.output.resume_at() == 0 {
            return Ok(());
        }
        let text = format!("{} has no parts: -r and -C mean nothing here", location.scheme());
        Err(Failure::new(Code::RANGE, text))
    }

    async fn connect_pipe(&mut self, location: Location) -> Result<Stream, Failure> {
        let opener = self.means.opener.clone().observe(self.watch.observer());
        let mut timeouts = self.timeouts();
        // Nobody has to speak while we may still have something to say.
        timeouts.idle_read = None;
        timeouts.total = timeouts.total.map(|total| total.saturating_sub(self.begun.elapsed()));
        let opener = opener.timeouts(timeouts).telnet(self.telnet_options(&location)?);
        let connected = self.interrupt.guard(opener.connect_location(location)).await?;
        self.outcome.refused = connected.as_ref().is_err_and(failure::is_refused);
        let stream = connected.map_err(|error| failure::of(&error))?;
        self.outcome.facts.time_pretransfer = self.begun.elapsed();
        Ok(stream)
    }

    async fn converse(&mut self, two_way: TwoWay) -> Result<(), Failure> {
        let two_way = two_way.watched(Arc::clone(&self.watch), self.begun, self.timeouts());
        let mut reader = BufReader::with_capacity(64 << 10, two_way);
        let received = self.pump(&mut reader, None).await;
        let two_way = reader.get_mut();
        self.outcome.facts.time_starttransfer = two_way.first_byte().unwrap_or_default();
        self.outcome.is_input_spent = two_way.taken() > 0;
        received?;
        let rest = two_way.finish();
        self.interrupt.guard(rest).await?
    }

    fn timeouts(&self) -> Timeouts {
        connect::timeouts(&self.transfer.settings.timeouts)
    }

    fn telnet_options(&self, location: &Location) -> Result<Options, Failure> {
        let mut options = Options::default();
        if location.scheme() == "telnet" {
            for option in &self.transfer.settings.telnet_options {
                options.set(option).map_err(|error| unfit(option, error))?;
            }
        }
        Ok(options)
    }
}

/// In curl's words and with its numbers.
fn unfit(option: &str, error: OptionError) -> Failure {
    let option = escape(option.as_bytes());
    match error {
        OptionError::Unknown => {
            Failure::new(Code::UNKNOWN_OPTION, format!("Unknown telnet option {option}"))
        }
        _ => {
            let text = format!("Syntax error in telnet option: {option}");
            Failure::new(Code::BAD_OPTION_VALUE, text)
        }
    }
}
