//! How a server is different from a good one.

use std::net::Ipv4Addr;

use super::Builder;
use super::answer::{Answer, End, Rule, Wait};
use super::listing::ListStyle;

/// What happens in the middle of a transfer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    Pause(Wait),
    EndData(End),
    EndControl(End),
    /// Both connections, as when the server dies.
    EndBoth(End),
    /// The disk is full.
    Full,
}

/// Where a server is different from a good one.
#[derive(Clone, Debug, Default)]
pub(super) struct Quirks {
    pub(super) rules: Vec<Rule>,
    pub(super) greeting: Option<Answer>,
    pub(super) pasv_address: Option<Ipv4Addr>,
    pub(super) demands_pret: bool,
    pub(super) list_style: ListStyle,
    pub(super) list_never_ends: bool,
    pub(super) accepts_late: Option<Wait>,
    pub(super) confirms_early: bool,
    pub(super) confirms_late: Option<Wait>,
    pub(super) final_reply: Option<Answer>,
    pub(super) after_transfer: Option<(usize, Answer)>,
    pub(super) turns: Vec<(u64, Turn)>,
    pub(super) injected: Vec<u8>,
    pub(super) tells_no_size: bool,
}

/// Quirks of the control connection.
impl Builder {
    /// Gives this answer to a verb instead of doing what it wants. A `230` to USER, PASS or ACCT
    /// still lets the user in. The answer given last goes first.
    #[must_use]
    pub fn answer(mut self, verb: &str, answer: impl Into<Answer>) -> Builder {
        self.quirks.rules.push(Rule::new(verb, None, answer.into()));
        self
    }

    /// The same for the `nth` time alone that a verb is used in a connection, counted from 1.
    #[must_use]
    pub fn answer_nth(mut self, verb: &str, nth: usize, answer: impl Into<Answer>) -> Builder {
        self.quirks.rules.push(Rule::new(verb, Some(nth), answer.into()));
        self
    }

    /// Knows nothing of this verb (500) and leaves it out of FEAT.
    #[must_use]
    pub fn without(self, verb: &str) -> Builder {
        self.answer(verb, "500 Unknown command.")
    }

    /// Greets with this instead of one line.
    #[must_use]
    pub fn greeting(mut self, answer: impl Into<Answer>) -> Builder {
        self.quirks.greeting = Some(answer.into());
        self
    }

    /// Says these bytes in the same segment as its `234`, before the handshake.
    #[must_use]
    pub fn inject_after_auth(mut self, bytes: impl Into<Vec<u8>>) -> Builder {
        self.quirks.injected = bytes.into();
        self
    }

    /// Says this after the final reply of the `nth` transfer of a connection, unasked: as a rule
    /// `421` and [`End::Fin`], so that the connection is found dead when it is used again.
    #[must_use]
    pub fn after_transfer(mut self, nth: usize, answer: impl Into<Answer>) -> Builder {
        self.quirks.after_transfer = Some((nth, answer.into()));
        self
    }

    /// Refuses PASV and EPSV unless PRET came before.
    #[must_use]
    pub fn demand_pret(mut self) -> Builder {
        self.quirks.demands_pret = true;
        self
    }

    /// Announces this address in 227, where nobody listens.
    #[must_use]
    pub fn pasv_address(mut self, address: impl Into<Ipv4Addr>) -> Builder {
        self.quirks.pasv_address = Some(address.into());
        self
    }
}

/// Quirks of transfers, listings included.
impl Builder {
    /// Lists folders in this style.
    #[must_use]
    pub fn list_style(mut self, style: ListStyle) -> Builder {
        self.quirks.list_style = style;
        self
    }

    /// Never ends a LIST, NLST or MLSD: its lines come again and again.
    #[must_use]
    pub fn endless_list(mut self) -> Builder {
        self.quirks.list_never_ends = true;
        self
    }

    /// Tells no size: neither in reply to SIZE, which it does not know, nor in its 150.
    #[must_use]
    pub fn without_sizes(mut self) -> Builder {
        self.quirks.tells_no_size = true;
        self.without("SIZE")
    }

    /// Waits before it accepts a data connection and says 150.
    #[must_use]
    pub fn accept_late(mut self, wait: Wait) -> Builder {
        self.quirks.accepts_late = Some(wait);
        self
    }

    /// Gives this instead of the final reply 226; [`Answer::nothing`] leaves it out.
    #[must_use]
    pub fn final_reply(mut self, answer: impl Into<Answer>) -> Builder {
        self.quirks.final_reply = Some(answer.into());
        self
    }

    /// Waits between the end of the data and the final reply.
    #[must_use]
    pub fn final_reply_late(mut self, wait: Wait) -> Builder {
        self.quirks.confirms_late = Some(wait);
        self
    }

    /// Gives the final reply right behind the 150, before the data.
    #[must_use]
    pub fn final_reply_early(mut self) -> Builder {
        self.quirks.confirms_early = true;
        self
    }

    /// Waits when so many bytes of a transfer are through.
    #[must_use]
    pub fn pause_data_after(self, bytes: u64, wait: Wait) -> Builder {
        self.turn(bytes, Turn::Pause(wait))
    }

    /// Ends the data connection after so many bytes; the reply is 426 then, or what
    /// [`Builder::final_reply`] says.
    #[must_use]
    pub fn end_data_after(self, bytes: u64, end: End) -> Builder {
        self.turn(bytes, Turn::EndData(end))
    }

    /// Ends the control connection after so many bytes; the data goes on to its end.
    #[must_use]
    pub fn end_control_after(self, bytes: u64, end: End) -> Builder {
        self.turn(bytes, Turn::EndControl(end))
    }

    /// Ends both connections after so many bytes, as when the server dies.
    #[must_use]
    pub fn die_after(self, bytes: u64, end: End) -> Builder {
        self.turn(bytes, Turn::EndBoth(end))
    }

    /// Has room for so many bytes of an upload; then the reply is 552.
    #[must_use]
    pub fn full_after(self, bytes: u64) -> Builder {
        self.turn(bytes, Turn::Full)
    }

    fn turn(mut self, bytes: u64, turn: Turn) -> Builder {
        self.quirks.turns.push((bytes, turn));
        self.quirks.turns.sort_by_key(|(at, _)| *at);
        self
    }
}
