//! One call for every scheme: `open(url)` gives a document.

mod blocking;
mod data;
mod document;
mod file;
mod opener;
#[cfg(unix)]
mod pipe;
mod pipes;
mod rows;
mod scheme;

pub use blocking::{Document, Opener, open};

/// The async face.
pub(crate) mod aio {
    pub use super::document::Document;
    pub use super::opener::{Opener, open};
}
pub use document::Parts;
pub use opener::StoreMode;
pub(crate) use opener::{parse, shown};
pub use rows::SCHEMES;
pub use scheme::{Opening, Visit};
