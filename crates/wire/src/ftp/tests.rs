//! Tables of replies, and of URLs as curl sends them.

mod features;
mod passive;
mod path;
mod value;
