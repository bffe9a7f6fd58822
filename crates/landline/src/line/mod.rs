//! Lines, blocks and replies over any stream: what every text protocol stands on.

mod blocking;
pub(crate) mod buffer;
mod bytes;
mod dot;
mod stream;

pub use blocking::{DotReader, DotWriter, LineStream};

/// The async face.
pub(crate) mod aio {
    pub use super::dot::{DotReader, DotWriter};
    pub use super::stream::LineStream;
}
