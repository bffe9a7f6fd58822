//! Reads documents from servers, whatever protocol they speak.
//!
//! ```no_run
//! let mut page = landline::open("https://www.example.com/")?;
//! println!("{}", page.text()?);
//! # Ok::<(), landline::Error>(())
//! ```

pub mod aio;
mod block;
mod error;
pub mod http;
mod limits;
mod line;
pub mod net;
mod observe;
mod open;

pub use landline_socket as socket;
pub use landline_wire as wire;
pub use landline_wire::headers::Headers;
pub use landline_wire::line::LineEnding;
pub use landline_wire::reply::{Reply, ReplyStyle};
pub use landline_wire::target::Location;

pub use error::{Error, ErrorKind, FailedReply, Phase, Result};
pub use limits::{Limits, Timeouts};
pub use line::{DotReader, DotWriter, LineStream};
pub use observe::{Event, Observer};
pub use open::{Document, Opener, Opening, Parts, Visit, open};
